"""The screen against the engine itself: no SERVICE and no FROM that the engine sees is missed.

A text that the engine can read with the word and cannot read with another word in its place held a
keyword there.
"""

from __future__ import annotations

import re

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.endpoint.problems import Problem
from catalogue.endpoint.screening import screen

BASE = "http://x.example/sparql"
# Nobody listens there, and Oxigraph never asks.
NOWHERE = "<http://127.0.0.1:9/>"
PROLOGUES = [
    "",
    f"PREFIX : {NOWHERE} ",
    f"PREFIX : {NOWHERE} PREFIX service: <a> PREFIX from: <b> PREFIX x: <http://x:>",
]
PIECES = [
    *(
        "SERVICE",
        "SERVICE",
        "service",
        "SILENT",
        "FROM",
        "FROM",
        "NAMED",
        NOWHERE,
        ":y",
        "?v",
        "{ }",
        "{?a ?b ?c}",
    ),
    *(
        "SERVICESILENT",
        "SERVICE:y",
        "FROM:y",
        "x:0SERVICE",
        "x:a.b.SERVICE",
        "trueSERVICE",
        "1SERVICE",
        "@enSERVICE",
    ),
    *(
        "?s",
        "?p",
        "?o",
        "a",
        "true",
        "1",
        "1.",
        ".",
        ";",
        ",",
        "''",
        '""',
        '"""',
        "'''",
        "#",
        "\n",
        "\\q",
        "\\uD800",
    ),
    *(
        "FILTER(1<2)",
        "FILTER(?s<?o)",
        "FILTER(?s<",
        "?o)",
        "#>\n",
        "<a'>",
        "<a#b>",
        ">",
        "<",
        "<<",
        ">>",
        "(",
        ")",
    ),
    *(
        "OPTIONAL",
        "UNION",
        "{",
        "}",
        "VALUES ?x {",
        "VALUES (?x ?y) { (",
        "service:x",
        "from:x",
        "_:b",
        "%41",
        "[",
        "]",
    ),
]
SPACES = st.sampled_from(["", "", " ", " ", "\n", "#'\n"])


def reads(text: str) -> bool:
    """Whether the engine takes the text for a query."""
    try:
        ox.Store().query(text, base_iri=BASE)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):  # it read the query, and failed when it ran it
        return True
    return True


def renamed(text: str, word: str) -> str:
    return re.sub(word, "q" * len(word), text, flags=re.IGNORECASE)


@st.composite
def texts(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(SPACES, st.sampled_from(PIECES)), min_size=1, max_size=9))
    middle = "".join(space + piece for space, piece in parts)
    template = draw(
        st.sampled_from(["SELECT * {{ {0} }}", "SELECT * {0} {{ }}", "SELECT ?s {{ ?s ?p {0} }}"])
    )
    return str(draw(st.sampled_from(PROLOGUES)) + template.format(middle))


@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts())
def test_what_the_screen_lets_pass_holds_no_keyword_that_it_did_not_see(text: str) -> None:
    try:
        screened = screen(text, BASE)
    except Problem:
        return
    if not reads(text):
        return
    if not screened.services:
        assert reads(renamed(text, "service"))
    if not screened.default_graphs and not screened.named_graphs:
        assert reads(renamed(text, "from"))


def test_this_measure_finds_a_keyword_where_there_is_one() -> None:
    text = f"SELECT * {{ SERVICE {NOWHERE} {{}} }}"
    assert reads(text) and not reads(renamed(text, "service"))
