"""What a question can meet instead of an answer: each problem names its limit and how to stay below it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.problems import Malformed, Problem, Refused, TooDeep, TooLarge, TooLong, TooSlow
from catalogue.endpoint.results import CSV, JSON

from .test_snapshots import SLOW, TITLES, until

Open = Callable[..., Endpoint]


def problem(endpoint: Endpoint, text: str, **options: object) -> Problem:
    with pytest.raises(Problem) as caught:
        endpoint.ask(Question(text, CSV if "ASK" not in text else JSON, **options), client="x")  # type: ignore[arg-type]
    assert caught.value.sentence % caught.value.params
    return caught.value


def test_a_query_over_its_length_in_bytes(opened: Open) -> None:
    endpoint = opened(sparql_query_bytes=40)
    assert isinstance(problem(endpoint, "ASK {} #" + "å" * 17), TooLong)
    assert endpoint.ask(Question("ASK {} #" + "å" * 16, JSON), client="x").body


def test_half_a_character_is_no_query(asked: Endpoint) -> None:
    assert isinstance(problem(asked, "ASK {} #\ud800"), Malformed)


def test_an_answer_over_its_size_is_an_error_and_leaves_no_file(opened: Open) -> None:
    endpoint = opened(sparql_bytes=1_200_000)
    found = problem(endpoint, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert isinstance(found, TooLarge) and found.params["bytes"] == 1.2
    assert not list((endpoint.settings.data / "snapshots").glob("answer-*"))


def test_an_answer_in_a_file_is_whole_and_gone_once_it_is_read(opened: Open) -> None:
    endpoint = opened()
    answer = endpoint.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000", CSV), client="x")
    assert answer.file is not None and not list((endpoint.settings.data / "snapshots").glob("answer-*"))
    with answer.file as file:
        body = file.read()
    assert len(body) == answer.size and body.count(b"\r\n") >= 20_001


def test_a_query_over_its_memory(opened: Open) -> None:
    endpoint = opened(sparql_memory=50_000_000)
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(34))
    found = problem(endpoint, f"SELECT (STRLEN(?x34) AS ?n) {{ BIND('0123456789' AS ?x0) {doubled} }}")
    assert isinstance(found, TooLarge) and found.params["memory"] == 50


def test_a_query_that_is_nested_too_deeply(opened: Open) -> None:
    endpoint = opened()
    assert isinstance(problem(endpoint, "SELECT * " + "{" * 20_000 + "}" * 20_000), TooDeep)
    assert endpoint.ask(Question(TITLES, JSON), client="x").body


def test_a_query_over_its_time(opened: Open) -> None:
    endpoint = opened()
    # Its time does not go by while it waits for a worker.
    until(lambda: endpoint.pool.ready > 0)
    found = problem(endpoint, SLOW, seconds=0.3)
    assert isinstance(found, TooSlow) and found.params["seconds"] == 0.3


def test_a_graph_that_is_not_there(asked: Endpoint) -> None:
    for options in ({"default_graphs": ("http://e/",)}, {"named_graphs": (asked.graph,)}):
        assert isinstance(problem(asked, TITLES, **options), Refused)


def test_a_prefix_that_is_missing_is_told_of_with_what_to_write(asked: Endpoint) -> None:
    found = problem(asked, "SELECT * { ?s a pivi:Initiative ; dct:title ?t }")
    assert isinstance(found, Malformed)
    assert "PREFIX pivi: <https://w3id.org/pivi/ns#>" in str(found.params["lines"])
    assert "PREFIX dct: <http://purl.org/dc/terms/>" in str(found.params["lines"])
