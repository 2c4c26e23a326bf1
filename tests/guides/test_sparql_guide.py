"""That the guide to SPARQL is true: a reader who follows it gets the right counts, from curl and Python too."""

from __future__ import annotations

import csv
import dataclasses
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import urlopen

import pytest
from rdflib import SKOS, Graph, Literal, URIRef

from catalogue.knowledge import turtle_files
from catalogue.namespaces import CONCEPT, PIVI
from catalogue.settings import Settings
from tests.app.reading_html import links
from tests.app.test_server import Server, serving
from tests.guides.test_guides import DOCS, blocks

GUIDE = DOCS / "forskare.md"
ROOT = Path(__file__).parents[2]
PAGES = {code: ROOT / "app" / "texts" / f"sparql.{code}.md" for code in ("sv", "en")}
TEXTS = {"guide": GUIDE, **PAGES}
QUERIES = [(name, query) for name, path in TEXTS.items() for query in blocks(path, "sparql")]
ADDRESS = "https://pivi.example.se/sparql"
# Time enough for a busy machine.
SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("guided") / "data", PIVI_SPARQL_SECONDS=str(SECONDS)) as running:
        yield running


def rows(server: Server, query: str) -> list[dict[str, str]]:
    with urlopen(f"http://127.0.0.1:{server.port}/sparql?format=csv&query={quote(query)}") as answer:
        return list(csv.DictReader(StringIO(answer.read().decode())))


def counted_by_hand(language: str) -> Counter[str]:
    """The ongoing initiatives of each area, by the name of the area, read from the files themselves."""
    graph = Graph()
    for path in (*turtle_files("example"), *turtle_files("vocab")):
        graph.parse(path, publicID="http://x.example/")
    status, area = URIRef(PIVI.status.value), URIRef(PIVI.area.value)
    return Counter(
        str(name)
        for initiative in graph.subjects(status, URIRef(f"{CONCEPT.iri}status/pagaende"))
        for about in graph.objects(initiative, area)
        for name in graph.objects(about, SKOS.prefLabel)
        if isinstance(name, Literal) and name.language == language
    )


def last_step(path: Path) -> str:
    """The query that the steps lead to."""
    return next(query for query in blocks(path, "sparql") if "GROUP BY" in query)


@pytest.mark.parametrize("name", TEXTS)
def test_who_follows_the_steps_counts_ongoing_initiatives_per_area(server: Server, name: str) -> None:
    found = [tuple(row.values()) for row in rows(server, last_step(TEXTS[name]))]
    counted = counted_by_hand("en" if name == "en" else "sv")
    assert len(counted) == 8
    assert {area: int(number) for area, number in found} == counted
    numbers = [int(number) for _, number in found]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(("name", "query"), QUERIES)
def test_each_query_of_the_guide_gives_rows(server: Server, name: str, query: str) -> None:
    assert rows(server, query)


def test_each_step_adds_to_the_one_before() -> None:
    """A reader may change one query in place: each step keeps what the last one said, but for what is shown."""
    for path in TEXTS.values():
        steps = blocks(path, "sparql")[:3]
        for before, after in pairwise(steps):
            said = [set(re.findall(r"(?:a|\w+:\w+) [?\w:]+(?= [;.])", each)) for each in (before, after)]
            assert said[0] < said[1]


def test_the_guide_and_the_page_build_the_same_queries_in_both_languages() -> None:
    pages = {code: blocks(path, "sparql") for code, path in PAGES.items()}
    assert set(blocks(GUIDE, "sparql")) <= set(pages["sv"])
    in_both = zip(pages["sv"], pages["en"], strict=True)
    for swedish, english in in_both:
        assert shape(swedish) == shape(english)


def shape(query: str) -> list[str]:
    """A query without the names of its variables and without the languages and the words it asks for."""
    return re.sub(r'\?\w+|"[^"]*"', "_", query).split()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_query_of_the_page_is_run_by_the_link_under_it(server: Server, prefix: str) -> None:
    with urlopen(f"http://127.0.0.1:{server.port}{prefix}/sparql/guide") as answer:
        html = answer.read().decode()
    run = [link for link in links(html) if "query=" in link]
    assert [parse_qs(urlsplit(link).query)["query"][0] for link in run] == blocks(
        PAGES["en" if prefix else "sv"], "sparql"
    )
    assert all(urlsplit(link).path == "../sparql" for link in run)
    assert f"{SECONDS} se" in html
    # No place for a value was left open.
    assert not re.search(r"\{[a-z]+\}", html)


