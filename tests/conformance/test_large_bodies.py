"""A body of more than anybody reads: the answer says the limit, and whoever is still sending gets to see it."""

from __future__ import annotations

import pytest

from tests.app.reading_html import headings, words

from .conftest import FORM, QUERY, Client

# Just over what is read, and as much as a socket does not hold.
SIZES = [1_000_001, 8_000_000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [FORM, QUERY])
def test_a_program_gets_a_problem(client: Client, kind: str, size: int) -> None:
    reply = client.send("POST", "/sparql", b"query=" + b"x" * size, {"Content-Type": kind})
    assert (reply.status, reply.type) == (413, "application/problem+json")
    assert reply.json["type"].endswith("#query-too-long") and "100000" in reply.json["detail"]
    assert reply.headers["connection"] == "close"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("path", "heading", "says"),
    [
        ("/sparql", "För mycket på en gång", "mer än 1000000 byte. Korta frågan; den får vara 100000 byte."),
        ("/en/sparql", "Too much at once", "more than 1000000 bytes. Shorten the query"),
        ("/sparql/citera", "För mycket på en gång", "mer än 1000000 byte. Korta frågan"),
        ("/sok", "För mycket på en gång", "Det som skickades är för stort."),
    ],
)
def test_a_person_gets_a_page(client: Client, path: str, heading: str, says: str, size: int) -> None:
    headers = {"Content-Type": FORM, "Accept": "text/html"}
    reply = client.send("POST", path, b"query=" + b"x" * size, headers)
    assert (reply.status, reply.type) == (413, "text/html")
    assert headings(reply.text, 1) == [heading] and says in words(reply.text)


def test_one_sent_in_pieces_is_counted_as_it_comes(client: Client) -> None:
    with client.server.connect() as raw:
        raw.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/sparql-query\r\n\r\n"
        )
        for _ in range(20):
            raw.sendall(b"19000\r\n" + b"x" * 0x19000 + b"\r\n")
        raw.sendall(b"0\r\n\r\n")
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ") and b"#query-too-long" in answer
