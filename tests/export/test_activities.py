"""The stream of the description: whoever follows it has the description, thing by thing, and nothing is altered behind them."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyshacl
import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.namespace import RDF

from app.factory import create_app
from catalogue.database import Database
from catalogue.export.activities import CREATE, DELETE, STANDALONE, UPDATE, Activities, things
from catalogue.export.activity_feed import FORMATS, document
from catalogue.export.dcat import DCAT_AP, form
from catalogue.export.description import packaged_triples
from catalogue.export.facts import Facts
from catalogue.formats import N_QUADS
from catalogue.journal import NewRevision
from catalogue.namespaces import AS, PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.export.conftest import BASE, DCAT, HERE, Get
from tests.export.test_profiles import DUMPS, YEARS

FEED = BASE + "datasets/feed"
TREE = "https://w3id.org/tree#"
SHAPES = Path(__file__).parent / "shapes/dcat-ap-feeds.ttl"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path / 'journal.sqlite'}", 5)
    yield opened
    opened.close()


class Portal:
    """A harvester by the profile: it keeps what each thing's last activity brings, and where it has read to."""

    def __init__(self) -> None:
        self.things: dict[str, set[Triple]] = {}
        self.read: set[str] = set()
        self.kinds: list[str] = []
        self.latest = datetime.min.replace(tzinfo=UTC)

    def follow(self, body: bytes, format: RdfFormat = RdfFormat.N_QUADS) -> None:
        quads = list(parse(body, format=format))
        plain = [quad for quad in quads if quad.graph_name == DefaultGraph()]
        members = [quad.object.value for quad in plain if quad.predicate.value == TREE + "member"]
        said = {member: _about(plain, member) for member in members}
        self.kinds = []
        for member in sorted(members, key=lambda each: said[each]["published"]):
            if member in self.read:
                continue
            self.read.add(member)
            at = datetime.fromisoformat(said[member]["published"])
            assert at > self.latest, "what is new comes after all that has been read"
            self.latest = at
            self.kinds.append(said[member]["type"])
            thing = said[member]["object"]
            brought = {quad.triple for quad in quads if quad.graph_name == NamedNode(member)}
            if said[member]["type"] == DELETE:
                assert not brought
                self.things.pop(thing, None)
            else:
                assert NamedNode(thing) in {each.subject for each in brought}
                self.things[thing] = brought

    @property
    def graph(self) -> set[Triple]:
        return {triple for each in self.things.values() for triple in each}


def _about(quads: list[Quad], member: str) -> dict[str, str]:
    return {
        quad.predicate.value.rpartition("#")[2]: quad.object.value.removeprefix(AS.iri)  # type: ignore[union-attr]
        for quad in quads
        if quad.subject == NamedNode(member)
    }


def without_names(graph: set[Triple]) -> set[Triple]:
    """A description without what others' addresses are called, which the profile refers to only."""
    named = set(packaged_triples("authorities", BASE))
    return {triple for triple in graph if triple not in named}


def followed(database: Database, facts: Facts, portal: Portal) -> None:
    portal.follow(document(Activities(database).recorded(facts), BASE, N_QUADS))
    assert portal.graph == without_names(set(form(facts, DCAT_AP)))


def test_who_follows_has_the_description_whatever_happens_to_it(database: Database, facts: Facts) -> None:
    steady = Portal()
    followed(database, facts, steady)
    assert set(steady.kinds) == {CREATE}
    followed(database, facts, steady)
    assert steady.kinds == []
    later = replace(facts, version=facts.version + 1, dumps=DUMPS)
    followed(database, later, steady)
    # Both dumps are new; the catalogue is as it was, each dataset has another version and one of them the dumps.
    assert (steady.kinds.count(CREATE), steady.kinds.count(UPDATE)) == (2, 4)
    followed(database, replace(later, years=YEARS), steady)
    assert steady.kinds.count(CREATE) == 2 + 2 + 1
    followed(database, replace(facts, version=facts.version + 2), steady)
    assert steady.kinds.count(DELETE) == 2 + 5
    followed(database, replace(later, version=facts.version + 3), steady)
    assert steady.kinds.count(CREATE) == 2, "what comes back is created"
    anew = Portal()
    followed(database, replace(later, version=facts.version + 3), anew)
    assert anew.things == steady.things


