"""A change feed that is endless, lying, huge or broken harms nothing: what is here stays, and is told why."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from tests.harvest.conftest import THEIRS, Elsewhere, Here
from tests.harvest.others import RECORD, Others, leads, version


@pytest.fixture
def refused(here: Here) -> Callable[[str], None]:
    """Harvest what must be refused with these words, and see that nothing has changed."""

    def check(words: str) -> None:
        before = here.theirs()
        result = here.harvest("boras")
        assert result.exit_code == 1, result.output
        assert words in result.output, result.output
        assert "Traceback" not in result.output
        assert here.theirs() == before

    return check


def test_an_endless_feed(
    others: Others, elsewhere: Elsewhere, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        number = int(request.path[2:])
        body = f"</p{number}> <https://w3id.org/tree#relation> [ <https://w3id.org/tree#node> </p{number + 1}> ] .".encode()
        request.send_response(200)
        request.send_header("Content-Type", "text/turtle")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    for number in range(40):
        elsewhere.answers[f"/p{number}"] = endless
    others.root(leads("/p0"))
    monkeypatch.setenv("PIVI_HARVEST_PAGES", "20")
    refused("har fler än 20 sidor")


def test_a_page_on_another_host(others: Others, refused: Callable[[str], None]) -> None:
    others.root(leads("http://169.254.169.254/latest/meta-data/") + version("v1", "Ett"))
    refused("hör inte till källans värdar")


@pytest.mark.parametrize(
    "address", ["https://ex℀mple.se/x#y", "http://[v1.x:y]/x#y", "javascript:alert(1)#x"]
)
@pytest.mark.parametrize("property", ["view", "relation"])
def test_an_address_that_is_none(
    others: Others, refused: Callable[[str], None], address: str, property: str
) -> None:
    others.root(f"<#s> tree:view <{address}> ." if property == "view" else leads(address))
    refused("hör inte till källans värdar")


def test_pages_that_all_lead_to_each_other(
    others: Others, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    others.root("".join(leads(f"/{number}") for number in range(30)))
    for number in range(30):
        others.page("".join(leads(f"/{other}") for other in range(30)).replace("</feed>", "<>"), f"/{number}")
    monkeypatch.setenv("PIVI_HARVEST_PAGES", "100")
    refused("har tillsammans fler än 500 länkar till andra sidor")


def test_members_without_end(
    others: Others, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIVI_LOAD_MEMORY", "200000000")
    gone = "".join(
        f"<#s> tree:member <m{number}> . <m{number}> a as:Delete ; as:object <{THEIRS}id/insats/{'x' * 9_000}{number}> ;"
        ' dct:created "2026-01-01T00:00:00Z"^^xsd:dateTime .'
        for number in range(2_000)
    )
    others.root(leads("/0"))
    for number in range(12):
        page = gone.replace("<m", f"</{number}m").replace("<#s>", "</feed#s>")
        others.page(
            page.replace("xxx", f"x{number:02}") + leads(f"/{number + 1}").replace("</feed>", "<>"),
            f"/{number}",
        )
    refused("har fler medlemmar än vad som får plats i minnet")


@pytest.mark.parametrize("bound", [("GreaterThanOrEqualTo", 5), ("LessThan", 1)])
def test_bounds_that_do_not_hold(
    others: Others, refused: Callable[[str], None], bound: tuple[str, int]
) -> None:
    others.root(leads("/1", bound))
    others.page(version("/v1", "Ett", 3).replace("<#s>", "</feed#s>"), "/1")
    refused("vars tid inte stämmer med vad flödet säger om sidan")


def test_a_member_without_a_time(others: Others, refused: Callable[[str], None]) -> None:
    others.root(version("v1", "Ett").replace("2026-01-01T00:00:00Z", "i går"))
    refused("har ingen tid som går att läsa i http://purl.org/dc/terms/created")


@pytest.mark.parametrize(
    "turtle", [f"<{RECORD}> a pivi:Initiative .", "<#a> a ldes:EventStream . <#b> a ldes:EventStream ."]
)
def test_what_is_no_feed_or_several(others: Others, refused: Callable[[str], None], turtle: str) -> None:
    others.page(turtle, "/feed")
    refused("är ingen sida i ett ändringsflöde (LDES), eller i flera")


def test_a_page_that_is_missing_or_broken(
    others: Others, elsewhere: Elsewhere, refused: Callable[[str], None]
) -> None:
    others.root(leads("/1"))
    refused("svarade 404 i stället för 200")
    elsewhere.has(b"<<<", "/1", Content_Type="text/turtle")
    refused("är inte giltig Turtle")
    elsewhere.has(b"<!doctype html>", "/1", Content_Type="text/turtle")
    refused("är en webbsida (HTML), inte RDF")


def test_a_page_that_is_too_large(
    others: Others, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    others.root("".join(version(f"v{number}", "x" * 1000) for number in range(2_000)))
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "1000000")
    refused("är större än 1 MB")
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "9000000")
    monkeypatch.setenv("PIVI_LOAD_BYTES", "1000000")
    refused("är större än 1 MB när den är uppackad")
    others.root("".join(version(f"v{number}", "x" * 20_000) for number in range(3_000)))
    monkeypatch.delenv("PIVI_HARVEST_BYTES")
    monkeypatch.delenv("PIVI_LOAD_BYTES")
    monkeypatch.setenv("PIVI_LOAD_MEMORY", "80000000")
    refused("gick inte att läsa: dokumentet är för stort")


def test_a_member_that_is_broken_stays_out_and_the_others_come(
    others: Others, here: Here, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(version("v1", "Ett") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    titles()
    others.root(
        version("v1", "Ett")
        + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3")
        + f"""<#s> tree:member <v3> . <v3> dct:isVersionOf <{RECORD}> ;
          dct:created "2026-01-03T00:00:00Z"^^xsd:dateTime ."""
        + version("v4", "Tre", 4, f"{THEIRS}id/insats/d4d4")
    )
    assert titles() == {"b2b2": "Ett", "c3c3": "Två", "d4d4": "Tre"}
    assert f"{RECORD} saknar rdf:type" in here.harvest("--report").output


def test_a_page_that_is_gone_is_taken_as_empty_and_what_was_on_it_stays(
    others: Others, elsewhere: Elsewhere, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(leads("/1") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    others.page(version("/v1", "Ett").replace("<#s>", "</feed#s>"), "/1")
    assert len(titles()) == 2
    elsewhere.sends(410, "/1")
    assert titles() == {"b2b2": "Ett", "c3c3": "Två"}
