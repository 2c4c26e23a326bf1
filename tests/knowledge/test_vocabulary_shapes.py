"""The shapes accept what is packaged and refuse vocabularies that are broken in any way they speak of."""

from __future__ import annotations

import pytest
from pyshacl import validate
from rdflib import DCTERMS, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from catalogue.knowledge import folder, turtle_files
from catalogue.records import Record
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from catalogue.validation import validate as judge
from tests.knowledge.conftest import BASE, graph_of

SCHEME = URIRef("https://w3id.org/pivi/begrepp/omrade")
CONCEPT = URIRef(f"{SCHEME}/fritid")
OTHER = URIRef(f"{SCHEME}/halsa")
UNKNOWN = URIRef(f"{SCHEME}/okant")
ELSEWHERE = URIRef("http://publications.europa.eu/resource/authority/data-theme/EDUC")
DATE = URIRef("http://www.w3.org/2001/XMLSchema#date")
PIVI = "https://w3id.org/pivi/ns#"


@pytest.fixture(scope="module")
def rules() -> Graph:
    return graph_of(*(folder("shapes") / f"{name}.ttl" for name in ("vocabularies", "ontology", "values")))


def complaints(data: Graph, rules: Graph) -> list[tuple[Node, Node | None, Node | None]]:
    """Focus node, path and constraint component of each result."""
    _, report, _ = validate(data, shacl_graph=rules)
    assert isinstance(report, Graph)
    return [
        (
            report.value(result, SH.focusNode) or result,
            report.value(result, SH.resultPath),
            report.value(result, SH.sourceConstraintComponent),
        )
        for result in report.objects(None, SH.result)
    ]


def test_everything_packaged_conforms_to_all_shapes(shapes: Graph) -> None:
    data = graph_of(*turtle_files("vocab"), *turtle_files("ontology"))
    conforms, _, text = validate(data, shacl_graph=shapes)
    assert conforms, text


def test_everything_packaged_passes_validation_and_is_public_in_every_line() -> None:
    shapes = Shapes.load()
    records = {
        iri: content
        for path in (*turtle_files("ontology"), *turtle_files("vocab"))
        for iri, content in load_packaged(path, BASE).items()
    }
    assert not judge(records, shapes=shapes).results
    for iri, content in records.items():
        assert shapes.public(content, Record.from_ntriples(iri, content).type) == content, iri


def words(text: str, language: str | None = "sv") -> Literal:
    return Literal(text, lang=language)


# What is done to a concept that is right: what is said of it is replaced, or added to.
REPLACED: dict[str, tuple[URIRef, list[Node]]] = {
    "without a name": (SKOS.prefLabel, []),
    "named in English only": (SKOS.prefLabel, [words("Leisure", "en")]),
    "named without a language": (SKOS.prefLabel, [Literal("Fritid")]),
    "named in a language that pages do not have": (
        SKOS.prefLabel,
        [words("Fritid"), words("Freizeit", "de")],
    ),
    "with an empty name": (SKOS.prefLabel, [words(" ")]),
    "with a space before its name": (SKOS.prefLabel, [words(" Fritid")]),
    "with a space after its name": (SKOS.prefLabel, [words("Fritid ")]),
    "with a name in two lines": (SKOS.prefLabel, [words("Fri\ntid")]),
    "with a name of 81 characters": (SKOS.prefLabel, [words("F" * 81)]),
    "with an IRI for a name": (SKOS.prefLabel, [OTHER]),
    "without a definition": (SKOS.definition, []),
    "defined without a language": (SKOS.definition, [Literal("Det som sker på fri tid.")]),
    "defined in one word": (SKOS.definition, [words("Fritid")]),
    "in no scheme": (SKOS.inScheme, []),
    "in a scheme that is unknown": (SKOS.inScheme, [UNKNOWN]),
    "with a literal for a scheme": (SKOS.inScheme, [Literal("omrade")]),
    "with no place in the tree": (SKOS.topConceptOf, []),
    "with a notation of small letters": (SKOS.notation, [Literal("o5")]),
    "with two notations": (SKOS.notation, [Literal("O5"), Literal("O6")]),
    "related to an unknown concept": (SKOS.related, [UNKNOWN]),
    "related to a scheme": (SKOS.related, [SCHEME]),
    "mapped to words": (SKOS.closeMatch, [Literal("EDUC")]),
    "mapped to an address that is no web address": (SKOS.closeMatch, [URIRef("urn:educ")]),
    "changed before it was created": (DCTERMS.modified, [Literal("2020-01-01", datatype=DATE)]),
    "created on a day that is no date": (DCTERMS.created, [Literal("i går")]),
    "of another type as well": (RDF.type, [SKOS.Concept, SKOS.Collection]),
}
ADDED: dict[str, tuple[URIRef, Node]] = {
    "with two Swedish names": (SKOS.prefLabel, words("Ledig tid")),
    "with its name as another name": (SKOS.altLabel, words("Fritid")),
    "with its name as a hidden name": (SKOS.hiddenLabel, words("Fritid")),
    "with another name hidden as well": (SKOS.hiddenLabel, words("fritidsgård")),
    "with two Swedish definitions": (SKOS.definition, words("Något annat som är långt nog.")),
    "with a personal number in a note": (SKOS.changeNote, words("Ändrat av 19121212-1212.")),
    "with an e-mail address in a note": (SKOS.changeNote, words("Fråga anna@example.se om detta.")),
    "related to what is broader": (SKOS.broader, OTHER),
    "with something broader although it stands at the top": (SKOS.broader, URIRef(f"{SCHEME}/beroende")),
    "with a property that nobody knows": (RDFS.comment, words("Något mer.")),
    "with a misspelt SKOS property": (URIRef(f"{SKOS}altLabels"), words("fri")),
}


