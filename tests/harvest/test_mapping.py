"""A source's own concepts, classes and properties are told in ours, and an unknown one says how to do so."""

from __future__ import annotations

import re

from tests.harvest.conftest import BASE, Elsewhere, Here

THEIR_GROUP = b"<https://vocab.boras.example/malgrupp/unga-vuxna>"
OURS = "https://w3id.org/pivi/begrepp/malgrupp/"
PREFIXES = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""


def _iri(record: bytes) -> str:
    return record.split(b">", 1)[0][1:].partition(b"#")[0].decode()


def _with_their_group(record: bytes) -> bytes:
    """The record with their own concept for whom it is, and no other."""
    lines = [line for line in record.splitlines(True) if b"pivi/ns#targetGroup>" not in line]
    said = b"<%b> <https://w3id.org/pivi/ns#targetGroup> %b .\n" % (_iri(record).encode(), THEIR_GROUP)
    return b"".join([*lines, said])


def _maps(here: Here, address: str, turtle: str, *, name: str = "boras.ttl") -> None:
    (here.sources.parent / "boras.ttl").write_text(PREFIXES + turtle)
    here.configure(f"{address}/dump.nt", more=f'harvest:privateAddresses true ; harvest:mapping "{name}" ;')


def test_an_unknown_concept_keeps_its_record_out_and_the_reason_says_how_to_map_it(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    theirs = _with_their_group(records[-1])
    elsewhere.has(b"".join([*records[:-1], theirs]))
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    concept = THEIR_GROUP.decode()
    assert "1 släpptes inte in" in result.output, result.output
    assert f"Målgrupp är begreppet {concept[1:-1]}, som inte finns här." in result.output
    assert f"lägg till {concept} skos:exactMatch och vårt begrepp" in result.output
    assert len(here.theirs()) == len(records) - 1
    # The operator does so; the file is the same as before, and is read all the same.
    _maps(here, elsewhere.address, f"{concept} skos:exactMatch <{OURS}unga> , <{OURS}vuxna> .")
    result = here.harvest("boras")
    assert "1 nya, 0 ändrade" in result.output and "0 släpptes inte in" in result.output, result.output
    assert f"{concept[1:-1]} lästes in som {OURS}unga, {OURS}vuxna. Antal: 1." in result.output
    content = here.theirs()[_iri(theirs)].content
    assert f"targetGroup> <{OURS}unga> .".encode() in content
    assert f"targetGroup> <{OURS}vuxna> .".encode() in content
    assert THEIR_GROUP not in content
    assert "Inget har ändrats" in here.harvest("boras").output


def test_a_concept_that_is_there_later_lets_the_record_in(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    local = f"{BASE}id/begrepp/malgrupp/var-egen"
    record = re.sub(re.escape(THEIR_GROUP), f"<{local}>".encode(), _with_their_group(records[-1]))
    elsewhere.has(b"".join([*records[:-1], record]))
    assert f"begreppet {local}, som inte finns här" in here.harvest("boras").output
    added = here.sources.parent / "begrepp.ttl"
    added.write_text(f"""{PREFIXES}
        <{local}> a skos:Concept ; skos:inScheme <{OURS[:-1]}> ; skos:prefLabel "Vår egen"@sv , "Our own"@en ;
          skos:definition "Bara i vår kommun."@sv , "Only in our municipality."@en ; skos:topConceptOf <{OURS[:-1]}> .
    """)
    loaded = here.run("load", str(added))
    assert loaded.exit_code == 0, loaded.output
    result = here.harvest("boras")
    assert "1 nya" in result.output and "0 släpptes inte in" in result.output, result.output


def test_their_classes_and_properties_are_told_in_ours_too(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    theirs = b"".join(records)
    theirs = theirs.replace(b"<https://w3id.org/pivi/ns#Initiative>", b"<https://boras.example/ns#Projekt>")
    theirs = theirs.replace(b"<https://w3id.org/pivi/ns#area>", b"<https://boras.example/ns#omr>")
    elsewhere.has(theirs)
    refused = here.harvest("boras")
    assert "12 släpptes inte in" in refused.output and "boras.example/ns#Projekt" in refused.output
    _maps(
        here,
        elsewhere.address,
        """<https://boras.example/ns#Projekt> owl:equivalentClass <https://w3id.org/pivi/ns#Initiative> .
           <https://boras.example/ns#omr> owl:equivalentProperty <https://w3id.org/pivi/ns#area> .""",
    )
    result = here.harvest("boras")
    assert result.exit_code == 0 and "0 släpptes inte in" in result.output, result.output
    found = here.theirs()
    assert {each.type.rpartition("#")[2] for each in found.values()} == {"Initiative", "Organisation"}
    assert not any(b"boras.example/ns#" in each.content for each in found.values())


def test_what_the_file_of_sources_says_itself_holds_for_every_source(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join([*records[:-1], _with_their_group(records[-1])]))
    said = f"{THEIR_GROUP.decode()} skos:closeMatch <{OURS}unga> ."
    here.sources.write_text(PREFIXES + here.sources.read_text() + said)
    result = here.harvest("boras")
    assert "0 släpptes inte in" in result.output, result.output
    assert len(here.theirs()) == len(records)


def test_a_mistake_in_a_mapping_is_named(here: Here, elsewhere: Elsewhere) -> None:
    _maps(here, elsewhere.address, f"<{OURS}unga> skos:exactMatch {THEIR_GROUP.decode()} .")
    result = here.harvest("boras")
    assert result.exit_code == 1 and f"boras.ttl: {OURS}unga står först" in result.output, result.output
    _maps(here, elsewhere.address, "", name="saknas.ttl")
    result = here.harvest("boras")
    assert result.exit_code == 1 and "saknas.ttl, som inte går att läsa" in result.output, result.output
    _maps(here, elsewhere.address, "<x")
    result = here.harvest("boras")
    assert result.exit_code == 1 and "boras.ttl går inte att läsa som Turtle" in result.output, result.output
