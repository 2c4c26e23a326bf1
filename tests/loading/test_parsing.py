"""Parsing: every format gives the same records, however their triples are strewn about."""

from __future__ import annotations

import gzip
import io
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from catalogue import formats

GROUP = "id/grupp/b2c3"
OTHER = "id/grupp/d4f5"
CONTENT = f"""
<{GROUP}> a pivi:Group ; foaf:name "Gemensam utvecklingsgrupp"@sv ; org:hasMember <id/aktor/k7md>, <id/aktor/z2b4> ;
  dct:description "En rad.\\n\\nEn till med <taggar> och \\\\u0007 i text."@sv ; cv:contact <{GROUP}#post> .
<{GROUP}#post> a cv:ContactPoint ; foaf:name "Växeln"@sv .
<{OTHER}> a pivi:Group ; foaf:name "Innovationsgruppen"@sv .
"""

Read = Callable[..., object]
Write = Callable[..., Path]


@pytest.fixture
def turtle(write: Write) -> Path:
    return write("grupper.ttl", CONTENT)


def _as(path: Path, format: formats.Format) -> Path:
    """The same graph in another format, beside the Turtle."""
    quads = list(parse(path=str(path)))
    target = path.with_suffix("." + format.extension)
    supports_graphs = format.rdf.supports_datasets
    items = quads if supports_graphs else [quad.triple for quad in quads]
    target.write_bytes(serialize(items, format=format.rdf) or b"")
    return target


@pytest.mark.parametrize("format", formats.FORMATS, ids=lambda format: format.extension)
def test_every_format_gives_the_same_records(format: formats.Format, turtle: Path, read) -> None:  # type: ignore[no-untyped-def]
    expected = read(turtle)
    found = read(_as(turtle, format))
    assert {iri: each.content for iri, each in found.records.items()} == {
        iri: each.content for iri, each in expected.records.items()
    }
    assert found.triples == 10
    assert len(found.lines(GROUP)) == 8 and len(found.lines(OTHER)) == 2


def test_a_gzipped_file_is_told_by_its_content_not_its_name(turtle: Path, write: Write, read) -> None:  # type: ignore[no-untyped-def]
    packed = gzip.compress(turtle.read_bytes())
    expected = read(turtle).lines(GROUP)
    assert read(write("packad.ttl.gz", packed)).lines(GROUP) == expected
    assert read(write("packad.ttl", packed)).lines(GROUP) == expected
    assert read(write("opackad.ttl.gz", turtle.read_bytes())).lines(GROUP) == expected


def test_a_record_tells_its_type_file_and_hash(turtle: Path, read) -> None:  # type: ignore[no-untyped-def]
    record = read(turtle).records["http://127.0.0.1:8000/" + GROUP]
    assert record.type == "https://w3id.org/pivi/ns#Group"
    assert record.file == str(turtle)
    assert len(record.hash) == 64


def test_records_keep_the_order_of_the_file(turtle: Path, read) -> None:  # type: ignore[no-untyped-def]
    assert [iri.rpartition("/")[2] for iri in read(turtle).records] == ["b2c3", "d4f5"]


def test_scattered_triples_come_together_whatever_their_order(tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    lines = []
    for number in range(3000):
        iri = f"<http://127.0.0.1:8000/id/grupp/r{number}>"
        lines.append(
            f"{iri} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pivi/ns#Group> .\n"
        )
        lines += [
            f'{iri} <http://purl.org/dc/terms/description> "Text {part} {"x" * 2000}"@sv .\n'
            for part in range(9)
        ]
    ordered = tmp_path / "ordnad.nt"
    ordered.write_text("".join(lines))
    random.Random(1).shuffle(lines)
    shuffled = tmp_path / "blandad.nt"
    shuffled.write_text("".join(lines))
    # 54 MB: more than is gathered in memory at once.
    assert shuffled.stat().st_size > 50_000_000
    first, second = read(ordered), read(shuffled)
    assert len(first.records) == 3000
    assert {iri: each.hash for iri, each in first.records.items()} == {
        iri: each.hash for iri, each in second.records.items()
    }


def test_repeated_triples_count_once_in_a_record(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    path = write("dubbel.ttl", f"<{GROUP}> a pivi:Group, pivi:Group . <{GROUP}> a pivi:Group .")
    assert len(read(path).lines(GROUP)) == 1


def test_the_same_record_in_two_files_is_one_record(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    found = read(write("en.ttl", CONTENT), write("två.ttl", CONTENT))
    assert len(found.records) == 2
    assert found.triples == 20


def test_relative_iris_are_resolved_against_the_given_base(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    for name, content in {
        "relativ.ttl": f"<{GROUP}> a <https://w3id.org/pivi/ns#Group> .",
        "relativ.jsonld": f'{{"@id": "{GROUP}", "@type": "https://w3id.org/pivi/ns#Group"}}',
        "relativ.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<Group xmlns="https://w3id.org/pivi/ns#" rdf:about="{GROUP}"/></rdf:RDF>',
    }.items():
        path = write(name, content, prefixes=False)
        assert len(read(path, base="http://127.0.0.1:8000/").lines(GROUP)) == 1


def test_named_graphs_are_merged_and_a_note_says_so(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    iri = f"<http://127.0.0.1:8000/{GROUP}>"
    path = write(
        "graf.trig",
        f"<http://example.org/g> {{ {iri} a <https://w3id.org/pivi/ns#Group> }}\n"
        f'{iri} <http://xmlns.com/foaf/0.1/name> "Gruppen"@sv .',
    )
    found = read(path)
    assert len(found.lines(GROUP)) == 2
    assert "namngivna grafer" in found.notes[0].sentence and found.notes[0].params["triples"] == 1


def test_standard_input_needs_a_format(turtle: Path, read) -> None:  # type: ignore[no-untyped-def]
    content = turtle.read_bytes()
    with pytest.raises(Exception, match="--format"):
        read("-", standard_input=io.BytesIO(content))
    found = read("-", standard_input=io.BytesIO(content), format=formats.TURTLE)
    assert found.records["http://127.0.0.1:8000/" + GROUP].file == "-"


def test_a_pipe_can_be_loaded(turtle: Path, tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    pipe = tmp_path / "rör.ttl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(turtle.read_bytes(),))
    writer.start()
    assert len(read(pipe).records) == 2
    writer.join()


def test_progress_reaches_the_size_of_the_files(tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "många.nt"
    type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pivi/ns#Group> .\n"
    path.write_text("".join(f"<http://127.0.0.1:8000/id/grupp/r{n}> {type}" for n in range(20_000)))
    told: list[tuple[int, int]] = []
    read(path, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert len({done for done, _ in told}) > 3
    assert told == sorted(told)


def test_spools_of_killed_loads_are_removed(turtle: Path, tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    abandoned = tmp_path / "spool/load-4194305-abc"
    abandoned.mkdir(parents=True)
    (abandoned / "records.nt").write_bytes(b"x")
    read(turtle)
    assert not abandoned.exists()


def test_formats_of_datasets_are_those_that_have_graphs() -> None:
    assert {each.extension for each in formats.FORMATS if each.rdf.supports_datasets} == {
        "jsonld",
        "trig",
        "nq",
    }
    assert RdfFormat.N_QUADS.supports_datasets
