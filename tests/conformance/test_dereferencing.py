"""docs/negotiation.md against a real server: every row of it, and the headers that it promises."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import DCTERMS, Graph

from tests.app.test_server import PIVI, Server, serving

from .conftest import BASE, LONGEST, Client, Reply, until

ROW = re.compile(
    r"^\| `(?P<address>/[^`]*)` \| (?:`(?P<accept>[^`]+)`|–) \| (?P<status>\d+) \| `(?P<answer>[^`]+)` \|$"
)
ROWS = [
    pytest.param(*found.groups(), id=f"{found['address']} {found['accept']}")
    for line in (Path(__file__).parents[2] / "docs/negotiation.md").read_text("utf-8").splitlines()
    if (found := ROW.match(line))
]
DATA = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server, and records that are taken out of publication beside it."""
    data = tmp_path_factory.mktemp("gone") / "data"
    with serving(data, PIVI_DUMP_SECONDS="0", PIVI_SPARQL_SECONDS="300") as running:
        record = (BASE + "id/insats/").__add__
        for command in (
            ("withdraw", record("f4kq"), "--reason", "Fanns inte.", "--successor", record("bkk6")),
            ("replace", record("cqd9"), record("bkk6")),
            ("replace", record("8kdh"), record("bkk6"), record("f2d7")),
        ):
            environment = os.environ | {"PIVI_DATA": str(data)}
            subprocess.run([PIVI, *command, "--anyway"], env=environment, check=True, capture_output=True)
        # The last of it is shown: from here on a GET and a HEAD tell the same.
        until(lambda: running.get("/insats/8kdh", LONGEST)[0] == 300)
        yield running


@pytest.fixture(scope="module")
def client(changed: Server) -> Client:
    return Client(changed)


def links(reply: Reply) -> list[tuple[str, str, str]]:
    """Target, relation and type of each link."""
    return [
        (target, relation, type)
        for target, relation, type in re.findall(
            r'<([^>]+)>; rel="([^"]+)"(?:; type="([^"]+)")?', reply.headers.get("link", "")
        )
    ]


def test_the_table_has_rows() -> None:
    assert len(ROWS) > 60


@pytest.mark.parametrize(("address", "accept", "status", "answer"), ROWS)
def test_each_row(client: Client, address: str, accept: str | None, status: str, answer: str) -> None:
    wanted = {"Accept": accept} if accept else {}
    reply = client.send("GET", address, None, wanted)
    head = client.send("HEAD", address, None, wanted)
    assert str(reply.status) == status
    assert (reply.headers["location"] if status in ("303", "308") else reply.type) == answer
    assert (head.status, head.body) == (reply.status, b"")
    changing = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in reply.headers.items() if k not in changing
    }
    vary = {each.strip().lower() for each in reply.headers["vary"].split(",")}
    named = re.search(r"\.[a-z]+$", address) is not None
    assert ("accept" in vary) is not named or status in ("404", "308")
    if address.startswith("/id/") or answer in DATA or named:
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("address", ["/id/insats/7k3f", "/id/begrepp/malgrupp/barn", "/id/ns"])
def test_406_names_what_there_is(client: Client, address: str) -> None:
    reply = client.send("GET", address, None, {"Accept": "image/png"})
    offered = {type: target for target, relation, type in links(reply) if relation == "describedby"}
    assert set(offered) == {"text/html", *DATA}
    for type, target in offered.items():
        assert f'href="{target}"' in reply.text and type in reply.text
        assert client.send("GET", target).type == type


@pytest.mark.parametrize(
    ("address", "iri", "type"),
    [
        ("/insats/7k3f", BASE + "id/insats/7k3f", "https://w3id.org/pivi/ns#Initiative"),
        (
            "/begrepp/malgrupp/barn",
            "https://w3id.org/pivi/begrepp/malgrupp/barn",
            "http://www.w3.org/2004/02/skos/core#Concept",
        ),
        ("/plats/1480", "https://w3id.org/pivi/id/plats/1480", "https://w3id.org/pivi/ns#Municipality"),
        ("/ns", "https://w3id.org/pivi/ns", "http://www.w3.org/2002/07/owl#Ontology"),
    ],
)
def test_a_description_links_to_its_thing_and_its_other_forms(
    client: Client, address: str, iri: str, type: str
) -> None:
    forms = {address: "text/html", "/en" + address: "text/html"}
    forms |= {
        f"{address}.{each}": kind for each, kind in zip(("ttl", "nt", "jsonld", "rdf"), DATA, strict=True)
    }
    for own, kind in forms.items():
        reply = client.send("GET", own)
        assert reply.type == kind
        found = links(reply)
        assert (iri, "describes", "") in found and (type, "type", "") in found
        assert f'anchor="{iri}"' in reply.headers["link"]
        assert (BASE.rstrip("/") + own, "canonical", "") in found
        assert {target: each for target, relation, each in found if relation == "alternate"} == {
            target: each for target, each in forms.items() if target != own
        }


def test_another_sites_script_may_ask_before_it_asks(client: Client) -> None:
    asking = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    for address in ("/id/insats/7k3f", "/insats/7k3f", "/insats/7k3f.ttl", "/ns", "/context.jsonld"):
        reply = client.send("OPTIONS", address, None, asking)
        assert reply.status in (200, 204)
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "GET" in reply.headers["access-control-allow-methods"]
        assert "if-none-match" in reply.headers["access-control-allow-headers"].lower()


def test_pages_are_not_opened_for_other_sites(client: Client) -> None:
    reply = client.send("GET", "/insats/7k3f")
    assert "access-control-allow-origin" not in reply.headers
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"


def test_data_is_kept_and_asked_about(client: Client) -> None:
    for address, wanted in (("/insats/7k3f.ttl", {}), ("/insats/7k3f", {"Accept": "text/turtle"})):
        first = client.send("GET", address, None, wanted)
        again = client.send("GET", address, None, wanted | {"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["vary"] == first.headers["vary"]
        assert again.headers["access-control-allow-origin"] == "*"


def test_a_tombstone_names_what_came_after(client: Client) -> None:
    for extension, name in (("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), ("rdf", "xml")):
        graph = Graph().parse(data=client.send("GET", f"/insats/f4kq.{extension}").body, format=name)
        after = next(graph.objects(predicate=DCTERMS.isReplacedBy))
        assert str(after) == BASE + "id/insats/bkk6"
        assert len(list(graph.predicate_objects(after))) == 2, "its name in both languages"


def test_rdflib_reads_a_thing_by_its_address_alone(changed: Server) -> None:
    address = f"http://127.0.0.1:{changed.port}/id/insats/7k3f"
    graph = Graph().parse(address)
    assert len(graph) > 60


def test_an_odd_accept_does_no_harm(client: Client) -> None:
    for accept in (
        ",,;;q=,",
        "a/b/c;q=2",
        "text/turtle;q=nan",
        "text/turtle;q=-1",
        '"',
        'text/turtle;x="a,b;q=0"',
        "/",
        "*/turtle",
        "é",
        "text/turtle," * 900,
    ):
        reply = client.send(
            "GET", "/id/insats/7k3f", None, {"Accept": accept.encode("utf-8").decode("latin-1")}
        )
        assert reply.status in (303, 406), accept
