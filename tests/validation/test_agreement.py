"""The first look agrees with pyshacl: what it lets through, pyshacl finds nothing in."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.judging import Judge
from catalogue.knowledge import turtle_files
from catalogue.outline import Outline
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from tests.validation.conftest import Stored
from tests.validation.samples import BASE, RECORDS, records
from tests.validation.test_refusals import STATEMENTS

_CONTACTS = """<id/insats/bcdf> dcat:contactPoint <id/insats/bcdf#kontakt> ; pivi:keyFigure <id/insats/bcdf#antal> .
<id/insats/bcdf#kontakt> a vcard:Organization ; vcard:fn "Mottagningen"@sv ; schema:telephone "031-365 00 00" ;
    vcard:hasEmail <mailto:social.nordost@goteborg.se> ; foaf:page <https://goteborg.se/kontakt> .
<id/insats/bcdf#antal> a pivi:KeyFigure ; pivi:figure "38 %"@sv ; dct:description "av deltagarna"@sv ; pivi:position 1 .
<id/insats/bcdf> schema:startDate "2014-01-01"^^xsd:date ; schema:endDate "2015-12-31"^^xsd:date ;
    pivi:researchLinked true ; pivi:caseNumber "SN 2014-1" ; pivi:lessons "1. Börja med [maten](https://x.se/).\\n2. Vila."@sv ."""
_SEEDS = {
    iri: content
    for turtle in (RECORDS["insats"] + _CONTACTS, *(RECORDS[each] for each in RECORDS if each != "insats"))
    for iri, content in records(turtle).items()
}
# What may come in the place of a value.
_VALUES = [
    '"x"@sv', '"x"@en', '"x"', '"x"@de', '"Kort text"@sv', '"811218-9876"@sv', '"a@b.se"@sv', '"031-365 00 00"@sv',
    f'"{"x" * 301}"@sv', '"<b>"@sv', '"[a](ftp://b.se)"@sv', '"## a"@sv', '"![a](https://b.se)"@sv', '" "@sv', '"a\\nb"@sv',
    '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"07"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"2014-01-01"^^<http://www.w3.org/2001/XMLSchema#date>', '"2014-02-30"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"2013-01-01Z"^^<http://www.w3.org/2001/XMLSchema#date>', '"2016-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"2016-01-01T10:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>', '"2016-01-01T24:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
    "<https://w3id.org/pivi/begrepp/omrade/halsa>", "<https://w3id.org/pivi/begrepp/malgrupp/barn>", "<https://w3id.org/pivi/begrepp/roll/drivande>",
    "<https://w3id.org/pivi/begrepp/aktorsslag/lan>", "<https://w3id.org/pivi/begrepp/platsslag/lan>", f"<{BASE}id/aktor/namnd>", f"<{BASE}id/aktor/bcdf>",
    f"<{BASE}id/grupp/bcdf>", f"<{BASE}id/aktor/okand>", "<https://w3id.org/pivi/id/plats/1480>", "<https://example.se/>", "<mailto:anna.berg@x.se>", "<urn:x>",
]  # fmt: skip
_LINE = re.compile(r"^(<[^>]*>) (<[^>]*>) (.*) \.$")


@pytest.fixture(scope="module")
def judge(shapes: Shapes) -> Judge:
    return Judge(shapes)


def agrees(judge: Judge, shapes: Shapes, stored: Stored, iri: str, content: bytes) -> bool:
    """Whether the first look passed the record; fails when it did and pyshacl or the structure finds something."""
    outline = Outline(shapes)
    outline.add(content)
    described = dict(stored(outline.references(content))) | outline.described
    passed = judge.passes(iri, content, described)
    if passed:
        results = judge.results({iri: content}, described)
        assert not results, f"{results[0].message.sv}\n{content.decode()}"
    return passed


@pytest.mark.parametrize("iri", _SEEDS)
def test_the_first_look_passes_every_sample(judge: Judge, shapes: Shapes, stored: Stored, iri: str) -> None:
    assert agrees(judge, shapes, stored, iri, _SEEDS[iri])


@pytest.mark.parametrize("what", STATEMENTS)
def test_the_first_look_stops_what_is_refused(
    judge: Judge, shapes: Shapes, stored: Stored, what: str
) -> None:
    for number, passes in enumerate((False, True)):
        turtle = RECORDS["insats"] + f"<id/insats/bcdf> {STATEMENTS[what][number]} ."
        ((iri, content),) = records(turtle).items()
        assert agrees(judge, shapes, stored, iri, content) is passes


def mutated(content: bytes, choose: random.Random) -> bytes:
    """The record with one to three statements left out, doubled, moved or given another value."""
    lines = content.decode().splitlines()
    for _ in range(choose.randint(1, 3)):
        at = choose.randrange(len(lines))
        match = _LINE.match(lines[at])
        assert match is not None
        subject, predicate, value = match.groups()
        other = _LINE.match(choose.choice(lines))
        assert other is not None
        lines.append(
            choose.choice(
                [
                    f"{subject} {predicate} {choose.choice(_VALUES)} .",
                    f"{other[1]} {predicate} {value} .",
                    f"{subject} {other[2]} {value} .",
                    f"{subject} {predicate} {other[3]} .",
                ]
            )
        )
        if choose.random() < 0.7:
            del lines[at]
    return "".join(line + "\n" for line in sorted(set(lines))).encode()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(iri=st.sampled_from(sorted(_SEEDS)), seed=st.integers(0, 2**32))
def test_the_first_look_never_passes_what_pyshacl_refuses(
    judge: Judge, shapes: Shapes, stored: Stored, iri: str, seed: int
) -> None:
    agrees(judge, shapes, stored, iri, mutated(_SEEDS[iri], random.Random(seed)))


def packaged() -> Iterator[tuple[str, bytes]]:
    for folder in ("example", "vocab"):
        for path in turtle_files(folder):
            yield from load_packaged(path, BASE).items()


def test_the_first_look_is_sure_of_nearly_all_that_ships(shapes: Shapes, judge: Judge) -> None:
    """It spares pyshacl what it was made to spare it."""
    known = dict(packaged())
    outline = Outline(shapes)
    for content in known.values():
        outline.add(content)
    records = {iri: content for iri, content in known.items() if b"/skos/core#inScheme>" not in content}
    passed = [iri for iri, content in records.items() if judge.passes(iri, content, outline.described)]
    assert len(passed) > 0.95 * len(records)
