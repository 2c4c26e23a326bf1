"""What makes triples a record, beside what SHACL can say: its own subjects, known classes, parts that hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from catalogue import identity
from catalogue.descriptions import Description
from catalogue.findings import Finding
from catalogue.namespaces import PIVIS, RDF, SH, XSD
from catalogue.shape_graph import Term
from catalogue.shapes import Shapes
from catalogue.turtle import record_iri

_TYPE = RDF.type.value
_TEXTS = (RDF.langString, XSD.string)


@dataclass(frozen=True)
class Parsed:
    """A record by subject and predicate. `odd` are the triples that are no part of a record."""

    iri: str
    triples: tuple[Triple, ...]
    subjects: Mapping[str, Mapping[str, Sequence[Term]]]
    odd: tuple[Triple, ...] = field(default=())

    @classmethod
    def of(cls, iri: str, triples: Iterable[Triple]) -> Parsed:
        subjects: dict[str, dict[str, list[Term]]] = {}
        kept, odd = [], []
        for triple in triples:
            subject, value = triple.subject, triple.object
            if (
                not isinstance(subject, NamedNode)
                or not isinstance(value, (NamedNode, Literal))
                or record_iri(subject.value) != iri
            ):
                odd.append(triple)
                continue
            kept.append(triple)
            subjects.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
        return cls(iri, tuple(kept), subjects, tuple(odd))

    def types(self, subject: str) -> tuple[str, ...]:
        values = self.subjects.get(subject, {}).get(_TYPE, ())
        return tuple(sorted(value.value for value in values if isinstance(value, NamedNode)))


class Structure:
    """Finds what is wrong with the shape of a record as a record."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        (self._number,) = shapes.graph.texts(PIVIS.PersonalNumberForm, SH.pattern)
        self._most = shapes.graph.whole(PIVIS.ManageableCount, RDF.value) or 500
        # By class: the fields whose values are records, parts or concepts, and whether they are parts.
        self._references = {
            type: {
                each.path: each.target_class is not None and shapes.is_part(each.target_class)
                for each in shapes.form(type).properties
                if each.target_class or each.scheme
            }
            for type in shapes.types
        }

    def findings(self, record: Parsed, described: Mapping[str, Description]) -> list[Finding]:
        """What is wrong. `described` knows the records and concepts that exist and that it points at."""
        return [
            *self._odd_triples(record),
            *self._unknown_types(record),
            *self._unmanageable(record),
            *self._loose_parts(record),
            *self._languages(record),
            *self._personal_numbers(record),
            *self._references_of(record, described),
        ]

    def _odd_triples(self, record: Parsed) -> Iterator[Finding]:
        for triple in record.odd:
            subject = triple.subject
            own = isinstance(subject, NamedNode) and record_iri(subject.value) == record.iri
            shown = triple.object if own else subject
            # A blank node or a triple term is told as text: a report has no use for its label.
            value = shown if isinstance(shown, NamedNode) else Literal(str(shown))
            yield _finding(record.iri, PIVIS.OwnSubject, value=value)

    def _unmanageable(self, record: Parsed) -> Iterator[Finding]:
        """Fields with more values than anybody reads; pyshacl takes a minute for some ten thousand."""
        for subject, said in record.subjects.items():
            for path, values in said.items():
                if len(values) > self._most:
                    yield _finding(subject, PIVIS.ManageableCount, path=path)

    def _unknown_types(self, record: Parsed) -> Iterator[Finding]:
        if record.iri not in record.subjects:
            yield _finding(record.iri, PIVIS.TypedSubject)
        for subject in record.subjects:
            types = record.types(subject)
            if not types:
                yield _finding(subject, PIVIS.TypedSubject)
            elif not any(
                type in self._shapes.types and self._shapes.is_part(type) == ("#" in subject)
                for type in types
            ):
                yield _finding(subject, PIVIS.KnownType, path=_TYPE, value=NamedNode(types[0]))

    def _loose_parts(self, record: Parsed) -> Iterator[Finding]:
        """Parts that nothing in the record points at and that do not point at the record either."""
        parts = {subject for subject in record.subjects if "#" in subject}
        if not parts:
            return
        tied: dict[str, set[str]] = defaultdict(set)
        for triple in record.triples:
            if isinstance(triple.object, NamedNode) and isinstance(triple.subject, NamedNode):
                tied[triple.subject.value].add(triple.object.value)
        reached, waiting = {record.iri}, [record.iri]
        while waiting:
            new = tied[waiting.pop()] & parts - reached
            reached |= new
            waiting.extend(new)
        for part in sorted(parts - reached):
            if record.iri not in tied[part]:
                yield _finding(record.iri, PIVIS.LinkedPart, value=NamedNode(part))

    def _languages(self, record: Parsed) -> Iterator[Finding]:
        """Texts for a region, a script or a writing direction: pages look for the language alone."""
        for triple in record.triples:
            value = triple.object
            if not isinstance(value, Literal) or not value.language:
                continue
            if "-" in value.language or value.direction is not None:
                subject = triple.subject.value  # type: ignore[union-attr]
                yield _finding(subject, PIVIS.PlainLanguageTag, path=triple.predicate.value, value=value)

    def _personal_numbers(self, record: Parsed) -> Iterator[Finding]:
        """Numbers in unusual writing, and in links; the shapes see the others."""
        for subject, said in record.subjects.items():
            for path, values in said.items():
                for value in values:
                    if isinstance(value, NamedNode):
                        found = identity.in_link(value.value)
                    elif isinstance(value, Literal) and value.datatype in _TEXTS:
                        found = identity.in_text(value.value, self._number)
                    else:
                        continue
                    if found is not None:
                        yield _finding(subject, PIVIS.WithoutPersonalNumber, path=path, value=value)

    def _references_of(self, record: Parsed, described: Mapping[str, Description]) -> Iterator[Finding]:
        for subject, said in record.subjects.items():
            for type in record.types(subject):
                for path, is_part in self._references.get(type, {}).items():
                    for value in said.get(path, ()):
                        if not isinstance(value, NamedNode):
                            continue
                        if is_part and record_iri(value.value) != record.iri:
                            yield _finding(subject, PIVIS.OwnPart, path=path, value=value)
                        elif value.value not in described and value.value not in record.subjects:
                            yield _finding(subject, PIVIS.ExistingTarget, path=path, value=value)


def _finding(
    focus: str, component: NamedNode, *, path: str | None = None, value: Term | None = None
) -> Finding:
    return Finding(
        focus=focus,
        path=path,
        value=value,
        component=component.value,
        shape=component.value,
        severity=SH.Violation.value,
    )
