"""VoID: the numbers are true, the examples are there, and counting does not happen each time."""

from __future__ import annotations

import threading
from collections import Counter as Tally
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import rdflib
from pyoxigraph import NamedNode, QuerySolutions
from rdflib.namespace import RDF, VOID
from rdflib.term import URIRef

from catalogue.errors import Busy
from catalogue.export.counts import Counter, count
from catalogue.projections import Projections
from catalogue.store import Store, Term
from tests.export.conftest import BASE, DCAT, HERE, Get, graph

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="module")
def told(get: Get) -> rdflib.Graph:
    return graph(get("/.well-known/void"))


def test_the_numbers_are_those_of_what_is_published(told: rdflib.Graph, projections: Projections) -> None:
    with projections.snapshot() as shown:
        published = list(shown.store.triples())
    whole = HERE.allt
    for predicate, number in (
        (VOID.triples, len(published)),
        (VOID.distinctSubjects, len({triple.subject for triple in published})),
        (VOID.distinctObjects, len({triple.object for triple in published})),
        (VOID.properties, len({triple.predicate for triple in published})),
        (VOID.classes, len({triple.object for triple in published if triple.predicate == TYPE})),
    ):
        assert told.value(whole, predicate).toPython() == number, predicate
    properties = Tally(triple.predicate.value for triple in published)
    assert {
        str(told.value(part, VOID.property)): told.value(part, VOID.triples).toPython()
        for part in told.objects(whole, VOID.propertyPartition)
    } == properties
    classes = Tally(triple.object.value for triple in published if triple.predicate == TYPE)
    assert {
        str(told.value(part, VOID["class"])): told.value(part, VOID.entities).toPython()
        for part in told.objects(whole, VOID.classPartition)
    } == classes


def test_its_version_and_numbers_are_those_that_sparql_and_the_catalogue_tell(
    told: rdflib.Graph, swedish: rdflib.Graph, get: Get
) -> None:
    reply = get(
        "/sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B?s%20?p%20?o%7D",
        accept="application/sparql-results+json",
    )
    assert told.value(HERE.allt, VOID.triples).toPython() == int(reply.rows[0]["n"])
    version = str(told.value(HERE.allt, DCAT.version))
    assert version == reply.headers["pivi-dataset-version"] == str(swedish.value(HERE.allt, DCAT.version))


def test_the_examples_and_the_endpoint_are_there(told: rdflib.Graph, get: Get) -> None:
    examples = set(told.objects(HERE.allt, VOID.exampleResource))
    assert len(examples) == 4
    for example in examples:
        if example.startswith(BASE):
            reply = get(example, accept="text/turtle")
            assert reply.status == 303
            data = graph(get(reply.headers["location"]))
            assert (URIRef(example), RDF.type, None) in data
    assert told.value(HERE.allt, VOID.sparqlEndpoint) == URIRef(BASE + "sparql")


def test_every_format_of_void_holds_the_same_graph(told: rdflib.Graph, get: Get) -> None:
    assert get("/.well-known/void").type == "text/turtle"
    for media_type in ("application/rdf+xml", "application/ld+json", "application/n-triples"):
        reply = get("/.well-known/void", accept=media_type)
        assert reply.type == media_type
        assert set(graph(reply)) == set(told)


class Clock:
    """A clock that moves when it is told to, and by `step` each time that it is read."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def store(things: int) -> Store:
    return Store.in_memory(
        f"<http://example.org/{number}> <{TYPE.value}> <http://example.org/Thing> .\n".encode()
        for number in range(things)
    )


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()


def test_one_version_is_counted_once(clock: Clock) -> None:
    counter = Counter(BASE, clock)
    first = counter.counts(store(3), 1, NOON)
    assert counter.counts(store(99), 1, NOON) is first
    assert first.triples == first.subjects == 3
    assert first.examples == {"http://example.org/Thing": "http://example.org/0"}


def test_after_a_long_count_the_version_before_is_told_for_a_while(clock: Clock) -> None:
    counter = Counter(BASE, clock)
    clock.step = 4.0  # seconds that the count seems to take
    assert counter.counts(store(3), 1, NOON).version == 1
    clock.step = 0.0
    assert counter.counts(store(4), 2, NOON).version == 1
    clock.now += 1_000
    found = counter.counts(store(4), 2, NOON)
    assert (found.version, found.triples) == (2, 4)


def test_while_the_first_count_goes_on_others_are_told_to_come_back(clock: Clock) -> None:
    counter = Counter(BASE, clock)
    began, go_on = threading.Event(), threading.Event()

    class Slow(Store):
        """A store that begins to be counted and goes on when it is told to."""

        def query(self, name: str, **terms: Term) -> QuerySolutions:
            began.set()
            assert go_on.wait(60)
            return super().query(name, **terms)

    content = f"<http://example.org/1> <{TYPE.value}> <http://example.org/Thing> .\n".encode()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(counter.counts, Slow.in_memory([content]), 1, NOON)
        assert began.wait(60)
        with pytest.raises(Busy):
            counter.counts(store(9), 1, NOON)
        go_on.set()
        assert first.result().triples == 1
    assert counter.counts(store(9), 1, NOON) is first.result()


def test_counting_an_empty_store_gives_nothing() -> None:
    found = count(Store.in_memory(), 0, NOON, BASE)
    assert (found.triples, found.subjects, found.objects, dict(found.classes)) == (0, 0, 0, {})
