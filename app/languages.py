"""Languages: Swedish at `/`, English at `/en/`, and the translation of sentences from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, g, request
from flask_babel import Babel
from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["DEFAULT", "LANGUAGES", "NAMES", "LanguagePrefix", "address_in", "gettext", "install", "language"]
__all__ += ["ngettext", "quoted_path", "translated", "unprefixed_root"]

LANGUAGES = ("sv", "en")
DEFAULT = "sv"
NAMES = {"sv": "Svenska", "en": "English"}
_ENVIRONMENT_KEY = "pivi.language"


class LanguagePrefix:
    """WSGI: `/en/sok` is `/sok` in English.

    The prefix moves to SCRIPT_NAME (PEP 3333), so every address that the application makes keeps it.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for language in LANGUAGES:
            prefix = "/" + language
            if language == DEFAULT or not (path == prefix or path.startswith(prefix + "/")):
                continue
            if path == prefix:
                return _to_slash(environ, prefix)(environ, start_response)
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path[len(prefix) :]
            environ[_ENVIRONMENT_KEY] = language
        return self._application(environ, start_response)


def _to_slash(environ: WSGIEnvironment, prefix: str) -> Response:
    query = environ.get("QUERY_STRING", "")
    location = environ.get("SCRIPT_NAME", "") + prefix + "/" + (f"?{query}" if query else "")
    return Response(status=308, headers={"Location": location})


def install(app: Flask) -> None:
    """Let Flask-Babel translate to the language of the address."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    Babel(app, locale_selector=language, timezone_selector=lambda: "Europe/Stockholm")


def language() -> str:
    """The language of the page being answered."""
    if "language" not in g:
        g.language = request.environ.get(_ENVIRONMENT_KEY, DEFAULT)
    chosen: str = g.language
    return chosen


def unprefixed_root() -> str:
    """SCRIPT_NAME without the language: where the application itself is mounted, usually empty."""
    root: str = request.environ.get("SCRIPT_NAME", "")
    return root.removesuffix("/" + language()) if language() != DEFAULT else root


def address_in(other: str) -> str:
    """The address of this page, with its query, in another language."""
    prefix = "" if other == DEFAULT else "/" + other
    query = request.query_string.decode("ascii", "replace")
    return unprefixed_root() + prefix + quoted_path() + (f"?{query}" if query else "")


def quoted_path() -> str:
    """The path being answered, without language, quoted for use in an address."""
    return quote(request.path, safe="/:@!$&'()*+,;=~-._")


def gettext(sentence: str, **values: object) -> str:
    """A Swedish sentence of the interface in the page's language, its `%(name)s` places filled in."""
    said: str = _gettext(sentence, **values)
    return said


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The same for a sentence that goes by number."""
    said: str = _ngettext(one, many, count, **values)
    return said


def translated(error: CatalogueError) -> str:
    """The sentence of an error in the page's language, filled in."""
    sentence = gettext(error.sentence)
    return sentence % error.params if error.params else sentence
