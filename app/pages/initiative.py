"""An initiative: Vad, Varför, Hur, what it led to, who does it, and what it hangs together with."""

from __future__ import annotations

import datetime as dt

from pyoxigraph import NamedNode

from app import formatting, schema_org
from app.addresses import with_query
from app.caching import today
from app.pages import cards, citing, record_parts
from app.pages.parts import Card, Fact, Link, NavLink, Row, Section, Tag, Text
from app.pages.record_models import Evidence, InitiativePage, KeyFigure, Role, Step
from app.reading import Reading, by_label, slug_of
from app.translating import gettext as _
from catalogue.namespaces import CONCEPT, CV, DCT, FOAF, PIVI, SCHEMA
from catalogue.records import Record

_LADDER = ("egen-uppfoljning", "extern-utvardering", "effektstudie")
_ENDED = CONCEPT["status/avslutad"].value
# Bodies of a municipality; the role of one of them is "Kommunens roll".
_MUNICIPAL = {"kommun", "namnd", "forvaltning", "stadsdelsforvaltning"}
_SIMILAR = 3


def page(reading: Reading, record: Record) -> InitiativePage:
    """The page of an initiative."""
    title = reading.text(record, DCT.title) or Text(record.reference)
    abstract = reading.note(reading.text(record, DCT.abstract)) or Text("")
    roles = _roles(reading, record)
    similar = _similar(reading, record)
    versions = record_parts.history(reading, record.iri)
    lifted_by = record.iri_of(PIVI.liftedBy)
    crumbs = (record_parts.start(reading), NavLink(_("Insatser"), reading.root + "/sok"))
    changed = versions[0].date if versions else ""
    return InitiativePage(
        template="initiative.html",
        title=title,
        section="search",
        description=abstract.text,
        crumbs=crumbs,
        iri=record.iri,
        formats=record_parts.formats(reading, record.iri),
        ref=record.reference,
        kind=_concept(reading, record, PIVI.kind, "slag"),
        status=_concept(reading, record, PIVI.status, "status"),
        areas=reading.tags(record, PIVI.area, "omrade"),
        abstract=abstract,
        why_lifted=reading.text(record, PIVI.whyLifted) or Text(""),
        lifted_by=reading.link(lifted_by) if lifted_by else None,
        sections=_sections(reading, record),
        key_figures=_key_figures(reading, record),
        results=reading.rich(record, PIVI.results),
        lessons=reading.rich(record, PIVI.lessons),
        facts=_facts(reading, record, roles),
        facts_summary=_summary(reading, record),
        roles=roles,
        evidence=_evidence(reading, record),
        contacts=record_parts.contacts(reading, record),
        wants_collaboration=bool(record.truth(PIVI.wantsCollaboration)),
        collaboration_wish=reading.text(record, PIVI.collaborationWish),
        inspired_by=record_parts.rows(reading, record.iris(PIVI.inspiredBy)),
        tried_in=record_parts.rows(reading, _pointing(reading, record, PIVI.inspiredBy)),
        stories=record_parts.about(reading, record.iri, PIVI.Story),
        films=record_parts.about(reading, record.iri, PIVI.Film),
        partnerships=record_parts.about(reading, record.iri, PIVI.Partnership),
        similar=similar,
        similar_url=_similar_search(reading, record) if similar else None,
        history=versions,
        citation=citing.citation(reading, record.iri, title, versions),
        share=record_parts.share(reading, record.iri, title),
        data_block=schema_org.of_record(reading, record, title, crumbs, changed),
        foreign=reading.foreign,
    )


def _concept(reading: Reading, record: Record, predicate: NamedNode, facet: str) -> Tag:
    iri = record.iri_of(predicate)
    return reading.tag(iri, facet) if iri else Tag("", Text(""))


def _sections(reading: Reading, record: Record) -> tuple[Section, ...]:
    named = ((_("Vad"), "vad", PIVI.what), (_("Varför"), "varfor", PIVI.why), (_("Hur"), "hur", PIVI.how))
    return tuple(
        Section(heading, anchor, text)
        for heading, anchor, predicate in named
        if (text := reading.rich(record, predicate))
    )


