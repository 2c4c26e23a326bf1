"""`pivi load`: all or nothing, with a report that says where and what."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from catalogue.generator import generate
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.namespaces import DCT
from catalogue.records import Record

BASE = "http://127.0.0.1:8000/"
Write = Callable[..., Path]
INSATS = BASE + "id/insats/b2c3d4"
VALID = """
<id/insats/b2c3d4> a pivi:Initiative ;
  dct:title "Läxhjälp på biblioteket"@sv ; dct:abstract "Elever får hjälp med läxorna."@sv ;
  pivi:whyLifted "Eleverna leder själva kvällarna."@sv ;
  pivi:what "Elever får hjälp med läxorna två eftermiddagar i veckan, av studenter."@sv ;
  pivi:kind <https://w3id.org/pivi/begrepp/insatsslag/verksamhet> ;
  pivi:status <https://w3id.org/pivi/begrepp/status/pagaende> ;
  pivi:area <https://w3id.org/pivi/begrepp/omrade/skola-forskola> ;
  pivi:targetGroup <https://w3id.org/pivi/begrepp/malgrupp/barn> ;
  pivi:workType <https://w3id.org/pivi/begrepp/typ/metodutveckling> ;
  dct:spatial <https://w3id.org/pivi/id/plats/1480> ;
  cv:hasParticipation [ a cv:Participation ; cv:role <https://w3id.org/pivi/begrepp/roll/drivande> ;
    pivi:participant <id/aktor/v4xg> ] .
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the vocabularies and three generated initiatives."""
    data = tmp_path_factory.mktemp("data")
    start = data / "start.nt"
    start.write_bytes(b"".join(generate(3, 1, BASE)))
    result = CliRunner().invoke(main, ["load", str(start), "--data", str(data)])
    assert result.exit_code == 0, result.output
    return data


@pytest.fixture
def load(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("PIVI_DATA", str(data))

    def load(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(main, ["load", *map(str, arguments)], **options)  # type: ignore[arg-type]

    return load


def _head(data: Path) -> int:
    journal = Journal.open(Layout(data).journal)
    head = journal.head()
    journal.close()
    return head


def _title(data: Path, iri: str) -> str | None:
    journal = Journal.open(Layout(data).journal)
    revision = journal.current(iri)
    journal.close()
    return None if revision is None else Record.from_ntriples(iri, revision.content).text(DCT.title)


def test_a_valid_record_is_published_and_shown(data: Path, load: Callable[..., Result], write: Write) -> None:
    before = _head(data)
    result = load(write("a.ttl", VALID))
    assert result.exit_code == 0, result.output
    assert (
        "1 poster lästes (15 tripplar): 1 nya eller ändrade publicerades, 0 var oförändrade" in result.output
    )
    assert _head(data) == before + 1
    # It returns when the projections show it.
    assert Layout(data).applied().progress.seq == before + 1
    assert _title(data, INSATS) == "Läxhjälp på biblioteket"


def test_unchanged_records_are_counted_and_not_written_again(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    path = write("a.ttl", VALID)
    assert load(path).exit_code == 0
    before = _head(data)
    # Again in another order and another form: the blank node gets the same fragment.
    again = write("b.ttl.gz", gzip.compress(path.read_bytes().replace(b"Elever f", b"Elever f")))
    result = load(again)
    assert result.exit_code == 0 and "0 nya eller ändrade publicerades, 1 var oförändrade" in result.output
    assert _head(data) == before
    changed = load(write("c.ttl", VALID.replace("Läxhjälp på", "Läxkafé på")))
    assert changed.exit_code == 0 and "1 nya eller ändrade" in changed.output
    assert _head(data) == before + 1
    assert _title(data, INSATS) == "Läxkafé på biblioteket"


def test_quiet_says_nothing_when_all_is_well(load: Callable[..., Result], write: Write) -> None:
    result = load(write("a.ttl", VALID), "--quiet")
    assert result.exit_code == 0 and result.output == ""


def test_standard_input_is_loaded_with_a_format(load: Callable[..., Result], write: Write) -> None:
    content = write("a.ttl", VALID).read_bytes()
    assert load("-", "--format", "ttl", input=content).exit_code == 0
    refused = load("-", input=content)
    assert refused.exit_code == 1 and "--format" in refused.output


def test_an_invalid_record_refuses_the_whole_load(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    before = _head(data)
    good = write("bra.ttl", VALID.replace("b2c3d4", "g2g2g2"))
    bad = write(
        "dålig.ttl",
        VALID.replace("b2c3d4", "f2f2f2")
        .replace("omrade/skola-forskola", "omrade/finns-inte")
        .replace("på", "på" * 80),
    )
    result = load(good, bad)
    assert result.exit_code == 1
    # File, record, field, value and message.
    assert re.search(r"dålig\.ttl: http://127\.0\.0\.1:8000/id/insats/f2f2f2", result.output)
    assert "Område" in result.output and "omrade/finns-inte" in result.output
    assert "Titel" in result.output and "120" in result.output
    assert "Inget har ändrats" in result.output
    assert _head(data) == before and _title(data, INSATS.replace("b2c3d4", "g2g2g2")) is None


def test_trusted_leaves_out_the_shapes_but_not_the_structure(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    short = write("kort.ttl", '<id/insats/t2t2t2> a pivi:Initiative ; dct:title "Bara titel"@sv .')
    assert load(short).exit_code == 1
    assert load(short, "--trusted").exit_code == 0
    assert _title(data, BASE + "id/insats/t2t2t2") == "Bara titel"
    before = _head(data)
    assert load(write("b.ttl", "<id/insats/t2t2t3> a foaf:Person ."), "--trusted").exit_code == 1
    assert _head(data) == before


def test_records_may_point_at_each_other_and_at_what_is_stored(
    load: Callable[..., Result], write: Write
) -> None:
    first = VALID.replace("b2c3d4", "p2p2p2").replace(
        "dct:spatial", f"pivi:inspiredBy <{INSATS}> ; dct:spatial"
    )
    second = VALID.replace("b2c3d4", "q2q2q2").replace(
        "dct:spatial", "pivi:inspiredBy <id/insats/p2p2p2> ; dct:spatial"
    )
    assert load(write("a.ttl", VALID)).exit_code == 0
    assert load(write("b.ttl", first), write("c.ttl", second)).exit_code == 0
    dangling = load(write("d.ttl", VALID.replace("aktor/v4xg", "aktor/z9z9")))
    assert dangling.exit_code == 1 and "aktor/z9z9" in dangling.output


def test_a_withdrawn_record_is_not_brought_back_by_a_load(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    path = write("a.ttl", VALID.replace("b2c3d4", "w2w2w2"))
    assert load(path).exit_code == 0
    gone = CliRunner().invoke(main, ["withdraw", BASE + "id/insats/w2w2w2", "--reason", "Dubblett."])
    assert gone.exit_code == 0, gone.output
    before = _head(data)
    result = load(path)
    assert result.exit_code == 1 and "tagen ur publicering" in result.output
    assert _head(data) == before


def test_the_command_speaks_english_when_asked(
    load: Callable[..., Result], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIVI_LANGUAGE", "en")
    assert "does not exist" in load("finns-inte.ttl").output
    assert "is empty" in load(write("tom.ttl", b"")).output
    assert "records were read" in load(write("a.ttl", VALID)).output
    invalid = load(
        write(
            "b.ttl", VALID.replace("b2c3d4", "e2e2e2").replace('"@sv ; dct:abstract', '"@en ; dct:abstract')
        )
    )
    assert invalid.exit_code == 1 and "missing in Swedish" in invalid.output and "Nothing" in invalid.output


BAD = {
    "trasig.ttl": b"<a:b> <a:c> 'x'",
    "latin.nt": '<a:b> <a:c> "å" .'.encode("latin-1"),
    "utf16.ttl": "<a:b> <a:c> 'å' .".encode("utf-16"),
    "tom.ttl": b"",
    "okant.xyz": b"<a:b> <a:c> <a:d> .",
    "relativ.ttl": b"<id/insats/b2c3d4> a <https://w3id.org/pivi/ns#Initiative> .",
    "fjarr.jsonld": b'{"@context": "https://schema.org/", "@id": "a:b"}',
    "nastlad.jsonld": b'{"http://a/b":' * 6_000 + b"1" + b"}" * 6_000,
    "nastlad.ttl": b"<a:b> <a:c> " + b"<<( <a:b> <a:c> " * 100_000 + b"1" + b" )>>" * 100_000 + b" .",
    "bomb.ttl.gz": gzip.compress(b" " * 30_000_000, 1),
    "entitet.rdf": b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(10))
    + b']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="http://a/">'
    b'<rdf:Description rdf:about="http://a/b"><p:c>&a9;</p:c></rdf:Description></rdf:RDF>',
    "skript.nt": f"<{INSATS}> <http://xmlns.com/foaf/0.1/page> <javascript:alert(1)> .".encode(),
    "stjarna.nt": f"<{INSATS}> <a:b> <<( <a:b> <a:c> <a:d> )>> .".encode(),
    "anonym.ttl": b'[] <http://purl.org/dc/terms/title> "x" .',
    "lang.nt": f'<{INSATS}> <a:b> "{"x" * 20_000_000}" .'.encode(),
    "frammande.nt": b"<https://example.org/id/insats/b> <a:b> <a:c> .",
    "okand-typ.nt": f"<{INSATS}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://a/b> .".encode(),
    "styr.nt": f'<{INSATS}> <a:b> "a\\u0000b" .'.encode(),
    "mellanslag.nt": b"<http://a/b c> <a:b> <a:c> .",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_sentence_and_an_exit_code_and_changes_nothing(
    name: str, data: Path, load: Callable[..., Result], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIVI_LOAD_BYTES", "25000000")
    before, files = _head(data), sorted(each.name for each in data.iterdir())
    good = write("bra.ttl", VALID.replace("b2c3d4", "h2h2h2"))
    result = load(good, write(name, BAD[name]))
    assert result.exit_code == 1
    sentence = result.stderr.strip().splitlines()[-1]
    assert sentence.startswith("Fel: ") and len(sentence) < 1000 and sentence.endswith((".", ")"))
    assert name in sentence or "insats/" in sentence
    assert "Traceback" not in result.output and not isinstance(result.exception, AssertionError)
    assert _head(data) == before
    assert sorted(each.name for each in data.iterdir()) == files


def test_two_files_that_contradict_each_other_change_nothing(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    before = _head(data)
    other = VALID.replace("Läxhjälp", "Läxstuga")
    result = load(
        write("en.ttl", VALID.replace("b2c3d4", "k2k2k2")),
        write("två.ttl", other.replace("b2c3d4", "k2k2k2")),
    )
    assert result.exit_code == 1 and "beskrivs olika i" in result.output
    assert _head(data) == before


def test_a_load_tells_that_it_takes_over_what_came_with_the_release(
    data: Path, load: Callable[..., Result], write: Write
) -> None:
    iri = BASE + "id/aktor/v4xg"
    journal = Journal.open(Layout(data).journal)
    packaged = journal.current(iri)
    journal.close()
    assert packaged is not None and packaged.origin == "packaged"
    path = write("aktor.nt", packaged.content.decode())
    assert "kom med Pivi" not in load(path).output
    changed = load(write("egen.nt", packaged.content.decode().replace('"@sv', ' (vår)"@sv')), "--trusted")
    assert f"1 av posterna kom med Pivi och ändras nu här ({iri})" in changed.output
    assert "nya versioner av Pivi ändrar dem inte" in changed.output
    # From then on it is one's own.
    again = load(write("egen.nt", packaged.content.decode().replace('"@sv', ' (er)"@sv')), "--trusted")
    assert again.exit_code == 0 and "kom med Pivi" not in again.output
