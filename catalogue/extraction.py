"""What the index takes from a record: texts, facet values and dates of an initiative, names of everything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from catalogue.analysis import normal
from catalogue.facets import END_OF, FacetRule, Plan, TextRule, Tier, Values
from catalogue.namespaces import DCT, FOAF, PIVI, PROV, SCHEMA, SKOS
from catalogue.turtle import record_iri

_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}

_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
# Looked for after a newline, which is found faster than the start of a line.
_LIST = re.compile(r"\n\s*(?:[-*+]|\d+[.)])(?=\s)")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`)")

TITLE = "title"
SUMMARY = "abstract"
WHY = "whyLifted"

INITIATIVE = PIVI.Initiative.value
_START, _END = SCHEMA.startDate.value, SCHEMA.endDate.value
_WISH = PIVI.wantsCollaboration.value

# The classes whose records are known by name: what initiatives point at, and what is suggested.
_NAMED = {
    PIVI.Organisation.value: "aktor",
    PIVI.Place.value: "plats",
    PIVI.Municipality.value: "plats",
    SKOS.Concept.value: "begrepp",
}
NAMED_TYPES = frozenset(_NAMED)
_LABELS = (FOAF.name.value, SKOS.prefLabel.value)
_ALTERNATIVES = (SKOS.altLabel.value, SKOS.hiddenLabel.value)
_LIES_IN = (DCT.isPartOf.value, PIVI.correspondsTo.value, SKOS.broader.value)
_NOTATION = SKOS.notation.value
_READ_FROM = PROV.hadPrimarySource.value
_KIND = (PIVI.placeKind.value, SKOS.inScheme.value)

_TIERS = {tier.value: tier for tier in Tier}

_YEARS = (1800, 2200)
_LONGEST_RUN = 100


class Statement(NamedTuple):
    """A triple of strings. `language` is None for an IRI, and empty for a literal without a language."""

    subject: str
    predicate: str
    value: str
    language: str | None


class Passage(NamedTuple):
    """A text of a record in one language, plain: `key` is the local name of its property."""

    key: str
    language: str
    text: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Extract:
    """What the index keeps of an initiative. `values` are the facet values as the record says them.

    `wish` tells whether it wants to collaborate, which every hit shows.
    """

    iri: str
    seq: int
    at: str
    passages: tuple[Passage, ...]
    values: dict[str, tuple[str, ...]]
    years: dict[str, tuple[int, ...]]
    start: str | None
    end: str | None
    wish: bool

    def titles(self) -> dict[str, str]:
        return self.texts(TITLE)

    def texts(self, key: str) -> dict[str, str]:
        """What a property says, by language."""
        return {each.language: each.text for each in self.passages if each.key == key}

    def dumped(self) -> bytes:
        """The extract as JSON, to be stored in the index."""
        return orjson.dumps(
            (
                self.iri,
                self.seq,
                self.at,
                [tuple(each) for each in self.passages],
                self.values,
                self.years,
                self.start,
                self.end,
                self.wish,
            )
        )

    @classmethod
    def loaded(cls, content: bytes) -> Extract:
        iri, seq, at, passages, values, years, start, end, wish = orjson.loads(content)
        return cls(
            iri,
            seq,
            at,
            tuple([Passage(key, language, text, _TIERS[tier]) for key, language, text, tier in passages]),
            {name: tuple(found) for name, found in values.items()},
            {name: tuple(found) for name, found in years.items()},
            start,
            end,
            wish,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A record that others point at: its names, and what it lies in (`within`: places, broader concepts).

    `kind` is the path word: aktor, plats or begrepp. `sort` is the slug of its place kind or scheme.
    `value` is the URL form: a concept's slug or a record's reference.
    """

    iri: str
    kind: str
    sort: str
    labels: dict[str, str]
    alternatives: tuple[tuple[str, str], ...]
    within: tuple[str, ...]
    notation: str
    value: str

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Every name, as (language, name), the record's own first."""
        return (*self.labels.items(), *self.alternatives)

    def label(self, language: str) -> str:
        """The name in `language`, else in Swedish, else in any."""
        return (
            self.labels.get(language) or self.labels.get("sv") or next(iter(self.labels.values()), self.value)
        )

    def dumped(self) -> bytes:
        return orjson.dumps(
            (self.iri, self.kind, self.sort, self.labels, self.alternatives, self.within, self.notation)
        )

    @classmethod
    def loaded(cls, content: bytes) -> Named:
        iri, kind, sort, labels, alternatives, within, notation = orjson.loads(content)
        others = tuple((language, text) for language, text in alternatives)
        return cls(iri, kind, sort, labels, others, tuple(within), notation, last_part(iri))


