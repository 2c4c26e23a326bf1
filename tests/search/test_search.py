"""What a visitor meets: finding by other forms, parts and spellings, in order, with a way on when nothing is found."""

from __future__ import annotations

import pytest

from catalogue.answers import Query, Removal
from catalogue.errors import NotFound
from catalogue.highlight import Marks, html, marked, snippet
from catalogue.search import SearchIndex
from catalogue.store import Change

from .conftest import Indexing, Initiative, said


@pytest.fixture
def care(indexed: Indexing, vocabulary: list[Change]) -> SearchIndex:
    concept = "<https://w3id.org/pivi/begrepp/{}>".format
    made = (
        Initiative("i1", "Missbruksvård på hjul"),
        Initiative("i2", "Vården möter gatan"),
        Initiative("i3", "Fri från missbruk"),
        Initiative("i4", "Kvinnojouren i hamnen", '; dct:abstract "Stöd efter våld, också på Älvsborg."@sv'),
        Initiative("i5", "Sommarjobb åt alla", '; dct:title "Summer jobs for all"@en'),
        Initiative("i6", "Träffpunkt Åkerö. Jour och kvinnor."),
        Initiative("i7", "Bluffsamtal", f"; pivi:area {concept('omrade/fritid')}"),
        Initiative(
            "i8",
            "Zebran",
            f"; pivi:area {concept('omrade/halsa')} ; pivi:targetGroup {concept('malgrupp/barn')}",
        ),
    )
    concepts = [change for change in vocabulary if "/begrepp/" in change.iri]
    return indexed([*concepts, *said("".join(each.turtle() for each in made))])


def found(index: SearchIndex, text: str, **more: object) -> list[str]:
    return [hit.iri.rpartition("/")[2] for hit in index.search(Query(text, **more)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("missbruk", "i1"),
        ("vård", "i1"),
        ("missbruksvården", "i1"),
        ("kvinna", "i4"),
        ("jour", "i4"),
        ("alvsborg", "i4"),
        ("Älvsborg", "i4"),
        ("A\u0308lvsborg", "i4"),
        ("akero", "i6"),
        ("sommarj", "i5"),
        ("sommar jobb", "i5"),
        ("summer job", "i5"),
        ("hamn", "i4"),
        ("träff*", "i6"),
        ('"möter gatan"', "i2"),
        ("-missbruk -vård zebra", "i8"),
        ("bluff samtal", "i7"),
    ],
)
def test_an_initiative_is_found(care: SearchIndex, text: str, ref: str) -> None:
    assert ref in found(care, text)


def test_the_word_itself_ranks_above_compounds_with_it(care: SearchIndex) -> None:
    assert found(care, "vård")[:2] == ["i2", "i1"]


def test_excluded_words_and_phrases_are_left_out(care: SearchIndex) -> None:
    assert found(care, "missbruk -fri") == ["i1"]
    assert found(care, 'vård -"möter gatan"') == ["i1"]
    assert found(care, '"gatan möter"') == []


def test_another_spelling_is_used_when_nothing_is_found_and_told(care: SearchIndex) -> None:
    answer = care.search(Query("bluffsamtl"))
    assert answer.correction is not None
    assert (answer.correction.text, answer.correction.used, answer.total) == ("bluffsamtal", True, 1)
    assert care.search(Query("bluffsamtal")).correction is None


@pytest.mark.parametrize(
    ("typed", "meant"), [("kvinofrid", "kvinnofrid"), ("elevhelsa", "elevhälsa"), ("misbruk", "missbruk")]
)
def test_another_name_of_a_concept_is_found_misspelt_though_no_record_uses_it(
    example: SearchIndex, typed: str, meant: str
) -> None:
    asked, right = example.search(Query(typed)), example.search(Query(meant))
    assert asked.correction is not None and asked.correction.used
    assert asked.total == right.total > 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("funktionsnedsattning", "funktionsnedsättning"),
        ("valdsutsatta", "våldsutsatta"),
        ("laxhjalp", "läxhjälp"),
    ],
)
def test_another_name_of_a_concept_is_found_without_its_dots(
    example: SearchIndex, typed: str, meant: str
) -> None:
    asked, right = ({hit.iri for hit in example.search(Query(text)).hits} for text in (typed, meant))
    assert asked == right != set()


def test_some_of_the_words_are_enough_when_no_record_has_all(care: SearchIndex) -> None:
    answer = care.search(Query("zebran kvinnojouren"))
    assert answer.relaxed
    assert {hit.iri.rpartition("/")[2] for hit in answer.hits} == {"i4", "i8"}


