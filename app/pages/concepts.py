"""The vocabularies: all schemes, one scheme, one concept; each with its place in the tree and A–Ö."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from app import schema_org
from app.formatting import long_date
from app.negotiating import negotiated
from app.pages import gone, record_parts
from app.pages.alphabet import anchor_of
from app.pages.concept_models import (
    Branch,
    ConceptPage,
    Entry,
    EntryGroup,
    SchemePage,
    SchemesPage,
    SchemeSummary,
)
from app.pages.counting import counts, facet_of_scheme
from app.pages.data import description, triples
from app.pages.parts import Entrance, Fact, Letter, Link, NavLink, Row, Text
from app.pages.sparql_links import ListLinks, to_search
from app.reading import Reading, reading
from app.rendering import render
from app.sharing import shared
from app.translating import gettext as _
from catalogue import concepts
from catalogue.labels import Label, chosen
from catalogue.namespaces import SKOS

pages = Blueprint("concepts", __name__)

_SHOWN = 5
_REACHED = "malgrupp"


@pages.get("/begrepp/")
def schemes() -> Response:
    here = reading()
    found = here.snapshot.vocabulary.schemes
    letters, entries = _alphabet(here, None)
    page = SchemesPage(
        template="schemes.html",
        title=Text(_("Begrepp")),
        section="concepts",
        description=_("Orden som insatserna beskrivs med, på svenska och engelska."),
        crumbs=(record_parts.start(here),),
        schemes=tuple(
            SchemeSummary(
                slug=each.slug,
                label=_said(here, each.name(here.language)),
                url=here.url(each.iri) or "",
                definition=_text(here, each.definition),
                count=len(each.concepts),
            )
            for each in found
        ),
        letters=letters,
        entries=entries,
        sparql_url=ListLinks(here, Text(_("Begrepp"))).of_schemes(),
    )
    return render(page)


@pages.get("/begrepp/<ref:scheme>")
@negotiated
def scheme(scheme: str) -> Any:
    here = reading()
    found = here.snapshot.vocabulary.scheme(scheme)
    if found is None:
        return gone.answer(here, here.installation.addresses.candidates("begrepp", scheme))
    return description(here, found.iri, lambda: _scheme_page(here, found), also=found.concepts)


def _scheme_page(here: Reading, found: concepts.Scheme) -> Response:
    letters, entries = _alphabet(here, found.iri)
    page = SchemePage(
        template="scheme.html",
        title=_said(here, found.name(here.language)),
        section="concepts",
        description=_plain(here, found.definition),
        crumbs=_crumbs(here),
        iri=found.iri,
        formats=record_parts.formats(here, found.iri),
        data_block=_block(here, found.iri, _said(here, found.name(here.language)), _crumbs(here)),
        definition=_text(here, found.definition),
        tree=_tree(here, found, ""),
        sparql_url=ListLinks(here, _said(here, found.name(here.language))).of_scheme(found.iri),
        facts=record_parts.facts(
            record_parts.fact("note", _("Används så här"), [_text(here, found.note)]),
            record_parts.fact("iri", _("Beständig adress"), [found.iri], code=True),
        ),
        letters=letters,
        entries=entries,
    )
    return render(page)


@pages.get("/begrepp/<ref:scheme>/<ref:concept>")
@negotiated
def concept(scheme: str, concept: str) -> Any:
    here = reading()
    vocabulary = here.snapshot.vocabulary
    found = vocabulary.lookup(scheme, concept)
    within = vocabulary.scheme(scheme)
    if found is None or within is None:
        return gone.answer(here, here.installation.addresses.candidates("begrepp", f"{scheme}/{concept}"))
    return description(here, found.iri, lambda: render(_concept_page(here, found, within)))


@pages.get("/begrepp/<ref:scheme>.<extension:extension>")
@shared
def scheme_data(scheme: str, extension: str) -> Any:
    """A scheme with all its concepts: what somebody who wants the vocabulary wants."""
    here = reading()
    found = here.snapshot.vocabulary.scheme(scheme)
    if found is None:
        return gone.answer(here, here.installation.addresses.candidates("begrepp", scheme), extension)
    return triples(here, found.iri, extension, also=found.concepts)


@pages.get("/begrepp/<ref:scheme>/<ref:concept>.<extension:extension>")
@shared
def concept_data(scheme: str, concept: str, extension: str) -> Any:
    here = reading()
    found = here.snapshot.vocabulary.lookup(scheme, concept)
    if found is None:
        return gone.answer(
            here, here.installation.addresses.candidates("begrepp", f"{scheme}/{concept}"), extension
        )
    return triples(here, found.iri, extension)


def _block(here: Reading, iri: str, title: Text, crumbs: tuple[NavLink, ...]) -> Markup | None:
    record = here.record(iri)
    return schema_org.of_record(here, record, title, crumbs) if record else None


def _concept_page(here: Reading, found: concepts.Concept, within: concepts.Scheme) -> ConceptPage:
    facet = facet_of_scheme(here, within.iri)
    letters, entries = _alphabet(here, within.iri)
    count = counts(here, facet).get(found.iri, 0) if facet else 0
    scheme_name = _said(here, within.name(here.language))
    crumbs = (*_crumbs(here), NavLink(scheme_name.text, here.url(within.iri) or ""))
    return ConceptPage(
        template="concept.html",
        title=_said(here, found.name(here.language)),
        section="concepts",
        description=_plain(here, found.definition),
        crumbs=crumbs,
        iri=found.iri,
        formats=record_parts.formats(here, found.iri),
        slug=found.slug,
        scheme_slug=within.slug,
        scheme=Link(scheme_name, here.url(within.iri)),
        data_block=_block(here, found.iri, _said(here, found.name(here.language)), crumbs),
        definition=_text(here, found.definition),
        tree=_tree(here, within, found.iri),
        facts=_facts(here, found, within),
        count=count,
        search_url=here.search(**{facet: found.slug}) if facet else None,
        uses=_uses(here, facet, found.slug) if facet and count else (),
        sparql_url=_to_uses(here, facet, found.slug) if facet and count else "",
        reached=_reached(here, facet, found.slug) if facet and count and facet != _REACHED else (),
        letters=letters,
        entries=entries,
    )


# --- a concept's facts ---------------------------------------------------------------------------------


def _facts(here: Reading, found: concepts.Concept, within: concepts.Scheme) -> tuple[Fact, ...]:
    fact = record_parts.fact
    other = "en" if here.language == "sv" else "sv"
    other_name = _("På engelska") if other == "en" else _("På svenska")
    translation = [Text(found.label[other], other)] if other in found.label else []
    broader = found.broader or (within.iri,)
    return record_parts.facts(
        fact("translation", other_name, translation),
        fact("other-names", _("Kallas också"), found.alt.get(here.language, ())),
        fact("broader", _("Ingår i"), here.links(broader)),
        fact("narrower", _("Rymmer"), here.links(found.narrower)),
        fact("note", _("Används så här"), [_text(here, found.note)]),
        fact("example", _("Till exempel"), [_text(here, found.example)]),
        fact("related", _("Se även"), here.links(found.related)),
        fact("replaced-by", _("Ersatt av"), here.links(found.replaced_by)),
        fact("mappings", _("Motsvarar"), _mappings(here, found)),
        fact("notation", _("Beteckning"), [found.notation]),
        fact("changed", _("Ändrat"), [_change(here, found)]),
        fact("iri", _("Beständig adress"), [found.iri], code=True),
    )


def _mappings(here: Reading, found: concepts.Concept) -> list[Link]:
    relations = {
        SKOS.exactMatch.value: _("Samma som"),
        SKOS.closeMatch.value: _("Nära"),
        SKOS.broadMatch.value: _("Vidare begrepp"),
        SKOS.narrowMatch.value: _("Snävare begrepp"),
        SKOS.relatedMatch.value: _("Besläktat"),
    }
    return [
        Link(Text(f"{relations[each.relation]}: {_outside(here, each.iri)}"), here.url(each.iri))
        for each in found.mappings
    ]


def _outside(here: Reading, iri: str) -> str:
    """A name for somebody else's concept: as the ontology calls it, else where it lies."""
    name = here.label(iri).text
    return name if name != iri else iri.partition("://")[2]


