"""How good the answers are: judged questions to the example catalogue, measured, with floors that hold."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import mean

import pytest

from catalogue.answers import Query
from catalogue.search import SearchIndex

# A little below what was measured; raise them when the search gets better.
NDCG_AT_10 = 0.925
RECALL_AT_20 = 0.975
WORST_KIND = 0.70


@dataclass(frozen=True)
class Judged:
    """A question, and the grades (1–3) of the records that answer it."""

    text: str
    language: str
    kind: str
    grades: dict[str, int]


def judged() -> list[Judged]:
    lines = (Path(__file__).parent / "judged/queries.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            text, language, kind, grades = (part.strip() for part in line.split(" | "))
            pairs = (grade.split("=") for grade in grades.split())
            found.append(Judged(text, language, kind, {ref: int(grade) for ref, grade in pairs}))
    return found


def found(index: SearchIndex, question: Judged) -> list[str]:
    hits = index.search(Query(question.text, language=question.language)).hits
    return [hit.iri.rpartition("/")[2] for hit in hits]


def ndcg(order: list[str], grades: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), gain 2^grade - 1."""

    def gain(found: list[int]) -> float:
        return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(found[:depth]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(ref, 0) for ref in order]) / best


def recall(order: list[str], grades: dict[str, int]) -> float:
    """The part of the good answers (grade 2 and 3) on the first page."""
    good = {ref for ref, grade in grades.items() if grade >= 2} or set(grades)
    return len(good & set(order)) / len(good)


@pytest.fixture(scope="module")
def measured(example: SearchIndex) -> list[tuple[Judged, float, float]]:
    answers = [(question, found(example, question)) for question in judged()]
    return [
        (question, ndcg(order, question.grades), recall(order, question.grades))
        for question, order in answers
    ]


def test_there_are_enough_questions_of_every_kind_in_both_languages() -> None:
    questions = judged()
    assert len(questions) >= 60
    assert {question.language for question in questions} == {"sv", "en"}
    assert {"misspelt", "compound", "other name", "prefix", "phrase", "English", "without dots"} <= {
        question.kind for question in questions
    }


def test_judgments_name_records_of_the_example_catalogue(example: SearchIndex) -> None:
    known = {iri.rpartition("/")[2] for iri, _, _ in example.documents() if "/id/insats/" in iri}
    assert {ref for question in judged() for ref in question.grades} <= known


def test_the_best_answers_come_first(measured: list[tuple[Judged, float, float]]) -> None:
    score = mean(each for _, each, _ in measured)
    worst = sorted((each, question.text) for question, each, _ in measured)[:10]
    assert score >= NDCG_AT_10, f"nDCG@10 is {score:.3f}; worst: {worst}"


def test_the_good_answers_are_found(measured: list[tuple[Judged, float, float]]) -> None:
    score = mean(each for _, _, each in measured)
    worst = sorted((each, question.text) for question, _, each in measured)[:10]
    assert score >= RECALL_AT_20, f"recall is {score:.3f}; worst: {worst}"


def test_no_kind_of_question_is_answered_badly(measured: list[tuple[Judged, float, float]]) -> None:
    kinds: dict[str, list[float]] = {}
    for question, score, _ in measured:
        kinds.setdefault(question.kind, []).append(score)
    scores = {kind: mean(found) for kind, found in kinds.items()}
    assert min(scores.values()) >= WORST_KIND, scores
