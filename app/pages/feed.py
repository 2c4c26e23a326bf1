"""The change feed over HTTP: the root and the open page for a second, full pages for ever, retired ones gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.caching import uncached
from app.compression import encoding
from app.installation import installation, snapshot
from app.languages import unprefixed_root
from app.negotiating import PAGE, Page, chosen
from app.release import fingerprint
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, NotFound
from catalogue.export.feed import Feed, written
from catalogue.formats import RECORD_FORMATS, Format

pages = Blueprint("feed", __name__)

PATH = "/data/feed"
_KEY = "pivi_feed"
_FOR_EVER = "public, max-age=31536000, immutable"
# A change is to be seen within a second.
_SHORT = "public, max-age=1"
_ROOT: tuple[Page | Format, ...] = (*RECORD_FORMATS, PAGE)
_NAME = re.compile(r"(g?)(0|[1-9][0-9]{0,14})(?:-([0-9a-f]{12}))?")


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    with app.app_context():
        ours = installation()
        held = ours.projections
        app.extensions[_KEY] = Feed(held.journal, held.shapes, ours.settings.base)


@pages.get(PATH)
@uncached
@shared
def root() -> Response:
    """Where a client begins. A browser gets the page about the data."""
    if chosen(request.headers.get("Accept", ""), _ROOT) is PAGE:
        return _see_other(request.script_root + "/data#flode")
    feed = _feed()
    outline = feed.outline(snapshot().version)
    return _answer(f"{outline.digest}-{fingerprint()}", lambda: feed.root(outline), _SHORT)


@pages.get(PATH + "/<name>")
@uncached
@shared
def page(name: str) -> Response:
    """A page or a group of pages; 410 for one whose content is no longer to be had so."""
    feed = _feed()
    outline = feed.outline(snapshot().version)
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound(N_("Ändringsflödet har ingen sida som heter %(name)s."), name=name[:100])
    number, digest = int(found[2]), found[3]
    parts = outline.groups if found[1] else outline.closed
    if number < len(parts):
        part = parts[number]
        if digest is None:  # it was open when the client heard of it
            return _see_other(f"{unprefixed_root()}{PATH}/{part.name}", 307)
        if name != part.name:
            return _gone()
        make = feed.group if found[1] else feed.page
        return _answer(name, lambda: make(part), _FOR_EVER)  # type: ignore[arg-type]
    if found[1] or number > outline.open.number:
        raise NotFound(N_("Ändringsflödet har ingen sida som heter %(name)s."), name=name)
    if digest is not None:
        return _gone()
    return _answer(f"{name}-{outline.open.digest}", lambda: feed.page(outline.open), _SHORT)


@pages.get(PATH + "/version/<name>")
@uncached
@shared
def version(name: str) -> Response:
    """The page that a member is on, by the member's IRI."""
    feed = _feed()
    found = feed.page_of(name, feed.outline(snapshot().version))
    if found is None:
        return _gone()
    return _see_other(f"{unprefixed_root()}{PATH}/{found.name}")


def _feed() -> Feed:
    feed: Feed = current_app.extensions[_KEY]
    return feed


def _answer(digest: str, make: Callable[[], bytes], life: str) -> Response:
    """A document in the format asked for, or 304 to who has it already, before it is made."""
    format = chosen(request.headers.get("Accept", ""), RECORD_FORMATS)
    if format is None:
        lines = [_("Ändringsflödet finns i de här formaten:"), *(each.media_type for each in RECORD_FORMATS)]
        response = Response("\n".join(lines) + "\n", status=406, mimetype="text/plain")
        response.vary.add("Accept")
        return response
    etag = f"{digest}-{format.extension}-{encoding(request)}"
    known = request.if_none_match
    if not known.star_tag and known.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(written(make(), format), mimetype=format.media_type)
    response.set_etag(etag)
    response.headers["Cache-Control"] = life
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def _see_other(target: str, status: int = 303) -> Response:
    response = Response(status=status, headers={"Location": target})
    response.vary.add("Accept")
    return response


def _gone() -> Response:
    sentence = _(
        "Den här sidan av ändringsflödet har dragits in, för något på den har tagits ur publicering. Läs "
        "%(address)s på nytt.",
        address=installation().settings.base.rstrip("/") + PATH,
    )
    return Response(sentence + "\n", status=410, mimetype="text/plain")
