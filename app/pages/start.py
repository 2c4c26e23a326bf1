"""The start page: purpose, search and the ways in, each with its count."""

from __future__ import annotations

from flask import Blueprint, Response

from app import formatting
from app.caching import today
from app.pages import cards, record_parts
from app.pages.counting import counts
from app.pages.districts import place_groups
from app.pages.entry_models import Arc, Figure, Happening, StartPage
from app.pages.maps import district_map
from app.pages.parts import Entrance, NavLink, Row, Text
from app.pages.picking import LATEST, picks
from app.reading import Reading, reading
from app.rendering import render
from app.translating import gettext as _
from catalogue.namespaces import CONCEPT, DCT, PIVI, SCHEMA

pages = Blueprint("start", __name__)

_SHOWN = 12  # arcs: more of them would hide each other
_STRONG = 4
_WIDEST = 5
_HAPPENINGS = 3
_NOT_FOLLOWED_UP = CONCEPT["evidens/ingen-uppfoljning"].value


@pages.get("/")
def start() -> Response:
    here = reading()
    name = f"start {here.root} {here.language} {today()}"
    return render(here.installation.once(here.version, name, lambda: _page(here)))


def _page(here: Reading) -> StartPage:
    areas = _entrances(here, "omrade", "omrade")
    groups = place_groups(here)
    return StartPage(
        template="start.html",
        title=Text(_("Lär av det som prövats. Bygg vidare tillsammans.")),
        section="start",
        description=_("Gör kunskap och erfarenheter från socialt utvecklingsarbete synliga för varandra."),
        figures=_figures(here),
        areas=areas,
        arcs=_arcs(here),
        target_groups=_entrances(here, "malgrupp", "malgrupp"),
        work_types=_entrances(here, "typ", "typ"),
        kinds=_entrances(here, "slag", "insatsslag"),
        examples=_examples(here),
        picks=tuple(cards.lifted(here, iri) for iri in picks(here)),
        map=district_map(here, groups),
        place_groups=groups,
        happenings=_happenings(here),
        latest=_latest(here),
    )


def _entrances(here: Reading, facet: str, scheme: str) -> tuple[Entrance, ...]:
    """The concepts of a scheme in the order of their notations, each with its count."""
    found = counts(here, facet)
    most = max(found.values(), default=0) or 1
    return tuple(
        Entrance(
            concept.slug,
            here.label(concept.iri),
            here.search(**{facet: concept.slug}),
            found.get(concept.iri, 0),
            round(100 * found.get(concept.iri, 0) / most),
        )
        for concept in here.snapshot.vocabulary.in_scheme(scheme)
    )


def _figures(here: Reading) -> tuple[Figure, ...]:
    index = here.snapshot.index
    total = index.search(index.read({}, "sv")).total
    municipalities = sum(1 for count in counts(here, "kommun").values() if count)
    actors = sum(1 for count in counts(here, "aktor").values() if count)
    followed = sum(count for iri, count in counts(here, "uppfoljning").items() if iri != _NOT_FOLLOWED_UP)
    return (
        Figure(total, _("insatser i %(count)s kommuner", count=municipalities)),
        Figure(actors, _("aktörer som deltar")),
        Figure(followed, _("med någon uppföljning")),
    )


def _arcs(here: Reading) -> tuple[Arc, ...]:
    """Areas that meet in the same initiatives; width by how many, the strongest marked."""
    places = {concept.iri: at for at, concept in enumerate(here.snapshot.vocabulary.in_scheme("omrade"))}
    pairs = {
        tuple(sorted((places[one], places[other]))): count
        for (one, other), count in here.snapshot.index.pairs("omrade").items()
        if one in places and other in places
    }
    most = max(pairs.values(), default=0) or 1
    ranked = sorted(pairs.items(), key=lambda each: (-each[1], each[0]))[:_SHOWN]
    return tuple(
        Arc(first, second, count, max(1, round(_WIDEST * count / most)), place < _STRONG)
        for place, ((first, second), count) in enumerate(ranked)
    )


def _examples(here: Reading) -> tuple[NavLink, ...]:
    """Searches to try: what people call some areas, of those that have initiatives."""
    found = counts(here, "omrade")
    ranked = sorted(here.snapshot.vocabulary.in_scheme("omrade"), key=lambda each: -found.get(each.iri, 0))
    names = [concept.alt.get(here.language, ()) for concept in ranked if found.get(concept.iri)]
    chosen = [min(each, key=len) for each in names if each][:3]
    return tuple(NavLink(name, here.search(q=name)) for name in chosen)


def _happenings(here: Reading) -> tuple[Happening, ...]:
    """The next events, from today on."""
    events = here.store.query("coming_events")
    coming = sorted(
        (each["start"].value, each["event"].value)
        for each in events
        if each["start"].value[:10] >= today().isoformat()
    )
    found = (_happening(here, iri, start) for start, iri in coming[:_HAPPENINGS])
    return tuple(each for each in found if each)


def _happening(here: Reading, iri: str, start: str) -> Happening | None:
    when = here.when(iri, SCHEMA.startDate)
    if when is None:
        return None
    day, clock = when
    venue = here.one(iri, PIVI.venue)
    places = [here.label(place) for place in here.iris(iri, DCT.spatial)[:1]]
    facts = [Text(clock)] if clock else []
    note = here.source_note(iri)
    return Happening(
        url=here.url(iri) or "",
        title=here.label(iri),
        date=start[:10],
        day=str(day.day),
        month=formatting.month(day, here.language),
        facts=(*facts, *([venue] if venue else []), *places, *([note] if note else [])),
    )


def _latest(here: Reading) -> tuple[Row, ...]:
    index = here.snapshot.index
    answer = index.search(index.read({"sortera": ["senast"]}, here.language))
    return tuple(_news(here, hit.iri) for hit in answer.hits[:LATEST])


def _news(here: Reading, iri: str) -> Row:
    """Projekt · Angered · publicerad 17 november."""
    versions = record_parts.history(here, iri)
    date = versions[0].date if versions else None
    day = formatting.long_date(date, here.language) if date else ""
    word = _("ändrad %(date)s", date=day) if len(versions) > 1 else _("publicerad %(date)s", date=day)
    if here.origin(iri):
        word = _("hämtad %(date)s", date=day)
    kinds = [here.label(kind) for kind in here.iris(iri, PIVI.kind)]
    places = [here.label(place) for place in here.iris(iri, DCT.spatial)[:2]]
    areas = sorted((here.tag(area) for area in here.iris(iri, PIVI.area)), key=lambda tag: tag.slug)
    row = here.row(iri, *kinds, *places, word if date else None, date=date)
    return Row(row.url, row.title, row.facts, area=areas[0] if areas else None, date=date, origin=row.origin)
