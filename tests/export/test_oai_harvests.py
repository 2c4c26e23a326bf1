"""Harvests over OAI-PMH while the catalogue changes: nothing is lost, nothing comes twice, what went is told."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalogue.export.oai import Repository, Shown, stamp
from catalogue.journal import Journal, NewRevision
from catalogue.namespaces import PIVI
from catalogue.publishing import withdraw
from catalogue.revisions import REVISIONS, moment_as_text
from catalogue.shapes import Shapes
from catalogue.store import Store
from tests.export.test_oai import OAI, code, texts

BASE = "https://pivi.example.se/"
START = datetime(2026, 1, 1, tzinfo=UTC)
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


class Catalogue:
    """A journal that a test writes to, and harvests of it, three records a page."""

    def __init__(self, folder: Path, shapes: Shapes) -> None:
        self.journal = Journal.open(folder / "journal.sqlite")
        self.repository = Repository(
            self.journal,
            shapes,
            base=BASE,
            name="Prov",
            publisher="Provstad",
            contact="a@example.org",
            page=3,
        )
        self.store = Store.in_memory()

    def put(self, name: str, title: str, base: str = BASE) -> None:
        iri = f"{base}id/insats/{name}"
        content = (
            f'<{iri}> <http://purl.org/dc/terms/title> "{title}"@sv .\n<{iri}> {TYPE} {PIVI.Initiative} .\n'
            f'<{iri}> {PIVI.internalNote} "hemligt"@sv .\n'
        ).encode()
        self._dated(
            self.journal.append([NewRevision(iri, PIVI.Initiative.value, content, "test", "test")])[-1]
        )

    def take(self, name: str) -> None:
        self._dated(withdraw(self.journal, f"{BASE}id/insats/{name}", reason="Slut", by="test"))

    def _dated(self, seq: int) -> None:
        """A second for each revision, as when a catalogue lives for long."""
        at = moment_as_text(START + timedelta(seconds=seq))
        with self.journal.database.write() as connection:
            connection.execute(REVISIONS.update().where(REVISIONS.c.seq == seq).values(at=at))

    def ask(self, verb: str = "ListRecords", **given: str) -> ET.Element:
        shown = Shown(self.journal.head(), self.store)
        return ET.fromstring(self.repository.answer([("verb", verb), *given.items()], shown))

    def harvest(self, **given: str) -> Iterator[ET.Element]:
        """The pages, one at a time, so that a test can do something between them."""
        page = self.ask(metadataPrefix="oai_dc", **given)
        while True:
            yield page
            token = next(iter(texts(page, "resumptionToken")), "")
            if not token:
                return
            page = self.ask(resumptionToken=token)

    def published(self) -> dict[str, str | None]:
        """What a harvester ought to have: the title of each record, None for one that is deleted."""
        return {
            each.iri.removeprefix(BASE + "id/"): _title(each.content) if each.published else None
            for each in self.journal.current_all()
            if each.iri.startswith(BASE)
        }


def _title(content: bytes) -> str:
    return content.decode().partition('"')[2].partition('"')[0]


def records(page: ET.Element) -> list[tuple[str, str | None]]:
    dc = "{http://purl.org/dc/elements/1.1/}"
    return [
        (
            (record[0].findtext(OAI + "identifier") or "").removeprefix("oai:pivi.example.se:"),
            None if record[0].get("status") == "deleted" else record.findtext(f".//{dc}title"),
        )
        for record in page.iter(OAI + "record")
    ]


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes.load()


@pytest.fixture
def catalogue(tmp_path: Path, shapes: Shapes) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path, shapes)
    yield made
    made.journal.close()


def test_an_empty_catalogue_has_nothing_to_give(catalogue: Catalogue) -> None:
    assert code(catalogue.ask(metadataPrefix="oai_dc")) == "noRecordsMatch"
    assert texts(catalogue.ask("Identify"), "earliestDatestamp")


@pytest.mark.parametrize("seed", range(12))
def test_a_harvest_beside_changes_and_one_after_it_end_with_what_is_published(
    catalogue: Catalogue, seed: int
) -> None:
    chance = random.Random(seed)
    names = [f"n{number}" for number in range(20)]
    for name in names:
        catalogue.put(name, f"Först {name}")
    mine: dict[str, str | None] = {}
    latest = ""
    for page in catalogue.harvest():
        latest = max([latest, *texts(page, "datestamp")])
        found = records(page)
        again = [name for name, title in found if name in mine and mine[name] == title]
        assert again == [], "what comes twice has changed"
        mine.update(found)
        for _ in range(chance.randrange(4)):
            name = chance.choice(names)
            if catalogue.published()[f"insats/{name}"] is None:
                catalogue.put(f"ny{chance.randrange(10**6)}", "Ny")
            elif chance.random() < 0.3:
                catalogue.take(name)
            else:
                catalogue.put(name, f"Ändrad {chance.random()}")
    for page in catalogue.harvest(**{"from": latest}):
        mine.update(records(page))
    assert mine == catalogue.published()


def test_what_is_withdrawn_during_a_harvest_is_not_told_later_in_it_but_in_the_next(
    catalogue: Catalogue,
) -> None:
    for number in range(7):
        catalogue.put(f"n{number}", "Titel")
    pages = catalogue.harvest()
    latest = max(texts(next(pages), "datestamp"))
    catalogue.take("n4")
    assert [name for page in pages for name, _ in records(page)] == ["insats/n3", "insats/n5", "insats/n6"]
    following = dict(each for page in catalogue.harvest(**{"from": latest}) for each in records(page))
    assert following["insats/n4"] is None


def test_a_list_whose_rest_has_changed_goes_on_with_what_it_became(catalogue: Catalogue) -> None:
    for number in range(4):
        catalogue.put(f"n{number}", "Titel")
    pages = catalogue.harvest()
    next(pages)
    catalogue.put("n0", "Annan")
    catalogue.put("n3", "Annan")
    assert [each for page in pages for each in records(page)] == [
        ("insats/n0", "Annan"),
        ("insats/n3", "Annan"),
    ]


def test_a_list_with_an_end_whose_rest_has_changed_is_to_begin_again(catalogue: Catalogue) -> None:
    for number in range(5):
        catalogue.put(f"n{number}", "Titel")
    pages = catalogue.harvest(until=stamp(START + timedelta(seconds=4)))
    next(pages)
    catalogue.put("n3", "Annan")
    assert code(next(pages)) == "badResumptionToken"


def test_what_is_deleted_stays_told_for_ever_in_its_set(catalogue: Catalogue) -> None:
    catalogue.put("n1", "Titel")
    catalogue.take("n1")
    for given in ({"metadataPrefix": "oai_dc"}, {"metadataPrefix": "rdf", "set": "insats"}):
        assert records(catalogue.ask(**given)) == [("insats/n1", None)]
    one = catalogue.ask("GetRecord", metadataPrefix="oai_dc", identifier="oai:pivi.example.se:insats/n1")
    assert records(one) == [("insats/n1", None)]
    assert code(catalogue.ask(metadataPrefix="oai_dc", set="aktor")) == "noRecordsMatch"


def test_size_and_place_are_those_of_the_whole_list(catalogue: Catalogue) -> None:
    for number in range(7):
        catalogue.put(f"n{number}", "Titel")
    told = [page.find(f".//{OAI}resumptionToken") for page in catalogue.harvest()]
    assert [(each.get("completeListSize"), each.get("cursor")) for each in told if each is not None] == [
        ("7", "0"),
        ("7", "3"),
        ("7", "6"),
    ]
    # The last page of a list that was cut has an empty token (section 3.5).
    assert told[-1] is not None and not told[-1].text
    short = catalogue.ask(metadataPrefix="oai_dc", until="2100-01-01", **{"from": "2100-01-01"})
    assert code(short) == "noRecordsMatch"


def test_only_our_own_records_are_given(catalogue: Catalogue) -> None:
    catalogue.put("n1", "Egen")
    catalogue.put("n2", "Annans", base="https://annan.example.se/")
    assert records(catalogue.ask(metadataPrefix="oai_dc")) == [("insats/n1", "Egen")]


def test_bounds_are_inclusive_in_seconds_and_in_days(catalogue: Catalogue) -> None:
    catalogue.put("n1", "Titel")
    at = next(catalogue.journal.since(0)).at.astimezone(UTC)
    day, second = timedelta(days=1), timedelta(seconds=1)

    def found(since: datetime, until: datetime, written: int) -> bool:
        given = {"from": stamp(since)[:written], "until": stamp(until)[:written]}
        return bool(records(catalogue.ask(metadataPrefix="oai_dc", **given)))

    assert found(at, at, 20) and found(at, at, 10)
    assert not found(at + second, at + second, 20) and not found(at - second, at - second, 20)
    assert not found(at + day, at + day, 10) and not found(at - day, at - day, 10)
    assert records(catalogue.ask(metadataPrefix="oai_dc", until="9999-12-31"))


def test_a_token_is_of_one_verb_and_one_journal_and_holds_after_a_restart(
    catalogue: Catalogue, tmp_path: Path, shapes: Shapes
) -> None:
    for number in range(4):
        catalogue.put(f"n{number}", "Titel")
    token = texts(catalogue.ask(metadataPrefix="rdf"), "resumptionToken")[0]
    assert code(catalogue.ask("ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    again = Catalogue(tmp_path, shapes)
    assert records(again.ask(resumptionToken=token))[0][0] == "insats/n3"
    other = Catalogue(tmp_path / "other", shapes)
    for number in range(4):
        other.put(f"n{number}", "Annan")
    assert code(other.ask(resumptionToken=token)) == "badResumptionToken"
    middle = len(token) // 2
    for forged in (
        token[:-2],
        token + "AAAA",
        token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :],
    ):
        assert code(catalogue.ask(resumptionToken=forged)) == "badResumptionToken"


def test_a_text_that_xml_cannot_hold_spoils_no_answer(catalogue: Catalogue) -> None:
    catalogue.put("n1", "Före\\u0001efter & <b> \\uFFFE")
    for prefix in ("oai_dc", "rdf"):
        assert catalogue.ask(metadataPrefix=prefix).find(f".//{OAI}metadata") is not None
    assert code(catalogue.ask("Identify", **{"\x01": "\x02"})) == "badArgument"


def test_a_repository_with_a_name_tells_how_its_identifiers_are_made(catalogue: Catalogue) -> None:
    space = "{http://www.openarchives.org/OAI/2.0/oai-identifier}"
    said = catalogue.ask("Identify").find(f".//{space}oai-identifier")
    assert said is not None
    assert [each.text for each in said] == ["oai", "pivi.example.se", ":", "oai:pivi.example.se:insats/k7md"]


def test_internal_notes_stay_here(catalogue: Catalogue) -> None:
    catalogue.put("n1", "Titel")
    for prefix in ("oai_dc", "rdf"):
        assert "hemligt" not in ET.tostring(catalogue.ask(metadataPrefix=prefix), encoding="unicode")
