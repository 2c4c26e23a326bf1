"""A source on loopback that answers as a test tells it to, well or badly, and an installation that harvests it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from catalogue.generator import generate
from catalogue.journal import Journal, Revision
from catalogue.layout import Layout
from catalogue.namespaces import DCT
from catalogue.turtle import parse_ntriples
from tests.harvest.others import Others

BASE = "http://127.0.0.1:8000/"
THEIRS = "https://pivi.boras.example/"
N_TRIPLES = "application/n-triples"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Elsewhere:
    """The source's web server: `answers` by path; `asked` remembers each request's path and headers."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def has(self, content: bytes, path: str = "/dump.nt", **headers: str) -> None:
        """Let a path answer 200 with this content, or 304 to whoever has it already."""
        tag = f'"{hash(content)}"'

        def answer(request: BaseHTTPRequestHandler) -> None:
            if request.headers.get("If-None-Match") == tag:
                request.send_response(304)
                request.end_headers()
                return
            request.send_response(200)
            for name, value in ({"Content_Type": N_TRIPLES, "ETag": tag} | headers).items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)

        self.answers[path] = answer

    def sends(self, status: int, path: str, **headers: str) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.answers[path] = answer


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append((self.path, dict(self.headers)))
            answer = source.answers.get(self.path)
            try:
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)
            except ConnectionError:
                return  # hung up on, as it should be

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    source = Elsewhere(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield source
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Here:
    """The installation that harvests; the source's records lie under `space`."""

    data: Path
    sources: Path
    space: str = THEIRS

    def harvest(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["harvest", *arguments, "--data", str(self.data)])

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--data", str(self.data)])

    def configure(
        self, *urls: str, more: str = "harvest:privateAddresses true ;", profile: str = "dump"
    ) -> None:
        listed = " , ".join(f"<{url}>" for url in urls)
        self.sources.write_text(f"""
            @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
            @prefix harvest: <https://w3id.org/pivi/harvest#> .
            <urn:x:boras> a harvest:Source ; dct:identifier "boras" ; harvest:profile "{profile}" ; {more}
              dcat:downloadURL {listed} ; harvest:space <{self.space}> ;
              dct:license <http://creativecommons.org/licenses/by/4.0/> .
        """)

    def theirs(self) -> dict[str, Revision]:
        """The last revision of each record that lies under the source's address."""
        with_journal = Journal.open(Layout(self.data).journal)
        try:
            return {each.iri: each for each in with_journal.current_all() if each.iri.startswith(self.space)}
        finally:
            with_journal.close()

    def head(self) -> int:
        journal = Journal.open(Layout(self.data).journal)
        try:
            return journal.head()
        finally:
            journal.close()


@pytest.fixture
def here(tmp_path: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> Here:
    sources = tmp_path / "sources.ttl"
    monkeypatch.setenv("PIVI_SOURCES", str(sources))
    monkeypatch.setenv("PIVI_BASE", BASE)
    here = Here(tmp_path / "data", sources)
    here.configure(f"{elsewhere.address}/dump.nt")
    return here


@pytest.fixture(scope="session")
def records() -> list[bytes]:
    """Twelve initiatives of the source and the actors that they name, each as N-Triples."""
    return list(generate(12, 1, THEIRS))


@pytest.fixture
def others(elsewhere: Elsewhere, here: Here) -> Others:
    others = Others(elsewhere)
    here.configure(others.url, profile="ldes")
    return others


@pytest.fixture
def titles(here: Here) -> Callable[..., dict[str, str]]:
    """Harvest; the titles that are then published, by the end of the record's address."""

    def harvested(*arguments: str) -> dict[str, str]:
        result = here.harvest("boras", *arguments)
        assert result.exit_code == 0, result.output
        return {
            iri.rpartition("/")[2]: each.object.value
            for iri, revision in here.theirs().items()
            if revision.published
            for each in parse_ntriples(revision.content)
            if each.predicate == DCT.title
        }

    return harvested
