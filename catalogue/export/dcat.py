"""The description in the two forms that harvesters ask for: DCAT-AP-SE 3.0.1 and DCAT-AP 3.0.1.

They contradict each other: the Swedish profile wants dct:format as one literal with a media type and
contacts that are nothing but vcard:Organization, the European one an address from its list of file
types and contacts that are vcard:Kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.export.description import ADMS, MEDIA_TYPES, ODRS, description, packaged_triples
from catalogue.export.facts import Facts
from catalogue.formats import Format
from catalogue.namespaces import DCAT, DCT, PREFIXES, RDF, SKOS, SPDX, VCARD
from catalogue.turtle import serialise


@dataclass(frozen=True)
class Profile:
    """A profile of DCAT: `iri` names it, `token` stands for it in addresses, `path` is where its form is.

    `aliases` are other addresses that clients know it by.
    """

    token: str
    name: str
    iri: str
    path: str
    aliases: tuple[str, ...] = ()

    def called(self, iri: str) -> bool:
        """Whether an address means this profile."""
        return iri.rstrip("/") in {each.rstrip("/") for each in (self.iri, *self.aliases)}


DCAT_AP_SE = Profile(
    token="dcat-ap-se",
    name="DCAT-AP-SE 3.0.1",
    iri="https://docs.dataportal.se/dcat/3.0.1/sv/",
    path="/datasets/dcat",
    aliases=("https://docs.dataportal.se/dcat/3.0.1/en/", "https://docs.dataportal.se/dcat/"),
)
DCAT_AP = Profile(
    token="dcat-ap",
    name="DCAT-AP 3.0.1",
    iri="https://semiceu.github.io/DCAT-AP/releases/3.0.1",
    path="/datasets/dcat-ap",
    aliases=("http://data.europa.eu/r5r/", "https://semiceu.github.io/DCAT-AP/releases/3.0.0"),
)
# The first is what somebody gets who does not say which.
PROFILES = (DCAT_AP_SE, DCAT_AP)

_PREFIXES = PREFIXES | {
    "adms": ADMS.iri,
    "media": MEDIA_TYPES.iri,
    "odrs": ODRS.iri,
    "spdx": SPDX.iri,
}
# What the Swedish profile has no field for; its only checksum is SHA-1.
_NOT_SWEDISH = {DCAT.mediaType, DCAT.compressFormat, SPDX.checksum}


def document(facts: Facts, profile: Profile, format: Format) -> bytes:
    """The whole description in one document, in a profile's form. Equal facts give equal bytes."""
    return serialise(form(facts, profile), format, _PREFIXES)


def form(facts: Facts, profile: Profile) -> list[Triple]:
    """The triples of the description in a profile's form, with what the things that it points at are called."""
    neutral = description(facts)
    said = list((_swedish if profile is DCAT_AP_SE else _european)(neutral, facts))
    return [*said, *_names_of(said, facts.base)]


def described(facts: Facts) -> list[Triple]:
    """The European form without what others' things are called."""
    return list(_european(description(facts), facts))


def _swedish(triples: Iterable[Triple], facts: Facts) -> Iterator[Triple]:
    for triple in triples:
        if triple.predicate == DCAT.mediaType and isinstance(triple.object, NamedNode):
            media_type = triple.object.value.removeprefix(MEDIA_TYPES.iri)
            yield Triple(triple.subject, DCT.format, Literal(media_type))
        if triple.predicate not in _NOT_SWEDISH and not _is_of(triple, SPDX.iri):
            yield triple


def _is_of(triple: Triple, namespace: str) -> bool:
    """Whether a triple is about a thing that this vocabulary alone describes."""
    kind = triple.object if triple.predicate == RDF.type else triple.predicate
    return isinstance(kind, NamedNode) and kind.value.startswith(namespace)


def _european(triples: Iterable[Triple], facts: Facts) -> Iterator[Triple]:
    triples = list(triples)
    types = _file_types(facts.base)
    services = {triple.subject for triple in triples if triple.object == DCAT.DataService}
    for triple in triples:
        if triple.predicate == DCAT.mediaType:
            if triple.object in types:
                yield Triple(triple.subject, DCT.format, types[triple.object])
            # A data service has a format, but no media type (DCAT-AP 3.0.1, Data Service).
            if triple.subject in services:
                continue
        if triple.object == VCARD.Organization:
            yield Triple(triple.subject, RDF.type, VCARD.Kind)
        yield triple


def _file_types(base: str) -> dict[object, NamedNode]:
    """The EU's file type of each media type."""
    return {
        triple.object: triple.subject
        for triple in packaged_triples("authorities", base)
        if triple.predicate == SKOS.closeMatch and isinstance(triple.subject, NamedNode)
    }


def _names_of(said: Iterable[Triple], base: str) -> Iterator[Triple]:
    """What others' addresses that are pointed at are and are called, in the words of authorities.ttl."""
    mentioned = {triple.object for triple in said}
    for triple in packaged_triples("authorities", base):
        if triple.subject in mentioned and triple.predicate != SKOS.closeMatch:
            yield triple
