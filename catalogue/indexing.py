"""The search index: its schema, how a record becomes a document, and how it is built from everything published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

import orjson
from tantivy import Document, Index, IndexWriter, Schema, SchemaBuilder

from catalogue.analysis import fold, stemmer, words
from catalogue.extraction import INITIATIVE, Extract, Extraction, Named, Passage, is_named, named
from catalogue.facets import DeclaresFields, FacetRule, Plan, Tier, Values, plan
from catalogue.names import Names, code
from catalogue.swedish import sort_key

LANGUAGES = ("sv", "en")
NAME_TIER = "n"
TIERS = (*(tier.value for tier in Tier), NAME_TIER)
KIND = "insats"
_BUILD_HEAP = 96_000_000
_BOUNDARY = " | "
_SHORTEST_COMPOUND = 6
_SHORTEST_SPELT = 4
_SHORTEST_WRITTEN = 5  # of running text, where short words are many and rarely what is meant
_MEMORY = 400_000
_LEXICON = 20_000
_TOPIC_BITS = 62
# BM25 compares the length of a text with the average of all documents. Concepts, actors, places and words
# would make that average almost nothing in a small catalogue; so they count as long as initiatives are.
_TYPICAL = {Tier.TITLE.value: 4, Tier.SUMMARY.value: 25, Tier.TEXT.value: 150, NAME_TIER: 12}
_FILLER = "|"


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

    `ta tb tc tn`: stems in order, by tier, and of the names of actors and places. `stem`: each stem of
    the record as `folded|stem`, so that a prefix of it finds words without their dots. `said`: the
    folded words of a title or name, for suggestions. `head` and `spelt` belong to no record: each
    stem once, `folded backwards|stem`, to find compounds by their last part, and each word once,
    `folded|word`, for other spellings; words that no record has any longer may stay there.
    """
    builder = SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw", index_option="basic")
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
    builder.add_bytes_field("titles", stored=True)
    builder.add_bytes_field("digest", stored=True)
    return builder.build()


def field_of(rule: FacetRule) -> str:
    return f"f_{rule.name}"


def holds_numbers(rule: FacetRule) -> bool:
    """Whether the values of a facet are kept as numbers: years, and records by `code`, of which there are many."""
    return rule.values in (Values.YEARS, Values.RECORD, Values.PLACE)


