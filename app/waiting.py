"""What the server answers while database and search index are built anew: that it lives, and that one may come back."""

from __future__ import annotations

from flask import Flask, Response, render_template, request

from app import assets, languages, security
from app.translating import language
from catalogue.settings import Settings

RETRY_SECONDS = 10


def create_waiting(settings: Settings) -> Flask:
    """An application without any data: `/healthz` is well, everything else is 503 (RFC 9110, section 15.6.4)."""
    app = Flask("app", static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    languages.install(app)
    security.install(app, settings.base)
    assets.install(app)
    app.before_request(lambda: _answer(settings))
    app.wsgi_app = languages.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _answer(settings: Settings) -> Response | None:
    if request.endpoint == "assets.file":
        return None  # the page's own style
    if request.path == "/healthz":
        return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-cache"})
    if request.path == "/readyz":
        response = Response("not ready\n", 503, mimetype="text/plain")
    else:
        again = languages.address_in(language())
        html = render_template("waiting.html", name=settings.name, language=language(), again=again)
        response = Response(html, 503, mimetype="text/html")
        response.headers["Content-Language"] = language()
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    # Neither a browser nor a proxy may show it once the catalogue is back.
    response.headers["Cache-Control"] = "no-store"
    return response
