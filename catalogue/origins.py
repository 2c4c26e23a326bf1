"""Where a record comes from: what tells our own records from harvested ones, and what is said of those.

A harvested record keeps its own IRI, so it lies under the address of the installation that it came from.
Its content in the journal ends with statements of where it was read, under which licence and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.namespaces import DCT, PROV, SHARED, XSD
from catalogue.turtle import canonical_ntriples

_HARVEST = "harvest:"
# Under which every installation has its records.
_THINGS = "id/"
_READ_FROM, _LICENCE, _AT = PROV.hadPrimarySource, DCT.license, DCT.dateAccepted
_ABOUT = tuple(f"> {each} ".encode() for each in (_READ_FROM, _LICENCE, _AT))


def is_own(iri: str, base: str) -> bool:
    """Whether a record is the installation's own (or shared by all), not harvested from another.

    Whatever leaves for harvesters (feeds, dumps, descriptions) holds these only: so licences hold, and
    what two installations harvest from each other does not go in circles. True of withdrawn records too.
    """
    return iri.startswith(own_starts(base))


def own_starts(base: str) -> tuple[str, ...]:
    """With what the IRIs of our own records, and of those that all share, begin."""
    return (base, SHARED)


@dataclass(frozen=True, slots=True)
class Space:
    """The address under which all records of a source lie. `source` is the source's name here."""

    source: str
    iri: str


class Spaces:
    """The spaces of the sources that are harvested; none lies in another. Never changed."""

    def __init__(self, spaces: Iterable[Space] = ()) -> None:
        self._spaces = {each.source: each for each in spaces}
        self._starts = tuple(each.iri for each in self._spaces.values())

    def __bool__(self) -> bool:
        return bool(self._starts)

    def __contains__(self, source: str) -> bool:
        return source in self._spaces

    def of(self, iri: str) -> Space | None:
        """The space that an IRI lies in; None for what is ours, shared, or nobody's that we know."""
        if not iri.startswith(self._starts):
            return None
        return next(each for each in self._spaces.values() if iri.startswith(each.iri))

    def reference(self, iri: str) -> str | None:
        """What tells a record from others of its source: `insats/7k3f`. None outside every space.

        It is the end of the record's own IRI, so it stays as long as that does.
        """
        space = self.of(iri)
        return None if space is None else iri[len(space.iri) :].removeprefix(_THINGS)

    def candidates(self, source: str, reference: str) -> tuple[str, ...]:
        """The IRIs that a reference can mean, likeliest first; none for an unknown source, or where no IRI can be so."""
        space = self._spaces.get(source)
        if space is None:
            return ()
        found = (f"{space.iri}{_THINGS}{reference}", f"{space.iri}{reference}")
        return tuple(each for each in found if _is_iri(each))


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def of_source(name: str) -> str:
    """The `origin` of revisions that come from the configured source of that name."""
    return _HARVEST + name


def is_harvested(origin: str) -> bool:
    """Whether a revision's `origin` is a source's."""
    return origin.startswith(_HARVEST)


def with_origin(content: bytes, iri: str, *, source: str, licence: str, at: datetime) -> bytes:
    """A record (canonical N-Triples without such statements) that says where it was read, its licence and when (UTC)."""
    record = NamedNode(iri)
    said = canonical_ntriples(
        [
            Triple(record, _READ_FROM, NamedNode(source)),
            Triple(record, _LICENCE, NamedNode(licence)),
            Triple(record, _AT, Literal(_moment(at), datatype=XSD.dateTime)),
        ]
    )
    return _sorted(content + said)


def without_origin(content: bytes, iri: str) -> bytes:
    """The record as its source has it: without what `with_origin` says of the record itself."""
    return b"".join(line for line in content.splitlines(True) if not _is_about(line, iri))


def origin_of(content: bytes, iri: str) -> bytes:
    """The lines that `with_origin` added."""
    return b"".join(line for line in content.splitlines(True) if _is_about(line, iri))


def undated(content: bytes, iri: str) -> bytes:
    """The record without when it was read: what tells whether there is something new to say of it."""
    start = f"<{iri}{_ABOUT[2].decode()}".encode()
    return b"".join(line for line in content.splitlines(True) if not line.startswith(start))


def _is_about(line: bytes, iri: str) -> bool:
    start = b"<" + iri.encode()
    return line.startswith(start) and line.startswith(_ABOUT, len(start))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sorted(content: bytes) -> bytes:
    return b"".join(sorted(content.splitlines(True)))
