"""An installation with records of its own and some that were harvested from Borås, told apart by what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient

from app.factory import create_app
from app.translating import speak
from catalogue.journal import NewRevision
from catalogue.namespaces import CONCEPT, CV, DCT, FOAF, PIVI, RDF, SCHEMA
from catalogue.origins import of_source, with_origin
from catalogue.projections import Projections
from catalogue.publishing import publish
from catalogue.settings import Settings
from catalogue.turtle import canonical_lines

BASE = "http://own.example/"
SPACE = "https://boras.example/"
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
READ = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SOURCES = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix harvest: <https://w3id.org/pivi/harvest#> .
<urn:x:boras> a harvest:Source ; dct:identifier "boras" ; harvest:profile "dump" ;
  dcat:downloadURL <{SPACE}data/dump.nt> ; harvest:space <{SPACE}> ; dct:license <{LICENCE}> ;
  dct:spatial <https://w3id.org/pivi/id/plats/1490> .
"""


@dataclass
class Mixed:
    """The installation, its pages and the file of its sources."""

    projections: Projections
    client: FlaskClient
    settings: Settings
    sources: Path

    def publish(self, *revisions: NewRevision) -> None:
        publish(self.projections.journal, list(revisions))
        self.projections.catch_up()


def record(iri: str, type: object, *said: str, parts: tuple[str, ...] = ()) -> NewRevision:
    """A record of our own. `said` are predicates with their objects, `parts` whole statements; both in N-Triples."""
    lines = [f"<{iri}> {RDF.type} {type}", *(f"<{iri}> {each}" for each in said), *parts]
    content = canonical_lines("".join(f"{each} .\n" for each in lines).encode())
    return NewRevision(iri, str(type)[1:-1], content, by="pivi", origin="load")


def initiative(iri: str, title: str, *said: str, actor: str = "") -> NewRevision:
    """An initiative; `actor` leads it."""
    part = f"{iri}#drivande"
    parts = (
        (
            f"<{iri}> {CV.hasParticipation} <{part}>",
            f"<{part}> {RDF.type} {CV.Participation}",
            f"<{part}> {PIVI.participant} <{actor}>",
            f"<{part}> {CV.role} {CONCEPT['roll/drivande']}",
        )
        if actor
        else ()
    )
    return record(iri, PIVI.Initiative, f'{DCT.title} "{title}"@sv', *said, parts=parts)


def harvested(own: NewRevision, source: str = "boras", licence: str = LICENCE) -> NewRevision:
    """The record as it would be had it come from a source."""
    content = with_origin(own.content, own.iri, source=f"{SPACE}data/dump.nt", licence=licence, at=READ)
    return NewRevision(own.iri, own.type, content, by="pivi harvest", origin=of_source(source))


def everything() -> list[NewRevision]:
    """Two initiatives, two actors and two documents: one of each ours, and each naming the other's."""
    ours, theirs = f"{BASE}id/", f"{SPACE}id/"
    return [
        record(f"{ours}aktor/cccc", PIVI.Organisation, f'{FOAF.name} "Vår förening"@sv'),
        harvested(record(f"{theirs}aktor/gggg", PIVI.Organisation, f'{FOAF.name} "Deras förening"@sv')),
        initiative(
            f"{ours}insats/bbbb",
            "Vår egen",
            f"{PIVI.inspiredBy} <{theirs}insats/ffff>",
            f"{PIVI.area} {CONCEPT['omrade/fritid']}",
            actor=f"{theirs}aktor/gggg",
        ),
        harvested(
            initiative(
                f"{theirs}insats/ffff",
                "De andras insats",
                f'{DCT.abstract} "Ett ord som bara de andra har: kvastfening."@sv',
                f"{PIVI.area} {CONCEPT['omrade/halsa']}",
                actor=f"{ours}aktor/cccc",
            )
        ),
        record(
            f"{ours}dokument/dddd",
            PIVI.Document,
            f'{DCT.title} "Vår rapport"@sv',
            f"{SCHEMA.about} <{ours}insats/bbbb>",
        ),
        harvested(
            record(
                f"{theirs}dokument/hhhh",
                PIVI.Document,
                f'{DCT.title} "Deras rapport"@sv',
                f"{SCHEMA.about} <{theirs}insats/ffff>",
            )
        ),
    ]


@contextmanager
def mixed_catalogue(directory: Path, *, harvested: bool = True) -> Iterator[Mixed]:
    """The installation in a directory; without what was `harvested`, only our own records."""
    sources = directory / "sources.ttl"
    sources.write_text(SOURCES)
    # Time enough for a busy machine: nothing here is about the limit.
    settings = Settings(data=directory / "data", base=BASE, sources=str(sources), sparql_seconds=300)
    with Projections.open(settings) as projections:
        client = create_app(settings, projections).test_client()
        mixed = Mixed(projections, client, settings, sources)
        mixed.publish(*(each for each in everything() if harvested or each.iri.startswith(BASE)))
        yield mixed
    speak("sv")
