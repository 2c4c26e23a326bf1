"""What is no longer there: 410 for the withdrawn, 308 for the replaced, 300 for what became several."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, redirect

from app import linking
from app.languages import unprefixed_root
from app.negotiating import asked_format, wanted_format
from app.pages import record_parts
from app.pages.data import written
from app.pages.models import ChoicePage, GonePage
from app.pages.parts import Text
from app.reading import Reading
from app.rendering import render
from app.translating import gettext as _
from catalogue import labels, tombstones
from catalogue.errors import N_, NotFound
from catalogue.fields import Visibility
from catalogue.formats import Format, by_extension
from catalogue.namespaces import AS, PREFIXES
from catalogue.publishing import Tombstone, tombstone


def thing(reading: Reading, candidates: Sequence[str]) -> Response:
    """The answer for IRIs themselves of which none is published; raises as `answer` does."""
    stone = _stone(reading, candidates)
    if stone.state != "withdrawn" and len(stone.successors) == 1:
        # The identifier has become another one: it is for that one to answer.
        response = _redirect(_address(reading, stone.successors[0]))
    else:
        response = _left(reading, stone, wanted_format())
        response.vary.add("Accept")
    return _linked(reading, stone, response)


def answer(reading: Reading, candidates: Sequence[str], extension: str = "") -> Response:
    """The answer for pages and data of which none is published. `extension` is the one that was asked for.

    Raises NotFound when there never was such a record.
    """
    stone = _stone(reading, candidates)
    if stone.state != "withdrawn" and len(stone.successors) == 1:
        response = _moved(reading, stone.successors[0], f".{extension}" if extension else "")
    else:
        response = _left(reading, stone, by_extension(extension) if extension else asked_format())
    return _linked(reading, stone, response)


def _stone(reading: Reading, candidates: Sequence[str]) -> Tombstone:
    for iri in candidates:
        stone = tombstone(reading.snapshot.journal, iri)
        if stone is not None and stone.state != "published":
            return stone
    raise NotFound(N_("Här finns ingenting publicerat. Adressen kan vara felskriven."))


def _left(reading: Reading, stone: Tombstone, format: Format | None) -> Response:
    """410 for the withdrawn, 300 for what became several: in words, or as RDF."""
    status = 410 if stone.state == "withdrawn" else 300
    if format is None:
        return render(_gone(reading, stone) if status == 410 else _choice(reading, stone), status)
    said = [
        *tombstones.triples(stone),
        *(name for each in stone.successors for name in labels.names(reading.store, each)),
    ]
    response = written(reading, [stone.iri], said, format, {**PREFIXES, "as": AS.iri})
    response.status_code = status
    return response


def _moved(reading: Reading, successor: str, suffix: str) -> Response:
    path = reading.path(successor)
    if path is None:
        return _redirect(successor)
    return _redirect((unprefixed_root() if suffix else reading.root) + path + suffix)


def _address(reading: Reading, successor: str) -> str:
    """Where an IRI is looked up: on this server, whatever it is called just now, where it is ours."""
    base = reading.installation.addresses.base
    return unprefixed_root() + "/" + successor.removeprefix(base) if successor.startswith(base) else successor


def _redirect(target: str) -> Response:
    response = redirect(target, 308)
    assert isinstance(response, Response)
    return response


def _linked(reading: Reading, stone: Tombstone, response: Response) -> Response:
    """With links to what came after (RFC 5829, section 3.3), of the thing whichever address it was asked at."""
    links = [linking.link(each, "successor-version", anchor=stone.iri) for each in stone.successors]
    return linking.add(response, ", ".join(links)) if links else response


def _gone(reading: Reading, stone: Tombstone) -> GonePage:
    return GonePage(
        template="gone.html",
        title=_title(reading, stone),
        crumbs=(record_parts.start(reading),),
        iri=stone.iri,
        type_label=reading.label(stone.type).text,
        date=stone.at.date().isoformat(),
        # Reasons are written by editors, in Swedish.
        reason=Text(stone.reason, None if reading.language == "sv" else "sv") if stone.reason else None,
        successors=reading.links(stone.successors),
        history=record_parts.history(reading, stone.iri),
        robots="noindex",
        description=_("Det här är borttaget."),
    )


def _choice(reading: Reading, stone: Tombstone) -> ChoicePage:
    return ChoicePage(
        template="choice.html",
        title=_title(reading, stone),
        crumbs=(record_parts.start(reading),),
        iri=stone.iri,
        date=stone.at.date().isoformat(),
        successors=reading.links(stone.successors),
        robots="noindex",
    )


def _was_lent(reading: Reading, type: str) -> bool:
    shapes = reading.snapshot.shapes
    if type not in shapes.types:
        return False
    return any(field.visibility is Visibility.PAGE_ONLY for field in shapes.form(type).properties)


def _title(reading: Reading, stone: Tombstone) -> Text:
    """What it was called, in the reader's language where it had a name in it.

    Only its type where a text of it was lent to its page alone, as a story is: what was consented to is over.
    """
    if stone.state == "withdrawn" and _was_lent(reading, stone.type):
        return reading.label(stone.type)
    said = labels.chosen({text.language: str(text) for text in stone.title}, reading.language)
    if said is None:
        return Text(stone.iri)
    return Text(said.text, said.language if said.language not in ("", reading.language) else None)
