"""What holds for every shape: Core constraints, closed, in two languages, and nothing that could name a person."""

from __future__ import annotations

import re

import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode

from catalogue.fields import PropertyField
from catalogue.knowledge import turtle_files
from catalogue.namespaces import PIVIS, RDF, SH, XSD
from catalogue.shapes import Shapes

_SHAPES = Shapes.load()
_LANG_STRING = RDF.langString.value
# Vocabularies and ontology are for those who keep them; the form is for the other records.
_OWN = [
    type for type in _SHAPES.types if "/owl#" not in type and "/skos/" not in type and "TermUse" not in type
]
_FIELDS = [
    pytest.param(type, field, id=f"{re.split('[/#]', type)[-1]}-{re.split('[/#]', field.path)[-1]}")
    for type in _OWN
    for field in _SHAPES.form(type).properties
]


def nested(field_type: str, path: str) -> set[NamedNode]:
    """The node shapes that the values of a field conform to, however far."""
    graph = _SHAPES.graph
    found: set[NamedNode] = set()
    shapes = [
        shape
        for each in _SHAPES.superclasses(field_type)
        for shape in graph.subjects(SH.targetClass, NamedNode(each))
    ]
    for shape in shapes:
        for node in graph.all(shape, SH.property):
            if graph.iri(node, SH.path) == NamedNode(path):
                found |= {each for each in graph.with_nodes(node) if isinstance(each, NamedNode)}
    return found


def test_only_core_constraints_are_used() -> None:
    advanced = {SH.sparql, SH.rule, SH.js, SH.target, SH.values, SH.expression, SH.select, SH.ask}
    assert not {triple.predicate for triple in _SHAPES.triples} & advanced


def test_the_shapes_obey_the_shapes_for_shapes() -> None:
    """SHACL, appendix C."""
    graph = rdflib.Graph()
    for path in turtle_files("shapes"):
        graph.parse(path)
    pyshacl.validate(rdflib.Graph(), shacl_graph=graph, meta_shacl=True)


def test_patterns_are_such_that_every_engine_reads_them() -> None:
    """XPath has no lookahead, no lookbehind, no named groups and no \\d for [0-9] alone."""
    patterns = [pattern.value for pattern in _SHAPES.graph.values(SH.pattern)]
    assert len(patterns) > 10
    for pattern in patterns:
        assert not re.search(r"(?<!\\)\(\?|\\[dwbB]", pattern), pattern
        re.compile(pattern)


@pytest.mark.parametrize("type", _SHAPES.types)
def test_every_shape_is_closed_and_looks_at_the_address(type: str) -> None:
    graph = _SHAPES.graph
    shapes = [
        shape
        for each in _SHAPES.superclasses(type)
        for shape in graph.subjects(SH.targetClass, NamedNode(each))
    ]
    assert any(graph.texts(shape, SH.closed) == ["true"] for shape in shapes)
    assert any(PIVIS.Subject in graph.with_nodes(shape) for shape in shapes)


@pytest.mark.parametrize("type", _SHAPES.types)
def test_every_type_has_a_name_in_both_languages(type: str) -> None:
    name = _SHAPES.form(type).name
    assert name.sv
    assert name.en


@pytest.mark.parametrize(("type", "field"), _FIELDS)
def test_every_field_is_explained_in_both_languages_and_has_a_place(type: str, field: PropertyField) -> None:
    assert field.name.sv
    assert field.name.en
    assert field.description.sv.endswith((".", "?"))
    assert field.description.en.endswith((".", "?"))
    assert field.order > 0
    assert field.group is not None
    assert field.group.name.sv
    assert field.group.name.en


@pytest.mark.parametrize("type", _OWN)
def test_no_two_fields_of_a_form_have_the_same_place(type: str) -> None:
    places = [(field.group, field.order) for field in _SHAPES.form(type).properties]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(("type", "field"), _FIELDS)
def test_every_field_says_what_its_values_are(type: str, field: PropertyField) -> None:
    literal, reference = bool(field.datatypes), bool(field.target_class or field.scheme)
    assert literal or field.node_kind == SH.IRI.value
    assert not (literal and reference)


@pytest.mark.parametrize(("type", "field"), _FIELDS)
def test_every_text_has_a_longest_length_and_no_personal_number(type: str, field: PropertyField) -> None:
    if field.datatype not in (_LANG_STRING, XSD.string.value):
        return
    assert field.max_length
    # A pattern of its own may be so narrow that no personal number fits; test_care looks at each field.
    safe = {PIVIS.WithoutPersonalNumber, PIVIS.Switchboard}
    assert nested(type, field.path) & safe or field.max_length <= 10


@pytest.mark.parametrize(("type", "field"), _FIELDS)
def test_every_text_for_readers_is_running_text_in_swedish_or_english(
    type: str, field: PropertyField
) -> None:
    if field.datatype != _LANG_STRING:
        return
    assert field.languages == ("sv", "en")
    assert PIVIS.RunningText in nested(type, field.path)
    assert field.required_language == ("sv" if field.required else None)
    assert field.markdown or field.single_line or (field.max_length or 0) > 300


@pytest.mark.parametrize(("type", "field"), _FIELDS)
def test_every_address_of_the_web_is_a_web_link(type: str, field: PropertyField) -> None:
    if field.node_kind == SH.IRI.value and not field.target_class and not field.scheme:
        assert nested(type, field.path) & {PIVIS.WebLink, PIVIS.Mailbox}


@pytest.mark.parametrize(
    "name", ["dct:title", "dct:abstract", "pivi:whyLifted", "pivi:what", "pivi:why", "pivi:how"]
)
def test_the_main_texts_have_a_good_and_a_bad_example_that_obey_the_rules(name: str) -> None:
    last = name.partition(":")[2]
    form = _SHAPES.form("https://w3id.org/pivi/ns#Initiative")
    (field,) = [each for each in form.properties if re.split("[/#]", each.path)[-1] == last]
    for example in (field.good_example, field.bad_example):
        assert example.sv
        assert example.en
    for text in (field.good_example.sv, field.good_example.en):
        assert (field.min_length or 0) <= len(text) <= (field.max_length or 0)


def test_every_message_is_there_in_both_languages_with_the_same_places() -> None:
    for subject, _ in _SHAPES.graph.pairs(SH.message):
        message = _SHAPES.graph.wording(subject, SH.message)
        assert message.sv, subject
        assert message.en, subject
        assert set(re.findall(r"\{\$\w+\}", message.sv)) == set(re.findall(r"\{\$\w+\}", message.en)), subject
        assert message.sv.endswith((".", "?")), message.sv
