"""What a source was found to hold, however it was read: the contract between reading a source and taking it in.

A profile is a way of reading a source. Its gatherer fetches, and leaves files of RDF on disk; `harvesting`
parses, judges, compares and publishes them in the same way for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from catalogue.errors import N_, InvalidInput
from catalogue.formats import Format, by_media_type, of_file
from catalogue.harvest.configuring import Source
from catalogue.harvest.fetching import Fetched
from catalogue.intake import Progress
from catalogue.settings import Settings
from catalogue.spool import Note

FETCHING = N_("Hämtar filerna")


@dataclass(frozen=True)
class Departure:
    """What the source says of a record that it has taken away: why, and what came in its place (IRIs)."""

    reason: str | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gathered:
    """What a source holds now, or what has happened there since the last time; fetched, not yet parsed.

    `files` are RDF in the format that the end of each one's name tells; `names` is what errors call them.
    A record is whole in one of them. With `whole` the files hold all of the source's records, so one
    that is in none of them is gone; without it only those in `departed` are. `departed` gives by IRI
    what is known of those that are gone. `reported` are sentences for the run's report, of what was found
    and not taken in. `seen` is given to the next gathering as `before`; it must go through JSON unchanged.
    """

    files: tuple[Path, ...]
    names: tuple[str, ...]
    seen: Mapping[str, Any]
    whole: bool = True
    departed: Mapping[str, Departure] = field(default_factory=dict)
    reported: tuple[Note, ...] = ()


class Gather(Protocol):
    """Reads a source into `directory`; None when nothing has changed since the gathering that left `before`.

    `before` is empty when there was none, or when what it led to no longer holds: then all is to be read.
    Raises InvalidInput or Busy, with a sentence for the operator, for whatever the source does wrong.
    """

    def __call__(
        self,
        source: Source,
        settings: Settings,
        directory: Path,
        before: Mapping[str, Any],
        on_progress: Progress,
    ) -> Gathered | None: ...


def format_of(fetched: Fetched) -> Format:
    """The format that the server says, or that the file's name tells where it says nothing of use.

    Raises InvalidInput when it is none that can be read.
    """
    found = by_media_type(fetched.media_type)
    if found is not None:
        return found
    try:
        return of_file(urlsplit(fetched.url).path)
    except InvalidInput as error:
        raise InvalidInput(
            N_(
                "%(url)s skickas som %(type)s, som inte är något RDF-format som går att läsa. Be källan att ange rätt "
                "innehållstyp."
            ),
            url=fetched.url,
            type=fetched.media_type[:100] or "–",
        ) from error
