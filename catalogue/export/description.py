"""The catalogue's description of itself, as triples that each profile is made from.

What all installations say is Turtle beside this file. A new way to get the data is a new entry of
`PARTS`: a Turtle file with the distribution or the service, and when it is there. What is not there
is not described.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.export.facts import Facts, File, Year, own_statements, vocabulary_paths
from catalogue.formats import by_media_type
from catalogue.namespaces import DCAT, DCT, FOAF, OWL, PIVI, RDF, SKOS, SPDX, VCARD, XSD, Namespace
from catalogue.turtle import load_packaged, parse_ntriples

ADMS = Namespace("http://www.w3.org/ns/adms#")
ODRS = Namespace("http://schema.theodi.org/odrs#")
MEDIA_TYPES = Namespace("http://www.iana.org/assignments/media-types/")
_FREQUENCY = Namespace("http://publications.europa.eu/resource/authority/frequency/")
# The national data portal joins datasets from several catalogues by this address of their publisher.
_PORTAL = "http://dataportal.se/organisation/SE"
_CC_BY = NamedNode("http://creativecommons.org/licenses/by/4.0/")
_FOLDER = Path(__file__).parent
_Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


@dataclass(frozen=True)
class Part:
    """A Turtle file beside this module, and whether what it describes is there."""

    name: str
    there: Callable[[Facts], bool]


PARTS = (
    Part("catalogue", lambda facts: True),
    Part("sparql", lambda facts: facts.sparql),
    Part("others", lambda facts: facts.sparql and facts.mixed),
    Part("feed", lambda facts: True),
    Part("activity_service", lambda facts: True),
    Part("oai", lambda facts: True),
    Part("years", lambda facts: bool(facts.years)),
)


class Terms:
    """The IRIs of the catalogue's own things: `terms["katalog"]` is `{base}data/catalog#katalog`."""

    def __init__(self, base: str) -> None:
        self._document = base + "data/catalog#"

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self._document + name)


def description(facts: Facts) -> list[Triple]:
    """The catalogue, its datasets, distributions and services, without what differs between profiles.

    Formats are said by dcat:mediaType alone. The installation's own statements take the place of what
    is packaged about the same thing with the same property. No blank nodes; every IRI is absolute.
    """
    packaged = [
        triple for part in PARTS if part.there(facts) for triple in packaged_triples(part.name, facts.base)
    ]
    if facts.places:  # nearer than the country
        packaged = [triple for triple in packaged if triple.predicate != DCT.spatial]
    computed = [Triple(*said) for said in _computed(facts)]
    found = _overridden([*packaged, *computed], own_statements(facts.settings))
    return _with_publisher(found, facts)


@lru_cache(maxsize=64)
def packaged_triples(name: str, base: str) -> tuple[Triple, ...]:
    """The triples of a Turtle file beside this module, relative IRIs resolved against `base`."""
    records = load_packaged(_FOLDER / f"{name}.ttl", base)
    return tuple(triple for content in records.values() for triple in parse_ntriples(content))


def _overridden(triples: Iterable[Triple], own: Iterable[Triple]) -> list[Triple]:
    own = tuple(own)
    said = {(triple.subject, triple.predicate) for triple in own}
    kept = [triple for triple in triples if (triple.subject, triple.predicate) not in said]
    return [*kept, *own]


def _with_publisher(triples: Iterable[Triple], facts: Facts) -> list[Triple]:
    """The publisher under the address that the national portal knows, where its number is set."""
    if not facts.settings.publisher_number:
        return list(triples)
    local = Terms(facts.base)["utgivare"]
    known = NamedNode(_PORTAL + facts.settings.publisher_number)
    return [
        Triple(
            known if triple.subject == local else triple.subject,
            triple.predicate,
            known if triple.object == local else triple.object,
        )
        for triple in triples
    ]


def _computed(facts: Facts) -> Iterator[_Said]:
    terms = Terms(facts.base)
    yield from _names(facts, terms)
    yield from _versions(facts, terms)
    yield from _places(facts, terms)
    for format in ("ttl", "rdf"):
        for path in vocabulary_paths(facts.schemes):
            yield terms[f"begrepp-{format}"], DCAT.downloadURL, NamedNode(f"{facts.base}{path}.{format}")
    for file in facts.dumps:
        yield from _file(facts, file, terms["allt"])
    for year in facts.years:
        yield from _year(facts, year, terms)


def _names(facts: Facts, terms: Terms) -> Iterator[_Said]:
    """What the settings say: the installation's name, its publisher and whom to write to."""
    settings = facts.settings
    for language in ("sv", "en"):
        yield terms["katalog"], DCT.title, Literal(settings.name, language=language)
    yield terms["utgivare"], FOAF.name, Literal(settings.publisher, language="sv")
    if settings.publisher_number:
        yield terms["utgivare"], DCT.identifier, Literal(settings.publisher_number)
    yield terms["kontakt"], VCARD.fn, Literal(f"{settings.name}, {settings.publisher}", language="sv")
    yield terms["kontakt"], VCARD.hasEmail, NamedNode("mailto:" + settings.contact)
    yield (
        terms["rattigheter"],
        ODRS.attributionText,
        Literal(f"{settings.name}, {settings.publisher}", language="sv"),
    )


