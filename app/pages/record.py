"""Any record whose type has no page of its own: made from what its shape says of each field."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from pyoxigraph import Literal, NamedNode

from app import formatting, schema_org
from app.addresses import safe_link
from app.pages import record_parts
from app.pages.parts import Fact, Link, NavLink, Rich, RowGroup, Section, Tag, Text
from app.pages.record_models import FactGroup, RecordPage
from app.reading import Reading, by_label, slug_of
from app.translating import gettext as _
from catalogue.fields import NodeForm, PropertyField, Visibility, Wording
from catalogue.namespaces import DCAT, DCT, FOAF, PIVI, RDFS, SKOS, XSD
from catalogue.records import Node, Record
from catalogue.turtle import parse_ntriples, record_iri

# What stands in the head of the page and is not repeated as a fact.
_TITLES = (DCT.title, FOAF.name, SKOS.prefLabel, RDFS.label)
_ABSTRACTS = (DCT.abstract,)
_STATUSES = (PIVI.status, PIVI.stage, PIVI.questionStatus)
_HEAD = {term.value for term in (*_TITLES, *_ABSTRACTS, *_STATUSES, DCAT.contactPoint)}


def page(reading: Reading, record: Record) -> RecordPage:
    """The page of a record, from its shape."""
    whole = _with_page_only(reading, record)
    form = _form(reading, whole.type)
    title = reading.label(record.iri)
    abstract = next((text for each in _ABSTRACTS if (text := reading.note(reading.text(whole, each)))), None)
    word = whole.path_word
    crumbs = (
        record_parts.start(reading),
        NavLink(plural(reading, whole.type), f"{reading.root}/{word}/"),
    )
    return RecordPage(
        template="record.html",
        title=title,
        description=abstract.text if abstract else title.text,
        crumbs=crumbs,
        iri=record.iri,
        formats=record_parts.formats(reading, record.iri),
        type_label=reading.label(whole.type).text,
        abstract=abstract,
        status=_status(reading, whole),
        sections=_sections(reading, whole, form),
        facts=_facts(reading, whole, form),
        parts=_parts(reading, whole, form),
        contacts=record_parts.contacts(reading, whole),
        connected=_connected(reading, record.iri),
        history=record_parts.history(reading, record.iri),
        share=record_parts.share(reading, record.iri, title),
        data_block=schema_org.of_record(reading, record, title, crumbs),
        foreign=reading.foreign,
        # What may be shown here alone must not live on in the copies that search engines keep.
        robots="noarchive" if len(whole.triples) > len(record.triples) else None,
    )


def plural(reading: Reading, type: str) -> str:
    """What several records of a type are called."""
    known = {
        PIVI.Initiative.value: _("Insatser"),
        PIVI.Organisation.value: _("Aktörer"),
        PIVI.Place.value: _("Platser"),
        PIVI.Municipality.value: _("Platser"),
        PIVI.Group.value: _("Grupper"),
        PIVI.Meeting.value: _("Möten"),
        PIVI.Partnership.value: _("Idéburna offentliga partnerskap"),
        PIVI.Story.value: _("Berättelser"),
        PIVI.Film.value: _("Filmer"),
        PIVI.Event.value: _("Händelser"),
        PIVI.SupportModel.value: _("Stödmodeller"),
        PIVI.Document.value: _("Dokument"),
    }
    return known.get(type) or reading.label(type).text


def _with_page_only(reading: Reading, record: Record) -> Record:
    """The record with what is shown on its page but never leaves the journal as data."""
    if not reading.snapshot.shapes.private_predicates(record.type):
        return record
    revision = reading.snapshot.journal.current(record.iri, upto=reading.version)
    if revision is None or not revision.published:
        return record
    extra = parse_ntriples(reading.snapshot.shapes.page_only(revision.content, record.type))
    return Record(record.iri, (*record.triples, *extra), type=record.type)


def _form(reading: Reading, type: str) -> NodeForm:
    shapes = reading.snapshot.shapes
    return shapes.form(type) if type in shapes.types else NodeForm(type, Wording(), False, ())


def _status(reading: Reading, record: Record) -> Tag | None:
    found = next((iri for each in _STATUSES if (iri := record.iri_of(each))), None)
    return reading.tag(found) if found else None


def _shown(form: NodeForm, *, markdown: bool) -> Iterable[PropertyField]:
    return (
        field
        for field in form.properties
        if field.path not in _HEAD
        and field.markdown is markdown
        and field.visibility is not Visibility.INTERNAL
    )


def _sections(reading: Reading, node: Node, form: NodeForm) -> tuple[Section, ...]:
    """The long texts, each under the name of its field."""
    found = []
    for field in _shown(form, markdown=True):
        text = reading.rich(node, NamedNode(field.path))
        if text:
            found.append(Section(field.name[reading.language], _anchor(field.path), text))
    return tuple(found)


def _facts(reading: Reading, node: Node, form: NodeForm) -> tuple[Fact, ...]:
    """The short fields, in the order of the form; empty ones are left out."""
    found = (
        record_parts.fact(_anchor(field.path), field.name[reading.language], _values(reading, node, field))
        for field in _shown(form, markdown=False)
    )
    return record_parts.facts(*found)


def _values(reading: Reading, node: Node, field: PropertyField) -> tuple[Link, ...]:
    predicate = NamedNode(field.path)
    links = by_label(
        _linked(reading, iri) for iri in node.iris(predicate) if record_iri(iri) != record_iri(node.iri)
    )
    literals = node.literals(predicate)
    if any(literal.language for literal in literals):
        return links + tuple(Link(text) for text in _spoken(reading, node, field, predicate))
    if predicate == PIVI.captions:
        return tuple(Link(Text(_language_name(literal.value, reading.language))) for literal in literals)
    return links + tuple(Link(Text(_literal(literal, reading.language))) for literal in literals)


def _spoken(reading: Reading, node: Node, field: PropertyField, predicate: NamedNode) -> tuple[Text, ...]:
    if field.unique_language:
        text = reading.text(node, predicate)
        return (text,) if text else ()
    return reading.texts(node, predicate)


def _linked(reading: Reading, iri: str) -> Link:
    """A link by its name; by its address where it leads out of the catalogue."""
    if reading.path(iri) is not None:
        return reading.link(iri)
    if iri.startswith("mailto:"):
        return Link(Text(iri.removeprefix("mailto:")), iri)
    return Link(Text(iri.partition("://")[2].rstrip("/").removeprefix("www.") or iri), safe_link(iri))


def _language_name(code: str, language: str) -> str:
    """What a language is called: svenska for sv; the code itself when nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


