"""The vocabularies in memory: schemes, their concepts as a tree and from A to Ö, and their names."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from catalogue.knowledge import turtle_files
from catalogue.labels import Label, chosen
from catalogue.namespaces import DCT, PROV, RDF, SHARED, SKOS
from catalogue.records import Node, Text
from catalogue.store import Store
from catalogue.swedish import ALPHABET, initial, sort_key
from catalogue.turtle import load_packaged, parse_ntriples

Texts = Mapping[str, str]  # one text for each language tag

_MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


@dataclass(frozen=True, slots=True)
class Match:
    """A mapping to a concept of another scheme: `relation` is skos:closeMatch and the like."""

    relation: str
    iri: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A skos:Concept. Texts are by language tag; related concepts are IRIs."""

    iri: str
    scheme: str
    slug: str
    notation: str
    label: Texts
    alt: Mapping[str, tuple[str, ...]]
    hidden: Mapping[str, tuple[str, ...]]
    definition: Texts
    note: Texts
    example: Texts
    change: Texts
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]
    mappings: tuple[Match, ...]
    replaced_by: tuple[str, ...]
    modified: str | None

    def name(self, language: str = "sv") -> Label:
        """The prefLabel in `language`, else in Swedish, else in any; the IRI when it has none."""
        return chosen(dict(self.label), language) or Label(self.iri, "")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A skos:ConceptScheme. `concepts` are all its concepts, `top` its top concepts, by notation."""

    iri: str
    slug: str
    label: Texts
    definition: Texts
    note: Texts
    concepts: tuple[str, ...]
    top: tuple[str, ...]

    def name(self, language: str = "sv") -> Label:
        """The prefLabel, chosen as for a concept."""
        return chosen(dict(self.label), language) or Label(self.iri, "")


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in the tree of its scheme, with what is narrower below it."""

    concept: Concept
    children: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line from A to Ö. With `see`, the label is another name, and the concept is what to see."""

    label: Label
    concept: Concept
    see: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the alphabet and what stands under it; "#" for names that begin with no letter."""

    letter: str
    entries: tuple[Entry, ...]


class Vocabulary:
    """All schemes and concepts of one dataset version. Immutable; share it between requests."""

    def __init__(self, records: Iterable[Node]) -> None:
        concepts: dict[str, Concept] = {}
        schemes: list[Node] = []
        for record in records:
            types = record.types
            if SKOS.ConceptScheme.value in types:
                schemes.append(record)
            elif SKOS.Concept.value in types:
                concepts[record.iri] = _concept(record)
        # By notation, so that ages, statuses and steps keep the order that they have in life.
        ordered = sorted(concepts.values(), key=lambda each: (each.notation, each.iri))
        self._concepts = {each.iri: each for each in ordered}
        members: dict[str, list[Concept]] = defaultdict(list)
        for each in ordered:
            members[each.scheme].append(each)
        made = [_scheme(record, members[record.iri]) for record in schemes]
        self.schemes: tuple[Scheme, ...] = tuple(
            sorted(made, key=lambda each: sort_key(each.name().text, each.iri))
        )

    @classmethod
    def from_store(cls, store: Store) -> Vocabulary:
        """The vocabularies that the store shows and that are ours: what was harvested is read where it comes from."""
        found = (*store.subjects(RDF.type, SKOS.ConceptScheme), *store.subjects(RDF.type, SKOS.Concept))
        own = (iri for iri in found if not store.objects(iri, PROV.hadPrimarySource))
        return cls(Node(iri, tuple(store.describe(iri))) for iri in own)

    @classmethod
    def from_files(cls, base: str) -> Vocabulary:
        """The vocabularies that ship with the product, relative IRIs resolved against `base`."""
        records: list[Node] = []
        for path in turtle_files("vocab"):
            # Places and organisations lie in the same folder; half of the time would go to them.
            if b"skos:ConceptScheme" not in path.read_bytes():
                continue
            for iri, content in load_packaged(path, base).items():
                records.append(Node(iri, tuple(parse_ntriples(content))))
        return cls(records)

    @property
    def concepts(self) -> tuple[Concept, ...]:
        return tuple(self._concepts.values())

    def concept(self, iri: str) -> Concept | None:
        return self._concepts.get(iri)

    def scheme(self, slug: str) -> Scheme | None:
        """The scheme with a slug, such as `omrade`, or with an IRI."""
        return self._schemes.get(slug)

    def lookup(self, scheme: str, slug: str) -> Concept | None:
        """The concept `barn` of the scheme `malgrupp`."""
        return self._slugs.get((scheme, slug))

    def in_scheme(self, scheme: str) -> tuple[Concept, ...]:
        """The concepts of a scheme, by slug or IRI, in the order of their notations."""
        found = self.scheme(scheme)
        return tuple(self._concepts[iri] for iri in found.concepts) if found else ()

    def top(self, iri: str) -> Concept | None:
        """The top concept that a concept lies under: itself when nothing is broader."""
        above = self.ancestors(iri)
        return self.concept(above[-1] if above else iri)

    def ancestors(self, iri: str) -> tuple[str, ...]:
        """Everything broader, nearest first, each once."""
        return self._closure(iri, lambda concept: concept.broader)

    def descendants(self, iri: str) -> tuple[str, ...]:
        """Everything narrower, nearest first, each once."""
        return self._closure(iri, lambda concept: self._narrower.get(concept.iri, ()))

    def tree(self, scheme: str) -> tuple[Branch, ...]:
        """The top concepts of a scheme with what lies below them, in the order of their notations."""
        found = self.scheme(scheme)
        return tuple(self._branch(iri, frozenset()) for iri in found.top) if found else ()

    def alphabetical(self, language: str = "sv", scheme: str | None = None) -> tuple[Entry, ...]:
        """Names and other names in Swedish order; an other name says which concept to see.

        All schemes, or one by slug or IRI. A concept that lacks a name in `language` stands under
        its Swedish one.
        """
        chosen_concepts = self.in_scheme(scheme) if scheme is not None else self.concepts
        entries = [entry for concept in chosen_concepts for entry in _entries(concept, language)]
        return tuple(sorted(entries, key=lambda each: sort_key(each.label.text, each.concept.iri)))

    def letters(self, language: str = "sv", scheme: str | None = None) -> tuple[Letter, ...]:
        """A to Ö, every letter, also those with nothing under them; "#" first where it is needed."""
        under: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.alphabetical(language, scheme):
            under[initial(entry.label.text)].append(entry)
        wanted = ("#" if under.get("#") else "") + ALPHABET
        return tuple(Letter(letter, tuple(under.get(letter, ()))) for letter in wanted)

    @cached_property
    def _schemes(self) -> dict[str, Scheme]:
        # Where an installation's own scheme has the slug of a shared one, the slug means the shared one.
        ordered = sorted(self.schemes, key=lambda each: each.iri.startswith(SHARED))
        return {key: each for each in ordered for key in (each.iri, each.slug)}

    @cached_property
    def _slugs(self) -> dict[tuple[str, str], Concept]:
        return {
            (each.slug, concept.slug): concept
            for each in sorted(self.schemes, key=lambda each: each.iri.startswith(SHARED))
            for concept in sorted(self.in_scheme(each.iri), key=lambda each: each.iri.startswith(SHARED))
        }

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        """What is narrower, said from either side, in the order of the notations."""
        below: dict[str, set[str]] = defaultdict(set)
        for concept in self.concepts:
            below[concept.iri].update(concept.narrower)
            for broader in concept.broader:
                below[broader].add(concept.iri)
        order = {iri: place for place, iri in enumerate(self._concepts)}
        return {
            iri: tuple(sorted((each for each in found if each in order), key=lambda each: order[each]))
            for iri, found in below.items()
        }

    def _closure(self, iri: str, step: Callable[[Concept], Iterable[str]]) -> tuple[str, ...]:
        """What is reached by `step`, nearest first; a cycle ends where it began."""
        seen = {iri: None}
        waiting = deque([iri])
        while waiting:
            concept = self.concept(waiting.popleft())
            for each in step(concept) if concept else ():
                if each not in seen and each in self._concepts:
                    seen[each] = None
                    waiting.append(each)
        return tuple(seen)[1:]

    def _branch(self, iri: str, above: frozenset[str]) -> Branch:
        path = above | {iri}
        below = (each for each in self._narrower.get(iri, ()) if each not in path)
        return Branch(self._concepts[iri], tuple(self._branch(each, path) for each in below))


