"""How to cite a record: in words, as BibTeX and as RIS, always with IRI, version and date."""

from __future__ import annotations

import datetime as dt
import re

from app.caching import today
from app.formatting import long_date, number
from app.languages import unprefixed_root
from app.pages.parts import Citation, Text, Version
from app.reading import Reading
from app.translating import gettext as _

_BIBTEX_SIGNS = {"\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}"}


def citation(reading: Reading, iri: str, title: Text, versions: tuple[Version, ...]) -> Citation:
    """The citation that the page shows. The version is the one in which the record got this form."""
    settings = reading.installation.settings
    version, day = _latest(reading, versions)
    origin = reading.origin(iri)
    if origin is not None:
        # Whoever wrote it is cited, not we who show it; their own page may have more ways to do so.
        text = _(
            "%(title)s. %(source)s. Hämtad till %(site)s %(date)s. %(iri)s",
            title=title.text,
            source=origin.name.text,
            site=settings.name,
            date=long_date(origin.at or day, reading.language),
            iri=iri,
        )
        return Citation(text, "", "")
    text = _(
        "%(title)s. %(site)s, katalog över socialt utvecklingsarbete. %(publisher)s. Version %(version)s, "
        "%(date)s. %(iri)s",
        title=title.text,
        site=settings.name,
        publisher=settings.publisher,
        version=number(version, reading.language),
        date=long_date(day, reading.language),
        iri=iri,
    )
    data = unprefixed_root() + (reading.installation.addresses.path(iri) or "")
    return Citation(text, f"{data}.bib", f"{data}.ris")


def bibtex(reading: Reading, iri: str, title: Text, versions: tuple[Version, ...]) -> str:
    """A BibTeX entry of type misc."""
    settings = reading.installation.settings
    version, day = _latest(reading, versions)
    key = re.sub(r"[^A-Za-z0-9]+", "-", iri.rpartition("/id/")[2]) or "pivi"
    fields = {
        "author": "{" + _bibtex(settings.publisher) + "}",
        "title": "{" + _bibtex(_line(title.text)) + "}",
        "howpublished": f"{_bibtex(settings.name)}, katalog över socialt utvecklingsarbete",
        "year": str(day.year),
        "month": str(day.month),
        "version": str(version),
        "url": iri,
        "urldate": today().isoformat(),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}\n}}\n"


def ris(reading: Reading, iri: str, title: Text, versions: tuple[Version, ...]) -> str:
    """A RIS record of type DATA. Lines end as the format says, with CR LF."""
    settings = reading.installation.settings
    version, day = _latest(reading, versions)
    lines = (
        ("TY", "DATA"),
        ("TI", _line(title.text)),
        ("AU", settings.publisher),
        ("PB", settings.publisher),
        ("T2", settings.name),
        ("PY", str(day.year)),
        ("DA", day.strftime("%Y/%m/%d")),
        ("ET", str(version)),
        ("UR", iri),
        ("Y2", today().strftime("%Y/%m/%d")),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)


def _latest(reading: Reading, versions: tuple[Version, ...]) -> tuple[int, dt.date]:
    if versions:
        return versions[0].number, dt.date.fromisoformat(versions[0].date)
    return reading.version, reading.snapshot.changed.date()


def _line(text: str) -> str:
    """On one line: a line break in a title would begin a field of its own."""
    return " ".join(text.split())


def _bibtex(text: str) -> str:
    """Text with what BibTeX reads as its own written otherwise.

    BibTeX counts braces and does not mind a backslash before them, so they go by their names.
    """
    return re.sub(r"[\\{}%&#_$]", lambda match: _BIBTEX_SIGNS.get(match[0], "\\" + match[0]), text)
