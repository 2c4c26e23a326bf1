"""Counties, municipalities and the districts of Göteborg."""

from __future__ import annotations

import csv
import io
import re
import runpy
from collections import Counter
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

SHARED = "https://w3id.org/pivi/id/plats/"
NS = "https://w3id.org/pivi/ns#"
MUNICIPALITY, PLACE = URIRef(NS + "Municipality"), URIRef(NS + "Place")
CODE, KIND = URIRef(NS + "scbCode"), URIRef(NS + "placeKind")
FROM, THROUGH = URIRef(NS + "validFrom"), URIRef(NS + "validThrough")
CORRESPONDS_TO = URIRef(NS + "correspondsTo")
KINDS = "https://w3id.org/pivi/begrepp/platsslag/"
TOOL = Path(__file__).parents[2] / "tools" / "municipalities.py"

# Göteborg's districts 2011–2020 by the city area (2021–) that they lie in.
DISTRICTS = {
    "Nordost": {"Angered", "Östra Göteborg"},
    "Centrum": {"Centrum", "Majorna-Linné", "Örgryte-Härlanda"},
    "Sydväst": {"Askim-Frölunda-Högsbo", "Västra Göteborg"},
    "Hisingen": {"Lundby", "Norra Hisingen", "Västra Hisingen"},
}
# How many municipalities each county has (Statistics Sweden).
IN_COUNTY = {
    "01": 26, "03": 8, "04": 9, "05": 13, "06": 13, "07": 8, "08": 12, "09": 1, "10": 5, "12": 33, "13": 6,
    "14": 49, "17": 16, "18": 12, "19": 10, "20": 15, "21": 10, "22": 7, "23": 8, "24": 15, "25": 14,
}  # fmt: skip


def name(graph: Graph, place: Node | None, language: str = "sv") -> str:
    found = [label for label in graph.objects(place, SKOS.prefLabel) if isinstance(label, Literal)]
    return next(str(label) for label in found if label.language == language)


def of_kind(graph: Graph, kind: str) -> set[Node]:
    return set(graph.subjects(KIND, URIRef(KINDS + kind)))


def test_all_290_municipalities_have_a_unique_code_of_four_digits(vocab: Graph) -> None:
    municipalities = set(vocab.subjects(RDF.type, MUNICIPALITY))
    codes = [str(code) for each in municipalities for code in vocab.objects(each, CODE)]
    assert len(municipalities) == len(codes) == len(set(codes)) == 290
    assert all(re.fullmatch(r"[0-9]{4}", code) for code in codes)
    assert {str(each) for each in municipalities} == {SHARED + code for code in codes}
    assert municipalities == of_kind(vocab, "kommun")


def test_all_21_counties_have_their_code_and_their_municipalities(vocab: Graph) -> None:
    counties = {str(vocab.value(each, CODE)): each for each in of_kind(vocab, "lan")}
    assert {code: str(each) for code, each in counties.items()} == {code: SHARED + code for code in IN_COUNTY}
    inside = Counter(
        str(vocab.value(vocab.value(each, DCTERMS.isPartOf), CODE))
        for each in vocab.subjects(RDF.type, MUNICIPALITY)
    )
    assert inside == IN_COUNTY


def test_a_municipality_lies_in_the_county_that_its_code_begins_with(vocab: Graph) -> None:
    for each in vocab.subjects(RDF.type, MUNICIPALITY):
        assert vocab.value(each, DCTERMS.isPartOf) == URIRef(str(each)[:-2])


