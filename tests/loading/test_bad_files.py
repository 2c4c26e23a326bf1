"""Files that cannot be read: each gets a sentence that says what, where and what to do."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.errors import Busy, InvalidInput

Write = Callable[..., Path]
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="https://w3id.org/pivi/ns#">'
IRI = "http://127.0.0.1:8000/id/insats/b2c3"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("trasig.ttl", "<a:b> <a:c> 'x'\n<a:d> e f .", r"trasig\.ttl:\d+:\d+: filen är inte giltig Turtle"),
        ("trasig.nt", b'<a:b> <a:c> "x" .\nhej\n', r"trasig\.nt:2:1: filen är inte giltig N-Triples"),
        ("trasig.rdf", f"{XML}<rdf:Description></rdf:RDF>", r"trasig\.rdf: filen är inte giltig RDF/XML"),
        ("trasig.jsonld", '{"@id":\n', r"trasig\.jsonld:\d+:\d+: filen är inte giltig JSON-LD"),
        ("trasig.trig", "<a:g> { <a:b> ", r"trasig\.trig:1:\d+: filen är inte giltig TriG"),
        ("trasig.nq", "<a:b> <a:c> <a:d> <a:e> <a:f> .", r"trasig\.nq:1:\d+: filen är inte giltig N-Quads"),
        (
            "latin.ttl",
            "<a:b> <a:c> 'läxhjälp' .".encode("latin-1"),
            r"latin\.ttl:1:\d+: .*inte skriven i UTF-8",
        ),
        ("latin.rdf", f'{XML}<p:Group rdf:about="a:å"/></rdf:RDF>'.encode("latin-1"), "inte skriven i UTF-8"),
        (
            "latin1.rdf",
            f'<?xml version="1.0" encoding="iso-8859-1"?>{XML}</rdf:RDF>'.encode("latin-1"),
            "inte skriven i UTF-8",
        ),
        ("latin.jsonld", '{"@id": "a:å"}'.encode("latin-1"), "inte skriven i UTF-8"),
        ("utf16.ttl", "<a:b> <a:c> 'å' .".encode("utf-16"), "UTF-16"),
        ("utf16le.ttl", "<a:b> <a:c> 'å' .".encode("utf-16-le"), "UTF-16"),
        ("utf32.nt", "<a:b> <a:c> 'å' .".encode("utf-32"), "UTF-16 eller UTF-32"),
        ("tom.ttl", b"", "är tom"),
        ("tom.ttl.gz", gzip.compress(b""), "är tom"),
        ("kommentar.ttl", "# inget\n", "inga uppgifter"),
        ("blanksteg.ttl", b"  \n ", "inga uppgifter"),
        ("tom.jsonld", "{}", "@context"),
        ("nycklar.jsonld", f'{{"@id": "{IRI}", "name": "utan kontext"}}', "@context"),
        ("kontext.jsonld", '{"@context": "https://schema.org/", "@id": "a:b"}', "kontext på nätet"),
        ("kontext2.jsonld", '{"@context": ["http://127.0.0.1:9/c"], "@id": "a:b"}', "kontext på nätet"),
        ("sida.ttl", b"<!DOCTYPE html><html></html>", "webbsida"),
        ("blad.ttl", b"PK\x03\x04\x14\x00\x06\x00", "slaget zip"),
        ("dubbelt.ttl.gz", gzip.compress(gzip.compress(b"x")), "gzip i gzip"),
        ("avbruten.ttl.gz", gzip.compress(b"<a:b> <a:c> 'x' .\n" * 9999)[:-30], "avbruten"),
        ("skadad.ttl.gz", gzip.compress(b"<a:b> <a:c> 'x' .\n" * 99)[:20] + bytes(40), "skadad gzip-fil"),
        (
            "mellanslag.nt",
            b"<http://a/b c> <a:c> <a:d> .",
            r"mellanslag\.nt:1:1: en IRI har ett otillåtet tecken",
        ),
        ("relativ.nt", b"<b> <a:c> <a:d> .", r"relativ\.nt:1:1: en IRI är relativ.*--base"),
        ("relativ.rdf", f'{XML}<p:Group rdf:about="b"/></rdf:RDF>', "en IRI är relativ.*--base"),
        (
            "relativ.jsonld",
            '{"@id": "b", "@type": "https://w3id.org/pivi/ns#Group"}',
            "en IRI är relativ.*--base",
        ),
        (
            "relativ2.jsonld",
            f'[{{"@id": "{IRI}", "a:b": 1}}, {{"@id": "//b", "a:b": 1}}]',
            "(relativ|otillåt|Adresser)",
        ),
        ("surrogat.nt", rb'<a:b> <a:c> "\uD800" .', r"surrogat\.nt:1:\d+"),
    ],
)
def test_what_cannot_be_parsed_is_explained(
    name: str,
    content: str | bytes,
    sentence: str,
    write: Write,
    read,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(write(name, content, prefixes=False))
    assert re.search(sentence, str(refusal.value)), str(refusal.value)
    assert name in str(refusal.value)


def test_relative_iris_in_turtle_without_base_are_refused_with_their_place(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"a\.ttl:2:1: en IRI är relativ .*--base https"):
        read(write("a.ttl", "\n<id/insats/b2c3> a <a:b> .", prefixes=False))


def test_a_byte_order_mark_is_no_error(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    content = f"<{IRI}> a <https://w3id.org/pivi/ns#Group> .".replace("insats", "grupp")
    assert len(read(write("mark.ttl", content.encode("utf-8-sig"))).records) == 1


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("finns-inte.ttl", r"finns-inte\.ttl finns inte"),
        (".", "är en katalog"),
        ("data.csv", "vilket format.*--format: ttl, nt"),
        ("utan-ändelse", "vilket format"),
        ("a\x00b.ttl", "inget filnamn"),
        ("data.csv/a.ttl", "finns inte"),
    ],
)
def test_what_is_no_file_is_explained(
    file: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read,  # type: ignore[no-untyped-def]
) -> None:
    (tmp_path / "data.csv").write_text("a;b")
    (tmp_path / "utan-ändelse").write_text("a;b")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match=sentence):
        read(file)


@pytest.mark.parametrize(
    "base", ["pivi.example.se", "/id/", "ftp://a/", "javascript:alert(1)", "http://a b/"]
)
def test_a_base_must_be_a_whole_address(base: str, write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match="--base"):
        read(write("a.ttl", "<b> <c> <d> ."), base=base)


def test_a_file_larger_than_allowed_is_not_read_to_its_end(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    path = write("stor.ttl", b"# " + b"x" * 2_000_000)
    with pytest.raises(InvalidInput, match="större än 1 MB"):
        read(path, max_bytes=1_000_000)


def test_of_a_long_address_the_beginning_is_told(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput) as refusal:
        read(write("a.ttl", f"<http://127.0.0.1:8000/id/insats/{'b' * 300_000}> <http://a.example/b> 1 ."))
    assert len(str(refusal.value)) < 2_000 and "bbb… är ingen adress för en post" in str(refusal.value)


def test_a_load_that_takes_too_long_is_ended(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Busy, match=r"a\.ttl tog längre tid .* 0 sekunder.*PIVI_LOAD_SECONDS"):
        read(write("a.ttl", "<b> <c> <d> ."), seconds=0)
