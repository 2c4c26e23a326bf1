"""Things looked up by their IRIs: every serialisation the same graph, with names, links, and what is left of the gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import DCTERMS, Graph
from rdflib.compare import isomorphic, to_canonical_graph

from app.factory import create_app
from app.translating import speak
from catalogue.journal import NewRevision
from catalogue.namespaces import AS, DCT, PIVI, RDF, SHARED, SKOS
from catalogue.projections import Projections
from catalogue.publishing import publish, replace, withdraw
from catalogue.records import record_type
from catalogue.settings import Settings
from catalogue.turtle import canonical_ntriples
from tests.app.reading_html import links, words

BASE = "https://data.example.se/"
FORMATS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
INITIATIVE = BASE + "id/insats/7k3f"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    settings = Settings(data=tmp_path_factory.mktemp("deref") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield projections


@pytest.fixture(scope="module")
def client(published: Projections) -> Iterator[FlaskClient]:
    yield create_app(Settings(base=BASE), published).test_client()
    speak("sv")


@pytest.fixture(scope="module")
def one_of_each(published: Projections) -> Mapping[str, str]:
    """The path of one record of each type, by its class."""
    with published.snapshot() as now:
        found: dict[str, str] = {}
        for type in now.shapes.types:
            if now.shapes.is_part(type):
                continue
            iris = sorted(now.store.subjects(RDF.type, pyoxigraph.NamedNode(type)))
            # The ontology uses some of the classes of records for its own terms.
            whole = [iri for iri in iris if "#" not in iri]
            assert whole, type
            found[type] = max(whole, key=lambda iri: len(now.store.describe(iri)))
    return {type: path_of(iri) for type, iri in found.items()}


def path_of(iri: str) -> str:
    return "/" + iri.removeprefix(BASE + "id/").removeprefix(SHARED + "id/").removeprefix(SHARED)


def stated(body: bytes, extension: str) -> set[tuple[str, str, str]]:
    """Subject, predicate and object of what a document says, the object as N-Triples write it."""
    return {
        (quad.subject.value, quad.predicate.value, str(quad.object))
        for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.from_extension(extension))
    }


def test_there_is_a_record_of_every_type(one_of_each: Mapping[str, str]) -> None:
    assert {PIVI.Story.value, PIVI.Municipality.value, SKOS.ConceptScheme.value} <= set(one_of_each)
    assert len(one_of_each) >= 15 and "/ns" in one_of_each.values()


def test_every_serialisation_of_every_type_of_record_is_the_same_graph(
    client: FlaskClient, one_of_each: Mapping[str, str]
) -> None:
    for path in one_of_each.values():
        bodies = {extension: client.get(f"{path}.{extension}").data for extension in FORMATS}
        graphs = [Graph().parse(data=bodies[each], format=name) for each, name in FORMATS.items()]
        assert len(graphs[0]) > 2, path
        assert all(isomorphic(graphs[0], each) for each in graphs[1:]), path


def test_every_record_is_the_same_to_the_letter_in_every_serialisation(
    client: FlaskClient, published: Projections
) -> None:
    # rdflib writes numbers its own way; here 01 is not 1.
    with published.snapshot() as now:
        records = {each.subject.value.partition("#")[0] for each in now.store.triples()}
    assert len(records) > 500
    for path in map(path_of, sorted(records)):
        found = {
            frozenset(stated(client.get(f"{path}.{extension}").data, extension)) for extension in FORMATS
        }
        assert len(found) == 1 and len(found.pop()) > 1, path


def test_the_page_hands_out_the_same_data_at_its_own_address(
    client: FlaskClient, one_of_each: Mapping[str, str]
) -> None:
    for path in one_of_each.values():
        direct = client.get(f"{path}.ttl")
        asked = client.get(path, headers={"Accept": "text/turtle, */*;q=0.1"})
        assert (asked.status_code, asked.mimetype) == (200, "text/turtle")
        assert asked.data == direct.data
        assert asked.headers["Content-Location"] == f"{path}.ttl"
        assert "accept" in {each.lower() for each in asked.vary}


@pytest.mark.parametrize(
    ("address", "accept", "location"),
    [
        ("/insats/7k3f?fran=lista", "text/turtle", "/insats/7k3f.ttl"),
        ("/en/insats/7k3f", "application/rdf+xml", "/insats/7k3f.rdf"),
        ("/begrepp/malgrupp", "application/ld+json", "/begrepp/malgrupp.jsonld"),
        ("/ns", "application/n-triples", "/ns.nt"),
        ("/aktor/?slag=kommun", "text/turtle", "/aktor.ttl?slag=kommun"),
        ("/en/sok?omrade=fritid&q=h%C3%B6st", "text/csv", "/en/sok.csv?omrade=fritid&q=h%C3%B6st"),
        ("/insats/7k3f", "text/html", None),
        ("/sok", "text/html", None),
    ],
)
def test_data_at_the_address_of_a_page_says_where_it_is_by_itself_on_a_304_too(
    client: FlaskClient, address: str, accept: str, location: str | None
) -> None:
    first = client.get(address, headers={"Accept": accept})
    again = client.get(address, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers.get("Content-Location") == again.headers.get("Content-Location") == location
    if location:
        assert client.get(location).data == first.data


def test_the_formats_of_one_address_have_etags_of_their_own(client: FlaskClient) -> None:
    page = client.get("/insats/7k3f")
    data = client.get("/insats/7k3f", headers={"Accept": "text/turtle"})
    assert page.headers["ETag"] != data.headers["ETag"]
    known = {"Accept": "text/turtle", "If-None-Match": page.headers["ETag"]}
    assert client.get("/insats/7k3f", headers=known).status_code == 200
    unchanged = client.get("/insats/7k3f", headers=known | {"If-None-Match": data.headers["ETag"]})
    assert unchanged.status_code == 304
    # A cache takes the headers of a 304 for those of what it keeps (RFC 9111, section 3.2).
    assert unchanged.headers["Access-Control-Allow-Origin"] == "*"
    assert unchanged.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "accept" in {each.lower() for each in unchanged.vary}


# --- names ---------------------------------------------------------------------------------------------


def test_what_a_record_points_at_has_its_names_with_it_in_both_languages(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/insats/7k3f.ttl").data, format="turtle")
    names = {
        (str(subject), value.language): str(value)
        for subject, _, value in graph.triples((None, None, None))
        if getattr(value, "language", None) and str(subject) != INITIATIVE
    }
    fritid = SHARED + "begrepp/omrade/fritid"
    assert (names[fritid, "sv"], names[fritid, "en"]) == ("Fritid", "Leisure")
    # Through a part of the record too: who takes part is said by the participation.
    library = BASE + "id/aktor/3w8x"
    assert (library, "sv") in names
    place = next(graph.objects(predicate=DCTERMS.spatial))
    assert (str(place), "sv") in names


def test_only_the_names_of_others_come_along(client: FlaskClient, published: Projections) -> None:
    found = pyoxigraph.parse(client.get("/insats/7k3f.nt").data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    own = {quad.triple for quad in found if quad.subject.value.partition("#")[0] == INITIATIVE}
    with published.snapshot() as now:
        assert own == set(now.store.describe(INITIATIVE))


# --- JSON-LD -------------------------------------------------------------------------------------------


def test_json_ld_reads_as_json(client: FlaskClient) -> None:
    said = client.get("/insats/7k3f.jsonld").get_json(force=True)
    assert (said["@id"], said["@type"]) == (INITIATIVE, "Initiative")
    assert said["title"] == {"sv": "Kvällsöppet på Nytorget", "en": "Open evenings at Nytorget"}
    assert said["confirmedOn"] == "2026-10-14" and said["wantsCollaboration"] is True
    assert said["area"][0]["prefLabel"]["sv"] and said["keyFigure"][0]["position"] == 1
    assert said["contactPoint"]["@id"].startswith(INITIATIVE + "#")


def test_json_ld_needs_nothing_from_the_net(client: FlaskClient, one_of_each: Mapping[str, str]) -> None:
    for path in one_of_each.values():
        said = client.get(f"{path}.jsonld").get_json(force=True)
        assert isinstance(said["@context"], dict), path
        assert not [key for key in said if "://" in key], "every property has a short key"


def test_pyld_reads_the_same_graph(client: FlaskClient, one_of_each: Mapping[str, str]) -> None:
    def refuse(url: str, _options: object) -> object:
        raise AssertionError(f"{url} was fetched")

    for path in one_of_each.values():
        said = json.loads(client.get(f"{path}.jsonld").data)
        quads = jsonld.to_rdf(said, {"format": "application/n-quads", "documentLoader": refuse})
        ours = Graph().parse(data=client.get(f"{path}.nt").data, format="nt")
        assert isomorphic(to_canonical_graph(Graph().parse(data=quads, format="nt")), ours), path


def test_the_context_is_at_a_stable_address_and_is_what_documents_carry(
    client: FlaskClient, one_of_each: Mapping[str, str]
) -> None:
    response = client.get("/context.jsonld")
    assert (response.status_code, response.mimetype) == (200, "application/ld+json")
    whole = response.get_json(force=True)["@context"]
    assert whole["title"] == {"@id": "dct:title", "@container": "@language"}
    assert "internalNote" not in whole and "storyText" not in whole
    for path in one_of_each.values():
        carried = client.get(f"{path}.jsonld").get_json(force=True)["@context"]
        assert carried.items() <= whole.items(), path


def test_the_context_is_kept_for_a_day_and_a_version_of_it_for_ever(client: FlaskClient) -> None:
    newest = client.get("/context.jsonld")
    assert "max-age=86400" in newest.headers["Cache-Control"]
    again = client.get("/context.jsonld", headers={"If-None-Match": newest.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    version = newest.headers["Content-Location"]
    assert re.fullmatch(r"/context-[0-9a-f]{12}\.jsonld", version)
    kept = client.get(version)
    assert kept.data == newest.data and "immutable" in kept.headers["Cache-Control"]
    earlier = client.get("/context-000000000000.jsonld")
    assert (earlier.status_code, earlier.headers["Location"]) == (308, "/context.jsonld")
    assert (
        earlier.headers["Access-Control-Allow-Origin"] == newest.headers["Access-Control-Allow-Origin"] == "*"
    )


def test_no_key_of_the_context_changes_its_meaning(client: FlaskClient) -> None:
    """Whoever reads our JSON by its keys goes on understanding it: keys come, but stay what they are.

    A key that has been released is added to the file, never changed in it.
    """
    kept = json.loads(Path(__file__).with_name("context.json").read_text("utf-8"))
    now = client.get("/context.jsonld").get_json(force=True)["@context"]
    assert {key: now.get(key) for key in kept} == kept


# --- concepts of an installation's own -----------------------------------------------------------------


def test_an_installations_own_concepts_are_looked_up_at_its_own_iris(
    own: Projections, own_client: FlaskClient
) -> None:
    scheme = BASE + "id/begrepp/egna"
    turtle = f"""
        @prefix skos: <{SKOS.iri}> .
        <{scheme}> a skos:ConceptScheme ; skos:prefLabel "Egna"@sv , "Own"@en .
        <{scheme}/ett> a skos:Concept ; skos:inScheme <{scheme}> ; skos:prefLabel "Ett"@sv , "One"@en .
    """
    records: dict[str, list[pyoxigraph.Triple]] = {}
    for quad in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE):
        records.setdefault(quad.subject.value, []).append(quad.triple)
    publish(
        own.journal,
        [
            NewRevision(iri, record_type(iri, said), canonical_ntriples(said), by="test", origin="load")
            for iri, said in records.items()
        ],
    )
    own.catch_up()
    for iri in records:
        found = own_client.get(iri.removeprefix(BASE.rstrip("/")), headers={"Accept": "text/turtle"})
        assert found.status_code == 303 and f'<{iri}>; rel="canonical"' in found.headers["Link"]
        data = own_client.get(found.headers["Location"]).data
        assert any(subject == iri for subject, _, _ in stated(data, "ttl"))
    withdraw(own.journal, f"{scheme}/ett", reason="Behövs inte.", by="test", anyway=True)
    own.catch_up()
    assert own_client.get("/id/begrepp/egna/ett").status_code == 410
    assert own_client.get("/begrepp/egna/ett").status_code == 410


def test_a_class_with_other_letters_is_linked_to_as_headers_can(
    own: Projections, own_client: FlaskClient
) -> None:
    current = own.journal.current(INITIATIVE)
    assert current is not None
    line = f"<{INITIATIVE}> <{RDF.type.value}> <https://example.org/Åtgärd> .\n".encode()
    content = b"".join(sorted({*current.content.splitlines(keepends=True), line}))
    publish(own.journal, [NewRevision(INITIATIVE, current.type, content, by="test", origin="load")])
    own.catch_up()
    for address in ("/id/insats/7k3f", "/insats/7k3f", "/insats/7k3f.ttl"):
        assert '<https://example.org/%C3%85tg%C3%A4rd>; rel="type"' in own_client.get(address).headers["Link"]


# --- what is gone --------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    with Projections.open(Settings(data=tmp_path / "data", base=BASE), example=True) as projections:
        yield projections


@pytest.fixture
def own_client(own: Projections) -> Iterator[FlaskClient]:
    yield create_app(Settings(base=BASE), own).test_client()
    speak("sv")


def test_a_withdrawn_record_leaves_a_page_and_a_tombstone(own: Projections, own_client: FlaskClient) -> None:
    other = BASE + "id/insats/bkk6"
    withdraw(own.journal, INITIATIVE, reason="Den fanns inte.", by="test", successor=other, anyway=True)
    own.catch_up()
    for address in ("/id/insats/7k3f", "/insats/7k3f", "/en/insats/7k3f"):
        page = own_client.get(address, headers={"Accept": "text/html"})
        assert (page.status_code, page.mimetype) == (410, "text/html")
        assert "Den fanns inte." in words(page.get_data(as_text=True))
        assert any(link.endswith("/insats/bkk6") for link in links(page.get_data(as_text=True)))
        data = own_client.get(address, headers={"Accept": "text/turtle"})
        assert (data.status_code, data.mimetype) == (410, "text/turtle")
    found = [
        stated((reply := own_client.get(f"/insats/7k3f.{extension}")).data, extension)
        for extension in FORMATS
    ]
    assert reply.status_code == 410 and all(each == found[0] for each in found)
    about = {(predicate, value) for subject, predicate, value in found[0] if subject == INITIATIVE}
    assert {
        (RDF.type.value, str(AS.Tombstone)),
        (AS.formerType.value, str(PIVI.Initiative)),
        (DCT.isReplacedBy.value, f"<{other}>"),
    } <= about
    assert "Kvällsöppet" not in str(about), "a title may be what had to go"
    assert f'<{other}>; rel="successor-version"' in reply.headers["Link"]
    assert own_client.head("/id/insats/7k3f").status_code == 410


def test_a_replaced_identifier_leads_to_its_successor_for_ever(
    own: Projections, own_client: FlaskClient
) -> None:
    replace(own.journal, INITIATIVE, [BASE + "id/insats/bkk6"], by="test")
    own.catch_up()
    for accept, address, target in (
        ("text/turtle", "/id/insats/7k3f", "/id/insats/bkk6"),
        ("text/html", "/id/insats/7k3f", "/id/insats/bkk6"),
        ("text/html", "/insats/7k3f", "/insats/bkk6"),
        ("text/html", "/en/insats/7k3f", "/en/insats/bkk6"),
        ("*/*", "/insats/7k3f.ttl", "/insats/bkk6.ttl"),
    ):
        for method in ("GET", "HEAD"):
            response = own_client.open(address, method=method, headers={"Accept": accept})
            assert (response.status_code, response.headers["Location"]) == (308, target)
    # What replaced it is replaced in its turn: each leads on.
    replace(own.journal, BASE + "id/insats/bkk6", [BASE + "id/insats/f2d7"], by="test", anyway=True)
    own.catch_up()
    end = own_client.get("/id/insats/7k3f", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert end.request.path == "/insats/f2d7.ttl" and end.status_code == 200


def test_a_record_that_became_several_names_them_all(own: Projections, own_client: FlaskClient) -> None:
    after = [BASE + "id/insats/bkk6", BASE + "id/insats/f2d7"]
    replace(own.journal, INITIATIVE, after, by="test", anyway=True)
    own.catch_up()
    for address in ("/id/insats/7k3f", "/insats/7k3f"):
        page = own_client.get(address)
        assert (page.status_code, page.mimetype) == (300, "text/html")
        data = own_client.get(address, headers={"Accept": "application/ld+json"})
        assert (data.status_code, data.mimetype) == (300, "application/ld+json")
        for each in after:
            assert (INITIATIVE, DCT.isReplacedBy.value, f"<{each}>") in stated(data.data, "jsonld")
            assert f'<{each}>; rel="successor-version"' in page.headers["Link"]


def test_an_unknown_thing_is_told_at_once(client: FlaskClient) -> None:
    for address in ("/id/insats/zzzz", "/id/begrepp/malgrupp/finns-inte", "/insats/zzzz.ttl"):
        response = client.get(address, headers={"Accept": "text/turtle"})
        assert response.status_code == 404
        assert response.headers["Access-Control-Allow-Origin"] == "*"
