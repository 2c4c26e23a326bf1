"""SPARQL 1.1 Protocol, section 2.1.4: the dataset of a query, named in the request or in the query."""

from __future__ import annotations

import pytest

from .conftest import ASK, GRAPH, QUERY, TITLES, Client

OTHER = "http://e/graf"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"


def test_the_published_data_may_be_named_as_the_default_graph(client: Client) -> None:
    rows = client.get(TITLES).rows
    assert rows == client.get(TITLES, (DEFAULT, GRAPH)).rows
    assert rows == client.form(("query", TITLES), (DEFAULT, GRAPH)).rows
    assert rows == client.direct(TITLES, address=f"/sparql?{DEFAULT}={GRAPH.replace('#', '%23')}").rows
    assert rows == client.get(TITLES, (DEFAULT, GRAPH), (DEFAULT, GRAPH)).rows
    assert rows == client.get(TITLES.replace("{ ?i a", f"FROM <{GRAPH}> {{ ?i a")).rows
    assert rows == client.get(TITLES.replace("{ ?i a", "FROM <#data> { ?i a")).rows


def test_a_parameter_without_a_value_names_nothing(client: Client) -> None:
    assert client.get(ASK, (DEFAULT, ""), (NAMED, "")).status == 200


@pytest.mark.parametrize("name", [DEFAULT, NAMED])
def test_a_graph_that_is_not_there_is_a_400_and_no_empty_answer(client: Client, name: str) -> None:
    for reply in (
        client.get(ASK, (name, OTHER)),
        client.get(ASK, (DEFAULT, GRAPH), (name, OTHER)),
        client.form(("query", ASK), (name, OTHER)),
        client.direct(ASK, QUERY, f"/sparql?{name}={OTHER}"),
    ):
        assert reply.status == 400
        assert OTHER in reply.json["detail"]


@pytest.mark.parametrize(
    "clause", [f"FROM <{OTHER}>", f"FROM NAMED <{OTHER}>", f"FROM <{GRAPH}> FROM <{OTHER}>"]
)
def test_so_is_one_that_the_query_names(client: Client, clause: str) -> None:
    reply = client.get(f"ASK {clause} {{ ?s ?p ?o }}")
    assert reply.status == 400 and OTHER in reply.json["detail"]


def test_what_the_request_names_goes_before_what_the_query_names(client: Client) -> None:
    """Section 2.1.4: the dataset of the protocol replaces that of the query."""
    assert client.get(f"ASK FROM <{OTHER}> {{ ?s ?p ?o }}", (DEFAULT, GRAPH)).status == 200
    assert client.get(f"ASK FROM <{GRAPH}> {{ ?s ?p ?o }}", (DEFAULT, OTHER)).status == 400


@pytest.mark.parametrize("name", [f"<{OTHER}>", f"<{GRAPH}>", "<#data>", "x:y"])
def test_so_is_one_that_a_pattern_names(client: Client, name: str) -> None:
    """Its answer would be empty, as if nothing were published."""
    for pattern in (f"GRAPH {name} {{ ?s ?p ?o }}", f"?s ?p ?o OPTIONAL {{ graph {name} {{ ?s ?p ?o }} }}"):
        reply = client.get(f"PREFIX x: <{OTHER}>\nASK {{ {pattern} }}")
        assert reply.status == 400 and "GRAPH" in reply.json["detail"]
        assert (reply.json["line"], reply.json["column"]) == (2, 7 + pattern.index(name))
    reply = client.get(f"PREFIX x: <{OTHER}>\nASK {{ GRAPH {name} {{ ?s ?p ?o }} }}", (DEFAULT, GRAPH))
    assert reply.status == 400


def test_there_are_no_named_graphs(client: Client) -> None:
    assert client.get("ASK { GRAPH ?g { ?s ?p ?o } }").json["boolean"] is False