class Stems(dict[str, str]):
    """The stems, space separated, of the tokens of one language, remembered: most of a text costs one look-up a word.

    A token is a word with its punctuation, or several. New words are added to `lexicon`.
    """

    def __init__(self, language: str, lexicon: Lexicon) -> None:
        super().__init__()
        self._stemmer = stemmer(language)
        self._lexicon = lexicon

    def __missing__(self, token: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        said = words(token)
        stems = [self._stemmer[word] for word in said]
        self._lexicon.add(stems, said, _SHORTEST_WRITTEN)
        found = self[token] = " ".join(stems)
        return found


class Terms(dict[str, str]):
    """What the field `stem` says of the stems of a token, remembered."""

    def __missing__(self, stems: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        found = self[stems] = " ".join(map(stem_term, stems.split()))
        return found


class Said(NamedTuple):
    """What is written of a record that initiatives point at: the stems of each of its names, and of each token."""

    names: tuple[str, ...]
    stems: frozenset[str]


class PlaceIn(NamedTuple):
    """What a place lies in, itself first, and the numbers of what counts in the facet that is asked for."""

    around: tuple[str, ...]
    codes: tuple[int, ...]


class Lexicon:
    """Words that are new to this writing, to be written once for all documents that have them."""

    def __init__(self) -> None:
        self._heads: set[str] = set()
        self._spelt: set[str] = set()

    def add(self, stems: Iterable[str], said: Iterable[str], shortest: int) -> None:
        for stem in stems:
            if len(stem) >= _SHORTEST_COMPOUND and stem.isalpha():
                self._heads.add(f"{fold(stem)[::-1]}|{stem}")
        for word in said:
            if len(word) >= shortest and word.isalpha():
                self._spelt.add(f"{fold(word)}|{word}")

    def __len__(self) -> int:
        return len(self._spelt)

    def document(self) -> Document | None:
        """What was added since the last time; None when it is nothing."""
        if not self._heads and not self._spelt:
            return None
        document = Document()
        _lengthen(document)
        document.add_text("head", " ".join(sorted(self._heads)))
        document.add_text("spelt", " ".join(sorted(self._spelt)))
        self._heads.clear()
        self._spelt.clear()
        return document


class Writing:
    """Makes documents of records. The names must be complete before the first initiative is written.

    The document of `lexicon` must be written too, before a commit.
    """

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self._extraction = Extraction(plan)
        self.lexicon = Lexicon()
        self._stems = {language: Stems(language, self.lexicon) for language in LANGUAGES}
        self._terms = Terms()
        self._facets = [(rule, field_of(rule), rule.values) for rule in plan.facets]
        self._names = names
        self._said: dict[str, Said] = {}
        self._places: dict[tuple[str, str], PlaceIn] = {}

    def rename(self, names: Names) -> None:
        """From now on write these names of what initiatives point at."""
        if names is not self._names:
            self._names = names
            self._said.clear()
            self._places.clear()

    def extract(self, change: PublishedChange) -> Extract:
        """What the index keeps of an initiative."""
        at = change.at.isoformat(timespec="seconds")
        return self._extraction.extract(change.iri, change.seq, at, change.after)

    def initiative(self, source: Extract) -> Document:
        """The document of an initiative, with the names of what it points at."""
        document = Document()
        refs: dict[str, None] = {}
        for rule, field, values in self._facets:
            if values is Values.YEARS:
                for year in source.years.get(rule.name, ()):
                    document.add_integer(field, year)
            elif found := source.values.get(rule.name):
                refs.update(dict.fromkeys(self._add_facet(document, rule, field, found)))
        written = self._add_texts(document, source.passages, refs)
        titles = source.titles()
        said = dict.fromkeys(word for title in titles.values() for word in words(title))
        document.add_text("said", " ".join(map(fold, said)))
        document.add_text("ref", " ".join(refs))
        keys: dict[str, str] = {}
        for language in LANGUAGES:
            title = titles.get(language) or titles.get("sv") or next(iter(titles.values()), "")
            if title not in keys:
                keys[title] = sort_key(title, source.iri)
            document.add_text(f"title_{language}", keys[title])
        document.add_bytes("titles", orjson.dumps(titles))
        document.add_unsigned("topics", topics(self._plan, source))
        document.add_integer("seq", source.seq)
        document.add_integer("order", code(source.iri))
        self._close(document, KIND, source.iri, source.dumped(), " ".join((written, *sorted(refs))))
        return document

    def _add_texts(self, document: Document, passages: Iterable[Passage], refs: Iterable[str]) -> str:
        """Writes the texts, and the names of the records `refs`; returns what was written."""
        by_tier: dict[str, list[str]] = {}
        distinct: set[str] = set()
        for _, language, text, tier in passages:
            stems = list(map(self._stems[_read_as(language)].__getitem__, text.lower().split()))
            by_tier.setdefault(tier, []).append(" ".join(stems))
            distinct.update(stems)
        for iri in refs:
            said = self._said.get(iri) or self._say(iri)
            if said.names:
                by_tier.setdefault(NAME_TIER, []).extend(said.names)
                distinct |= said.stems
        for tier_name, told in by_tier.items():
            document.add_text(f"t{tier_name}", _BOUNDARY.join(told))
        document.add_text("stem", " ".join(map(self._terms.__getitem__, distinct)))
        return " ".join([f"{tier_name} {told}" for tier_name, told in sorted(by_tier.items())])

    def _say(self, iri: str) -> Said:
        record = self._names.get(iri)
        names: list[str] = []
        distinct: set[str] = set()
        for language, name in record.names if record else ():
            stems = list(map(self._stems[_read_as(language)].__getitem__, name.lower().split()))
            names.append(" ".join(stems))
            distinct.update(stems)
        found = self._said[iri] = Said(tuple(names), frozenset(distinct))
        return found

    def named(self, source: Named) -> Document:
        """The document of a concept, an actor or a place, for suggestions and as the memory of its names."""
        document = Document()
        said = dict.fromkeys(word for _, name in source.names for word in words(name))
        document.add_text("said", " ".join(map(fold, said)))
        self.lexicon.add((), said, _SHORTEST_SPELT)
        _lengthen(document)
        document.add_integer("order", code(source.iri))
        self._close(document, source.kind, source.iri, source.dumped(), " ".join(said))
        return document

    def _close(self, document: Document, kind: str, iri: str, source: bytes, written: str) -> None:
        document.add_text("iri", iri)
        document.add_text("kind", kind)
        document.add_bytes("source", source)
        # What was written of this and of other records, so that two indexes can be compared.
        document.add_bytes("digest", blake2b(written.encode(), digest_size=8).digest())

    def _add_facet(
        self, document: Document, rule: FacetRule, field: str, values: Sequence[str]
    ) -> Sequence[str]:
        """Writes the values of one facet; returns the records whose names the initiative is found by.

        Concepts are found by their names without that, see `matching`.
        """
        if rule.values is Values.PLACE:
            places = [self._places.get((rule.name, value)) or self._place(rule, value) for value in values]
            for number in dict.fromkeys(number for place in places for number in place.codes):
                document.add_integer(field, number)
            return list(dict.fromkeys(iri for place in places for iri in place.around))
        if rule.values is Values.RECORD:
            for value in values:
                document.add_integer(field, _known_code(value))
            return values
        for value in values:
            document.add_text(field, value)
        return ()

    def _place(self, rule: FacetRule, iri: str) -> PlaceIn:
        around = self._names.within(iri)
        counted = [
            place for each in around if (place := self._names.get(each)) and place.sort in rule.place_kinds
        ]
        found = PlaceIn(around, tuple(code(place.iri) for place in counted))
        self._places[rule.name, iri] = found
        return found


def _read_as(language: str) -> str:
    """The language whose stems a text has."""
    return "en" if language == "en" else "sv"


def _lengthen(document: Document) -> None:
    for tier, length in _TYPICAL.items():
        document.add_text(f"t{tier}", " ".join([_FILLER] * length))


# Of what many initiatives point at.
_known_code = lru_cache(1 << 15)(code)


def topics(plan: Plan, source: Extract) -> int:
    """The concepts that an initiative may have several of, as bits: alike where initiatives are alike.

    Two concepts may share a bit, so this ranks and does not tell.
    """
    bits = 0
    for rule in plan.facets:
        if rule.values is Values.CONCEPT and rule.several:
            for iri in source.values.get(rule.name, ()):
                bits |= 1 << (_known_code(iri) % _TOPIC_BITS)
    return bits


def stem_term(stem: str) -> str:
    """How a stem is written in the field `stem`."""
    return f"{fold(stem)}|{stem}"


def kept(document: Document, field: str = "source") -> bytes:
    """What the index keeps of a record, to be loaded as its extract or its names."""
    content = document.get_first(field)
    return content if isinstance(content, bytes) else b""


def build_index(
    names: Iterable[PublishedChange],
    initiatives: Iterable[PublishedChange],
    directory: Path,
    shapes: DeclaresFields,
    *,
    holds_names: bool = True,
) -> int:
    """Write the index of everything published into an empty directory; returns the number of initiatives.

    `names` holds everything published that is known by name (`is_named`), `initiatives` every
    initiative; what else they hold is passed over. Each is read once, `names` first: their names are
    written with the initiatives, and are all that is kept in memory. On return the index is on
    disk, in one segment where it is small, and can be opened. Without `holds_names` the names are not
    in it themselves: it is to be joined (`catalogue.joining`) with one that holds them.
    """
    rules = plan(shapes)
    index = Index(schema(rules), path=str(directory))
    writer = index.writer(_BUILD_HEAP, 1)
    known = [named(each.iri, each.type, each.after) for each in names if is_named(each.type)]
    writing = Writing(rules, Names.of(known))
    if holds_names:
        for each in known:
            writer.add_document(writing.named(each))
    count = 0
    for change in initiatives:
        if change.type == INITIATIVE:
            writer.add_document(writing.initiative(writing.extract(change)))
            count += 1
            if len(writing.lexicon) > _LEXICON:
                write_lexicon(writer, writing)
    write_lexicon(writer, writing)
    close_writer(writer)
    return count


def write_lexicon(writer: IndexWriter, writing: Writing) -> None:
    """Write the words that are new since the last time."""
    document = writing.lexicon.document()
    if document is not None:
        writer.add_document(document)


def close_writer(writer: IndexWriter) -> None:
    """Commit, and let merges end, so that nothing writes in the directory any longer."""
    writer.commit()
    with suppress(ValueError):  # already closed
        writer.wait_merging_threads()
