"""`pivi harvest` of a dump: what is new comes, what is the same stays, what is gone goes, what is bad stays out."""

from __future__ import annotations

from pyoxigraph import NamedNode

from catalogue.namespaces import DCT, PROV
from catalogue.origins import is_own, without_origin
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.turtle import canonical_lines
from tests.harvest.conftest import BASE, THEIRS, Elsewhere, Here


def _published(here: Here) -> dict[str, bytes]:
    return {iri: each.content for iri, each in here.theirs().items() if each.published}


def _iri(record: bytes) -> str:
    return record.split(b">", 1)[0][1:].partition(b"#")[0].decode()


def test_what_is_published_is_what_the_source_has_and_where_it_came_from(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    published = _published(here)
    assert len(published) == len(records)
    bare = b"".join(without_origin(content, iri) for iri, content in published.items())
    assert canonical_lines(bare) == canonical_lines(b"".join(records))
    for iri, content in published.items():
        assert f"<{iri}> <{PROV.hadPrimarySource.value}> <{elsewhere.address}/dump.nt> .".encode() in content
        assert (
            f"<{iri}> <{DCT.license.value}> <http://creativecommons.org/licenses/by/4.0/> .".encode()
            in content
        )
        assert f"<{iri}> <{DCT.dateAccepted.value}> ".encode() in content
    assert {each.origin for each in here.theirs().values()} == {"harvest:boras"}
    assert not any(is_own(iri, BASE) for iri in published)


def test_store_and_index_hold_the_record_with_its_origin(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    assert here.harvest("boras").exit_code == 0
    iri = max(_published(here))
    with Projections.open(Settings(data=here.data, base=BASE)) as projections, projections.snapshot() as now:
        assert [each.value for each in now.store.objects(iri, PROV.hadPrimarySource)] == [
            f"{elsewhere.address}/dump.nt"
        ]
        assert NamedNode("http://creativecommons.org/licenses/by/4.0/") in now.store.objects(iri, DCT.license)


def test_a_second_harvest_makes_nothing_twice(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    before = here.head()
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "Inget har ändrats hos boras" in result.output
    # The same records in another file: read, and found to be the same.
    elsewhere.has(b"".join(reversed(records)))
    result = here.harvest("boras")
    assert f"{len(records)} oförändrade" in result.output
    assert here.head() == before


def test_a_change_and_a_removal_are_carried_over(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    gone = _iri(records[-1])
    changed = (
        records[-2].replace(b"@sv", b" \xe2\x80\xa6@sv").replace(b'" \xe2\x80\xa6@sv', b' \xe2\x80\xa6"@sv')
    )
    elsewhere.has(b"".join([*records[:-2], changed]))
    result = here.harvest("boras")
    assert "0 nya, 1 ändrade, 1 borttagna" in result.output, result.output
    assert here.theirs()[gone].state == "withdrawn"
    elsewhere.has(b"".join(records))
    result = here.harvest("boras")
    assert "1 nya, 1 ändrade, 0 borttagna" in result.output, result.output
    assert here.theirs()[gone].published


def test_a_vanished_half_stops_the_harvest_until_it_is_accepted(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    before = _published(here)
    elsewhere.has(b"".join(records[:-6]))
    result = here.harvest("boras")
    assert result.exit_code == 1
    assert "6 av 14 poster från boras finns inte längre hos källan" in result.output
    assert _published(here) == before
    assert here.harvest("boras").exit_code == 1, "the same file is an accident again"
    result = here.harvest("boras", "--accept")
    assert "6 borttagna" in result.output, result.output
    assert len(_published(here)) == len(records) - 6


def test_a_bad_record_stays_out_with_its_reason_and_the_others_come(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    ours, theirs = f"{BASE}id/insats/b2b2", f"{THEIRS}id/insats/b2b2"
    bad = f'<{theirs}> <http://purl.org/dc/terms/title> "Utan slag"@sv .\n'
    script = f"<{THEIRS}id/insats/b3b3> <http://xmlns.com/foaf/0.1/page> <javascript:alert(1)> .\n"
    stolen = f'<{ours}> <http://purl.org/dc/terms/title> "Er insats är vår"@sv .\n'
    elsewhere.has(b"".join(records) + (bad + script + stolen).encode())
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "2 släpptes inte in" in result.output
    assert f"{theirs} saknar rdf:type" in result.output
    assert "javascript:alert(1)" in result.output
    assert len(_published(here)) == len(records)
    shown = here.harvest("--report").output
    assert f"{theirs} saknar rdf:type" in shown and "boras: klar" in shown


def test_what_came_well_before_stays_when_it_comes_broken(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    before = _published(here)
    broken = b"".join(line for line in records[-1].splitlines(True) if b"22-rdf-syntax-ns#type" not in line)
    elsewhere.has(b"".join([*records[:-1], broken]))
    result = here.harvest("boras")
    assert "1 släpptes inte in" in result.output, result.output
    assert _published(here) == before


def test_a_lack_that_is_the_sources_own_business_is_a_warning(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    short = b"".join(line for line in records[-1].splitlines(True) if b"pivi/ns#whyLifted" not in line)
    nameless = b"".join(line for line in records[-2].splitlines(True) if b"dc/terms/title" not in line)
    elsewhere.has(b"".join([*records[:-2], nameless, short]))
    result = here.harvest("boras")
    assert "1 släpptes inte in" in result.output and "Titel saknas" in result.output, result.output
    assert _iri(records[-1]) in _published(here)
    assert _iri(records[-2]) not in _published(here)


def test_what_is_hidden_here_stays_hidden(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> None:
    elsewhere.has(b"".join(records))
    here.harvest("boras")
    iri = _iri(records[-1])
    result = here.run("withdraw", iri, "--reason", "Visas inte här.")
    assert result.exit_code == 0, result.output
    elsewhere.has(b"".join(reversed(records)))
    result = here.harvest("boras")
    assert result.exit_code == 0 and "dolda här" in result.output, result.output
    assert here.theirs()[iri].reason == "Visas inte här."


def test_a_source_may_not_say_where_its_records_came_from(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    iri = _iri(records[-1])
    lie = f"<{iri}> <{PROV.hadPrimarySource.value}> <https://www.riksdagen.se/> .\n".encode()
    elsewhere.has(b"".join(records) + lie)
    here.harvest("boras")
    assert b"riksdagen" not in _published(here)[iri]
