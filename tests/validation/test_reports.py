"""What a report tells: to people in two languages, and as a SHACL validation report."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.formats import JSON_LD, RDF_XML, TURTLE
from catalogue.namespaces import DCT, RDF, SH
from catalogue.reports import Severity
from catalogue.shapes import Shapes
from catalogue.turtle import serialise
from catalogue.validation import validate
from tests.validation.conftest import Judge, Stored
from tests.validation.samples import INITIATIVE, RECORDS, records
from tests.validation.test_refusals import replaced

_IRI = "http://127.0.0.1:8000/id/insats/bcdf"
_WRONG = replaced(INITIATIVE, "Varje torsdag lagar unga mat tillsammans.", "å" * 345)
_WARNED = (
    INITIATIVE
    + """<id/insats/bcdf> dcat:contactPoint <id/insats/bcdf#kontakt> .
<id/insats/bcdf#kontakt> a vcard:Organization ; vcard:fn "Enheten"@sv ; vcard:hasEmail <mailto:anna.berg@x.se> ."""
)


def test_a_result_names_file_record_field_value_and_remedy(shapes: Shapes, stored: Stored) -> None:
    report = validate(records(_WRONG), lookup=stored, shapes=shapes, source_of=lambda iri: "insatser.ttl")
    (result,) = report.results
    assert result.source == "insatser.ttl"
    assert result.record == result.focus == _IRI
    assert result.path == DCT.abstract.value
    assert result.field.sv == "Ingress"
    assert result.field.en == "Summary"
    assert result.value == Literal("å" * 345, language="sv")
    assert result.severity is Severity.VIOLATION
    assert result.message.sv == f"Ingress har 345 tecken men får ha högst 300. Korta med 45: ”{'å' * 79}…”."
    assert (
        result.message.en
        == f"Summary has 345 characters but may have at most 300. Shorten by 45: “{'å' * 79}…”."
    )


def test_the_text_tells_each_record_once_with_what_is_wrong_in_it(shapes: Shapes, stored: Stored) -> None:
    wrong = _WRONG + replaced(RECORDS["mote"], "Utvecklingsgruppen om tillit", "Ring 031-365 00 00")
    report = validate(records(wrong), lookup=stored, shapes=shapes, source_of=lambda iri: "a.ttl")
    summary, *lines = report.text("sv").splitlines()
    assert "2 fel" in summary
    assert [line for line in lines if line and not line.startswith("  ")] == [
        f"a.ttl: {_IRI}",
        "a.ttl: http://127.0.0.1:8000/id/mote/xqzk",
    ]
    assert sum(line.startswith("  Fel: ") for line in lines) == 2
    assert "2 errors" in report.text("en").splitlines()[0]


def test_a_long_report_can_be_cut_and_says_so(judge: Judge) -> None:
    report = judge("<id/insats/bcdf> a pivi:Initiative .")
    assert len(report.results) > 5
    assert report.text("sv", limit=2).endswith(f"… och {len(report.results) - 2} till.")


def test_results_come_in_the_order_of_the_form(judge: Judge) -> None:
    report = judge("<id/insats/bcdf> a pivi:Initiative .")
    names = [result.field.sv for result in report.results]
    assert names[:3] == ["Titel", "Ingress", "Slag"]
    assert names.index("Varför lyfter vi detta?") < names.index("Vad") < names.index("Område")


def test_warnings_alone_do_not_refuse(judge: Judge) -> None:
    report = judge(_WARNED)
    assert report.conforms
    assert "  Varning #kontakt: " in report.text("sv")
    assert "  Warning #kontakt: " in report.text("en")


def test_nothing_wrong_is_said_in_one_line(judge: Judge) -> None:
    assert len(judge(INITIATIVE).text("sv").splitlines()) == 1


def test_the_graph_is_a_shacl_validation_report(judge: Judge) -> None:
    triples = judge(_WRONG).graph()
    (report,) = [t.subject for t in triples if t.object == SH.ValidationReport]
    (result,) = [t.object for t in triples if t.subject == report and t.predicate == SH.result]
    said: dict[NamedNode, list[object]] = {}
    for triple in triples:
        if triple.subject == result:
            said.setdefault(triple.predicate, []).append(triple.object)
    assert Triple(report, SH.conforms, Literal(False)) in triples
    assert said[RDF.type] == [SH.ValidationResult]
    assert said[SH.focusNode] == [NamedNode(_IRI)]
    assert said[SH.resultPath] == [DCT.abstract]
    assert said[SH.value] == [Literal("å" * 345, language="sv")]
    assert said[SH.resultSeverity] == [SH.Violation]
    assert said[SH.sourceConstraintComponent] == [SH.MaxLengthConstraintComponent]
    assert said[SH.sourceShape] == [NamedNode("https://w3id.org/pivi/shapes#Initiative-abstract")]
    assert {each.language for each in said[SH.resultMessage] if isinstance(each, Literal)} == {"sv", "en"}


def test_the_graph_conforms_when_there_are_warnings_only_and_says_what_that_means(judge: Judge) -> None:
    triples = judge(_WARNED).graph()
    assert any(t.predicate == SH.conforms and t.object == Literal(True) for t in triples)
    assert any(t.predicate == SH.conformanceDisallows and t.object == SH.Violation for t in triples)
    assert any(t.predicate == SH.resultSeverity and t.object == SH.Warning for t in triples)


def test_the_graph_can_be_written_in_every_format(judge: Judge) -> None:
    graph = judge(_WRONG).graph()
    for format in (TURTLE, JSON_LD, RDF_XML):
        assert b"ValidationReport" in serialise(graph, format)
