"""The dataset as VoID tells of it: how much there is, of what, with examples (Describing Linked Datasets with VoID)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.export.counts import Counts
from catalogue.export.description import Terms, description, moment
from catalogue.export.facts import Facts
from catalogue.formats import RECORD_FORMATS, Format
from catalogue.namespaces import CONCEPT, DCAT, DCT, FOAF, PIVI, PREFIXES, RDF, SKOS, XSD, Namespace
from catalogue.turtle import serialise

VOID = Namespace("http://rdfs.org/ns/void#")
PATH = "/.well-known/void"
_FORMATS = {
    "ttl": "http://www.w3.org/ns/formats/Turtle",
    "nt": "http://www.w3.org/ns/formats/N-Triples",
    "rdf": "http://www.w3.org/ns/formats/RDF_XML",
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
}
# What is said of a dataset in the description of the catalogue and is worth saying here too.
_KEPT = {DCT.title, DCT.description, DCT.publisher, DCT.issued, DCT.spatial, DCT.rights, DCAT.landingPage}
# What the publisher and the places that are pointed at are called.
_NAMES = {FOAF.name, SKOS.prefLabel}
_EXAMPLES = (PIVI.Initiative, PIVI.Organisation, PIVI.Place, SKOS.Concept)
_SUBSETS = (
    ("insatser", PIVI.Initiative, "id/insats/"),
    ("aktorer", PIVI.Organisation, "id/aktor/"),
    ("begrepp", SKOS.Concept, CONCEPT.iri),
)
_Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


def document(facts: Facts, counts: Counts, format: Format) -> bytes:
    """The VoID document. The numbers are of the version that `counts` names, which the document says."""
    return serialise(triples(facts, counts), format, PREFIXES | {"void": VOID.iri})


def triples(facts: Facts, counts: Counts) -> list[Triple]:
    """The VoID description of everything of our own that is published, of its parts, and of what else SPARQL tells.

    No blank nodes.
    """
    terms = Terms(facts.base)
    said = [Triple(*each) for each in _document(facts, counts, terms)]
    whole = terms["allt"]
    named = {whole, *(terms[name] for name, _, _ in _SUBSETS)}
    for triple in description(facts):
        if triple.predicate in _NAMES or (triple.subject in named and triple.predicate in _KEPT):
            said.append(triple)
    return said


def _document(facts: Facts, counts: Counts, terms: Terms) -> Iterator[_Said]:
    here = NamedNode(facts.base + PATH.lstrip("/"))
    whole = terms["allt"]
    yield here, RDF.type, VOID.DatasetDescription
    yield here, DCT.title, Literal(f"VoID: {facts.settings.name}", language="sv")
    yield here, DCT.title, Literal(f"VoID: {facts.settings.name}", language="en")
    yield here, DCT.modified, moment(counts.changed)
    yield here, FOAF.primaryTopic, whole
    yield whole, RDF.type, VOID.Dataset
    yield whole, FOAF.homepage, NamedNode(facts.base)
    yield whole, DCAT.version, Literal(str(counts.version))
    yield whole, DCT.modified, moment(counts.changed)
    yield whole, DCT.license, NamedNode("http://creativecommons.org/licenses/by/4.0/")
    yield whole, VOID.uriSpace, Literal(facts.base + "id/")
    for format in RECORD_FORMATS:
        yield whole, VOID.feature, NamedNode(_FORMATS[format.extension])
    if facts.sparql and not counts.harvested:
        yield whole, VOID.sparqlEndpoint, NamedNode(facts.base + "sparql")
    for file in facts.dumps:
        yield whole, VOID.dataDump, NamedNode(facts.base + file.path)
    for iri in _vocabularies(counts):
        yield whole, VOID.vocabulary, NamedNode(iri)
    yield from _statistics(counts, here, whole)
    for kind in _EXAMPLES:
        if kind.value in counts.examples:
            yield whole, VOID.exampleResource, NamedNode(counts.examples[kind.value])
    if counts.harvested:
        yield from _with_others(facts, counts, here, whole)
    for name, kind, space in _SUBSETS:
        subset = terms[name]
        yield whole, VOID.subset, subset
        yield subset, RDF.type, VOID.Dataset
        yield subset, VOID.entities, _integer(counts.classes.get(kind.value, 0))
        yield subset, VOID.uriSpace, Literal(space if "://" in space else facts.base + space)
        if kind.value in counts.examples:
            yield subset, VOID.exampleResource, NamedNode(counts.examples[kind.value])


def _with_others(facts: Facts, counts: Counts, here: NamedNode, own: NamedNode) -> Iterator[_Said]:
    """What SPARQL is answered from: our own dataset, and what was harvested, each source's under its own licence.

    No licence is said of the two together: there is none that holds for all of it.
    """
    both = NamedNode(f"{here.value}#sparql")
    others = NamedNode(f"{here.value}#fran-andra")
    yield here, FOAF.topic, both
    yield both, RDF.type, VOID.Dataset
    yield both, DCT.title, Literal(f"{facts.settings.name}: det som SPARQL svarar ur", language="sv")
    yield both, DCT.title, Literal(f"{facts.settings.name}: what SPARQL is answered from", language="en")
    if facts.sparql:
        yield both, VOID.sparqlEndpoint, NamedNode(facts.base + "sparql")
    yield both, VOID.triples, _integer(counts.everything)
    yield both, VOID.subset, own
    yield both, VOID.subset, others
    yield others, RDF.type, VOID.Dataset
    yield others, DCT.title, Literal("Hämtat från andra", language="sv")
    yield others, DCT.title, Literal("Harvested from others", language="en")
    yield others, VOID.triples, _integer(counts.everything - counts.triples)
    yield others, VOID.documents, _integer(sum(each.records for each in counts.harvested))
    for each in counts.harvested:
        digest = hashlib.sha256(f"{each.source} {each.licence}".encode()).hexdigest()[:12]
        part = NamedNode(f"{here.value}#fran-{digest}")
        yield others, VOID.subset, part
        yield part, RDF.type, VOID.Dataset
        yield part, DCT.source, NamedNode(each.source)
        yield part, DCT.license, NamedNode(each.licence)
        # A record with its parts is one description, whatever it is of.
        yield part, VOID.documents, _integer(each.records)
        yield part, VOID.exampleResource, NamedNode(each.first)


def _statistics(counts: Counts, here: NamedNode, whole: NamedNode) -> Iterator[_Said]:
    yield whole, VOID.triples, _integer(counts.triples)
    yield whole, VOID.classes, _integer(len(counts.classes))
    yield whole, VOID.properties, _integer(len(counts.properties))
    yield whole, VOID.distinctSubjects, _integer(counts.subjects)
    yield whole, VOID.distinctObjects, _integer(counts.objects)
    for iri, things in counts.classes.items():
        part = NamedNode(f"{here.value}#klass-{_slug(iri)}")
        yield whole, VOID.classPartition, part
        yield part, VOID["class"], NamedNode(iri)
        yield part, VOID.entities, _integer(things)
    for iri, triples in counts.properties.items():
        part = NamedNode(f"{here.value}#egenskap-{_slug(iri)}")
        yield whole, VOID.propertyPartition, part
        yield part, VOID.property, NamedNode(iri)
        yield part, VOID.triples, _integer(triples)


def _vocabularies(counts: Counts) -> list[str]:
    """The namespaces of the classes and properties that are used."""
    used = (*counts.classes, *counts.properties)
    return sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in used})


def _slug(iri: str) -> str:
    """A stable name for a term in a fragment: `pivi-Initiative`, or a digest of its IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}-{iri.removeprefix(namespace)}"
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
