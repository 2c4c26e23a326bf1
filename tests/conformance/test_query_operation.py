"""SPARQL 1.1 Protocol, section 2.1: the query operation by GET, by form and by the query itself."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from .conftest import ASK, FORM, GRAPH_OF, QUERY, SLOW, TITLES, Client

PLAIN = "application/sparql-results+json"


def test_get(client: Client) -> None:
    reply = client.get(TITLES)
    assert (reply.status, reply.type, len(reply.rows)) == (200, PLAIN, 20)


def test_post_by_form(client: Client) -> None:
    assert client.form(("query", TITLES)).rows == client.get(TITLES).rows


@pytest.mark.parametrize("path", ["/sparql/", "/en/sparql/"])
def test_an_address_with_a_slash_at_its_end_is_the_endpoint_too(client: Client, path: str) -> None:
    asked = f"{path}?query={quote(TITLES)}"
    page = client.send("GET", asked, None, {"Accept": "text/html"})
    assert (page.status, page.headers["location"]) == (308, f"{path.rstrip('/')}?query={quote(TITLES)}")
    form = client.send("POST", path, f"query={quote(TITLES)}".encode(), {"Content-Type": FORM})
    assert client.send("GET", asked, None, {"Accept": PLAIN}).rows == form.rows == client.get(TITLES).rows
    assert client.send("GET", path, None, {"Accept": "text/turtle"}).type == "text/turtle"


@pytest.mark.parametrize("quoted", [True, False], ids=["percent-encoded", "as they are"])
@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        (FORM, "utf-8"),
        (f"{FORM}; charset=UTF-8", "utf-8"),
        (f'{FORM};charset="utf-8"', "utf-8"),
        (f"{FORM}; charset=ISO-8859-1", "latin-1"),
    ],
)
def test_post_by_form_in_a_charset(client: Client, kind: str, charset: str, quoted: bool) -> None:
    query = 'SELECT ("åäö" AS ?x) {}'.encode(charset)
    body = b"query=" + (quote(query).encode() if quoted else query)
    assert client.send("POST", "/sparql", body, {"Content-Type": kind}).rows == [{"x": "åäö"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_query_of_many_lines_by_every_way(client: Client, end: str) -> None:
    """Comments end with their line, and long strings hold theirs."""
    lines = ["# Räkna", "", "SELECT ?x # inget } mer", "{", '\tBIND("""en', 'två""" AS ?x)', "}", ""]
    query = end.join(lines)
    for reply in (client.get(query), client.form(("query", query)), client.direct(query)):
        assert reply.rows == [{"x": f"en{end}två"}]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fault_is_told_by_the_line_that_an_editor_shows(client: Client, end: str) -> None:
    query = end.join(["# Räkna", "", "SELECT ?x", "{", "fel", "}"])
    for reply in (client.get(query), client.form(("query", query)), client.direct(query)):
        assert (reply.status, reply.json["line"]) == (400, 5)


def test_post_of_the_query_itself(client: Client) -> None:
    assert client.direct(TITLES).rows == client.get(TITLES).rows


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        (QUERY, "utf-8"),
        (f"{QUERY}; charset=utf-8", "utf-8"),
        (f'{QUERY};charset="UTF-8"', "utf-8"),
        ("Application/SPARQL-Query", "utf-8"),
        (f"{QUERY}; charset=iso-8859-1", "latin-1"),
    ],
)
def test_post_of_the_query_in_a_charset(client: Client, kind: str, charset: str) -> None:
    reply = client.direct('SELECT ("åäö" AS ?x) {}'.encode(charset), kind)
    assert reply.rows == [{"x": "åäö"}]


def test_post_with_a_mark_of_byte_order(client: Client) -> None:
    assert client.direct(b"\xef\xbb\xbfASK {}").json["boolean"] is True


def test_post_in_pieces(client: Client) -> None:
    with client.server.connect() as raw:
        raw.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/sparql-query\r\n\r\n3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"
        )
        assert b'"boolean":true' in raw.makefile("rb").read().replace(b" ", b"")


@pytest.mark.parametrize(
    "query", [ASK, TITLES, GRAPH_OF, "SELECT (YEAR(NOW()) AS ?x) {}", None, "SELEKT", SLOW]
)
@pytest.mark.parametrize(
    "headers", [{}, {"accept": "text/csv, text/turtle;q=0.9"}, {"accept_encoding": "gzip"}]
)
def test_head_is_get_without_the_body(client: Client, query: str | None, headers: dict[str, str]) -> None:
    pairs = [("timeout", "0.3")] if query == SLOW else []
    client.until_a_worker_is_free()
    get = client.get(query, *pairs, **headers)
    client.until_a_worker_is_free()
    head = client.get(query, *pairs, method="HEAD", **headers)
    assert (head.status, head.body) == (get.status, b"")
    assert set(head.headers) == set(get.headers)
    assert len(get.body) == int(head.headers["content-length"])
    assert head.headers | {"date": ""} == get.headers | {"date": ""}


def test_every_query_form(client: Client) -> None:
    assert client.get("SELECT (1 AS ?x) {}").rows == [{"x": "1"}]
    assert client.get("ASK { FILTER(false) }").json["boolean"] is False
    assert "<http://e/o>" in client.get("CONSTRUCT { <http://e/s> <http://e/p> <http://e/o> } {}").text
    assert client.get("DESCRIBE <https://w3id.org/pivi/ns#Initiative>").type == "text/turtle"


def test_relative_iris_are_resolved_against_the_address_of_the_service(client: Client) -> None:
    assert client.get("SELECT (<a> AS ?x) (<#b> AS ?y) {}").rows == [
        {"x": "http://127.0.0.1:8000/a", "y": "http://127.0.0.1:8000/sparql#b"}
    ]


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([("query", ASK), ("query", ASK)], "repeated-parameter"),
        ([("query", ASK), ("timeout", "1"), ("timeout", "2")], "repeated-parameter"),
        ([("query", ASK), ("timeout", "snart")], "bad-timeout"),
        ([("query", ASK), ("timeout", "0")], "bad-timeout"),
        ([("query", ASK), ("timeout", "nan")], "bad-timeout"),
        ([("query", "")], "malformed-query"),
        ([("query", "SELEKT")], "malformed-query"),
        ([("query", ASK), *[("x", "y")] * 101], "too-many-parameters"),
    ],
)
def test_a_request_against_the_protocol_is_a_400_that_says_why(
    client: Client, pairs: list[tuple[str, str]], name: str
) -> None:
    for reply in (client.get(None, *pairs), client.form(*pairs)):
        assert reply.status == 400
        assert reply.json["type"].endswith("#" + name)


def test_a_query_in_two_places_is_a_400(client: Client) -> None:
    assert client.direct(ASK, address="/sparql?query=ASK%7B%7D").status == 400


def test_a_form_without_a_query_is_a_400(client: Client) -> None:
    assert client.form(("fråga", ASK)).json["type"].endswith("#no-query")
    assert client.form().status == 400


@pytest.mark.parametrize("kind", ["text/plain", "", "application/json", "multipart/form-data; boundary=x"])
def test_another_media_type_is_a_415_that_says_which_are_taken(client: Client, kind: str) -> None:
    reply = client.direct(ASK, kind)
    assert reply.status == 415
    assert reply.headers["accept-post"] == f"{QUERY}, {FORM}"


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "klingon", "base64"])
def test_another_charset_is_a_415(client: Client, charset: str) -> None:
    assert client.direct(ASK.encode("utf-16"), f"{QUERY}; charset={charset}").status == 415


def test_a_packed_query_is_a_415_that_says_so(client: Client) -> None:
    for coding in ("gzip", "br, gzip"):
        for reply in (
            client.direct(ASK, Content_Encoding=coding),
            client.form(("query", ASK), Content_Encoding=coding),
        ):
            assert reply.status == 415 and coding in reply.json["detail"]
            assert reply.headers["accept-encoding"] == "identity", "RFC 9110, section 15.5.16"
    assert client.direct(ASK, Content_Encoding="identity").status == 200


def test_bytes_that_are_not_of_the_charset_are_a_400(client: Client) -> None:
    assert client.direct(b"ASK { ?s ?p '\xe5' }").json["type"].endswith("#bad-encoding")
    assert client.send("GET", "/sparql?query=%E5").status == 400
    for body in (b"query=%E5", b"query=\xe5"):
        reply = client.send("POST", "/sparql", body, {"Content-Type": FORM})
        assert reply.status == 400 and reply.json["type"].endswith("#bad-encoding")
    latin = client.send("POST", "/sparql", b"query=%81", {"Content-Type": f"{FORM}; charset=windows-1252"})
    assert latin.status == 400 and "CP1252" in latin.json["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_a_405_that_names_those_allowed(client: Client, method: str) -> None:
    reply = client.get(ASK, method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize("size", [100_001, 290_000, 310_000, 900_000])
def test_a_query_over_the_limit_is_a_413(client: Client, size: int) -> None:
    query = "ASK {} #" + "x" * (size - 8)
    for reply in (client.direct(query), client.form(("query", query))):
        assert reply.status == 413, size
        assert reply.type == "application/problem+json"
        assert reply.json["type"].endswith("#query-too-long")
        assert " 100000. " in reply.json["detail"] and "villkor" in reply.json["detail"]


def test_a_request_far_over_the_limit_is_a_413_before_it_is_sent(client: Client) -> None:
    with client.server.connect() as raw:
        raw.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 30000000\r\nExpect: 100-continue\r\n\r\n"
        )
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ") and b"#query-too-long" in answer


def test_a_query_of_the_limit_is_answered(client: Client) -> None:
    query = "ASK {} #" + "å" * ((100_000 - 8) // 2)
    assert client.direct(query).status == client.form(("query", query)).status == 200


# --- section 2.2: no updates ----------------------------------------------------------------------------

UPDATE = "INSERT DATA { <http://e/s> <http://e/p> <http://e/o> }"


def test_updates_are_refused_in_every_way_of_sending_them(client: Client) -> None:
    for reply in (
        client.get(None, ("update", UPDATE)),
        client.form(("update", UPDATE)),
        client.form(("update", UPDATE), ("query", ASK)),
        client.direct(UPDATE, "application/sparql-update"),
    ):
        assert reply.status == 403 and reply.json["type"].endswith("#read-only")
    for reply in (client.get(UPDATE), client.form(("query", UPDATE)), client.direct(UPDATE)):
        assert reply.status == 400 and reply.json["type"].endswith("#refused")
    assert client.get("ASK { <http://e/s> ?p ?o }").json["boolean"] is False