def _key_figures(reading: Reading, record: Record) -> tuple[KeyFigure, ...]:
    return tuple(
        KeyFigure(figure, reading.text(fragment, DCT.description) or Text(""))
        for fragment in record.fragments(PIVI.keyFigure)
        if (figure := reading.text(fragment, PIVI.figure))
    )


# --- facts -------------------------------------------------------------------------------------------


def _facts(reading: Reading, record: Record, roles: tuple[Role, ...]) -> tuple[Fact, ...]:
    fact = record_parts.fact
    confirmed = record.date(PIVI.confirmedOn)
    return record_parts.facts(
        fact("period", _("Period"), [_period(record)]),
        fact("target-groups", _("Målgrupp"), reading.tags(record, PIVI.targetGroup, "malgrupp")),
        fact("work-types", _("Typ"), reading.tags(record, PIVI.workType, "typ")),
        fact("areas", _("Område"), reading.tags(record, PIVI.area, "omrade")),
        fact("places", _("Plats"), _places(reading, record)),
        fact("role", _("Kommunens roll"), _municipal_roles(reading, record)),
        fact("sector", _("Sektor"), reading.tags(record, PIVI.sector, "sektor")),
        fact("research", _("Forskning"), [_research(record)]),
        fact("case-numbers", _("Diarienummer"), [each.value for each in record.literals(PIVI.caseNumber)]),
        fact("pages", _("Webbplats"), [Link(Text(_host(iri)), iri) for iri in _web(reading, record)]),
        fact(
            "confirmed",
            _("Senast bekräftad"),
            [formatting.long_date(confirmed, reading.language)] if confirmed else [],
        ),
    )


def _period(record: Record) -> str:
    """2017 – pågående, 2014–2016, or nothing when no date is known."""
    begin, end = record.date(SCHEMA.startDate), record.date(SCHEMA.endDate)
    if begin and not end and record.iri_of(PIVI.status) != _ENDED:
        return _("%(year)s – pågående", year=begin.year) if begin <= today() else str(begin.year)
    return formatting.years(begin, end)


def _summary(reading: Reading, record: Record) -> str:
    """Unga · 2017 – pågående: what the folded fact box says on a narrow screen."""
    groups = [tag.label.text for tag in reading.tags(record, PIVI.targetGroup)]
    return " · ".join(each for each in (", ".join(groups[:2]), _period(record)) if each)


def _places(reading: Reading, record: Record) -> tuple[Link, ...]:
    """Each place with what it lies in: Östra Göteborg, Nordost."""
    return by_label(
        reading.link(place, next((reading.label(outer) for outer in reading.iris(place, DCT.isPartOf)), None))
        for place in record.iris(DCT.spatial)
    )


def _municipal_roles(reading: Reading, record: Record) -> tuple[Text, ...]:
    roles = dict.fromkeys(
        reading.label(role)
        for part in record.fragments(CV.hasParticipation)
        for actor in part.iris(PIVI.participant)
        if any(slug_of(kind) in _MUNICIPAL for kind in reading.iris(actor, PIVI.actorKind))
        for role in part.iris(CV.role)
    )
    return tuple(roles)


def _research(record: Record) -> str | None:
    linked = record.truth(PIVI.researchLinked)
    return None if linked is None else _("Forskning är kopplad") if linked else _("Ingen forskning kopplad")


def _web(reading: Reading, record: Record) -> list[str]:
    return [iri for iri in record.iris(FOAF.page) if iri.startswith(("http://", "https://"))]


def _host(iri: str) -> str:
    return iri.partition("://")[2].partition("/")[0].removeprefix("www.")


# --- actors, evidence ---------------------------------------------------------------------------------