def _versions(facts: Facts, terms: Terms) -> Iterator[_Said]:
    """Version and dates of catalogue and datasets; each dataset's are those of its own records."""
    changed = moment(facts.changed)
    yield terms["katalog"], DCT.modified, changed
    parts: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("allt", lambda type: True),
        ("insatser", lambda type: type == PIVI.Initiative.value),
        ("aktorer", lambda type: type == PIVI.Organisation.value),
        ("begrepp", lambda type: type in _VOCABULARY),
    )
    for name, belongs in parts:
        dataset = terms[name]
        yield dataset, DCT.identifier, Literal(dataset.value)
        yield dataset, DCAT.version, Literal(str(facts.version))
        spans = [span for type, span in facts.spans.items() if belongs(type)]
        if spans:
            yield dataset, DCT.issued, moment(min(span.first for span in spans))
            yield dataset, DCT.modified, moment(max(span.last for span in spans))
    spans = list(facts.spans.values())
    if spans:
        yield terms["katalog"], DCT.issued, moment(min(span.first for span in spans))


_VOCABULARY = {each.value for each in (SKOS.Concept, SKOS.ConceptScheme, OWL.Ontology)}


def _places(facts: Facts, terms: Terms) -> Iterator[_Said]:
    """The municipalities that the initiatives are in."""
    for iri, names in facts.places.items():
        place = NamedNode(iri)
        for name in ("katalog", "allt", "insatser", "aktorer"):
            yield terms[name], DCT.spatial, place
        yield place, RDF.type, DCT.Location
        for language, text in names.items():
            yield place, SKOS.prefLabel, Literal(text, language=language)


def _file(facts: Facts, file: File, dataset: NamedNode) -> Iterator[_Said]:
    """A file as a distribution of a dataset."""
    name = file.path.rpartition("/")[2].replace(".", "-")
    distribution = NamedNode(f"{dataset.value}-{name}")
    address = NamedNode(facts.base + file.path)
    yield dataset, DCAT.distribution, distribution
    yield distribution, RDF.type, DCAT.Distribution
    format = by_media_type(file.media_type)
    kind = format.name if format else file.media_type
    yield distribution, DCT.title, Literal(f"Allt i en fil, {kind}", language="sv")
    yield distribution, DCT.title, Literal(f"Everything in one file, {kind}", language="en")
    yield distribution, DCAT.accessURL, address
    yield distribution, DCAT.downloadURL, address
    yield distribution, DCAT.mediaType, MEDIA_TYPES[file.media_type]
    if file.packed:
        yield distribution, DCAT.compressFormat, MEDIA_TYPES["application/gzip"]
    yield distribution, DCAT.byteSize, Literal(str(file.bytes), datatype=XSD.nonNegativeInteger)
    yield distribution, DCT.modified, moment(file.modified)
    yield distribution, DCT.license, _CC_BY
    yield distribution, DCT.rights, Terms(facts.base)["rattigheter"]
    yield distribution, DCT.conformsTo, NamedNode(PIVI.iri.rstrip("#"))
    checksum = NamedNode(distribution.value + "-sha256")
    yield distribution, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)
    yield SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm


def _year(facts: Facts, year: Year, terms: Terms) -> Iterator[_Said]:
    """A yearly snapshot: a dataset that is described as everything is, but for what froze.

    The catalogue names it, and it names its series: both profiles want a dcat:Dataset in the catalogue.
    """
    dataset = terms[f"arsutgava-{year.year}"]
    yield terms["katalog"], DCAT.dataset, dataset
    yield dataset, DCAT.inSeries, terms["arsutgavor"]
    yield dataset, DCT.title, Literal(f"Hela katalogen, årsutgåva {year.year}", language="sv")
    yield dataset, DCT.title, Literal(f"The whole catalogue, snapshot of {year.year}", language="en")
    yield dataset, DCT.identifier, Literal(dataset.value)
    yield dataset, DCAT.version, Literal(str(year.version))
    yield dataset, DCT.issued, moment(year.frozen)
    yield dataset, DCT.modified, moment(year.frozen)
    yield dataset, DCT.accrualPeriodicity, _FREQUENCY.NEVER
    yield dataset, DCT.source, terms["allt"]
    for triple in packaged_triples("catalogue", facts.base):
        if triple.subject == terms["allt"] and triple.predicate in _AS_EVERYTHING:
            assert isinstance(triple.object, NamedNode | Literal)
            yield dataset, triple.predicate, triple.object
    for file in year.files:
        yield from _file(facts, file, dataset)


_AS_EVERYTHING = {
    RDF.type,
    DCT.description,
    DCT.publisher,
    DCAT.contactPoint,
    DCAT.theme,
    DCAT.keyword,
    DCT.language,
    DCT.accessRights,
    DCT.conformsTo,
    DCAT.landingPage,
}


def moment(at: datetime) -> Literal:
    """A time as xsd:dateTime, to the second, with its zone."""
    return Literal(at.isoformat(timespec="seconds"), datatype=XSD.dateTime)
