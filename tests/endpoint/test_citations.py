"""Citations: what is kept of a query and its answer, when it is the same still, and the bounds on how many."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalogue.endpoint import fingerprint
from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.citations import Citations
from catalogue.endpoint.comparability import Reason, reasons
from catalogue.endpoint.problems import Malformed, TooLarge, TooLong, TooMany, TooSlow
from catalogue.endpoint.results import TSV
from catalogue.endpoint.screening import Form
from catalogue.errors import NotFound
from catalogue.journal import Journal, NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings

from .conftest import PATIENT
from .test_snapshots import until

BASE = "http://127.0.0.1:8000/"
INITIATIVES = """PREFIX pivi: <https://w3id.org/pivi/ns#>
SELECT ?insats ?slag WHERE { ?insats a pivi:Initiative ; pivi:kind ?slag }"""
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def projections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    settings = Settings(data=tmp_path_factory.mktemp("citations") / "data", base=BASE)
    with Projections.open(settings, example=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(projections: Projections) -> Settings:
    return Settings(
        data=projections._layout.data,
        base=BASE,
        sparql_seconds=PATIENT,
        sparql_bytes=200_000,
        sparql_citations_hour=50,
    )


@pytest.fixture(scope="module")
def endpoint(projections: Projections, settings: Settings) -> Iterator[Endpoint]:
    with Endpoint(settings, projections) as opened:
        yield opened


@pytest.fixture
def citations(endpoint: Endpoint, projections: Projections) -> Citations:
    return Citations(endpoint, projections.journal.database)


@pytest.fixture
def publish(projections: Projections, endpoint: Endpoint) -> Callable[..., None]:
    """Publish one more initiative, and let queries see it."""

    def one_more(ref: str) -> None:
        iri = f"{BASE}id/insats/{ref}"
        content = (
            f'<{iri}> <http://purl.org/dc/terms/title> "En till"@sv .\n'
            f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{PIVI.Initiative.value}> .\n"
            f"<{iri}> <{PIVI.kind.value}> <https://w3id.org/pivi/begrepp/insatsslag/projekt> .\n"
        )
        revision = NewRevision(iri, PIVI.Initiative.value, content.encode(), by="test", origin="load")
        projections.journal.append([revision])
        projections.catch_up()
        until(lambda: endpoint.snapshots.now.version == projections.version)

    return one_more


def test_a_citation_keeps_query_version_day_count_and_hash(citations: Citations, endpoint: Endpoint) -> None:
    made = citations.cite(INITIATIVES, client="a")
    kept = citations.get(made.ref)
    assert kept == made
    assert (kept.query, kept.form) == (INITIATIVES, Form.SELECT)
    assert kept.version == endpoint.snapshots.now.version
    assert kept.at.utcoffset() is not None
    rows = endpoint.ask(Question(INITIATIVES, TSV), client="a").body.decode().splitlines(keepends=True)
    assert kept.answer.count == len(rows) - 1
    # What anybody can work out from the TSV with sort and sha256sum.
    assert kept.answer.digest == hashlib.sha256("".join([rows[0], *sorted(rows[1:])]).encode()).hexdigest()


def test_an_address_is_short_and_opaque(citations: Citations) -> None:
    made = [citations.cite(f"ASK {{ ?s ?p {n} }}", client="a").ref for n in range(5)]
    assert len(set(made)) == 5
    assert all(re.fullmatch("[2-9b-df-hj-km-np-tv-z]{8}", ref) for ref in made)


def test_the_same_query_on_the_same_version_has_one_address_whoever_cites_it(citations: Citations) -> None:
    first = citations.cite(INITIATIVES, client="a")
    assert citations.cite(INITIATIVES, client="b") == first
    assert citations.cite("\r\n" + INITIATIVES.replace("\n", "\r\n") + "\r\n", client="c") == first
    assert citations.cite(INITIATIVES + " LIMIT 5", client="b") != first


def test_queries_cited_at_once_get_one_address(citations: Citations, endpoint: Endpoint) -> None:
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/pivi/ns#Story> }"
    refs: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: refs.append(citations.cite(query, client=f"k{n}").ref))
        for n in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refs) == 6
    assert len(set(refs)) == 1


def test_an_answer_is_the_same_until_its_rows_change(
    citations: Citations, publish: Callable[[str], None]
) -> None:
    rows = citations.cite(INITIATIVES, client="a")
    graph = citations.cite(
        "PREFIX pivi: <https://w3id.org/pivi/ns#> CONSTRUCT WHERE { ?s pivi:kind ?k }", client="a"
    )
    stories = citations.cite("ASK { ?s a <https://w3id.org/pivi/ns#Story> }", client="a")
    assert all(citations.compare(each, client="a").same for each in (rows, graph, stories))
    publish("tillkom1")
    now = citations.compare(rows, client="a")
    assert now.same is False
    assert now.answer.count == rows.answer.count + 1
    assert now.version > rows.version
    assert citations.compare(graph, client="a").same is False
    assert citations.compare(stories, client="a").same is True
    again = citations.cite(INITIATIVES, client="a")
    assert again.ref != rows.ref
    assert citations.compare(again, client="a").same is True


def test_what_comes_in_another_order_is_the_same_answer() -> None:
    header = b"?a\t?b\n"
    one = fingerprint.of_rows(header + b"1\t2\n3\t4\n3\t4\n")
    assert one == fingerprint.of_rows(header + b"3\t4\n1\t2\n3\t4\n")
    assert one != fingerprint.of_rows(header + b"3\t4\n1\t2\n")  # equal rows count
    assert one != fingerprint.of_rows(b"?a\t?c\n1\t2\n3\t4\n3\t4\n")
    assert one.count == 3
    assert fingerprint.of_rows(b"?a\n").count == 0
    assert fingerprint.of_rows(b"?a\n\n").count == 1  # a row that binds nothing


def test_graphs_with_blank_nodes_are_compared_by_their_canonical_form() -> None:
    one = b'<http://x/a> <http://x/p> _:b1 .\n_:b1 <http://x/q> "> _:c ."@sv .\n'
    other = b'_:z <http://x/q> "> _:c ."@sv .\n<http://x/a> <http://x/p> _:z .\n'
    assert fingerprint.of_graph(one) == fingerprint.of_graph(other)
    assert fingerprint.of_graph(one).count == 2
    assert not fingerprint.of_graph(one).blank
    without = b'<http://x/a> <http://x/q> "> _:c ."@sv .\n'
    assert fingerprint.of_graph(without).digest == hashlib.sha256(without).hexdigest()


def test_a_graph_made_with_blank_nodes_is_the_same_when_made_again(citations: Citations) -> None:
    query = "CONSTRUCT { ?s <http://x/about> [ <http://x/kind> ?k ] } WHERE { ?s <https://w3id.org/pivi/ns#kind> ?k }"
    assert citations.compare(citations.cite(query, client="a"), client="a").same is True


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT (NOW() AS ?n) {}", Reason.VOLATILE),
        ("SELECT (rand () AS ?n) {}", Reason.VOLATILE),
        ("SELECT ?s { ?s ?p ?o FILTER (?o < UUID() && ?p > ?s) }", Reason.VOLATILE),
        ("SELECT ?s { ?s ?p ?o } LIMIT 5", Reason.CUT),
        ("SELECT ?s { ?s ?p ?o } offset 5", Reason.CUT),
        ("SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 5 } ?s ?q ?r } ORDER BY ?s", Reason.CUT),
        ("DESCRIBE ?s { ?s ?p ?o } LIMIT 1", Reason.CUT),
        ("SELECT (SAMPLE(?o) AS ?x) { ?s ?p ?o }", Reason.SAMPLED),
        ('SELECT (group_concat(?o; separator=" ") AS ?x) { ?s ?p ?o }', Reason.SAMPLED),
    ],
)
def test_a_query_that_may_answer_the_same_data_in_several_ways_says_why(query: str, why: Reason) -> None:
    assert reasons(query) == (why,)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5",
        "SELECT ?s { { SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5 } ?s ?q ?r }",
        'SELECT ?now ?rand { ?now ?rand "NOW() LIMIT 5" } # SAMPLE(',
        "PREFIX now: <http://x/> SELECT ?s { ?s now:limit ?sample ; now:now ( 1 ) }",
        "SELECT ?i { SERVICE <https://w3id.org/pivi/ns#search> { ?i <https://w3id.org/pivi/ns#matches> 'a' } }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    ],
)
def test_a_query_with_one_right_answer_can_be_compared(query: str) -> None:
    assert reasons(query) == ()


def test_what_cannot_be_compared_is_kept_and_says_why(citations: Citations) -> None:
    now = citations.compare(citations.cite("SELECT (NOW() AS ?n) {}", client="a"), client="a")
    assert (now.same, now.reasons, now.answer.count) == (None, (Reason.VOLATILE,), 1)
    nameless = citations.cite("SELECT ?b { BIND (BNODE() AS ?b) }", client="a")
    assert citations.compare(nameless, client="a").reasons == (Reason.VOLATILE, Reason.BLANK)


@pytest.fixture
def hasty(endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries may take a second, which does not go by while they wait for a worker."""
    until(lambda: endpoint.pool.ready > 0)
    monkeypatch.setattr(endpoint, "settings", replace(settings, sparql_seconds=1))


