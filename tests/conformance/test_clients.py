"""The clients that researchers use, run for real: all get the same answers, with words and letters intact."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from rdflib import Graph, URIRef
from rdflib.compare import to_isomorphic
from rdflib.plugins.stores.sparqlconnector import SPARQLConnector
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.browser.conftest import CHROMIUM, FLAGS

from .conftest import ASK, GRAPH_OF, LONGEST, PIVI, TITLES, Client

VENDOR = Path(__file__).with_name("vendor")
SEARCH = PIVI + 'SELECT ?i ?s { SERVICE pivi:search { ?i pivi:matches "våld" ; pivi:score ?s } } ORDER BY ?i'
QUERIES = (TITLES, SEARCH, 'SELECT ("å😀" AS ?x) (1.5 AS ?y) {}')
WRONG = "SELECT * { ?s ?p }"

Rows = list[dict[str, str]]


@pytest.fixture
def answers(client: Client) -> list[Rows]:
    """What plain HTTP gets, which every client is compared with."""
    found = [client.get(query).rows for query in QUERIES]
    assert all(found)
    return found


# --- SPARQLWrapper --------------------------------------------------------------------------------------


def wrapper(client: Client, query: str, kind: str, method: str = "GET") -> SPARQLWrapper:
    wrapped = SPARQLWrapper(client.url)
    wrapped.setQuery(query)
    wrapped.setReturnFormat(kind)
    wrapped.setMethod(method)
    return wrapped


@pytest.mark.parametrize(("method", "directly"), [("GET", False), (POST, False), (POST, True)])
def test_sparqlwrapper(client: Client, answers: list[Rows], method: str, directly: bool) -> None:
    for query, rows in zip(QUERIES, answers, strict=True):
        wrapped = wrapper(client, query, JSON, method)
        if directly:
            wrapped.setRequestMethod(POSTDIRECTLY)
        found = wrapped.queryAndConvert()["results"]["bindings"]
        assert [{name: term["value"] for name, term in row.items()} for row in found] == rows


def test_sparqlwrapper_in_every_format(client: Client, answers: list[Rows]) -> None:
    xml = wrapper(client, TITLES, XML).queryAndConvert()
    assert len(xml.getElementsByTagName("result")) == len(answers[0])
    for kind in (CSV, TSV):
        assert (
            len(wrapper(client, TITLES, kind).queryAndConvert().decode().splitlines()) == len(answers[0]) + 1
        )
    assert wrapper(client, ASK, JSON).queryAndConvert()["boolean"] is True
    whole = Graph().parse(data=client.get(GRAPH_OF).body, format="turtle")
    for kind in (XML, RDFXML, JSONLD):
        assert to_isomorphic(wrapper(client, GRAPH_OF, kind).queryAndConvert()) == to_isomorphic(whole)
    for kind in (TURTLE, N3):
        body = wrapper(client, GRAPH_OF, kind).queryAndConvert()
        assert to_isomorphic(Graph().parse(data=body, format="turtle")) == to_isomorphic(whole)


def test_sparqlwrapper_is_told_of_a_wrong_query(client: Client) -> None:
    with pytest.raises(QueryBadFormed, match="rad 1"):
        wrapper(client, WRONG, JSON).query()


# --- rdflib ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparqlstore(client: Client, answers: list[Rows], method: str) -> None:
    graph = Graph(SPARQLStore(client.url, method=method))
    for query, rows in zip(QUERIES, answers, strict=True):
        found = [{str(k): str(v) for k, v in row.asdict().items()} for row in graph.query(query)]  # type: ignore[union-attr]
        assert found == rows


def test_rdflib_reads_triples_through_the_store(client: Client, answers: list[Rows]) -> None:
    graph = Graph(SPARQLStore(client.url))
    first = answers[0][0]
    titles = graph.objects(URIRef(first["i"]), URIRef("http://purl.org/dc/terms/title"))
    assert first["title"] in {str(title) for title in titles}


@pytest.mark.parametrize("kind", ["xml", "json", "csv", "tsv"])
def test_rdflib_sparqlconnector(client: Client, answers: list[Rows], kind: str) -> None:
    found = SPARQLConnector(client.url, returnFormat=kind).query(TITLES)
    assert [str(row[1]) for row in found] == [row["title"] for row in answers[0]]  # type: ignore[index]


# --- curl -----------------------------------------------------------------------------------------------


def curl(client: Client, *arguments: str) -> str:
    run = subprocess.run(
        ["curl", "--silent", "--show-error", "--compressed", *arguments, client.url],
        capture_output=True,
        check=True,
    )
    return run.stdout.decode()


def test_curl(client: Client, answers: list[Rows]) -> None:
    for query, rows in zip(QUERIES, answers, strict=True):
        for how in (
            ("--get", "--data-urlencode", f"query={query}"),
            ("--data-urlencode", f"query={query}"),
            ("--header", "Content-Type: application/sparql-query", "--data-binary", query),
        ):
            found = json.loads(curl(client, *how))["results"]["bindings"]
            assert [{name: term["value"] for name, term in row.items()} for row in found] == rows
    lines = curl(client, "--data-urlencode", f"query={TITLES}", "--header", "Accept: text/csv").splitlines()
    assert len(lines) == len(answers[0]) + 1
    assert "rad 1" in curl(
        client, "--data-urlencode", f"query={WRONG}", "--header", "Accept: text/plain, text/csv;q=0.1"
    )


# --- JavaScript -----------------------------------------------------------------------------------------

SCRIPT = """async ([url, queries, graph, wrong]) => {
  const { ParsingClient } = await import('/sparql-http-client.js')
  const client = new ParsingClient({ endpointUrl: url })
  const found = []
  for (const operation of ['get', 'postUrlencoded', 'postDirect']) {
    const rows = []
    for (const query of queries) {
      const answer = await client.query.select(query, { operation })
      rows.push(answer.map(row => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v.value]))))
    }
    found.push(rows)
  }
  const quads = [...await client.query.construct(graph)].map(quad => quad.object.value)
  let problem = null
  let refused = false
  try { await client.query.select(wrong) } catch { refused = true }
  const told = await fetch(url + '?query=' + encodeURIComponent(wrong))
  if (refused) problem = [told.status, (await told.json()).detail]
  const plain = await fetch(url + '?query=' + encodeURIComponent('ASK {}'))
  const truth = (await plain.clone().json()).boolean
  const seen = ['etag', 'pivi-dataset-version'].map(name => plain.headers.get(name))
  return { found, quads, truth, problem, seen }
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the test's own output is enough."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another origin, which serves the client and an empty page."""
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>", "utf-8")
    (tmp_path / "sparql-http-client.js").write_bytes((VENDOR / "sparql-http-client.js").read_bytes())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()
        thread.join()


