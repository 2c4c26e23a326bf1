"""What is no longer there: 410 for the withdrawn, 308 for the replaced, 300 for what became several."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect
from werkzeug.wrappers import Response

from app.languages import unprefixed_root
from app.pages import record_parts
from app.pages.models import ChoicePage, GonePage
from app.pages.parts import Text
from app.reading import Reading
from app.rendering import render
from app.translating import gettext as _
from catalogue import labels
from catalogue.errors import N_, NotFound
from catalogue.fields import Visibility
from catalogue.publishing import Tombstone, tombstone


def answer(reading: Reading, candidates: Sequence[str], suffix: str = "") -> Response:
    """The answer for IRIs of which none is published. `suffix` is the file extension that was asked for.

    Raises NotFound when there never was such a record.
    """
    for iri in candidates:
        stone = tombstone(reading.snapshot.journal, iri)
        if stone is None or stone.state == "published":
            continue
        if stone.state == "withdrawn":
            return render(_gone(reading, stone), 410)
        if len(stone.successors) == 1:
            return _moved(reading, stone.successors[0], suffix)
        return render(_choice(reading, stone), 300)
    raise NotFound(N_("Här finns ingenting publicerat. Adressen kan vara felskriven."))


def _moved(reading: Reading, successor: str, suffix: str) -> Response:
    path = reading.installation.addresses.path(successor)
    if path is None:
        return redirect(successor, 308)
    return redirect((unprefixed_root() if suffix else reading.root) + path + suffix, 308)


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
