"""A record as the pages, the index and the feeds read it: an IRI, its type and its triples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.namespaces import OWL, PIVI, RDF, SKOS, XSD
from catalogue.turtle import parse_ntriples, record_iri

_Value = TypeVar("_Value")
_BySubject = dict[str, dict[NamedNode, list[object]]]

_OTHER_TYPES = frozenset(node.value for node in (SKOS.Concept, SKOS.ConceptScheme, OWL.Ontology))


class Text(str):
    """A text that knows its language: `sv`, `en` …; empty when the literal has none."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, value: str, language: str = "") -> Text:
        text = super().__new__(cls, value)
        text.language = language
        return text


@dataclass(frozen=True)
class Node:
    """One subject, a record or a fragment of it, with readers for what is said of it.

    `triples` holds the whole record, so that a fragment can lead on to other fragments.
    The readers skip values of another kind: `iris` leaves out literals, `dates` what is no date.
    """

    iri: str
    triples: tuple[Triple, ...]
    # What is said by subject, shared by a record and its fragments: a page asks each of them.
    by_subject: _BySubject | None = field(default=None, compare=False, repr=False)

    @cached_property
    def _said(self) -> _BySubject:
        if self.by_subject is not None:
            return self.by_subject
        said: _BySubject = {}
        for triple in self.triples:
            if isinstance(triple.subject, NamedNode):
                own = said.setdefault(triple.subject.value, {})
                own.setdefault(triple.predicate, []).append(triple.object)
        return said

    @cached_property
    def _values(self) -> dict[NamedNode, list[object]]:
        return self._said.get(self.iri, {})

    @property
    def predicates(self) -> tuple[NamedNode, ...]:
        return tuple(self._values)

    def objects(self, predicate: NamedNode) -> tuple[object, ...]:
        """The terms: NamedNode or Literal."""
        return tuple(self._values.get(predicate, ()))

    def literals(self, predicate: NamedNode) -> tuple[Literal, ...]:
        return tuple(value for value in self._values.get(predicate, ()) if isinstance(value, Literal))

    def iris(self, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(value.value for value in self._values.get(predicate, ()) if isinstance(value, NamedNode))

    def iri_of(self, predicate: NamedNode) -> str | None:
        """The first IRI, where the shape allows at most one."""
        return next(iter(self.iris(predicate)), None)

    def texts(self, predicate: NamedNode) -> tuple[Text, ...]:
        """Every text, in all languages."""
        return tuple(Text(value.value, value.language or "") for value in self.literals(predicate))

    def text(self, predicate: NamedNode, language: str = "sv") -> Text | None:
        """The text in `language`, else in Swedish, else in any; `.language` tells which it became."""
        found = self.texts(predicate)
        for wanted in (language, "sv", ""):
            for text in found:
                if text.language == wanted:
                    return text
        return found[0] if found else None

    def all_texts(self, predicate: NamedNode, language: str = "sv") -> tuple[Text, ...]:
        """The texts in `language` where there are several values, else those in Swedish, else all."""
        found = self.texts(predicate)
        for wanted in (language, "sv"):
            chosen = tuple(text for text in found if text.language == wanted)
            if chosen:
                return chosen
        return found

    def dates(self, predicate: NamedNode) -> tuple[dt.date, ...]:
        """The xsd:date values; of an xsd:dateTime its day."""
        return _readable(self.literals(predicate), lambda value: dt.date.fromisoformat(value[:10]))

    def date(self, predicate: NamedNode) -> dt.date | None:
        return next(iter(self.dates(predicate)), None)

    def moment(self, predicate: NamedNode) -> dt.datetime | None:
        """The first xsd:dateTime; None for a plain date."""
        literals = (each for each in self.literals(predicate) if each.datatype == XSD.dateTime)
        return next(iter(_readable(literals, dt.datetime.fromisoformat)), None)

    def numbers(self, predicate: NamedNode) -> tuple[Decimal, ...]:
        return _readable(self.literals(predicate), Decimal)

    def number(self, predicate: NamedNode) -> Decimal | None:
        return next(iter(self.numbers(predicate)), None)

    def truth(self, predicate: NamedNode) -> bool | None:
        """The xsd:boolean, or None when nothing is said."""
        for literal in self.literals(predicate):
            return literal.value in ("true", "1")
        return None

    def fragment(self, predicate: NamedNode) -> Node | None:
        return next(iter(self.fragments(predicate)), None)

    def fragments(self, predicate: NamedNode) -> tuple[Node, ...]:
        """The fragments of the same record that the predicate points at, by pivi:position, else by IRI."""
        own = record_iri(self.iri) + "#"
        nodes = [Node(iri, self.triples, self._said) for iri in self.iris(predicate) if iri.startswith(own)]
        return tuple(sorted(nodes, key=_by_position))

    @property
    def types(self) -> tuple[str, ...]:
        """The class IRIs, in the order of the triples."""
        return self.iris(RDF.type)


@dataclass(frozen=True)
class Record(Node):
    """A record: `type` is its one class of the catalogue, such as pivi:Initiative or skos:Concept."""

    type: str = field(kw_only=True)

    @classmethod
    def from_triples(cls, iri: str, triples: Iterable[Triple]) -> Record:
        """Raises ValueError when the record has no class of the catalogue or several."""
        whole = tuple(triples)
        return cls(iri, whole, type=record_type(iri, whole))

    @classmethod
    def from_ntriples(cls, iri: str, content: bytes) -> Record:
        return cls.from_triples(iri, parse_ntriples(content))

    @property
    def reference(self) -> str:
        """The last part of the IRI: `k7md` of …/id/aktor/k7md, `barn` of a concept."""
        return self.iri.rstrip("/").rpartition("/")[2]

    @property
    def path_word(self) -> str:
        """The path word of the record's address: `insats` of …/id/insats/k7md."""
        return self.iri.rstrip("/").rpartition("/")[0].rpartition("/")[2]


def record_type(iri: str, triples: Iterable[Triple]) -> str:
    """The one class of the catalogue that a record carries: a pivi: class, or one for vocabularies.

    Further types, such as cv:PublicOrganisation, do not count. Raises ValueError when there is not
    exactly one.
    """
    node = NamedNode(iri)
    found = {
        triple.object.value
        for triple in triples
        if triple.subject == node
        and triple.predicate == RDF.type
        and isinstance(triple.object, NamedNode)
        and is_record_type(triple.object.value)
    }
    if len(found) != 1:
        raise ValueError(f"{iri} has {len(found)} record types: {sorted(found)}")
    return found.pop()


def is_record_type(class_iri: str) -> bool:
    """Whether a class can be the type of a record, rather than one that comes beside it."""
    return class_iri.startswith(PIVI.iri) or class_iri in _OTHER_TYPES


def _readable(literals: Iterable[Literal], read: Callable[[str], _Value]) -> tuple[_Value, ...]:
    values: list[_Value] = []
    for literal in literals:
        try:
            values.append(read(literal.value))
        except (ValueError, InvalidOperation):
            # Shapes refuse such values; a trusted load may still have brought one.
            continue
    return tuple(values)


def _by_position(node: Node) -> tuple[Decimal, int, str]:
    position = node.number(PIVI.position)
    # Shorter first: #deltagande-2 comes before #deltagande-10.
    return Decimal("Infinity") if position is None else position, len(node.iri), node.iri
