"""An actor: what it leads and takes part in, with whom, what came before and after."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from app import schema_org
from app.caching import today
from app.pages import record_parts
from app.pages.parts import Link, NavLink, RowGroup, Tag, Text
from app.pages.record_models import ActorPage, PartnerCount
from app.pages.sparql_links import ListLinks
from app.reading import Reading, by_label, slug_of
from app.translating import gettext as _
from catalogue.namespaces import CONCEPT, DCT, FOAF, ORG, PIVI, SKOS
from catalogue.records import Record
from catalogue.turtle import record_iri

# The first in a list; the rest are in the search.
_SHOWN = 25
# Initiatives of an actor; to look up more takes longer than a page should.
_MANY = 200
_ROLES = (CONCEPT["roll/drivande"], CONCEPT["roll/samverkanspart"])


@dataclass(frozen=True)
class _Part:
    """The initiatives in which an actor has a role: how many, and the latest."""

    count: int
    latest: tuple[str, ...]


@dataclass(frozen=True)
class _Work:
    """What an actor takes part in, by role, and with whom most: actors and their counts."""

    roles: tuple[_Part, ...]
    partners: tuple[tuple[str, int], ...]


def page(reading: Reading, record: Record) -> ActorPage:
    """The page of an organisation."""
    name = reading.label(record.iri)
    kind = record.iri_of(PIVI.actorKind)
    before, _year = record_parts.predecessors(reading, record.iri)
    after, _year = record_parts.successors(reading, record.iri)
    text = reading.rich(record, DCT.description)
    links = ListLinks(reading, name)
    crumbs = (record_parts.start(reading), NavLink(_("Aktörer"), reading.root + "/aktor/"))
    return ActorPage(
        template="actor.html",
        title=name,
        section="actors",
        description=_summary(reading, record, name),
        crumbs=crumbs,
        iri=record.iri,
        formats=record_parts.formats(reading, record.iri),
        kind=reading.tag(kind) if kind else Tag("", Text("")),
        years=record_parts.valid_years(record),
        text=text,
        before=before,
        after=after,
        facts=_facts(reading, record),
        contacts=record_parts.contacts(reading, record),
        involvement=_involvement(reading, record.iri, links),
        partners=_partners(reading, record.iri),
        partners_sparql_url=links.of_partners(record.iri),
        connected=_connected(reading, record.iri, links),
        history=record_parts.history(reading, record.iri),
        share=record_parts.share(reading, record.iri, name),
        data_block=schema_org.of_record(reading, record, name, crumbs),
        foreign=reading.foreign,
    )


def _summary(reading: Reading, record: Record, name: Text) -> str:
    kind = record.iri_of(PIVI.actorKind)
    return f"{name.text}: {reading.label(kind).text.lower()}" if kind else name.text


def _facts(reading: Reading, record: Record) -> tuple:  # type: ignore[type-arg]
    fact = record_parts.fact
    number = [each.value for each in record.literals(PIVI.organisationNumber)]
    return record_parts.facts(
        fact("years", _("Verksam"), [record_parts.valid_years(record)]),
        fact("other-names", _("Kallas också"), reading.texts(record, SKOS.altLabel)),
        fact("part-of", _("Del av"), reading.links(record.iris(ORG.subOrganizationOf))),
        fact("units", _("Enheter"), _units(reading, record.iri)),
        fact("places", _("Plats"), by_label(reading.links(record.iris(DCT.spatial)))),
        fact("sector", _("Sektor"), reading.tags(record, PIVI.sector, "sektor")),
        fact("organisation-number", _("Organisationsnummer"), number),
        fact("homepage", _("Webbplats"), _homepages(record)),
    )


def _units(reading: Reading, iri: str) -> tuple[Link, ...]:
    units = reading.store.subjects(ORG.subOrganizationOf, NamedNode(iri))
    return by_label(
        reading.link(unit, Text(years) if (years := record_parts.valid_years_of(reading, unit)) else None)
        for unit in units
        if not record_parts.ended(reading, unit, today())
    )


def _homepages(record: Record) -> list[Link]:
    return [
        Link(Text(iri.partition("://")[2].rstrip("/").removeprefix("www.")), iri)
        for iri in record.iris(FOAF.homepage)
        if iri.startswith(("http://", "https://"))
    ]


def _involvement(reading: Reading, iri: str, links: ListLinks) -> tuple[RowGroup, ...]:
    """The initiatives by role, latest first."""
    headings = (_("Driver"), _("Samverkar i"))
    groups = []
    for role, heading, part in zip(_ROLES, headings, _work(reading, iri).roles, strict=True):
        rows = tuple(record_parts.row(reading, each) for each in part.latest)
        if rows:
            more = reading.search(aktor=reading.value_of(iri)) if part.count > _SHOWN else None
            group = RowGroup(Text(heading), rows, part.count, more, slug_of(role.value))
            groups.append(links.of_role(group, iri, role.value))
    return tuple(groups)


def _partners(reading: Reading, iri: str) -> tuple[PartnerCount, ...]:
    """Those it meets in most initiatives."""
    counts = _work(reading, iri).partners
    most = max((count for _iri, count in counts), default=1)
    return tuple(
        PartnerCount(reading.label(partner), reading.url(partner) or "", count, round(100 * count / most))
        for partner, count in counts
    )


def _work(reading: Reading, iri: str) -> _Work:
    """What an actor takes part in; of those with very many initiatives looked up once a version."""
    known: dict[str, _Work] = reading.installation.once(reading.version, "actors of many initiatives", dict)
    found = known.get(iri)
    if found is None:
        found = _find_work(reading, iri)
        if sum(part.count for part in found.roles) > _MANY:
            known[iri] = found
    return found


def _find_work(reading: Reading, iri: str) -> _Work:
    roles = []
    for role in _ROLES:
        found = reading.store.query("initiatives_of_actor", actor=NamedNode(iri), role=role)
        initiatives = [each["initiative"].value for each in found]
        roles.append(_Part(len(initiatives), tuple(initiatives[:_SHOWN])))
    partners = tuple(
        (each["partner"].value, int(each["count"].value))
        for each in reading.store.query("partners_of_actor", actor=NamedNode(iri))
        if isinstance(each["count"], Literal)
    )
    return _Work(tuple(roles), partners)


def _connected(reading: Reading, iri: str, links: ListLinks) -> tuple[RowGroup, ...]:
    """Partnerships, groups, meetings, events, documents and support models that name the actor."""
    by_type: dict[str, set[str]] = {}
    for found in reading.store.query("subjects_naming", thing=NamedNode(iri)):
        record = record_iri(found["subject"].value)
        by_type.setdefault(reading.type_of(record) or "", set()).add(record)
    named = (
        (_("Idéburna offentliga partnerskap"), PIVI.Partnership, "iop"),
        (_("Grupper"), PIVI.Group, "grupper"),
        (_("Möten"), PIVI.Meeting, "moten"),
        (_("Händelser"), PIVI.Event, "handelser"),
        (_("Dokument"), PIVI.Document, "dokument"),
        (_("Stödmodeller"), PIVI.SupportModel, "stodmodeller"),
        (_("Filmer"), PIVI.Film, "filmer"),
    )
    groups = (
        (record_parts.group(reading, heading, by_type.get(type.value, ()), anchor), type)
        for heading, type, anchor in named
    )
    return tuple(links.naming(group, iri, type.value) for group, type in groups if group)
