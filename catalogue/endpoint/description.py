"""The service description of the endpoint (SPARQL 1.1 Service Description), with its limits."""

from __future__ import annotations

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from catalogue.endpoint import results
from catalogue.endpoint.asking import Endpoint, line_length
from catalogue.endpoint.screening import SEARCH
from catalogue.namespaces import DCT, PIVI, PREFIXES, RDF, RDFS, XSD, Namespace
from catalogue.settings import Settings

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_FORMAT_IRIS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}


def service_description(endpoint: Endpoint, media_type: str) -> bytes:
    """What the service is and can, in an RDF format. The limits are `pivi:` properties of the service."""
    rdf = RdfFormat.from_media_type(media_type)
    assert rdf is not None
    triples = list(_triples(endpoint))
    prefixes = {**PREFIXES, "sd": SD.iri, "formats": _FORMATS.iri}
    return ox.serialize(triples, format=rdf, prefixes=prefixes) or b""


def limits(settings: Settings) -> dict[NamedNode, int]:
    """The limits of the service by the properties that the ontology has for them: seconds, bytes, numbers."""
    return {
        PIVI.queryTimeLimit: settings.sparql_seconds,
        PIVI.queryMemoryLimit: settings.sparql_memory,
        PIVI.resultSizeLimit: settings.sparql_bytes,
        PIVI.queryLengthLimit: settings.sparql_query_bytes,
        PIVI.textSearchLimit: settings.sparql_hits,
        PIVI.concurrentQueryLimit: settings.sparql_share,
        PIVI.runningQueryLimit: settings.sparql_workers,
        PIVI.waitingQueryLimit: line_length(settings),
        PIVI.citationLimit: settings.sparql_citations,
        PIVI.citationRateLimit: settings.sparql_citations_hour,
        PIVI.citationLengthLimit: settings.sparql_citation_bytes,
    }


def _triples(endpoint: Endpoint) -> list[Triple]:
    settings = endpoint.settings
    service = NamedNode(endpoint.base)
    dataset, graph = NamedNode(endpoint.base + "#dataset"), NamedNode(endpoint.graph)
    said: list[tuple[NamedNode, NamedNode, NamedNode | Literal | BlankNode]] = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, service),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.defaultDataset, dataset),
        (service, SD.languageExtension, NamedNode(SEARCH)),
        (service, RDFS.label, Literal(f"{settings.name}: SPARQL", language="sv")),
        (service, RDFS.label, Literal(f"{settings.name}: SPARQL", language="en")),
        (service, RDFS.seeAlso, NamedNode(endpoint.base + "/exempel.ttl")),
        (service, DCT.conformsTo, NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, graph),
        (graph, RDF.type, SD.Graph),
        # Where it says what is in the dataset and, of what comes from others, under which licence.
        (dataset, RDFS.seeAlso, NamedNode(settings.base + ".well-known/void")),
    ]
    if not endpoint.has_harvested:  # the texts ask for more than the metadata does
        said.append((dataset, DCT.license, NamedNode("http://creativecommons.org/licenses/by/4.0/")))
    for each in (*results.SOLUTIONS, *results.GRAPHS):
        said.append((service, SD.resultFormat, _FORMATS[_FORMAT_IRIS[each.name]]))
    for predicate, value in limits(settings).items():
        said.append((service, predicate, Literal(str(value), datatype=XSD.integer)))
    return [Triple(*each) for each in said]