def _change(here: Reading, found: concepts.Concept) -> str | None:
    if not found.modified:
        return None
    day = long_date(found.modified, here.language)
    note = _text(here, found.change)
    return f"{day}: {note.text}" if note else day


def _to_uses(here: Reading, facet: str, slug: str) -> str:
    index = here.snapshot.index
    query = index.read({facet: [slug], "sortera": ["senast"]}, here.language)
    return to_search(here, query, index.search(query))


def _uses(here: Reading, facet: str, slug: str) -> tuple[Row, ...]:
    """The latest initiatives with the concept."""
    index = here.snapshot.index
    answer = index.search(index.read({facet: [slug], "sortera": ["senast"]}, here.language))
    return tuple(record_parts.row(here, hit.iri) for hit in answer.hits[:_SHOWN])


def _reached(here: Reading, facet: str, slug: str) -> tuple[Entrance, ...]:
    """The target groups of the initiatives with the concept."""
    index = here.snapshot.index
    values = index.facet(index.read({facet: [slug]}, here.language), _REACHED).values
    most = max((value.count for value in values), default=0) or 1
    return tuple(
        Entrance(
            value.value,
            here.label(value.iri or ""),
            here.search(**{facet: slug, _REACHED: value.value}),
            value.count,
            round(100 * value.count / most),
        )
        for value in values
    )


