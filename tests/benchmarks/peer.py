"""A peer in the same run: rdflib-endpoint, which serves RDF from memory over SPARQL."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.processes import Server, serving, until_quiet


def cost_of_a_resource(ntriples: Path, iris: Sequence[str]) -> dict[str, float]:
    """Processor milliseconds per `DESCRIBE` of one record over HTTP, and the peer's start in seconds."""
    command = [
        sys.executable, "-m", "rdflib_endpoint", "serve", "--host", "127.0.0.1", "--port", "{port}", str(ntriples),
    ]  # fmt: skip
    ask = "/?query=" + quote("ASK {}")
    with serving(command, path=ask) as server:
        addresses = ["/?query=" + quote(f"DESCRIBE <{iri}>") for iri in iris]
        return {"ms": cost_per_request(server, addresses), "start": server.first_answer}


def cost_per_request(server: Server, addresses: Sequence[str], **headers: str) -> float:
    """Mean processor milliseconds of the server per GET, one at a time, after a warm-up."""
    for address in addresses[:20]:
        server.get(address, **headers)
    until_quiet(server.processor_seconds)
    before = server.processor_seconds()
    for address in addresses:
        status, _ = server.get(address, **headers)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
    return (server.processor_seconds() - before) * 1000 / len(addresses)
