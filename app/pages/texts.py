"""The pages of running text: Om Pivi, Personuppgifter, the guide to SPARQL and the accessibility statement."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from app.addresses import with_query
from app.formatting import decimal, long_date, number
from app.installation import installation, snapshot
from app.markdown import own_markdown
from app.pages.models import AccessibilityPage, Flaw, TextPage
from app.pages.parts import Fact, Link, NavLink, Rich, Section, Text
from app.rendering import render
from app.translating import gettext as _
from app.translating import language
from catalogue.settings import Settings

pages = Blueprint("texts", __name__)

_FOLDER = Path(__file__).parent.parent / "texts"
_HEADING = re.compile(r"^## (?P<heading>.+?) \{#(?P<anchor>[a-z-]+)\}\n", re.MULTILINE)
_QUERY = re.compile(r"^```sparql\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pages.get("/om")
def about() -> Response:
    return render(_text_page("om", Text(_("Om Pivi")), "about"))


@pages.get("/personuppgifter")
def privacy() -> Response:
    return render(_text_page("personuppgifter", Text(_("Personuppgifter")), ""))


@pages.get("/sparql/guide")
def sparql_guide() -> Response:
    """The guide, in which each query can be run; the limits in it are those of this installation."""
    ours = installation()
    if ours.endpoint is None:
        abort(404)
    settings, code = ours.settings, language()
    places = (
        ("endpoint", ours.endpoint.base),
        ("seconds", str(settings.sparql_seconds)),
        ("megabytes", decimal(f"{settings.sparql_bytes / 10**6:g}", code)),
        ("memory", decimal(f"{settings.sparql_memory / 10**6:g}", code)),
        ("kilobytes", decimal(f"{settings.sparql_query_bytes / 1000:g}", code)),
        ("hits", number(settings.sparql_hits, code)),
        ("share", str(settings.sparql_share)),
        ("version", str(snapshot().version)),
    )
    above = NavLink("SPARQL", f"{request.script_root}/sparql")
    return render(_text_page("sparql", Text(_("Så ställer du frågor")), "sparql", (above,), places))


@pages.get("/tillganglighet")
def accessibility() -> Response:
    settings = installation().settings
    found = _statement()
    code = language()
    degrees = {
        "full": _("Webbplatsen är helt förenlig med lagen om tillgänglighet till digital offentlig service."),
        "partial": _(
            "Webbplatsen är delvis förenlig med lagen om tillgänglighet till digital offentlig service."
        ),
        "none": _("Webbplatsen är inte förenlig med lagen om tillgänglighet till digital offentlig service."),
    }
    page = AccessibilityPage(
        template="accessibility.html",
        title=Text(_("Tillgänglighetsredogörelse")),
        crumbs=(_start(),),
        lead=_(
            "%(publisher)s står bakom den här webbplatsen. Vi vill att så många som möjligt ska kunna använda "
            "den. Här står hur den uppfyller lagen, vilka brister vi känner till och hur du kan rapportera fler.",
            publisher=settings.publisher,
        ),
        degree=degrees[found["degree"]],
        flaws=tuple(
            Flaw(
                what=flaw["what"][code],
                where=flaw["where"][code],
                reason=flaw["reason"][code],
                criterion=flaw["criterion"],
                planned=flaw["planned"][code],
            )
            for flaw in found["flaw"]
        ),
        sections=_duties(settings),
        facts=(
            _fact("assessed", _("Senast bedömd"), _day(found["assessed"])),
            _fact("updated", _("Redogörelsen uppdaterad"), _day(found["updated"])),
            _fact("method", _("Så har vi prövat webbplatsen"), found["method"][code]),
        ),
        reviewed=found["updated"].isoformat(),
    )
    return render(page)


def _duties(settings: Settings) -> tuple[Section, ...]:
    """What the law asks every statement to tell: how to report, whom to turn to, and by which rules."""
    contact = Markup('<a href="mailto:{0}">{0}</a>').format(settings.contact)
    agency = Markup('<a href="https://www.digg.se/tdosanmalan">digg.se/tdosanmalan</a>')
    report = _(
        "Hittar du hinder som inte står här, eller behöver du innehållet i en annan form? Skriv till "
        "%(contact)s. Berätta vilken sida det gäller och vad som inte fungerar. Vi svarar så snart vi kan.",
        contact=contact,
    )
    supervision = _(
        "Myndigheten för digital förvaltning (Digg) har tillsyn över lagen. Är du inte nöjd med hur vi tar hand "
        "om det du rapporterar kan du anmäla det på %(agency)s.",
        agency=agency,
    )
    return (
        Section(_("Rapportera brister"), "rapportera", Rich(Markup("<p>{}</p>").format(Markup(report)))),
        Section(_("Tillsyn"), "tillsyn", Rich(Markup("<p>{}</p>").format(Markup(supervision)))),
    )


def _text_page(
    name: str,
    title: Text,
    section: str,
    above: tuple[NavLink, ...] = (),
    places: tuple[tuple[str, str], ...] = (),
) -> TextPage:
    settings = installation().settings
    ours = (("name", settings.name), ("publisher", settings.publisher), ("contact", settings.contact))
    lead, sections = _parsed(name, language(), (*ours, *places))
    return TextPage(
        template="text.html",
        title=title,
        section=section,
        crumbs=(_start(), *above),
        lead=lead,
        sections=sections,
    )


@lru_cache(maxsize=16)
def _parsed(name: str, code: str, places: tuple[tuple[str, str], ...]) -> tuple[str, tuple[Section, ...]]:
    source = (_FOLDER / f"{name}.{code}.md").read_text(encoding="utf-8")
    for place, value in places:
        source = source.replace("{" + place + "}", value)
    lead, *parts = _HEADING.split(source)
    # split gives heading, anchor, text, heading, …
    sections = tuple(
        Section(parts[at], parts[at + 1], Rich(own_markdown(_runnable(parts[at + 2]))))
        for at in range(0, len(parts), 3)
    )
    return lead.strip(), sections


def _runnable(source: str) -> str:
    """Under each SPARQL query, a link that runs it on the query page."""

    def linked(found: re.Match[str]) -> str:
        address = with_query("../sparql", [("query", found[1])])
        run = _("Kör frågan")
        return f"{found[0]}\n\n[{run}]({address})\n"

    return _QUERY.sub(linked, source)


@cache
def _statement() -> dict[str, Any]:
    return tomllib.loads((_FOLDER / "tillganglighet.toml").read_text(encoding="utf-8"))


def _fact(key: str, name: str, value: str) -> Fact:
    return Fact(Text(name), (Link(Text(value)),), key=key)


def _day(day: date) -> str:
    return long_date(day, language())


def _start() -> NavLink:
    return NavLink(_("Start"), str(request.script_root) + "/")
