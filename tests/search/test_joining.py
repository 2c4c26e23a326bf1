"""An index made in two halves and joined answers as one made whole, follows the journal, and is never half of two."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tantivy import Document, Index, SchemaBuilder

from catalogue.answers import Query
from catalogue.errors import Damaged
from catalogue.extraction import INITIATIVE
from catalogue.indexing import build_index, close_writer
from catalogue.joining import join
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change

from .conftest import Indexing, packaged, said
from .test_following import BEFORE, gone, later, refs
from .test_judged import judged


def halves(changes: Iterable[Change], directory: Path, shapes: Shapes) -> tuple[Path, Path]:
    """The directories of an index of the names and every other initiative, and of one of the other initiatives."""
    every = list(changes)
    initiatives = [change for change in every if change.type == INITIATIVE]
    first, rest = directory / "first", directory / "rest"
    for place, half in enumerate((first, rest)):
        half.mkdir(parents=True)
        build_index(every, initiatives[place::2], half, shapes, holds_names=half == first)
    return first, rest


def joined(changes: Iterable[Change], directory: Path, shapes: Shapes) -> SearchIndex:
    first, rest = halves(changes, directory, shapes)
    join(first, rest)
    assert not rest.exists()
    return SearchIndex.open(first, shapes)


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory, shapes: Shapes) -> Iterator[SearchIndex]:
    """The example catalogue, made in two halves."""
    index = joined(packaged("vocab", "example"), tmp_path_factory.mktemp("of-two"), shapes)
    yield index
    index.close()


def test_a_joined_index_holds_what_one_made_whole_holds(example: SearchIndex, of_two: SearchIndex) -> None:
    assert list(of_two.documents()) == list(example.documents())
    for name in (rule.name for rule in example.plan.facets):
        assert of_two.facet(Query(), name) == example.facet(Query(), name)
    assert of_two.pairs("omrade") == example.pairs("omrade")
    assert of_two.names.by_code == example.names.by_code


def test_a_joined_index_answers_every_judged_question_the_same(
    example: SearchIndex, of_two: SearchIndex
) -> None:
    for question in judged():
        asked = Query(question.text, language=question.language)
        assert of_two.search(asked) == example.search(asked), question.text


@pytest.mark.parametrize("order", ["titel", "senast"])
def test_a_joined_index_lists_all_in_the_same_order(
    example: SearchIndex, of_two: SearchIndex, order: str
) -> None:
    asked = Query(sort=order, size=500)
    assert of_two.search(asked).hits == example.search(asked).hits


@pytest.mark.parametrize("typed", ["hel", "läxh", "laxh", "vuxna v", "missbruk", "so", "st", "för", "gö"])
def test_a_joined_index_proposes_the_same(example: SearchIndex, of_two: SearchIndex, typed: str) -> None:
    assert of_two.suggest(typed) == example.suggest(typed)


def test_a_joined_index_finds_the_same_alike(example: SearchIndex, of_two: SearchIndex) -> None:
    initiatives = [iri for iri, _, _ in example.documents() if "/id/insats/" in iri]
    for iri in initiatives:
        assert of_two.similar(iri) == example.similar(iri), iri


def test_a_word_of_both_halves_is_corrected_and_split_as_one(tmp_path: Path, shapes: Shapes) -> None:
    made = "".join(
        f'<id/insats/k{n}> a pivi:Initiative ; dct:title "Kvinnojouren {n}"@sv .\n' for n in range(4)
    )
    index = joined(said(made), tmp_path, shapes)
    answer = index.search(Query("kvinojouren"))
    assert answer.correction is not None
    assert (answer.correction.text, answer.correction.total, answer.total) == ("kvinnojouren", 4, 4)
    assert index.search(Query("jour")).total == 4
    index.close()


def test_a_joined_index_follows_as_one_made_whole(tmp_path: Path, shapes: Shapes, indexed: Indexing) -> None:
    published = said(BEFORE)
    changes = [
        *later(
            """
            <id/aktor/a1> a pivi:Organisation ; foaf:name "Stora syskon"@sv .
            <id/insats/i3> a pivi:Initiative ; dct:title "Odla på taket"@sv ; dct:spatial <id/plats/p1> .
            """
        ),
        replace(gone(published[-1]), seq=103),
    ]
    whole, halved = indexed(published), joined(published, tmp_path, shapes)
    for index in (whole, halved):
        index.apply(changes)
    assert list(halved.documents()) == list(whole.documents())
    assert refs(halved) == ["i1", "i3"]
    assert refs(halved, "stora syskon") == ["i1"]
    assert refs(halved, '"vuxna vänner"') == refs(halved, "dans") == []
    halved.close()
    again = SearchIndex.open(tmp_path / "first", shapes)
    assert list(again.documents()) == list(whole.documents())
    again.close()


def test_a_joined_index_is_merged_and_cleaned_as_any_other(tmp_path: Path, shapes: Shapes) -> None:
    first, rest = halves(said(BEFORE), tmp_path, shapes)
    join(first, rest)
    moved = set(first.glob("*.store"))
    index = SearchIndex.open(first, shapes)
    for number in range(12):
        index.apply(
            later(f'<id/insats/n{number}> a pivi:Initiative ; dct:title "Ny {number}"@sv .', 300 + number)
        )
    index.close()
    assert not moved & set(first.glob("*.store"))
    again = SearchIndex.open(first, shapes)
    assert len(refs(again)) == 14
    again.close()


def test_a_half_without_initiatives_is_joined_too(tmp_path: Path, shapes: Shapes) -> None:
    one = [change for change in said(BEFORE) if not change.iri.endswith("i2")]
    index = joined(one, tmp_path, shapes)
    assert refs(index) == ["i1"]
    index.close()


def test_indexes_of_other_fields_are_not_joined(tmp_path: Path, shapes: Shapes) -> None:
    first, _ = halves(said(BEFORE), tmp_path, shapes)
    builder = SchemaBuilder()
    builder.add_text_field("title")
    other = tmp_path / "other"
    other.mkdir()
    writer = Index(builder.build(), path=str(other)).writer(15_000_000, 1)
    writer.add_document(Document(title="Läxhyllan"))
    close_writer(writer)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(Damaged, match="schema"):
        join(first, other)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_indexes_of_other_settings_are_not_joined(tmp_path: Path, shapes: Shapes) -> None:
    first, rest = halves(said(BEFORE), tmp_path, shapes)
    meta = json.loads((rest / "meta.json").read_text())
    meta["index_settings"]["docstore_compression"] = "none"
    (rest / "meta.json").write_text(json.dumps(meta))
    with pytest.raises(Damaged, match="index_settings"):
        join(first, rest)


@pytest.mark.parametrize("lost", ["meta.json", ".managed.json"])
def test_an_index_without_its_lists_is_not_joined(tmp_path: Path, shapes: Shapes, lost: str) -> None:
    first, rest = halves(said(BEFORE), tmp_path, shapes)
    (rest if lost == "meta.json" else first).joinpath(lost).unlink()
    with pytest.raises(Damaged, match=lost):
        join(first, rest)
    assert rest.exists() and list(rest.glob("*.store"))


def test_an_index_without_a_segment_that_it_lists_is_not_joined(tmp_path: Path, shapes: Shapes) -> None:
    first, rest = halves(said(BEFORE), tmp_path, shapes)
    number = next(rest.glob("*.store")).stem
    for file in rest.glob(f"{number}.*"):
        file.unlink()
    with pytest.raises(Damaged, match=number):
        join(first, rest)


def test_an_index_is_not_joined_with_a_copy_of_itself(tmp_path: Path, shapes: Shapes) -> None:
    first, rest = halves(said(BEFORE), tmp_path, shapes)
    for file in first.iterdir():
        (rest / file.name).write_bytes(file.read_bytes())
    with pytest.raises(Damaged):
        join(first, rest)
