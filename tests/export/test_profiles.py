"""The profiles' shapes pass on what is served, and they bite: whatever is taken away or put in wrong is found."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pyshacl
import pytest
import rdflib

from catalogue.export import dcat
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE
from catalogue.export.facts import Facts, File, Year
from catalogue.formats import RDF_XML
from tests.export.conftest import DCT, HERE, PROFILES

_PREFIXES = """
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX here: <http://127.0.0.1:8000/data/catalog#>
"""


@cache
def shapes(name: str) -> rdflib.Graph:
    path = next(PROFILES.glob(name + "*"))
    return rdflib.Graph().parse(path, format="turtle" if path.suffix == ".ttl" else "json-ld")


def faults(data: rdflib.Graph, profile: str) -> str:
    """What the shapes of a profile find; empty when all is well."""
    # That everything is an rdfs:Resource, which the European shapes ask for, follows from RDF Schema.
    inference = "rdfs" if profile == "dcat-ap-3" else "none"
    conforms, _graph, report = pyshacl.validate(data, shacl_graph=shapes(profile), inference=inference)
    return "" if conforms else str(report)


def changed(data: rdflib.Graph, update: str) -> rdflib.Graph:
    copy = rdflib.Graph()
    for triple in data:
        copy.add(triple)
    copy.update(_PREFIXES + update)
    assert set(copy) != set(data), "the mutation changes something"
    return copy


def test_the_swedish_form_keeps_the_swedish_profile(swedish: rdflib.Graph) -> None:
    assert faults(swedish, "dcat-ap-se") == ""


def test_the_european_form_keeps_the_european_profile(european: rdflib.Graph) -> None:
    assert faults(european, "dcat-ap-3") == ""


def test_the_profiles_contradict_each_other_so_two_forms_are_needed(
    swedish: rdflib.Graph, european: rdflib.Graph
) -> None:
    assert "terms/format" in faults(swedish, "dcat-ap-3") or "dcterms:format" in faults(swedish, "dcat-ap-3")
    assert "dcat:format-group_di" in faults(european, "dcat-ap-se") or "format" in faults(
        european, "dcat-ap-se"
    )


EUROPEAN_MUTATIONS = {
    "a catalogue without a publisher": "DELETE WHERE { here:katalog dct:publisher ?p }",
    "a catalogue without a title": "DELETE WHERE { here:katalog dct:title ?t }",
    "a dataset without a description": "DELETE WHERE { here:insatser dct:description ?d }",
    "a distribution without an address": "DELETE WHERE { here:begrepp-ttl dcat:accessURL ?a }",
    "a service without an address": "DELETE WHERE { here:sparql dcat:endpointURL ?a }",
    "a publisher without a name": "DELETE WHERE { ?p foaf:name ?n }",
    "a format that is a text": 'INSERT { ?d dct:format "text/turtle" } WHERE { ?d a dcat:Distribution }',
    "a contact that is no vcard:Kind": "DELETE WHERE { ?k a vcard:Kind }",
    "a theme without a label": "DELETE { ?t skos:prefLabel ?l } WHERE { ?t a skos:Concept ; skos:prefLabel ?l }",
    "a licence that is no licence document": "DELETE WHERE { ?l a dct:LicenseDocument }",
    "two publishers": "INSERT { here:insatser dct:publisher here:other } WHERE {}",
    "a language as text": 'INSERT { here:insatser dct:language "sv" } WHERE {}',
}


@pytest.mark.parametrize("mutation", EUROPEAN_MUTATIONS.values(), ids=EUROPEAN_MUTATIONS)
def test_the_european_shapes_find(mutation: str, european: rdflib.Graph) -> None:
    assert faults(changed(european, mutation), "dcat-ap-3")


SWEDISH_MUTATIONS = {
    "a catalogue without a publisher": "DELETE WHERE { here:katalog dct:publisher ?p }",
    "a dataset without a publisher": "DELETE WHERE { here:aktorer dct:publisher ?p }",
    "a catalogue with another licence": (
        "DELETE { ?c dct:license ?l } INSERT { ?c dct:license <http://creativecommons.org/licenses/by/4.0/> }"
        " WHERE { ?c a dcat:Catalog ; dct:license ?l }"
    ),
    "a format that is an address": (
        "DELETE { ?d dct:format ?f } INSERT { ?d dct:format"
        " <http://publications.europa.eu/resource/authority/file-type/RDF_TURTLE> }"
        " WHERE { ?d a dcat:Distribution ; dct:format ?f }"
    ),
    "two formats": 'INSERT { here:begrepp-ttl dct:format "text/csv" } WHERE {}',
    "a service without a format": "DELETE WHERE { here:sparql dct:format ?f }",
    "a title without a language": 'INSERT { here:insatser dct:title "Insatser" } WHERE {}',
    "a licence over https": (
        "DELETE { ?d dct:license ?l } INSERT { ?d dct:license <https://creativecommons.org/licenses/by/4.0/> }"
        " WHERE { ?d a dcat:Distribution ; dct:license ?l }"
    ),
    "a licence without its slash": (
        "DELETE { ?d dct:license ?l } INSERT { ?d dct:license <http://creativecommons.org/licenses/by/4.0> }"
        " WHERE { ?d a dcat:Distribution ; dct:license ?l }"
    ),
    "a contact that is a vcard:Kind too": "INSERT { here:kontakt a vcard:Kind } WHERE {}",
    "a contact without a mailbox": "DELETE WHERE { here:kontakt vcard:hasEmail ?m }",
    "a publisher that is its own contact": "INSERT { ?p a vcard:Organization } WHERE { ?p a foaf:Agent }",
    "a publisher without a kind": "DELETE { ?p dct:type ?t } WHERE { ?p a foaf:Agent ; dct:type ?t }",
    "a dataset without an address of its own": (
        "INSERT { ?c dcat:dataset _:b . _:b a dcat:Dataset ; dct:title 'D'@sv ; dct:description 'D'@sv ;"
        " dct:publisher ?p } WHERE { ?c a dcat:Catalog ; dct:publisher ?p }"
    ),
    "two addresses of access": "INSERT { here:begrepp-ttl dcat:accessURL <http://example.org/> } WHERE {}",
    "a frequency of another list": (
        "DELETE { here:insatser dct:accrualPeriodicity ?f } INSERT { here:insatser dct:accrualPeriodicity"
        " <http://purl.org/cld/freq/daily> } WHERE { here:insatser dct:accrualPeriodicity ?f }"
    ),
    "a theme of another list": "INSERT { here:insatser dcat:theme <http://example.org/t> } WHERE {}",
    "a version twice": 'INSERT { here:insatser dcat:version "0" } WHERE {}',
    "a catalogue without datasets": "DELETE WHERE { here:katalog dcat:dataset ?d }",
}


@pytest.mark.parametrize("mutation", SWEDISH_MUTATIONS.values(), ids=SWEDISH_MUTATIONS)
def test_the_swedish_shapes_find(mutation: str, swedish: rdflib.Graph) -> None:
    assert faults(changed(swedish, mutation), "dcat-ap-se")


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DUMPS = tuple(
    File(
        path=f"data/dump.{ending}.gz",
        media_type=media_type,
        packed=True,
        bytes=12_345,
        sha256="ab" * 32,
        modified=NOON,
    )
    for ending, media_type in (("nt", "application/n-triples"), ("ttl", "text/turtle"))
)
YEARS = (
    Year(year=2025, version=400, frozen=NOON, files=(replace(DUMPS[0], path="data/2025/dump.nt.gz"),)),
    Year(year=2026, version=900, frozen=NOON, files=(replace(DUMPS[0], path="data/2026/dump.nt.gz"),)),
)


@pytest.mark.parametrize(
    ("profile", "rules"),
    [(DCAT_AP_SE, "dcat-ap-se"), (DCAT_AP, "dcat-ap-3")],
    ids=["the Swedish form", "the European form"],
)
def test_dumps_yearly_snapshots_and_what_is_said_of_others_keep_the_profiles_too(
    facts: Facts, profile: dcat.Profile, rules: str
) -> None:
    whole = replace(facts, sparql=True, mixed=True, dumps=DUMPS, years=YEARS)
    found = rdflib.Graph().parse(data=dcat.document(whole, profile, RDF_XML), format="xml")
    assert list(found.objects(HERE.sparql, DCT.rights)) == [HERE["rattigheter-andra"]]
    assert faults(found, rules) == ""


def test_the_shapes_of_others_are_what_their_list_says() -> None:
    listing = (PROFILES / "VENDORED.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", listing, re.MULTILINE))
    assert listed == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in PROFILES.glob("*.jsonld")
    }