def in_a_browser(address: str, *arguments: Any) -> Any:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), timeout=LONGEST * 1000
        )
        page = browser.new_page()
        page.goto(address, timeout=LONGEST * 1000)
        found = page.evaluate(SCRIPT, list(arguments))
        browser.close()
    return found


def test_sparql_http_client_in_a_browser_on_another_origin(
    client: Client, answers: list[Rows], elsewhere: str
) -> None:
    with ThreadPoolExecutor(1) as apart:  # other tests of browsers may have theirs in this thread
        found = apart.submit(in_a_browser, elsewhere, client.url, list(QUERIES), GRAPH_OF, WRONG).result()
    assert found["found"] == [answers] * 3
    whole = Graph().parse(data=client.get(GRAPH_OF).body, format="turtle")
    assert sorted(found["quads"]) == sorted(str(o) for o in whole.objects())
    assert found["truth"] is True
    status, detail = found["problem"]
    assert status == 400 and ("rad 1" in detail or "line 1" in detail)
    assert all(found["seen"]), "the headers may be read by a page of another site"


def test_the_javascript_client_is_the_one_in_the_list() -> None:
    listing = (VENDOR / "VENDORED.md").read_text("utf-8")
    [checksum] = re.findall(r"`([0-9a-f]{64})`", listing)
    assert hashlib.sha256((VENDOR / "sparql-http-client.js").read_bytes()).hexdigest() == checksum
    assert "sparql-http-client 3.1.0" in listing
