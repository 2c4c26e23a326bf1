"""SPARQL 1.1 Protocol, section 2.1.6, and RFC 9110, section 12: the format that the client likes best."""

from __future__ import annotations

import csv
import gzip
import io
import json
from xml.etree import ElementTree

import pytest
from rdflib import Graph
from rdflib.compare import to_isomorphic
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.query import Result

from .conftest import ASK, GRAPH_OF, PIVI, TITLES, Client

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT, RDFXML, JSONLD = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
)

# Terms of every kind, in a row that is easily broken by a careless format.
TERMS = """SELECT ?iri ?plain ?tagged ?number ?typed ?odd ?blank ?unbound {
  VALUES (?iri ?plain ?tagged ?number ?typed ?odd) {
    (<http://e/å?a=1&b=2> "enkel" "märkt"@sv 42 "2026-11-22"^^<http://www.w3.org/2001/XMLSchema#date> "a,\\"b\\"\\t\\n<å>&😀")
    (<http://e/2> "" "tagged"@en-GB 1.50 true "''")
  } OPTIONAL { FILTER(false) BIND(1 AS ?unbound) } BIND(BNODE() AS ?blank) }"""


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("application/json", JSON),
        (XML, XML),
        ("application/xml", XML),
        ("text/xml", XML),
        (CSV, CSV),
        (TSV, TSV),
        ("text/*", CSV),
        (f"{CSV};q=0.5, {TSV};q=0.6", TSV),
        (f"{CSV};q=0.5, */*;q=0.4", CSV),
        (f"{JSON};q=0, */*", XML),
        (f"{JSON};q=0, application/*;q=0.5, {CSV};q=0.4", XML),
        (f"{XML};q=0.9;charset=utf-8,{JSON};q=0.95", JSON),
        (f"text/turtle, {XML};q=0.1", XML),
        ("TEXT/CSV", CSV),
        (f"text/html;q=0.2, {TSV}", TSV),
        (f"application/rdf+xml, {JSON}", JSON),
    ],
)
def test_rows(client: Client, accept: str, served: str) -> None:
    reply = client.get(TITLES, accept=accept) if accept else client.get(TITLES)
    assert (reply.status, reply.type) == (200, served)
    assert "accept" in reply.headers["vary"].lower()


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("*/*", TURTLE),
        (TURTLE, TURTLE),
        (NT, NT),
        ("text/plain", NT),
        (RDFXML, RDFXML),
        ("application/xml", RDFXML),
        (JSONLD, JSONLD),
        ("application/json", JSONLD),
        (f"{TURTLE};q=0.3, {RDFXML};q=0.7, {NT};q=0.5", RDFXML),
        (f"{JSON}, {NT};q=0.1", NT),
    ],
)
def test_graphs(client: Client, accept: str, served: str) -> None:
    for query in (GRAPH_OF, "DESCRIBE <https://w3id.org/pivi/ns#Initiative>"):
        assert client.get(query, accept=accept).type == served


@pytest.mark.parametrize(("accept", "served"), [("*/*", JSON), (XML, XML), (f"{CSV}, {XML};q=0.1", XML)])
def test_truth(client: Client, accept: str, served: str) -> None:
    assert client.get(ASK, accept=accept).type == served


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (TITLES, TURTLE),
        (TITLES, "image/png"),
        (TITLES, f"{JSON};q=0"),
        (ASK, CSV),
        (GRAPH_OF, CSV),
        (GRAPH_OF, JSON),
    ],
)
def test_a_format_that_the_answer_does_not_come_in_is_a_406_that_says_which_there_are(
    client: Client, query: str, accept: str
) -> None:
    reply = client.get(query, accept=accept)
    assert reply.status == 406
    assert (JSON if query != GRAPH_OF else TURTLE) in reply.json["detail"]


@pytest.mark.parametrize(
    ("name", "served"),
    [
        *(("json", JSON), ("xml", XML), ("csv", CSV), ("tsv", TSV), ("CSV", CSV), (JSON, JSON), (XML, XML)),
        *(("text/csv", CSV), ("application/json", JSON)),
    ],
)
def test_format_as_a_parameter_goes_before_accept(client: Client, name: str, served: str) -> None:
    assert client.get(TITLES, ("format", name), accept=TSV).type == served
    assert client.form(("query", TITLES), ("format", name)).type == served
    assert client.direct(TITLES, address=f"/sparql?format={name}").type == served, (
        "a plus sign unescaped, too"
    )


@pytest.mark.parametrize(
    ("name", "served"),
    [
        *(("ttl", TURTLE), ("turtle", TURTLE), ("n3", TURTLE), ("nt", NT), ("rdf", RDFXML), ("xml", RDFXML)),
        *(("rdf+xml", RDFXML), ("jsonld", JSONLD), ("json-ld", JSONLD), ("json", JSONLD)),
    ],
)
def test_format_of_graphs(client: Client, name: str, served: str) -> None:
    assert client.get(GRAPH_OF, ("format", name)).type == served


def test_an_unknown_format_is_a_406_that_names_the_others(client: Client) -> None:
    reply = client.get(TITLES, ("format", "xlsx"))
    assert reply.status == 406 and "json, xml, csv, tsv" in reply.json["detail"]


