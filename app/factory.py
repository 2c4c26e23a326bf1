"""The WSGI application: the pages of one installation, put together."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from app import (
    assets,
    caching,
    compression,
    errors,
    installation,
    languages,
    limits,
    logs,
    negotiating,
    rendering,
    routing,
    security,
    sharing,
)
from app.blueprints import BLUEPRINTS
from app.installation import Installation
from app.sparql.protocol import SparqlProtocol
from catalogue.endpoint.asking import Endpoint
from catalogue.projections import Projections
from catalogue.settings import Settings


def create_app(
    settings: Settings,
    projections: Projections,
    *,
    endpoint: Endpoint | None = None,
    ready: Callable[[], bool] = lambda: True,
) -> Flask:
    """The web site over opened projections. The caller closes these when the application is done.

    `ready` tells the readiness probe whether new revisions are being shown. Without an `endpoint`
    there is no SPARQL, and nothing links to it.
    """
    app = Flask("app", static_folder=None)
    app.jinja_environment = rendering.Environment
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    installation.install(app, Installation(settings, projections, ready, endpoint))
    languages.install(app)
    routing.install(app)
    limits.install(app)
    # Flask calls after_request last to first: compression packs what the others have finished.
    compression.install(app)
    security.install(app, settings.base)
    sharing.install(app)
    negotiating.install(app)
    caching.install(app)
    if settings.request_log == "ja":
        logs.install_requests(app)
    errors.install(app)
    assets.install(app)
    rendering.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if endpoint is not None:
        app.wsgi_app = SparqlProtocol(app.wsgi_app, endpoint)  # type: ignore[method-assign]
    app.wsgi_app = languages.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    return app
