"""Addresses of more than the parser of the server's library can take apart: answered in words all the same."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.app.reading_html import headings

from .conftest import Client

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("size", [20_000, 65_536, 100_000, 200_000])
@pytest.mark.parametrize("address", ["/sok?q=", "/forslag?q=", "/"])
def test_an_endless_address_is_too_long_and_told_so(client: Client, address: str, size: int) -> None:
    reply = client.send("GET", address + "a" * size, headers=HTML)
    assert reply.status == 414
    assert headings(reply.text, 1) == ["Adressen är för lång"]


def test_a_long_query_in_the_address_is_read_whole(client: Client) -> None:
    names = "".join(f'(<urn:x-{number}> "{"ä" * 50}")' for number in range(700))
    query = quote(f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {names} }} }}")
    assert len(query) > 0xFFFF
    reply = client.send("GET", "/sparql?query=" + query, headers={"Accept": "text/csv"})
    assert (reply.status, reply.text.split()) == (200, ["n", "700"])
