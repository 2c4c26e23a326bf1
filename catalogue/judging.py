"""Judging records, some hundred at a time: their structure, a first look where there are many, then pyshacl."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.descriptions import Description
from catalogue.findings import Finding
from catalogue.namespaces import PIVIS, SH
from catalogue.reports import Result, Severity
from catalogue.screening import Screening
from catalogue.sentences import Sentences, unreadable
from catalogue.shapes import Shapes
from catalogue.structure import Parsed, Structure
from catalogue.turtle import record_iri

if TYPE_CHECKING:
    from catalogue.engine import Engine

_NODE_KIND, _DATATYPE = SH.NodeKindConstraintComponent.value, SH.DatatypeConstraintComponent.value
_EXISTING, _OWN_PART = PIVIS.ExistingTarget.value, PIVIS.OwnPart.value
_TOO_MANY = PIVIS.ManageableCount.value
_MIN, _QUALIFIED_MIN = SH.MinCountConstraintComponent.value, SH.QualifiedMinCountConstraintComponent.value
_ORDER = SH.LessThanOrEqualsConstraintComponent.value
# What else is said of a value once its kind is wrong, or once it leads nowhere.
_FOLLOWS = {
    _NODE_KIND: {SH.NodeConstraintComponent.value, SH.ClassConstraintComponent.value, _DATATYPE},
    _DATATYPE: {
        SH.LessThanOrEqualsConstraintComponent.value,
        SH.LanguageInConstraintComponent.value,
        SH.NodeConstraintComponent.value,
    },
    _EXISTING: {SH.NodeConstraintComponent.value, SH.ClassConstraintComponent.value},
    _OWN_PART: {SH.NodeConstraintComponent.value, SH.ClassConstraintComponent.value},
}


class Judge:
    """Judges records by the shapes. Safe to share between threads; pyshacl serves one at a time."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._structure = Structure(shapes)
        self._sentences = Sentences(shapes)
        self._turn = threading.Lock()

    @cached_property
    def _screening(self) -> Screening:
        return Screening(self._shapes)

    @cached_property
    def _engine(self) -> Engine:
        # Imported here: pyshacl takes as long to import as everything else together.
        from catalogue.engine import Engine

        return Engine(self._shapes)

    def passes(self, iri: str, record: bytes, described: Mapping[str, Description]) -> bool:
        """Whether a record surely conforms, without a warning; pyshacl is not asked."""
        parsed = _parsed(iri, record)
        return (
            isinstance(parsed, Parsed)
            and not self._structure.findings(parsed, described)
            and self._screening.passes(parsed, described)
        )

    def results(self, records: Mapping[str, bytes], described: Mapping[str, Description]) -> list[Result]:
        """What is wrong in the records, judged by pyshacl, in their order.

        `described` holds what is known of the records and concepts that they point at.
        """
        read = {iri: _parsed(iri, record) for iri, record in records.items()}
        whole = {iri: each for iri, each in read.items() if isinstance(each, Parsed)}
        found: dict[str, list[Finding]] = defaultdict(list)
        for iri, record in whole.items():
            found[iri].extend(self._structure.findings(record, described))
        judgeable = [
            record.triples
            for iri, record in whole.items()
            if not any(each.component == _TOO_MANY for each in found[iri])
        ]
        with self._turn:
            judged = self._engine.findings(judgeable, described)
        for finding in judged:
            found[record_iri(finding.focus)].append(finding)
        results: list[Result] = []
        for iri, each in read.items():
            if isinstance(each, Parsed):
                results.extend(self._told(each, found[iri]))
            else:
                results.append(unreadable(self._shapes, iri, each))
        return results

    def _told(self, record: Parsed, findings: Sequence[Finding]) -> list[Result]:
        results = [
            Result(
                record=record.iri,
                focus=finding.focus,
                path=finding.path,
                field=self._sentences.field_name(finding.path, record.types(finding.focus), finding.shape),
                value=finding.value,
                message=message,
                severity=Severity.of(finding.severity),
                component=finding.component,
                shape=finding.shape,
            )
            for finding in self._without_echoes(findings)
            for message in self._sentences.of(
                finding, record.types(finding.focus), record.subjects.get(finding.focus, {})
            )
        ]
        return sorted(dict.fromkeys(results), key=lambda result: self._order(result, record))

    def _without_echoes(self, findings: Iterable[Finding]) -> list[Finding]:
        """Without what only repeats another finding: of a value of the wrong kind, or that does not exist."""
        findings = list(findings)
        said = {(finding.focus, finding.path, finding.value, finding.component) for finding in findings}
        echoes = {
            (focus, path, value, follows)
            for focus, path, value, component in said
            for follows in _FOLLOWS.get(component, ())
        }
        # A text that is not there, or has no language, is not also "missing in Swedish".
        missing = {(each.focus, each.shape) for each in findings if each.component in (_MIN, _DATATYPE)}
        broken = {(each.focus, each.path) for each in findings if each.component == _DATATYPE}
        return [
            finding
            for finding in findings
            if (finding.focus, finding.path, finding.value, finding.component) not in echoes
            and not (finding.component == _QUALIFIED_MIN and (finding.focus, finding.shape) in missing)
            and not (finding.component == _ORDER and (finding.focus, self._compared(finding)) in broken)
        ]

    def _compared(self, finding: Finding) -> str | None:
        """The property that a sh:lessThanOrEquals compares with."""
        other = self._shapes.graph.iri(NamedNode(finding.shape), SH.lessThanOrEquals)
        return other.value if other is not None else None

    def _order(self, result: Result, record: Parsed) -> tuple[object, ...]:
        """The record before its parts, then as the form asks."""
        fields = [
            (field.group.order if field.group else 0.0, field.order)
            for type in record.types(result.focus)
            if type in self._shapes.types and (field := self._shapes.form(type).field(result.path or ""))
        ]
        where = min(fields, default=(float("inf"), float("inf")))
        return (result.focus != record.iri, result.focus, where, result.path or "", result.message.sv)


def _parsed(iri: str, record: bytes) -> Parsed | str:
    """The record, or why it cannot be read."""
    try:
        return Parsed.of(iri, (quad.triple for quad in parse(record, format=RdfFormat.N_TRIPLES)))
    except (SyntaxError, ValueError) as error:
        return str(error)
