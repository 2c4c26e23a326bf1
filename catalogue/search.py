"""The search: an open index that answers questions, follows the journal, and proposes while one types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock

from tantivy import Index, IndexWriter, Searcher
from tantivy import Query as IndexQuery

from catalogue.answers import Answer, FacetCounts, Query, Similar, Suggestion
from catalogue.asking import read_query
from catalogue.errors import N_, Damaged
from catalogue.extraction import INITIATIVE, Named, is_named, named
from catalogue.facets import DeclaresFields, Plan, plan
from catalogue.indexing import PublishedChange, Writing, close_writer, kept, schema, write_lexicon
from catalogue.names import Names
from catalogue.view import View

_APPLY_HEAP = 24_000_000
_CHUNK = 1_000


class SearchIndex:
    """The index of one directory. One process may write; any number of threads may ask.

    Each question is answered by one view, which a change replaces as a whole.
    """

    def __init__(self, index: Index, plan: Plan) -> None:
        self._index = index
        self._plan = plan
        self._writer: IndexWriter | None = None
        self._writing = Writing(plan, Names({}))
        self._lock = Lock()
        self._view = self._open_view(None)

    @classmethod
    def open(cls, directory: Path, shapes: DeclaresFields) -> SearchIndex:
        """Open an index that `build_index` made. Raises Damaged when there is none, or one of other shapes."""
        rules = plan(shapes)
        try:
            index = Index(schema(rules), path=str(directory))
        except (ValueError, OSError) as error:
            raise Damaged(
                N_("Sökindexet i %(directory)s går inte att öppna (%(reason)s). Kör pivi rebuild."),
                directory=str(directory),
                reason=str(error),
            ) from error
        index.config_reader("manual")
        return cls(index, rules)

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def names(self) -> Names:
        return self._view.names

    @property
    def view(self) -> View:
        """The version that questions are answered from now; it can be asked on when a newer one has come."""
        return self._view

    def read(
        self,
        parameters: Mapping[str, Sequence[str]],
        language: str = "sv",
        sources: Mapping[str, str] | None = None,
    ) -> Query:
        """The question that URL parameters ask. Raises InvalidInput, see `asking.read_query`."""
        return read_query(parameters, self._plan, self._view.names, language=language, sources=sources)

    def search(self, query: Query) -> Answer:
        """The answer, with one page of hits. Raises NotFound for a page after the last one."""
        return self._view.search(query)

    def listed(self, query: Query) -> tuple[tuple[str, ...], int]:
        """The IRIs of the hits that `search` gives, and how many there are in all; for long pages. Raises as it does."""
        return self._view.listed(query)

    def uncounted(self, query: Query) -> tuple[str, ...]:
        """The IRIs of the hits of a page, for the words as they stand; much cheaper than `listed`, which counts them."""
        return self._view.uncounted(query)

    def facet(self, query: Query, name: str) -> FacetCounts:
        """One facet with all its values. Raises NotFound when there is no such facet."""
        return self._view.facet(query, name)

    def pairs(self, name: str) -> Mapping[tuple[str, str], int]:
        """How many initiatives have both, of every two concepts of a facet that meet; IRIs in their order.

        Counted once a version. Raises NotFound when there is no such facet of concepts.
        """
        return self._view.pairs(name)

    def suggest(self, text: str, language: str = "sv", limit: int = 8) -> tuple[Suggestion, ...]:
        """Proposals for what somebody is typing, any text; empty for less than two letters."""
        return self._view.suggest(text, language, limit)

    def similar(self, iri: str, limit: int = 4) -> tuple[Similar, ...]:
        """Initiatives like this one; empty when it is not in the index."""
        return self._view.similar(iri, limit)

    def names_of(self, iri: str) -> Mapping[str, str]:
        """The own names, by language, of a concept, an actor or a place; empty when the index knows none."""
        return self._view.names.said(iri)

    def apply(self, changes: Sequence[PublishedChange]) -> None:
        """Follow the journal. On return the changes are on disk and every new question sees them.

        The same changes may come again. Where the name of a concept, an actor or a place changes,
        the initiatives that point at it are written anew.
        """
        with self._lock:
            if self._writer is None:
                self._writer = self._index.writer(_APPLY_HEAP, 1)
                # What a killed process had written for a commit that never came has the names that come next.
                self._writer.garbage_collect_files()
            writer = self._writer
            names, renamed = self._rename(changes)
            self._writing.rename(names)
            written: set[str] = set()
            for change in changes:
                written.add(change.iri)
                writer.delete_documents_by_term("iri", change.iri)
                if not change.after:
                    continue
                if change.type == INITIATIVE:
                    writer.add_document(self._writing.initiative(self._writing.extract(change)))
                elif is_named(change.type):
                    known = names.get(change.iri)
                    if known:
                        writer.add_document(self._writing.named(known))
            for extract in self._view.pointing_at(renamed):
                if extract.iri not in written:
                    written.add(extract.iri)
                    writer.delete_documents_by_term("iri", extract.iri)
                    writer.add_document(self._writing.initiative(extract))
            write_lexicon(writer, self._writing)
            writer.commit()
            self._index.reload()
            self._view = self._open_view(names)

    def close(self) -> None:
        """Let go of the directory. Questions that are being answered may go on."""
        with self._lock:
            if self._writer is not None:
                close_writer(self._writer)
                self._writer = None

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """IRI, what is kept, and a digest of what is written, of every document, by IRI: to compare indexes."""
        yield from sorted(self._view.documents())

    def _rename(self, changes: Sequence[PublishedChange]) -> tuple[Names, list[str]]:
        """The names after the changes, and the records whose names or places in others changed."""
        before = self._view.names
        now: dict[str, Named | None] = {}
        for change in changes:
            if is_named(change.type):
                now[change.iri] = named(change.iri, change.type, change.after) if change.after else None
        renamed = [iri for iri, after in now.items() if after != before.get(iri)]
        if not renamed:
            return before, []
        names = before.changed(
            [each for each in now.values() if each], [i for i, each in now.items() if not each]
        )
        return names, renamed

    def _open_view(self, names: Names | None) -> View:
        searcher = self._index.searcher()
        return View(
            searcher, self._index.schema, self._plan, names or Names.of(_named(searcher, self._index))
        )


def _named(searcher: Searcher, index: Index) -> Iterator[Named]:
    """The names that the index remembers."""
    for kind in ("begrepp", "aktor", "plats"):
        query = IndexQuery.term_query(index.schema, "kind", kind, "basic")
        found = searcher.search(query, max(1, searcher.num_docs), count=False)
        for _, address in found.hits:
            yield Named.loaded(kept(searcher.doc(address)))
