"""Where a query breaks the grammar: the line and column of the token at fault, as one would point at it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.faults import exactly, meant, told, word_at
from catalogue.endpoint.lexer import Place
from catalogue.endpoint.problems import Malformed
from catalogue.endpoint.results import JSON

# ¤ stands before what is wrong, or where something is missing.
FAULTS = [
    "SELECT * { ?s ?p ¤}",
    "SELECT * {\n  ?s ?p ¤.\n  ?s ?p ?o\n}",
    "SELECT * { ?s ?p ?o¤",
    "SELECT * { ?s ?p ?o } ¤}",
    "SELECT (1 AS ¤2) {}",
    "SELECT ?s WHERE ¤?s ?p ?o }",
    "SELECT ?s { ?s ?p ?o } ¤ORDNA ?s",
    "SELECT ?s { ?s ?p ?o } LIMIT ¤tio",
    "SELECT ?s { ?s ?p ?o } ORDER ¤LIMIT 10",
    "SELECT * { ?s ?p ?o FILTER ¤?o > 3 }",
    "SELECT * { ?s ?p ?o FILTER(?o > ¤) }",
    "SELECT * { ?s ?p ?o FILTER(STRLEN(?o > 3) ¤}",
    "SELECT * { ?s ?p ?o FILTER(¤STRLENGTH(?o) > 3) }",
    "SELECT ?å {\n ?å ¤'😀' ?ö }",
    "SELECT * { ?s ¤x:y ?o }",
    "PREFIX x: <http://x/>\nSELECT * { ?s x:y ?o ;; ¤; x:z 'å' ?o }".replace(
        ";; ¤; x:z 'å' ?o", "; x:z 'å' ¤?o"
    ),
    "SELECT * { ?s ?p 'a'^^¤2 }",
    "SELECT * { ?s ?p ¤'utan slut }",
    "SELECT * { ?s ?p ¤'utan slut }\n LIMIT 10",
    "SELECT * { BIND(1 ¤?x) }",
    "SELECT * { OPTIONAL ¤?s ?p ?o }",
    "CONSTRUCT { ?s ?p ¤} WHERE { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o . ¤FILTRE(?o > 3) }",
    "# å\nASK { ?s ?p ?o FILTER(?s = 1 || ¤) }",
    "ASK { VALUES ?x { 1 ¤?y } }",
]


@pytest.mark.parametrize("marked", FAULTS)
def test_the_token_at_fault_is_named_by_line_and_column(marked: str) -> None:
    at, text = marked.index("¤"), marked.replace("¤", "")
    with pytest.raises(SyntaxError) as error:
        ox.Store().query(text)
    found = told(exactly(text, str(error.value), ox.Store().query))
    assert found is not None
    before = text[:at].split("\n")
    assert found[0] == Place(len(before), len(before[-1]) + 1)
    assert found[1].startswith("expected")


def test_so_it_is_told_by_the_endpoint(asked: Endpoint) -> None:
    with pytest.raises(Malformed) as caught:
        asked.ask(Question("SELECT * {\n  ?s ?p .\n  ?s ?p ?o\n}", JSON), client="x")
    assert caught.value.place == Place(2, 9)
    assert (caught.value.params["line"], caught.value.params["column"]) == (2, 9)


def test_a_misspelt_keyword_is_known_again() -> None:
    assert meant("WHEER", "expected one of DISTINCT, WHERE") == "WHERE"
    assert meant("limitt", "expected one of LIMIT, OFFSET, ['0'..='9']") == "LIMIT"
    assert meant("?d", "expected one of FILTER, OPTIONAL") == ""


def test_the_word_at_fault_is_told_and_nothing_at_the_end() -> None:
    assert word_at("SELECT *\nWHEER {}", Place(2, 1)) == "WHEER"
    assert word_at("SELECT * {", Place(1, 11)) == ""
