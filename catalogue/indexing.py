"""The search index: its schema, how a record becomes a document, and how it is built from everything published."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from tantivy import Document, Index, IndexWriter, Schema, SchemaBuilder

from catalogue.analysis import fold, stemmer, words
from catalogue.extraction import INITIATIVE, Extract, Named, extract, is_named, named
from catalogue.facets import DeclaresFields, FacetRule, Plan, Tier, Values, plan
from catalogue.names import Names, code
from catalogue.swedish import sort_key

LANGUAGES = ("sv", "en")
NAME_TIER = "n"
TIERS = (*(tier.value for tier in Tier), NAME_TIER)
KIND = "insats"
_BUILD_HEAP = 96_000_000
_BOUNDARY = " | "
_SHORTEST_HEAD = 4
_SHORTEST_SPELT = 4
_MEMORY = 300_000
_BATCH = 1 << 16


class PublishedChange(Protocol):
    """What the index needs to know of a revision: `after` is public canonical N-Triples, empty when gone."""

    @property
    def iri(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def after(self) -> bytes: ...


def schema(plan: Plan) -> Schema:
    """The fields of the index.

    `ta tb tc tn`: stems in order, by tier, and of the names that the record points at. `stem`: each
    stem of the record once, as `folded|stem`, so that a prefix of it finds words without their dots;
    `head`: the same backwards, to find compounds by their last part. `spelt`: whole words, folded
    first, for other spellings. `said`: the folded words of a title or name, for suggestions.
    """
    builder = SchemaBuilder()
    builder.add_text_field("iri", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    for tier in TIERS:
        builder.add_text_field(f"t{tier}", tokenizer_name="whitespace", index_option="position")
    for name in ("stem", "head", "spelt", "said", "ref"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for language in LANGUAGES:
        builder.add_text_field(f"title_{language}", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("seq", fast=True)
    builder.add_integer_field("order", fast=True)
    builder.add_unsigned_field("topics", fast=True)
    for rule in plan.facets:
        field = field_of(rule)
        if holds_numbers(rule):
            builder.add_integer_field(field, indexed=True, fast=True)
        else:
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_bytes_field("source", stored=True)
    builder.add_bytes_field("digest", stored=True)
    return builder.build()


def field_of(rule: FacetRule) -> str:
    return f"f_{rule.name}"


def holds_numbers(rule: FacetRule) -> bool:
    """Whether the values of a facet are kept as numbers: years, and records by `code`, of which there are many."""
    return rule.values in (Values.YEARS, Values.RECORD, Values.PLACE)


class Writing:
    """Makes documents of records. The names must be complete before the first initiative is written."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self.names = names
        self._terms: dict[str, dict[str, tuple[str, str, str, str]]] = {language: {} for language in LANGUAGES}

    def initiative(self, source: Extract) -> Document:
        """The document of an initiative, with the names of what it points at."""
        document = Document()
        texts: dict[str, list[str]] = {tier: [] for tier in TIERS}
        stems: set[str] = set()
        heads: set[str] = set()
        spelt: set[str] = set()
        said: list[str] = []
        for passage in source.passages:
            found = self._words(passage.text, passage.language)
            texts[passage.tier.value].append(" ".join(each[0] for each in found))
            stems.update(each[1] for each in found)
            heads.update(each[2] for each in found)
            spelt.update(each[3] for each in found)
            if passage.tier is Tier.TITLE:
                said += [fold(word) for word in words(passage.text)]
        refs: dict[str, None] = {}
        for rule in self._plan.facets:
            values = self._add_facet(document, rule, source)
            refs.update((iri, None) for iri in values)
        for iri in refs:
            for language, name in self._names(iri):
                found = self._words(name, language)
                texts[NAME_TIER].append(" ".join(each[0] for each in found))
                stems.update(each[1] for each in found)
                heads.update(each[2] for each in found)
        for tier, found_texts in texts.items():
            if found_texts:
                document.add_text(f"t{tier}", _BOUNDARY.join(found_texts))
        for field, terms in (("stem", stems), ("head", heads), ("spelt", spelt), ("ref", refs), ("said", said)):
            document.add_text(field, " ".join(terms))
        titles = source.titles()
        for language in LANGUAGES:
            title = titles.get(language) or titles.get("sv") or next(iter(titles.values()), "")
            document.add_text(f"title_{language}", sort_key(title, source.iri))
        document.add_integer("seq", source.seq)
        document.add_integer("order", code(source.iri))
        self._close(document, KIND, source.iri, source.dumped(), [*sorted(stems), *sorted(refs)])
        return document

    def named(self, source: Named) -> Document:
        """The document of a concept, an actor or a place, for suggestions and as the memory of its names."""
        document = Document()
        names = (*source.labels.items(), *source.alternatives)
        said = {fold(word): None for _, name in names for word in words(name)}
        spelt = {each[3] for language, name in names for each in self._words(name, language)}
        document.add_text("said", " ".join(said))
        document.add_text("spelt", " ".join(spelt))
        self._close(document, source.kind, source.iri, source.dumped(), list(said))
        return document

    def _close(self, document: Document, kind: str, iri: str, source: bytes, written: list[str]) -> None:
        document.add_text("iri", iri)
        document.add_text("kind", kind)
        document.add_bytes("source", source)
        # What was written of this and of other records, so that two indexes can be compared.
        document.add_bytes("digest", blake2b(" ".join(written).encode(), digest_size=8).digest())

    def _add_facet(self, document: Document, rule: FacetRule, source: Extract) -> tuple[str, ...]:
        """Writes the values of one facet; returns the records and concepts among them, with what they lie in."""
        field = field_of(rule)
        if rule.values is Values.YEARS:
            for year in source.years.get(rule.name, ()):
                document.add_integer(field, year)
            return ()
        values = source.values.get(rule.name, ())
        if rule.values is Values.PLACE:
            around = tuple(dict.fromkeys(outer for value in values for outer in self.names.within(value)))
            for iri in around:
                place = self.names.get(iri)
                if place and place.sort in rule.place_kinds:
                    document.add_integer(field, code(iri))
            return around
        for value in values:
            if rule.values is Values.RECORD:
                document.add_integer(field, code(value))
            else:
                document.add_text(field, value)
        return values if rule.values in (Values.RECORD, Values.CONCEPT) else ()

    def _names(self, iri: str) -> Iterator[tuple[str, str]]:
        found = self.names.get(iri)
        if found is None:
            return
        yield from found.labels.items()
        if found.kind != "begrepp":  # other names of concepts are equals when searching
            yield from found.alternatives

    def _words(self, text: str, language: str) -> list[tuple[str, str, str, str]]:
        """Each word as stem, `folded|stem`, the same backwards, and `folded|word`."""
        memory = self._terms["en" if language == "en" else "sv"]
        found = []
        for word in words(text):
            terms = memory.get(word)
            if terms is None:
                if len(memory) > _MEMORY:
                    memory.clear()
                terms = memory[word] = _terms(word, language)
            found.append(terms)
        return found


