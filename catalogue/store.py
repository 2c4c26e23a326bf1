"""The store: what is published, as RDF in Oxigraph, and how far it has followed the journal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Triple

from catalogue.descriptions import Description
from catalogue.errors import N_, Damaged
from catalogue.namespaces import DCAT, DCT, PIVI, PREFIXES, RDF, RDFS, SHARED, SKOS, XSD
from catalogue.turtle import canonical_ntriples, record_iri

Term = NamedNode | Literal

_DATA = DefaultGraph()
# How far the store has followed lies in a graph of its own: the default graph is exactly the records.
_PROGRESS = NamedNode(SHARED + "projection")
_QUERIES = Path(__file__).parent / "queries"
# Oxigraph sorts what one bulk load brings in memory, and merges what several bring: more at a time
# takes less processor time (24 MB: an eighth more than 80) and more memory (80 MB: 0.6 GB, 200 MB: 1.5 GB;
# 300 MB: 2.1 GB and no gain).
_BULK_BYTES = 160_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision changes in what is published: canonical N-Triples before and after it.

    Only what is public is in `before` and `after`; they are empty where nothing is published.
    `type` is the class of the record, `seq` and `at` the number and the time (UTC) of the revision.
    """

    iri: str
    type: str
    seq: int
    at: datetime
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a projection has followed the journal: the number and the stamp of that revision."""

    seq: int
    stamp: str


class Store:
    """What is published. Reads may come from any thread; `apply` from one at a time."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store in a directory, new when absent. Raises Damaged when it cannot be read."""
        try:
            return cls(ox.Store(path))
        except (OSError, RuntimeError) as error:  # RocksDB's findings of damage come as RuntimeError
            raise Damaged(
                N_(
                    "Databasen i %(path)s går inte att öppna (%(detail)s). Kör pivi rebuild, så byggs den om ur journalen."
                ),
                path=path,
                detail=str(error),
            ) from error

    @classmethod
    def in_memory(cls, content: Iterable[bytes] = ()) -> Store:
        """A store that lives as long as the object, filled with N-Triples."""
        store = ox.Store()
        for each in content:
            store.load(input=each, format=RdfFormat.N_TRIPLES)
        return cls(store)

    @classmethod
    def build(cls, path: Path, content: Iterable[bytes], progress: Progress) -> None:
        """Write a new store from the N-Triples of all records; it is on disk when this returns."""
        store = ox.Store(path)
        for part in _parts(content, _BULK_BYTES):
            store.bulk_load(input=part, format=RdfFormat.N_TRIPLES, lenient=True)
        store.extend([Quad(each.subject, each.predicate, each.object, _PROGRESS) for each in _said(progress)])
        store.flush()

    @property
    def progress(self) -> Progress:
        """How far the store has followed; number 0 for a new one."""
        found = {
            quad.predicate: quad.object for quad in self._store.quads_for_pattern(None, None, None, _PROGRESS)
        }
        seq, stamp = found.get(DCAT.version), found.get(DCT.identifier)
        if isinstance(seq, Literal) and isinstance(stamp, Literal):
            return Progress(int(seq.value), stamp.value)
        return Progress(0, "0")

    @property
    def version(self) -> int:
        """The dataset version: the number of the last revision that is shown."""
        return self.progress.seq

    def apply(self, changes: Iterable[Change], progress: Progress) -> None:
        """Show `changes` and note `progress`, in one transaction: no reader sees a part of it."""
        gone: list[bytes] = []
        come: list[bytes] = []
        for change in changes:
            before = set(change.before.splitlines())
            after = set(change.after.splitlines())
            gone += before - after
            come += after - before
        old, new = (_ntriples(_said(each)) for each in (self.progress, progress))
        # Canonical N-Triples are valid in DATA blocks; they come from our own serialiser, escaped.
        self._store.update(
            f"DELETE DATA {{ {_joined(gone)} GRAPH {_PROGRESS} {{ {old} }} }} ;\n"
            f"INSERT DATA {{ {_joined(come)} GRAPH {_PROGRESS} {{ {new} }} }}"
        )

    def describe(self, iri: str) -> list[Triple]:
        """What is said of a record and of its fragments; empty when it is not published.

        Fragments are found by the links from the record to them, or by their rdfs:isDefinedBy.
        """
        record = NamedNode(iri)
        own = iri + "#"
        back = self._store.quads_for_pattern(None, RDFS.isDefinedBy, record, _DATA)
        waiting: list[NamedNode] = [
            record,
            *(subject for quad in back if _within(subject := quad.subject, own)),
        ]
        seen = set(waiting)
        found: list[Triple] = []
        while waiting:
            for triple in self._about(waiting.pop(0)):
                found.append(triple)
                target = triple.object
                if _within(target, own) and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return found

    def _about(self, subject: NamedNode) -> Iterator[Triple]:
        return (quad.triple for quad in self._store.quads_for_pattern(subject, None, None, _DATA))

    def content(self, iri: str) -> bytes:
        """The description of a record as canonical N-Triples; empty when it is not published."""
        return canonical_ntriples(self.describe(iri))

    def holds(self, iri: str) -> bool:
        """Whether something is published about the IRI."""
        return next(self._about(NamedNode(iri)), None) is not None

    def objects(self, iri: str, predicate: NamedNode) -> list[Term]:
        """The values of a property, literals and IRIs, in no order."""
        quads = self._store.quads_for_pattern(NamedNode(iri), predicate, None, _DATA)
        return [quad.object for quad in quads if isinstance(quad.object, (NamedNode, Literal))]

    def subjects(self, predicate: NamedNode | None, value: Term) -> list[str]:
        """The IRIs of which `predicate` (None: any) says `value`, fragments among them, in no order."""
        quads = self._store.quads_for_pattern(None, predicate, value, _DATA)
        return [quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)]

    def pointing_at(self, iri: str) -> list[str]:
        """The other records that point at a record or at one of its fragments, in the order of their IRIs."""
        targets = {
            iri,
            *(triple.subject.value for triple in self.describe(iri) if isinstance(triple.subject, NamedNode)),
        }
        sources = {
            record_iri(subject) for target in targets for subject in self.subjects(None, NamedNode(target))
        }
        return sorted(sources - {iri})

    def types_and_schemes(self, iris: Iterable[str]) -> dict[str, Description]:
        """What validation needs to know of those of the IRIs that are published."""
        found: dict[str, Description] = {}
        for iri in iris:
            types = self._iris(iri, RDF.type)
            if types:
                found[iri] = Description(
                    types, self._iris(iri, SKOS.inScheme), self._iris(iri, PIVI.actorKind)
                )
        return found

    def _iris(self, iri: str, predicate: NamedNode) -> frozenset[str]:
        return frozenset(each.value for each in self.objects(iri, predicate) if isinstance(each, NamedNode))

    def query(self, name: str, **terms: Term) -> QuerySolutions:
        """The solutions of the SELECT in `queries/{name}.rq`, with `terms` in the place of variables.

        The query must not project those.
        """
        found = self._store.query(_with_terms(query_text(name), terms))
        if not isinstance(found, QuerySolutions):
            raise TypeError(f"queries/{name}.rq is no SELECT")
        return found

    def triples(self) -> Iterator[Triple]:
        """Everything that is published, in no order."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, _DATA))

    def __len__(self) -> int:
        """How many triples are published."""
        return len(self._store) - len(list(self._store.quads_for_pattern(None, None, None, _PROGRESS)))

    def backup(self, path: Path) -> None:
        """Copy the store, by hard links on the same file system, as it is at this moment."""
        self._store.backup(path)

    def close(self) -> None:
        """Write to disk what transactions left in memory, and let go of the directory.

        Oxigraph closes with the last reference: iterators that somebody still holds keep it open.
        """
        # On a full disk it stays unwritten; the journal has it.
        with suppress(OSError, RuntimeError):
            self._store.flush()
        del self._store


@cache
def query_text(name: str) -> str:
    """The text of `queries/{name}.rq`, with the prefixes that it uses declared."""
    text = (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    declared = {match.lower() for match in re.findall(r"(?im)^\s*PREFIX\s+(\w*):", text)}
    used = [name for name in PREFIXES if name not in declared and f"{name}:" in text]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + text


def _with_terms(query: str, terms: Mapping[str, Term]) -> str:
    """A query of ours with terms written where it has variables.

    Oxigraph orders a query before it puts `substitutions` in: with them what takes 4 ms took 4 s. A
    term writes itself as N-Triples, escaped, and its class refuses what no IRI may hold, so none can
    become anything but a term.
    """
    if not terms:
        return query
    return re.sub(rf"\?({'|'.join(terms)})\b", lambda match: str(terms[match[1]]), query)


def _said(progress: Progress) -> list[Triple]:
    return [
        Triple(_PROGRESS, DCAT.version, Literal(str(progress.seq), datatype=XSD.integer)),
        Triple(_PROGRESS, DCT.identifier, Literal(progress.stamp)),
    ]


def _ntriples(triples: Sequence[Triple]) -> str:
    return canonical_ntriples(triples).decode()


def _joined(lines: list[bytes]) -> str:
    return b"\n".join(lines).decode()


def _within(term: object, own: str) -> TypeGuard[NamedNode]:
    return isinstance(term, NamedNode) and term.value.startswith(own)


def _parts(content: Iterable[bytes], size: int) -> Iterator[bytes]:
    part: list[bytes] = []
    held = 0
    for each in content:
        part.append(each)
        held += len(each)
        if held >= size:
            yield b"".join(part)
            part, held = [], 0
    if part:
        yield b"".join(part)
