"""The sitemap names the pages that there are, robots.txt leads to it, and security.txt says whom to tell."""

from __future__ import annotations

import re
import urllib.robotparser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from app.factory import create_app
from catalogue.errors import InvalidInput
from catalogue.export import sitemap
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.export.conftest import BASE, Get

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def located(body: bytes) -> dict[str, str | None]:
    """Every address of a file of the sitemap, with when it changed."""
    return {
        str(each.findtext(MAP + "loc")): each.findtext(MAP + "lastmod") for each in etree.fromstring(body)
    }


def test_every_address_of_the_sitemap_answers(get: Get) -> None:
    reply = get("/sitemap.xml")
    assert (reply.status, reply.type) == (200, "application/xml")
    walked = 0
    for part, latest in located(reply.body).items():
        addresses = located(get(part).body)
        assert latest == max(each for each in addresses.values() if each)
        for place, address in enumerate(addresses):
            assert address.startswith(BASE)
            if place % 7 == 0:  # every seventh: both languages of all kinds of pages come up
                page = get(address, method="HEAD")
                assert page.status == 200, address
            walked += 1
    assert walked > 1_000


def test_each_page_stands_there_in_both_languages_with_the_other_as_alternate(get: Get) -> None:
    (part,) = located(get("/sitemap.xml").body)
    root = etree.fromstring(get(part).body)
    addresses = set(located(get(part).body))
    for url in root:
        links = {each.get("hreflang"): each.get("href") for each in url.findall(XHTML + "link")}
        assert set(links) == {"sv", "en"}
        assert url.findtext(MAP + "loc") in links.values()
        assert set(links.values()) <= addresses


def test_what_is_gone_is_gone_from_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        initiative = next(projections.journal.current_all(types=[PIVI.Initiative.value]))
        page = initiative.iri.replace("/id/", "/")
        before = located(client.get("/sitemap-1.xml").data)
        assert before[page] == initiative.at.isoformat(timespec="seconds")
        projections.journal.append(
            [NewRevision(initiative.iri, initiative.type, b"", by="test", origin="test", state="withdrawn")]
        )
        projections.catch_up()
        after = located(client.get("/sitemap-1.xml").data)
        assert set(before) - set(after) == {page, page.replace(BASE, BASE + "en/")}


def test_many_pages_become_several_files_below_the_limits() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    many = [
        sitemap.Page(tuple((code, f"{BASE}{code}/insats/{number}?a=1&b") for code in ("sv", "en")), now)
        for number in range(25_000)
    ]
    parts = sitemap.parts(many)
    assert [len(part) for part in parts] == [10_000, 10_000, 5_000]
    for part in parts:
        body = sitemap.file(part)
        assert len(body) < 50_000_000
        assert len(located(body)) == 2 * len(part) <= 50_000
    assert len(located(sitemap.index((str(number), part) for number, part in enumerate(parts)))) == 3
    assert len(sitemap.parts([])) == 1


def test_a_part_that_is_not_there_is_said(get: Get) -> None:
    assert get("/sitemap-0.xml").status == 404
    assert get("/sitemap-99.xml").status == 404


def allowed(robots: str, path: str) -> bool:
    """Whether a crawler may fetch a path: the longest rule decides, * is anything, $ the end (RFC 9309, section 2.2.2)."""
    best = (0, True)
    for line in robots.splitlines():
        name, _, pattern = line.partition(": ")
        if name in ("Allow", "Disallow"):
            expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\$", "$")
            if re.match(expression, path):
                best = max(best, (len(pattern), name == "Allow"))
    return best[1]


def test_crawlers_are_kept_out_of_combinations_and_led_to_the_sitemap(get: Get) -> None:
    robots = get("/robots.txt").text
    closed = ("/sok?omrade=fritid&status=pagar", "/en/sok?q=x", "/sok.csv?q=x", "/sparql?query=x", "/sparql")
    for path in (*closed, "/forslag?q=a", "/en/aktor/?slag=forening&sida=2", "/en/sparql/citat/abcd"):
        assert not allowed(robots, path), path
    opened = ("/", "/sok", "/en/sok", "/insats/7k3f", "/aktor/", "/aktor/?sida=2", "/om", "/en/sparql/guide")
    for path in (*opened, "/data/dump.nt.gz", "/datasets/dcat", "/nytt.atom", "/insats/7k3f.ttl"):
        assert allowed(robots, path), path
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(robots.splitlines())
    assert parser.site_maps() == [BASE + "sitemap.xml"]
    assert parser.can_fetch("*", BASE + "data/dump.nt.gz")
    # Another installation may harvest a list, or a search that its operator has chosen.
    assert not parser.can_fetch("*", BASE + "sok.ttl") and parser.can_fetch("Pivi", BASE + "sok.ttl")
    assert parser.can_fetch("Pivi", BASE + "sok.ttl?omrade=fritid")
    assert not parser.can_fetch("Pivi", BASE + "sparql?query=x")


def test_security_txt_follows_rfc_9116(get: Get) -> None:
    reply = get("/.well-known/security.txt")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    said = [line.partition(": ")[::2] for line in reply.text.splitlines()]
    fields = dict(said)
    assert len(fields) == len(said)  # none twice, and Expires at most once
    assert fields["Contact"] == "mailto:pivi@example.org"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert fields["Canonical"] == BASE + ".well-known/security.txt"
    assert fields["Preferred-Languages"] == "sv, en"


def test_whom_to_tell_of_a_flaw_is_a_setting(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE, security_contact="brister@example.org")
    with Projections.open(settings) as projections:
        client = create_app(settings, projections).test_client()
        assert b"Contact: mailto:brister@example.org\n" in client.get("/.well-known/security.txt").data
    with pytest.raises(InvalidInput) as refused:
        Settings.from_environment({"PIVI_SECURITY_CONTACT": "ingen adress"})
    assert refused.value.params["variable"] == "PIVI_SECURITY_CONTACT"
