"""What the journal publishes: everything at one number, or what changes from one number to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from catalogue.journal import Journal, Revision, Share
from catalogue.origins import is_harvested, origin_of
from catalogue.shapes import Shapes
from catalogue.store import Change
from catalogue.turtle import canonical_lines


def everything(
    journal: Journal,
    shapes: Shapes,
    *,
    upto: int,
    types: Collection[str] | None = None,
    share: Share | None = None,
) -> Iterator[Change]:
    """Each record (of the classes `types`) that is published at number `upto`, as a change from nothing; streamed.

    With `share` those of that share of the journal.
    """
    for revision in journal.current_all(upto=upto, types=types, share=share):
        if revision.published:
            yield _change(shapes, revision, None)


def between(journal: Journal, shapes: Shapes, *, after: int, upto: int) -> list[Change]:
    """The net changes of the revisions after number `after`, up to `upto`; one for each record.

    What was published before is read from the journal, so that it can be taken away exactly.
    """
    latest: dict[str, Revision] = {}
    for revision in journal.since(after, upto=upto):
        # Anew at the end, so that the changes come in the order of their numbers.
        latest.pop(revision.iri, None)
        latest[revision.iri] = revision
    before = journal.current_of(latest, upto=after)
    changes = (_change(shapes, revision, before.get(iri)) for iri, revision in latest.items())
    return [change for change in changes if change.before or change.after]


def _change(shapes: Shapes, revision: Revision, before: Revision | None) -> Change:
    return Change(
        iri=revision.iri,
        type=revision.type,
        seq=revision.seq,
        at=revision.at,
        before=b"" if before is None else public_content(shapes, before),
        after=public_content(shapes, revision),
    )


def public_content(shapes: Shapes, revision: Revision) -> bytes:
    """What of a revision may be published, as canonical N-Triples; of a harvested one its origin too, which no shape names."""
    public = shapes.public(revision.content, revision.type)
    if not is_harvested(revision.origin):
        return public
    origin = origin_of(revision.content, revision.iri)
    return canonical_lines(public + origin)