# --- the tree and A–Ö ----------------------------------------------------------------------------------


def _tree(here: Reading, within: concepts.Scheme, current: str) -> tuple[Branch, ...]:
    facet = facet_of_scheme(here, within.iri)
    found = counts(here, facet) if facet else {}

    def branch(each: concepts.Branch) -> Branch:
        iri = each.concept.iri
        return Branch(
            slug=each.concept.slug,
            label=_said(here, each.concept.name(here.language)),
            url=here.url(iri) or "",
            count=found.get(iri, 0),
            current=iri == current,
            children=tuple(branch(child) for child in each.children),
        )

    return tuple(branch(each) for each in here.snapshot.vocabulary.tree(within.iri))


def _alphabet(here: Reading, scheme: str | None) -> tuple[tuple[Letter, ...], tuple[EntryGroup, ...]]:
    """The letters and what stands under each, worked out once per version."""

    def make() -> tuple[tuple[Letter, ...], tuple[EntryGroup, ...]]:
        found = here.snapshot.vocabulary.letters(here.language, scheme)
        letters = tuple(
            Letter(each.letter, anchor_of(each.letter) if each.entries else None) for each in found
        )
        groups = tuple(
            EntryGroup(
                each.letter, anchor_of(each.letter), tuple(_entry(here, entry) for entry in each.entries)
            )
            for each in found
            if each.entries
        )
        return letters, groups

    return here.installation.once(here.version, f"alphabet {here.root} {scheme} {here.language}", make)


def _entry(here: Reading, entry: concepts.Entry) -> Entry:
    return Entry(
        label=_said(here, entry.label),
        url=here.url(entry.concept.iri) or "",
        scheme=here.label(entry.concept.scheme),
        see=_said(here, entry.concept.name(here.language)) if entry.see else None,
    )


def _crumbs(here: Reading) -> tuple[NavLink, ...]:
    return (record_parts.start(here), NavLink(_("Begrepp"), here.root + "/begrepp/"))


def _said(here: Reading, label: Label) -> Text:
    return Text(label.text, label.language if label.language not in ("", here.language) else None)


def _text(here: Reading, texts: concepts.Texts) -> Text | None:
    found = chosen(dict(texts), here.language)
    return _said(here, found) if found else None


def _plain(here: Reading, texts: concepts.Texts) -> str:
    text = _text(here, texts)
    return text.text if text else ""