# --- gzip -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        *(
            ("gzip", True),
            ("x-gzip", True),
            ("*", True),
            ("deflate, gzip;q=0.5", True),
            ("*;q=0, gzip", True),
        ),
        *(("", False), ("identity", False), ("gzip;q=0", False), ("gzip;q=0.0, *", False), ("br", False)),
    ],
)
def test_gzip_for_those_who_take_it(client: Client, accepted: str, packed: bool) -> None:
    plain = client.get(TITLES)
    reply = client.get(TITLES, accept_encoding=accepted) if accepted else plain
    assert ("content-encoding" in reply.headers) is packed
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.text == plain.text
    assert "accept-encoding" in reply.headers["vary"].lower()


def test_a_large_answer_comes_whole_packed_or_not(client: Client) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 9000"
    plain, packed = client.get(query), client.get(query, accept_encoding="gzip")
    assert len(plain.body) > 1_000_000 and len(plain.rows) == 9_000
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["content-length"]) == len(packed.body)


# --- the same answer in every format --------------------------------------------------------------------


def test_rows_are_the_same_in_every_format(client: Client) -> None:
    parseQuery(TERMS)
    results = {}
    for accept, name in ((JSON, "json"), (XML, "xml"), (TSV, "tsv")):
        found = Result.parse(io.BytesIO(client.get(TERMS, accept=accept).body), format=name)
        names = [str(each) for each in found.vars or ()]
        rows = [[row.get(each) for each in found.vars or ()] for row in found.bindings]
        # Blank nodes have other names in each answer.
        blank = names.index("blank")
        results[name] = (names, sorted([[repr(t) for i, t in enumerate(row) if i != blank] for row in rows]))
    assert results["json"] == results["xml"] == results["tsv"]
    assert len(results["json"][1]) == 2


def test_csv_holds_the_values(client: Client) -> None:
    reply = client.get(TERMS, accept=CSV)
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    rows = sorted(csv.DictReader(io.StringIO(reply.text, newline="")), key=lambda row: row["number"])
    found = {
        row["iri"]["value"]: row
        for row in json.loads(client.get(TERMS, accept=JSON).text)["results"]["bindings"]
    }
    for row in rows:
        same = found[row["iri"]]
        assert {k: v for k, v in row.items() if k != "blank"} == {
            k: same[k]["value"] if k in same else "" for k in row if k != "blank"
        }
    assert len(rows) == 2


def test_the_order_of_rows_is_that_of_the_query_in_every_format(client: Client) -> None:
    order = [row["title"] for row in client.get(TITLES).rows]
    assert [row["title"] for row in csv.DictReader(io.StringIO(client.get(TITLES, accept=CSV).text))] == order
    tree = ElementTree.fromstring(client.get(TITLES, accept=XML).text)
    space = "{http://www.w3.org/2005/sparql-results#}"
    found = [each for each in tree.iter(f"{space}binding") if each.get("name") == "title"]
    assert [each[0].text for each in found] == order


def test_truth_is_the_same_in_both_formats(client: Client) -> None:
    for query, truth in ((ASK, True), ("ASK { <a> <b> <c> }", False)):
        found = [
            Result.parse(io.BytesIO(client.get(query, accept=a).body), format=n)
            for a, n in ((JSON, "json"), (XML, "xml"))
        ]
        assert [each.askAnswer for each in found] == [truth, truth]


def test_graphs_are_the_same_in_every_format(client: Client) -> None:
    query = (
        PIVI
        + """CONSTRUCT { ?i dct:title ?title ; pivi:x [ dct:title "å\\n\\"😀"@sv, 1.50, true ] }
        { ?i a pivi:Initiative ; dct:title ?title } ORDER BY ?i LIMIT 3"""
    )
    formats = ((TURTLE, "turtle"), (NT, "nt"), (RDFXML, "xml"), (JSONLD, "json-ld"))
    graphs = [Graph().parse(data=client.get(query, accept=a).body, format=n) for a, n in formats]
    assert len(graphs[0]) >= 12
    assert len({to_isomorphic(graph).internal_hash() for graph in graphs}) == 1


def test_no_rows_and_no_triples_are_whole_documents_too(client: Client) -> None:
    for accept, name in ((JSON, "json"), (XML, "xml"), (CSV, "csv"), (TSV, "tsv")):
        found = Result.parse(
            io.BytesIO(client.get("SELECT ?a { <a> <b> ?a }", accept=accept).body), format=name
        )
        assert len(found.bindings) == 0
    for accept, name in ((TURTLE, "turtle"), (NT, "nt"), (RDFXML, "xml"), (JSONLD, "json-ld")):
        body = client.get("CONSTRUCT { ?a <b> <c> } { <a> <b> ?a }", accept=accept).body
        assert len(Graph().parse(data=body, format=name)) == 0


@pytest.mark.parametrize("path", ["/sparql", "/en/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=ASK"])
@pytest.mark.parametrize("accept", ["text/html", "application/sparql-results+xml", "text/turtle"])
def test_page_and_data_say_that_the_other_one_is_there(client: Client, path: str, accept: str) -> None:
    reply = client.send("GET", path, None, {"Accept": accept})
    assert "Accept" in {each.strip() for each in reply.headers["vary"].split(",")}
