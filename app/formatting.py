"""Numbers, dates, years and names as readers write them: 10 000, 24 november 2026, å ä ö last."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel.dates import format_date as _babel_date
from babel.dates import get_timezone
from markupsafe import Markup, escape

from app.pages.parts import Rich, Text

_NO_BREAK_SPACE = "\u00a0"
_EN_DASH = "–"


def number(value: int, language: str = "sv") -> str:
    """A whole number with thousands apart: a no-break space in Swedish, a comma in English."""
    text = f"{value:,}"
    return text if language == "en" else text.replace(",", _NO_BREAK_SPACE)


def decimal(text: str, language: str = "sv") -> str:
    """A number such as 0.25, written with a comma in Swedish and a point in English."""
    return text if language == "en" else text.replace(".", ",")


def percent(value: int) -> str:
    """38 % with a no-break space."""
    return f"{value}{_NO_BREAK_SPACE}%"


@lru_cache(maxsize=4_096)
def long_date(day: dt.date | str, language: str = "sv") -> str:
    """24 november 2026, from a date or its ISO form."""
    text: str = _babel_date(_day(day), "d MMMM y", locale=language)
    return text


@lru_cache(maxsize=4_096)
def short_date(day: dt.date | str, language: str = "sv") -> str:
    """24 nov."""
    text: str = _babel_date(_day(day), "d MMM", locale=language)
    return text.rstrip(".")


def moment(value: str, language: str = "sv") -> str:
    """24 november 2026 kl. 11.00, from an xsd:dateTime; in Swedish time when it says its zone."""
    day, clock = day_and_time(value, language)
    return f"{long_date(day, language)}{', ' if language == 'en' else ' '}{clock}".strip(", ")


def day_and_time(value: str, language: str = "sv") -> tuple[dt.date, str]:
    """The day of an xsd:date or xsd:dateTime, and the time of day in words ("" for a date)."""
    if len(value) <= len("2026-11-24"):
        return dt.date.fromisoformat(value), ""
    when = dt.datetime.fromisoformat(value)
    if when.tzinfo is not None:
        when = when.astimezone(get_timezone("Europe/Stockholm"))
    return when.date(), f"{when:%H:%M}" if language == "en" else f"kl. {when:%H.%M}"


def month(day: dt.date, language: str = "sv") -> str:
    """The month alone, short: nov."""
    text: str = _babel_date(day, "MMM", locale=language)
    return text.rstrip(".")


def years(start: dt.date | None, end: dt.date | None, *, ongoing: bool = False) -> str:
    """2014–2016, 2018– while it goes on, –2020, 2014 when both are the same or no more is known."""
    if start and end:
        return str(start.year) if start.year == end.year else f"{start.year}{_EN_DASH}{end.year}"
    if start:
        return f"{start.year}{_EN_DASH}" if ongoing else str(start.year)
    return f"{_EN_DASH}{end.year}" if end else ""


def language_attribute(text: Text | Rich | None) -> Markup:
    """` lang="sv"` for a text in another language than the page's, else nothing."""
    lang = getattr(text, "lang", None)
    return Markup(' lang="{}"').format(lang) if lang else Markup("")


def said(text: Text | str | None) -> Markup:
    """The text, in a span with its language where that is not the page's."""
    if text is None:
        return Markup("")
    if isinstance(text, Text) and text.lang:
        return Markup('<span lang="{}">{}</span>').format(text.lang, text.text)
    return escape(str(text))


def _day(day: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(day[:10]) if isinstance(day, str) else day
