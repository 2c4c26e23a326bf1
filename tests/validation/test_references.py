"""What records point at: it exists, is of the right type or scheme, and parts stay in their record."""

from __future__ import annotations

import pytest

from tests.validation.conftest import Judge, told
from tests.validation.samples import INITIATIVE, RECORDS, records
from tests.validation.test_refusals import replaced

_FRITID = "<https://w3id.org/pivi/begrepp/omrade/fritid>"


def test_a_concept_that_does_not_exist_is_refused(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, "omrade/fritid", "omrade/rymdfart"))
    assert told(report) == (
        "Område pekar på begrepp:omrade/rymdfart, som inte finns i katalogen eller i det som läses in. "
        "Rätta adressen eller lägg till posten."
    )


def test_a_concept_of_another_scheme_is_refused(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, "omrade/fritid", "malgrupp/barn"))
    assert (
        told(report) == "Område: begrepp:malgrupp/barn är inget begrepp i listan Område. Välj ett därifrån."
    )


def test_a_concept_as_a_text_is_refused(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, _FRITID, '"fritid"@sv'))
    assert told(report) == "Område är ”fritid” men ska vara en adress (IRI), inte en text. Rätta det."


def test_a_concept_of_the_installation_s_own_passes(judge: Judge) -> None:
    report = judge(
        replaced(INITIATIVE, _FRITID, "<begrepp/omrade/kolonilotter>")
        + """<begrepp/omrade/kolonilotter> a skos:Concept ;
            skos:prefLabel "Kolonilotter"@sv ; skos:definition "Odling på egen lott."@sv ;
            skos:inScheme <https://w3id.org/pivi/begrepp/omrade> ;
            skos:topConceptOf <https://w3id.org/pivi/begrepp/omrade> ."""
    )
    assert not report.results, report.text()


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ("pivi:liftedBy <id/aktor/vvvv>", "Lyfts av"),
        ("pivi:inspiredBy <id/insats/vvvv>", "Inspirerad av"),
        ("pivi:documentedBy <id/dokument/vvvv>", "Utvärderingar och rapporter"),
        ("dct:spatial <https://w3id.org/pivi/id/plats/0000>", "Plats"),
    ],
)
def test_a_dangling_reference_is_refused(judge: Judge, statement: str, field: str) -> None:
    report = judge(INITIATIVE + f"<id/insats/bcdf> {statement} .")
    assert told(report).startswith(f"{field} pekar på ")
    assert "som inte finns" in told(report)
    assert len(report.results) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "pivi:liftedBy <id/grupp/bcdf>",
        "pivi:inspiredBy <id/aktor/namnd>",
        "pivi:documentedBy <id/insats/stored>",
        "dct:spatial <id/aktor/namnd>",
        f"dct:spatial {_FRITID}",
    ],
)
def test_a_target_of_another_type_is_refused(judge: Judge, statement: str) -> None:
    report = judge(INITIATIVE + f"<id/insats/bcdf> {statement} .")
    assert "som inte är av slaget" in told(report)
    assert len(report.results) == 1


def test_a_municipality_is_a_place(judge: Judge) -> None:
    assert judge(RECORDS["kommun"] + INITIATIVE.replace("plats/1480", "plats/9999")).conforms


def test_records_of_one_load_may_point_at_each_other(judge: Judge) -> None:
    turtle = INITIATIVE + RECORDS["dokument"]
    turtle += "<id/insats/bcdf> pivi:documentedBy <id/dokument/xqzk> ."
    turtle += "<id/dokument/xqzk> schema:about <id/insats/bcdf> ."
    report = judge(turtle)
    assert not report.results, report.text()
    assert report.checked == 2


def test_a_part_of_another_record_is_refused(judge: Judge) -> None:
    own = "<id/insats/bcdf#staden>"
    report = judge(INITIATIVE + INITIATIVE.replace("bcdf", "ghjk").replace("ghjk#staden", "bcdf#staden", 1))
    assert own not in told(report)
    assert "en del av en annan post" in told(report)
    assert not report.conforms


def test_a_part_that_nothing_points_at_is_refused(judge: Judge) -> None:
    report = judge(
        INITIATIVE
        + '<id/insats/bcdf#loss> a pivi:KeyFigure ; pivi:figure "3"@sv ; dct:description "grupper"@sv .'
    )
    assert "hänger löst" in told(report)


def test_a_part_without_a_type_is_refused(judge: Judge) -> None:
    report = judge(
        INITIATIVE
        + '<id/insats/bcdf> pivi:keyFigure <id/insats/bcdf#x> . <id/insats/bcdf#x> dct:title "x"@sv .'
    )
    assert "saknar klass" in told(report)


@pytest.mark.parametrize("type", ["foaf:Project", "pivi:Initiativ", "cv:Participation", "cv:AdminUnit"])
def test_a_record_of_an_unknown_type_is_refused(judge: Judge, type: str) -> None:
    report = judge(f'<id/insats/bcdf> a {type} ; dct:title "Något"@sv .')
    assert "som katalogen inte känner" in told(report)
    assert not report.conforms


def test_a_part_may_not_be_a_record(judge: Judge) -> None:
    report = judge(
        INITIATIVE
        + """<id/insats/bcdf> pivi:liftedBy <id/insats/bcdf#aktor> . <id/insats/bcdf#aktor> a pivi:Organisation ;
        foaf:name "Aktör"@sv ; pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/forening> ."""
    )
    assert "som katalogen inte känner" in told(report)


def test_what_is_said_of_another_record_is_refused(judge: Judge) -> None:
    ((iri, content),) = records(INITIATIVE).items()
    foreign = b'<http://127.0.0.1:8000/id/aktor/namnd> <http://xmlns.com/foaf/0.1/name> "Kapad"@sv .\n'
    report = judge({iri: content + foreign})
    assert "hör inte till posten" in told(report)
    assert not report.conforms
