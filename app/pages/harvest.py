"""What harvesters fetch: the catalogue's description in each profile, negotiated or by address, and VoID."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.http import http_date

from app.caching import uncached
from app.compression import encoding
from app.describing import describing, install
from app.installation import installation, snapshot
from app.languages import unprefixed_root
from app.linking import link
from app.negotiating import PAGE, Page, chosen
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, InvalidInput, NotFound
from catalogue.export import dcat, void
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, PROFILES, Profile
from catalogue.formats import RDF_XML, RECORD_FORMATS, TURTLE, Format, by_extension, by_media_type

pages = Blueprint("harvest", __name__)

# What the national portal reads comes first, for whoever does not say.
_DESCRIPTIONS = (RDF_XML, *(each for each in RECORD_FORMATS if each is not RDF_XML))
_REPRESENTATIONS: tuple[Page | Format, ...] = (*_DESCRIPTIONS, PAGE)
# Content Negotiation by Profile, section 7.1: addresses in angle brackets, each with a q-value.
_WANTED_PROFILE = re.compile(r"<([^>]*)>\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?")
_LONGEST = 2_000
_PROFILE = "http://www.w3.org/ns/dx/prof/Profile"


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    install(cast(Flask, state.app))


@pages.get(DCAT_AP_SE.path)
@uncached
@shared
def dcat_ap_se() -> Response:
    """What the national portal fetches at night: RDF/XML unless something else is asked for, in one document."""
    return _described(DCAT_AP_SE, _negotiated(_DESCRIPTIONS) or RDF_XML, vary=("Accept",))


@pages.get(DCAT_AP_SE.path + ".<extension:extension>")
@uncached
@shared
def dcat_ap_se_as(extension: str) -> Response:
    return _described(DCAT_AP_SE, _by_extension(extension))


@pages.get(DCAT_AP.path)
@uncached
@shared
def dcat_ap() -> Response:
    return _described(DCAT_AP, _negotiated(_DESCRIPTIONS) or RDF_XML, vary=("Accept",))


@pages.get(DCAT_AP.path + ".<extension:extension>")
@uncached
@shared
def dcat_ap_as(extension: str) -> Response:
    return _described(DCAT_AP, _by_extension(extension))


@pages.get("/data/catalog")
@uncached
@shared
def catalog() -> Response:
    """The catalogue, whose parts are fragments of this address: in the profile and format asked for; a page for people."""
    vary = ("Accept", "Accept-Profile")
    accept = request.headers.get("Accept", "")
    if not request.args and chosen(accept, _REPRESENTATIONS) is PAGE:
        response = Response(status=303, headers={"Location": request.script_root + "/data"})
        response.vary.update(vary)
        return response
    profile, format = _wanted_profile(), _wanted_format()
    if format is None:
        return _not_acceptable(profile, vary)
    response = _described(profile, format, vary=vary)
    response.headers["Content-Location"] = f"{unprefixed_root()}{profile.path}.{format.extension}"
    return response


@pages.get("/.well-known/void")
@uncached
@shared
def void_document() -> Response:
    """How much is published, of what, with examples; the numbers are of the version that it names."""
    format = _negotiated(RECORD_FORMATS) or TURTLE
    here = describing()
    shown = snapshot()
    counts = here.counts(shown)
    facts = here.facts(shown)
    return _answer(
        f"void {counts.version} {format.extension} {facts.offer}",
        lambda: void.document(facts, counts, format),
        format,
        changed=max(counts.changed, facts.touched),
        vary=("Accept",),
    )


def _described(profile: Profile, format: Format, vary: tuple[str, ...] = ()) -> Response:
    shown = snapshot()
    facts = describing().facts(shown)
    response = _answer(
        f"dcat {profile.token} {format.extension} {facts.offer}",
        lambda: dcat.document(facts, profile, format),
        format,
        changed=facts.touched,
        vary=vary,
    )
    response.headers["Link"] = ", ".join(_links(profile, format))
    return response


def _answer(
    name: str, make: Callable[[], bytes], format: Format, *, changed: datetime, vary: tuple[str, ...]
) -> Response:
    """A document that is made once per dataset version and offer, or 304 to who has it already.

    The ETag follows from version and content alone: whoever comes each night hears that nothing has changed.
    """
    shown = snapshot()
    body = installation().once(shown.version, f"document {name}", make)
    etag = f"{shown.version}-{hashlib.sha256(body).hexdigest()[:12]}-{encoding(request)}"
    known = request.if_none_match
    if not known.star_tag and known.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(body, mimetype=format.media_type)
    response.set_etag(etag)
    response.headers["Last-Modified"] = http_date(changed)
    response.vary.update((*vary, "Accept-Encoding"))
    return response


def _links(shown: Profile, format: Format) -> list[str]:
    """Which profile this is, which others there are, and the words that stand for them (same, section 7.1)."""
    base = installation().settings.base.rstrip("/")
    links = [link(shown.iri, "profile")]
    for profile in PROFILES:
        links.append(link(_PROFILE, "type", token=profile.token, anchor=profile.iri))
        links += [
            link(
                f"{base}{profile.path}.{each.extension}",
                "canonical" if (profile, each) == (shown, format) else "alternate",
                type=each.media_type,
                profile=profile.iri,
            )
            for each in RECORD_FORMATS
        ]
    return links


def _by_extension(extension: str) -> Format:
    found = by_extension(extension)
    if found not in RECORD_FORMATS:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    assert found is not None
    return found


def _negotiated(offered: tuple[Format, ...]) -> Format | None:
    """The format that Accept likes best, the earlier of equals; None when it takes none."""
    return chosen(request.headers.get("Accept", ""), offered)


def _wanted_format() -> Format | None:
    asked = request.args.get("_mediatype")
    if asked is None:
        return _negotiated(_DESCRIPTIONS) or (RDF_XML if request.args else None)
    found = by_media_type(asked.replace(" ", "+"))  # a plus that was not percent-encoded
    if found not in RECORD_FORMATS:
        raise InvalidInput(
            N_("_mediatype är ”%(value)s” men ska vara något av: %(known)s."),
            value=asked[:100],
            known=", ".join(each.media_type for each in RECORD_FORMATS),
        )
    return found


def _wanted_profile() -> Profile:
    """The profile that the address asks for, else the one that Accept-Profile likes best, else the first."""
    asked = request.args.get("_profile")
    if asked is not None:
        found = next((each for each in PROFILES if each.token == asked or each.called(asked)), None)
        if found is None:
            raise InvalidInput(
                N_("_profile är ”%(value)s” men ska vara något av: %(known)s."),
                value=asked[:100],
                known=", ".join(each.token for each in PROFILES),
            )
        return found
    wanted = [
        (float(quality or 1), profile)
        for iri, quality in _WANTED_PROFILE.findall(request.headers.get("Accept-Profile", "")[:_LONGEST])
        for profile in PROFILES
        if profile.called(iri)
    ]
    # The first of equals: max() keeps it.
    quality, best = max(wanted, key=lambda each: each[0], default=(0.0, PROFILES[0]))
    return best if quality > 0 else PROFILES[0]


def _not_acceptable(profile: Profile, vary: tuple[str, ...]) -> Response:
    base = installation().settings.base.rstrip("/")
    lines = [f"{base}{profile.path}.{each.extension} {each.media_type}" for each in RECORD_FORMATS]
    sentence = _("Katalogens beskrivning finns inte i något format som du tar emot. Den finns här:")
    response = Response("\n".join((sentence, *lines)) + "\n", status=406, mimetype="text/plain")
    response.vary.update(vary)
    return response
