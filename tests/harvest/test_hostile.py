"""A source that is corrupt, hostile, huge, endless or lying harms nothing: what is here stays, and is told why."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from catalogue.harvest.fetching import may_be_asked
from tests.harvest.conftest import N_TRIPLES, THEIRS, Elsewhere, Here


@pytest.fixture
def refused(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> Callable[[str], None]:
    """Asserts that a harvest fails with these words, and that what came before stays as it was."""
    good = elsewhere.answers.copy()
    elsewhere.has(b"".join(records))
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    before = here.head()
    elsewhere.answers = good

    def refused(words: str) -> None:
        result = here.harvest("boras")
        assert result.exit_code == 1, result.output
        assert words in result.output, result.output
        assert here.head() == before
        assert not list(here.data.glob("harvest-*")) and not list(here.data.glob("load-*"))
        assert words in here.harvest("--report").output

    return refused


def _headed(request: BaseHTTPRequestHandler, media_type: str = N_TRIPLES) -> None:
    request.send_response(200)
    request.send_header("Content-Type", media_type)
    request.end_headers()


def test_an_endless_file(
    refused: Callable[[str], None], elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        _headed(request)
        while True:
            request.wfile.write(b"# more\n" * 1000)

    elsewhere.answers["/dump.nt"] = endless
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "1000000")
    refused("är större än 1 MB och hämtades inte vidare")


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_one_that_never_quite_stops(
    refused: Callable[[str], None], elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def slow(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            _headed(request)
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        # Until it is hung up on: each byte comes well within any timeout of the socket.
        request.connection.settimeout(0.1)
        while True:
            request.wfile.write(b"x")
            try:
                if not request.connection.recv(1):
                    return
            except TimeoutError:
                continue

    elsewhere.answers["/dump.nt"] = slow
    monkeypatch.setenv("PIVI_HARVEST_SECONDS", "2")
    refused("svarade inte färdigt på 2 sekunder")


def test_a_gzip_bomb(
    refused: Callable[[str], None], elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(b"# nothing\n" * 3_000_000)
    elsewhere.has(bomb, Content_Encoding="gzip")
    monkeypatch.setenv("PIVI_LOAD_BYTES", "10000000")
    refused("är större än 10 MB när den är uppackad")


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (b"<!doctype html><title>Hej</title>", N_TRIPLES, "är en webbsida (HTML), inte RDF"),
        (b"%PDF-1.7", "text/turtle", "PDF"),
        (b"a,b,c\n1,2,3\n", "text/turtle", "Turtle"),
        (b"\x1f\x8b\x08\x00broken", N_TRIPLES, "gzip"),
        (b"", N_TRIPLES, "är tom"),
        (b"# nothing\n", N_TRIPLES, "innehåller inga uppgifter"),
    ],
)
def test_a_lying_or_broken_file(
    refused: Callable[[str], None], elsewhere: Elsewhere, content: bytes, media_type: str, words: str
) -> None:
    elsewhere.has(content, Content_Type=media_type)
    refused(words)


def test_a_content_coding_that_nobody_asked_for(refused: Callable[[str], None], elsewhere: Elsewhere) -> None:
    elsewhere.has(b"whatever", Content_Encoding="br")
    refused("packad som br")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/dump.nt",
        "https://www.goteborg.se/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/dump.nt",
        "//[::1]/dump.nt",
        "http://user@127.0.0.1/",
        "http://[broken/",
        "http://127.0.0.1:99999/",
    ],
)
def test_a_redirect_elsewhere(refused: Callable[[str], None], elsewhere: Elsewhere, target: str) -> None:
    elsewhere.sends(302, "/dump.nt", Location=target)
    refused("hör inte till källans värdar")


def test_a_redirect_in_a_circle(refused: Callable[[str], None], elsewhere: Elsewhere) -> None:
    elsewhere.sends(301, "/dump.nt", Location="/dump.nt")
    refused("skickar vidare mer än 5 gånger")


def test_a_redirect_to_the_same_host_is_followed(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.sends(302, "/dump.nt", Location="/files/dump 1.nt?år=1")
    elsewhere.has(b"".join(records), "/files/dump%201.nt?%C3%83%C2%A5r=1")
    result = here.harvest("boras")
    assert [path for path, _ in elsewhere.asked][-1].startswith("/files/dump%201.nt"), result.output


def test_an_error_of_the_server(refused: Callable[[str], None], elsewhere: Elsewhere) -> None:
    elsewhere.sends(503, "/dump.nt")
    refused("svarade 503 i stället för 200")


def test_a_file_that_ends_too_soon(refused: Callable[[str], None], elsewhere: Elsewhere) -> None:
    def short(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", N_TRIPLES)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"# half\n")

    elsewhere.answers["/dump.nt"] = short
    refused("gick inte att hämta")


def test_robots_that_say_no(refused: Callable[[str], None], elsewhere: Elsewhere) -> None:
    elsewhere.has(b"User-agent: Pivi\nDisallow: /dump\n", "/robots.txt", Content_Type="text/plain")
    refused("tillåter inte Pivi")
    elsewhere.sends(500, "/robots.txt")
    refused("tillåter inte Pivi")


@pytest.mark.parametrize(
    "line",
    [
        "Crawl-delay: ²",
        "Crawl-delay: " + "9" * 5_000,
        "Request-rate: ²/²",
        "Disallow: //[broken",
        "Disallow: http://ex℀mple.se/",
        "# " + "x" * 600_000,
    ],
)
def test_robots_that_cannot_be_read_as_a_whole(
    here: Here, elsewhere: Elsewhere, records: list[bytes], line: str
) -> None:
    elsewhere.has(b"".join(records))
    elsewhere.has(f"User-agent: *\n{line}\n".encode(), "/robots.txt", Content_Type="text/plain")
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    elsewhere.has(f"User-agent: *\nDisallow: /dump\n{line}\n".encode(), "/robots.txt")
    assert "tillåter inte Pivi" in here.harvest("boras").output


def test_a_server_that_writes_to_the_terminal(
    refused: Callable[[str], None], here: Here, elsewhere: Elsewhere
) -> None:
    def bell(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 \x1b]0;Hej\x07\x9b2J OK\r\n\r\n")

    elsewhere.answers["/dump.nt"] = bell
    refused("gick inte att hämta")
    elsewhere.sends(302, "/dump.nt", Location="/\x1b[2J\x07")
    refused("svarade 404")
    for output in (here.harvest("boras").output, here.harvest("--report").output):
        assert not set(output) & {"\x07", "\x1b", "\x9b"}


def test_what_says_something_of_ours_or_of_nobody_is_left_out(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    injected = """
        <http://127.0.0.1:8000/id/insats/b2b2> <http://purl.org/dc/terms/title> "Kapad"@sv .
        <https://w3id.org/pivi/begrepp/malgrupp/unga> <http://www.w3.org/2004/02/skos/core#prefLabel> "Kapad"@sv .
        <https://w3id.org/pivi/ns#Initiative> <http://www.w3.org/2000/01/rdf-schema#label> "Kapad"@sv .
        _:x <http://purl.org/dc/terms/title> "Kapad"@sv .
    """
    elsewhere.has(b"".join(records) + injected.encode())
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(here.theirs()) == len(records)
    assert "Kapad" not in result.output
    assert all(b"Kapad" not in each.content for each in here.theirs().values())


def test_records_whose_nodes_have_no_names_to_give_stay_out_alone(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    type = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pivi/ns#Initiative> .\n"
    bad = b""
    for name in (b"b2b2", b"c3c3", b"d4d4", b"f5f5"):
        bad += b"<%bid/insats/%b> %b" % (THEIRS.encode(), name, type)
    bad += b"""
        <https://pivi.boras.example/id/insats/b2b2> <urn:x:p> _:circle .
        _:circle <urn:x:p> _:other .
        _:other <urn:x:p> _:circle .
        <https://pivi.boras.example/id/insats/c3c3> <urn:x:p> _:shared .
        <https://pivi.boras.example/id/insats/d4d4> <urn:x:p> _:shared .
        _:shared <urn:x:p> "x" .
        <https://pivi.boras.example/id/insats/f5f5> <urn:x:p> _:nothing .
    """
    elsewhere.has(b"".join(records) + bad)
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(here.theirs()) == len(records)
    for words in ("i en cirkel", "hör både till", "som inte säger något"):
        assert words in result.output
    assert "4 släpptes inte in" in result.output


def test_it_says_who_it_is_and_asks_robots_first(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    assert [path for path, _ in elsewhere.asked] == ["/robots.txt", "/dump.nt"]
    for _, headers in elsewhere.asked:
        assert headers["User-Agent"] == "Pivi (+http://127.0.0.1:8000/; pivi@example.org)"
        assert headers["Host"] == f"127.0.0.1:{elsewhere.port}"


def test_a_local_address_is_refused_unless_the_source_allows_it(here: Here, elsewhere: Elsewhere) -> None:
    here.configure(f"http://localhost:{elsewhere.port}/dump.nt", more="")
    result = here.harvest("boras")
    assert result.exit_code == 1
    assert "som inte är öppen på internet" in result.output
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("address", "open", "allowed"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("64:ff9b::7f00:1", False, False),
        ("2002:7f00:1::", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("100.64.0.1", False, False),
    ],
)
def test_which_addresses_may_be_asked(address: str, open: bool, allowed: bool) -> None:
    assert may_be_asked(address, private=False) is open
    assert may_be_asked(address, private=True) is allowed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("https://pivi.boras.example/", "http://127.0.0.1:8000/"), "där ligger andras"),
        (("https://pivi.boras.example/", "https://w3id.org/pivi/id/"), "där ligger andras"),
        (('"dump"', '"gissa"'), "”dump”"),
        (('"boras"', '"../boras"'), "små bokstäver"),
        (("dct:license", "dct:rights"), "saknar dct:license. Där ska stå licensens adress"),
        (("http://127.0.0.1:", "http://nu:da@127.0.0.1:"), "utan användarnamn"),
        (("@prefix dct:", "@prefix dct"), "går inte att läsa som Turtle"),
    ],
)
def test_a_mistake_in_the_file_of_sources_is_named(here: Here, change: tuple[str, str], words: str) -> None:
    here.sources.write_text(here.sources.read_text().replace(*change))
    result = here.harvest("boras")
    assert result.exit_code == 1 and words in result.output, result.output


def test_an_unknown_source_and_a_missing_file(here: Here, tmp_path: Path) -> None:
    result = here.harvest("lund")
    assert result.exit_code == 1 and "Källorna står i filen som PIVI_SOURCES anger: boras" in result.output
    here.sources.unlink()
    assert "inte går att läsa" in here.harvest("boras").output