def test_the_limits_in_the_guide_are_the_defaults() -> None:
    told = dict(
        re.findall(r"^\| ([a-zåäö ]+) \| ([\d ]+) ?(?:s|MB|kB|per användare)? \|", guide(), re.MULTILINE)
    )
    settings = Settings()
    assert {name: int(number.replace(" ", "")) for name, number in told.items()} == {
        "tid": settings.sparql_seconds,
        "minne": settings.sparql_memory // 10**6,
        "svar": settings.sparql_bytes // 10**6,
        "frågans längd": settings.sparql_query_bytes // 1000,
        "träffar i en textsökning": settings.sparql_hits,
        "frågor på en gång": settings.sparql_share,
    }
    assert settings.sparql_workers == 3 and "körs tre frågor åt gången" in guide()
    assert f"citera {settings.sparql_citations_hour} nya frågor i\ntimmen" in guide()
    assert f"på högst {settings.sparql_citation_bytes // 1000} kB var" in guide()


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def at(server: Server, program: str) -> str:
    """A program of the guide, for the server of this test."""
    assert ADDRESS in program
    return program.replace(ADDRESS, f"http://127.0.0.1:{server.port}/sparql")


def test_the_curl_of_the_guide_gets_the_counts(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fraga.rq").write_text(last_step(GUIDE), encoding="utf-8")
    (call,) = (block for block in blocks(GUIDE, "sh") if "fraga.rq" in block)
    done = subprocess.run(
        ["sh", "-c", at(server, call)], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    found = {row["namn"]: int(row["antal"]) for row in csv.DictReader(StringIO(done.stdout))}
    assert found == counted_by_hand("sv")


def test_the_python_of_the_guide_gets_the_counts(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fraga.rq").write_text(last_step(GUIDE), encoding="utf-8")
    (program,) = (block for block in blocks(GUIDE, "python") if "fraga.rq" in block)
    done = run(at(server, program), tmp_path)
    version, *lines = done.splitlines()
    assert re.fullmatch(r"version \d+", version)
    assert {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in lines} == counted_by_hand("sv")


@pytest.mark.parametrize("code", PAGES)
def test_the_python_of_the_page_runs(server: Server, tmp_path: Path, code: str) -> None:
    (program,) = blocks(PAGES[code], "python")
    lines = run(
        program.replace("{endpoint}", f"http://127.0.0.1:{server.port}/sparql"), tmp_path
    ).splitlines()
    assert len(lines) > 60 and all("/id/insats/" in line for line in lines[1:])


def run(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout


def test_the_address_that_the_r_of_the_guide_makes_is_answered(server: Server) -> None:
    """R itself is not at hand here, so its one request is made as URLencode(reserved = TRUE) writes it."""
    (program,) = blocks(GUIDE, "r")
    address = re.search(r'paste0\("(https://[^"]+)", URLencode\(query, reserved = TRUE\)\)', program)
    assert address
    with urlopen(at(server, address[1]) + quote(last_step(GUIDE).strip(), safe="")) as answer:
        found = list(csv.DictReader(StringIO(answer.read().decode())))
    assert {row["namn"]: int(row["antal"]) for row in found} == counted_by_hand("sv")


def test_every_setting_of_sparql_is_spoken_of_in_the_operators_guide() -> None:
    told = (DOCS / "drift.md").read_text(encoding="utf-8")
    section = told.partition("\n## SPARQL\n")[2].partition("\n## ")[0]
    for name in ("WORKERS", "LINE", "SHARE", "MEMORY", "BYTES"):
        assert f"PIVI_SPARQL_{name}" in section
    names = {each.name for each in dataclasses.fields(Settings) if each.name.startswith("sparql_")}
    assert {f"PIVI_{name.upper()}" for name in names} <= set(re.findall(r"`(PIVI_SPARQL_[A-Z_]+)`", told))
