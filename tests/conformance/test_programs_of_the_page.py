"""The programs that the query page offers to copy: run as they stand, they get the answer of the page."""

from __future__ import annotations

import ast
import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape

import pytest
from rdflib import Graph
from rdflib.compare import to_isomorphic

from tests.app.test_server import serving

from .conftest import PIVI, Client, reserved_port

# In a real shell, in real Python: with all that either of them would take for its own.
ROWS = (
    PIVI
    + """# Vad heter de? Det som 'citeras' "så" och `så` kostar $HOME, 50 % & mer!
SELECT ?i ?title ?odd WHERE {
  ?i a pivi:Initiative ;
     dct:title ?title .
  BIND("a\\\\b 'c' \\"d\\" $(echo e) `f` %41 +&= !! )-\\" åäö😀" AS ?odd)
} ORDER BY ?i ?title LIMIT 5"""
)
LONG = PIVI + 'SELECT ?x { BIND("""två\nrader och \'\'\'""" AS ?x) }'
ENDS_IN_A_QUOTE = 'SELECT (1 AS ?x) {} # "'
GRAPH = PIVI + "CONSTRUCT { ?i dct:title ?title } { ?i a pivi:Initiative ; dct:title ?title }"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server whose own address, which the programs ask, is the one it listens at."""
    data = tmp_path_factory.mktemp("programs") / "data"
    with reserved_port() as port:
        base = f"http://127.0.0.1:{port}/"
        with serving(data, port, PIVI_BASE=base, PIVI_SPARQL_SECONDS="300") as server:
            yield Client(server)


def program(client: Client, name: str, query: str) -> str:
    """The text that the button copies."""
    html = client.get(query, accept="text/html").text
    found = re.search(rf'<code id="program-{name}">(.*?)</code>', html, re.DOTALL)
    assert found is not None, html
    return unescape(found[1])


def bash(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False)


def python(text: str) -> str:
    # Isolated: only what every Python has.
    run = subprocess.run([sys.executable, "-I", "-S", "-c", text], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.parametrize("query", [ROWS, LONG, ENDS_IN_A_QUOTE])
def test_rows(client: Client, query: str) -> None:
    table = client.direct(query, Accept="text/csv")
    assert table.status == 200
    rows = client.direct(query).rows
    run = bash(program(client, "curl", query))
    assert run.returncode == 0
    assert list(csv.reader(io.StringIO(run.stdout))) == list(csv.reader(io.StringIO(table.text)))
    assert [ast.literal_eval(line) for line in python(program(client, "python", query)).splitlines()] == rows


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "ASK { ?s <http://e/ingen> ?o }"])
def test_truth(client: Client, query: str) -> None:
    truth = client.direct(query).json["boolean"]
    assert f'"boolean":{str(truth).lower()}' in bash(program(client, "curl", query)).stdout.replace(" ", "")
    assert python(program(client, "python", query)) == f"{truth}\n"


def test_graphs(client: Client) -> None:
    graph = to_isomorphic(Graph().parse(data=client.direct(GRAPH, Accept="text/turtle").text))
    assert len(graph) > 100
    for said in (bash(program(client, "curl", GRAPH)).stdout, python(program(client, "python", GRAPH))):
        assert to_isomorphic(Graph().parse(data=said)) == graph


def test_a_query_that_fails_fails_the_program_and_curl_says_why(client: Client) -> None:
    wrong = "SELECT ?x { ?x }"
    run = bash(program(client, "curl", wrong))
    assert run.returncode != 0 and "#malformed-query" in run.stdout
    with pytest.raises(subprocess.CalledProcessError) as failed:
        python(program(client, "python", wrong))
    assert "HTTP Error 400" in failed.value.stderr
