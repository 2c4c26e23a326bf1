"""The cases of W3C's suite for the SPARQL 1.1 Protocol, one test of the same name for each.

The suite (data-sparql11/protocol, approved 2012-11-20) sends its requests to a service that fetches the
graphs they name and that can be written to. This one has one graph and is only read, so three things differ:

- A graph of the suite is a 400 that names it (section 2.1.4: a service may reject the dataset of a request).
  The case is then sent again with the published data as its default graph, and succeeds as the suite has it.
- There are no named graphs; a request for one is a 400 and never an empty answer.
- An update is a 403, whatever it says (section 2.2.4).
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from .conftest import FORM, GRAPH, QUERY, Client, Reply

UPDATE = "application/sparql-update"
DATA = tuple(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4))
ENDPOINT = "/sparql"
TYPED = "?initiative a <https://w3id.org/pivi/ns#Initiative>"
TRUTH = {"application/sparql-results+json", "application/sparql-results+xml"}
ROWS = TRUTH | {"text/csv", "text/tab-separated-values"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


def address(*pairs: tuple[str, str]) -> str:
    return f"{ENDPOINT}?{urlencode(pairs, quote_via=quote)}" if pairs else ENDPOINT


def default(*graphs: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", graph) for graph in graphs]


def of_names(*graphs: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", graph) for graph in graphs]


def says_true(reply: Reply) -> bool:
    return reply.status == 200 and reply.type in TRUTH and reply.json["boolean"] is True


def lacks(reply: Reply, *graphs: str) -> bool:
    """Whether the request was refused for one of these graphs, which the service does not have."""
    return reply.status == 400 and any(graph in reply.json["detail"] for graph in graphs)


def read_only(reply: Reply) -> bool:
    return reply.status == 403 and reply.json["type"].endswith("#read-only")


# --- queries --------------------------------------------------------------------------------------------


def test_query_get(client: Client) -> None:
    assert lacks(client.send("GET", address(("query", "ASK {}"), *default(DATA[0]))), DATA[0])
    assert says_true(client.send("GET", address(("query", "ASK {}"), *default(GRAPH))))


def test_query_post_form(client: Client) -> None:
    """The suite puts the form into the body and the graph into the address."""

    def sent(graph: str) -> Reply:
        return client.send("POST", address(*default(graph)), b"query=ASK%20%7B%7D", {"Content-Type": FORM})

    assert lacks(sent(DATA[0]), DATA[0])
    assert says_true(sent(GRAPH))


def test_query_post_direct(client: Client) -> None:
    assert says_true(client.send("POST", ENDPOINT, b"ASK {}", {"Content-Type": QUERY}))


def test_query_dataset_default_graphs_get(client: Client) -> None:
    query = f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"
    reply = client.send("GET", address(("query", query), *default(DATA[1], DATA[2])))
    assert lacks(reply, DATA[1], DATA[2])
    published = f"ASK {{ {TYPED} }}"
    assert says_true(client.send("GET", address(("query", published), *default(GRAPH, GRAPH))))


def test_query_dataset_default_graphs_post(client: Client) -> None:
    query = f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"
    reply = client.direct(query, address=address(*default(DATA[1], DATA[2])))
    assert lacks(reply, DATA[1], DATA[2])
    assert says_true(client.direct(f"ASK {{ {TYPED} }}", address=address(*default(GRAPH, GRAPH))))


def test_query_dataset_named_graphs_get(client: Client) -> None:
    query = f"ASK {{ GRAPH ?g1 {{ <{DATA[1]}> a ?type }} GRAPH ?g2 {{ <{DATA[2]}> a ?type }} }}"
    reply = client.send("GET", address(("query", query), *of_names(DATA[1], DATA[2])))
    assert lacks(reply, DATA[1], DATA[2])
    # The published data has no name of its own among named graphs either.
    assert lacks(client.send("GET", address(("query", query), *of_names(GRAPH))), GRAPH)


def test_query_dataset_named_graphs_post(client: Client) -> None:
    query = f"ASK {{ GRAPH ?g1 {{ <{DATA[1]}> a ?type }} GRAPH ?g2 {{ <{DATA[2]}> a ?type }} }}"
    reply = client.direct(query, address=address(*of_names(DATA[1], DATA[2])))
    assert lacks(reply, DATA[1], DATA[2])


def test_query_dataset_full(client: Client) -> None:
    query = (
        f"ASK {{\n  <{DATA[3]}> a ?type\n"
        f"  GRAPH ?g1 {{ <{DATA[1]}> a ?type }}\n  GRAPH ?g2 {{ <{DATA[2]}> a ?type }}\n}}"
    )
    named = of_names(DATA[1], DATA[2])
    assert lacks(client.direct(query, address=address(*default(DATA[3]), *named)), *DATA[1:])
    assert lacks(client.direct(query, address=address(*default(GRAPH), *named)), DATA[1], DATA[2])


def test_query_multiple_dataset(client: Client) -> None:
    """What the request names goes before what the query names, so it is the request's graph that lacks."""
    query = f"ASK FROM <{DATA[3]}> {{ GRAPH ?g1 {{ <{DATA[1]}> a ?type }} }}"
    for named in (of_names(f"{DATA[1]}&named-graph-uri={DATA[2]}"), of_names(DATA[1], DATA[2])):
        reply = client.direct(query, address=address(*named))
        assert lacks(reply, DATA[1]) and not lacks(reply, DATA[3])
    published = f"ASK FROM <{DATA[3]}> {{ {TYPED} }}"
    assert says_true(client.direct(published, address=address(*default(GRAPH))))


