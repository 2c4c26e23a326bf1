"""What a validation found: results that name record, field, value and remedy, and the report in text or RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.fields import Wording
from catalogue.namespaces import RDF, RDFS, SH
from catalogue.shape_graph import Term


class Severity(StrEnum):
    """How serious a result is. Only a violation refuses the record (SHACL, section 2.1.4)."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @classmethod
    def of(cls, iri: str) -> Severity:
        """The severity of `sh:Warning` or `sh:Info`; everything else refuses."""
        return {SH.Warning.value: cls.WARNING, SH.Info.value: cls.INFO}.get(iri, cls.VIOLATION)


_SEVERITY_IRIS = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFO: SH.Info}
_SEVERITY_WORDS = {
    Severity.VIOLATION: Wording("Fel", "Error"),
    Severity.WARNING: Wording("Varning", "Warning"),
    Severity.INFO: Wording("Upplysning", "Information"),
}


@dataclass(frozen=True)
class Result:
    """One thing that is wrong, or looks wrong, in a record.

    `record` and `focus` are IRIs: the record, and the part of it that the rule is for. `path` is the
    predicate, `field` its name in the form. `component` is the constraint component, `shape` the
    shape that says so. `source` names the file that the record came from, if one did.
    """

    record: str
    focus: str
    path: str | None
    field: Wording
    value: Term | None
    message: Wording
    severity: Severity
    component: str
    shape: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Report:
    """The results of a validation, in the order of the records. `checked` is how many records were judged."""

    results: tuple[Result, ...]
    checked: int

    @property
    def conforms(self) -> bool:
        """Whether every record may be published: no violations. Warnings do not refuse."""
        return all(result.severity is not Severity.VIOLATION for result in self.results)

    def text(self, language: str = "sv", *, limit: int | None = None) -> str:
        """The report for people to read: a summary, then each record with what is wrong in it.

        `limit` is the largest number of results that are told; the rest are counted.
        """
        lines = [self._summary(language)]
        told = self.results if limit is None else self.results[:limit]
        before: tuple[str | None, str] | None = None
        for result in told:
            if (result.source, result.record) != before:
                before = (result.source, result.record)
                lines += ["", f"{result.source}: {result.record}" if result.source else result.record]
            part = "" if result.focus == result.record else f" #{result.focus.rpartition('#')[2]}"
            lines.append(f"  {_SEVERITY_WORDS[result.severity][language]}{part}: {result.message[language]}")
        if len(told) < len(self.results):
            rest = len(self.results) - len(told)
            lines += ["", Wording(f"… och {rest} till.", f"… and {rest} more.")[language]]
        return "\n".join(lines)

    def _summary(self, language: str) -> str:
        count = Counter(result.severity for result in self.results)
        errors, warnings = count[Severity.VIOLATION], count[Severity.WARNING] + count[Severity.INFO]
        records = len({result.record for result in self.results})
        swedish, english = _posts(self.checked), _records(self.checked)
        if not self.results:
            return Wording(f"Inga fel i {swedish}.", f"No errors in {english}.")[language]
        return Wording(
            f"{errors} fel och {warnings} {'varning' if warnings == 1 else 'varningar'} i {records} av {swedish}.",
            f"{errors} {'error' if errors == 1 else 'errors'} and "
            f"{warnings} {'warning' if warnings == 1 else 'warnings'} in {records} of {english}.",
        )[language]

    def graph(self) -> list[Triple]:
        """The SHACL validation report (SHACL, section 3.6) as triples.

        `sh:conforms` is true where there are warnings only, which `sh:conformanceDisallows` says
        (SHACL 1.2 Core, section 3.6). Each message is there in Swedish and in English.
        """
        report = BlankNode("report")
        triples = [
            Triple(report, RDF.type, SH.ValidationReport),
            Triple(report, SH.conforms, Literal(self.conforms)),
            Triple(report, SH.conformanceDisallows, SH.Violation),
        ]
        for number, result in enumerate(self.results, start=1):
            node = BlankNode(f"result{number}")
            triples.append(Triple(report, SH.result, node))
            triples.extend(_result_triples(node, result))
        return triples


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} poster"


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def _result_triples(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.focusNode, NamedNode(result.focus))
    yield Triple(node, SH.resultSeverity, _SEVERITY_IRIS[result.severity])
    yield Triple(node, SH.sourceConstraintComponent, NamedNode(result.component))
    if result.path:
        yield Triple(node, SH.resultPath, NamedNode(result.path))
    if result.value is not None:
        yield Triple(node, SH.value, result.value)
    if result.shape and not result.shape.startswith("_:"):
        yield Triple(node, SH.sourceShape, NamedNode(result.shape))
    yield Triple(node, SH.resultMessage, Literal(result.message.sv, language="sv"))
    yield Triple(node, SH.resultMessage, Literal(result.message.en, language="en"))
    if result.source:
        yield Triple(node, RDFS.comment, Literal(result.source))
