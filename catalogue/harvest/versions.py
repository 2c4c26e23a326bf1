"""What a member of a feed brings: the record that it is a version of, or the description in an activity's graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from catalogue.namespaces import AS, DCT, RDFS

# What a source says of why a record is gone is kept up to so many characters, and so many successors.
_REASON, _SUCCESSORS = 1_000, 20

_Node = NamedNode | BlankNode
Said = Mapping[object, list[Triple]]


def record_of(
    iri: str, record: str, said: Said, version_of: str | None, others: Iterable[str | None]
) -> bytes:
    """The record as N-Triples: all that hangs on the member `iri`, each IRI of a version put back to the record's.

    `version_of` is the property that tells what something is a version of, `others` those by which the
    member is read; neither is part of the record.
    """
    start = NamedNode(iri)
    names: dict[object, NamedNode] = {start: NamedNode(record)}
    hanging: list[_Node] = [start]
    seen: set[object] = {start}
    for node in hanging:
        for each in said.get(node, ()):
            target = each.object
            if target in seen or not isinstance(target, NamedNode | BlankNode):
                continue
            if isinstance(target, NamedNode):
                name = _part(target.value, iri, record, said, version_of)
                if name is None:
                    continue
                names[target] = NamedNode(name)
            seen.add(target)
            hanging.append(target)
    dropped = {NamedNode(each) for each in (version_of, *others) if each is not None}
    kept = [
        Triple(names.get(each.subject, each.subject), each.predicate, names.get(each.object, each.object))
        for node in hanging
        for each in said.get(node, ())
        if not (
            (each.predicate in dropped if node == start else each.predicate.value == version_of)
            # What only tells which parts have versions is no part of the record.
            or (
                node == start
                and each.predicate == DCT.hasPart
                and each.object in names
                and iris(said.get(each.object, ()), version_of)
            )
        )
    ]
    # A member that says nothing must be told of as a record that is broken, not be taken as gone.
    kept = kept or [Triple(names[start], DCT.isVersionOf, names[start])]
    return serialize(kept, format=RdfFormat.N_TRIPLES) or b""


def _part(target: str, iri: str, record: str, said: Said, version_of: str | None) -> str | None:
    """What an IRI is called in the record when it is a part of the member; None when it is none."""
    if target == record:
        return None
    if target.startswith(record + "#"):
        return target if NamedNode(target) in said else None
    if not target.startswith(iri + "#"):
        return None
    named = [
        each for each in iris(said.get(NamedNode(target), []), version_of) if each.startswith(record + "#")
    ]
    return named[0] if named else record + target[len(iri) :]


def description_of(
    iri: str, thing: str, graph: Iterable[Triple], said: Said, things: Collection[str]
) -> bytes:
    """What an activity says of a thing, as N-Triples: its `graph`, else all that hangs on the thing where there is none.

    What stands alone, one of `things`, is for an activity of its own (DCAT-AP Feeds, section 1.1).
    """
    kept = list(graph)
    hanging: list[_Node] = [] if kept else [NamedNode(thing)]
    seen: set[object] = {*hanging, NamedNode(iri)}
    for node in hanging:
        for each in said.get(node, ()):
            kept.append(each)
            target = each.object
            alone = isinstance(target, NamedNode) and target.value in things
            if isinstance(target, NamedNode | BlankNode) and target not in seen and not alone:
                seen.add(target)
                hanging.append(target)
    return serialize(kept, format=RdfFormat.N_TRIPLES) or b""


def by_subject(triples: Iterable[Triple]) -> Said:
    """The triples by their subject."""
    said: dict[object, list[Triple]] = defaultdict(list)
    for each in triples:
        said[each.subject].append(each)
    return said


def departure_of(about: list[Triple]) -> Mapping[str, object]:
    """Why a record is gone and what came in its place, as its tombstone says."""
    reasons = [
        each.object
        for each in about
        if each.predicate in (RDFS.comment, AS.summary) and isinstance(each.object, Literal)
    ]
    reasons.sort(key=lambda each: (each.language != "sv", each.value))
    reason = " ".join(reasons[0].value.split())[:_REASON] if reasons else ""
    successors = sorted(set(iris(about, DCT.isReplacedBy.value)))[:_SUCCESSORS]
    return {"reason": reason or None, "successors": successors}


def iris(about: Iterable[Triple], predicate: str | None) -> list[str]:
    """The IRIs that some triples give for a property."""
    return [
        each.object.value
        for each in about
        if each.predicate.value == predicate and isinstance(each.object, NamedNode)
    ]


def texts(about: Iterable[Triple], predicate: str | None) -> list[str]:
    """The texts that some triples give for a property, sorted."""
    return sorted(
        each.object.value
        for each in about
        if each.predicate.value == predicate and isinstance(each.object, Literal)
    )
