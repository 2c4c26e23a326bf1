"""What the description says of settings, dates, places, dumps and years, and how an installation says its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from rdflib.term import Literal, URIRef

from app.cli import main
from catalogue.errors import InvalidInput
from catalogue.export import dcat
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, Profile
from catalogue.export.facts import Facts
from catalogue.formats import TURTLE
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI, SKOS
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.export.conftest import BASE, DCAT, DCT, HERE
from tests.export.test_profiles import DUMPS, YEARS, faults

THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


def described(facts: Facts, profile: Profile = DCAT_AP) -> rdflib.Graph:
    return rdflib.Graph().parse(data=dcat.document(facts, profile, TURTLE), format="turtle")


def test_equal_facts_give_equal_bytes(facts: Facts) -> None:
    assert dcat.document(facts, DCAT_AP_SE, TURTLE) == dcat.document(replace(facts), DCAT_AP_SE, TURTLE)


def test_without_sparql_dumps_and_years_none_of_them_is_told(facts: Facts) -> None:
    said = dcat.document(facts, DCAT_AP, TURTLE).decode()
    for word in ("sparql", "dump", "arsutg"):
        assert word not in said.replace("sparql-service-description", "")


def test_dumps_are_distributions_of_everything_with_size_checksum_and_format(facts: Facts) -> None:
    found = described(replace(facts, dumps=DUMPS))
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    addresses = set()
    for distribution in found.objects(HERE.allt, DCAT.distribution):
        if found.value(distribution, DCAT.accessService):  # the change feed is no file
            continue
        addresses.add(str(found.value(distribution, DCAT.downloadURL)))
        assert found.value(distribution, DCAT.byteSize).toPython() == 12_345
        checksum = found.value(distribution, spdx.checksum)
        assert str(found.value(checksum, spdx.checksumValue)) == "ab" * 32
        assert str(found.value(distribution, DCAT.compressFormat)).endswith("application/gzip")
        assert found.value(distribution, DCT["format"])
    assert addresses == {BASE + "data/dump.nt.gz", BASE + "data/dump.ttl.gz"}


def test_new_files_are_told_though_the_data_is_the_same(facts: Facts) -> None:
    later = replace(
        facts, dumps=tuple(replace(each, modified=datetime(2099, 1, 1, tzinfo=UTC)) for each in DUMPS)
    )
    assert len({each.offer for each in (facts, replace(facts, dumps=DUMPS), later)}) == 3
    assert facts.touched == facts.changed
    assert later.touched.year == 2099


def test_each_year_is_a_dataset_of_a_series_with_the_version_it_froze(facts: Facts) -> None:
    found = described(replace(facts, years=YEARS), DCAT_AP_SE)
    for year, version in ((2025, "400"), (2026, "900")):
        dataset = HERE[f"arsutgava-{year}"]
        assert (HERE.katalog, DCAT.dataset, dataset) in found
        assert (dataset, DCAT.inSeries, HERE.arsutgavor) in found
        assert str(found.value(dataset, DCAT.version)) == version
        distribution = found.value(dataset, DCAT.distribution)
        assert str(found.value(distribution, DCAT.downloadURL)) == f"{BASE}data/{year}/dump.nt.gz"


def test_without_a_number_the_publisher_has_an_address_here(facts: Facts) -> None:
    found = described(facts)
    assert set(found.objects(None, DCT.publisher)) == {HERE.utgivare}
    assert faults(described(facts, DCAT_AP_SE), "dcat-ap-se") == ""


@pytest.mark.parametrize("number", ["212000-1355", "abc", "16212000135", " "])
def test_a_number_that_is_none_stops_the_start(number: str) -> None:
    with pytest.raises(InvalidInput, match="PIVI_PUBLISHER_NUMBER"):
        Settings.from_environment({"PIVI_PUBLISHER_NUMBER": number})


@pytest.mark.parametrize("address", ["", "pivi", "två ord@example.se", "<a@example.se>", "a@b@c"])
def test_a_contact_that_is_no_address_stops_the_start(address: str) -> None:
    with pytest.raises(InvalidInput, match="PIVI_CONTACT"):
        Settings.from_environment({"PIVI_CONTACT": address})


def test_the_places_are_the_municipalities_that_have_initiatives(facts: Facts) -> None:
    found = described(facts)
    places = set(found.objects(HERE.insatser, DCT.spatial))
    assert URIRef("https://w3id.org/pivi/id/plats/1480") in places
    assert URIRef("https://w3id.org/pivi/id/plats/0180") not in places
    assert set(found.objects(HERE.katalog, DCT.spatial)) == places
    nowhere = described(replace(facts, places={}))
    assert set(nowhere.objects(HERE.insatser, DCT.spatial)) == {URIRef("http://sws.geonames.org/2661886")}


def test_an_installation_says_its_own_themes_and_area(facts: Facts, tmp_path: Path) -> None:
    own = tmp_path / "katalog.ttl"
    own.write_text(
        f"""
        @prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> .
        <data/catalog#katalog> dct:title "Utvecklingsarbete i Exempelstad"@sv .
        <data/catalog#insatser> dcat:theme <{THEMES}EDUC> ; dct:spatial <http://sws.geonames.org/2711533> .
        <http://sws.geonames.org/2711533> a dct:Location .
        """,
        "utf-8",
    )
    settings = replace(facts.settings, description=str(own))
    found = described(replace(facts, settings=settings))
    assert set(found.objects(HERE.katalog, DCT.title)) == {
        Literal("Utvecklingsarbete i Exempelstad", lang="sv")
    }
    assert set(found.objects(HERE.insatser, DCAT.theme)) == {URIRef(THEMES + "EDUC")}
    assert set(found.objects(HERE.insatser, DCT.spatial)) == {URIRef("http://sws.geonames.org/2711533")}
    assert len(set(found.objects(HERE.aktorer, DCAT.theme))) == 2, "what it is silent of stays"
    assert faults(found, "dcat-ap-3") == ""


def test_the_example_of_the_operators_guide_keeps_both_profiles(facts: Facts, tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/drift.md").read_text("utf-8")
    examples = re.findall(r"^```turtle\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    (example,) = (each for each in examples if "#katalog>" in each)
    own = tmp_path / "katalog.ttl"
    own.write_text(example, "utf-8")
    settings = replace(facts.settings, description=str(own), publisher_number="2120001355")
    theirs = replace(facts, settings=settings)
    swedish = described(theirs, DCAT_AP_SE)
    assert faults(swedish, "dcat-ap-se") == faults(described(theirs), "dcat-ap-3") == ""
    publisher = URIRef("http://dataportal.se/organisation/SE2120001355")
    assert str(swedish.value(publisher, DCT.type)).endswith("RegionalAuthority")
    assert len(set(swedish.objects(HERE.katalog, DCT.title))) == 2


@pytest.mark.parametrize(
    "content", ["inte turtle", "<a> <b> [ <c> <d> ] .", None], ids=["no Turtle", "blank node", "no file"]
)
def test_a_file_of_its_own_that_cannot_be_used_stops_the_start(content: str | None, tmp_path: Path) -> None:
    own = tmp_path / "katalog.ttl"
    if content is not None:
        own.write_text(content, "utf-8")
    environment = {"PIVI_DATA": str(tmp_path / "data"), "PIVI_DESCRIPTION": str(own)}
    result = CliRunner(env=environment).invoke(main, ["serve", "--port", "0"])
    assert result.exit_code != 0
    assert "PIVI_DESCRIPTION" in result.output and str(own) in result.output


def test_each_dataset_has_the_dates_of_its_own_records(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        journal = projections.journal
        before = journal.spans(after=0, upto=journal.head())
        initiative = next(journal.current_all(types=[PIVI.Initiative.value]))
        content = initiative.content
        journal.append(
            [NewRevision(initiative.iri, initiative.type, content, by="test", origin="test", reason="again")]
        )
        after = journal.spans(after=0, upto=journal.head())
        new = journal.spans(after=journal.head() - 1, upto=journal.head())
    assert set(new) == {PIVI.Initiative.value}
    assert after[PIVI.Initiative.value].last == new[PIVI.Initiative.value].last
    assert after[PIVI.Initiative.value].first == before[PIVI.Initiative.value].first
    assert after[SKOS.Concept.value] == before[SKOS.Concept.value]
    assert isinstance(after[SKOS.Concept.value].last, datetime)
