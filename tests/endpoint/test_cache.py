"""Answers that are kept: bounded in bytes, never across versions, never what may answer anew."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.cache import Cache
from catalogue.endpoint.results import CSV, JSON, TSV
from catalogue.projections import Projections

from .conftest import publish, values
from .test_snapshots import TITLES, until

Open = Callable[..., Endpoint]


def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[str] = Cache(320)
    for key in ("a", "b", *"cdefghijklmnop"):
        cache.put(key, key, 20)
    assert cache.get("a") == "a"
    cache.put("ny", "ny", 20)
    assert (cache.get("a"), cache.get("b"), cache.get("ny")) == ("a", None, "ny")


def test_one_answer_takes_at_most_a_sixteenth_of_the_room() -> None:
    cache: Cache[str] = Cache(1_600)
    cache.put("large", "x", 101)
    cache.put("small", "x", 100)
    assert (cache.get("large"), cache.get("small")) == (None, "x")


def test_no_room_keeps_nothing() -> None:
    cache: Cache[str] = Cache(0)
    cache.put("a", "a", 1)
    assert cache.get("a") is None


def test_the_same_answer_twice_takes_its_room_once() -> None:
    cache: Cache[str] = Cache(1_600)
    for _ in range(100):
        cache.put("a", "a", 100)
    for number in range(15):
        cache.put(number, "x", 100)
    assert cache.get("a") == "a"


def test_threads_never_exceed_the_room_nor_find_what_is_another_key() -> None:
    cache: Cache[int] = Cache(3_200)
    wrong: list[int] = []

    def work(first: int) -> None:
        for number in range(first, first + 2_000):
            cache.put(number, number, 20 + number % 50)
            found = cache.get(number - 5)
            if found not in (None, number - 5):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 500, 1_000, 10_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache._taken == sum(size for _, size in cache._kept.values()) <= 3_200


# --- in the endpoint ------------------------------------------------------------------------------------


def test_the_same_question_is_answered_from_memory(opened: Open) -> None:
    endpoint = opened()
    first = endpoint.ask(Question(TITLES, JSON), client="x")
    again = endpoint.ask(Question(TITLES, JSON), client="y")
    assert (first.cached, again.cached) == (False, True)
    assert (again.body, again.version, again.changed) == (first.body, first.version, first.changed)


def test_another_format_packing_or_text_is_another_question(opened: Open) -> None:
    endpoint = opened()
    questions = [
        Question(TITLES, JSON),
        Question(TITLES, CSV),
        Question(TITLES, TSV),
        Question(TITLES, JSON, packed=True),
        Question(TITLES + " ", JSON),
    ]
    assert [endpoint.ask(each, client="x").cached for each in questions] == [False] * 5
    assert [endpoint.ask(each, client="x").cached for each in questions] == [True] * 5


def test_time_limit_and_the_name_of_the_graph_change_no_answer(opened: Open) -> None:
    endpoint = opened()
    endpoint.ask(Question(TITLES, JSON), client="x")
    other = Question(TITLES, JSON, default_graphs=(endpoint.graph,), seconds=3)
    assert endpoint.ask(other, client="x").cached


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_answers_anew_is_never_kept(asked: Endpoint, call: str) -> None:
    question = Question(f"SELECT ({call} AS ?x) {{}}", JSON)
    answers = [asked.ask(question, client="x") for _ in range(2)]
    assert [answer.cached for answer in answers] == [False, False]
    if "BNODE" not in call:
        assert values(answers[0]) != values(answers[1])
    assert asked.etag(question, asked.screened(question.text)) is None


def test_an_answer_never_outlives_its_version(own: Projections, opened: Open) -> None:
    endpoint = opened()
    question = Question(TITLES, JSON)
    for number in range(3):
        assert len(values(endpoint.ask(question, client="x"))) == 1 + number
        assert endpoint.ask(question, client="x").cached
        before = endpoint.etag(question, endpoint.screened(TITLES))
        version = publish(own, f"ghjk{number}", "Lundbyvakten")
        until(lambda version=version: endpoint.snapshots.now.version == version)  # type: ignore[misc]
        assert endpoint.etag(question, endpoint.screened(TITLES)) != before


def test_an_error_is_not_kept(opened: Open) -> None:
    endpoint = opened(sparql_bytes=10)
    for _ in range(2):
        with pytest.raises(Exception, match="större än"):
            endpoint.ask(Question(TITLES, JSON), client="x")


def test_a_large_answer_is_not_kept(opened: Open) -> None:
    endpoint = opened(sparql_cache=20_000)
    question = Question("SELECT * { ?s ?p ?o } LIMIT 100", JSON)
    assert [endpoint.ask(question, client="x").cached for _ in range(2)] == [False, False]
