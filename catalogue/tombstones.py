"""Tombstones as RDF: that a record is gone, since when, why, and what came in its place."""

from __future__ import annotations

from datetime import UTC

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.namespaces import AS, DCT, RDF, RDFS, XSD
from catalogue.publishing import Tombstone


def triples(stone: Tombstone) -> list[Triple]:
    """What remains to be said of a record that is no longer published (Activity Streams 2.0, as:Tombstone).

    Its title is left out: that may be what had to go. The reason is what its page says.
    """
    iri = NamedNode(stone.iri)
    at = stone.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    said = [
        Triple(iri, RDF.type, AS.Tombstone),
        Triple(iri, AS.formerType, NamedNode(stone.type)),
        Triple(iri, AS.deleted, Literal(at, datatype=XSD.dateTime)),
        *(Triple(iri, DCT.isReplacedBy, NamedNode(each)) for each in stone.successors),
    ]
    if stone.reason:
        said.append(Triple(iri, RDFS.comment, Literal(stone.reason, language="sv")))
    return said
