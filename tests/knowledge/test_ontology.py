"""The ontology defines everything that shapes, vocabularies and example use, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.term import Node

from catalogue.endpoint.description import limits
from catalogue.endpoint.screening import SEARCH, SEARCH_TERMS
from catalogue.knowledge import folder, turtle_files
from catalogue.settings import Settings
from tests.knowledge.conftest import graph_of, languages

NS = "https://w3id.org/pivi/ns#"
RECORD = URIRef("https://w3id.org/pivi/ns")
INCLUDES = [URIRef("http://schema.org/domainIncludes"), URIRef("http://schema.org/rangeIncludes")]
TERM, TERM_USE, PATH_WORD = (URIRef(NS + name) for name in ("term", "TermUse", "pathWord"))
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
# What the ontology says of itself needs no explanation by itself.
OF_THE_ONTOLOGY = {str(each) for each in (*INCLUDES, RDFS.label, RDFS.subClassOf, RDFS.subPropertyOf)} | {
    str(each) for each in (RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo)
}
PATH_WORDS = {
    "Initiative": "insats",
    "Organisation": "aktor",
    "Place": "plats",
    "Municipality": "plats",
    "Group": "grupp",
    "Meeting": "mote",
    "Partnership": "iop",
    "Story": "berattelse",
    "Film": "film",
    "Event": "handelse",
    "SupportModel": "stodmodell",
    "Document": "dokument",
}


def fragments(ontology: Graph) -> set[Node]:
    return {each for each in ontology.subjects() if each != RECORD}


def reused(ontology: Graph) -> set[Node]:
    return set(ontology.objects(None, TERM))


def used_terms(graph: Graph) -> set[str]:
    """The predicates and the classes that a graph of records uses."""
    return {str(each) for each in (*graph.predicates(), *graph.objects(None, RDF.type))}


def test_the_ontology_is_one_record(ontology: Graph) -> None:
    assert set(ontology.subjects(RDF.type, OWL.Ontology)) == {RECORD}
    assert all(str(each).startswith(f"{RECORD}#") for each in fragments(ontology))


def test_every_term_has_a_name_and_a_definition_in_swedish_and_english(ontology: Graph) -> None:
    for each in fragments(ontology):
        for property in (RDFS.label, SKOS.definition):
            assert languages(ontology, each, property) == ["en", "sv"], (each, property)


def test_every_term_says_where_it_is_defined(ontology: Graph) -> None:
    assert fragments(ontology) == set(ontology.subjects(RDFS.isDefinedBy, RECORD))


def test_every_record_type_and_part_is_tied_to_a_term_that_it_reuses(ontology: Graph) -> None:
    about_shapes = {URIRef(NS + name) for name in ("Visibility", "TextFormat", "TermUse")}
    for each in set(ontology.subjects(RDF.type, OWL.Class)) - about_shapes:
        tied = {*ontology.objects(each, RDFS.subClassOf), *ontology.objects(each, RDFS.seeAlso)}
        assert [other for other in tied if not str(other).startswith(NS)], each


def test_every_property_says_what_it_is_said_of_and_what_its_value_is(ontology: Graph) -> None:
    for kind in PROPERTIES:
        for each in ontology.subjects(RDF.type, kind):
            assert all((each, includes, None) in ontology for includes in INCLUDES), each


def test_every_concept_valued_property_names_its_scheme(ontology: Graph, skos: Graph) -> None:
    schemes = set(skos.subjects(RDF.type, SKOS.ConceptScheme))
    valued = set(ontology.subjects(INCLUDES[1], SKOS.Concept))
    named = {each: set(ontology.objects(each, RDFS.seeAlso)) & schemes for each in valued}
    assert all(len(found) == 1 for found in named.values())
    roles = URIRef("https://w3id.org/pivi/begrepp/roll")  # said by a property of CPSV-AP, cv:role
    assert {scheme for found in named.values() for scheme in found} == schemes - {roles}


def test_domains_ranges_and_superterms_of_ours_exist(ontology: Graph) -> None:
    for relation in (*INCLUDES, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso):
        for other in ontology.objects(None, relation):
            assert not str(other).startswith(NS) or other in fragments(ontology), other


def test_each_record_type_has_its_path_word(ontology: Graph) -> None:
    words = {
        str(each).removeprefix(NS): str(word)
        for each, word in ontology.subject_objects(PATH_WORD)
        if (each, RDF.type, TERM_USE) not in ontology
    }
    assert words == PATH_WORDS
    borrowed = {
        ontology.value(each, TERM) for each in ontology.subjects(PATH_WORD) if (each, TERM, None) in ontology
    }
    assert borrowed == {SKOS.Concept, SKOS.ConceptScheme}


@pytest.mark.parametrize(
    "path",
    [*turtle_files("vocab"), *turtle_files("example")],
    ids=lambda path: path.stem,
)
def test_what_the_turtle_uses_is_defined_or_explained(path: Path, ontology: Graph) -> None:
    known = {str(each) for each in (*fragments(ontology), *reused(ontology))}
    assert not used_terms(graph_of(path)) - known


def test_what_the_shapes_speak_of_is_defined_or_explained(shapes: Graph, ontology: Graph) -> None:
    own = set(graph_of(folder("shapes") / "ontology.ttl").objects(None, SH.path))
    known = {str(each) for each in (*fragments(ontology), *reused(ontology))} | OF_THE_ONTOLOGY
    paths = {each for each in shapes.objects(None, SH.path) if isinstance(each, URIRef)}
    spoken_of = paths | set(shapes.objects(None, SH.targetClass)) | set(shapes.objects(None, SH["class"]))
    foreign = {
        str(each)
        for each in spoken_of - (own - {URIRef(NS + "term"), PATH_WORD})
        if not str(each).startswith(str(OWL))
    }
    assert not foreign - known
    assert not {str(each) for each in shapes.predicates() if str(each).startswith(NS)} - known


def test_no_term_of_ours_is_unused(shapes: Graph, ontology: Graph) -> None:
    """Every class has a shape; a property is a field or an annotation of shapes or classes, or SPARQL speaks it."""
    said = {*shapes.objects(None, SH.path), *shapes.predicates(), *shapes.objects(None, SH.targetClass)}
    said |= set(ontology.predicates()) | set(ontology.objects(None, RDF.type))
    said |= {URIRef(term) for term in SEARCH_TERMS} | {URIRef(each.value) for each in limits(Settings())}
    ours = {each for kind in (OWL.Class, *PROPERTIES) for each in ontology.subjects(RDF.type, kind)}
    assert not ours - said


def test_what_the_sparql_service_speaks_is_defined(ontology: Graph) -> None:
    spoken = {SEARCH, *SEARCH_TERMS, *(each.value for each in limits(Settings()))}
    assert spoken <= {str(each) for each in fragments(ontology)}


def test_a_reused_term_is_explained_once(ontology: Graph) -> None:
    explained = list(ontology.objects(None, TERM))
    assert len(explained) == len(set(explained))


def test_every_mapped_concept_of_others_has_a_name_for_the_pages(skos: Graph, ontology: Graph) -> None:
    matches = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
    foreign = {
        other
        for match in matches
        for other in skos.objects(None, match)
        if (other, RDF.type, SKOS.Concept) not in skos
    }
    assert foreign and foreign <= reused(ontology)
