"""Content negotiation over `Accept` with q-values (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from catalogue.endpoint.results import Format

_HTML = ("text/html", "application/xhtml+xml")


@lru_cache(maxsize=512)
def ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an `Accept` header with their q-values; an empty header accepts everything."""
    if not accept.strip():
        return (("*/*", 1.0),)
    found = []
    for part in accept[:2000].split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind:
            found.append((kind, _quality(parameters)))
    return tuple(found)


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def quality(accepted: Iterable[tuple[str, float]], media_types: Iterable[str]) -> tuple[float, int]:
    """The q-value of a representation that goes by any of the media types, and how precisely it was asked for.

    The most specific range decides: 2 names a media type, 1 its main type, 0 is `*/*`. The media types
    after the first are other names, which count only where they are said: `*/*` does not bring back what
    `q=0` has ruled out.
    """
    own, *others = (
        max(
            (
                (precision, q)
                for kind, q in accepted
                if (precision := _precision(kind, media_type)) is not None
            ),
            default=(-1, 0.0),
        )
        for media_type in media_types
    )
    named = [each for each in others if each[0] == 2]
    precision, q = max([own, *named], key=lambda each: (each[1], each[0]))
    return (q, precision)


def _precision(kind: str, media_type: str) -> int | None:
    if kind == media_type:
        return 2
    if kind == media_type.partition("/")[0] + "/*":
        return 1
    return 0 if kind in ("*/*", "*") else None


@lru_cache(maxsize=512)
def chosen(accept: str, offered: tuple[Format, ...]) -> Format | None:
    """The format that the client likes best; the earlier of equals. None when it takes none of them."""
    accepted = ranges(accept)
    scores = [quality(accepted, (each.media_type, *each.aliases)) for each in offered]
    best = max(scores, default=(0.0, -1))
    return offered[scores.index(best)] if best[0] > 0 else None


@lru_cache(maxsize=512)
def prefers_page(accept: str, offered: tuple[Format, ...]) -> bool:
    """Whether this is a browser: it names HTML, and no format of data that it likes as well by name."""
    accepted = ranges(accept)
    page, named = quality(accepted, _HTML)
    if named < 2 or page <= 0:
        return False
    data = (quality(accepted, (each.media_type, *each.aliases)) for each in offered)
    return all(q < page or precision < 2 for q, precision in data)


def media_types(offered: Sequence[Format]) -> str:
    """The media types of formats, for a sentence."""
    return ", ".join(each.media_type for each in offered)
