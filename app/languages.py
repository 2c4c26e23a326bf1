"""Languages in addresses: Swedish at `/`, English at `/en/`."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, request
from werkzeug.wrappers import Response

from app.translating import DEFAULT, LANGUAGES, gettext, ngettext, speak

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAMES = {"sv": "Svenska", "en": "English"}

# Where the application is mounted. A context variable, as every icon of a page asks for it.
_ROOT: ContextVar[str] = ContextVar("root", default="")


class LanguagePrefix:
    """WSGI: `/en/sok` is `/sok` in English.

    The prefix moves to SCRIPT_NAME (PEP 3333), so every address that the application makes keeps it.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        mounted = environ.get("SCRIPT_NAME", "")
        code = next((each for each in LANGUAGES if each != DEFAULT and _begins(path, each)), DEFAULT)
        if code != DEFAULT:
            prefix = "/" + code
            if path == prefix:
                return _to_slash(environ, prefix)(environ, start_response)
            environ["SCRIPT_NAME"] = mounted + prefix
            environ["PATH_INFO"] = path[len(prefix) :]
        speak(code)
        _ROOT.set(mounted)
        return self._application(environ, start_response)


def _begins(path: str, code: str) -> bool:
    return path == f"/{code}" or path.startswith(f"/{code}/")


def _to_slash(environ: WSGIEnvironment, prefix: str) -> Response:
    query = environ.get("QUERY_STRING", "")
    location = environ.get("SCRIPT_NAME", "") + prefix + "/" + (f"?{query}" if query else "")
    return Response(status=308, headers={"Location": location})


def install(app: Flask) -> None:
    """Give the templates `_` and `ngettext`, and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    # Plain functions: the extension's own look up their context at every call.
    app.jinja_env.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def unprefixed_root() -> str:
    """SCRIPT_NAME without the language: where the application itself is mounted, usually empty."""
    return _ROOT.get()


def address_in(other: str) -> str:
    """The address of this page, with its query, in another language."""
    prefix = "" if other == DEFAULT else "/" + other
    query = request.query_string.decode("ascii", "replace")
    return unprefixed_root() + prefix + quoted_path() + (f"?{query}" if query else "")


def quoted_path() -> str:
    """The path being answered, without language, quoted for use in an address.

    Never with two slashes first: `//other.example` in a link would lead to another host (RFC 3986, section 4.2).
    """
    return "/" + quote(request.path, safe="/:@!$&'()*+,;=~-._").lstrip("/")
