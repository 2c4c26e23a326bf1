"""Triples as bytes: canonical N-Triples for the journal, the packaged Turtle, and the formats that are served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.errors import N_, Damaged
from catalogue.formats import Format
from catalogue.namespaces import CONCEPT, PREFIXES


def record_iri(iri: str) -> str:
    """The record that a subject belongs to: the IRI without its fragment."""
    return iri.partition("#")[0]


def canonical_ntriples(triples: Iterable[Triple]) -> bytes:
    """The triples as canonical N-Triples, UTF-8: each once, lines in code point order.

    Without blank nodes this is also the RDFC-1.0 canonical form (RDF Dataset
    Canonicalization, section 5), so equal graphs have equal bytes.
    """
    return canonical_lines(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def canonical_lines(ntriples: bytes) -> bytes:
    """N-Triples whose terms are already written canonically, put in canonical order."""
    # UTF-8 sorts as its code points do, and no term holds a raw newline.
    return b"".join(sorted(set(ntriples.splitlines(keepends=True)))) if ntriples else b""


def parse_ntriples(content: bytes) -> list[Triple]:
    """The triples of our own canonical N-Triples, in their order. Foreign files go through loading."""
    # lenient: this content was checked before it was written.
    return [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES, lenient=True)]


def load_packaged(path: Path, base: str) -> dict[str, bytes]:
    """The records of a Turtle file that ships with the product, each as canonical N-Triples.

    Relative IRIs are resolved against `base`, which is the installation's own address. Records
    keep the order of the file. Raises Damaged when the file does not follow the rules for records.
    """
    records: dict[str, list[Triple]] = defaultdict(list)
    try:
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=base):
            triple = quad.triple
            if not isinstance(triple.subject, NamedNode) or isinstance(triple.object, BlankNode):
                raise Damaged(
                    N_("%(file)s har en anonym nod vid %(subject)s. Ge den en IRI under sin post."),
                    file=path.name,
                    subject=str(triple.subject),
                )
            records[record_iri(triple.subject.value)].append(triple)
    except SyntaxError as error:
        raise Damaged(
            N_("%(file)s går inte att läsa som Turtle: %(reason)s."), file=path.name, reason=error.msg
        ) from error
    return {iri: canonical_ntriples(triples) for iri, triples in records.items()}


def serialise(triples: Iterable[Triple], format: Format, prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """The triples in a format that is served, sorted, so that equal graphs give equal bytes.

    The subjects follow each other, a record before its fragments; `rdf:type` comes first of a
    subject's properties in Turtle. Of `prefixes` those are declared that the triples use, and one
    for each concept scheme, so that a concept reads `omrade:fritid`.
    """
    ordered = sorted(set(triples), key=_reading_order)
    return serialize(ordered, format=format.rdf, prefixes=_used(prefixes, ordered)) or b""


def _used(prefixes: Mapping[str, str], triples: Iterable[Triple]) -> dict[str, str]:
    used: set[str] = set()
    for triple in triples:
        datatype = triple.object.datatype if isinstance(triple.object, Literal) else None
        for term in (triple.subject, triple.predicate, triple.object, datatype):
            if isinstance(term, NamedNode):
                used.add(term.value[: max(term.value.rfind("#"), term.value.rfind("/")) + 1])
    schemes = {
        each[len(CONCEPT.iri) : -1]: each
        for each in used
        if each.startswith(CONCEPT.iri) and each.count("/") == CONCEPT.iri.count("/") + 1
    }
    return {name: iri for name, iri in {**schemes, **prefixes}.items() if iri in used}


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _reading_order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    # The bare IRI: inside <> a fragment would sort before its record.
    subject = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
    return subject, predicate != _TYPE, predicate, str(triple.object)
