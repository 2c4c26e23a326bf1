"""What became of Göteborg's district administrations, and what the public bodies say of themselves."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, FOAF, ORG, RDF, Graph, Literal, URIRef
from rdflib.term import Node

from tests.knowledge.test_places import DISTRICTS, name

NS = "https://w3id.org/pivi/ns#"
ORGANISATION, KIND = URIRef(NS + "Organisation"), URIRef(NS + "actorKind")
FROM, THROUGH = URIRef(NS + "validFrom"), URIRef(NS + "validThrough")
DATE = URIRef("http://www.w3.org/2001/XMLSchema#date")
NUMBER = URIRef(NS + "organisationNumber")
PUBLIC = URIRef("http://data.europa.eu/m8g/PublicOrganisation")
KINDS = "https://w3id.org/pivi/begrepp/aktorsslag/"
EVERY_DISTRICT = set().union(*DISTRICTS.values())
CITY_WIDE = {"Nämnden för funktionsstöd", "Äldre samt vård- och omsorgsnämnden"}


def called(graph: Graph, organisation: Node | None, language: str = "sv") -> str:
    found = [each for each in graph.objects(organisation, FOAF.name) if isinstance(each, Literal)]
    return next(str(each) for each in found if each.language == language)


def named(graph: Graph, wanted: str) -> Node:
    return next(each for each in graph.subjects(RDF.type, ORGANISATION) if called(graph, each) == wanted)


def before(graph: Graph, organisation: Node) -> set[str]:
    return {
        called(graph, original)
        for event in graph.objects(organisation, ORG.resultedFrom)
        for original in graph.objects(event, ORG.originalOrganization)
    }


def after(graph: Graph, organisation: Node) -> set[str]:
    return {
        called(graph, result)
        for event in graph.subjects(ORG.originalOrganization, organisation)
        for result in graph.objects(event, ORG.resultingOrganization)
    }


def test_ten_district_administrations_and_the_resource_administration_ended_with_2020(vocab: Graph) -> None:
    ended = {
        called(vocab, each)
        for each in vocab.subjects(RDF.type, ORGANISATION)
        if (each, THROUGH, None) in vocab
    }
    assert ended == {f"Stadsdelsförvaltningen {each}" for each in EVERY_DISTRICT} | {
        "Social resursförvaltning"
    }
    assert {str(each) for each in vocab.objects(None, THROUGH)} == {"2020-12-31"}


def test_each_district_administration_worked_in_its_district(vocab: Graph) -> None:
    for district in EVERY_DISTRICT:
        administration = named(vocab, f"Stadsdelsförvaltningen {district}")
        assert name(vocab, vocab.value(administration, DCTERMS.spatial)) == district
        assert vocab.value(administration, KIND) == URIRef(KINDS + "stadsdelsforvaltning")


def test_six_bodies_began_with_2021(vocab: Graph) -> None:
    begun = {
        called(vocab, each)
        for each in vocab.subjects(FROM, Literal("2021-01-01", datatype=DATE))
        if (each, RDF.type, ORGANISATION) in vocab
    }
    assert begun == {f"Socialnämnd {area}" for area in DISTRICTS} | CITY_WIDE


@pytest.mark.parametrize("area", DISTRICTS)
def test_a_social_welfare_committee_came_after_the_administrations_of_its_area(
    vocab: Graph, area: str
) -> None:
    committee = named(vocab, f"Socialnämnd {area}")
    assert before(vocab, committee) == {f"Stadsdelsförvaltningen {each}" for each in DISTRICTS[area]} | {
        "Social resursförvaltning"
    }
    assert name(vocab, vocab.value(committee, DCTERMS.spatial)) == area


@pytest.mark.parametrize("body", sorted(CITY_WIDE))
def test_a_city_wide_committee_came_after_all_ten(vocab: Graph, body: str) -> None:
    assert before(vocab, named(vocab, body)) >= {f"Stadsdelsförvaltningen {each}" for each in EVERY_DISTRICT}


def test_succession_is_many_to_many(vocab: Graph) -> None:
    for area, districts in DISTRICTS.items():
        for district in districts:
            successors = after(vocab, named(vocab, f"Stadsdelsförvaltningen {district}"))
            assert successors == {f"Socialnämnd {area}"} | CITY_WIDE


def test_every_reorganisation_is_a_dated_part_of_what_came_out_of_it(vocab: Graph) -> None:
    events = set(vocab.subjects(RDF.type, ORG.ChangeEvent))
    assert len(events) == 6
    for event in events:
        assert str(vocab.value(event, DCTERMS.date)) == "2021-01-01"
        result = vocab.value(event, ORG.resultingOrganization)
        assert str(event).startswith(f"{result}#") and (result, ORG.resultedFrom, event) in vocab


def test_helsingborg_has_its_committee_and_its_administration(vocab: Graph) -> None:
    city = named(vocab, "Helsingborgs stad")
    assert str(vocab.value(city, DCTERMS.spatial)).endswith("/1283")
    assert {called(vocab, each) for each in vocab.subjects(ORG.subOrganizationOf, city)} == {
        "Socialnämnden, Helsingborgs stad",
        "Socialförvaltningen, Helsingborgs stad",
    }


def test_every_public_body_is_one_by_type_too_and_named_in_both_languages(vocab: Graph) -> None:
    for each in vocab.subjects(RDF.type, ORGANISATION):
        assert (each, RDF.type, PUBLIC) in vocab
        assert called(vocab, each) and called(vocab, each, "en")


def test_organisation_numbers_are_right_by_their_check_digit(vocab: Graph) -> None:
    """Luhn's sum, as in every Swedish organisation number."""
    numbers = [str(each).replace("-", "") for each in vocab.objects(None, NUMBER)]
    assert numbers
    for number in numbers:
        doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(number)]
        assert sum(each // 10 + each % 10 for each in doubled) % 10 == 0, number
