"""What IRIs are called, for people: in the reader's language where there is a name in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.namespaces import DCT, FOAF, PIVI, RDFS, SKOS
from catalogue.store import Store

# What a record is called, whichever type it has; records have one of these at most.
NAMES = (DCT.title, SKOS.prefLabel, FOAF.name, RDFS.label)


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the language that it is in; an empty language when the literal has none."""

    text: str
    language: str


def labels(store: Store, iris: Iterable[str], language: str = "sv") -> dict[str, Label]:
    """The name of each IRI in `language`, else in Swedish, else in any language.

    A term of somebody else's vocabulary is called what the ontology's pivi:TermUse calls it.
    An IRI without a name is left out of the answer.
    """
    found = {iri: _label(store, iri, language) for iri in iris}
    return {iri: label for iri, label in found.items() if label is not None}


def label(store: Store, iri: str, language: str = "sv") -> Label | None:
    """The name of one IRI, chosen as `labels` does."""
    return _label(store, iri, language)


def _label(store: Store, iri: str, language: str) -> Label | None:
    said = _said(store, iri)
    if not said:
        uses = sorted(store.subjects(PIVI.term, NamedNode(iri)))
        said = next((names for use in uses if (names := _said(store, use))), {})
    return chosen(said, language)


def names(store: Store, iri: str) -> tuple[Triple, ...]:
    """What the store says that an IRI is called, in every language; empty for what has no name."""
    for predicate in NAMES:
        found = [value for value in store.objects(iri, predicate) if isinstance(value, Literal)]
        if found:
            return tuple(Triple(NamedNode(iri), predicate, value) for value in found)
    return ()


def chosen(said: Mapping[str, str], language: str) -> Label | None:
    """Of names by language: the one in `language`, else Swedish, else untagged, else the first by tag."""
    for code in (language, "sv", "", *sorted(said)):
        if code in said:
            return Label(said[code], code)
    return None


def _said(store: Store, iri: str) -> dict[str, str]:
    for predicate in NAMES:
        said = {
            value.language or "": value.value
            for value in store.objects(iri, predicate)
            if isinstance(value, Literal)
        }
        if said:
            return said
    return {}
