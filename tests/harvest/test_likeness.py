"""Likely doubles among sources: found where people would say so, and not where only the words are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.factory import create_app
from catalogue.generator import generate
from catalogue.harvest.features import Raw, Reading
from catalogue.harvest.likeness import kept, pairs, path_of
from catalogue.namespaces import CONCEPT, DCT, FOAF, PIVI, RDF, SCHEMA, SHARED, SKOS
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.turtle import canonical_lines
from tests.harvest.conftest import BASE, THEIRS, Elsewhere, Here

JUDGED = Path(__file__).parent / "judged"
TYPES = {
    "insats": PIVI.Initiative,
    "aktor": PIVI.Organisation,
    "dokument": PIVI.Document,
    "film": PIVI.Film,
    "handelse": PIVI.Event,
}
PAGES = {"aktor": FOAF.homepage, "film": SCHEMA.contentUrl}
DATES = {"dokument": DCT.issued, "handelse": SCHEMA.startDate}
PLACES = {"1480": "Göteborg", "1490": "Borås", "1280": "Malmö"}
DISTRICTS = {"biskopsgarden": "Biskopsgården", "bergsjon": "Bergsjön", "hjallbo": "Hjällbo"}


def space(source: str) -> str:
    return f"https://{source}.example/"


def place(name: str) -> str:
    """`1480` is shared by all; `own/bergsjon` is a district that our own catalogue describes."""
    source, _, district = name.rpartition("/")
    return f"{space(source)}id/plats/{district}" if source else f"{SHARED}id/plats/{name}"


def raw(reading: Reading, iri: str, type: object, source: str, *said: str) -> Raw:
    lines = [f"<{iri}> {RDF.type} {type} .", *(f"<{iri}> {each} ." for each in said)]
    content = canonical_lines("".join(f"{each}\n" for each in lines).encode())
    return reading.read(iri, str(type)[1:-1], "" if source == "own" else f"harvest:{source}", content)


def catalogues(file: str) -> tuple[list[Raw], set[tuple[str, str]]]:
    """Every record of the judged file, and the pairs in it that are the same thing."""
    reading = Reading()
    found = [
        raw(reading, place(code), PIVI.Municipality, "own", f'{SKOS.prefLabel} "{name}"@sv')
        for code, name in PLACES.items()
    ]
    found += [
        raw(
            reading,
            place(f"own/{slug}"),
            PIVI.Place,
            "own",
            f'{SKOS.prefLabel} "{name}"@sv',
            f"{DCT.isPartOf} <{place('1480')}>",
        )
        for slug, name in DISTRICTS.items()
    ]
    things: dict[str, list[tuple[str, str]]] = {}
    actors: dict[tuple[str, str], str] = {}
    lines = [
        each for each in (JUDGED / file).read_text(encoding="utf-8").splitlines() if not each.startswith("#")
    ]
    for number, line in enumerate(lines):
        thing, source, kind, title, summary, actor, where, page, date, code = (line.split("\t") + [""] * 9)[
            :10
        ]
        word = kind.removesuffix("*")
        iri = f"{space(source)}id/{word}/r{number}"
        name = FOAF.name if word == "aktor" else DCT.title
        said = [f'{name} "{title}"@sv']
        if summary:
            said.append(f'{DCT.description if word == "aktor" else DCT.abstract} "{summary}"@sv')
        if actor:
            key = (source, actor)
            if key not in actors:
                actors[key] = f"{space(source)}id/aktor/a{len(actors)}"
                found.append(
                    raw(reading, actors[key], PIVI.Organisation, source, f'{FOAF.name} "{actor}"@sv')
                )
            said.append(f"{DCT.creator} <{actors[key]}>")
        if where:
            said.append(f"{DCT.spatial} <{place(where)}>")
        if page:
            said.append(f"{PAGES.get(word, FOAF.page)} <{page}>")
        if date:
            said.append(f'{DATES[word]} "{date}"')
        if code:
            said.append(f'{PIVI.organisationNumber} "{code}"')
        if kind.endswith("*"):
            said.append(f"{PIVI.actorKind} {CONCEPT['aktorsslag/namnd']}")
        found.append(raw(reading, iri, TYPES[word], source, *said))
        things.setdefault(thing, []).append((source, iri))
    same = {
        (one[1], other[1])
        for members in things.values()
        for one in members
        for other in members
        if one[0] != other[0]
        and ("" if one[0] == "own" else one[0]) < ("" if other[0] == "own" else other[0])
    }
    return found, same


@pytest.mark.parametrize("file", ["likeness.tsv", "likeness-later.tsv"])
def test_nearly_all_that_are_the_same_are_found_and_nearly_all_found_are_the_same(file: str) -> None:
    records, same = catalogues(file)
    judged = {each.iri for each in records if each.iri.rpartition("/")[2].startswith("r")}
    found = {
        (each.first, each.second)
        for each in pairs(records, {})
        if each.first in judged and each.second in judged
    }
    right = len(found & same)
    missed, wrong = sorted(same - found), sorted(found - same)
    assert right / len(found) >= 0.9, f"wrong: {wrong}"
    assert right / len(same) >= 0.85, f"missed: {missed}"


def test_records_of_one_source_are_never_paired() -> None:
    records, _ = catalogues("likeness.tsv")
    alone = [each for each in records if not each.origin]
    assert pairs(alone, {}) == []
    origins = {each.iri: each.origin for each in records}
    assert all(origins[each.first] != origins[each.second] for each in pairs(records, {}))


def test_in_a_crowd_everyone_is_paired_with_the_first_only() -> None:
    reading = Reading()
    crowd = [
        raw(
            reading,
            f"{space(name)}id/aktor/r1",
            PIVI.Organisation,
            name,
            f'{FOAF.name} "Polismyndigheten"@sv',
        )
        for name in ("own", *(f"k{number:03}" for number in range(60)))
    ]
    found = pairs(crowd, {})
    assert len(found) == 60 and {each.first for each in found} == {crowd[0].iri}


def test_a_source_without_places_is_where_its_municipality_is() -> None:
    reading = Reading()
    here = raw(
        reading,
        f"{space('own')}id/insats/r1",
        PIVI.Initiative,
        "own",
        f'{DCT.title} "Cykelköket"@sv',
        f'{DCT.abstract} "Låna verktyg och laga din egen cykel."@sv',
        f"{DCT.spatial} <{place('1480')}>",
    )
    there = raw(
        reading,
        f"{space('boras')}id/insats/r1",
        PIVI.Initiative,
        "boras",
        f'{DCT.title} "Cykelköket"@sv',
        f'{DCT.abstract} "Låna verktyg och laga din egen cykel."@sv',
    )
    assert len(pairs([here, there], {})) == 1
    assert pairs([here, there], {"harvest:boras": place("1490")}) == []


@pytest.fixture
def doubled(here: Here, elsewhere: Elsewhere, tmp_path: Path) -> Here:
    """An installation that has loaded what its source publishes too, under its own addresses."""
    own = tmp_path / "own.nt"
    own.write_bytes(b"".join(generate(12, 1, BASE)))
    assert here.run("load", str(own)).exit_code == 0
    elsewhere.has(b"".join(generate(12, 1, THEIRS)))
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    return here


def test_the_report_and_both_pages_name_the_likely_double(doubled: Here) -> None:
    settings = Settings(data=doubled.data, base=BASE, sources=str(doubled.sources))
    found = [each for each in kept(settings) if "/insats/" in each.first]
    # Each is another town's by its address alone; the generator gives some of them no place.
    assert found and all(each.first.startswith(BASE) and each.second.startswith(THEIRS) for each in found)
    report = doubled.harvest("--report").output
    assert f"{found[0].first} – {found[0].second} (" in report
    assert f"{found[0].first} – {found[0].second} (" in doubled.harvest("boras", "--report").output
    first, second = found[0].first.removeprefix(BASE + "id"), found[0].second.removeprefix(THEIRS + "id")
    with Projections.open(settings) as projections:
        client = create_app(settings, projections).test_client()
        own, theirs = (client.get(path).get_data(as_text=True) for path in (first, "/extern/boras" + second))
    assert re.search(rf'Kan vara samma som <a href="/extern/boras{second}"', own)
    assert re.search(rf'Kan vara samma som <a href="{first}"', theirs)


def test_what_is_no_longer_published_is_no_double(doubled: Here) -> None:
    settings = Settings(data=doubled.data, base=BASE, sources=str(doubled.sources))
    pair = next(each for each in kept(settings) if "/insats/" in each.first)
    gone = doubled.run("withdraw", pair.second, "--reason", "Dubblett.")
    assert gone.exit_code == 0, gone.output
    with Projections.open(settings) as projections:
        client = create_app(settings, projections).test_client()
        own = client.get(pair.first.removeprefix(BASE + "id")).get_data(as_text=True)
    assert "/extern/boras" + pair.second.removeprefix(THEIRS + "id") not in own


def test_nothing_is_compared_again_until_something_is_new(doubled: Here) -> None:
    settings = Settings(data=doubled.data, base=BASE, sources=str(doubled.sources))
    before = path_of(settings).stat()
    assert doubled.harvest("boras").exit_code == 0
    assert path_of(settings).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"pairs": [["a", "b"]]}', '{"pairs": [["a", "b", "moon"]]}']
)
def test_a_file_of_pairs_that_is_no_use_is_none(tmp_path: Path, content: str) -> None:
    settings = Settings(data=tmp_path)
    path_of(settings).write_text(content)
    assert kept(settings) == []
