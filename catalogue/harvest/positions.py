"""How far a change feed has been followed: what a run remembers for the next one, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

from catalogue.harvest.feed_pages import Order, Relation
from catalogue.harvest.fetching import Seen
from catalogue.harvest.members import Stream

# So many of the last members are remembered, to see whether the feed still has them.
TAIL = 100


class Known(NamedTuple):
    """A page that may change: the version that was read, where it leads, and whether it held members."""

    seen: Seen
    relations: tuple[Relation, ...]
    held: bool


class Last(NamedTuple):
    """One of the last members, and pages of which any that is still led to shows that the member is there."""

    iri: str
    record: str
    order: Order
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Position:
    """What of a feed has been read. Empty: nothing.

    `views` are where the feed begins, when its address is another. `full` are pages that never change and have been read, with all that they lead to; of pages below one
    another only the upper is here. `changing` are the others, by address; `tail` the last members, oldest first.
    """

    stream: Stream | None = None
    views: tuple[str, ...] = ()
    full: frozenset[str] = frozenset()
    changing: Mapping[str, Known] = field(default_factory=dict)
    tail: tuple[Last, ...] = ()

    @property
    def last(self) -> Order | None:
        """The order of the last member that was read."""
        return self.tail[-1].order if self.tail else None

    def is_new(self, order: Order | None) -> bool:
        """Whether a member that stands there may have come after what has been read."""
        if order is None or self.last is None:
            return True
        if self.stream is None or self.stream.sequence is None:
            # Of members of the same moment one may have come later.
            return order.time >= self.last.time
        return order > self.last

    def to_json(self) -> dict[str, Any]:
        return {
            "stream": None if self.stream is None else asdict(self.stream),
            "views": list(self.views),
            "full": sorted(self.full),
            "changing": {
                url: [each.seen.etag, each.seen.modified, each.held, [list(link) for link in each.relations]]
                for url, each in self.changing.items()
            },
            "tail": [[each.iri, each.record, list(each.order), list(each.pages)] for each in self.tail],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        if not said:
            return cls()
        return cls(
            stream=None if said["stream"] is None else Stream(**said["stream"]),
            views=tuple(said["views"]),
            full=frozenset(said["full"]),
            changing={
                url: Known(Seen(etag, modified), tuple(Relation(*link) for link in links), held)
                for url, (etag, modified, held, links) in said["changing"].items()
            },
            tail=tuple(
                Last(iri, record, Order(*order), tuple(pages)) for iri, record, order, pages in said["tail"]
            ),
        )
