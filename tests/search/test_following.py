"""The index follows the journal: what changes is seen at once, and nothing differs from an index made anew."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.answers import Query
from catalogue.counting import Counting
from catalogue.dictionary import Dictionary
from catalogue.errors import Damaged
from catalogue.matching import Matching
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change

from .conftest import Indexing, said

BEFORE = """
<id/aktor/a1> a pivi:Organisation ; foaf:name "Vuxna vänner"@sv .
plats:1480 a pivi:Municipality ; skos:prefLabel "Göteborg"@sv ; pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/kommun> .
<id/plats/p1> a pivi:Place ; skos:prefLabel "Backa"@sv ; pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/stadsdel> ;
    dct:isPartOf plats:1480 .
<id/insats/i1> a pivi:Initiative ; dct:title "Läxhyllan"@sv ; dct:spatial <id/plats/p1> ; cv:hasParticipation <id/insats/i1#d> .
<id/insats/i1#d> a cv:Participation ; pivi:participant <id/aktor/a1> .
<id/insats/i2> a pivi:Initiative ; dct:title "Dans före lunch"@sv ; dct:spatial plats:1480 .
"""


def refs(index: SearchIndex, text: str = "", **filters: tuple[str, ...]) -> list[str]:
    hits = index.search(Query(text, filters, "titel")).hits
    return [hit.iri.rpartition("/")[2] for hit in hits]


def parts_of_versions() -> int:
    """How many parts of indexes are in memory that keep a version of theirs there, and its files."""
    return sum(isinstance(each, Counting | Dictionary | Matching) for each in gc.get_objects())


def later(turtle: str, first: int = 100) -> list[Change]:
    return [replace(change, seq=first + number) for number, change in enumerate(said(turtle))]


def gone(change: Change) -> Change:
    return replace(change, seq=200, before=change.after, after=b"")


def followed(changes: Iterable[Change]) -> list[Change]:
    """What is published after all of the changes."""
    latest = {change.iri: change for change in changes}
    return [change for change in latest.values() if change.after]


def test_a_published_initiative_is_found_at_once(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    index.apply(later('<id/insats/i3> a pivi:Initiative ; dct:title "Odla på taket"@sv .'))
    assert refs(index, "odla") == ["i3"]
    assert index.suggest("od")[0].text == "Odla på taket"


def test_a_version_that_nobody_reads_any_longer_is_let_go_at_once(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    refs(index, "dansen", kommun=("goteborg",))
    index.similar(index.search(Query()).hits[0].iri)
    gc.collect()
    before = parts_of_versions()
    gc.disable()  # or it might come by at the right moment
    try:
        index.apply(later('<id/insats/i3> a pivi:Initiative ; dct:title "Odla på taket"@sv .'))
        assert parts_of_versions() == before > 0
    finally:
        gc.enable()


def test_a_changed_initiative_is_found_by_its_new_words_only(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    index.apply(later('<id/insats/i2> a pivi:Initiative ; dct:title "Sång efter middagen"@sv .'))
    assert refs(index, "sång") == ["i2"]
    assert refs(index, "dans") == []


def test_a_hit_tells_whether_the_initiative_wants_to_collaborate(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    assert [hit.wish for hit in index.search(Query()).hits] == [False, False]
    index.apply(
        later('<id/insats/i2> a pivi:Initiative ; dct:title "Dans"@sv ; pivi:wantsCollaboration true .')
    )
    assert {hit.iri[-2:]: hit.wish for hit in index.search(Query()).hits} == {"i1": False, "i2": True}


def test_a_withdrawn_initiative_is_gone(indexed: Indexing) -> None:
    published = said(BEFORE)
    index = indexed(published)
    index.apply([gone(published[-1])])
    assert refs(index) == ["i1"]
    assert index.similar(published[-1].iri) == ()


def test_a_renamed_actor_is_found_by_its_new_name(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    assert refs(index, "vuxna vänner") == ["i1"]
    index.apply(later('<id/aktor/a1> a pivi:Organisation ; foaf:name "Stora syskon"@sv .'))
    assert refs(index, "stora syskon") == ["i1"]
    assert refs(index, '"vuxna vänner"') == []
    assert index.names_of("https://pivi.example.org/id/aktor/a1") == {"sv": "Stora syskon"}


def test_a_district_that_moves_takes_its_initiatives_along(indexed: Indexing) -> None:
    index = indexed(said(BEFORE))
    assert refs(index, kommun=("1480",)) == ["i2", "i1"]
    index.apply(
        later(
            """
            plats:1283 a pivi:Municipality ; skos:prefLabel "Helsingborg"@sv ;
                pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/kommun> .
            <id/plats/p1> a pivi:Place ; skos:prefLabel "Backa"@sv ; dct:isPartOf plats:1283 ;
                pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/stadsdel> .
            """
        )
    )
    assert refs(index, kommun=("1480",)) == ["i2"]
    assert refs(index, kommun=("1283",)) == ["i1"]
    assert refs(index, "helsingborg") == ["i1"]


def test_following_gives_the_index_that_is_made_anew(indexed: Indexing) -> None:
    published = said(BEFORE)
    changes = later(
        """
        <id/aktor/a1> a pivi:Organisation ; foaf:name "Stora syskon"@sv ; skos:altLabel "Syskonen"@sv .
        <id/aktor/a2> a pivi:Organisation ; foaf:name "Bryggan"@sv .
        <id/insats/i2> a pivi:Initiative ; dct:title "Sång efter middagen"@sv ; dct:spatial <id/plats/p1> .
        <id/insats/i3> a pivi:Initiative ; dct:title "Odla på taket"@sv ; dct:spatial plats:1480 .
        """
    )
    one_by_one, together, anew = (
        indexed(published),
        indexed(published),
        indexed(followed([*published, *changes])),
    )
    for change in changes:
        one_by_one.apply([change])
    together.apply(changes)
    together.apply(changes)  # after a crash the same changes come again
    assert list(one_by_one.documents()) == list(together.documents()) == list(anew.documents())


def test_an_index_is_opened_again_with_what_it_knew(
    tmp_path: Path, shapes: Shapes, indexed: Indexing
) -> None:
    index = indexed(said(BEFORE))
    index.apply(later('<id/insats/i3> a pivi:Initiative ; dct:title "Odla på taket"@sv .'))
    index.close()
    again = SearchIndex.open(tmp_path / "index-0", shapes)
    assert list(again.documents()) == list(index.documents())
    assert again.names_of("https://pivi.example.org/id/plats/p1") == {"sv": "Backa"}
    again.apply([gone(change) for change in said(BEFORE) if change.iri.endswith("i2")])
    assert refs(again) == ["i1", "i3"]
    again.close()


def test_a_damaged_index_says_how_to_mend_it(tmp_path: Path, shapes: Shapes, indexed: Indexing) -> None:
    indexed(said(BEFORE)).close()
    (tmp_path / "index-0" / "meta.json").write_text("{")
    with pytest.raises(Damaged, match="pivi rebuild"):
        SearchIndex.open(tmp_path / "index-0", shapes)