@pytest.mark.parametrize("graph", [DATA[0], GRAPH])
def test_query_content_type_select(client: Client, graph: str) -> None:
    reply = client.direct("SELECT (1 AS ?value) {}", address=address(*default(graph)))
    assert lacks(reply, graph) if graph == DATA[0] else (reply.status == 200 and reply.type in ROWS)


@pytest.mark.parametrize("graph", [DATA[0], GRAPH])
def test_query_content_type_ask(client: Client, graph: str) -> None:
    reply = client.direct("ASK {}", address=address(*default(graph)))
    assert lacks(reply, graph) if graph == DATA[0] else (reply.status == 200 and reply.type in TRUTH)


@pytest.mark.parametrize("graph", [DATA[0], GRAPH])
def test_query_content_type_describe(client: Client, graph: str) -> None:
    reply = client.direct("DESCRIBE <http://example.org/>", address=address(*default(graph)))
    assert lacks(reply, graph) if graph == DATA[0] else (reply.status == 200 and reply.type in RDF)


@pytest.mark.parametrize("graph", [DATA[0], GRAPH])
def test_query_content_type_construct(client: Client, graph: str) -> None:
    reply = client.direct("CONSTRUCT { <s> <p> 1 } WHERE {}", address=address(*default(graph)))
    assert lacks(reply, graph) if graph == DATA[0] else (reply.status == 200 and reply.type in RDF)


# --- queries that no service may answer -----------------------------------------------------------------


def test_bad_query_method(client: Client) -> None:
    asked = address(("query", "ASK {}"), *default(DATA[0]))
    assert client.send("PUT", asked, b"", {"Content-Type": FORM}).status == 405


def test_bad_multiple_queries(client: Client) -> None:
    asked = address(("query", "ASK {}"), ("query", "SELECT * {}"))
    assert client.send("GET", asked).status == 400


def test_bad_query_wrong_media_type(client: Client) -> None:
    assert client.send("POST", ENDPOINT, b"ASK {}", {"Content-Type": "text/plain"}).status == 415


def test_bad_query_missing_form_type(client: Client) -> None:
    assert client.send("POST", ENDPOINT, b"query=ASK%20%7B%7D").status == 415


