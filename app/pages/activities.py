"""The stream of the catalogue's description over HTTP: what changed in it, by the profile DCAT-AP Feeds."""

from __future__ import annotations

import hashlib
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.http import http_date

from app.caching import uncached
from app.compression import encoding
from app.describing import describing
from app.installation import installation, snapshot
from app.languages import unprefixed_root
from app.linking import add, link
from app.negotiating import PAGE, Page, chosen
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, NotFound
from catalogue.export.activities import Activities, Activity
from catalogue.export.activity_feed import FORMATS, PATH, document
from catalogue.formats import Format, by_extension

pages = Blueprint("activities", __name__)

_KEY = "pivi_activities"
_OFFERED: tuple[Page | Format, ...] = (*FORMATS, PAGE)


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    with app.app_context():
        app.extensions[_KEY] = Activities(installation().projections.journal.database)


@pages.get(PATH)
@uncached
@shared
def stream() -> Response:
    """All of it, in the format asked for. A browser gets the page about the data."""
    found = chosen(request.headers.get("Accept", ""), _OFFERED)
    if isinstance(found, Page):
        response = Response(status=303, headers={"Location": request.script_root + "/data#katalogflode"})
    elif found is None:
        lines = [_("Katalogflödet finns i de här formaten:"), *(each.media_type for each in FORMATS)]
        response = Response("\n".join(lines) + "\n", status=406, mimetype="text/plain")
    else:
        response = _answer(found)
        response.headers["Content-Location"] = f"{unprefixed_root()}{PATH}.{found.extension}"
    response.vary.add("Accept")
    return response


@pages.get(PATH + ".<any(trig, jsonld, nq, ttl, nt, rdf):extension>")
@uncached
@shared
def stream_as(extension: str) -> Response:
    format = by_extension(extension)
    if format not in FORMATS:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    assert format is not None
    return _answer(format)


def _answer(format: Format) -> Response:
    """The stream in a format, or 304 to who has it already. It is compared with the description at each new one."""
    shown = snapshot()
    ours = installation()
    kept: Activities = current_app.extensions[_KEY]
    facts = describing().facts(shown)
    name = f"activities {facts.offer}"
    found: tuple[Activity, ...] = ours.once(shown.version, name, lambda: kept.recorded(facts))
    state = hashlib.sha256("\n".join(each.reference for each in found).encode()).hexdigest()[:12]
    etag = f"{state}-{format.extension}-{encoding(request)}"
    known = request.if_none_match
    if not known.star_tag and known.contains_weak(etag):
        response = Response(status=304)
    else:
        body = ours.once(
            shown.version,
            f"{name} {state} {format.extension}",
            lambda: document(found, ours.settings.base, format),
        )
        response = Response(body, mimetype=format.media_type)
    response.set_etag(etag)
    response.headers["Last-Modified"] = http_date(found[-1].at)
    response.vary.add("Accept-Encoding")
    others = (
        link(f"{unprefixed_root()}{PATH}.{each.extension}", "alternate", type=each.media_type)
        for each in FORMATS
        if each is not format
    )
    return add(response, ", ".join(others))
