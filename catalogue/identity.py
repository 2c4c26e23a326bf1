"""Swedish personal identity numbers that a pattern cannot tell: oddly written, or inside a link.

The shapes refuse what is written as such numbers usually are, whatever its check digit. Here a text is
first read as an eye reads it (other digits, dashes and spaces made plain, invisible signs left out).
Where the writing is unusual, or stands in a link, the calendar and the check digit decide.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache
from urllib.parse import unquote

# Nearly every text ends at the first two of these: no sign beyond those of European languages, and no six
# digits near each other. Then ten digits, raised and circled ones too, with little between them.
_FOREIGN = re.compile("[^\u0000-\u00b1\u00b4-\u00b8\u00ba-\u00ff\u2010-\u2027]")
_SIX = re.compile("[0-9](?:[^0-9A-Za-zåäö]{0,8}[0-9]){5}")
_TEN = re.compile(r"(?:[\d²³¹⁰-⁹₀-₉①-⑨][\W_]{0,8}){9}[\d²³¹⁰-⁹₀-₉①-⑨]")
_CENTURY = "(?:18|19|20)?"
# What goes on after the last four digits is no personal number: other digits, or another date.
_END = r"(?![0-9]|[-./:][0-9])"
_UNUSUAL = (
    # Any signs before the last four digits; the date itself in pieces; every digit apart.
    re.compile(rf"(?<![0-9]){_CENTURY}[0-9]{{6}}[\W_]{{0,8}}[0-9]{{4}}{_END}"),
    re.compile(rf"(?<![0-9]){_CENTURY}[0-9]{{2}}(?:[\W_]{{1,3}}[0-9]{{2}}){{2}}[\W_]{{0,8}}[0-9]{{4}}{_END}"),
    re.compile(rf"(?<![0-9])(?:[0-9][\W_]{{1,3}}){{9}}(?:(?:[0-9][\W_]{{1,3}}){{2}})?[0-9]{_END}"),
)
# In a link slashes and dots are its own: /2019/01/01/1234 is a page of a newspaper.
_IN_LINK = (
    re.compile(rf"(?<![0-9]){_CENTURY}[0-9]{{6}}[-+_ ]{{0,3}}[0-9]{{4}}(?![0-9])"),
    re.compile(rf"(?<![0-9]){_CENTURY}[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}[-+_ ]{{0,3}}[0-9]{{4}}(?![0-9])"),
)


def in_text(text: str, usual: str) -> str | None:
    """A number that `usual`, the pattern of the shapes, does not see in the text; None when there is none.

    What `usual` finds in the text as it stands is left to the shapes.
    """
    if not _has_ten(text):
        return None
    pattern = _compiled(usual)
    if pattern.search(text):
        return None
    plain = _as_read(text)
    found = pattern.search(plain) if plain != text else None
    return found[0] if found else _first_true(plain, _UNUSUAL)


def in_link(iri: str) -> str | None:
    """A number with the right check digit in an IRI, escaped or not; None when there is none."""
    plain = unquote(iri)
    return _first_true(_as_read(plain), _IN_LINK) if _has_ten(plain) else None


def masked(number: str) -> str:
    """The number for a report, which may be printed or mailed: its last four digits are dots."""
    trimmed = re.sub("^[^0-9]+|[^0-9]+$", "", _as_read(number))
    return re.sub(r"[0-9](?:[\W_]*[0-9]){3}$", "••••", trimmed)


def _has_ten(text: str) -> bool:
    if _SIX.search(text) is None and _FOREIGN.search(text) is None:
        return False
    return _TEN.search(text) is not None


def _as_read(text: str) -> str:
    """The text with plain digits, hyphens and spaces, and without signs that take no room."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text)))


@cache
def _plain(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    if value is not None:
        return str(value)
    match unicodedata.category(sign):
        case "Cf":
            return ""
        case "Pd":
            return "-"
        case "Zs":
            return " "
    return "-" if sign in "\u2212\u02d7\u2043" else sign


def _first_true(text: str, forms: tuple[re.Pattern[str], ...]) -> str | None:
    """The first match of the forms that is a day of the calendar and has the right check digit."""
    for form in forms:
        for match in form.finditer(text):
            digits = re.sub("[^0-9]", "", match[0])
            if _is_day(digits[:-4]) and _checks(digits[-10:]):
                return match[0]
    return None


def _is_day(digits: str) -> bool:
    """Whether YYMMDD or YYYYMMDD is a day; a coordination number has 60 added to it."""
    day = int(digits[-2:])
    # Two digits leave the century open: of both, 2000 is the one with a leap day.
    year = int(digits[:-4]) if len(digits) == 8 else 2000 + int(digits[:-4])
    try:
        dt.date(year, int(digits[-4:-2]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _checks(ten: str) -> bool:
    """Luhn's check: every second digit doubled from the first, the digits of it all summing to tens."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