def _literal(literal: Literal, language: str) -> str:
    """A value as readers write it; as it stands when it is not what its datatype says."""
    if literal.datatype == XSD.boolean:
        return _("Ja") if literal.value in ("true", "1") else _("Nej")
    try:
        if literal.datatype == XSD.date:
            return formatting.long_date(literal.value, language)
        if literal.datatype == XSD.dateTime:
            return formatting.moment(literal.value, language)
        if literal.datatype == XSD.integer:
            return formatting.number(int(literal.value), language)
    except ValueError:
        # Loaded without validation.
        return literal.value
    return literal.value


def _parts(reading: Reading, record: Record, form: NodeForm) -> tuple[FactGroup, ...]:
    """The fragments: questions and decisions of a meeting, participations of a partnership."""
    groups = []
    for field in form.properties:
        if field.path == DCAT.contactPoint.value or field.visibility is Visibility.INTERNAL:
            continue
        for fragment in record.fragments(NamedNode(field.path)):
            groups.append(_part(reading, fragment, field))
    return tuple(groups)


def _part(reading: Reading, fragment: Node, field: PropertyField) -> FactGroup:
    type = next((each for each in fragment.types if each in reading.snapshot.shapes.types), "")
    form = _form(reading, type)
    title = reading.text(fragment, DCT.title)
    actor = fragment.iri_of(PIVI.participant)
    heading = title or (reading.label(actor) if actor else Text(field.name[reading.language]))
    used = {PIVI.participant.value} if actor and not title else set()
    texts = [
        Fact(Text(each.heading), rich=Rich(each.text.html, each.text.lang), key=each.anchor)
        for each in _sections(reading, fragment, form)
    ]
    facts = [
        fact for fact in _facts(reading, fragment, form) if fact.key not in {_anchor(each) for each in used}
    ]
    status = next((iri for each in _STATUSES if (iri := fragment.iri_of(each))), None)
    said = record_parts.fact("status", _("Status"), [reading.tag(status)] if status else [])
    return FactGroup(
        heading,
        fragment.iri.partition("#")[2],
        (*texts, *facts, *((said,) if said else ())),
        reading.url(actor) if actor and not title else None,
    )


def _connected(reading: Reading, iri: str) -> tuple[RowGroup, ...]:
    """What points here, by type: the meetings of a group, the initiatives of a document."""
    by_type: dict[str, list[str]] = {}
    for source in reading.store.pointing_at(iri):
        type = reading.type_of(source)
        if type:
            by_type.setdefault(type, []).append(source)
    groups = (
        record_parts.group(reading, plural(reading, type), sources, slug_of(type).partition("#")[2].lower())
        for type, sources in sorted(by_type.items())
    )
    return tuple(group for group in groups if group)


def _anchor(path: str) -> str:
    """A word for a field: `notes` of …/ns#notes."""
    return path.replace("#", "/").rstrip("/").rpartition("/")[2].lower()
