"""The description over HTTP: what the portal gets, which form and format whom, what is unchanged, and no dead address."""

from __future__ import annotations

import gzip
from urllib.parse import quote

import pytest
import rdflib
from rdflib.namespace import RDF
from rdflib.term import BNode, URIRef

from tests.export.conftest import BASE, DCAT, DCT, HERE, Get, graph

SE = "https://docs.dataportal.se/dcat/3.0.1/sv/"
EU = "https://semiceu.github.io/DCAT-AP/releases/3.0.1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MEDIA = "http://www.iana.org/assignments/media-types/"
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


def test_the_portal_gets_one_document_of_rdf_xml_at_once(get: Get) -> None:
    for headers in ({}, {"accept": "*/*"}, {"accept": BROWSER}, {"accept": "image/png"}):
        reply = get("/datasets/dcat", **headers)
        assert (reply.status, reply.type) == (200, "application/rdf+xml")
        assert "location" not in reply.headers
    assert not set(graph(get("/datasets/dcat")).subjects(None, DCAT.nextPage))


def test_every_address_in_it_is_absolute_and_nothing_is_a_blank_node(
    swedish: rdflib.Graph, european: rdflib.Graph
) -> None:
    for found in (swedish, european):
        for term in {term for triple in found for term in triple}:
            assert not isinstance(term, BNode)
            if isinstance(term, URIRef):
                assert str(term).startswith(("http://", "https://", "mailto:")), term


def test_every_advertised_address_answers_with_the_advertised_media_type(
    swedish: rdflib.Graph, european: rdflib.Graph, get: Get
) -> None:
    walked = 0
    for distribution in european.subjects(RDF.type, DCAT.Distribution):
        media = european.value(distribution, DCAT.mediaType)
        packed = european.value(distribution, DCAT.compressFormat)
        wanted = str(packed or media).removeprefix(MEDIA)
        for address in european.objects(distribution, DCAT.downloadURL):
            reply = get(address)
            assert (reply.status, reply.type) == (200, wanted), address
            assert reply.headers["access-control-allow-origin"] == "*", address
            walked += 1
    for service in swedish.subjects(RDF.type, DCAT.DataService):
        address = str(swedish.value(service, DCAT.endpointURL))
        wanted = str(swedish.value(service, DCT["format"]))
        # A service for queries answers one in its format; others answer at once.
        asked = f"?query={quote('ASK {}')}" if address.endswith("/sparql") else ""
        reply = get(address + asked, accept=wanted)
        assert (reply.status, reply.type) == (200, wanted), address
        for description in swedish.objects(service, DCAT.endpointDescription):
            assert get(description, accept="text/turtle").status == 200, description
        walked += 1
    # Every other address of ours is a page that is there.
    for address in set(european.objects()):
        if isinstance(address, URIRef) and address.startswith(BASE):
            reply = get(address.partition("#")[0], accept=BROWSER)
            assert reply.status in (200, 303), address
            walked += 1
    assert walked > 30


def test_what_is_not_there_is_not_advertised(swedish: rdflib.Graph, get: Get) -> None:
    for path in ("data/dump.nt.gz", "data/dump.ttl.gz", "data/feed"):
        address = URIRef(BASE + path)
        if get("/" + path).status != 200:
            assert address not in set(swedish.objects())


def test_each_part_of_the_description_leads_to_it_by_its_own_address(swedish: rdflib.Graph, get: Get) -> None:
    own = {subject for subject in swedish.subjects() if subject.startswith(BASE + "data/")}
    assert own
    for subject in own:
        document = subject.partition("#")[0]
        found = graph(get(document, accept="application/rdf+xml"))
        assert (subject, None, None) in found


