"""Pages of a change feed as a harvest follows them: read by a worker that may die without harm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

from catalogue.errors import N_, InvalidInput
from catalogue.harvest.documents import Reader
from catalogue.harvest.fetching import Fetched
from catalogue.harvest.gathering import Departure, format_of
from catalogue.harvest.members import PageRequest, Stream
from catalogue.settings import Settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"\.([0-9]+)")
# A feed holds several versions of a record, and the newest of all may be as much as one load.
_VERSIONS = 4
# So many links a page may have, as the mean of all pages that may be read: what they lead to is remembered.
_LINKS = 5
# About so many bytes of memory a member takes, beside its texts.
_MEMBER = 500


class Order(NamedTuple):
    """Where a member stands in its feed: nanoseconds since 1970, then its number or its text in the sequence."""

    time: int
    number: int
    text: str


class Relation(NamedTuple):
    """A page that another one leads to, and the bounds of the times of what is on it (nanoseconds), where told."""

    url: str
    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """A version of a record: where its N-Triples lie in the file of members, or that it is gone.

    `order` is None in a feed that does not say when its members came.
    """

    iri: str
    record: str
    order: Order | None
    departure: Departure | None
    offset: int
    length: int


@dataclass(frozen=True)
class FeedPage:
    """What a page says. `views` are where its feed begins; `immutable` tells that it never changes."""

    stream: Stream
    views: tuple[str, ...]
    immutable: bool
    relations: tuple[Relation, ...]
    members: tuple[Member, ...]


class FeedPages(Reader):
    """Reads the pages of one harvest in one worker; members about records below `space` go to the file `into`.

    With `activities` the members are activities, and go there with what they say of their objects.
    """

    def __init__(self, settings: Settings, space: str, into: Path, *, activities: bool = False) -> None:
        # A page is read as a whole, so one that is too large ends here.
        super().__init__(
            settings, "catalogue.harvest.members", file_bytes=2 * _VERSIONS * settings.load_bytes
        )
        self._space = space
        self._into = into
        self._activities = activities
        self._most_links = _LINKS * settings.harvest_pages
        self._links = 0
        self._memory = settings.load_memory
        self._urls: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._into.touch()
        return super().__enter__()

    def read(self, fetched: Fetched, path: Path, stream: Stream | None) -> FeedPage:
        """Read a page; `stream` is what earlier pages have said of the feed. Raises InvalidInput or Busy that names it."""
        room = max(0, _VERSIONS * self._max_bytes - self._into.stat().st_size)
        request = PageRequest(
            path=str(path),
            extension=format_of(fetched).extension,
            url=fetched.url,
            space=self._space,
            into=str(self._into),
            stream=stream,
            max_bytes=self._max_bytes,
            room=room,
            activities=self._activities,
        )
        page: dict[str, Any] = {}
        members: list[Member] = []
        for said in self._asked(request.encode(), fetched.url):
            page = said.get("page", page)
            found = Stream(**page["stream"])
            members += [_member(fetched.url, found, *each) for each in said.get("members", ())]
            self._check_room(fetched.url, said)
        return FeedPage(
            Stream(**page["stream"]),
            tuple(self._address(each) for each in page["views"]),
            page["immutable"],
            tuple(
                Relation(self._address(url), nanoseconds(lower), nanoseconds(upper))
                for url, lower, upper in page["relations"]
            ),
            tuple(members),
        )

    def _check_room(self, url: str, said: Mapping[str, Any]) -> None:
        """Count what must be remembered of a page until the whole feed has been read."""
        page = said.get("page", {"views": (), "relations": ()})
        self._links += len(page["views"]) + len(page["relations"])
        if self._links > self._most_links:
            raise InvalidInput(
                N_(
                    "Ändringsflödets sidor, till exempel %(url)s, har tillsammans fler än %(limit)s länkar till andra "
                    "sidor, så flödet lästes inte vidare. Inget har ändrats. Är källan betrodd kan PIVI_HARVEST_PAGES höjas."
                ),
                url=url,
                limit=self._most_links,
            )
        self._memory -= sum(_MEMBER + sum(map(_length, each)) for each in said.get("members", ()))
        if self._memory < 0:
            raise InvalidInput(
                N_(
                    "Ändringsflödet vid %(url)s har fler medlemmar än vad som får plats i minnet, så inget har ändrats. Är "
                    "källan betrodd kan PIVI_LOAD_MEMORY höjas."
                ),
                url=url,
            )

    def _address(self, url: str) -> str:
        """The address of a page, the same object each time that it is named."""
        bare = url.partition("#")[0]
        return self._urls.setdefault(bare, bare)

    def write(self, wanted: Iterable[Member], path: Path) -> None:
        """Write what some members hold to a file of its own, as N-Triples."""
        with self._into.open("rb") as read, path.open("wb") as written:
            for each in sorted(wanted, key=lambda member: member.offset):
                read.seek(each.offset)
                written.write(read.read(each.length))


def _length(value: object) -> int:
    return len(value) if isinstance(value, str) else 0


def nanoseconds(text: str | None) -> int | None:
    """An xsd:dateTime as nanoseconds since 1970, in UTC where it has no zone; None for what is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    fraction = _FRACTION.search(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (moment.replace(microsecond=0) - _EPOCH) // timedelta(seconds=1)
    return seconds * 10**9 + (int(fraction[1][:9].ljust(9, "0")) if fraction else 0)


def _member(
    url: str,
    stream: Stream,
    iri: str,
    record: str,
    time: str | None,
    sequence: str | None,
    departure: Mapping[str, Any] | None,
    offset: int,
    length: int,
) -> Member:
    gone = None if departure is None else Departure(departure["reason"], tuple(departure["successors"]))
    return Member(iri, record, _order(url, stream, iri, time, sequence), gone, offset, length)


def _order(url: str, stream: Stream, iri: str, time: str | None, sequence: str | None) -> Order | None:
    if stream.timestamp is None:
        return None
    at = nanoseconds(time)
    if at is None:
        raise InvalidInput(
            N_(
                "%(url)s: medlemmen %(member)s har ingen tid som går att läsa i %(path)s, så det går inte att veta vad "
                "som är nyast. Inget har ändrats. Fråga källan."
            ),
            url=url,
            member=iri,
            path=stream.timestamp,
        )
    text = (sequence or "").strip()
    number = int(text) if re.fullmatch("[0-9]{1,30}", text) else 0
    return Order(at, number, "" if number else text)
