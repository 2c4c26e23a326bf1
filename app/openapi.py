"""The HTTP interface as OpenAPI 3.1: what `openapi.toml` says of the routes that there are."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from app.installation import Installation
from app.release import release

PATH = "/openapi.json"
MEDIA_TYPE = "application/json"
LANGUAGES = ("en", "sv")
_FILE = Path(__file__).with_suffix(".toml")
_TITLE = {"en": "{name}: HTTP interface", "sv": "{name}: HTTP-gränssnitt"}
_ABOUT = {
    "en": "Everything that is published, to be read by programs. No key is needed. Data may be read from other "
    "sites (CORS). Answers have an ETag: send it back as If-None-Match. Metadata is CC0 1.0, texts CC BY 4.0. "
    "Pages are in English under /en.",
    "sv": "Allt som är publicerat, för program att läsa. Ingen nyckel behövs. Data får läsas från andra webbplatser "
    "(CORS). Svaren har en ETag: skicka tillbaka den som If-None-Match. Metadata är CC0 1.0, texter CC BY 4.0. "
    "Sidor finns på engelska under /en.",
}


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
