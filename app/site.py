"""The frame around every page: navigation, footer, languages, versions."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import request

from app.addresses import Addresses
from app.caching import today
from app.languages import NAMES, address_in, quoted_path, unprefixed_root
from app.pages.parts import NavLink, Origin
from app.release import release
from app.translating import DEFAULT, LANGUAGES, language
from app.translating import gettext as _
from catalogue.settings import Settings


@dataclass(frozen=True)
class FooterGroup:
    """A column of the footer."""

    heading: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True)
class Site:
    """What the layout shows around `page`."""

    name: str
    publisher: str
    contact: str
    language: str
    root: str  # before every address of ours in this language: "" or "/en"
    other_language: NavLink
    other_code: str
    navigation: tuple[NavLink, ...]
    version: int
    release: str
    example: bool
    canonical: str
    alternates: tuple[tuple[str, str], ...]
    report_url: str
    accessibility_url: str
    privacy_url: str
    search_url: str
    suggest_url: str
    today: str
    rights: str  # under which licences what the page shows may be used


def site(
    settings: Settings,
    addresses: Addresses,
    *,
    section: str,
    version: int,
    example: bool,
    sparql: bool,
    origin: Origin | None = None,
    mixed: bool = False,
) -> Site:
    """The frame of the page being answered. `section` is the link of the navigation that is current.

    A page about a harvested record is canonical at its `origin`. `mixed`: others' records may be among ours.
    """
    root: str = request.script_root
    own = language()
    other = next(code for code in LANGUAGES if code != own)
    canonical = addresses.absolute(_in(own) + quoted_path())
    return Site(
        name=settings.name,
        publisher=settings.publisher,
        contact=settings.contact,
        language=own,
        root=root,
        other_language=NavLink(NAMES[other], address_in(other)),
        other_code=other,
        navigation=_navigation(root, section, sparql),
        version=version,
        release=release(),
        example=example,
        canonical=origin.url if origin else canonical,
        alternates=tuple((code, addresses.absolute(_in(code) + quoted_path())) for code in LANGUAGES),
        report_url=_report(settings, canonical),
        accessibility_url=root + "/tillganglighet",
        privacy_url=root + "/personuppgifter",
        search_url=root + "/sok",
        suggest_url=root + "/forslag",
        today=today().isoformat(),
        rights=_rights(origin, mixed=mixed),
    )


def _rights(origin: Origin | None, *, mixed: bool) -> str:
    if origin is not None:
        return _(
            "Uppgifterna på sidan kommer från %(source)s: %(licence)s",
            source=origin.name.text,
            licence=origin.licence.label.text,
        )
    own = _("Metadata CC0 1.0 · Texter CC BY 4.0 · Bilder och filmer enligt egen licens")
    others = _("Från andra: enligt deras licens")
    return f"{own} · {others}" if mixed else own


def _in(code: str) -> str:
    return "" if code == DEFAULT else "/" + code


def _navigation(root: str, section: str, sparql: bool) -> tuple[NavLink, ...]:
    links = (
        ("search", _("Sök"), "/sok"),
        ("actors", _("Aktörer"), "/aktor/"),
        ("places", _("Platser"), "/plats/"),
        ("concepts", _("Begrepp"), "/begrepp/"),
        *((("sparql", _("Data och SPARQL"), "/sparql"),) if sparql else ()),
        ("about", _("Om Pivi"), "/om"),
    )
    return tuple(NavLink(label, root + path, section == key) for key, label, path in links)


def footer(root: str, settings: Settings, *, sparql: bool) -> tuple[FooterGroup, ...]:
    """The columns at the foot of every page."""
    return (
        FooterGroup(
            _("Hitta"),
            (
                NavLink(_("Alla insatser"), root + "/sok"),
                NavLink(_("Aktörer"), root + "/aktor/"),
                NavLink(_("Platser"), root + "/plats/"),
                NavLink(_("Begrepp A–Ö"), root + "/begrepp/"),
            ),
        ),
        FooterGroup(
            _("Använd"),
            (
                *((NavLink("SPARQL", root + "/sparql"),) if sparql else ()),
                NavLink(_("Öppna data"), root + "/data"),
                NavLink(_("Ontologi"), root + "/ns"),
                NavLink(_("Ontologin som Turtle"), unprefixed_root() + "/ns.ttl"),
                NavLink(_("Licenser"), root + "/om#licenser"),
            ),
        ),
        FooterGroup(
            _("Kontakt"),
            (
                NavLink(settings.contact, "mailto:" + settings.contact),
                NavLink(_("Om Pivi"), root + "/om"),
                NavLink(_("Tillgänglighetsredogörelse"), root + "/tillganglighet"),
                NavLink(_("Personuppgifter"), root + "/personuppgifter"),
            ),
        ),
    )


def _report(settings: Settings, canonical: str) -> str:
    subject = quote(_("Tips eller rättelse"))
    return f"mailto:{settings.contact}?subject={subject}&body={quote(canonical)}"
