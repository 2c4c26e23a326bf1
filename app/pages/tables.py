"""Lists as data: the records of a list or of a search as CSV, JSON-LD or Turtle, in pages that link to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from app import linking, negotiating
from app.addresses import with_query
from app.pages.data import context, described
from app.pages.parts import Format as Link
from app.reading import Reading
from catalogue.errors import N_, InvalidInput, NotFound
from catalogue.export import tables
from catalogue.formats import JSON_LD, TURTLE, Format

# Records of one page of data: a second's work at most.
SIZE = 500
_DELIMITERS = {"komma": ",", "semikolon": ";", "tabb": "\t"}
_OWN = ("kolumner", "skiljetecken")


@dataclass(frozen=True)
class Table:
    """The format of tables."""

    name: str = "CSV"
    extension: str = "csv"
    media_type: str = "text/csv"
    aliases: tuple[str, ...] = ()


CSV = Table()
FORMATS: tuple[Table | Format, ...] = (CSV, TURTLE, JSON_LD)
# What a list has at its own address, the page first: who says nothing about formats is a reader.
OFFERED = (negotiating.PAGE, *FORMATS)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page of a list: `iris` of `total` records of class `type`, in a stable order.

    `path` is the list's address without language and extension, `parameters` choose what is in it.
    """

    type: str
    iris: Sequence[str]
    total: int
    path: str
    parameters: list[tuple[str, str]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // SIZE))


def asked() -> Table | Format | None:
    """The format that this request wants a list in; None where it wants the page."""
    found = negotiating.asked()
    return found if isinstance(found, Table | Format) else None


def by_extension(extension: str) -> Table | Format:
    """Raises NotFound for an extension that lists do not have."""
    found = next((each for each in FORMATS if each.extension == extension), None)
    if found is None:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    return found


def page_number() -> int:
    """The page that `sida` asks for. Raises InvalidInput when it is no number."""
    text = request.args.get("sida", "") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise InvalidInput(
            N_("sida är ”%(value)s” men ska vara ett heltal från 1 och uppåt."), value=text[:40]
        )
    return int(text)


def own_parameters() -> list[tuple[str, str]]:
    """What the address says of the table itself."""
    return [(name, request.args[name]) for name in _OWN if name in request.args]


def links(here: Reading, path: str, parameters: list[tuple[str, str]]) -> tuple[Link, ...]:
    """The list in each format, for a page to link to."""
    # A spreadsheet in Swedish takes the decimal comma for itself.
    semicolon = [("skiljetecken", "semikolon")] if here.language == "sv" else []
    return tuple(
        Link(
            each.name,
            with_query(
                f"{here.root}{path}.{each.extension}", parameters + (semicolon if each is CSV else [])
            ),
            each.media_type,
        )
        for each in FORMATS
    )


def held(total: int) -> int:
    """How many of a list's `total` records one page of data holds at most; 0 when it holds them all."""
    return SIZE if total > SIZE else 0


def answer(here: Reading, part: Part, format: Table | Format) -> Response:
    """One page of the list in a format, with links to the pages around it. Raises NotFound when there is no such page."""
    page = page_number()
    if page > part.pages:
        raise NotFound(
            N_("Sidan ”%(value)s” finns inte. Listan har %(pages)s sidor."), value=page, pages=part.pages
        )
    response = _table(here, part) if isinstance(format, Table) else described(here, part.iris, format)
    headers = response.headers
    headers["Pivi-Dataset-Version"] = str(here.version)
    headers["Pivi-Total"] = str(part.total)
    return linking.add(response, ", ".join(_links(here, part, page, format)))


def _table(here: Reading, part: Part) -> Response:
    columns = here.installation.once(
        here.version,
        f"columns {part.type}",
        lambda: tables.columns(
            here.snapshot.shapes, context(here), part.type, here.installation.settings.base
        ),
    )
    chosen = tables.chosen(columns, request.args.getlist("kolumner"))
    said = request.args.get("skiljetecken", "komma")
    if said not in _DELIMITERS:
        raise InvalidInput(
            N_("skiljetecken är ”%(value)s” men ska vara något av: %(known)s."),
            value=said[:40],
            known=", ".join(_DELIMITERS),
        )
    rows = (
        tables.row(chosen, iri, here.described(iri), lambda each: here.label(each).text, here.language)
        for iri in part.iris
    )
    body = tables.written(chosen, rows, _DELIMITERS[said])
    response = Response(body, content_type="text/csv; charset=utf-8; header=present")
    name = f"pivi{part.path.replace('/', '-').rstrip('-')}-{here.version}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _links(here: Reading, part: Part, page: int, format: Table | Format) -> list[str]:
    pages = [("first", 1), ("last", part.pages)]
    pages += [("prev", page - 1)] if page > 1 else []
    pages += [("next", page + 1)] if page < part.pages else []
    found = [linking.link(_address(here, part, number, format), relation) for relation, number in pages]
    found += [
        linking.link(_address(here, part, page, each), "alternate", type=each.media_type)
        for each in FORMATS
        if each is not format
    ]
    return found


def _address(here: Reading, part: Part, page: int, format: Table | Format) -> str:
    parameters = part.parameters + own_parameters() + ([("sida", str(page))] if page > 1 else [])
    return with_query(f"{here.root}{part.path}.{format.extension}", parameters)
