"""What harvesters fetch: the catalogue's description in each profile, negotiated or by address, and VoID."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.http import http_date

from app import profiles
from app.caching import uncached
from app.compression import encoding
from app.describing import describing, install
from app.installation import installation, snapshot
from app.languages import unprefixed_root
from app.negotiating import PAGE, Page, chosen
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, NotFound
from catalogue.export import dcat, void
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, Profile
from catalogue.formats import RDF_XML, RECORD_FORMATS, TURTLE, Format, by_extension

pages = Blueprint("harvest", __name__)

# What the national portal reads comes first, for whoever does not say.
_DESCRIPTIONS = (RDF_XML, *(each for each in RECORD_FORMATS if each is not RDF_XML))
_REPRESENTATIONS: tuple[Page | Format, ...] = (*_DESCRIPTIONS, PAGE)


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


@pages.get(profiles.PATH)
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
    if profiles.lists_are_asked_for():
        return _listed()
    profile, format = profiles.wanted_profile(), _wanted_format()
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
    response.headers["Link"] = profiles.links(installation().settings.base, (profile, format))
    response.headers["Content-Profile"] = profiles.content_profile(profile)
    return response


def _listed() -> Response:
    """Which profiles and formats there are, in Link and in the content."""
    base = installation().settings.base
    format = profiles.wanted_media_type(profiles.JSON) or _negotiated(RECORD_FORMATS) or TURTLE
    media_type = format.media_type if isinstance(format, Format) else format
    response = Response(profiles.listed(base, format), mimetype=media_type)
    response.headers["Link"] = profiles.links(base, None)
    response.vary.add("Accept")
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
    found = profiles.wanted_media_type()
    if isinstance(found, Format):
        return found
    return _negotiated(_DESCRIPTIONS) or (RDF_XML if request.args else None)


def _not_acceptable(profile: Profile, vary: tuple[str, ...]) -> Response:
    base = installation().settings.base.rstrip("/")
    lines = [f"{base}{profile.path}.{each.extension} {each.media_type}" for each in RECORD_FORMATS]
    sentence = _("Katalogens beskrivning finns inte i något format som du tar emot. Den finns här:")
    response = Response("\n".join((sentence, *lines)) + "\n", status=406, mimetype="text/plain")
    response.vary.update(vary)
    return response
