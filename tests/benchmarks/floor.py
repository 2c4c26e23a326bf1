"""The floor for SPARQL over HTTP: pyoxigraph called in the process of the same web server, without any safety.

`python -m tests.benchmarks.floor STORE PORT`
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pyoxigraph as ox
import uvicorn

from app.bridge import Bridge, Front
from app.connections import Connection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def main() -> None:
    """Serve the store until killed; see the module."""
    store = ox.Store.read_only(sys.argv[1])

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = parse_qs(environ["QUERY_STRING"])["query"][0]
        found = store.query(query)
        if isinstance(found, ox.QueryTriples):
            kind, body = "application/n-triples", found.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            kind, body = "application/sparql-results+json", found.serialize(format=ox.QueryResultsFormat.JSON)
        assert body is not None
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    uvicorn.run(
        Bridge(Front(answer), page_threads=1, sparql_threads=8),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        http=Connection,
        loop="uvloop",
        lifespan="off",
        log_level="error",
    )


if __name__ == "__main__":
    main()