@pytest.fixture
def concepts() -> Graph:
    return graph_of(folder("vocab") / "omrade.ttl")


def of_concept(found: list[tuple[Node, Node | None, Node | None]]) -> list[tuple[Node | None, Node | None]]:
    return [(path, component) for focus, path, component in found if focus == CONCEPT]


def test_the_area_scheme_conforms_by_itself(concepts: Graph, rules: Graph) -> None:
    assert not complaints(concepts, rules)


@pytest.mark.parametrize("broken", REPLACED)
def test_the_shapes_refuse_a_concept(broken: str, concepts: Graph, rules: Graph) -> None:
    predicate, values = REPLACED[broken]
    concepts.remove((CONCEPT, predicate, None))
    for value in values:
        concepts.add((CONCEPT, predicate, value))
    assert of_concept(complaints(concepts, rules))


@pytest.mark.parametrize("broken", ADDED)
def test_the_shapes_refuse_a_concept_that_says_more(broken: str, concepts: Graph, rules: Graph) -> None:
    predicate, value = ADDED[broken]
    concepts.add((CONCEPT, predicate, value))
    assert of_concept(complaints(concepts, rules))


@pytest.mark.parametrize(
    "clash", [SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch], ids=lambda each: each.fragment
)
def test_the_shapes_refuse_an_exact_match_that_is_another_match_too(
    clash: URIRef, concepts: Graph, rules: Graph
) -> None:
    for predicate in (SKOS.exactMatch, clash):
        concepts.add((CONCEPT, predicate, ELSEWHERE))
    assert of_concept(complaints(concepts, rules))


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.definition, SKOS.hasTopConcept])
def test_the_shapes_refuse_a_scheme_that_lacks(predicate: URIRef, concepts: Graph, rules: Graph) -> None:
    concepts.remove((SCHEME, predicate, None))
    assert [path for focus, path, _ in complaints(concepts, rules) if focus == SCHEME] == [predicate] * (
        # A text that is missing is missing in Swedish too.
        1 if predicate == SKOS.hasTopConcept else 2
    )


def test_the_shapes_refuse_a_term_without_english(ontology: Graph, rules: Graph) -> None:
    term = URIRef(PIVI + "caseNumber")
    data = Graph()
    for triple in ontology.triples((term, None, None)):
        data.add(triple)
    assert not complaints(data, rules)
    data.remove((term, RDFS.label, words("Case number", "en")))
    assert complaints(data, rules)


def test_a_refusal_names_the_word_and_the_remedy() -> None:
    content = load_packaged(folder("vocab") / "omrade.ttl", BASE)
    content[str(CONCEPT)] = content[str(CONCEPT)].replace(b'"idrott"@sv', b'"Fritid"@sv')
    (result,) = [each for each in judge(content).results if each.record == str(CONCEPT)]
    assert result.path == str(SKOS.prefLabel)
    assert result.message["sv"] == "”Fritid” är både begreppets namn och ett annat namn. Ta bort det andra."
