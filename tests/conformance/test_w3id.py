"""The redirect rules of docs/w3id, run by Apache as w3id.org runs them, in front of a real installation."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from .conftest import LONGEST, Client, reserved_port

RULES = Path(__file__).parents[2] / "docs/w3id"
ROOT = "https://w3id.org/pivi/"
PLACEHOLDER = "https://pivi.example.org"
MODULES = "mpm_event authz_core rewrite headers"
# As an overall configuration lets a folder's own file do, and nothing more.
CONFIGURATION = """
ServerRoot {root}
ServerName w3id.example
Listen 127.0.0.1:{port}
PidFile {root}/pid
ErrorLog {root}/log
User nobody
Group nogroup
{modules}
DocumentRoot {root}/site
<Directory {root}/site>
  Options FollowSymLinks
  AllowOverride All
  Require all granted
</Directory>
"""


@dataclass
class Apache:
    port: int

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()


@pytest.fixture(scope="module")
def apache() -> Iterator[Apache]:
    # Apache's own user has to read it, so it is not where pytest keeps its files.
    root = Path(tempfile.mkdtemp(prefix="w3id"))
    try:
        root.chmod(0o755)
        (root / "site/pivi").mkdir(parents=True)
        shutil.copy(RULES / ".htaccess", root / "site/pivi/.htaccess")
        modules = Path("/usr/lib/apache2/modules")
        loaded = "\n".join(f"LoadModule {each}_module {modules}/mod_{each}.so" for each in MODULES.split())
        command = [shutil.which("apache2", path=os.environ["PATH"] + ":/usr/sbin") or "apache2"]
        with reserved_port() as port:
            (root / "conf").write_text(CONFIGURATION.format(root=root, port=port, modules=loaded), "utf-8")
            process = subprocess.Popen([*command, "-f", str(root / "conf"), "-D", "FOREGROUND"])
            try:
                _await(process, port)
                yield Apache(port)
            finally:
                process.terminate()
                process.wait(timeout=LONGEST)
    finally:
        shutil.rmtree(root)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("Apache did not start")


def test_there_is_one_line_to_change() -> None:
    assert (RULES / ".htaccess").read_text("utf-8").count(PLACEHOLDER) == 1
    assert "Contact" in (RULES / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/"),
        ("ns", "/id/ns"),
        ("ns.ttl", "/ns.ttl"),
        ("begrepp", "/begrepp/"),
        ("begrepp/", "/begrepp/"),
        ("begrepp/malgrupp", "/id/begrepp/malgrupp"),
        ("begrepp/malgrupp/barn", "/id/begrepp/malgrupp/barn"),
        ("begrepp/omrade.jsonld", "/begrepp/omrade.jsonld"),
        ("begrepp/malgrupp/barn.rdf", "/begrepp/malgrupp/barn.rdf"),
        ("id/plats/1480", "/id/plats/1480"),
        ("id/plats/14", "/id/plats/14"),
        ("id/plats/1480.nt", "/plats/1480.nt"),
        ("context.jsonld", "/context.jsonld"),
        ("ns?_profile=x", "/id/ns?_profile=x"),
    ],
)
def test_each_rule(apache: Apache, path: str, target: str) -> None:
    for method in ("GET", "HEAD"):
        status, headers = apache.ask(method, f"/pivi/{path}", Origin="https://example.org")
        assert (status, headers["location"]) == (303, PLACEHOLDER + target)
        assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "insats/7k3f",
        "id/insats/7k3f",
        "id/plats/abcd",
        "id/plats/148",
        "ns/Initiative",
        "ns.exe",
        "begrepp/a/b/c",
        "begrepp/..%2F..%2Fsparql",
        "begrepp/a%0d%0aX:%20y",
        "/example.org/ns",
    ],
)
def test_nothing_else_is_redirected(apache: Apache, path: str) -> None:
    status, headers = apache.ask("GET", f"/pivi/{path}")
    assert status == 404 and "location" not in headers


def test_whatever_all_installations_share_is_found(apache: Apache, client: Client) -> None:
    query = f'SELECT DISTINCT ?s {{ ?s a ?type FILTER(STRSTARTS(STR(?s), "{ROOT}")) }}'
    shared = {row["s"].partition("#")[0] for row in client.get(query).rows}
    assert len(shared) > 350
    for iri in sorted(shared):
        status, headers = apache.ask("HEAD", "/pivi/" + iri.removeprefix(ROOT))
        assert status == 303, iri
        found = client.send(
            "HEAD", headers["location"].removeprefix(PLACEHOLDER), None, {"Accept": "text/turtle"}
        )
        assert found.status == 303 and f'<{iri}>; rel="canonical"' in found.headers["link"], iri


@pytest.mark.parametrize(
    "iri", ["ns#Initiative", "begrepp/malgrupp", "begrepp/malgrupp/barn", "id/plats/1480"]
)
def test_from_the_shared_iri_to_the_data_and_the_page(apache: Apache, client: Client, iri: str) -> None:
    def follow(accept: str, language: str) -> tuple[str, bytes]:
        wanted = {"Accept": accept, "Accept-Language": language}
        address = apache.ask("GET", "/pivi/" + iri.partition("#")[0], **wanted)[1]["location"]
        address = address.removeprefix(PLACEHOLDER)
        while (reply := client.send("GET", address, None, wanted)).status == 303:
            address = reply.headers["location"]
        assert reply.status == 200
        return reply.type, reply.body

    for accept, name in (
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ):
        type, body = follow(accept, "sv")
        assert type == accept
        assert (URIRef(ROOT + iri), None, None) in Graph().parse(data=body, format=name)
    assert b'<html lang="sv">' in follow("text/html", "sv")[1]
    assert b'<html lang="en">' in follow("text/html", "en")[1]