@pytest.mark.parametrize(
    ("code", "plain", "also", "english"),
    [
        ("1480", "Göteborg", {"Göteborgs stad", "Göteborgs kommun"}, "Gothenburg"),
        ("1283", "Helsingborg", {"Helsingborgs stad", "Helsingborgs kommun"}, "Helsingborg"),
        ("0180", "Stockholm", {"Stockholms stad", "Stockholms kommun"}, "Stockholm"),
        ("1280", "Malmö", {"Malmö stad", "Malmö kommun"}, "Malmö"),
        ("1490", "Borås", {"Borås stad", "Borås kommun"}, "Borås"),
        ("1489", "Alingsås", {"Alingsås kommun"}, "Alingsås"),
        ("2080", "Falun", {"Falu kommun"}, "Falun"),
        ("0980", "Gotland", {"Region Gotland", "Gotlands kommun"}, "Gotland"),
        ("1267", "Höör", {"Höörs kommun"}, "Höör"),
        ("1764", "Grums", {"Grums kommun"}, "Grums"),
        ("1438", "Dals-Ed", {"Dals-Eds kommun"}, "Dals-Ed"),
        ("0330", "Knivsta", {"Knivsta kommun"}, "Knivsta"),
    ],
)
def test_a_municipality_is_called_what_people_call_it(
    vocab: Graph, code: str, plain: str, also: set[str], english: str
) -> None:
    place = URIRef(SHARED + code)
    assert (name(vocab, place), name(vocab, place, "en")) == (plain, english)
    alternatives = [label for label in vocab.objects(place, SKOS.altLabel) if isinstance(label, Literal)]
    assert {str(label) for label in alternatives if label.language == "sv"} == also


def test_no_two_municipalities_share_a_name(vocab: Graph) -> None:
    names = [name(vocab, each) for each in vocab.subjects(RDF.type, MUNICIPALITY)]
    assert len(names) == len(set(names))


def test_the_ten_districts_lasted_from_2011_through_2020(vocab: Graph) -> None:
    districts = of_kind(vocab, "stadsdel")
    assert {name(vocab, each) for each in districts} == set().union(*DISTRICTS.values())
    for each in districts:
        assert (str(vocab.value(each, FROM)), str(vocab.value(each, THROUGH))) == ("2011-01-01", "2020-12-31")
        assert vocab.value(each, DCTERMS.isPartOf) == URIRef(SHARED + "1480")


def test_each_district_corresponds_to_the_city_area_that_replaced_it(vocab: Graph) -> None:
    areas = {name(vocab, each): each for each in of_kind(vocab, "stadsomrade")}
    assert set(areas) == set(DISTRICTS)
    for area, districts in DISTRICTS.items():
        assert str(vocab.value(areas[area], FROM)) == "2021-01-01"
        assert vocab.value(areas[area], THROUGH) is None
        for relation in (CORRESPONDS_TO, DCTERMS.isReplacedBy):
            assert {name(vocab, each) for each in vocab.subjects(relation, areas[area])} == districts


def test_helsingborg_has_no_districts(vocab: Graph) -> None:
    assert not set(vocab.subjects(DCTERMS.isPartOf, URIRef(SHARED + "1283")))


def test_local_references_are_opaque(vocab: Graph) -> None:
    local = {str(each) for each in vocab.subjects(RDF.type, PLACE)} - {SHARED + code for code in IN_COUNTY}
    local |= {str(each) for each in vocab.subjects(RDF.type, URIRef(NS + "Organisation"))}
    assert local
    assert all(re.fullmatch(r"[bcdfghjkmnpqrstvwxz2-9]{4,6}", each.rsplit("/", 1)[1]) for each in local)


def test_the_tool_writes_a_municipality_from_a_row_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    tool = runpy.run_path(str(TOOL))
    rows = csv.DictReader(
        io.StringIO("shortcode,name\n1480,Göteborgs stad\n319,Älvkarleby kommun\n14,Regionen\n,X\n")
    )
    listed = tool["municipalities"](rows)
    assert listed == [("0319", "Älvkarleby kommun"), ("1480", "Göteborgs stad")]
    written = Graph().parse(data=tool["HEAD"] + "".join(tool["municipality"](*each) for each in listed))
    assert name(written, URIRef(SHARED + "0319")) == "Älvkarleby"
    assert written.value(URIRef(SHARED + "1480"), DCTERMS.isPartOf) == URIRef(SHARED + "14")
