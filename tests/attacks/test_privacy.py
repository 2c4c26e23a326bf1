"""What must stay within the journal, or on one page: looked for everywhere else, on disk too."""

from __future__ import annotations

import json
from pathlib import Path

from flask.testing import FlaskClient

from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.projections import Projections
from catalogue.publishing import withdraw
from catalogue.settings import Settings
from tests.attacks.conftest import BASE, Load, initiative

SECRETS = ("Kvartsopal", "Aktinium", "Blåklocka")
TOLD = "Trumslagarpojke"
RECORDS = (
    initiative("zzbf", also='pivi:internalNote "Kvartsopal"; ')
    + """
<id/aktor/zzbf> a pivi:Organisation ; foaf:name "Sångfåglarna"@sv ; pivi:internalNote "Aktinium" ;
    pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/forening> .
<id/berattelse/zzbf> a pivi:Story ; dct:title "Sagan om sången"@sv ; dct:abstract "En sång om våren."@sv ;
    pivi:storyText "Jag var en ensam Trumslagarpojke i många år innan jag hittade hit."@sv ;
    schema:about <id/insats/zzbf> ; dct:issued "2025-01-02"^^xsd:date ; pivi:consentReference "Blåklocka" .
"""
)
STORY = "/berattelse/zzbf"
THINGS = ("/insats/zzbf", "/aktor/zzbf", STORY)
DATA = (".ttl", ".nt", ".jsonld", ".rdf", ".bib", ".ris")
LISTS = ("/", "/sok", "/insats/", "/aktor/", "/berattelse/", "/insats/8kdh", "/aktor/v4xg", "/plats/1480")


def _everything(client: FlaskClient) -> dict[str, str]:
    addresses = [thing + suffix for thing in THINGS for suffix in ("", *DATA)] + list(LISTS)
    return {
        prefix + address: client.get(prefix + address, follow_redirects=True).get_data(as_text=True)
        for address in addresses
        for prefix in ("", "/en")
    }


def test_internal_and_page_only_texts_are_found_nowhere_else(
    client: FlaskClient, shown: Projections, settings: Settings, load_turtle: Load
) -> None:
    assert load_turtle(RECORDS).published
    shown.catch_up()
    for address, answer in _everything(client).items():
        assert not any(secret in answer for secret in SECRETS), address
        assert (TOLD in answer) == (address in (STORY, "/en" + STORY)), address
    for word in (*SECRETS, TOLD):
        assert client.get("/forslag", query_string={"q": word}).get_json() == {"suggestions": []}
        assert 'href="/insats/zzbf"' not in client.get("/sok", query_string={"q": word}).get_data(
            as_text=True
        )
    _absent_from_disk(settings.data, (*SECRETS, TOLD))


def _absent_from_disk(data: Path, words: tuple[str, ...]) -> None:
    projections = next(data.glob("generation-*"))
    files = [file for file in projections.rglob("*") if file.is_file()]
    assert files
    for file in files:
        content = file.read_bytes().lower()
        assert not any(word.lower().encode() in content for word in words), file


def test_a_story_tells_its_text_in_its_section_only_and_asks_that_no_copy_is_kept(
    client: FlaskClient, shown: Projections, load_turtle: Load
) -> None:
    load_turtle(RECORDS)
    shown.catch_up()
    page = client.get(STORY).get_data(as_text=True)
    assert page.count(TOLD) == 1
    assert TOLD not in page.partition("<body")[0]
    assert '<meta name="robots" content="noarchive">' in page
    assert "noarchive" not in client.get("/insats/zzbf").get_data(as_text=True)


def test_a_withdrawn_story_is_gone_at_once_from_everything_and_its_name_with_it(
    client: FlaskClient, shown: Projections, settings: Settings, load_turtle: Load
) -> None:
    load_turtle(RECORDS)
    shown.catch_up()
    known = {
        address: client.get(address).headers["ETag"] for address in (STORY, "/insats/zzbf", "/berattelse/")
    }
    assert "Sagan om sången" in client.get("/insats/zzbf").get_data(as_text=True)
    journal = Journal.open(Layout(settings.data).journal)
    withdraw(journal, f"{BASE}id{STORY}", reason="Samtycket är återkallat.", by="pivi withdraw")
    journal.close()
    shown.catch_up()
    for address, etag in known.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code != 304
    for address, answer in _everything(client).items():
        assert "Sagan om sången" not in answer and TOLD not in answer, address
    assert client.get(STORY).status_code == 410
    assert "Samtycket är återkallat." in client.get(STORY).get_data(as_text=True)
    assert "Sagan" not in json.dumps(client.get("/forslag?q=sagan").get_json())
