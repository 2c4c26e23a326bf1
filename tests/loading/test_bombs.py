"""Small files that grow: every one ends in a sentence, within its limits, and writes nothing out."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.errors import Busy, CatalogueError, InvalidInput
from catalogue.formats import RDF_XML
from catalogue.sources import Source

Write = Callable[..., Path]
IRI = "http://127.0.0.1:8000/id/insats/b2c3"
START = f"<{IRI}> <a:b> "
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="http://example.org/">'


def _entities(levels: int) -> str:
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)
    )
    return (
        f"<!DOCTYPE r [{entities}]>{XML}"
        f'<rdf:Description rdf:about="{IRI}"><p:b>&a{levels - 1};</p:b></rdf:Description></rdf:RDF>'
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("objekt.jsonld", '{"http://example.org/a":' * 20_000 + "1" + "}" * 20_000),
        ("objekt2.jsonld", '{"http://example.org/a":' * 5_000 + "1" + "}" * 5_000),
        ("listor.jsonld", "[" * 200_000 + "]" * 200_000),
        ("kontext.jsonld", '{"@context":' + "[" * 50_000 + "]" * 50_000 + "}"),
        ("samlingar.ttl", START + "(" * 300_000 + ")" * 300_000 + " ."),
        ("noder.ttl", START + "[ <a:b> " * 300_000 + "1" + "]" * 300_000 + " ."),
        ("trippel.ttl", START + "<<( <a:b> <a:c> " * 100_000 + "1" + " )>>" * 100_000 + " ."),
        ("trippel.nt", START + "<<( <a:b> <a:c> " * 100_000 + '"1"' + " )>>" * 100_000 + " ."),
        ("reifierad.ttl", START + "<< <a:b> <a:c> " * 100_000 + "1" + " >>" * 100_000 + " ."),
        ("entiteter.rdf", _entities(12)),
        ("entiteter2.rdf", _entities(7)),
        ("element.rdf", XML + "<p:a><p:b>" * 4_000 + "</p:b></p:a>" * 4_000 + "</rdf:RDF>"),
        ("prefix.ttl", f"@prefix a: <http://a/{'x' * 900_000}> .\n" + "a:b a:c a:d .\n" * 5_000),
    ],
)
def test_a_nesting_or_growing_bomb_ends_in_a_sentence(
    name: str,
    content: str,
    write: Write,
    read,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises((InvalidInput, Busy)) as refusal:
        read(write(name, content, prefixes=False), seconds=20)
    assert name in str(refusal.value)
    assert "Traceback" not in str(refusal.value) and len(str(refusal.value)) < 1000


@pytest.mark.parametrize(
    ("depth", "around"),
    [(998, ""), (998, "<p:c/>" * 3_000 + "<!-- <p:d><p:d> --><![CDATA[<p:e><p:e>]]>")],
)
def test_elements_are_counted_by_how_deep_they_lie(depth: int, around: str, tmp_path: Path) -> None:
    path = tmp_path / "element.rdf"
    for more in (0, 1):
        deep = depth + more
        path.write_text(
            f"{XML}<p:a>{around}" + "<p:b>" * deep + "</p:b>" * deep + f"{around}</p:a></rdf:RDF>"
        )
        source = Source(path, "element.rdf", RDF_XML, limit=10**6)
        if more:
            with pytest.raises(InvalidInput, match=r"element\.rdf är för djupt nästlad \(mer än 1000 "):
                while source.read(2_000):
                    pass
        else:
            while source.read(2_000):
                pass
        source.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<p:a><p:b>" * 300_000 + "</p:b></p:a>" * 300_000, "för djupt nästlad"),
        (
            f'<rdf:Description rdf:about="{IRI}" ' + " ".join(f'p:a{n}=""' for n in range(30_000)) + "/>",
            "fler än 1000 attribut",
        ),
    ],
    ids=["elements", "attributes"],
)
def test_what_would_keep_the_parser_for_many_minutes_is_refused_at_once(
    content: str,
    said: str,
    write: Write,
    read,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises(InvalidInput, match=said):
        read(write("stor.rdf", f"{XML}{content}</rdf:RDF>"), seconds=120)


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Ten gigabytes each, gzipped to some megabytes: spaces, one long text, and many triples."""
    directory = tmp_path_factory.mktemp("bombs")
    bombs = {}
    for name, start, filling in (
        ("blanksteg", b"", b" "),
        ("text", START.encode() + b'"', b"a"),
        ("nollor", b"", b"\x00"),
    ):
        packer = zlib.compressobj(1, wbits=31)
        first = packer.compress(start)
        # One packed block over and over: nobody packs ten gigabytes for a test.
        block = packer.compress(filling * 2**27) + packer.flush(zlib.Z_FULL_FLUSH)
        again = packer.compress(filling * 2**27) + packer.flush(zlib.Z_FULL_FLUSH)
        bombs[name] = directory / f"{name}.ttl.gz"
        bombs[name].write_bytes(first + block + again * 79)
    return bombs


@pytest.mark.parametrize("name", ["blanksteg", "text", "nollor"])
def test_a_gzip_bomb_of_ten_gigabytes_is_stopped_at_the_limit(
    name: str,
    bombs: dict[str, Path],
    read,  # type: ignore[no-untyped-def]
) -> None:
    assert bombs[name].stat().st_size < 60_000_000
    with pytest.raises(CatalogueError, match=r"större än 200 MB|längre än 16 MB|UTF-16"):
        # Within 600 MB of address space: the bomb is never unpacked whole.
        read(bombs[name], max_bytes=200_000_000, memory=600_000_000)


def test_many_tiny_records_are_read_with_little_memory(tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "smulor.nt.gz"
    type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pivi/ns#Group> .\n"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.writelines(f"<http://127.0.0.1:8000/id/grupp/r{number}> {type}" for number in range(60_000))
    assert len(read(path, memory=500_000_000).records) == 60_000