def _roles(reading: Reading, record: Record) -> tuple[Role, ...]:
    parts = [
        (part, actor, role)
        for part in record.fragments(CV.hasParticipation)
        for actor in part.iris(PIVI.participant)[:1]
        for role in part.iris(CV.role)[:1]
    ]
    actors = {actor for _part, actor, _ in parts}
    end = record.date(SCHEMA.endDate)
    roles = [
        _role(reading, actor, role, reading.text(part, DCT.description), end, actors)
        for part, actor, role in parts
    ]
    # Who leads comes first; otherwise as the editors put them.
    return tuple(sorted(roles, key=lambda role: role.role.slug != "drivande"))


def _role(
    reading: Reading, actor: str, role: str, description: Text | None, end: dt.date | None, actors: set[str]
) -> Role:
    kind = next(iter(reading.iris(actor, PIVI.actorKind)), None)
    after: tuple[Link, ...] = ()
    year = ""
    # Who came after matters only where the initiative went on, and is not among the actors already.
    if record_parts.ended(reading, actor, today()) and (
        end is None or record_parts.ended(reading, actor, end)
    ):
        after, year = record_parts.successors(reading, actor, but=actors)
    return Role(
        actor=reading.link(actor),
        kind=reading.label(kind) if kind else None,
        years=record_parts.valid_years_of(reading, actor),
        role=reading.tag(role),
        description=description,
        successors=after,
        successor_year=year,
    )


def _evidence(reading: Reading, record: Record) -> Evidence | None:
    documents = _documents(reading, record)
    reached = record.iri_of(PIVI.evidence)
    if reached is None:
        return Evidence(Text(""), "", (), documents) if documents else None
    slug = slug_of(reached)
    level = _LADDER.index(slug) if slug in _LADDER else -1
    steps = tuple(
        Step(reading.label(CONCEPT[f"evidens/{each}"].value), place <= level, place == level)
        for place, each in enumerate(_LADDER)
    )
    return Evidence(reading.label(reached), _evidence_sentence(slug), steps if level >= 0 else (), documents)


def _evidence_sentence(slug: str) -> str:
    return {
        "ingen-uppfoljning": _("Ingen har följt upp insatsen ännu."),
        "egen-uppfoljning": _("Nivå 1 av 3: verksamheten har själv följt upp vad som hände."),
        "extern-utvardering": _("Nivå 2 av 3: någon utanför verksamheten har granskat den."),
        "effektstudie": _("Nivå 3 av 3: en studie har jämfört med hur det annars hade gått."),
        "ingen-effekt-funnen": _(
            "En studie har prövat insatsen utan att finna någon effekt. Det är också kunskap."
        ),
    }.get(slug, "")


def _documents(reading: Reading, record: Record) -> tuple[Row, ...]:
    said = dict.fromkeys(record.iris(PIVI.documentedBy))
    about = (each for each in reading.about(record.iri) if reading.type_of(each) == PIVI.Document.value)
    said.update(dict.fromkeys(about))
    found = [_document(reading, iri) for iri in said]
    return tuple(sorted(found, key=lambda row: row.date or "", reverse=True))


def _document(reading: Reading, iri: str) -> Row:
    creators = [reading.label(creator) for creator in reading.iris(iri, DCT.creator)]
    kinds = [reading.label(kind) for kind in reading.iris(iri, PIVI.documentKind)]
    year = reading.year(iri, DCT.issued)
    return reading.row(iri, *kinds, *creators, year, date=year or None)


# --- what it hangs together with ----------------------------------------------------------------------


def _pointing(reading: Reading, record: Record, predicate: NamedNode) -> set[str]:
    return set(reading.store.subjects(predicate, NamedNode(record.iri)))


def _similar(reading: Reading, record: Record) -> tuple[Card, ...]:
    """The nearest initiatives, each saying what it shares."""
    found = reading.snapshot.index.similar(record.iri, limit=_SIMILAR)
    return tuple(cards.alike(reading, each) for each in found)


def _similar_search(reading: Reading, record: Record) -> str:
    """The search for the same areas and target groups."""
    chosen = [("omrade", slug_of(iri)) for iri in record.iris(PIVI.area)]
    chosen += [("malgrupp", slug_of(iri)) for iri in record.iris(PIVI.targetGroup)]
    return with_query(reading.root + "/sok", sorted(chosen))
