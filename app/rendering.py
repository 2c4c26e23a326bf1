"""Rendering: a view model becomes a page, in its template, with the frame of the site around it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Undefined
from markupsafe import Markup

from app import compiling, formatting, pictures, schema_org, signs
from app.addresses import safe_link
from app.installation import installation, snapshot
from app.pages.models import Page
from app.site import footer, site
from app.translating import language


class _Nothing(Undefined):
    """What `{{ 'class' if condition }}` prints otherwise: nothing, without raising an error to find that out."""

    def __html__(self) -> str:
        return ""


class Environment(FlaskEnvironment):
    """Flask's environment with the globals of a template in a plain dict, made when it is loaded.

    Jinja puts a chain of dicts there, and every template that a page imports from goes through all of it.
    """

    code_generator_class = compiling.Compiler
    escaped = staticmethod(compiling.escaped)

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(own or {})}


def install(app: Flask) -> None:
    """Give the templates their globals and filters. Comes after all that give some, before any is rendered."""
    environment = app.jinja_env
    environment.undefined = _Nothing
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters |= {
        "said": formatting.said,
        "lang": formatting.language_attribute,
        "number": lambda value: formatting.number(value, language()),
        "percent": formatting.percent,
        "date": lambda day: formatting.long_date(day, language()),
        "shortdate": lambda day: formatting.short_date(day, language()),
        "isodate": lambda day: str(day)[:10],
        "area": signs.area,
        "kind": signs.kind,
        "status": signs.status,
        "facet_row": signs.facet_row,
        "safe_link": lambda address: safe_link(address) or "",
    }
    environment.globals |= {
        "url": _url,
        "address": _address,
        "AREAS": signs.AREAS,
        "icon": signs.icon,
        "mark": signs.mark,
        "tile": pictures.tile,
        "arc_path": pictures.arc_path,
    }


def render(page: Page, status: int = 200) -> Response:
    """`page` as HTML."""
    ours = installation()
    shown = snapshot()
    sparql = ours.endpoint is not None
    frame = site(
        ours.settings,
        ours.addresses,
        section=page.section,
        version=shown.version,
        example=shown.example,
        sparql=sparql,
        origin=page.origin,
        mixed=bool(ours.sources.now().spaces),
    )
    foot = ours.once(
        shown.version,
        f"foot {frame.root} {frame.language} {frame.rights}",
        lambda: Markup(
            render_template(
                "parts/foot.html", site=frame, groups=footer(frame.root, ours.settings, sparql=sparql)
            )
        ),
    )
    block = None
    if status == 200:
        block = page.data_block or schema_org.of_page(page, frame, ours.addresses)
    html = render_template(page.template, page=page, site=frame, foot=foot, data_block=block)
    response = Response(html, status=status, mimetype="text/html")
    response.headers["Content-Language"] = language()
    return response


def _url(path: str, **parameters: str) -> str:
    """An address of ours in the page's language."""
    query = "?" + urlencode(parameters) if parameters else ""
    return str(request.script_root) + path + query


def _address(iri: str) -> str:
    """The page about an IRI, here or, for what others own, there; "" when it is no link at all."""
    path = installation().addresses.path(iri)
    return _url(path) if path is not None else safe_link(iri) or ""
