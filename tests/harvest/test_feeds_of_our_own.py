"""What was harvested is not given on: feeds hold our own records, whatever else the pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.factory import create_app
from catalogue.journal import NewRevision
from catalogue.namespaces import DCT, PIVI, RDF
from catalogue.origins import of_source
from catalogue.projections import Projections
from catalogue.publishing import publish
from catalogue.settings import Settings
from catalogue.turtle import canonical_lines

BASE = "http://own.example/"


def initiative(base: str, title: str, origin: str) -> NewRevision:
    iri = f"{base}id/insats/bcdf"
    lines = f'<{iri}> {RDF.type} {PIVI.Initiative} .\n<{iri}> {DCT.title} "{title}"@sv .\n'
    return NewRevision(iri, PIVI.Initiative.value, canonical_lines(lines.encode()), by="pivi", origin=origin)


@pytest.mark.parametrize(
    "paths",
    [
        [f"/data/feed/{number}" for number in range(9)],
        ["/nytt.atom"],
        ["/oai?verb=ListRecords&metadataPrefix=oai_dc&set=insats"],
        ["/sitemap-1.xml"],
    ],
)
def test_a_feed_holds_our_own_record_and_not_the_harvested(tmp_path: Path, paths: list[str]) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings) as projections:
        publish(
            projections.journal,
            [
                initiative(BASE, "Vår egen", "load"),
                initiative("http://other.example/", "De andras", of_source("andra")),
            ],
        )
        projections.catch_up()
        client = create_app(settings, projections).test_client()
        headers = {"Accept": "application/n-triples, */*;q=0.1"}
        found = [client.get(path, headers=headers, follow_redirects=True) for path in paths]
        text = "".join(each.get_data(as_text=True) for each in found if each.status_code == 200)
        assert "insats/bcdf" in text
        assert "other.example" not in text and "De andras" not in text
