"""The example queries on a page of their own: as a list for people, as RDF for query editors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request

from app.addresses import with_query
from app.caching import uncached
from app.installation import installation
from app.pages import record_parts
from app.pages.data import wanted_format
from app.pages.models import Page
from app.pages.parts import Format, NavLink, Text
from app.reading import Reading, reading
from app.rendering import render
from app.translating import gettext as _
from catalogue.endpoint import examples
from catalogue.endpoint.asking import Endpoint
from catalogue.errors import N_, NotFound
from catalogue.formats import RECORD_FORMATS, by_extension

pages = Blueprint("sparql_examples", __name__)

# Without the language: data is the same in both.
_ADDRESS = "/sparql/exempel"


@dataclass(frozen=True)
class ShownExample:
    """An example: `name` is its anchor, `url` runs it, `query` is its text."""

    name: str
    question: str
    url: str
    query: str


@dataclass(frozen=True)
class ExampleSection:
    """A group of examples under a heading."""

    heading: str
    anchor: str
    examples: tuple[ShownExample, ...]


@dataclass(frozen=True, kw_only=True)
class ExamplesPage(Page):
    """`/sparql/exempel` – sparql_examples.html"""

    lead: str
    sections: tuple[ExampleSection, ...]


@pages.get("/sparql/exempel")
@uncached
def example_list() -> Any:
    """The list, or 303 to its data, by Accept."""
    _endpoint()
    format = wanted_format()
    response: Any = (
        redirect(f"{_ADDRESS}.{format.extension}", 303) if format is not None else render(_page(reading()))
    )
    response.vary.add("Accept")
    return response


@pages.get("/sparql/exempel.<extension:extension>")
def example_data(extension: str) -> Response:
    endpoint = _endpoint()
    format = by_extension(extension)
    if format not in RECORD_FORMATS:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    address = installation().addresses.absolute(_ADDRESS)
    written = examples.examples_as_rdf(address, endpoint.base, format.rdf)
    response = Response(written, mimetype=format.media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Link"] = f'<{address}>; rel="describes"'
    return response


def _endpoint() -> Endpoint:
    endpoint = installation().endpoint
    if endpoint is None:
        abort(404)
    return endpoint


def _page(here: Reading) -> ExamplesPage:
    lead = _(
        "Varje fråga går att köra, ändra och använda fritt. De börjar enkelt och blir svårare. Kommentarerna i "
        "dem förklarar varför de är skrivna som de är."
    )
    return ExamplesPage(
        template="sparql_examples.html",
        title=Text(_("Exempelfrågor")),
        section="sparql",
        description=lead,
        crumbs=(record_parts.start(here), NavLink("SPARQL", f"{request.script_root}/sparql")),
        iri=here.installation.addresses.absolute(_ADDRESS),
        formats=tuple(
            Format(each.name, f"{_ADDRESS}.{each.extension}", each.media_type) for each in RECORD_FORMATS
        ),
        lead=lead,
        sections=tuple(
            ExampleSection(_(heading), group, _shown(here, group))
            for group, heading in examples.groups().items()
        ),
    )


def _shown(here: Reading, group: str) -> tuple[ShownExample, ...]:
    return tuple(
        ShownExample(
            name=each.name,
            question=each.question[here.language],
            url=with_query(here.root + "/sparql", [("exempel", each.name)]),
            query=each.text,
        )
        for each in examples.examples()
        if each.group == group
    )
