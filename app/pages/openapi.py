"""The HTTP interface described for programs: OpenAPI 3.1, built from `app/openapi.toml` and the routes that there are."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app import linking
from app.caching import uncached
from app.installation import Installation, installation, snapshot
from app.languages import unprefixed_root
from app.release import release
from app.sharing import shared

pages = Blueprint("openapi", __name__)

PATH = "/openapi.json"
MEDIA_TYPE = "application/json"
_FILE = Path(__file__).parent.parent / "openapi.toml"
_PROFILE = "https://www.rfc-editor.org/info/rfc9727"
_LANGUAGES = ("en", "sv")
# Where a program begins: there a link leads to the description (RFC 8631).
_LINKED = {"start.start", "open_data.open_data", "harvest.catalog"}
_TITLE = {"en": "{name}: HTTP interface", "sv": "{name}: HTTP-gränssnitt"}
_ABOUT = {
    "en": "Everything that is published, to be read by programs. No key is needed. Data may be read from other "
    "sites (CORS). Answers have an ETag: send it back as If-None-Match. Metadata is CC0 1.0, texts CC BY 4.0. "
    "Pages are in English under /en.",
    "sv": "Allt som är publicerat, för program att läsa. Ingen nyckel behövs. Data får läsas från andra webbplatser "
    "(CORS). Svaren har en ETag: skicka tillbaka den som If-None-Match. Metadata är CC0 1.0, texter CC BY 4.0. "
    "Sidor finns på engelska under /en.",
}


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    @cast(Flask, state.app).after_request
    def lead(response: Response) -> Response:
        if request.endpoint in _LINKED:
            address = unprefixed_root() + PATH
            linking.add(response, linking.link(address, "service-desc", type=MEDIA_TYPE))
        return response


@pages.get(PATH)
@uncached
@shared
def openapi() -> Response:
    """The description, in English unless Swedish is asked for."""
    language = request.accept_languages.best_match(_LANGUAGES) or "en"
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


def written(app: Flask, ours: Installation, language: str) -> bytes:
    """The document as JSON, in `sv` or `en`."""
    return json.dumps(document(app, ours, language), ensure_ascii=False, indent=1).encode()


@cache
def told() -> Mapping[str, Any]:
    """What the file says."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def document(app: Flask, ours: Installation, language: str) -> dict[str, Any]:
    """The description of one installation."""
    said = told()
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    paths: dict[str, dict[str, Any]] = {}
    for each in said["operations"]:
        if set(each["rules"]) <= rules and (ours.endpoint is not None or not each.get("sparql")):
            operation = _operation(each, ours, language)
            paths.setdefault(each["path"], {})[each.get("method", "get")] = operation
    used = {operation["tags"][0] for methods in paths.values() for operation in methods.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLE[language].format(name=ours.settings.name),
            "version": release(),
            "description": _ABOUT[language],
            "contact": {"name": ours.settings.publisher, "email": ours.settings.contact},
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": ours.settings.base.rstrip("/")}],
        "externalDocs": {"url": ours.settings.base + "data"},
        "tags": [
            {"name": name, "description": text[language]}
            for name, text in said["tags"].items()
            if name in used
        ],
        "paths": paths,
    }


def _operation(each: Mapping[str, Any], ours: Installation, language: str) -> dict[str, Any]:
    said = told()
    types = said["types"][each["types"]] if "types" in each else []
    found: dict[str, Any] = {
        "operationId": each["id"],
        "tags": [each["tag"]],
        "summary": each[language],
        "parameters": list(_parameters(each, ours, language)),
        "responses": {},
    }
    if "form" in each:
        found["requestBody"] = _body(each, language)
    for status in each["statuses"]:
        answer: dict[str, Any] = {"description": said["statuses"][str(status)][language]}
        if status in (200, 201) and types:
            answer["content"] = {media_type: {} for media_type in types}
        if status in (201, 303, 307, 308):
            location = {"schema": {"type": "string", "format": "uri-reference"}}
            answer["headers"] = {"Location": location}
        found["responses"][str(status)] = answer
    return found


def _parameters(each: Mapping[str, Any], ours: Installation, language: str) -> Iterator[dict[str, Any]]:
    for key in each.get("parameters", ()):
        if key == "facets":
            yield from _facets(ours, language)
            continue
        said = told()["parameters"][key]
        parameter = {
            "name": said.get("name", key),
            "in": said["in"],
            "required": said["in"] == "path" or said.get("required", False),
            "description": said[language],
            "schema": _schema(said),
        }
        if said["example"]:
            parameter["example"] = said["example"]
        yield parameter


def _facets(ours: Installation, language: str) -> Iterator[dict[str, Any]]:
    """The filters of the search, which the shapes name."""
    names: dict[str, str] = {}
    for facet in ours.projections.shapes.facets():
        names.setdefault(facet.parameter, getattr(facet.field.name, language))
    for name, text in names.items():
        yield {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": {"type": "array", "items": {"type": "string"}},
        }


def _body(each: Mapping[str, Any], language: str) -> dict[str, Any]:
    said = {key: told()["parameters"][key] for key in each["form"]}
    fields = {key: _schema(value) | {"description": value[language]} for key, value in said.items()}
    content: dict[str, Any] = {
        "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}}
    }
    if "direct" in each:
        content[each["direct"]] = {"schema": {"type": "string"}}
    return {"required": True, "content": content}


def _schema(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "string"} | {key: said[key] for key in ("enum", "pattern") if key in said}
