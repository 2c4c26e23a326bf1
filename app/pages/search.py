"""The search: a GET form whose address says everything, its hits, facets and suggestions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup, escape

from app.addresses import with_query
from app.formatting import number, years
from app.negotiating import negotiated_among
from app.pages import record_parts, tables
from app.pages.entry_models import Chip, HitView, Names, Option, Removal, SearchPage
from app.pages.facets import facet_name, groups, value_label
from app.pages.leafing import pagination
from app.pages.parts import Format, Link, NavLink, Rich, Tag, Text
from app.pages.picking import picks
from app.pages.sparql_links import to_search
from app.reading import Reading, reading
from app.rendering import render
from app.sharing import shared
from app.translating import gettext as _
from app.translating import ngettext
from catalogue.answers import SOURCE, Answer, Hit, Query, Segment, Suggestion
from catalogue.formats import Format as RdfFormat
from catalogue.namespaces import CONCEPT, PIVI
from catalogue.swedish import sort_key

pages = Blueprint("search", __name__)

_PLACES_IN_HIT = 3
_ACTORS_IN_HIT = 2
_SUGGESTIONS = 8
_LONGEST_SUGGESTED = 100
_ENDED = CONCEPT["status/avslutad"].value


@pages.get("/sok")
@negotiated_among(*tables.OFFERED)
def search() -> Response:
    """The page, or the hits as data where the client asks for that here."""
    here = reading()
    format = tables.asked()
    if format is not None:
        return _data(here, format)
    query = _asked(here)
    return render(_page(here, query, here.snapshot.index.search(query)))


@pages.get("/sok.<any(csv, ttl, jsonld):extension>")
@shared
def search_data(extension: str) -> Response:
    """The hits of a search, all pages of them, as data."""
    return _data(reading(), tables.by_extension(extension))


def _asked(here: Reading) -> Query:
    return here.query(request.args.to_dict(flat=False))


def _data(here: Reading, format: tables.Table | RdfFormat) -> Response:
    # By title unless another order is asked for: who leafs through data needs one that stays.
    asked = _asked(here)
    query = replace(asked, sort=asked.sort or "titel", size=tables.SIZE)
    iris, total = here.snapshot.index.listed(query)
    part = tables.Part(
        type=PIVI.Initiative.value,
        iris=iris,
        total=total,
        path="/sok",
        parameters=asked.parameters(page=1),
    )
    return tables.answer(here, part, format)


@pages.get("/forslag")
def suggestions() -> Response:
    """What somebody may be typing: titles, concepts, actors and places."""
    here = reading()
    text = request.args.get("q", "")[:_LONGEST_SUGGESTED]
    return jsonify(
        suggestions=[
            {
                "text": each.text,
                "kind": _signs(here, each),
                "url": here.url(each.iri),
                "lang": each.language,
            }
            for each in _suggested(here, text)
        ]
    )


def _suggested(here: Reading, text: str) -> tuple[Suggestion, ...]:
    return here.snapshot.index.suggest(text, here.language, _SUGGESTIONS) if text.strip() else ()


def _signs(here: Reading, suggestion: Suggestion) -> str:
    """What kind of thing a suggestion is, and where it comes from if it is not ours."""
    kinds = {"insats": _("Insats"), "begrepp": _("Begrepp"), "aktor": _("Aktör"), "plats": _("Plats")}
    note = here.source_note(suggestion.iri)
    return ", ".join(each for each in (kinds.get(suggestion.kind, ""), note.text if note else "") if each)


def _page(here: Reading, query: Query, answer: Answer) -> SearchPage:
    path = here.root + "/sok"
    title = _("Sök insatser")
    return SearchPage(
        template="search.html",
        title=Text(title),
        section="search",
        description=_("Sök bland projekt, verksamheter, idéer och inspiration i socialt utvecklingsarbete."),
        action=path,
        text=query.text,
        total=answer.total,
        heading=_heading(here, query, answer),
        groups=groups(here, answer),
        chosen_filters=len(query.chosen),
        chips=_chips(here, query),
        clear_url=with_query(path, Query(text=query.text).parameters()),
        sorts=_sorts(query),
        hits=tuple(_hit(here, hit) for hit in answer.hits),
        pagination=pagination(query.page, answer.pages, path, query.parameters(page=1))
        if answer.pages > 1
        else None,
        removals=_removals(here, query, answer),
        did_you_mean=_did_you_mean(here, query, answer),
        broader=_broader(here, query) if not answer.total else (),
        named=_named(here, query) if not answer.total else (),
        relaxed=_notes(answer),
        # Every combination of filters is an address; search engines need only the records.
        robots="noindex, follow" if query.chosen or query.text or query.page > 1 else None,
        sparql_url=to_search(here, query, answer),
        formats=_formats(here, query),
        formats_hold=tables.held(answer.total),
        crumbs=(record_parts.start(here),),
        foreign=here.foreign,
    )


def _formats(here: Reading, query: Query) -> tuple[Format, ...]:
    """The same search as data, and to follow."""
    asked = replace(query.without(SOURCE), sort="").parameters(page=1)
    return (
        *tables.links(here, "/sok", query.parameters(page=1)),
        Format("Atom", with_query(here.root + "/sok.atom", asked), "application/atom+xml"),
    )


def _heading(here: Reading, query: Query, answer: Answer) -> str:
    shown = number(answer.total, here.language)
    if query.text:
        return ngettext(
            "%(count)s insats om ”%(text)s”",
            "%(count)s insatser om ”%(text)s”",
            answer.total,
            count=shown,
            text=query.text,
        )
    return ngettext("%(count)s insats", "%(count)s insatser", answer.total, count=shown)


def _chips(here: Reading, query: Query) -> tuple[Chip, ...]:
    return tuple(
        Chip(
            value_label(here, facet, value),
            with_query(here.root + "/sok", query.without(facet, value).parameters()),
        )
        for facet, value in query.chosen
    )


def _sorts(query: Query) -> tuple[Option, ...]:
    named = (("traff", _("Bäst träff")), ("senast", _("Senast publicerat")), ("titel", _("Titel, A–Ö")))
    return tuple(Option(value, label, value == query.order) for value, label in named)


# --- hits --------------------------------------------------------------------------------------------


def _hit(here: Reading, hit: Hit) -> HitView:
    kind = next(iter(hit.values.get("slag", ())), None)
    status = next(iter(hit.values.get("status", ())), None)
    evidence = next(iter(hit.values.get("uppfoljning", ())), None)
    picked = Text(hit.why, _other(here, hit.why_language)) if hit.why and hit.iri in picks(here) else None
    here.note(Text("", _other(here, hit.title_language)))
    return HitView(
        url=here.url(hit.iri) or "",
        title=Rich(_marked(hit.title), _other(here, hit.title_language)),
        snippet=Rich(_marked(hit.snippet), _other(here, hit.snippet_language)) if hit.snippet else None,
        kind=here.tag(kind) if kind else None,
        status=here.tag(status) if status else None,
        picked=picked,
        areas=_tags(here, hit.values.get("omrade", ())),
        target_groups=_labels(here, hit.values.get("malgrupp", ())),
        places=_first(here, (*hit.values.get("stadsdel", ()), *hit.values.get("kommun", ())), _PLACES_IN_HIT),
        actors=_first(here, hit.values.get("aktor", ()), _ACTORS_IN_HIT),
        years=years(_day(hit.start), _day(hit.end), ongoing=status != _ENDED),
        evidence=here.label(evidence) if evidence else None,
        wants_collaboration=hit.wish,
        origin=here.origin(hit.iri),
    )


def _marked(segments: Iterable[Segment]) -> Markup:
    return Markup(
        "".join(
            f"<mark>{escape(each.text)}</mark>" if each.marked else escape(each.text) for each in segments
        )
    )


def _other(here: Reading, language: str) -> str | None:
    return language if language not in ("", here.language) else None


def _tags(here: Reading, iris: Iterable[str]) -> tuple[Tag, ...]:
    return tuple(sorted((here.tag(iri) for iri in iris), key=lambda tag: sort_key(tag.label.text)))


def _labels(here: Reading, iris: Iterable[str]) -> tuple[Text, ...]:
    return tuple(here.label(iri) for iri in dict.fromkeys(iris))


def _first(here: Reading, iris: Iterable[str], most: int) -> Names:
    """The first names, and how many more there are."""
    distinct = list(dict.fromkeys(iris))
    return Names(_labels(here, distinct[:most]), max(0, len(distinct) - most))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


# --- little or nothing found -------------------------------------------------------------------------


def _removals(here: Reading, query: Query, answer: Answer) -> tuple[Removal, ...]:
    """Which filter to take away, and how many initiatives that gives; all of them, where none alone is enough."""
    if not answer.total and not answer.removals and len(query.chosen) > 1:
        alone = Query(text=query.text, language=query.language)
        total = here.snapshot.index.search(alone).total
        address = with_query(here.root + "/sok", alone.parameters())
        return (Removal(Text(_("alla filter")), address, total),) if total else ()
    return tuple(
        Removal(
            _removable(here, query, each.facet),
            with_query(here.root + "/sok", query.without(each.facet).parameters()),
            each.total,
        )
        for each in answer.removals
    )


def _removable(here: Reading, query: Query, facet: str) -> Text:
    if facet == "q":
        return Text(f"”{query.text}”")
    values = [value_label(here, facet, value).text for value in query.filters.get(facet, ())]
    return Text(f"{facet_name(here, facet)}: {', '.join(values)}")


def _named(here: Reading, query: Query) -> tuple[Link, ...]:
    """What else goes by the name that was searched for: the box is for actors, places and concepts too."""
    return tuple(
        Link(Text(each.text, _other(here, each.language)), here.url(each.iri), Text(_signs(here, each)))
        for each in _suggested(here, query.text[:_LONGEST_SUGGESTED])
        if each.kind != "insats"
    )


def _did_you_mean(here: Reading, query: Query, answer: Answer) -> NavLink | None:
    other = answer.correction
    if other is None or other.used:
        return None
    return NavLink(
        other.text, with_query(here.root + "/sok", [("q", other.text), *query.without("q").parameters()])
    )


def _broader(here: Reading, query: Query) -> tuple[Removal, ...]:
    """For each chosen concept that lies under another: the search with that one instead."""
    found = []
    vocabulary = here.snapshot.vocabulary
    schemes = {facet.parameter: facet.field.scheme for facet in here.snapshot.shapes.facets()}
    for facet, value in query.chosen:
        scheme = schemes.get(facet)
        concept = vocabulary.lookup(scheme.rpartition("/")[2], value) if scheme else None
        for iri in concept.broader if concept else ():
            wider = vocabulary.concept(iri)
            if wider is None:
                continue
            asked = query.without(facet, value).having(facet, wider.slug)
            total = here.snapshot.index.search(asked).total
            if total:
                address = with_query(here.root + "/sok", asked.parameters())
                found.append(Removal(here.label(iri), address, total))
    return tuple(found)


def _notes(answer: Answer) -> str:
    """What the reader should know about how the question was read."""
    sentences = [
        _(each.sentence) % each.params if each.params else _(each.sentence) for each in answer.notices
    ]
    if answer.correction is not None and answer.correction.used:
        sentences.append(
            _(
                "Vi hittade inget på det du skrev. Här är träffarna för ”%(text)s”.",
                text=answer.correction.text,
            )
        )
    if answer.relaxed:
        sentences.append(_("Ingen insats har alla orden. Här är de som har några av dem."))
    return " ".join(sentences)
