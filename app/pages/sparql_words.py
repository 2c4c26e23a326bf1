"""The words that a query can be made of: classes, properties and concepts, by their Swedish and English labels."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from catalogue.namespaces import OWL, PIVI, PREFIXES, RDF, RDFS, SKOS
from catalogue.store import Store

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_PREFIX = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")


def words(store: Store) -> dict[str, object]:
    """`prefixes` by name, and `words`: prefixed name, kind (class, property, concept), Swedish and English labels."""
    prefixes = dict(PREFIXES)
    found: list[list[str]] = []
    for kind, types in (
        ("class", (OWL.Class,)),
        ("property", (OWL.ObjectProperty, OWL.DatatypeProperty)),
    ):
        for each in types:
            for iri in store.subjects(RDF.type, each):
                if iri.startswith(PIVI.iri):
                    _add(found, store, iri, kind, prefixes, RDFS.label, iri)
    for use in store.subjects(RDF.type, PIVI.TermUse):
        for term in store.objects(use, PIVI.term):
            if isinstance(term, NamedNode):
                _add(found, store, term.value, _kind_of(term.value), prefixes, RDFS.label, use)
    for scheme in sorted(store.subjects(RDF.type, SKOS.ConceptScheme)):
        for iri in store.subjects(SKOS.inScheme, NamedNode(scheme)):
            _declare(prefixes, iri, scheme)
            _add(found, store, iri, "concept", prefixes, SKOS.prefLabel, iri)
    used = {name.partition(":")[0] for name, *_rest in found} | {"rdf", "rdfs", "xsd", "skos", "dct", "pivi"}
    return {
        "prefixes": {name: iri for name, iri in prefixes.items() if name in used},
        "words": sorted(found),
    }


def _add(
    found: list[list[str]],
    store: Store,
    iri: str,
    kind: str,
    prefixes: dict[str, str],
    predicate: NamedNode,
    named: str,
) -> None:
    name = _prefixed(iri, prefixes)
    said = {
        value.language or "sv": value.value
        for value in store.objects(named, predicate)
        if isinstance(value, Literal)
    }
    if name is not None and said:
        found.append([name, kind, said.get("sv", ""), said.get("en", "")])


def _prefixed(iri: str, prefixes: dict[str, str]) -> str | None:
    """`omrade:fritid`; None where no prefix gives a name that needs no escaping."""
    fits = [
        f"{prefix}:{iri[len(namespace) :]}"
        for prefix, namespace in prefixes.items()
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace))
    ]
    return fits[0] if fits else None


def _declare(prefixes: dict[str, str], iri: str, scheme: str) -> None:
    """A prefix for the concepts of a scheme, called as the scheme's address ends."""
    namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    if namespace in prefixes.values():
        return
    wanted = scheme.rstrip("/#").rpartition("/")[2].lower()
    if not _PREFIX.fullmatch(wanted):
        return
    taken, at = wanted, 2
    while taken in prefixes:
        taken, at = f"{wanted}{at}", at + 1
    prefixes[taken] = namespace


def _kind_of(iri: str) -> str:
    local = iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
    return "class" if local[:1].isupper() else "property"