def _terms(word: str, language: str) -> tuple[str, str, str, str]:
    stem = stemmer(language)(word)
    folded = fold(stem)
    head = f"{folded[::-1]}|{stem}" if len(stem) > _SHORTEST_HEAD and stem.isalpha() else ""
    spelt = f"{fold(word)}|{word}" if len(word) >= _SHORTEST_SPELT and word.isalpha() else ""
    return stem, stem_term(stem), head, spelt


def stem_term(stem: str) -> str:
    """How a stem is written in the field `stem`."""
    return f"{fold(stem)}|{stem}"


def kept(document: Document, field: str = "source") -> bytes:
    """What the index keeps of a record, to be loaded as its extract or its names."""
    content = document.get_first(field)
    return content if isinstance(content, bytes) else b""


def build_index(
    source: Callable[[], Iterable[PublishedChange]], directory: Path, shapes: DeclaresFields
) -> int:
    """Write the index of everything published into an empty directory; returns the number of initiatives.

    `source` is read once. What is read of the initiatives waits in a temporary file until all names
    are known, so memory grows with the names only. On return the index is on disk, in one segment
    where it is small, and can be opened.
    """
    rules = plan(shapes)
    index = Index(schema(rules), path=str(directory))
    writer = index.writer(_BUILD_HEAP, 1)
    with tempfile.TemporaryFile(dir=directory, buffering=_BATCH) as waiting:
        found: list[Named] = []
        count = 0
        for change in source():
            if change.type == INITIATIVE:
                content = extract_of(rules, change).dumped()
                waiting.write(len(content).to_bytes(4) + content)
                count += 1
            elif is_named(change.type):
                found.append(named(change.iri, change.type, change.after))
        waiting.seek(0)
        writing = Writing(rules, Names.of(found))
        for each in found:
            writer.add_document(writing.named(each))
        while size := waiting.read(4):
            writer.add_document(writing.initiative(Extract.loaded(waiting.read(int.from_bytes(size)))))
    close_writer(writer)
    return count


def extract_of(rules: Plan, change: PublishedChange) -> Extract:
    at = change.at.isoformat(timespec="seconds")
    return extract(rules, change.iri, change.seq, at, change.after)


def close_writer(writer: IndexWriter) -> None:
    """Commit, and let merges end, so that nothing writes in the directory any longer."""
    writer.commit()
    with suppress(ValueError):  # already closed
        writer.wait_merging_threads()
