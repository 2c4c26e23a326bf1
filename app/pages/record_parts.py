"""The parts that the pages of all records share: crumbs, formats, history, contacts, sharing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from urllib.parse import quote

from pyoxigraph import NamedNode

from app import formatting
from app.addresses import safe_link
from app.languages import unprefixed_root
from app.pages.parts import Fact, Format, Link, NavLink, Row, RowGroup, Share, Tag, Text, Version
from app.pages.record_models import Contact
from app.reading import Reading, by_label
from app.translating import gettext as _
from catalogue.formats import RECORD_FORMATS
from catalogue.namespaces import DCAT, DCT, FOAF, ORG, PIVI, SCHEMA, VCARD
from catalogue.origins import is_own
from catalogue.records import Node
from catalogue.swedish import sort_key

_DATED = {PIVI.Event.value, PIVI.Meeting.value}


def start(reading: Reading) -> NavLink:
    return NavLink(_("Start"), reading.root + "/")


def formats(reading: Reading, iri: str) -> tuple[Format, ...]:
    """The downloads of a record: every format that records are served in."""
    path = reading.path(iri)
    if path is None:
        return ()
    data = unprefixed_root() + path
    return tuple(Format(each.name, f"{data}.{each.extension}", each.media_type) for each in RECORD_FORMATS)


def history(reading: Reading, iri: str) -> tuple[Version, ...]:
    """The public versions of a record, newest first, up to what this page shows."""
    names = {"withdrawn": _("Tillbakadragen"), "replaced": _("Ersatt"), "published": _("Ändrad")}
    first = _("Publicerad")
    if not is_own(iri, reading.installation.settings.base):
        # When something happened at the source is not known, only when it was noticed here.
        first = _("Hämtad")
        names |= {"withdrawn": _("Borttagen"), "published": _("Hämtad på nytt")}
    versions = [
        Version(each.seq, each.at.date().isoformat(), names[each.state] if place else first)
        for place, each in enumerate(reading.dates(iri))
    ]
    return tuple(reversed(versions))


def share(reading: Reading, iri: str, title: Text) -> Share:
    """The permanent address, and a letter that carries it; nothing goes by a third party."""
    # A line break in a subject would begin a header of its own.
    subject = " ".join(title.text.split())
    return Share(iri, f"mailto:?subject={quote(subject)}&body={quote(subject + chr(10) + iri)}")


def contacts(reading: Reading, node: Node) -> tuple[Contact, ...]:
    """The functions to turn to."""
    found = []
    for fragment in node.fragments(DCAT.contactPoint):
        mail = next((iri for iri in fragment.iris(VCARD.hasEmail) if iri.startswith("mailto:")), None)
        telephone = next((value.value for value in fragment.literals(SCHEMA.telephone)), None)
        page = next((safe for iri in fragment.iris(FOAF.page) if (safe := safe_link(iri))), None)
        found.append(
            Contact(
                name=reading.text(fragment, VCARD.fn),
                mailto=mail,
                email=mail.removeprefix("mailto:") if mail else None,
                telephone=telephone,
                page=page,
            )
        )
    return tuple(found)


def fact(
    key: str, name: str, values: Iterable[Link | Tag | Text | str | None], *, code: bool = False
) -> Fact | None:
    """A row of the fact box; None when there is nothing to say, so that empty fields are left out."""
    links = tuple(_link(value) for value in values if value)
    return Fact(Text(name), links, code=code, key=key) if links else None


def facts(*rows: Fact | None) -> tuple[Fact, ...]:
    return tuple(row for row in rows if row is not None)


def _link(value: Link | Tag | Text | str) -> Link:
    if isinstance(value, Link):
        return value
    if isinstance(value, Tag):
        return Link(value.label, value.url)
    return Link(value if isinstance(value, Text) else Text(value))


def valid_years(node: Node) -> str:
    """The years of an organisation or place: 2011–2020, 2021–, or nothing when none is known."""
    begin, end = node.date(PIVI.validFrom), node.date(PIVI.validThrough)
    return formatting.years(begin, end, ongoing=True)


def valid_years_of(reading: Reading, iri: str) -> str:
    """The same for a record that is only mentioned."""
    begin, end = reading.year(iri, PIVI.validFrom), reading.year(iri, PIVI.validThrough)
    return f"{begin}–{end}" if begin or end else ""


def ended(reading: Reading, iri: str, day: dt.date) -> bool:
    """Whether an organisation or place had ceased before `day`."""
    end = reading.year(iri, PIVI.validThrough)
    return bool(end) and int(end) < day.year if end.isdigit() else False


def successors(reading: Reading, iri: str, *, but: Collection[str] = ()) -> tuple[tuple[Link, ...], str]:
    """Which organisations came after one, by the change events that name it, and in which year.

    None at all where one of them is among `but`: it stands there already.
    """
    return _changes(reading, iri, ORG.originalOrganization, ORG.resultingOrganization, but)


def predecessors(reading: Reading, iri: str) -> tuple[tuple[Link, ...], str]:
    """Which organisations came before one, and in which year."""
    return _changes(reading, iri, ORG.resultingOrganization, ORG.originalOrganization, ())


def _changes(
    reading: Reading, iri: str, here: NamedNode, there: NamedNode, but: Collection[str]
) -> tuple[tuple[Link, ...], str]:
    events = sorted(reading.store.subjects(here, NamedNode(iri)))
    others = {other for event in events for other in reading.iris(event, there)} - {iri}
    if others & set(but):
        return (), ""
    years = sorted({year for event in events if (year := reading.year(event, DCT.date))})
    return by_label(reading.link(other) for other in others), years[0] if years else ""


def about(reading: Reading, iri: str, type: NamedNode) -> tuple[Row, ...]:
    """The records of a type that say they are about this one, in alphabetical order."""
    found = {each for each in reading.about(iri) if reading.type_of(each) == type.value}
    return rows(reading, found)


def rows(reading: Reading, iris: Iterable[str]) -> tuple[Row, ...]:
    """Records as plain rows in alphabetical order, each with the line of facts that its type has."""
    found = [row(reading, iri) for iri in iris]
    return tuple(sorted(found, key=lambda each: sort_key(each.title.text)))


def row(reading: Reading, iri: str) -> Row:
    """A record as a row: what kind it is, when and where."""
    kinds = [
        reading.label(kind)
        for predicate in (PIVI.kind, PIVI.documentKind, PIVI.actorKind, PIVI.placeKind, PIVI.stage)
        for kind in reading.iris(iri, predicate)
    ]
    places = [reading.label(place) for place in reading.iris(iri, DCT.spatial)[:2]]
    return reading.row(iri, *kinds[:1], *places, _when(reading, iri))


def _when(reading: Reading, iri: str) -> str:
    """The day and time of what happens on a day; the years of everything else."""
    when = reading.when(iri, SCHEMA.startDate) if reading.type_of(iri) in _DATED else None
    if when:
        return f"{formatting.long_date(when[0], reading.language)} {when[1]}".strip()
    begin, end = reading.year(iri, SCHEMA.startDate), reading.year(iri, SCHEMA.endDate)
    years = f"{begin}–{end}" if begin and begin != end else begin or reading.year(iri, DCT.issued)
    return years or valid_years_of(reading, iri)


def group(reading: Reading, heading: str, iris: Iterable[str], anchor: str) -> RowGroup | None:
    """Rows under a heading; None when there are none."""
    found = rows(reading, iris)
    return RowGroup(Text(heading), found, len(found), anchor=anchor) if found else None
