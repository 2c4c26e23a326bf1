"""Lists: every actor A–Ö, every place, and every record of any other type."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from pyoxigraph import NamedNode

from app.addresses import with_query
from app.caching import today
from app.negotiating import negotiated_among
from app.pages import record_parts, tables
from app.pages.alphabet import anchor_of, by_letter, letters
from app.pages.counting import counts_by_place
from app.pages.leafing import leaf
from app.pages.models import ListPage
from app.pages.parts import NavLink, Row, RowGroup, Text
from app.pages.record import plural
from app.pages.sparql_links import ListLinks
from app.reading import Reading, reading, slug_of
from app.rendering import render
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, InvalidInput, NotFound
from catalogue.formats import Format
from catalogue.namespaces import DCT, PIVI, SCHEMA
from catalogue.swedish import sort_key

pages = Blueprint("lists", __name__)

# How many rows a page holds; shorter lists get their letters as headings.
_PAGE = 200
_FEW = 16  # a list this short needs no letters
_PLACES = {PIVI.Place.value, PIVI.Municipality.value}
_DATED = {PIVI.Meeting.value: SCHEMA.startDate, PIVI.Event.value: SCHEMA.startDate}


@pages.get("/<word:word>/")
@negotiated_among(*tables.OFFERED)
def records(word: str) -> Any:
    """Every record of a type: the page, or data where the client asks for that here."""
    here = reading()
    format = tables.asked()
    if format is not None:
        return _data(here, word, format)
    types = [each.iri for each in here.snapshot.shapes.record_types() if each.path_word == word]
    if not types:
        raise NotFound(N_("Här finns ingen lista. Adressen kan vara felskriven."))
    if PIVI.Initiative.value in types:
        return redirect(here.root + "/sok", 308)
    if PIVI.Organisation.value in types:
        return render(_actors(here))
    if _PLACES & set(types):
        return render(_places(here))
    return render(_others(here, word, types[0]))


@pages.get("/<word:word>.<any(csv, ttl, jsonld):extension>")
@shared
def data(word: str, extension: str) -> Any:
    """Every record of a type, all pages of them, as data."""
    return _data(reading(), word, tables.by_extension(extension))


def _data(here: Reading, word: str, format: tables.Table | Format) -> Any:
    types = [each.iri for each in here.snapshot.shapes.record_types() if each.path_word == word]
    if not types:
        raise NotFound(N_("Här finns ingen lista. Adressen kan vara felskriven."))
    if PIVI.Initiative.value in types:
        query = request.query_string.decode("ascii", "replace")
        return redirect(f"{here.root}/sok.{format.extension}" + (f"?{query}" if query else ""), 308)
    members = [iri for type in types for iri in _members(here, type)]
    parameters = []
    if PIVI.Organisation.value in types and "slag" in request.args:
        chosen, members = _of_kind(here, members)
        parameters = [("slag", chosen)] if chosen else []
    begin = (tables.page_number() - 1) * tables.SIZE
    part = tables.Part(
        type=types[0],
        iris=members[begin : begin + tables.SIZE],
        total=len(members),
        path=f"/{word}",
        parameters=parameters,
    )
    return tables.answer(here, part, format)


def _of_kind(here: Reading, members: list[str]) -> tuple[str, list[str]]:
    """The kind of actor that the address asks for, and the actors of it; all of them when it asks for none."""
    chosen = request.args.get("slag", "")
    kinds = here.snapshot.vocabulary.in_scheme("aktorsslag")
    if chosen and chosen not in {kind.slug for kind in kinds}:
        raise InvalidInput(N_("Det finns inget slag av aktör som heter ”%(value)s”."), value=chosen[:80])
    kind_of = here.installation.once(here.version, "kinds of actors", lambda: _kinds(here))
    return chosen, [iri for iri in members if not chosen or kind_of.get(iri) == chosen]


def _actors(here: Reading) -> ListPage:
    """Actors A–Ö, all or of one kind."""
    chosen, shown = _of_kind(here, _members(here, PIVI.Organisation.value))
    kinds = here.snapshot.vocabulary.in_scheme("aktorsslag")
    of_kind = next((kind.iri for kind in kinds if kind.slug == chosen), "")
    kind_of = here.installation.once(here.version, "kinds of actors", lambda: _kinds(here))
    used = set(kind_of.values())
    filters = [NavLink(_("Alla"), here.root + "/aktor/", not chosen)]
    filters += [
        NavLink(
            here.label(kind.iri).text,
            with_query(here.root + "/aktor/", [("slag", kind.slug)]),
            kind.slug == chosen,
        )
        for kind in kinds
        if kind.slug in used
    ]
    return _alphabetical(
        here,
        shown,
        word="aktor",
        section="actors",
        title=_("Aktörer"),
        lead=_("Organisationer som driver eller samverkar i insatserna. Aldrig enskilda personer."),
        sparql_url=ListLinks(here, Text(_("Aktörer"))).of_type(
            [PIVI.Organisation.value], (PIVI.actorKind, of_kind) if of_kind else None
        ),
        parameters=[("slag", chosen)] if chosen else [],
        filters=tuple(filters),
    )


def _kinds(here: Reading) -> dict[str, str]:
    """The kind of every actor that says one."""
    return {each["actor"].value: slug_of(each["kind"].value) for each in here.store.query("kinds_of_actors")}


def _others(here: Reading, word: str, type: str) -> ListPage:
    members = _members(here, type)
    if type in _DATED:
        return _by_date(here, members, word, type)
    title = plural(here, type)
    url = ListLinks(here, Text(title)).of_type([type])
    return _alphabetical(here, members, word=word, section="", title=title, lead="", sparql_url=url)


def _members(here: Reading, type: str) -> list[str]:
    """The records of a type in alphabetical order, worked out once per version and language."""

    def find() -> list[str]:
        members = [each["record"].value for each in here.store.query("records_of_type", type=NamedNode(type))]
        # Of actors and places, of which there may be very many, the index knows the order.
        order = here.snapshot.index.names.order[here.language]
        if all(iri in order for iri in members):
            return sorted(members, key=order.__getitem__)
        return sorted(members, key=lambda iri: sort_key(here.label(iri).text, iri))

    return here.installation.once(here.version, f"list {type} {here.language}", find)


def _alphabetical(
    here: Reading,
    members: list[str],
    *,
    word: str,
    section: str,
    title: str,
    lead: str,
    sparql_url: str,
    parameters: list[tuple[str, str]] | None = None,
    filters: tuple[NavLink, ...] = (),
) -> ListPage:
    part, pagination = leaf(members, _PAGE, here.root + f"/{word}/", parameters or [])
    rows = [record_parts.row(here, iri) for iri in part]
    groups = by_letter(rows, lambda row: row.title.text) if len(members) > _FEW else {}
    return ListPage(
        template="list.html",
        title=Text(title),
        section=section,
        description=lead,
        crumbs=(record_parts.start(here),),
        lead=lead,
        total=len(members),
        letters=letters(groups) if groups and pagination is None else (),
        groups=tuple(_letter(letter, found) for letter, found in groups.items())
        or (RowGroup(Text(""), tuple(rows), anchor="alla"),),
        pagination=pagination,
        filters=filters,
        sparql_url=sparql_url,
        formats=tables.links(here, f"/{word}", parameters or []),
        formats_hold=tables.held(len(members)),
    )


def _letter(letter: str, rows: list[Row]) -> RowGroup:
    return RowGroup(Text(letter), tuple(rows), anchor=anchor_of(letter))


def _by_date(here: Reading, members: list[str], word: str, type: str) -> ListPage:
    """What happens on a day: what is to come, the nearest first; then what has been, the latest first."""
    days = {iri: here.literal(iri, _DATED[type]) for iri in members}
    now = today().isoformat()
    coming = sorted((iri for iri in members if days[iri][:10] >= now), key=lambda iri: (days[iri], iri))
    past = sorted(
        (iri for iri in members if days[iri][:10] < now), key=lambda iri: (days[iri], iri), reverse=True
    )
    part, pagination = leaf([*coming, *past], _PAGE, here.root + f"/{word}/", [])
    shown = set(part)
    groups = (
        _dated_group(here, _("Kommande"), [iri for iri in coming if iri in shown], "kommande"),
        _dated_group(here, _("Tidigare"), [iri for iri in past if iri in shown], "tidigare"),
    )
    return ListPage(
        template="list.html",
        title=Text(plural(here, type)),
        crumbs=(record_parts.start(here),),
        lead="",
        total=len(members),
        letters=(),
        groups=tuple(group for group in groups if group.rows),
        pagination=pagination,
        sparql_url=ListLinks(here, Text(plural(here, type))).of_type([type]),
        formats=tables.links(here, f"/{word}", []),
        formats_hold=tables.held(len(members)),
    )


def _dated_group(here: Reading, heading: str, iris: list[str], anchor: str) -> RowGroup:
    return RowGroup(Text(heading), tuple(record_parts.row(here, iri) for iri in iris), anchor=anchor)


# --- places ------------------------------------------------------------------------------------------


def _places(here: Reading) -> ListPage:
    """Places with initiatives first, as municipality, city area and district; then the rest A–Ö."""
    counts = counts_by_place(here)
    members = [*_members(here, PIVI.Municipality.value), *_members(here, PIVI.Place.value)]
    kinds = {iri: next((slug_of(each) for each in here.iris(iri, PIVI.placeKind)), "") for iri in members}
    used = [iri for iri in members if counts.get(iri) and kinds[iri] == "kommun"]
    groups = [_group(here, _("Kommuner med insatser"), used, "kommuner-med-insatser")] if used else []
    groups += [
        _group(here, heading, found, anchor) for heading, found, anchor in _districts(here, members, kinds)
    ]
    rest = {
        _("Län"): [iri for iri in members if kinds[iri] == "lan"],
        _("Alla kommuner"): [iri for iri in members if kinds[iri] == "kommun"],
    }
    groups += [
        _group(here, heading, found, f"plats-{place}")
        for place, (heading, found) in enumerate(rest.items())
        if found
    ]
    return ListPage(
        template="list.html",
        title=Text(_("Platser")),
        section="places",
        crumbs=(record_parts.start(here),),
        lead=_("Kommuner, stadsområden och stadsdelar, de som gäller nu och de som har gällt."),
        total=len(members),
        letters=(),
        groups=tuple(groups),
        pagination=None,
        sparql_url=ListLinks(here, Text(_("Platser"))).of_type([PIVI.Place.value, PIVI.Municipality.value]),
        formats=tables.links(here, "/plats", []),
        formats_hold=tables.held(len(members)),
    )


def _districts(here: Reading, members: list[str], kinds: dict[str, str]) -> list[tuple[str, list[str], str]]:
    """The city areas and districts of each municipality that has them."""
    by_municipality: dict[str, list[str]] = {}
    for iri in members:
        if kinds[iri] in ("stadsomrade", "stadsdel"):
            by_municipality.setdefault(_municipality(here, iri, kinds), []).append(iri)
    return [
        (
            _("Stadsområden och stadsdelar i %(place)s", place=here.label(municipality).text),
            sorted(found, key=lambda iri: (kinds[iri] != "stadsomrade", sort_key(here.label(iri).text))),
            "delar-" + slug_of(municipality),
        )
        for municipality, found in by_municipality.items()
    ]


def _municipality(here: Reading, iri: str, kinds: dict[str, str]) -> str:
    """The municipality that a district lies in, directly or through a city area."""
    seen = {iri}
    while kinds.get(iri) != "kommun":
        outer = next(iter(here.iris(iri, DCT.isPartOf)), None)
        if outer is None or outer in seen:
            return iri
        seen.add(outer)
        iri = outer
    return iri


def _group(here: Reading, heading: str, iris: list[str], anchor: str) -> RowGroup:
    counts = counts_by_place(here)
    rows = tuple(
        here.row(
            iri,
            here.label(kind) if (kind := next(iter(here.iris(iri, PIVI.placeKind)), "")) else None,
            record_parts.valid_years_of(here, iri),
            here.initiatives(counts.get(iri, 0)),
        )
        for iri in iris
    )
    return RowGroup(Text(heading), rows, len(rows), anchor=anchor)
