"""Files that parse but hold what no record may: each is refused whole, with the record and the field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.errors import InvalidInput

Write = Callable[..., Path]
INSATS = "id/insats/b2c3"
TYPED = f"<{INSATS}> a pivi:Initiative ;"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            f"{TYPED} foaf:page <javascript:alert(1)> .",
            r"page hos .*b2c3 innehåller adressen javascript:alert\(1\)",
        ),
        (f"{TYPED} foaf:page <JavaScript:alert(1)> .", "innehåller adressen JavaScript"),
        (f"{TYPED} foaf:page <data:text/html,x> .", "innehåller adressen data:"),
        (f"{TYPED} foaf:page <file:///etc/passwd> .", "innehåller adressen file:"),
        (f"{TYPED} dct:title '1'^^<javascript:x> .", "innehåller adressen javascript:x"),
        (f"{TYPED} <javascript:x> 'a' .", "javascript:x"),
        (f"{TYPED} dct:title '<b>', 'x' ; foaf:page <vbscript:x> .", "innehåller adressen vbscript:x"),
        (f"{TYPED} dct:relation <<( <a:b> <a:c> <a:d> )>> .", "tripplar om tripplar"),
        (
            f"{TYPED} dct:title 'a' {{| dct:date 1 |}} .",
            "(tripplar om tripplar|innehåller adressen|anonym nod)",
        ),
        (f"{TYPED} dct:title 'a'@ar--rtl .", "title hos .*b2c3 är märkt med skrivriktning"),
        (
            rf'{TYPED} dct:title "Läx\u0000hjälp"@sv .',
            r"title hos .*b2c3 har ett styrtecken \(U\+0000\) efter ”Läx”",
        ),
        (rf'{TYPED} dct:title "\u001B[31m"@sv .', r"styrtecken \(U\+001B\)"),
        (rf'{TYPED} dct:title "a\bc"@sv .', r"styrtecken \(U\+0008\)"),
        (rf'{TYPED} dct:title "a\fc"@sv .', r"styrtecken \(U\+000C\)"),
        (rf'{TYPED} dct:title "a\u007Fc"@sv .', r"styrtecken \(U\+007F\)"),
        (rf'{TYPED} dct:title "a\uFFFFc"@sv .', r"styrtecken \(U\+FFFF\)"),
        (f"<{INSATS}> dct:title 'Utan typ'@sv .", "b2c3 saknar rdf:type"),
        (f"<{INSATS}> a foaf:Person .", r"b2c3 har typen .*foaf/0\.1/Person, som inte är någon posttyp"),
        (
            f"<{INSATS}> a pivi:Initiative, pivi:Organisation .",
            "flera posttyper: .*Initiative, .*Organisation",
        ),
        (f"<{INSATS}> a pivi:KeyFigure .", "som inte är någon posttyp"),
        ("<id/aktor/b2c3> a pivi:Initiative .", "Initiative, vars adresser har ordet insats"),
        (
            f"{TYPED} dct:title 'a' . <{INSATS}#x> a pivi:KeyFigure .",
            "inget i .*b2c3 pekar på fragmentet .*#x",
        ),
        ("<id/insats/#x> a pivi:Initiative .", "ingen adress för en post"),
        ("<id/insats> a pivi:Initiative .", "ingen adress för en post"),
        ("<om> a pivi:Initiative .", "ingen adress för en post"),
        ("<id/insats/a/b> a pivi:Initiative .", "ingen adress för en post"),
        ("<id/insats/a?b=c> a pivi:Initiative .", "ingen adress för en post"),
        ("<id/insats/%2e%2e> a pivi:Initiative .", "ingen adress för en post"),
        (
            "<http://example.org/id/insats/b2c3> a pivi:Initiative .",
            "hör inte hemma här.*--base http://127.0.0.1:8000/",
        ),
        ("<mailto:a@example.org> a pivi:Initiative .", "hör inte hemma här"),
        ("<https://w3id.org/pivi/annat> a pivi:Initiative .", "ingen adress för en post"),
    ],
)
def test_what_no_record_may_hold_is_refused(content: str, sentence: str, write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=sentence):
        read(write("a.ttl", content))


@pytest.mark.parametrize(
    "iri",
    [
        "http://127.0.0.1:8000/id/begrepp/omrade/k7md",
        "https://w3id.org/pivi/begrepp/omrade/fritid",
    ],
)
def test_concepts_may_be_shared_or_local(iri: str, write: Write, read) -> None:  # type: ignore[no-untyped-def]
    concept = f"<{iri}> a <http://www.w3.org/2004/02/skos/core#Concept> ."
    assert list(read(write("a.ttl", concept)).records) == [iri]


def test_markdown_signs_and_backslashes_are_ordinary_text(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    text = r"**Fetstil** <https://example.org> < > _:inte -- \\u0000 \\b a\\nb"
    lines = read(write("a.ttl", f'{TYPED} dct:title "{text}"@sv ; foaf:page <mailto:a@b.se> .')).lines(INSATS)
    assert any(text in line for line in lines)


def test_a_text_of_more_than_a_megabyte_is_refused(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"what hos .*b2c3 är 1200 kB långt; gränsen är 1000 kB"):
        read(write("a.ttl", f"{TYPED} pivi:what '{'x' * 1_200_000}' ."))


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_a_text_of_twenty_megabytes_is_refused(extension: str, write: Write, read) -> None:  # type: ignore[no-untyped-def]
    iri, text = f"http://127.0.0.1:8000/{INSATS}", "x" * 20_000_000
    content = {
        "ttl": f"<{iri}> <https://w3id.org/pivi/ns#what> '{text}' .",
        "nt": f'<{iri}> <https://w3id.org/pivi/ns#what> "{text}" .',
        "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="https://w3id.org/pivi/ns#">'
        f'<p:Initiative rdf:about="{iri}"><p:what>{text}</p:what></p:Initiative></rdf:RDF>',
        "jsonld": f'{{"@id": "{iri}", "https://w3id.org/pivi/ns#what": "{text}"}}',
    }[extension]
    with pytest.raises(InvalidInput, match=r"längre än 16 MB|20\d\d\d kB långt"):
        read(write(f"a.{extension}", content, prefixes=False), memory=2 * 10**9)


def test_a_record_of_more_than_five_megabytes_is_refused(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    titles = ", ".join(f"'{number} {'x' * 1000}'" for number in range(6000))
    with pytest.raises(InvalidInput, match=r"b2c3 är 6.* kB stor; gränsen är 5000 kB"):
        read(write("a.ttl", f"{TYPED} dct:title {titles} ."))


def test_a_record_that_two_files_define_differently_is_refused(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    first = write("en.ttl", f"{TYPED} dct:title 'Ett'@sv .")
    second = write("två.ttl", f"{TYPED} dct:title 'Två'@sv .")
    with pytest.raises(InvalidInput, match=r"b2c3 beskrivs olika i .*en\.ttl och .*två\.ttl"):
        read(first, second)
    with pytest.raises(InvalidInput, match="beskrivs olika"):
        read(first, write("tre.ttl", f"{TYPED} dct:title 'Ett'@sv, 'One'@en ."))
