"""OAI-PMH over HTTP: one address, asked with GET or a form (section 3.1 of the protocol)."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.caching import uncached
from app.installation import installation, snapshot
from app.sharing import shared
from catalogue.export.oai import PATH, SCHEMA_PATH, Repository, Shown
from catalogue.export.oai_writing import RDF_SCHEMA

pages = Blueprint("oai", __name__)

_KEY = "pivi_oai"


@pages.record_once
def _install(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    with app.app_context():
        ours = installation()
        app.extensions[_KEY] = Repository(
            ours.projections.journal,
            ours.projections.shapes,
            base=ours.settings.base,
            name=ours.settings.name,
            publisher=ours.settings.publisher,
            contact=ours.settings.contact,
        )


@pages.route(f"/{PATH}", methods=["GET", "POST"])
@uncached
@shared
def oai() -> Response:
    """The answer to any request; what is wrong in it is told in the answer, with status 200."""
    repository: Repository = current_app.extensions[_KEY]
    shown = snapshot()
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    return _xml(repository.answer(given, Shown(shown.version, shown.store)))


@pages.get(f"/{SCHEMA_PATH}")
@uncached
@shared
def schema() -> Response:
    """The schema of the format `rdf`."""
    return _xml(RDF_SCHEMA)


def _xml(document: str) -> Response:
    # The protocol wants this type alone (section 3.1.2.1).
    return Response(document, content_type="text/xml; charset=utf-8")