def last_part(iri: str) -> str:
    """What stands after the last slash: `1480`, `barn`, `k7md`."""
    return iri.rstrip("/").rpartition("/")[2]


def is_named(type_iri: str) -> bool:
    return type_iri in _NAMED


def statements(content: bytes) -> Iterator[Statement]:
    """The triples of our own canonical N-Triples (RDF 1.1 N-Triples, section 4), without blank nodes.

    A line is `<s> <p> <o> .` or `<s> <p> "text"@language .`, with single spaces: quicker cut than parsed.
    """
    for line in content.decode().removesuffix("\n").split("\n") if content else ():
        subject, predicate, term = line.split(" ", 2)
        if term[0] == "<":
            yield Statement(subject[1:-1], predicate[1:-1], term[1:-3], None)
        else:
            end = term.rindex('"')
            text = term[1:end]
            language = term[end + 2 : -2] if term[end + 1] == "@" else ""
            yield Statement(
                subject[1:-1], predicate[1:-1], _unescaped(text) if "\\" in text else text, language
            )


def _unescaped(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        plain, short, long = match.groups()
        return _ESCAPED[plain] if plain else chr(int(short or long, 16))

    if "\\\\" not in text:
        # Then each backslash begins an escape, and nearly all are these two.
        text = text.replace("\\n", "\n").replace('\\"', '"')
    return _ESCAPE.sub(letter, text) if "\\" in text else text


def plain(text: str, *, markdown: bool) -> str:
    """The words of a text without its Markdown marks, on one line and in normal form."""
    if markdown:
        if "[" in text:
            text = _LINK.sub(r"\1", text)
        if "\n" in text or not text[:1].isalpha():
            text = _LIST.sub("\n", "\n" + text)
        if "*" in text or "_" in text or "`" in text:
            text = _EMPHASIS.sub("", text)
    text = " ".join(text.split())
    found = normal(text)
    return text if found is text else " ".join(found.split())


def named(iri: str, type_iri: str, content: bytes) -> Named:
    """The names of a record of a class for which `is_named` holds."""
    labels: dict[str, str] = {}
    alternatives: list[tuple[str, str]] = []
    within: list[str] = []
    sort = notation = ""
    kind = _NAMED[type_iri]
    harvested = False
    for each in statements(content):
        if each.subject != iri:
            continue
        if each.predicate in _LABELS and each.language is not None:
            labels[each.language] = plain(each.value, markdown=False)
        elif each.predicate in _ALTERNATIVES and each.language is not None:
            alternatives.append((each.language, plain(each.value, markdown=False)))
        elif each.predicate in _LIES_IN and each.language is None:
            within.append(each.value)
        elif each.predicate in _KIND:
            sort = last_part(each.value)
        elif each.predicate == _NOTATION:
            notation = each.value
        elif each.predicate == _READ_FROM:
            harvested = True
    if harvested and kind == "begrepp":
        # Another's concept has no place among the filters, whatever scheme it says it is of.
        sort = ""
    return Named(iri, kind, sort, labels, tuple(alternatives), tuple(within), notation, last_part(iri))


# Where values are found: the property, and whether it is a fragment's.
_Place = tuple[str, bool]


class _Wanted(NamedTuple):
    """What is read of a property: its text, as `key`; its values, when a facet or a date needs them, for `place`."""

    text: TextRule | None
    key: str
    place: _Place | None


class Extraction:
    """Extracts what a plan says; prepared once for many records."""

    def __init__(self, plan: Plan) -> None:
        places = {facet: [(path, facet.on_fragment) for path in facet.predicates] for facet in plan.facets}
        self._years = [facet for facet in plan.facets if facet.values is Values.YEARS]
        self._facets = [
            (facet.name, found, _READ.get(facet.values, record_iri))
            for facet, found in places.items()
            if facet.values is not Values.YEARS
        ]
        self._own = _wanted(plan, plan.own_texts, on_fragment=False)
        self._parts = _wanted(plan, plan.fragment_texts, on_fragment=True)

    def extract(self, iri: str, seq: int, at: str, content: bytes) -> Extract:
        """What the index keeps of an initiative, from its public canonical N-Triples.

        `at` is the ISO time of the revision: an initiative without an end is known to run until its year.
        The lines are cut as `statements` does, those that are wanted.
        """
        passages: list[tuple[int, str, str, Passage]] = []
        found: dict[_Place, list[str]] = {}
        own = f"<{iri}>"
        for line in content.decode().removesuffix("\n").split("\n") if content else ():
            subject, predicate, term = line.split(" ", 2)
            on_fragment = subject != own
            wanted = (self._parts if on_fragment else self._own).get(predicate)
            if wanted is None:
                continue
            if term[0] == "<":
                value = term[1:-3]
            else:
                end = term.rindex('"')
                value = term[1:end]
                if "\\" in value:
                    value = _unescaped(value)
                rule = wanted.text
                if rule is not None:
                    language = term[end + 2 : -2].partition("-")[0] if term[end + 1] == "@" else "sv"
                    text = plain(value, markdown=rule.markdown)
                    passages.append(
                        (rule.order, language, text, Passage(wanted.key, language, text, rule.tier))
                    )
            if wanted.place is not None:
                found.setdefault(wanted.place, []).append(value)
        passages.sort()
        start, end_date = _date(found, _START), _date(found, _END)
        years = {facet.name: _years(facet, found, at) for facet in self._years}
        values: dict[str, tuple[str, ...]] = {}
        for name, places, read in self._facets:
            told = [read(value) for place in places if place in found for value in found[place]]
            if told:
                values[name] = (told[0],) if len(told) == 1 else tuple(sorted(set(told)))
        wish = any(_yes(value) for value in found.get((_WISH, False), ()))
        texts = tuple([each[3] for each in passages])
        return Extract(iri, seq, at, texts, values, years, start, end_date, wish)


def _wanted(plan: Plan, texts: Mapping[str, TextRule], *, on_fragment: bool) -> dict[str, _Wanted]:
    """What is read of each property, by its token in N-Triples."""
    paths = {path for rule in plan.facets if rule.on_fragment is on_fragment for path in rule.predicates}
    paths |= {END_OF[path] for path in paths if path in END_OF}
    if not on_fragment:
        paths |= {_START, _END, _WISH}
    return {
        f"<{path}>": _Wanted(
            texts.get(path), last_part(path.replace("#", "/")), (path, on_fragment) if path in paths else None
        )
        for path in paths | texts.keys()
    }


def _yes(value: str) -> bool:
    """Whether an xsd:boolean says yes (XML Schema 1.1 part 2, section 3.3.2)."""
    return value in ("true", "1")


# How values become those of a facet, of what points at no record.
_READ: Mapping[Values, Callable[[str], str]] = {
    Values.TRUTH: lambda value: "ja" if _yes(value) else "nej",
    Values.TEXT: str,
}


def _date(found: dict[_Place, list[str]], predicate: str) -> str | None:
    values = found.get((predicate, False))
    return values[0][:10] if values else None


def _years(rule: FacetRule, found: dict[_Place, list[str]], at: str) -> tuple[int, ...]:
    start = rule.predicates[0]
    starts = found.get((start, rule.on_fragment), [])
    ends = found.get((END_OF.get(start, ""), rule.on_fragment), [])
    first = _year(starts[0]) if starts else None
    last = _year(ends[0]) if ends else None
    if first is None:
        return (last,) if last is not None else ()
    if last is None:
        # Known to run until it was last published; later years would be a guess.
        last = (_year(at) if start in END_OF else None) or first
    last = max(first, min(last, first + _LONGEST_RUN))
    return tuple(range(first, last + 1))


def _year(date: str) -> int | None:
    year = date[:4]
    return int(year) if year.isdecimal() and _YEARS[0] <= int(year) <= _YEARS[1] else None
