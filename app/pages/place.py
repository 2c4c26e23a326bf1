"""A place: where it lies, what is done there and by whom, what it was and became."""

from __future__ import annotations

from pyoxigraph import NamedNode

from app import schema_org
from app.addresses import with_query
from app.pages import record_parts
from app.pages.counting import counts_by_place
from app.pages.maps import place_map
from app.pages.parts import Fact, Link, NavLink, PlaceCount, Row, RowGroup, Tag, Text
from app.pages.record_models import PlacePage
from app.pages.sparql_links import ListLinks, to_search
from app.reading import Reading, by_label, slug_of
from app.translating import gettext as _
from catalogue.namespaces import DCT, FOAF, PIVI, SKOS
from catalogue.records import Record
from catalogue.swedish import sort_key

_SHOWN = 25
_ACTORS_SHOWN = 100
_FACETS = {"kommun": "kommun", "stadsdel": "stadsdel", "stadsomrade": "stadsdel"}


def page(reading: Reading, record: Record) -> PlacePage:
    """The page of a place."""
    name = reading.label(record.iri)
    kind = record.iri_of(PIVI.placeKind)
    links = ListLinks(reading, name)
    crumbs = (
        record_parts.start(reading),
        NavLink(_("Platser"), reading.root + "/plats/"),
        *_above(reading, record.iri),
    )
    return PlacePage(
        template="place.html",
        title=name,
        section="places",
        description=f"{name.text}, {reading.label(kind).text.lower()}" if kind else name.text,
        crumbs=crumbs,
        iri=record.iri,
        formats=record_parts.formats(reading, record.iri),
        kind=reading.tag(kind) if kind else Tag("", Text("")),
        years=record_parts.valid_years(record),
        text=reading.rich(record, DCT.description),
        map=place_map(reading, record.iri),
        within=reading.links(record.iris(DCT.isPartOf)),
        contains=_contains(reading, record.iri),
        contains_sparql_url=links.places_in(record.iri),
        before=by_label(reading.links(reading.store.subjects(DCT.isReplacedBy, NamedNode(record.iri)))),
        after=by_label(reading.links(record.iris(DCT.isReplacedBy))),
        facts=_facts(reading, record),
        initiatives=_initiatives(reading, record.iri),
        actors=links.actors_in(_actors(reading, record.iri), record.iri),
        connected=(),
        share=record_parts.share(reading, record.iri, name),
        data_block=schema_org.of_record(reading, record, name, crumbs),
        foreign=reading.foreign,
    )


def _above(reading: Reading, iri: str) -> tuple[NavLink, ...]:
    """The places that it lies in, outermost first."""
    found: list[NavLink] = []
    seen = {iri}
    while (outer := next(iter(reading.iris(iri, DCT.isPartOf)), None)) and outer not in seen:
        seen.add(outer)
        found.append(NavLink(reading.label(outer).text, reading.url(outer) or ""))
        iri = outer
    return tuple(reversed(found))


def _facts(reading: Reading, record: Record) -> tuple[Fact, ...]:
    fact = record_parts.fact
    code = [each.value for each in record.literals(PIVI.scbCode)]
    former = reading.store.subjects(PIVI.correspondsTo, NamedNode(record.iri))
    homepages = [
        Link(Text(iri.partition("://")[2].rstrip("/").removeprefix("www.")), iri)
        for iri in record.iris(FOAF.homepage)
        if iri.startswith(("http://", "https://"))
    ]
    return record_parts.facts(
        fact("years", _("Gäller"), [record_parts.valid_years(record)]),
        fact("other-names", _("Kallas också"), reading.texts(record, SKOS.altLabel)),
        fact("code", _("Kod hos SCB"), code),
        fact(
            "corresponds", _("Motsvaras i dag av"), by_label(reading.links(record.iris(PIVI.correspondsTo)))
        ),
        fact("former", _("Tidigare stadsdelar här"), by_label(reading.links(former))),
        fact("homepage", _("Webbplats"), homepages),
    )


def _contains(reading: Reading, iri: str) -> tuple[PlaceCount, ...]:
    """The places within it, with how many initiatives each has."""
    inner = sorted(
        reading.store.subjects(DCT.isPartOf, NamedNode(iri)),
        key=lambda each: sort_key(reading.label(each).text),
    )
    counts = counts_by_place(reading)
    return tuple(
        PlaceCount(0, reading.label(each), reading.url(each) or "", counts.get(each, 0)) for each in inner
    )


def _search_terms(reading: Reading, iri: str) -> list[tuple[str, str]]:
    """The filters that find what is done in a place; a county is all its municipalities."""
    kind = next((slug_of(each) for each in reading.iris(iri, PIVI.placeKind)), "")
    if kind in _FACETS:
        return [(_FACETS[kind], reading.value_of(iri))]
    return [
        ("kommun", reading.value_of(inner))
        for inner in sorted(reading.store.subjects(DCT.isPartOf, NamedNode(iri)))
    ]


def _initiatives(reading: Reading, iri: str) -> RowGroup:
    terms = [term for term in _search_terms(reading, iri) if _known(reading, term)]
    rows: tuple[Row, ...] = ()
    total = 0
    sparql_url = ""
    if terms:
        index = reading.snapshot.index
        parameters: dict[str, list[str]] = {"sortera": ["senast"]}
        for name, value in terms:
            parameters.setdefault(name, []).append(value)
        query = index.read(parameters, reading.language)
        answer = index.search(query)
        rows = tuple(record_parts.row(reading, hit.iri) for hit in answer.hits[:_SHOWN])
        total = answer.total
        sparql_url = to_search(reading, query, answer) if total else ""
    more = with_query(reading.root + "/sok", terms) if total > len(rows) else None
    return RowGroup(Text(_("Insatser här")), rows, total, more, "insatser", sparql_url)


def _known(reading: Reading, term: tuple[str, str]) -> bool:
    """Whether the search has the place; without initiatives it may not."""
    counts = counts_by_place(reading)
    return any(reading.value_of(iri) == term[1] for iri in counts)


def _actors(reading: Reading, iri: str) -> RowGroup:
    found = {each["actor"].value for each in reading.store.query("actors_in_place", place=NamedNode(iri))}
    named = sorted(found, key=lambda actor: sort_key(reading.label(actor).text, actor))
    rows = tuple(record_parts.row(reading, actor) for actor in named[:_ACTORS_SHOWN])
    return RowGroup(Text(_("Aktörer här")), rows, len(named), None, "aktorer")
