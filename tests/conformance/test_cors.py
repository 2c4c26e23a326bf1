"""Fetch, section 3.2: pages of other sites may ask, with preflight and without."""

from __future__ import annotations

import pytest

from .conftest import ASK, FORM, QUERY, Client

ORIGIN = "https://forskning.example"


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%7B%7D"])
@pytest.mark.parametrize("header", ["content-type", "accept, content-type", "if-none-match", ""])
def test_a_preflight_is_answered_without_a_query(client: Client, path: str, header: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    reply = client.send(
        "OPTIONS", path, None, asked | ({"Access-Control-Request-Headers": header} if header else {})
    )
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert {"GET", "POST", "HEAD"} <= set(reply.headers["access-control-allow-methods"].split(", "))
    allowed = {each.strip().lower() for each in reply.headers["access-control-allow-headers"].split(",")}
    assert {each.strip() for each in header.split(",") if each} <= allowed
    assert int(reply.headers["access-control-max-age"]) > 0
    assert reply.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert QUERY in reply.headers["accept-post"] and FORM in reply.headers["accept-post"]
    assert "content-length" not in reply.headers, "RFC 9110, section 8.6"


def test_options_are_told_whatever_is_accepted(client: Client) -> None:
    reply = client.send("OPTIONS", "/sparql", None, {"Accept": "text/html"})
    assert reply.status == 204 and reply.headers["access-control-allow-origin"] == "*"


def test_answers_and_problems_may_be_read_by_other_sites(client: Client) -> None:
    etag = client.get(ASK).headers["etag"]
    replies = {
        200: client.get(ASK, origin=ORIGIN),
        304: client.get(ASK, origin=ORIGIN, if_none_match=etag),
        400: client.get("ASK", origin=ORIGIN),
        403: client.form(("update", "CLEAR ALL"), Origin=ORIGIN),
        405: client.get(ASK, method="DELETE", origin=ORIGIN),
        406: client.get(ASK, accept="image/png", origin=ORIGIN),
        415: client.direct(ASK, "text/plain", Origin=ORIGIN),
        413: client.direct("ASK {} #" + "x" * 200_000, Origin=ORIGIN),
    }
    for status, reply in replies.items():
        assert reply.status == status
        assert reply.headers["access-control-allow-origin"] == "*"
        exposed = reply.headers["access-control-expose-headers"]
        assert {"ETag", "Pivi-Dataset-Version", "Retry-After"} <= set(exposed.split(", "))


def test_no_credentials_are_ever_asked_for(client: Client) -> None:
    reply = client.get(ASK, origin=ORIGIN)
    assert "access-control-allow-credentials" not in reply.headers and "set-cookie" not in reply.headers
