"""Problems as answers: the status of each, as problem+json (RFC 9457) or as plain text."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.negotiating import quality
from app.sparql.requests import BadRequest
from app.translating import phrase, sentence
from catalogue.endpoint.problems import (
    Failed,
    Malformed,
    Problem,
    Refused,
    TooBusy,
    TooDeep,
    TooLarge,
    TooLong,
    TooMany,
    TooSlow,
    Vanished,
)
from catalogue.endpoint.results import Format
from catalogue.errors import N_, Busy, CatalogueError

PROBLEM_JSON = Format("json", "JSON", "application/problem+json", ("application/json",))
_TEXT = Format("txt", "text", "text/plain", ("text/*",), charset=True)
_STATUS: dict[type[CatalogueError], tuple[int, str]] = {
    Malformed: (400, N_("Frågan kan inte tolkas")),
    Refused: (400, N_("Frågan tas inte emot")),
    TooDeep: (400, N_("Frågan är för djupt nästlad")),
    TooLong: (413, N_("Frågan är för lång")),
    TooLarge: (413, N_("Svaret är för stort")),
    TooMany: (429, N_("För många citeringar")),
    TooSlow: (503, N_("Frågan tog för lång tid")),
    TooBusy: (503, N_("Upptaget just nu")),
    Busy: (503, N_("Upptaget just nu")),
    Vanished: (503, N_("Frågan avbröts")),
    Failed: (500, N_("Något gick fel hos oss")),
}
_UNKNOWN = (500, N_("Något gick fel hos oss"))
_PROTOCOL = N_("Förfrågan följer inte protokollet")
# Seconds. A slow query is asked again in vain unless it is changed or the machine was busy.
_RETRY = {TooBusy: 2, Busy: 5, TooSlow: 30, Vanished: 1}


@dataclass(frozen=True)
class Written:
    """A problem, ready to be sent. `retry` is the value of Retry-After, seconds."""

    status: int
    content_type: str
    body: bytes
    retry: int | None


def _place(error: CatalogueError, language: str) -> tuple[str, ...]:
    """Where in the query a problem lies, in words; nothing where its own sentence says it."""
    if not isinstance(error, Problem) or error.place is None or "line" in error.params:
        return ()
    place = {"line": error.place.line, "column": error.place.column}
    return (phrase(N_("Det gäller rad %(line)s, tecken %(column)s."), language) % place,)


def status_of(error: CatalogueError) -> int:
    """The HTTP status of a problem."""
    return error.status if isinstance(error, BadRequest) else _STATUS.get(type(error), _UNKNOWN)[0]


def title_of(error: CatalogueError, language: str) -> str:
    """What kind of problem it is, in a few words."""
    text = _PROTOCOL if isinstance(error, BadRequest) else _STATUS.get(type(error), _UNKNOWN)[1]
    return phrase(text, language)


def retry_after(error: CatalogueError) -> int | None:
    """After how many seconds it makes sense to ask again; None when it makes none."""
    return _RETRY.get(type(error))


def written(error: CatalogueError, *, accept: str, language: str, endpoint: str) -> Written:
    """A problem in the format that the client likes; JSON unless it asks for text."""
    status, title, detail = status_of(error), title_of(error, language), sentence(error, language)
    retry = retry_after(error)
    text_wanted = quality(accept, ("text/plain",))
    json_wanted = quality(accept, (PROBLEM_JSON.media_type, "application/json"))
    if text_wanted[1] == 2 and text_wanted > json_wanted:
        lines = (title, detail, *_place(error, language))
        return Written(status, _TEXT.content_type, "".join(f"{line}\n" for line in lines).encode(), retry)
    said: dict[str, object] = {
        "type": f"{endpoint}#{getattr(error, 'name', 'failed')}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if isinstance(error, Problem) and error.place is not None:
        said |= {"line": error.place.line, "column": error.place.column}
    if retry is not None:
        said["retry-after"] = retry
    body = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
    return Written(status, PROBLEM_JSON.media_type, body, retry)
