"""Problems as problem+json (RFC 9457) or text, in Swedish or English, with line and column, and when to come back."""

from __future__ import annotations

import threading

import pytest

from .conftest import ASK, BASE, SLOW, TITLES, Client

WRONG = "SELECT * {\n  ?å ?p\n}"


def test_a_syntax_error_is_told_by_line_and_column(client: Client) -> None:
    reply = client.get(WRONG)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    problem = reply.json
    assert (problem["status"], problem["line"], problem["column"]) == (400, 3, 1)
    assert problem["type"] == BASE + "sparql#malformed-query"
    assert problem["title"] == "Frågan kan inte tolkas"
    assert "rad 3" in problem["detail"]
    assert reply.headers["cache-control"] == "no-store"


def test_the_same_by_form_and_by_the_query_itself(client: Client) -> None:
    assert client.get(WRONG).json == client.form(("query", WRONG)).json == client.direct(WRONG).json


def test_as_text_for_those_who_like_text_better(client: Client) -> None:
    reply = client.get(WRONG, accept="text/plain, text/csv;q=0.5")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.text.startswith("Frågan kan inte tolkas\n") and "rad 3" in reply.text
    assert reply.text.count("rad 3") == 1
    refused = client.get("ASK {\n SERVICE <http://e/> {} }", accept="text/plain", accept_language="en")
    assert refused.text.endswith("line 2, character 2.\n")
    assert client.get(WRONG, accept="text/plain;q=0.5, application/json").type == "application/problem+json"
    assert client.get(WRONG, accept="text/csv").type == "application/problem+json"


@pytest.mark.parametrize(
    ("accepted", "english"),
    [
        ("sv", False),
        ("en", True),
        ("en-GB, sv;q=0.5", True),
        ("sv;q=0.4, en;q=0.6", True),
        ("de", False),
        ("*", False),
    ],
)
def test_in_the_language_that_the_client_likes_best(client: Client, accepted: str, english: bool) -> None:
    detail = client.get(WRONG, accept_language=accepted).json["detail"]
    assert ("line 3" in detail) is english
    assert ("rad 3" in detail) is not english


def test_in_english_at_the_english_address(client: Client) -> None:
    reply = client.send("GET", "/en/sparql?query=SELEKT", None, {"Accept": "application/json"})
    assert reply.status == 400 and "a query begins with" in reply.json["detail"]
    answer = client.send("GET", "/en/sparql?query=ASK%7B%7D", None, {})
    assert answer.json["boolean"] is True


def test_head_has_the_status_without_the_problem(client: Client) -> None:
    reply = client.get(WRONG, method="HEAD")
    assert (reply.status, reply.body) == (400, b"")


def test_a_deadline_of_the_client_gives_a_503_that_says_it(client: Client) -> None:
    short = ("timeout", "0.4")
    for ask in (lambda: client.get(SLOW, short), lambda: client.form(("query", SLOW), short)):
        client.until_a_worker_is_free()
        reply = ask()
        assert reply.status == 503
        assert int(reply.headers["retry-after"]) > 0 and reply.json["retry-after"] > 0
        assert "0,4" in reply.json["detail"] or "0.4" in reply.json["detail"]
        assert reply.json["type"].endswith("#too-slow")


def test_a_deadline_above_the_limit_is_the_limit(client: Client) -> None:
    assert client.get(ASK, ("timeout", "900000")).status == 200


def test_a_function_that_does_not_exist_is_a_400(client: Client) -> None:
    assert client.get("SELECT (STRLENGTH('a') AS ?x) {}").status == 400


def test_a_client_with_its_share_under_way_gets_a_503_at_once_and_others_an_answer(client: Client) -> None:
    statuses: list[int] = []

    def ask(number: int) -> None:
        statuses.append(client.get(f"{SLOW} # {number}", ("timeout", "6")).status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {503}
    assert client.get(TITLES).status == 200
    busy = client.get(ASK)
    assert busy.status == 200


def test_a_place_is_counted_in_characters_of_any_width(client: Client) -> None:
    problem = client.get("SELECT * { ?s ?p '😀å' .\n '😀' ?p ]").json
    assert (problem["line"], problem["column"]) == (2, 9)