def _concept(record: Node) -> Concept:
    return Concept(
        iri=record.iri,
        scheme=record.iri_of(SKOS.inScheme) or "",
        slug=_slug(record.iri),
        notation=_one(record.texts(SKOS.notation)),
        label=_texts(record, SKOS.prefLabel),
        alt=_several(record, SKOS.altLabel),
        hidden=_several(record, SKOS.hiddenLabel),
        definition=_texts(record, SKOS.definition),
        note=_texts(record, SKOS.scopeNote),
        example=_texts(record, SKOS.example),
        change=_texts(record, SKOS.changeNote),
        broader=_sorted(record, SKOS.broader),
        narrower=_sorted(record, SKOS.narrower),
        related=_sorted(record, SKOS.related),
        mappings=tuple(
            Match(relation.value, iri) for relation in _MAPPINGS for iri in _sorted(record, relation)
        ),
        replaced_by=_sorted(record, DCT.isReplacedBy),
        modified=_one(record.texts(DCT.modified)) or None,
    )


def _scheme(record: Node, members: list[Concept]) -> Scheme:
    own = {each.iri for each in members}
    return Scheme(
        iri=record.iri,
        slug=_slug(record.iri),
        label=_texts(record, SKOS.prefLabel),
        definition=_texts(record, SKOS.definition),
        note=_texts(record, SKOS.scopeNote),
        concepts=tuple(each.iri for each in members),
        top=tuple(each.iri for each in members if not own & set(each.broader)),
    )


def _entries(concept: Concept, language: str) -> Iterable[Entry]:
    name = concept.name(language)
    yield Entry(name, concept, see=False)
    # Two names that differ in nothing but case or an accent would stand twice in the same place.
    seen = {sort_key(name.text)}
    for other in concept.alt.get(language, ()):
        if sort_key(other) not in seen:
            seen.add(sort_key(other))
            yield Entry(Label(other, language), concept, see=True)


def _slug(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def _one(texts: tuple[Text, ...]) -> str:
    return str(texts[0]) if texts else ""


def _texts(record: Node, predicate: NamedNode) -> Texts:
    return {text.language: str(text) for text in record.texts(predicate)}


def _several(record: Node, predicate: NamedNode) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for text in record.texts(predicate):
        found[text.language].append(str(text))
    return {
        language: tuple(sorted(texts, key=lambda each: sort_key(each, each)))
        for language, texts in found.items()
    }


def _sorted(record: Node, predicate: NamedNode) -> tuple[str, ...]:
    return tuple(sorted(record.iris(predicate)))