@pytest.mark.usefixtures("hasty")
def test_the_time_limit_of_the_endpoint_holds_for_citations(citations: Citations) -> None:
    with pytest.raises(TooSlow):
        citations.cite(SLOW, client="a")


def test_the_limits_of_the_endpoint_hold_for_citations(citations: Citations) -> None:
    with pytest.raises(TooLarge):
        citations.cite("SELECT * { ?s ?p ?o }", client="a")
    with pytest.raises(Malformed):
        citations.cite("SELECT", client="a")
    with pytest.raises(TooLong, match="10000"):
        citations.cite(INITIATIVES + "#" * 10_000, client="a")
    with pytest.raises(NotFound):
        citations.get("bcdfghjk")


@pytest.mark.usefixtures("hasty")
def test_nodes_that_cannot_be_told_apart_cost_no_more_than_the_limits(citations: Citations) -> None:
    clique = " . ".join(f"_:n{a} <http://x/p> _:n{b}" for a in range(12) for b in range(12) if a != b)
    with pytest.raises((TooSlow, TooLarge)):
        citations.cite(f"CONSTRUCT {{ {clique} }} WHERE {{}}", client="a")


def test_one_client_makes_so_many_in_an_hour_and_failures_do_not_count(
    endpoint: Endpoint, projections: Projections, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "settings", replace(settings, sparql_citations_hour=2))
    citations = Citations(endpoint, projections.journal.database)
    with pytest.raises(Malformed):
        citations.cite("SELECT ?x", client="a")
    first = citations.cite("ASK { ?s ?p 101 }", client="a")
    citations.cite("ASK { ?s ?p 102 }", client="a")
    with pytest.raises(TooMany, match="2 frågor den senaste timmen"):
        citations.cite("ASK { ?s ?p 103 }", client="a")
    assert citations.cite("ASK { ?s ?p 101 }", client="a") == first  # it is there already
    citations.cite("ASK { ?s ?p 103 }", client="b")


