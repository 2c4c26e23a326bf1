"""What of a record tells whether another one, of another source, is about the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalogue.analysis import fold, normal, stemmer, stopwords, words
from catalogue.extraction import Statement, statements
from catalogue.namespaces import CONCEPT, DCAT, DCT, FOAF, PIVI, SCHEMA, SHARED, SKOS

ACTOR = PIVI.Organisation.value
PLACE = PIVI.Place.value
# Of what is dated, another day is another thing; of reports another year.
_BY_DAY = {PIVI.Event.value, PIVI.Meeting.value}
_BY_YEAR = {PIVI.Document.value}
MUNICIPALITY = PIVI.Municipality.value
# Shared by all, so there are no two of them.
LEFT_OUT = {SKOS.Concept.value, SKOS.ConceptScheme.value}

_TITLES = {DCT.title.value, FOAF.name.value, SKOS.prefLabel.value}
_SUMMARIES = {DCT.abstract.value, DCT.description.value}
_PAGES = {
    FOAF.page.value,
    FOAF.homepage.value,
    SCHEMA.contentUrl.value,
    SCHEMA.url.value,
    DCAT.landingPage.value,
}
_ACTORS = {
    each.value for each in (PIVI.participant, DCT.creator, DCT.publisher, SCHEMA.organizer, PIVI.group)
}
_PLACES = {DCT.spatial.value}
_WITHIN = {DCT.isPartOf.value, PIVI.correspondsTo.value}
_DATES = {DCT.issued.value, SCHEMA.startDate.value}
_NUMBER = PIVI.organisationNumber.value
_KIND = PIVI.actorKind.value
# Bodies of a municipality: every one has the others' number, and its name in every other municipality.
_MUNICIPAL = {
    CONCEPT[f"aktorsslag/{each}"].value for each in ("namnd", "forvaltning", "stadsdelsforvaltning")
}
# So much of a text; what comes after tells less and costs as much.
_WORDS = 80
_FOLLOWED = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid)=[^&]*")


@dataclass(frozen=True, slots=True)
class Raw:
    """What is read of one record, before the names of what it points at are known.

    `origin` is empty for our own. `words` are stems of its title and summary, as numbers.
    """

    iri: str
    type: str
    origin: str
    titles: tuple[tuple[str, ...], ...]
    pages: frozenset[str]
    number: str
    municipal: bool
    actors: tuple[str, ...]
    places: tuple[str, ...]
    within: tuple[str, ...]
    date: str
    words: tuple[int, ...]


class Reading:
    """Reads what tells of many records; remembers the numbers of their words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def read(self, iri: str, type: str, origin: str, content: bytes) -> Raw:
        """`content` is canonical N-Triples."""
        titles: list[Statement] = []
        summaries: list[Statement] = []
        pages: set[str] = set()
        found: dict[str, list[str]] = {"actors": [], "places": [], "within": []}
        number = date = ""
        municipal = False
        for each in statements(content):
            name = each.predicate
            if name in _ACTORS:
                found["actors"].append(each.value)
            elif each.subject != iri:
                continue
            elif name in _TITLES:
                titles.append(each)
            elif name in _SUMMARIES:
                summaries.append(each)
            elif name in _PAGES:
                pages.update(page_key(each.value))
            elif name in _PLACES:
                found["places"].append(each.value)
            elif name in _WITHIN:
                found["within"].append(each.value)
            elif name in _DATES:
                date = max(date, each.value[:10])
            elif name == _NUMBER:
                number = re.sub(r"\D", "", each.value)
            elif name == _KIND:
                municipal = each.value in _MUNICIPAL
        stems = [stems_of(each.value, each.language) for each in titles]
        telling = dict.fromkeys(stem for each in stems for stem in each)
        for each in summaries:
            telling.update(dict.fromkeys(stems_of(each.value, each.language)[:_WORDS]))
        return Raw(
            iri=iri,
            type=type,
            origin=origin,
            titles=tuple(dict.fromkeys(each for each in stems if each)),
            pages=frozenset(pages),
            number=number,
            municipal=municipal,
            actors=tuple(found["actors"]),
            places=tuple(found["places"]),
            within=tuple(found["within"]),
            date=date[:4] if type in _BY_YEAR else date if type in _BY_DAY else "",
            words=tuple(self._numbers.setdefault(each, len(self._numbers)) for each in telling),
        )


def stems_of(text: str, language: str | None) -> tuple[str, ...]:
    """The stems of a text without accents and without the words that say too little."""
    known = stemmer(language or "sv")
    empty = stopwords()
    return tuple(fold(known[each]) for each in words(normal(text)) if each not in empty)


def page_key(address: str) -> Iterator[str]:
    """What is the same of the addresses of one page: scheme, www, a last slash and traces of campaigns aside."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return
    host = parts.netloc.lower().removeprefix("www.").partition(":")[0]
    query = _FOLLOWED.sub("", parts.query).strip("&")
    path = re.sub(r"/(index\.\w+)?$", "", parts.path)
    yield f"{host}{path}?{query}" if query else f"{host}{path}"


@dataclass(frozen=True, slots=True)
class Features:
    """A record as it is compared. `places` are what it is in, `around` these and everything that they lie in."""

    raw: Raw
    titles: frozenset[tuple[str, ...]]
    actors: frozenset[tuple[str, ...]]
    places: frozenset[str]
    around: frozenset[str]


class Gazetteer:
    """What actors and places are called, and what places lie in: for records of several sources.

    A place that two sources describe is the same where it has the same name and lies in the same place.
    """

    def __init__(self, named: Iterable[Raw], homes: Mapping[str, str]) -> None:
        """`named` are the actors and places, `homes` the municipality of each source that has one, by origin."""
        self._homes = homes
        self._known = {each.iri: each for each in named}
        self._keys = {iri: self._key(iri) for iri in self._known}
        self._stems: dict[str, frozenset[str]] = {}
        for iri, each in self._known.items():
            key = self._keys[iri]
            stems = (stem for title in each.titles for stem in title)
            self._stems[key] = self._stems.get(key, frozenset()).union(stems)

    def features(self, raw: Raw) -> Features:
        """The record with names instead of addresses, and its title without the names of where it is."""
        home = self._homes.get(raw.origin)
        said = raw.within if raw.type == PLACE else raw.places
        in_these = said or ((home,) if home else ())
        around = {outer for each in in_these for outer in self._around(each)}
        keys = frozenset(self._keys.get(each, each) for each in around)
        named = {stem for key in keys for stem in self._stems.get(key, ())}
        return Features(
            raw=raw,
            titles=frozenset(
                tuple(stem for stem in title if stem not in named) or title for title in raw.titles
            ),
            actors=frozenset(name for each in raw.actors for name in self._names(each)),
            places=frozenset(self._keys.get(each, each) for each in in_these),
            around=keys,
        )

    def _names(self, iri: str) -> Sequence[tuple[str, ...]]:
        known = self._known.get(iri)
        return known.titles if known else ((iri,),)

    def _key(self, iri: str) -> str:
        if iri.startswith(SHARED):
            return iri
        outer = sorted(each for each in self._around(iri) if each.startswith(SHARED))
        return " ".join((*next(iter(self._names(iri)), ()), *outer[:1]))

    def _around(self, iri: str) -> Sequence[str]:
        """A place and everything that it lies in."""
        found: dict[str, None] = {}
        waiting = [iri]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                known = self._known.get(each)
                waiting += known.within if known and known.type != ACTOR else ()
        return tuple(found)
