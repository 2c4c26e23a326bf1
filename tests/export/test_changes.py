"""What happens to the description when something is published or withdrawn."""

from __future__ import annotations

from pathlib import Path

import rdflib
from flask.testing import FlaskClient
from rdflib.namespace import VOID

from app.factory import create_app
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.export.conftest import BASE, DCAT, DCT, HERE


def graph(client: FlaskClient, address: str) -> rdflib.Graph:
    reply = client.get(address, headers={"Accept": "text/turtle"})
    assert reply.status_code == 200
    return rdflib.Graph().parse(data=reply.data, format="turtle")


def test_a_withdrawal_gives_a_new_version_dates_and_counts(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        before = {path: client.get(path) for path in ("/datasets/dcat", "/.well-known/void", "/data")}
        described, told = graph(client, "/datasets/dcat"), graph(client, "/.well-known/void")
        journal = projections.journal
        initiative = next(journal.current_all(types=[PIVI.Initiative.value]))
        journal.append(
            [NewRevision(initiative.iri, initiative.type, b"", by="test", origin="test", state="withdrawn")]
        )
        projections.catch_up()

        for path, reply in before.items():
            again = client.get(path, headers={"If-None-Match": reply.headers["ETag"]})
            assert again.status_code == 200, path
        now, retold = graph(client, "/datasets/dcat"), graph(client, "/.well-known/void")
        assert str(described.value(HERE.insatser, DCAT.version)) != str(projections.version)
        for name in ("katalog", "allt", "insatser", "aktorer", "begrepp"):
            assert now.value(HERE[name], DCT.issued) == described.value(HERE[name], DCT.issued)
        for name in ("aktorer", "begrepp"):  # nothing has happened to these
            assert now.value(HERE[name], DCT.modified) == described.value(HERE[name], DCT.modified)
        for name in ("allt", "insatser", "aktorer", "begrepp"):
            assert str(now.value(HERE[name], DCAT.version)) == str(projections.version)
        # VoID may tell of the version before for a moment, and then says so.
        recounted = str(retold.value(HERE.allt, DCAT.version)) == str(projections.version)
        entities = [each.value(HERE.insatser, VOID.entities).toPython() for each in (told, retold)]
        assert entities[0] - entities[1] == int(recounted)
