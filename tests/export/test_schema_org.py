"""schema.org in every page: it parses as JSON-LD without the net, and says what the record says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyld import jsonld
from rdflib import RDF, Graph, URIRef

from tests.conformance.conftest import Reply
from tests.export.conftest import BASE, DCAT, Get, graph

SCHEMA = "http://schema.org/"
# One page of every kind, and the type that it is about.
PAGES = {
    "/": "WebSite",
    "/en/": "WebSite",
    "/sok": "SearchResultsPage",
    "/en/sok?q=night": "SearchResultsPage",
    "/aktor/": "CollectionPage",
    "/plats/": "CollectionPage",
    "/begrepp/": "CollectionPage",
    "/om": "WebPage",
    "/data": "DataCatalog",
    "/ns": "WebPage",
    "/sparql": "WebPage",
    "/insats/7k3f": "Project",
    "/en/insats/7k3f": "Project",
    "/plats/1480": "AdministrativeArea",
    "/begrepp/malgrupp": "DefinedTermSet",
    "/begrepp/malgrupp/barn": "DefinedTerm",
}
KINDS = {
    "aktor": {"Organization", "GovernmentOrganization", "CollegeOrUniversity"},
    "grupp": {"Organization"},
    "mote": {"Event"},
    "handelse": {"Event"},
    "iop": {"Project"},
    "berattelse": {"Article"},
    "film": {"VideoObject"},
    "dokument": {"Report"},
    "stodmodell": {"CreativeWork"},
}


def block(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200
    _, _, rest = reply.text.partition('<script type="application/ld+json">')
    found = rest.partition("</script>")[0]
    assert found and "<" not in found
    assert reply.text.count('application/ld+json">{') == 1
    said: dict[str, Any] = json.loads(found)
    return said


def offline(url: str, _options: object) -> dict[str, object]:
    """schema.org's own context in short: its terms, and which of them are addresses."""
    assert url == "https://schema.org"
    links = {key: {"@type": "@id"} for key in ("url", "item", "license", "sameAs", "contentUrl")}
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": {"@vocab": SCHEMA, **links}},
    }


def triples(said: dict[str, Any]) -> str:
    return str(jsonld.to_rdf(said, {"documentLoader": offline, "format": "application/n-quads"}))


@pytest.mark.parametrize("root", ["", "/en"])
def test_the_page_about_the_data_names_every_dataset_with_its_files(
    root: str, get: Get, european: Graph
) -> None:
    said = block(get(root + "/data", accept="text/html"))
    described = set(european.subjects(RDF.type, DCAT.Dataset))
    assert {URIRef(each["@id"]) for each in said["dataset"]} == described
    for dataset in said["dataset"]:
        # What search engines for datasets ask for: a description of 50 signs at least, and a licence.
        assert len(dataset["description"]) >= 50 and dataset["license"].startswith("http")
        distributions = set(european.objects(URIRef(dataset["@id"]), DCAT.distribution))
        assert len(dataset["distribution"]) == len(distributions)
        for each in dataset["distribution"]:
            assert get(each["contentUrl"], accept="*/*").status in (200, 303), each


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_what_it_is_about(address: str, get: Get) -> None:
    said = block(get(address, accept="text/html"))
    assert said["@context"] == "https://schema.org"
    assert said["@type"] == PAGES[address]
    assert f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SCHEMA}{PAGES[address]}>" in triples(said)
    assert said["url"].startswith(BASE)


@pytest.mark.parametrize("word", KINDS)
def test_every_kind_of_record_says_what_its_data_says(word: str, get: Get) -> None:
    found = get(f"/{word}.csv?kolumner=iri")
    for iri in found.body.decode("utf-8-sig").split()[1:6]:
        said = block(get(iri.replace("/id/", "/")))
        assert said["@id"] == iri
        assert said["@type"] in KINDS[word]
        assert f"<{iri}>" in triples(said)
        texts = {str(each) for each in graph(get(iri.replace("/id/", "/") + ".ttl")).objects()}
        assert said["name"] in texts
        for name in ("description", "startDate", "foundingDate", "datePublished"):
            assert said.get(name, said["name"]) in texts


def test_breadcrumbs_lead_to_pages_that_are_there(get: Get) -> None:
    said = block(get("/en/insats/7k3f"))
    crumbs = said["mainEntityOfPage"]["breadcrumb"]
    assert crumbs["@type"] == "BreadcrumbList"
    steps = crumbs["itemListElement"]
    assert [each["position"] for each in steps] == list(range(1, len(steps) + 1))
    assert steps[-1]["item"] == BASE + "en/insats/7k3f" and steps[-1]["name"] == said["name"]
    for each in steps:
        assert get(each["item"]).status == 200


def test_an_initiative_names_its_actors_places_and_concepts(get: Get) -> None:
    said = block(get("/insats/7k3f"))
    members = said["member"] if isinstance(said["member"], list) else [said["member"]]
    known = {str(each) for each in graph(get("/insats/7k3f.ttl")).objects()}
    assert {each["@id"] for each in members} <= known
    assert all(each["name"] in known for each in members)
    assert said["keywords"] and said["areaServed"] and said["mainEntityOfPage"]["dateModified"]


def test_what_is_not_there_has_none(get: Get) -> None:
    reply = get("/insats/finnsinte")
    assert reply.status == 404 and 'application/ld+json">{' not in reply.text
