"""SPARQL 1.1 Service Description: what an RDF client gets at the address of the service, without a query."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_isomorphic

from .conftest import BASE, GRAPH, Client

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
PIVI = Namespace("https://w3id.org/pivi/ns#")
SERVICE = URIRef(BASE + "sparql")


@pytest.fixture
def graph(client: Client) -> Graph:
    return Graph().parse(data=client.get(accept="text/turtle").body, format="turtle")


def test_there_is_one_service_at_this_endpoint(graph: Graph) -> None:
    assert list(graph.subjects(RDF.type, SD.Service)) == [SERVICE]
    assert graph.value(SERVICE, SD.endpoint) == SERVICE
    assert (SERVICE, SD.supportedLanguage, SD.SPARQL11Query) in graph
    assert (SERVICE, SD.supportedLanguage, SD.SPARQL11Update) not in graph


def test_it_names_the_graph_that_may_be_asked_for_and_no_other(graph: Graph, client: Client) -> None:
    dataset = graph.value(SERVICE, SD.defaultDataset)
    assert graph.value(dataset, SD.defaultGraph) == URIRef(GRAPH)
    assert list(graph.objects(dataset, SD.namedGraph)) == []
    assert client.get("ASK { ?s ?p ?o }", ("default-graph-uri", GRAPH)).json["boolean"] is True


def test_it_names_the_formats_that_are_served(graph: Graph) -> None:
    names = ("JSON", "XML", "CSV", "TSV")
    wanted = {FORMATS[f"SPARQL_Results_{name}"] for name in names}
    wanted |= {FORMATS[name] for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")}
    assert set(graph.objects(SERVICE, SD.resultFormat)) == wanted


def test_it_tells_the_limits_and_the_text_search(graph: Graph) -> None:
    assert (SERVICE, SD.languageExtension, PIVI.search) in graph
    limits = {
        PIVI.queryTimeLimit: 300,
        PIVI.queryLengthLimit: 100_000,
        PIVI.resultSizeLimit: 50_000_000,
        PIVI.textSearchLimit: 10_000,
        PIVI.concurrentQueryLimit: 8,
        PIVI.runningQueryLimit: 3,
        PIVI.waitingQueryLimit: 5,
        PIVI.citationLimit: 100_000,
        PIVI.citationRateLimit: 20,
        PIVI.citationLengthLimit: 10_000,
    }
    for predicate, limit in limits.items():
        assert graph.value(SERVICE, predicate) == Literal(limit)
    assert int(graph.value(SERVICE, PIVI.queryMemoryLimit) or 0) > 0


def test_every_limit_that_it_tells_is_defined_in_the_ontology(graph: Graph) -> None:
    ontology = Graph().parse(Path(__file__).parents[2] / "ontology/pivi.ttl")
    told = {each for each in graph.predicates(SERVICE) if str(each).startswith(str(PIVI))}
    assert len(told) == 11
    assert told <= set(ontology.subjects(RDF.type, OWL.DatatypeProperty))


def test_it_comes_in_every_format_of_graphs(client: Client, graph: Graph) -> None:
    for accept, name in (
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("*/*", "turtle"),
    ):
        reply = client.get(accept=accept)
        found = Graph().parse(data=reply.body, format=name)
        assert to_isomorphic(found) == to_isomorphic(graph)
    assert client.get(accept="text/csv").status == 406


def test_it_is_the_same_until_something_is_published(client: Client) -> None:
    first = client.get(accept="text/turtle")
    assert first.headers["etag"] and int(first.headers["pivi-dataset-version"]) > 0
    assert client.get(accept="text/turtle", if_none_match=first.headers["etag"]).status == 304
    head = client.get(accept="text/turtle", method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_a_browser_gets_a_page_instead(client: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get(accept=accept).type == "text/html"
    assert client.get("ASK {}", accept=accept).type == "text/html"
    assert client.get("ASK {}", ("format", "json"), accept=accept).type == "application/sparql-results+json"