def test_what_is_pointed_at_comes_before_and_leaves_after_what_points_at_it(
    database: Database, facts: Facts
) -> None:
    whole = replace(facts, dumps=DUMPS, years=YEARS)
    order = [each.thing for each in Activities(database).recorded(whole)]
    assert order.index(HERE.utgivare.toPython()) < order.index(HERE["insatser"].toPython())
    assert order.index(HERE["allt-dump-nt-gz"].toPython()) < order.index(HERE["allt"].toPython())
    assert order[-1] == HERE.katalog.toPython()
    gone = Activities(database).recorded(replace(facts, version=facts.version + 1))
    last = [each.thing for each in gone if each.kind == DELETE]
    changed = [each.number for each in gone if each.kind == UPDATE]
    assert last and min(each.number for each in gone if each.kind == DELETE) > max(changed)
    for dataset in (thing for thing in last if thing.rpartition("-")[2].isdigit()):
        files = [place for place, thing in enumerate(last) if thing.startswith(dataset + "-")]
        assert files and min(files) > last.index(dataset)


def test_an_activity_is_never_altered_and_only_the_last_about_each_thing_is_kept(
    database: Database, facts: Facts
) -> None:
    kept = Activities(database)
    before = {each.reference: each for each in kept.recorded(facts)}
    after = kept.recorded(replace(facts, version=facts.version + 1))
    assert len({each.thing for each in after}) == len(after)
    for each in after:
        assert before.get(each.reference, each) == each
    assert kept.recorded(facts) == after, "a request that began before a publication changes nothing"


def test_a_number_that_is_used_again_has_another_name(tmp_path: Path, facts: Facts) -> None:
    names = []
    for name in ("a", "b"):
        database = Database.open(f"sqlite:///{tmp_path / name}.sqlite", 5)
        names.append({each.reference for each in Activities(database).recorded(facts)})
        database.close()
    assert not names[0] & names[1]


def test_each_thing_brings_what_belongs_to_it_and_nothing_that_stands_alone(facts: Facts) -> None:
    whole = things(replace(facts, dumps=DUMPS, years=YEARS))
    kinds = {each.value for each in STANDALONE}
    for thing, content in whole.items():
        own = rdflib.Graph().parse(data=content.decode(), format="nt")
        alone = {str(subject) for subject, kind in own.subject_objects(RDF.type) if str(kind) in kinds}
        assert alone == {thing}
    checksum = HERE["allt-dump-nt-gz-sha256"]
    assert str(checksum) in whole[str(HERE["allt-dump-nt-gz"])].decode()


# --- over HTTP -----------------------------------------------------------------------------------------


def test_over_http_it_ends_with_what_is_described(get: Get, european: rdflib.Graph) -> None:
    portal = Portal()
    reply = get("/datasets/feed")
    assert (reply.status, reply.type) == (200, "application/trig")
    portal.follow(reply.body, RdfFormat.TRIG)
    described = parse(get("/datasets/dcat-ap.nt").body, format=RdfFormat.N_TRIPLES)
    assert portal.graph == without_names({quad.triple for quad in described})
    assert str(HERE.katalog) in portal.things


