"""When SPARQL holds all the threads that it may hold: a person is told so on the page, at once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import quote

from flask import Flask

from app.bridge import Bridge, Front
from app.connections import CONNECTION
from app.sparql.protocol import SparqlProtocol
from app.translating import speak
from tests.app.callers import Waiting
from tests.app.reading_html import headings

ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
AREAS = "SELECT DISTINCT ?omrade WHERE { ?insats <https://w3id.org/pivi/ns#area> ?omrade }"


def test_a_full_service_answers_browsers_from_the_threads_of_pages(app_with_endpoint: Flask) -> None:
    front = Front(app_with_endpoint)
    endpoint = app_with_endpoint.extensions["pivi_installation"].endpoint
    front.sparql = SparqlProtocol(app_with_endpoint, endpoint)
    bridge = Bridge(front, page_threads=1, sparql_threads=1)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    async def meet() -> list[tuple[int, str]]:
        caller = Waiting()
        first = asyncio.create_task(_through(bridge, "/sparql", slow, caller))
        await asyncio.sleep(0)  # it holds the only thread from here on
        met = [await _through(bridge, path, AREAS, Waiting()) for path in ("/sparql", "/en/sparql")]
        caller.hang_up()
        await first
        return met

    try:
        with ThreadPoolExecutor(1) as apart:  # a test of browsers may have a loop in this thread
            swedish, english = apart.submit(asyncio.run, meet()).result()
    finally:
        bridge.close()
        speak("sv")
    assert (swedish[0], english[0]) == (503, 503)
    assert "Upptaget just nu" in headings(swedish[1], 2)
    assert AREAS in unescape(english[1])


async def _through(bridge: Bridge, path: str, query: str, caller: Waiting) -> tuple[int, str]:
    """The status and the text of a browser's request, as ASGI brings it; the browser hangs up when the caller does."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "raw_path": path.encode(),
        "query_string": f"query={quote(query)}".encode(),
        "http_version": "1.1",
        "scheme": "http",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", ACCEPT.encode())],
        CONNECTION: caller,
    }

    async def receive() -> dict[str, Any]:
        return await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await bridge(scope, receive, send)
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent).decode()
