"""Where a record comes from, for readers: the source, the original, its licence, when it was read; and its page here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from app.pages.parts import Link, Origin, Text
from app.watched import Watched
from catalogue.harvest.configuring import Source, sources
from catalogue.namespaces import DCT, PROV
from catalogue.origins import Space, Spaces, is_own
from catalogue.settings import Settings

if TYPE_CHECKING:
    from app.reading import Reading

PREFIX = "/extern"
# Of what may stand in a path (RFC 3986, section 3.3), as in every address of ours.
_IN_PATH = "/:@!$&'()*+,;=~-._"
_CREATIVE = re.compile(r"https?://creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/(zero))/(\d\.\d)/?")
_EUROPEAN = "http://publications.europa.eu/resource/authority/licence/"


@dataclass(frozen=True)
class Known:
    """The sources that are configured, by name, and the spaces that their records lie in."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    spaces: Spaces = field(default_factory=Spaces)

    @cached_property
    def starts(self) -> Mapping[str, str]:
        """The address under which the records of each source lie, by the source's name."""
        return {name: each.space for name, each in self.sources.items()}


def watched_sources(settings: Settings) -> Watched[Known]:
    """The sources of an installation, as their file says now. One that cannot be used stops no page."""

    def read() -> Known:
        found = sources(settings)
        return Known(found, Spaces(Space(each.name, each.space) for each in found.values()))

    return Watched(Path(settings.sources) if settings.sources else None, read, Known())


def path_of(spaces: Spaces, iri: str) -> str | None:
    """The path of the page here about a harvested record, without language; None outside every source."""
    space = spaces.of(iri)
    reference = spaces.reference(iri)
    return f"{PREFIX}/{space.source}/{quote(reference, _IN_PATH)}" if space and reference else None


def origin_of(here: Reading, iri: str) -> Origin | None:
    """Where a published record was harvested; None for our own, for what all share, and for what is no record here."""
    base = here.installation.settings.base
    if is_own(iri, base):
        return None
    read_from = here.iris(iri, PROV.hadPrimarySource)
    if not read_from:
        return None
    licence = next(iter(here.iris(iri, DCT.license)), "")
    return Origin(
        name=name_of(here, iri),
        url=iri,
        licence=Link(Text(licence_name(licence)), licence or None),
        at=day[0].isoformat() if (day := here.when(iri, DCT.dateAccepted)) else "",
        read_from=read_from[0],
    )


def name_of(here: Reading, iri: str) -> Text:
    """What the source of a record is called: its title, else its municipality, else the host of its address."""
    space = here.sources.spaces.of(iri)
    return called(here, space.source) if space else Text(urlsplit(iri).netloc)


def called(here: Reading, source: str) -> Text:
    """What a configured source is called."""
    known = here.sources.sources[source]
    if known.title:
        return Text(known.title)
    if known.municipality:
        name = here.label(known.municipality)
        if name.text != known.municipality:
            return name
    return Text(urlsplit(known.space).netloc)


def licence_name(iri: str) -> str:
    """What a licence is called for short: CC BY-SA 4.0, CC0 1.0; its address where it has no such name."""
    found = _CREATIVE.fullmatch(iri)
    if found:
        kind, _zero, version = found.groups()
        return f"CC {kind.upper()} {version}" if kind else f"CC0 {version}"
    if iri.startswith(_EUROPEAN):
        kind, *version = iri.removeprefix(_EUROPEAN).split("_")
        return _european(kind, version)
    return iri.partition("://")[2].rstrip("/") or iri


def _european(kind: str, rest: list[str]) -> str:
    """CC_BYSA_4_0 is CC BYSA 4.0, CC0 stays: their names are made so."""
    digits = [each for each in rest if each.isdigit()]
    words = [each for each in rest if not each.isdigit()]
    return " ".join([kind, *words, *([".".join(digits)] if digits else [])])