def test_it_keeps_the_profile(get: Get) -> None:
    told = rdflib.Graph()
    for triple in _default_graph(get("/datasets/feed").body):
        told.parse(data=f"{triple} .", format="nt")
    rules = rdflib.Graph().parse(SHAPES, format="turtle")
    conforms, _graph, report = pyshacl.validate(told, shacl_graph=rules)
    assert conforms, report
    for fault in (
        "DELETE { ?a as:object ?o } WHERE { ?a as:object ?o }",
        "DELETE { ?a as:published ?t } INSERT { ?a as:published '2026' } WHERE { ?a as:published ?t }",
        "DELETE { ?s ldes:timestampPath ?p } WHERE { ?s ldes:timestampPath ?p }",
        "DELETE { ?a a as:Create } INSERT { ?a a as:Announce } WHERE { ?a a as:Create }",
    ):
        broken = rdflib.Graph()
        for each in told:
            broken.add(each)
        prefixes = (
            "PREFIX as: <https://www.w3.org/ns/activitystreams#> PREFIX ldes: <https://w3id.org/ldes#> "
        )
        broken.update(prefixes + fault)
        assert not pyshacl.validate(broken, shacl_graph=rules)[0], fault


def _default_graph(body: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(body, format=RdfFormat.TRIG) if quad.graph_name == DefaultGraph()]


def test_every_format_says_the_same_and_those_with_graphs_say_where(get: Get) -> None:
    graphs = {}
    for format in FORMATS:
        reply = get("/datasets/feed", accept=format.media_type)
        assert (reply.status, reply.type) == (200, format.media_type)
        assert get(f"/datasets/feed.{format.extension}").body == reply.body
        assert reply.headers["content-location"] == f"/datasets/feed.{format.extension}"
        assert reply.headers["access-control-allow-origin"] == "*"
        graphs[format] = set(parse(reply.body, format=format.rdf))
    trig, jsonld, nquads, turtle, ntriples, rdfxml = graphs.values()
    assert trig == jsonld == nquads
    assert turtle == ntriples == rdfxml
    assert {quad.triple for quad in trig} == {quad.triple for quad in turtle}


def test_who_comes_again_hears_that_nothing_has_changed(get: Get) -> None:
    first = get("/datasets/feed")
    unchanged = get("/datasets/feed", if_none_match=first.headers["etag"])
    assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, b"", first.headers["etag"])
    head = get("/datasets/feed", method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])
    packed = get("/datasets/feed", accept_encoding="gzip")
    assert gzip.decompress(packed.body) == first.body and packed.headers["etag"] != first.headers["etag"]


def test_a_browser_gets_the_page_and_who_takes_no_rdf_is_told(get: Get) -> None:
    reply = get("/datasets/feed", accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (reply.status, reply.headers["location"]) == (303, "/data#katalogflode")
    assert 'id="katalogflode"' in get("/data").text
    reply = get("/datasets/feed", accept="image/png")
    assert reply.status == 406 and all(each.media_type in reply.text for each in FORMATS)
    assert get("/datasets/feed.csv").status == 404


def test_the_description_names_it(european: rdflib.Graph) -> None:
    assert (HERE.katalog, DCAT.service, HERE.katalogflode) in european
    assert str(european.value(HERE.katalogflode, DCAT.endpointURL)) == FEED


def test_a_publication_is_followed_and_a_restart_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    portal = Portal()

    def read(client: FlaskClient) -> None:
        portal.follow(client.get("/datasets/feed.nq").data)
        described = parse(client.get("/datasets/dcat-ap.nt").data, format=RdfFormat.N_TRIPLES)
        assert portal.graph == without_names({quad.triple for quad in described})

    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        read(client)
        initiative = next(projections.journal.current_all(types=[PIVI.Initiative.value]))
        gone = NewRevision(initiative.iri, initiative.type, b"", by="test", origin="test", state="withdrawn")
        # The description tells times by the second: that of the next publication is to be another.
        newest = max(each.at for each in projections.journal.current_all())
        while datetime.now(UTC).replace(microsecond=0) <= newest:
            time.sleep(0.01)
        projections.journal.append([gone])
        projections.catch_up()
        etag = client.get("/datasets/feed").headers["ETag"]
        read(client)
        assert set(portal.kinds) == {UPDATE} and len(portal.kinds) == 5
        assert client.get("/datasets/feed", headers={"If-None-Match": etag}).status_code == 304
    with Projections.open(settings) as projections:
        read(create_app(settings, projections).test_client())
        assert portal.kinds == []