@pytest.mark.parametrize("path", ["/datasets/dcat", "/datasets/dcat-ap"])
def test_every_format_holds_the_same_graph(path: str, get: Get) -> None:
    wanted = set(graph(get(path)))
    for extension, media_type in FORMATS.items():
        by_address = get(f"{path}.{extension}")
        assert by_address.type == media_type
        assert set(graph(by_address)) == wanted
        assert get(path, accept=media_type).body == by_address.body
    assert get(path + ".bib").status == 404


@pytest.mark.parametrize(
    ("address", "headers", "profile", "location"),
    [
        ("/data/catalog", {}, SE, "/datasets/dcat.rdf"),
        ("/data/catalog", {"accept": "text/turtle"}, SE, "/datasets/dcat.ttl"),
        ("/data/catalog", {"accept_profile": f"<{EU}>"}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog", {"accept_profile": f"<{EU}/>"}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog", {"accept_profile": f"<{SE}>;q=0.5, <{EU}>;q=0.9"}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog", {"accept_profile": f"<{SE}>, <{EU}>"}, SE, "/datasets/dcat.rdf"),
        ("/data/catalog", {"accept_profile": f"<{EU}>;q=0"}, SE, "/datasets/dcat.rdf"),
        ("/data/catalog", {"accept_profile": "<http://example.org/other>"}, SE, "/datasets/dcat.rdf"),
        ("/data/catalog", {"accept_profile": "x" * 5_000}, SE, "/datasets/dcat.rdf"),
        ("/data/catalog?_profile=dcat-ap", {}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog?_profile=dcat-ap", {"accept": BROWSER}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog?_profile=dcat-ap", {"accept_profile": f"<{SE}>"}, EU, "/datasets/dcat-ap.rdf"),
        (f"/data/catalog?_profile={quote(EU)}", {"accept": "text/turtle"}, EU, "/datasets/dcat-ap.ttl"),
        (
            "/data/catalog?_profile=dcat-ap-se&_mediatype=application/ld%2Bjson",
            {},
            SE,
            "/datasets/dcat.jsonld",
        ),
        ("/data/catalog?_mediatype=application/ld+json", {}, SE, "/datasets/dcat.jsonld"),
        ("/data/catalog?_profile=nonsense,dcat-ap,dcat-ap-se", {}, EU, "/datasets/dcat-ap.rdf"),
        (f"/data/catalog?_profile={quote(f'<http://x.example/>,<{EU}>')}", {}, EU, "/datasets/dcat-ap.rdf"),
        ("/data/catalog?_mediatype=image/png,text/turtle", {}, SE, "/datasets/dcat.ttl"),
    ],
)
def test_the_catalogue_is_negotiated_by_profile_and_by_format(
    address: str, headers: dict[str, str], profile: str, location: str, get: Get
) -> None:
    reply = get(address, **headers)
    assert (reply.status, reply.headers["content-location"]) == (200, location)
    assert f'<{profile}>; rel="profile"' in reply.headers["link"]
    assert reply.headers["content-profile"] == f"<{profile}>"
    assert {"Accept", "Accept-Profile", "Accept-Encoding"} <= set(reply.headers["vary"].split(", "))
    assert reply.body == get(location).body


def test_all_profiles_and_formats_are_linked_with_their_words(get: Get) -> None:
    links = get("/data/catalog", accept="text/turtle").headers["link"]
    for path, profile in (("/datasets/dcat", SE), ("/datasets/dcat-ap", EU)):
        for extension, media_type in FORMATS.items():
            said = (
                f'<{BASE.rstrip("/")}{path}.{extension}>; rel="{{}}"; type="{media_type}"; '
                f'profile="{profile}"; formats="{profile}"'
            )
            assert said.format("alternate") in links or said.format("canonical") in links
    assert '</data>; rel="alternate"; type="text/html"' in links
    for token, profile in (("dcat-ap-se", SE), ("dcat-ap", EU)):
        assert f'rel="type"; token="{token}"; anchor="{profile}"' in links


def test_a_browser_gets_the_page_instead(get: Get) -> None:
    reply = get("/data/catalog", accept=BROWSER)
    assert (reply.status, reply.headers["location"]) == (303, "/data")
    assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("word", ["alt", "all"])
def test_what_there_is_can_be_listed_in_rdf_and_json(word: str, get: Get) -> None:
    altr = rdflib.Namespace("http://www.w3.org/ns/dx/connegp/altr#")
    address = f"/data/catalog?_profile={word}"
    links = get(address).headers["link"]
    graphs = []
    for media_type in FORMATS.values():
        reply = get(address, accept=media_type)
        assert reply.type == get(f"{address}&_mediatype={quote(media_type)}").type == media_type
        assert "Accept" in reply.headers["vary"] and reply.headers["link"] == links
        graphs.append(graph(reply))
    assert all(set(each) == set(graphs[0]) for each in graphs)
    catalogue = URIRef(BASE + "data/catalog")
    found = set(graphs[0].objects(catalogue, altr.hasRepresentation))
    assert len(found) == 2 * len(FORMATS) + 1
    default = graphs[0].value(catalogue, altr.hasDefaultRepresentation)
    assert default == URIRef(BASE + "datasets/dcat.rdf")
    for representation in found:
        wanted = str(graphs[0].value(representation, DCT["format"]))
        reply = get(representation, accept=wanted)
        assert (reply.status, reply.type) == (200, wanted)
        profile = graphs[0].value(representation, DCT.conformsTo)
        assert reply.headers.get("content-profile", "") == (f"<{profile}>" if profile else "")
    said = get(f"{address}&_mediatype=application/json").json
    assert {each["token"]: each["uri"] for each in said["profiles"]} == {"dcat-ap-se": SE, "dcat-ap": EU}
    assert get(f"{address}&_mediatype=image/png").status == 400
    assert f'<{BASE}datasets/dcat.rdf>; rel="canonical"' in links


def test_what_cannot_be_had_is_said_with_what_can(get: Get) -> None:
    reply = get("/data/catalog", accept="image/png")
    assert reply.status == 406
    assert all(f"{BASE}datasets/dcat.{extension} {type}" in reply.text for extension, type in FORMATS.items())
    for address in ("/data/catalog?_profile=nonsense", "/data/catalog?_mediatype=image/png"):
        assert get(address).status == 400


@pytest.mark.parametrize(
    "path",
    ["/datasets/dcat", "/datasets/dcat-ap", "/datasets/dcat.ttl", "/data/catalog", "/.well-known/void"],
)
def test_who_comes_each_night_hears_that_nothing_has_changed(path: str, get: Get) -> None:
    first = get(path)
    etag = first.headers["etag"]
    assert first.headers["last-modified"]
    unchanged = get(path, if_none_match=etag)
    assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, b"", etag)
    head = get(path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]
    assert head.headers["etag"] == etag
    packed = get(path, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != etag
    assert gzip.decompress(packed.body) == first.body
    assert first.headers["access-control-allow-origin"] == "*"


def test_another_site_may_ask_by_profile(get: Get) -> None:
    reply = get("/data/catalog", method="OPTIONS", origin="https://example.org")
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Accept-Profile" in reply.headers["access-control-allow-headers"]


def test_publisher_contact_and_licences_are_what_the_settings_say(swedish: rdflib.Graph) -> None:
    publisher = URIRef("http://dataportal.se/organisation/SE2120001355")
    assert set(swedish.objects(None, DCT.publisher)) == {publisher}
    card = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
    assert swedish.value(HERE.kontakt, card.hasEmail) == URIRef("mailto:pivi@example.org")
    assert swedish.value(HERE.katalog, DCT.license) == URIRef(
        "http://creativecommons.org/publicdomain/zero/1.0/"
    )
    assert swedish.value(HERE["insatser-sparql"], DCT.license) == URIRef(
        "http://creativecommons.org/licenses/by/4.0/"
    )
