"""Text search within SPARQL: the hits of the site, anywhere in a query, or an error that shows the right form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.lexer import Place
from catalogue.endpoint.problems import Malformed, Problem, Refused, TooLarge
from catalogue.endpoint.results import JSON
from catalogue.endpoint.screening import screen
from catalogue.endpoint.textsearch import Hit, rewrite
from catalogue.projections import Projections
from catalogue.settings import Settings

from .conftest import BASE, PATIENT, Ask, publish, values
from .test_snapshots import until

PIVI = "PREFIX pivi: <https://w3id.org/pivi/ns#>\nPREFIX dct: <http://purl.org/dc/terms/>\n"


def search(words: str, more: str = "", subject: str = "?i") -> str:
    return f'SERVICE pivi:search {{ {subject} pivi:matches "{words}" {more} }}'


def found(rows: list[dict[str, str]], name: str = "i") -> set[str]:
    return {row[name] for row in rows if name in row}


def site_hits(example: Projections, words: str) -> list[str]:
    """What `/sok` finds, page after page, in its order."""
    with example.snapshot() as now:
        query = now.index.read({"q": [words]}, "sv")
        hits, page = [], 1
        while True:
            answer = now.index.search(replace(query, page=page))
            hits += [hit.iri for hit in answer.hits]
            if page >= answer.pages:
                return hits
            page += 1


@pytest.mark.parametrize("words", ["unga", "missbruk", "våld i nära relationer", '"ung"', "skola -idrott"])
def test_the_hits_are_those_of_the_site_in_its_order(rows: Ask, example: Projections, words: str) -> None:
    text = words.replace('"', '\\"')
    ranked = rows(PIVI + f"SELECT ?i {{ {search(text, '; pivi:score ?s')} }} ORDER BY DESC(?s)")
    hits = site_hits(example, words)
    assert hits and {row["i"] for row in ranked} == set(hits)
    scores = rows(PIVI + f"SELECT ?i ?s {{ {search(text, '; pivi:score ?s')} }}")
    best = {row["i"]: float(row["s"]) for row in scores}
    assert [best[iri] for iri in hits] == sorted(best.values(), reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?i { SERVICE <https://w3id.org/pivi/ns#search> { ?i <https://w3id.org/pivi/ns#matches> "unga" } }',
        'PREFIX p: <https://w3id.org/pivi/ns#> SELECT ?i { service p:search { ?i p:matches "unga"@sv . } }',
        "PREFIX : <https://w3id.org/pivi/ns#> SELECT ?i WHERE{SERVICE:search{?i:matches'unga'}}",
        'BASE <https://w3id.org/pivi/> SELECT ?i { SERVICE SILENT <ns#search> { $i <ns#matches> """unga""" ; } }',
        PIVI
        + 'SELECT ?i { SERVICE\n#}\npivi:search\n{ ?i pivi:matches "unga" ; pivi:score ?x . ?i pivi:relaxed false } }',
    ],
)
def test_any_prefix_or_none_gives_the_same(rows: Ask, example: Projections, text: str) -> None:
    if "SERVICE:search" in text:
        text = text.replace("SERVICE:search{?i:matches", "SERVICE :search{?i :matches")
    assert found(rows(text)) == set(site_hits(example, "unga"))


def test_searches_are_joined_with_each_other_and_with_patterns(rows: Ask, example: Projections) -> None:
    both = rows(PIVI + f"SELECT * {{ {search('unga')} {search('skola')} ?i dct:title ?title }}")
    assert found(both) == set(site_hits(example, "unga")) & set(site_hits(example, "skola"))
    assert all(row["title"] for row in both)


def test_two_searches_for_different_things_side_by_side(rows: Ask, example: Projections) -> None:
    pairs = rows(
        PIVI
        + f"SELECT * {{ {search('missbruk', '; pivi:limit 2')} {search('skola', '; pivi:limit 3', '?j')} }}"
    )
    assert len(pairs) == 6
    assert found(pairs) == set(site_hits(example, "missbruk")[:2])


def test_within_optional_union_minus_exists_and_sub_select(rows: Ask, example: Projections) -> None:
    everything = found(rows(PIVI + "SELECT ?i { ?i a pivi:Initiative }"))
    young, schools = set(site_hits(example, "unga")), set(site_hits(example, "skola"))
    of_all = "?i a pivi:Initiative ."
    optional = rows(PIVI + f"SELECT * {{ {of_all} OPTIONAL {{ {search('unga', '; pivi:score ?s')} }} }}")
    assert found(optional) == everything
    assert {row["i"] for row in optional if "s" in row} == young
    union = f"SELECT ?i {{ {{ {search('unga')} }} UNION {{ {search('skola')} }} }}"
    assert found(rows(PIVI + union)) == young | schools
    assert found(rows(PIVI + f"SELECT ?i {{ {of_all} MINUS {{ {search('unga')} }} }}")) == everything - young
    exists = f"SELECT ?i {{ {of_all} FILTER NOT EXISTS {{ {search('unga')} }} FILTER EXISTS {{ {search('skola')} }} }}"
    assert found(rows(PIVI + exists)) == schools - young
    inner = f"SELECT ?i {{ {{ SELECT ?i {{ {search('unga')} }} ORDER BY ?i LIMIT 3 }} {of_all} }}"
    assert found(rows(PIVI + inner)) == set(sorted(young)[:3])


def test_with_filter_and_limit_of_the_query(rows: Ask) -> None:
    text = f"SELECT * {{ {search('unga', '; pivi:score ?s')} FILTER(?s > 2) }} ORDER BY DESC(?s) LIMIT 2"
    assert [float(row["s"]) > 2 for row in rows(PIVI + text)] == [True, True]


def test_ask_construct_and_describe_search_too(asked: Endpoint) -> None:
    truth = asked.ask(Question(PIVI + f"ASK {{ {search('unga')} }}", JSON), client="x")
    assert b"true" in truth.body
    assert asked.screened(PIVI + f"DESCRIBE ?i {{ {search('unga')} }}").services


def test_the_best_hits_on_request(rows: Ask, example: Projections) -> None:
    best = rows(PIVI + f"SELECT ?i {{ {search('unga', '; pivi:limit 3')} }}")
    assert [row["i"] for row in best] == site_hits(example, "unga")[:3]
    assert rows(PIVI + f"SELECT ?i {{ {search('unga', '; pivi:limit 0')} }}") == []


def test_no_hits_are_no_rows(rows: Ask) -> None:
    assert rows(PIVI + f"SELECT * {{ {search('finnsinteallsnågonstans')} }}") == []
    left = rows(PIVI + f"SELECT * {{ {{}} OPTIONAL {{ {search('finnsinteallsnågonstans')} }} }}")
    assert left == [{}]


def test_most_of_the_words_are_enough_when_it_is_relaxed(rows: Ask) -> None:
    words = "unga skola fritid finnsinteallsnågonstans"
    assert rows(PIVI + f"SELECT * {{ {search(words)} }}") == []
    assert rows(PIVI + f"SELECT * {{ {search(words, '; pivi:relaxed true')} }}")
    assert rows(PIVI + f"SELECT * {{ {search(words, '; pivi:relaxed false')} }}") == []


# --- more hits than the cap -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def capped(example: Projections, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    # Two endpoints never share a directory.
    settings = Settings(
        data=tmp_path_factory.mktemp("capped"), base=BASE, sparql_hits=5, sparql_seconds=PATIENT
    )
    with Endpoint(settings, example) as endpoint:
        yield endpoint


def problem(endpoint: Endpoint, text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        endpoint.ask(Question(text, JSON), client="x")
    assert caught.value.sentence % caught.value.params
    return caught.value


# --- wrong forms ----------------------------------------------------------------------------------------

WRONG = [
    ("", "SERVICE"),
    ("?i pivi:score ?s", "SERVICE"),
    ("?i pivi:limit 10", "SERVICE"),
    ("?i pivi:matches ?words", "?words"),
    ("?i pivi:matches unga", "unga"),
    ("?i pivi:matches 'a', 'b'", ", 'b'"),
    ("?i pivi:matches 'a' ; pivi:matches 'b'", "pivi:matches 'b'"),
    ("?i pivi:matches 'a'^^pivi:x", "^^"),
    ("?i pivi:match 'a'", "pivi:match 'a'"),
    ("?i dct:title 'a'", "dct:title"),
    ("?i pivi:matches 'a' ; dct:title ?t", "dct:title"),
    ("?i pivi:matches 'a' . ?j pivi:score ?s", "?j"),
    ("?i pivi:matches 'a' ?i pivi:score ?s", "?i pivi:score"),
    ("?i pivi:matches 'a' ; pivi:score ?i", "?i }"),
    ("?i pivi:matches 'a' ; pivi:score 1", "1"),
    ("?i pivi:matches 'a' ; pivi:limit ?n", "?n"),
    ("?i pivi:matches 'a' ; pivi:limit -1", "-1"),
    ("?i pivi:matches 'a' ; pivi:limit 1.5", "1.5"),
    ("?i pivi:matches 'a' ; pivi:limit 10000000000", "10000000000"),
    ("?i pivi:matches 'a' ; pivi:relaxed 'true'", "'true'"),
    ("pivi:x pivi:matches 'a'", "pivi:x"),
    ("[] pivi:matches 'a'", "[]"),
    ("?i pivi:matches 'a' FILTER(?i)", "FILTER"),
    ("{ ?i pivi:matches 'a' }", "{ ?i"),
    ("?i pivi:matches", "SERVICE"),
    ("SERVICE pivi:search { ?i pivi:matches 'a' }", "SERVICE pivi:search { ?i"),
]


@pytest.mark.parametrize(("inner", "wrong"), WRONG, ids=lambda each: str(each))
def test_a_wrong_form_is_refused_where_it_is_wrong_and_the_right_one_shown(inner: str, wrong: str) -> None:
    text = PIVI + f"SELECT *\n{{ ?å a ?b . SERVICE pivi:search {{ {inner} }} }}"
    with pytest.raises(Refused) as caught:
        rewrite(screen(text, BASE), lambda *_: [], most=10)
    start = text.index("SERVICE") if wrong == "SERVICE" else text.index(wrong, text.index("search {") + 8)
    assert caught.value.place == Place(4, start - text.rindex("\n", 0, start))
    assert "SERVICE <https://w3id.org/pivi/ns#search>" in str(caught.value.params["form"])


def test_words_without_anything_to_search_for_are_refused(asked: Endpoint) -> None:
    for words in ("", "  ", "!!!", "ord " * 200):
        found = problem(asked, PIVI + f"SELECT * {{\n {search(words)} }}")
        assert isinstance(found, Refused) and found.place == Place(4, 2), words


def test_a_missing_prefix_within_is_told_of_with_what_to_write(asked: Endpoint) -> None:
    text = 'SELECT * { SERVICE <https://w3id.org/pivi/ns#search> { ?i pivi:matches "unga" } }'
    found = problem(asked, text)
    assert isinstance(found, Malformed) and found.place == Place(1, 59)
    assert found.params["lines"] == "PREFIX pivi: <https://w3id.org/pivi/ns#>"


# --- places through the rewriting -----------------------------------------------------------------------


def test_a_fault_after_a_search_is_placed_in_the_query_as_it_was_written(asked: Endpoint) -> None:
    text = PIVI + f"SELECT * {{ {search('unga')} ?å ?p '😀' .\n {search('skola')} ?i ?p }}"
    found = problem(asked, text)
    assert isinstance(found, Malformed)
    assert found.place == Place(4, len(text.split("\n")[3]))


def test_a_fault_before_a_search_keeps_its_place(asked: Endpoint) -> None:
    found = problem(asked, PIVI + f"SELECT * {{ ?s ?p .\n {search('unga')} }}")
    assert found.place == Place(3, 18)


def test_every_place_of_a_rewritten_query_leads_back() -> None:
    text = PIVI + f"SELECT * {{ ?å ?b ?c . {search('a')}\n?d ?e ?f .{search('b')} ?g ?h ?j }}"
    rewritten = rewrite(
        screen(text, BASE), lambda *_: [Hit("http://h/1", 1.5), Hit("http://h/2", 1.0)], most=9
    )
    for piece in ("SELECT", "?å", "?c", "?d", "?f", "?g", "?j"):
        here, there = rewritten.text.index(piece), text.index(piece)
        assert rewritten.place(spot(rewritten.text, here)) == spot(text, there), piece
    within = rewritten.text.index("<http://h/2>")
    assert rewritten.place(spot(rewritten.text, within)) == spot(text, text.index("SERVICE"))
    assert rewritten.place(Place(99, 1)) == spot(text, len(text))


def spot(text: str, at: int) -> Place:
    return Place(text[:at].count("\n") + 1, at - text.rfind("\n", 0, at))


# --- hits and data of the same version ------------------------------------------------------------------


def test_hits_are_paired_with_the_data_of_the_snapshot(own: Projections) -> None:
    settings = Settings(data=own._layout.data, base=BASE, sparql_seconds=PATIENT)
    text = PIVI + f"SELECT ?i ?t {{ {search('nattpatrullen')} OPTIONAL {{ ?i dct:title ?t }} }}"
    with Endpoint(settings, own) as endpoint, endpoint.snapshots.held() as old:
        publish(own, "ghjk", "Nattpatrullen i Lundby")
        # The index of the site shows two by now; the held snapshot still finds one, and reads its title.
        hits = old.view.matching("nattpatrullen", limit=10)
        assert [iri for iri, _ in hits] == [f"{BASE}id/insats/bcdf"]
        with own.snapshot() as now:
            assert now.index.search(now.index.read({"q": ["nattpatrullen"]}, "sv")).total == 2
        until(lambda: not endpoint.snapshots.outdated)
        answer = endpoint.ask(Question(text, JSON), client="x")
        assert answer.version == own.version
        assert {row.get("t") for row in values(answer)} == {"Nattpatrullen", "Nattpatrullen i Lundby"}


def test_more_hits_than_the_cap_are_an_error_that_names_it(capped: Endpoint) -> None:
    found = problem(capped, PIVI + f"SELECT * {{\n  {search('unga')} }}")
    assert isinstance(found, TooLarge)
    assert found.params["most"] == 5 and found.place == Place(4, 3)
    asked_for = problem(capped, PIVI + f"SELECT * {{ {search('unga', '; pivi:limit 6')} }}")
    assert isinstance(asked_for, TooLarge)


def test_unless_the_query_asks_for_the_best(capped: Endpoint, example: Projections) -> None:
    text = PIVI + f"SELECT ?i {{ {search('unga', '; pivi:limit 5')} }}"
    rows = values(capped.ask(Question(text, JSON), client="x"))
    assert [row["i"] for row in rows] == site_hits(example, "unga")[:5]


def test_a_limit_above_the_cap_is_no_error_where_there_are_not_so_many(capped: Endpoint) -> None:
    text = PIVI + f"SELECT ?i {{ {search('finnsinteallsnågonstans', '; pivi:limit 999')} }}"
    assert values(capped.ask(Question(text, JSON), client="x")) == []