def test_bad_query_missing_direct_type(client: Client) -> None:
    assert client.send("POST", ENDPOINT, b"ASK {}").status == 415


def test_bad_query_non_utf8(client: Client) -> None:
    body = "ASK {}".encode("utf-16")
    assert len(body) == 14 and body[:2] in (b"\xff\xfe", b"\xfe\xff"), "with its mark, as the suite sends it"
    assert client.send("POST", ENDPOINT, body, {"Content-Type": f"{QUERY}; charset=UTF-16"}).status == 415


def test_bad_query_syntax(client: Client) -> None:
    reply = client.send("GET", address(("query", "ASK {")))
    assert (reply.status, reply.json["line"]) == (400, 1)


# --- updates, which a catalogue that is only read refuses -----------------------------------------------

CLEAR = "DROP ALL ; INSERT DATA { GRAPH <http://e/g> { <http://e/s> a <http://e/C> } }"


def refuses_to_change(client: Client, *dataset: tuple[str, str]) -> bool:
    before = client.direct("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows
    refused = read_only(client.direct(CLEAR, UPDATE, address(*dataset)))
    return refused and client.direct("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows == before


def test_update_dataset_default_graph(client: Client) -> None:
    assert refuses_to_change(client, ("using-graph-uri", DATA[1]))


def test_update_dataset_default_graphs(client: Client) -> None:
    assert refuses_to_change(client, ("using-graph-uri", DATA[1]), ("using-graph-uri", DATA[2]))


def test_update_dataset_named_graphs(client: Client) -> None:
    assert refuses_to_change(client, ("using-named-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2]))


def test_update_dataset_full(client: Client) -> None:
    assert refuses_to_change(client, ("using-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2]))


def test_update_post_form(client: Client) -> None:
    assert read_only(client.send("POST", ENDPOINT, b"update=CLEAR+ALL", {"Content-Type": FORM}))


def test_update_post_direct(client: Client) -> None:
    assert read_only(client.direct("CLEAR ALL", UPDATE))


def test_update_base_uri(client: Client) -> None:
    """Its update is refused; that IRIs are resolved against a base of the service is shown by a query."""
    update = (
        "INSERT DATA { GRAPH <http://example.org/protocol-base-test/> { <http://e/s> <http://e/p> <test> } }"
    )
    assert read_only(client.direct(update, UPDATE))
    (row,) = client.direct("SELECT ?o { BIND(<test> AS ?o) }").rows
    assert row["o"].endswith("/test") and row["o"].startswith("http://")


def test_bad_update_get(client: Client) -> None:
    assert read_only(client.send("GET", address(("update", "CLEAR ALL"))))


def test_bad_multiple_updates(client: Client) -> None:
    body = b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"
    assert read_only(client.send("POST", ENDPOINT, body, {"Content-Type": FORM}))


def test_bad_update_wrong_media_type(client: Client) -> None:
    assert client.send("POST", ENDPOINT, b"CLEAR NAMED", {"Content-Type": "text/plain"}).status == 415


def test_bad_update_missing_form_type(client: Client) -> None:
    assert client.send("POST", ENDPOINT, b"update=CLEAR%20NAMED").status == 415


def test_bad_update_non_utf8(client: Client) -> None:
    body = "CLEAR NAMED".encode("utf-16")
    assert client.send("POST", ENDPOINT, body, {"Content-Type": f"{UPDATE}; charset=UTF-16"}).status == 415


def test_bad_update_syntax(client: Client) -> None:
    assert read_only(client.send("POST", ENDPOINT, b"update=CLEAR%20XYZ", {"Content-Type": FORM}))


def test_bad_update_dataset_conflict(client: Client) -> None:
    conflict = (
        "WITH <http://example/addresses> DELETE { ?p <http://e/n> 'Bill' } WHERE { ?p <http://e/n> 'Bill' }"
    )
    reply = client.direct(conflict, UPDATE, address(("using-named-graph-uri", "http://example/people")))
    assert read_only(reply)
