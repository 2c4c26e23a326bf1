"""The walk over the pages of a change feed: what is new since a position, each page once, and never without end."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urldefrag

from catalogue.errors import N_, InvalidInput
from catalogue.harvest.feed_pages import FeedPage, FeedPages, Member, Relation
from catalogue.harvest.fetching import RECORDS_FIRST, Fetched, Fetcher, Gone
from catalogue.harvest.members import Stream
from catalogue.harvest.positions import TAIL, Known, Last, Position

# A page that is gone while its feed is read has probably got another name: the walk begins again so often.
_ATTEMPTS = 3
# So much may clocks differ, nanoseconds: an hour.
_AHEAD = 3_600 * 10**9


class Walk:
    """One walk from `starts`, beyond `position`; at most `most` pages are asked for.

    Afterwards `newest` holds the last member of each record that was met, and `read` how many pages had
    something to say: those that are as they were are not counted.
    """

    def __init__(
        self,
        starts: Iterable[str],
        position: Position,
        fetcher: Fetcher,
        pages: FeedPages,
        path: Path,
        *,
        most: int,
        on_page: Callable[[int, int], None],
        accept: str = RECORDS_FIRST,
    ) -> None:
        self._starts = tuple(dict.fromkeys([*(urldefrag(each).url for each in starts), *position.views]))
        self._position = position
        self._fetcher = fetcher
        self._pages = pages
        self._path = path
        self._most = most
        self._tell = on_page
        self._accept = accept
        self.stream: Stream | None = None
        self.newest: dict[str, Member] = {}
        self.read = 0
        self._asked = 0
        self._left_out = False
        # Where the pages lead that have been read, or are as they were; those that never change; the others.
        self._links: dict[str, tuple[Relation, ...]] = {}
        self._unchanging: set[str] = set()
        self._changing: dict[str, Known] = {}
        # Pages whose content is known from before, and pages that end before there is anything new.
        self._known: set[str] = set()
        self._past: dict[str, int] = {}
        self._retired: set[str] = set()
        self._visited: set[str] = set()
        self._tail = {each.iri for each in position.tail}
        self._since = position.last.time if position.last else None
        self._seen_again: set[str] = set()
        self._recent: dict[str, tuple[Member, str]] = {}

    def run(self) -> None:
        """Walk. Raises InvalidInput or Busy for what the source does wrong."""
        for _ in range(_ATTEMPTS):
            self._once()
            if not self._retired:
                return
        self._left_out = True

    @property
    def whole(self) -> bool:
        """Whether what was read is all that there is: nothing was left out, and the feed forgets nothing."""
        return not self._left_out and self.stream is not None and not self.stream.forgets

    @property
    def moved(self) -> bool:
        """Whether this is no longer the feed that the position is of, so that it must be read from its start.

        So it is when all its full pages have other names, or when members are gone that nothing has followed:
        as after another release, or a restored backup.
        """
        before = self._position
        if before.stream is not None and self.stream is not None and before.stream != self.stream:
            return True
        if before.full and not before.full & self._known:
            return True
        return not all(self._is_accounted_for(each) for each in before.tail)

    def position(self) -> Position:
        """How far the walk has come."""
        stream = self.stream or self._position.stream
        if stream is None or stream.timestamp is None or stream.lapses:
            # What is new cannot be told from what is old, or deletions may go unseen: all is read each time.
            return Position(stream, self._starts)
        complete = self._complete()
        full = self._uppermost(complete)
        above = self._above(full)
        tail = [each for each in self._position.tail if each.iri not in self._recent]
        tail += [
            Last(iri, member.record, member.order, (page,))
            for iri, (member, page) in self._recent.items()
            if member.order is not None
        ]
        tail = sorted(
            (
                each._replace(
                    pages=tuple(sorted({*each.pages, *(above.get(page, page) for page in each.pages)}))
                )
                for each in tail
            ),
            key=lambda each: each.order,
        )[-TAIL:]
        if tail and tail[-1].order.time > time.time_ns() + _AHEAD:
            # A clock that is wrong once would hide all that comes until then.
            return Position(stream, self._starts)
        held = {page for each in tail for page in each.pages if page in complete}
        return Position(stream, self._starts, frozenset(full | held), self._changing, tuple(tail))

    # --- walking ----------------------------------------------------------------------------------------

    def _once(self) -> None:
        known = {**self._position.changing, **self._changing}
        self._changing, self._visited, self._retired = {}, set(), set()
        waiting = deque(Relation(each, None, None) for each in self._starts)
        while waiting:
            link = waiting.popleft()
            if link.url in self._visited:
                continue
            self._visited.add(link.url)
            if link.url in self._unchanging:
                waiting += self._links[link.url]
            elif link.url in self._position.full:
                self._known.add(link.url)
                self._left_out = True
            elif link.upper is not None and self._since is not None and link.upper < self._since:
                self._past[link.url] = link.upper
                self._left_out = True
            else:
                waiting += self._visit(link, known.get(link.url))
            self._tell(len(self._visited), len(self._visited) + len(waiting))

    def _visit(self, link: Relation, known: Known | None) -> tuple[Relation, ...]:
        """Ask for a page; returns where it leads."""
        self._asked += 1
        if self._asked > self._most:
            raise InvalidInput(
                N_(
                    "Ändringsflödet vid %(url)s har fler än %(limit)s sidor och lästes inte vidare; inget har ändrats. "
                    "Är källan betrodd kan PIVI_HARVEST_PAGES höjas."
                ),
                url=self._starts[0],
                limit=self._most,
            )
        try:
            fetched = self._fetcher.fetch(link.url, self._path, known.seen if known else None, self._accept)
        except Gone:
            self._retired.add(link.url)
            return ()
        if fetched is None and known is not None:
            self._known.add(link.url)
            self._left_out |= known.held and link.url not in self._links
            self._changing[link.url] = known
            self._links[link.url] = known.relations
            return known.relations
        assert fetched is not None, "304 answers conditions only"
        return self._taken(link, fetched)

    def _taken(self, link: Relation, fetched: Fetched) -> tuple[Relation, ...]:
        place = urldefrag(fetched.url).url
        if place != link.url and place in self._links:
            self._links[link.url] = (Relation(place, None, None),)
            self._changing[link.url] = Known(fetched.seen, self._links[link.url], held=False)
            return self._links[link.url]
        self._visited.add(place)
        # Where the feed begins it says anew what it is.
        said = self.stream or (None if link.url in self._starts else self._position.stream)
        page = self._pages.read(fetched, self._path, said)
        self.read += 1
        _check_bounds(link, page)
        self._links[place] = self._links[link.url] = page.relations
        if page.immutable:
            self._unchanging.add(place)
            self._links[link.url] = (Relation(place, None, None),) if place != link.url else page.relations
        else:
            self._changing[link.url] = Known(fetched.seen, page.relations, bool(page.members))
        self._take_members(page, place)
        if self.stream is None:
            # The feed may begin elsewhere; said by the first page, and by no other.
            self._starts = tuple(dict.fromkeys([*self._starts, *page.views]))
            self.stream = page.stream
            return (*page.relations, *(Relation(each, None, None) for each in page.views))
        return page.relations

    def _take_members(self, page: FeedPage, place: str) -> None:
        for member in page.members:
            before = self.newest.get(member.record)
            # Of members that came at the same time, that which stands later holds.
            if before is None or before.order is None or member.order is None or before.order <= member.order:
                self.newest[member.record] = member
            if member.iri in self._tail:
                self._seen_again.add(member.iri)
            if member.order is not None:
                self._recent[member.iri] = (member, place)
        if len(self._recent) > TAIL:
            last = sorted(self._recent.items(), key=lambda each: each[1][0].order or ())[-TAIL:]
            self._recent = dict(last)

    # --- what is known afterwards -----------------------------------------------------------------------

    def _is_accounted_for(self, last: Last) -> bool:
        if last.iri in self._seen_again or any(page in self._known for page in last.pages):
            return True
        if any(until >= last.order.time for until in self._past.values()):
            # It is on a page that was left out for its bounds, maybe under another name.
            return True
        follower = self.newest.get(last.record)
        return follower is not None and follower.order is not None and follower.order > last.order

    def _complete(self) -> set[str]:
        """The pages that need never be asked for again: neither they nor any that they lead to ever change."""
        done = (self._position.full & self._known) | self._past.keys() | self._unchanging
        leading = defaultdict(set)
        for page in self._visited:
            for link in self._links.get(page, ()):
                leading[link.url].add(page)
        waiting = [page for page in self._visited if page not in done]
        changing = set(waiting)
        while waiting:
            for page in leading[waiting.pop()] - changing:
                changing.add(page)
                waiting.append(page)
        return self._visited - changing

    def _uppermost(self, complete: set[str]) -> set[str]:
        """Those of the complete pages that a page which may change leads to, or that the walk begins with."""
        led = {
            link.url
            for page in self._visited - complete
            for link in self._links.get(page, ())
            if link.url in complete
        }
        return (led | {each for each in self._starts if each in complete}) - self._past.keys()

    def _above(self, uppermost: set[str]) -> Mapping[str, str]:
        """By page, the one of `uppermost` that leads to it."""
        above: dict[str, str] = {}
        for top in uppermost:
            waiting = [top]
            while waiting:
                page = waiting.pop()
                if page not in above:
                    above[page] = top
                    waiting += [link.url for link in self._links.get(page, ())]
        return above


def _check_bounds(link: Relation, page: FeedPage) -> None:
    for member in page.members:
        if member.order is None:
            continue
        at = member.order.time
        if (link.lower is not None and at < link.lower) or (link.upper is not None and at > link.upper):
            raise InvalidInput(
                N_(
                    "%(url)s har medlemmen %(member)s, vars tid inte stämmer med vad flödet säger om sidan. Ett sådant "
                    "flöde går inte att följa, så inget har ändrats. Fråga källan."
                ),
                url=link.url,
                member=member.iri,
            )