def test_the_number_in_all_is_bounded_and_nothing_is_deleted(
    endpoint: Endpoint, projections: Projections, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _rows(projections)
    monkeypatch.setattr(endpoint, "settings", replace(settings, sparql_citations=len(kept) + 1))
    citations = Citations(endpoint, projections.journal.database)
    last = citations.cite("ASK { ?s ?p 201 }", client="a")
    with pytest.raises(TooMany, match="som är gränsen"):
        citations.cite("ASK { ?s ?p 202 }", client="a")
    assert citations.get(last.ref) == last
    assert {*kept, last.ref} == set(_rows(projections))


def test_who_cited_is_kept_nowhere(citations: Citations, projections: Projections) -> None:
    citations.cite("ASK { ?s ?p 301 }", client="198.51.100.77")
    with projections.journal.database.read() as connection:
        rows = connection.execute(sa.text("SELECT * FROM citations")).all()
    assert not any("198.51" in str(row) for row in rows)
    assert "198.51" not in str(vars(citations._allowance))


def test_a_journal_of_an_earlier_release_gets_the_tables_and_keeps_its_revisions(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(file)
    journal.append([NewRevision("http://x/a", "t", b"", by="test", origin="load")])
    with journal.database.write() as connection:
        later = set(sa.inspect(connection).get_table_names()) - {"revisions", "alembic_version"}
        for table in later:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    journal.close()
    journal = Journal.open(file)
    assert journal.head() == 1
    with journal.database.read() as connection:
        assert {"citations", "hidden_citations"} <= later
        for table in later:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    journal.close()


def _rows(projections: Projections) -> list[str]:
    with projections.journal.database.read() as connection:
        return list(connection.execute(sa.text("SELECT ref FROM citations")).scalars())
