"""The change feed against the store: whoever follows it, from the start or from yesterday, has what is published."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from app.factory import create_app
from catalogue.errors import CatalogueError
from catalogue.export.feed import Feed
from catalogue.export.members import member
from catalogue.journal import Journal, NewRevision, Revision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.publishing import publish, tombstone, undo, withdraw
from catalogue.publishing import replace as put_in_place
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from catalogue.tombstones import triples as tombstone_triples

from .following import Document, Follower

BASE = "http://127.0.0.1:8000/"
START = BASE + "data/feed"
TITLE = b"<http://purl.org/dc/terms/title>"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    with Projections.open(Settings(data=tmp_path / "data", base=BASE), example=True) as projections:
        yield projections


class Served:
    """A feed with pages of a few members, as a server would answer with it."""

    def __init__(self, projections: Projections, *, page: int = 7, group: int = 3) -> None:
        self.projections = projections
        self.feed = Feed(projections.journal, projections.shapes, BASE, page=page, group=group)

    def __call__(self, address: str) -> Document:
        outline = self.feed.outline(self.projections.version)
        name = address.removeprefix(START).lstrip("/")
        if not name:
            return document(self.feed.root(outline))
        for group in outline.groups:
            if group.name == name:
                return document(self.feed.group(group), True)
        for page in (*outline.closed, outline.open):
            if page.name == name:
                return document(self.feed.page(page), page.closed)
        return Document(())

    def bytes_of_all(self) -> bytes:
        outline = self.feed.outline(self.projections.version)
        return b"".join(self.feed.page(page) for page in (*outline.closed, outline.open))


def document(ntriples: bytes, immutable: bool = False) -> Document:
    quads = parse(ntriples, format=RdfFormat.N_TRIPLES)
    return Document(tuple(quad.triple for quad in quads), immutable)


def published(projections: Projections) -> set[object]:
    with projections.snapshot() as shown:
        return set(shown.store.triples())


def initiatives(projections: Projections) -> list[Revision]:
    found = projections.journal.current_all(types=[PIVI.Initiative.value])
    return [each for each in found if each.published]


def retitled(revision: Revision, text: str) -> NewRevision:
    lines = [
        line
        for line in revision.content.splitlines(True)
        if f"<{revision.iri}> {TITLE.decode()}" not in line.decode()
    ]
    lines.append(f'<{revision.iri}> {TITLE.decode()} "{text}"@sv .\n'.encode())
    return NewRevision(revision.iri, revision.type, b"".join(sorted(lines)), "test", "test")


@pytest.mark.parametrize(("page", "group"), [(1, 2), (7, 3), (50, 4), (587, 1), (10_000, 100)])
def test_who_follows_from_the_start_has_exactly_what_is_published(
    own: Projections, page: int, group: int
) -> None:
    follower = Follower(Served(own, page=page, group=group), START)
    follower.run()
    assert follower.triples == published(own)
    assert len(follower.members) == own.version


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_who_follows_has_what_is_published(own: Projections, seed: int) -> None:
    chance = random.Random(seed)
    served = Served(own)
    steady = Follower(served, START)
    steady.run()
    yesterday = Follower(
        served, START, after=own.journal.current_all().__next__().at, records=dict(steady.records)
    )
    journal = own.journal
    done = 0
    for number in range(60):
        chosen = chance.choice(initiatives(own))
        deed = chance.randrange(5)
        try:
            if deed == 0:
                withdraw(journal, chosen.iri, reason="prov", by="test", anyway=True)
            elif deed == 1:
                gone = [each.iri for each in journal.current_all() if not each.published]
                if gone:
                    undo(journal, chance.choice(gone), by="test")
            elif deed == 2:
                others = [each.iri for each in initiatives(own) if each.iri != chosen.iri]
                put_in_place(journal, chosen.iri, [chance.choice(others)], by="test", anyway=True)
            else:
                publish(journal, [retitled(chosen, f"Titel {number}")])
            done += 1
        except CatalogueError:
            continue
        own.catch_up()
        if chance.random() < 0.3:
            steady.run()
            assert steady.triples == published(own)
    assert done > 30
    steady.run()
    late = Follower(served, START)
    late.run()
    yesterday.run()
    assert steady.triples == late.triples == yesterday.triples == published(own)
    known = Feed(journal, own.shapes, BASE, page=7, group=3)
    assert known.outline(own.version) == served.feed.outline(own.version), (
        "followed or read anew, it is the same"
    )


def test_who_comes_from_yesterday_reads_only_what_is_newer(own: Projections) -> None:
    served = Served(own)
    first = Follower(served, START)
    first.run()
    moment = own.journal.current(initiatives(own)[0].iri)
    assert moment is not None
    for number, revision in enumerate(initiatives(own)[:20]):
        publish(own.journal, [retitled(revision, f"Ny titel {number}")])
    withdraw(own.journal, initiatives(own)[0].iri, reason="prov", by="test", anyway=True)
    own.catch_up()
    latest = max(each.at for each in own.journal.since(0, upto=own.version - 21))
    follower = Follower(served, START, after=latest, records=dict(first.records))
    follower.run()
    assert follower.triples == published(own)
    assert len(follower.fetched) < 10 < len(first.fetched)


def test_each_member_is_on_one_page_and_full_pages_never_change(own: Projections) -> None:
    served = Served(own)
    first = Follower(served, START)
    first.run()
    for number, revision in enumerate(initiatives(own)[:10]):
        publish(own.journal, [retitled(revision, f"Ny titel {number}")])
    own.catch_up()
    second = Follower(served, START)
    second.run()
    for address, page in first.pages.items():
        if page.immutable and address in second.pages:
            assert served(address) == page
    members = [
        triple.object
        for page in second.pages.values()
        for triple in page.triples
        if triple.predicate.value.endswith("tree#member")
    ]
    assert len(members) == len(set(members)) == own.version


def test_what_is_taken_out_leaves_every_page_and_its_old_address_is_retired(own: Projections) -> None:
    served = Served(own)
    chosen = next(each for each in initiatives(own) if each.seq < own.version - 30)
    before = Follower(served, START)
    before.run()
    place = next(page for iri, page in before.members.items() if f"/{chosen.seq}-" in iri)
    version = withdraw(own.journal, chosen.iri, reason="Samtycket är återkallat", by="test", anyway=True)
    own.catch_up()
    text = served.bytes_of_all()
    of = f"<http://purl.org/dc/terms/isVersionOf> <{chosen.iri}> .".encode()
    assert text.count(of) == 1
    assert f"/version/{version}-".encode() in text
    assert served(place) == Document(())
    after = Follower(served, START)
    after.run()
    kept = {address for address, page in before.pages.items() if page.immutable} & set(after.pages)
    assert len(kept) == sum(page.immutable for page in before.pages.values()) - 2  # the page, and its group

    stone = tombstone(own.journal, chosen.iri)
    assert stone is not None
    [name] = [iri for iri in after.members if f"/version/{version}-" in iri]
    said = {
        (triple.predicate, triple.object)
        for triple in served(after.members[name]).triples
        if triple.subject.value == name  # type: ignore[union-attr]
    }
    assert {(triple.predicate, triple.object) for triple in tombstone_triples(stone)} <= said

    undo(own.journal, chosen.iri, by="test")
    own.catch_up()
    assert served(place) == before.pages[place], "what comes back has its address again"


def test_nothing_that_is_not_public_is_in_the_feed(own: Projections) -> None:
    secret = "https://w3id.org/pivi/ns#nagotHemligt"
    chosen = initiatives(own)[0]
    line = f'<{chosen.iri}> <{secret}> "hemligt" .\n'.encode()
    content = b"".join(sorted([*chosen.content.splitlines(True), line]))
    own.journal.append([NewRevision(chosen.iri, chosen.type, content, "test", "test")])
    own.catch_up()
    served = Served(own)
    assert b"hemligt" not in served.bytes_of_all()
    private = {predicate for type in own.shapes.types for predicate in own.shapes.private_predicates(type)}
    stored = b"".join(each.content for each in own.journal.since(0))
    assert any(f"> <{each}> ".encode() in stored for each in private)
    follower = Follower(served, START)
    follower.run()
    found = {triple.predicate for page in follower.pages.values() for triple in page.triples}
    with own.snapshot() as shown:
        public = {triple.predicate for triple in shown.store.triples()}
    assert not {each.value for each in found - public} & private


def test_records_of_others_stay_out(own: Projections) -> None:
    feed = Feed(own.journal, own.shapes, BASE, own=lambda revision: revision.type == PIVI.Initiative.value)
    outline = feed.outline(own.version)
    text = b"".join(feed.page(page) for page in (*outline.closed, outline.open))
    assert text.count(b"tree#member>") == len(initiatives(own))


def test_a_text_that_mentions_a_part_of_its_record_is_left_as_it_is(own: Projections) -> None:
    found = initiatives(own)[0]
    record = "https://pivi.example.se/id/insats/a"
    text = f"Se > <{record}#del> .\\nOch <{record}> här"
    content = (
        f'<{record}#del> <http://purl.org/dc/terms/title> "{text}"@sv .\n'
        f"<{record}> <http://purl.org/dc/terms/relation> <{record}#del> .\n"
        f"<{record}> <http://purl.org/dc/terms/source> <{record}> .\n"
    ).encode()
    written = member(replace(found, iri=record, content=content), content, "https://x/v/1").decode()
    assert f'<https://x/v/1#del> <http://purl.org/dc/terms/title> "{text}"@sv .' in written
    assert "<https://x/v/1> <http://purl.org/dc/terms/relation> <https://x/v/1#del> ." in written
    assert f"<https://x/v/1> <http://purl.org/dc/terms/source> <{record}> ." in written


def test_who_reads_while_a_page_is_filled_misses_nothing(own: Projections) -> None:
    web = create_app(Settings(base=BASE), own).test_client()
    was_open = Feed(own.journal, own.shapes, BASE).outline(own.version).open.name

    def fetch(address: str) -> Document:
        if address.endswith(f"/{was_open}") and own.version == before:
            for number in range(3):
                publish(own.journal, [retitled(each, f"Titel {number}") for each in initiatives(own)])
            own.catch_up()
        path = "/" + address.removeprefix(BASE)
        reply = web.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True)
        assert reply.status_code == 200
        found = document(reply.data, "immutable" in reply.headers["Cache-Control"])
        return replace(found, address=BASE + reply.request.path.lstrip("/") if reply.history else None)

    before = own.version
    follower = Follower(fetch, START)
    follower.run()
    assert Feed(own.journal, own.shapes, BASE).outline(own.version).open.name != was_open
    assert len(follower.members) >= before
    follower.run()
    assert follower.triples == published(own)
    assert len(follower.members) == own.version


def test_an_empty_journal_has_a_feed(tmp_path: Path) -> None:

    journal = Journal.open(tmp_path / "journal.sqlite")
    feed = Feed(journal, Shapes.load(), BASE)
    outline = feed.outline(0)
    assert outline.closed == () and outline.open.name == "0"
    assert document(feed.root(outline)).triples and document(feed.page(outline.open)).triples
    journal.close()
