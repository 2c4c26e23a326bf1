"""The example queries: each answers on the example catalogue, and their RDF says what other tools look for."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from pyoxigraph import RdfFormat
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, Namespace, URIRef

from catalogue.endpoint import results
from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.examples import Example, example, examples, examples_as_rdf, groups
from catalogue.endpoint.screening import Form
from catalogue.formats import RECORD_FORMATS
from catalogue.formats import Format as RdfForm
from catalogue.knowledge import turtle_files
from catalogue.namespaces import CONCEPT, PIVI
from tests.endpoint.conftest import BASE, Ask

SCHEMA = Namespace("https://schema.org/")
SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
ADDRESS = BASE + "sparql/exempel"
TEXTS = {
    SH.SPARQLSelectExecutable: SH.select,
    SH.SPARQLConstructExecutable: SH.construct,
    SH.SPARQLAskExecutable: SH.ask,
    SPEX.SPARQLDescribeExecutable: SPEX.describe,
}
ALL = pytest.mark.parametrize("shown", examples(), ids=lambda each: each.name)


def answer_to(endpoint: Endpoint, text: str, format: results.Format) -> bytes:
    answer = endpoint.ask(Question(text, format), client="examples")
    if answer.file is None:
        return answer.body
    with answer.file as file:
        return file.read()


@pytest.fixture(scope="module")
def published() -> Graph:
    return Graph().parse(
        examples_as_rdf(ADDRESS, BASE + "sparql", RdfFormat.TURTLE), format="turtle", publicID=ADDRESS
    )


@ALL
def test_an_example_answers_with_rows_on_the_example_catalogue(asked: Endpoint, shown: Example) -> None:
    if shown.form is Form.SELECT:
        found = json.loads(answer_to(asked, shown.text, results.JSON))
        # Every column that it shows is filled in some row.
        filled = {name for row in found["results"]["bindings"] for name in row}
        assert filled == set(found["head"]["vars"])
    elif shown.form is Form.ASK:
        assert json.loads(answer_to(asked, shown.text, results.JSON))["boolean"] is True
    else:
        turtle = answer_to(asked, shown.text, next(each for each in results.GRAPHS if each.name == "ttl"))
        assert len(Graph().parse(turtle, format="turtle")) > 3


@ALL
def test_an_example_asks_its_question_in_both_languages(shown: Example) -> None:
    assert set(shown.question) == {"sv", "en"}
    first, second, *_ = shown.text.splitlines()
    assert (first, second) == (f"# {shown.question['sv']}", f"# {shown.question['en']}")
    assert shown.keywords and all(shown.keywords)
    # Both fit on a line beside the editor.
    assert all(10 < len(question) <= 125 for question in shown.question.values())


@ALL
def test_an_example_declares_the_prefixes_that_it_uses_and_no_others(asked: Endpoint, shown: Example) -> None:
    screened = asked.screened(shown.text)
    code = re.sub(r"(?m)<[^<>\s]*>|\"[^\"]*\"|(^|\s)#.*$", " ", shown.text)
    used = set(re.findall(r"(?<![\w?])([a-z]+):(?!//)", re.sub(r"PREFIX\s+\w+:", "", code)))
    assert used == set(screened.prefixes)


@ALL
def test_an_example_gives_the_same_answer_to_the_same_data(asked: Endpoint, shown: Example) -> None:
    """It can be cited and cached: nothing in it depends on the moment."""
    assert not asked.screened(shown.text).volatile


def test_examples_run_from_the_simplest_on_and_each_group_has_some() -> None:
    names = [each.name for each in examples()]
    assert len(names) == len(set(names)) >= 24
    assert names[:3] == ["omraden", "insatser", "pagaende-per-omrade"]
    assert list(dict.fromkeys(each.group for each in examples())) == list(groups())
    assert {each.form for each in examples()} == set(Form)
    assert sum("SERVICE" in each.text for each in examples()) >= 4


def test_an_example_is_found_by_its_name() -> None:
    found = example("pagaende-per-omrade")
    assert found and found.question["en"] == "How many ongoing initiatives are there in each area?"
    assert example("finns-inte") is None


def ongoing() -> Counter[tuple[str, str]]:
    """How many initiatives are ongoing for each target group and area, read from the files themselves."""
    graph = Graph()
    for path in turtle_files("example"):
        graph.parse(path, publicID=BASE)
    return Counter(
        (str(group), str(area))
        for initiative in graph.subjects(URIRef(PIVI.status.value), URIRef(f"{CONCEPT.iri}status/pagaende"))
        for group in graph.objects(initiative, URIRef(PIVI.targetGroup.value))
        for area in graph.objects(initiative, URIRef(PIVI.area.value))
    )


def test_the_gap_table_has_every_cell_and_counts_what_the_files_say(rows: Ask) -> None:
    shown = example("lucktabell")
    assert shown
    table = rows(shown.text)
    counted = ongoing()
    assert len(table) == 5 * 8
    assert sorted(int(row["pagaende"]) for row in table if row["pagaende"] != "0") == sorted(counted.values())
    assert all(int(row["utan_uppfoljning"]) <= int(row["pagaende"]) for row in table)


def test_the_rdf_of_the_examples_holds_each_query_where_other_tools_look_for_it(published: Graph) -> None:
    found = set(published.subjects(RDF.type, SH.SPARQLExecutable))
    assert found == {URIRef(f"{ADDRESS}#{each.name}") for each in examples()}
    for each in examples():
        subject = URIRef(f"{ADDRESS}#{each.name}")
        (kind,) = set(published.objects(subject, RDF.type)) - {SH.SPARQLExecutable}
        assert list(published.objects(subject, TEXTS[kind])) == [Literal(each.text)]
        assert list(published.objects(subject, SCHEMA.target)) == [URIRef(BASE + "sparql")]
        for property in (RDFS.label, RDFS.comment):
            said = {(str(text), text.language) for text in published.objects(subject, property)}
            assert said == {(question, language) for language, question in each.question.items()}
        assert {str(word) for word in published.objects(subject, SCHEMA.keywords)} == set(each.keywords)


def test_the_rdf_of_the_examples_declares_their_prefixes(asked: Endpoint, published: Graph) -> None:
    declared = {
        str(published.value(each, SH.prefix)): str(published.value(each, SH.namespace))
        for each in published.objects(URIRef(ADDRESS), SH.declare)
    }
    used = {}
    for each in examples():
        # One node declares the prefixes of all, so no prefix may mean two things.
        prefixes = asked.screened(each.text).prefixes
        assert all(declared[name] == iri for name, iri in prefixes.items())
        used |= prefixes
    assert declared == used
    assert set(published.objects(None, SH.prefixes)) == {URIRef(ADDRESS)}


@pytest.mark.parametrize("format", RECORD_FORMATS, ids=lambda format: format.extension)
def test_the_examples_are_the_same_in_every_format_and_have_no_blank_nodes(
    published: Graph, format: RdfForm
) -> None:
    written = examples_as_rdf(ADDRESS, BASE + "sparql", format.rdf)
    graph = Graph().parse(written, format=format.media_type, publicID=ADDRESS)
    assert set(graph) == set(published)
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]
