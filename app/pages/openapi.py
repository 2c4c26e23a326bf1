"""The HTTP interface described for programs: its document, the links to it, and the catalogue of interfaces."""

from __future__ import annotations

import hashlib
import json
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app import linking
from app.caching import uncached
from app.installation import installation, snapshot
from app.languages import unprefixed_root
from app.openapi import LANGUAGES, MEDIA_TYPE, PATH, written
from app.sharing import shared

pages = Blueprint("openapi", __name__)

_PROFILE = "https://www.rfc-editor.org/info/rfc9727"
# Where a program begins: there a link leads to the description (RFC 8631).
_LINKED = {"start.start", "open_data.open_data", "harvest.catalog"}


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    @cast(Flask, state.app).after_request
    def lead(response: Response) -> Response:
        if request.endpoint in _LINKED:
            address = unprefixed_root() + PATH
            ours = linking.link(address, "service-desc", type=MEDIA_TYPE)
            # One field, as many clients keep only the last of several.
            response.headers["Link"] = ", ".join([*response.headers.getlist("Link"), ours])
        return response


@pages.get(PATH)
@uncached
@shared
def openapi() -> Response:
    """The description, in English unless Swedish is asked for."""
    language = request.accept_languages.best_match(LANGUAGES) or "en"
    ours = installation()
    body = ours.once(snapshot().version, f"openapi {language}", lambda: written(current_app, ours, language))
    etag = hashlib.sha256(body).hexdigest()[:16]
    known = request.if_none_match
    unchanged = not known.star_tag and known.contains_weak(etag)
    response = Response(status=304) if unchanged else Response(body, mimetype=MEDIA_TYPE)
    # Weak: packed or not, it says the same.
    response.set_etag(etag, weak=True)
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response


@pages.get("/.well-known/api-catalog")
@uncached
@shared
def catalog() -> Response:
    """Which interfaces there are, and where each is described (RFC 9727, as a linkset of RFC 9264)."""
    ours = installation()
    at = ours.addresses.absolute
    described = [{"href": at(PATH), "type": MEDIA_TYPE}]
    sparql = [{"anchor": at("/sparql"), "service-doc": [{"href": at("/sparql/guide"), "type": "text/html"}]}]
    others = [{"anchor": at(path)} for path in ("/", "/data/feed", "/oai")]
    found = [*others, *(sparql if ours.endpoint else ())]
    linkset = [
        {"service-desc": described, "service-doc": [{"href": at("/data"), "type": "text/html"}]} | each
        for each in found
    ]
    response = Response(json.dumps({"linkset": linkset}, indent=1))
    response.headers["Content-Type"] = f'application/linkset+json; profile="{_PROFILE}"'
    return linking.add(response, linking.link(_PROFILE, "profile"))
