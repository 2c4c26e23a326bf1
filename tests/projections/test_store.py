"""The store: changes applied whole, records described with their fragments, progress kept beside the data."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.errors import Damaged
from catalogue.namespaces import DCT, PIVI, RDF, RDFS, SKOS
from catalogue.store import Change, Description, Progress, Store
from catalogue.turtle import canonical_ntriples

IRI = "http://x/id/insats/bcdf"


def content(*values: tuple[str, NamedNode, str]) -> bytes:
    """N-Triples: values that look like IRIs become IRIs, all others Swedish texts."""
    return canonical_ntriples(
        Triple(NamedNode(s), p, NamedNode(o) if o.startswith("http") else Literal(o, language="sv"))
        for s, p, o in values
    )


def change(before: bytes, after: bytes, iri: str = IRI) -> Change:
    return Change(iri, PIVI.Initiative.value, 1, datetime.now(UTC), before, after)


def test_a_new_store_has_followed_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    assert store.progress == Progress(0, "0")
    assert len(store) == 0


def test_a_change_and_its_number_are_there_after_reopening(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    store.apply([change(b"", content((IRI, DCT.title, "Nattpatrullen")))], Progress(7, "abc"))
    store.close()
    store = Store.open(tmp_path / "store")
    assert store.version == 7
    assert [str(triple.object) for triple in store.describe(IRI)] == ['"Nattpatrullen"@sv']


def test_a_record_is_replaced_exactly_and_no_other_is_touched() -> None:
    other = content(("http://x/id/insats/bcdfg", DCT.title, "En annan"))
    before = content((IRI, DCT.title, "Före"), (IRI, DCT.abstract, "Samma"), (IRI + "#a", DCT.title, "Del"))
    after = content((IRI, DCT.title, "Efter"), (IRI, DCT.abstract, "Samma"))
    store = Store.in_memory([other, before])
    store.apply([change(before, after)], Progress(2, "x"))
    assert canonical_ntriples(store.triples()) == b"".join(sorted([*after.splitlines(True), other]))


def test_a_withdrawn_record_leaves_nothing() -> None:
    before = content(
        (IRI, DCT.title, "Före"), (IRI, PIVI.keyFigure, IRI + "#a"), (IRI + "#a", DCT.title, "Del")
    )
    store = Store.in_memory([before])
    store.apply([change(before, b"")], Progress(2, "x"))
    assert len(store) == 0 and not store.holds(IRI) and store.content(IRI) == b""


@given(st.text())
def test_any_text_survives_a_change(text: str) -> None:
    triple = Triple(NamedNode(IRI), DCT.title, Literal(text, language="sv"))
    store = Store.in_memory()
    store.apply([change(b"", canonical_ntriples([triple]))], Progress(1, "x"))
    assert store.describe(IRI) == [triple]
    store.apply([change(canonical_ntriples([triple]), b"")], Progress(2, "y"))
    assert len(store) == 0


@pytest.mark.parametrize(
    "text",
    [
        "\\u0022 . <http://x/a> <http://x/b> <http://x/c> . #",
        '"}; DROP ALL; #',
        "\\",
        "\\\\u0041",
        "\r\n\t\0",
    ],
)
def test_a_text_that_looks_like_an_update_stays_a_text(text: str) -> None:
    triple = Triple(NamedNode(IRI), DCT.title, Literal(text, language="sv"))
    store = Store.in_memory()
    store.apply([change(b"", canonical_ntriples([triple]))], Progress(1, "x"))
    assert list(store.triples()) == [triple]


def test_no_reader_sees_a_part_of_a_change(tmp_path: Path) -> None:
    versions = [
        content(*((IRI, PIVI[f"p{number}"], f"{turn}") for number in range(40))) for turn in range(60)
    ]
    store = Store.open(tmp_path / "store")
    store.apply([change(b"", versions[0])], Progress(1, "x"))
    mixed: list[bytes] = []
    done = Event()

    def read() -> None:
        while not done.is_set():
            if (seen := canonical_ntriples(store.triples())) not in versions:
                mixed.append(seen)

    reader = Thread(target=read)
    reader.start()
    for number, (before, after) in enumerate(itertools.pairwise(versions)):
        store.apply([change(before, after)], Progress(number + 2, "x"))
    done.set()
    reader.join()
    assert not mixed


def test_a_record_is_described_with_its_fragments_however_deep() -> None:
    whole = content(
        (IRI, PIVI.decision, IRI + "#a"), (IRI + "#a", PIVI.nextStep, IRI + "#b"), (IRI + "#b", DCT.title, "Djupt"),
        (IRI + "#b", DCT.relation, IRI + "#a"), (IRI, DCT.relation, "http://x/id/insats/bcdfg"),
    )  # fmt: skip
    store = Store.in_memory([whole, content(("http://x/id/insats/bcdfg", DCT.title, "En annan"))])
    assert store.content(IRI) == whole


def test_the_ontology_is_described_with_the_terms_that_it_defines() -> None:
    ontology = "https://w3id.org/pivi/ns"
    whole = content(
        (ontology, DCT.title, "Ontologin"), (ontology + "#A", RDFS.label, "A"),
        (ontology + "#A", RDFS.isDefinedBy, ontology),
    )  # fmt: skip
    assert Store.in_memory([whole]).content(ontology) == whole


def test_the_progress_is_no_part_of_the_published_data(tmp_path: Path) -> None:
    Store.build(tmp_path / "store", [content((IRI, DCT.title, "En"))], Progress(9, "abc"))
    store = Store.open(tmp_path / "store")
    assert store.progress == Progress(9, "abc")
    assert len(store) == len(list(store.triples())) == 1


def test_a_built_store_equals_one_that_followed(tmp_path: Path) -> None:
    records = [content((f"http://x/id/insats/{n}", DCT.title, f"Insats {n}")) for n in range(500)]
    Store.build(tmp_path / "built", iter(records), Progress(500, "x"))
    followed = Store.open(tmp_path / "followed")
    followed.apply(
        [change(b"", each, f"http://x/id/insats/{n}") for n, each in enumerate(records)], Progress(500, "x")
    )
    built = Store.open(tmp_path / "built")
    assert canonical_ntriples(built.triples()) == canonical_ntriples(followed.triples())
    assert built.progress == followed.progress


def test_types_and_schemes_are_told_for_what_is_published() -> None:
    concept, scheme = "https://w3id.org/pivi/begrepp/typ/x", "https://w3id.org/pivi/begrepp/typ"
    store = Store.in_memory(
        [content((concept, RDF.type, SKOS.Concept.value), (concept, SKOS.inScheme, scheme))]
    )
    assert store.types_and_schemes([concept, "http://x/nothing"]) == {
        concept: Description(frozenset({SKOS.Concept.value}), frozenset({scheme}))
    }


@pytest.mark.parametrize("text", ['"} # ', "?record a ?type", "\\", "\n\t\r", "'''"])
def test_a_term_in_a_query_stays_a_term(text: str) -> None:
    store = Store.in_memory([content((IRI, RDF.type, PIVI.Initiative.value))])
    assert list(store.query("records_of_type", type=Literal(text))) == []
    assert [each["record"].value for each in store.query("records_of_type", type=PIVI.Initiative)] == [IRI]


def test_what_points_at_a_record_is_told_by_record() -> None:
    actor = "http://x/id/aktor/k7md"
    store = Store.in_memory([
        content((IRI, PIVI.keyFigure, IRI + "#a"), (IRI + "#a", PIVI.participant, actor), (actor, DCT.relation, actor)),
        content(("http://x/id/mote/zzzz", DCT.relation, actor + "#byte"), (actor, ORIGIN, actor + "#byte")),
        content((actor + "#byte", DCT.title, "Bytet")),
    ])  # fmt: skip
    assert store.pointing_at(actor) == [IRI, "http://x/id/mote/zzzz"]


ORIGIN = NamedNode("http://www.w3.org/ns/org#resultedFrom")


def test_a_store_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_text("not a manifest")
    with pytest.raises(Damaged, match="pivi rebuild"):
        Store.open(tmp_path / "store")