def test_an_empty_answer_names_the_filter_to_remove(care: SearchIndex) -> None:
    answer = care.search(Query("zebran", {"omrade": ("fritid",), "malgrupp": ("barn",)}))
    assert (answer.total, answer.correction, answer.relaxed) == (0, None, False)
    assert answer.removals == (Removal("omrade", 1),)
    assert care.search(Query("zebran", {"omrade": ("fritid",)})).removals == (
        Removal("omrade", 1),
        Removal("q", 1),
    )


def test_titles_are_sorted_by_the_swedish_alphabet(care: SearchIndex) -> None:
    titles = [html(hit.title) for hit in care.search(Query(sort="titel")).hits]
    assert titles[:2] == ["Bluffsamtal", "Fri från missbruk"]
    assert titles[-2:] == ["Vården möter gatan", "Zebran"]
    english = [html(hit.title) for hit in care.search(Query(sort="titel", language="en")).hits]
    assert english.index("Summer jobs for all") == titles.index("Sommarjobb åt alla")


def test_the_latest_revision_comes_first(care: SearchIndex) -> None:
    assert found(care, "") == [f"i{number}" for number in range(8, 0, -1)]


def test_equally_good_hits_come_in_the_same_order_on_every_page(indexed: Indexing) -> None:
    made = "".join(Initiative(f"x{number:03d}", "Kastrull").turtle() for number in range(130))
    index = indexed(said(made))
    whole = found(index, "kastrull", size=130)
    pages = [found(index, "kastrull", page=page, size=7) for page in range(1, 20)]
    assert [ref for page in pages for ref in page] == whole
    assert len(set(whole)) == 130


def test_a_page_after_the_last_does_not_exist(care: SearchIndex) -> None:
    with pytest.raises(NotFound, match="Sida 9 finns inte"):
        care.search(Query("vård", page=9))
    with pytest.raises(NotFound):
        care.search(Query(page=1_000_000))


def test_hits_show_the_marked_words_and_stay_text() -> None:
    marks = Marks(stems={"läxhjälp"})
    segments = marked("Läxhjälpen <b> & läxhjälp", "sv", marks)
    assert html(segments) == "<mark>Läxhjälpen</mark> &lt;b&gt; &amp; <mark>läxhjälp</mark>"
    assert "".join(segment.text for segment in segments) == "Läxhjälpen <b> & läxhjälp"


def test_a_snippet_is_cut_at_words_around_what_was_found() -> None:
    text = "Mycket annat står här. " * 30 + "Till sist kommer läxhjälpen. " + "Och så mera. " * 20
    segments, language = snippet([("sv", "Ingress."), ("sv", text)], "sv", Marks(stems={"läxhjälp"}))
    shown = "".join(segment.text for segment in segments)
    assert language == "sv"
    assert [segment.text for segment in segments if segment.marked] == ["läxhjälpen"]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 300


def test_a_snippet_without_answers_is_the_beginning() -> None:
    segments, _ = snippet([("sv", "Ingressen."), ("sv", "Annat.")], "sv", Marks(stems={"läxhjälp"}))
    assert html(segments) == "Ingressen."


def test_suggestions_begin_as_what_is_typed(example: SearchIndex) -> None:
    kinds = {(each.text, each.kind) for each in example.suggest("hel")}
    assert ("Helsingborg", "plats") in kinds
    assert ("Läxhjälp med Vuxna vänner", "insats") in {(e.text, e.kind) for e in example.suggest("läxh")}
    assert ("Läxhjälp med Vuxna vänner", "insats") in {(e.text, e.kind) for e in example.suggest("laxh")}
    assert ("Vuxna vänner", "aktor") in {(each.text, each.kind) for each in example.suggest("vuxna v")}
    (concept,) = [each for each in example.suggest("missbruk") if each.text == "missbruk"]
    assert (concept.kind, concept.of) == ("begrepp", "Beroende")
    assert example.suggest("h") == example.suggest("") == ()
    assert all(len(example.suggest(text)) <= 8 for text in ("so", "st", "för", "a b"))


def test_similar_initiatives_say_what_they_share(example: SearchIndex) -> None:
    base = "https://pivi.example.org/id/insats/"
    alike = example.similar(base + "3fxh", limit=4)  # homework help at a library
    assert len(alike) == 4
    assert {"8h8c", "4jc4", "7k3f", "5858", "kt73"} & {each.iri.removeprefix(base) for each in alike[:2]}
    assert base + "3fxh" not in {each.iri for each in alike}
    assert all(each.title["sv"] for each in alike)
    assert any("https://w3id.org/pivi/begrepp/omrade/skola-forskola" in each.shared for each in alike)
    assert example.similar("https://pivi.example.org/id/insats/finnsinte") == ()
