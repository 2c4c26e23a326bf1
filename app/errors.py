"""Errors as answers: which status each error of the catalogue or of HTTP has, and its page."""

from __future__ import annotations

import re

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.pages.models import ErrorPage
from app.pages.parts import NavLink, Text
from app.rendering import render
from app.translating import gettext as _
from app.translating import translated
from catalogue.endpoint.problems import TooLong
from catalogue.errors import Busy, CatalogueError, Conflict, InvalidInput, NotFound

_STATUS: tuple[tuple[type[CatalogueError], int], ...] = (
    (InvalidInput, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Busy, 503),
    (TooLong, 413),
)
_RETRY_SECONDS = 5
# A word that says nothing when a missing address becomes a search.
_DULL = {"id", "en", "sok", "html", "htm", "php", "index", "www", "aspx", "default"}

_log = structlog.get_logger()


def install(app: Flask) -> None:
    """Answer every error with a page that says what, which and what to do."""
    app.register_error_handler(CatalogueError, _catalogue_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def status_of(error: CatalogueError) -> int:
    """The status code of an error of the catalogue; what has none of its own is our fault, 500."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _catalogue_error(error: CatalogueError) -> Response:
    status = status_of(error)
    if status >= 500:
        _log.error("failed", status=status, rule=_rule(), reason=error.sentence)
    return _answer(status, translated(error))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect that routing makes
        return Response(status=status, headers=dict(error.get_headers(request.environ)))
    response = _answer(status)
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    # The rule, not the address: what people search for stays out of the log.
    _log.error("fault", rule=_rule(), method=request.method, exc_info=error)
    return _answer(500)


def _answer(status: int, sentence: str = "") -> Response:
    title, usual, advice = _words(status)
    page = ErrorPage(
        template="error.html",
        title=Text(title),
        status=status,
        sentence=sentence or usual,
        advice=advice,
        search_text=_guess(request.path) if status == 404 else None,
        links=_ways_on(),
        robots="noindex",
    )
    response = render(page, status)
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _words(status: int) -> tuple[str, str, str]:
    """Title, sentence and advice for a status."""
    known = {
        400: (
            _("Adressen går inte att tolka"),
            _("Något i adressen är inte som vi väntar oss."),
            _("Rätta adressen, eller börja om från sökningen."),
        ),
        404: (
            _("Sidan finns inte"),
            _("Här finns ingen sida. Den kan ha haft en annan adress, eller så är adressen felskriven."),
            _("Sök i stället:"),
        ),
        405: (
            _("Så kan sidan inte användas"),
            _("Den här adressen kan bara läsas."),
            _("Gå till sidan med en vanlig länk."),
        ),
        409: (_("Någon hann före"), _("Uppgiften har ändrats under tiden."), _("Läs sidan på nytt.")),
        413: (_("För mycket på en gång"), _("Det som skickades är för stort."), _("Skicka mindre.")),
        414: (
            _("Adressen är för lång"),
            _("Adressen är längre än vad vi läser."),
            _("Korta sökningen eller ta bort några filter."),
        ),
        500: (
            _("Något gick fel hos oss"),
            _("Sidan kunde inte visas. Felet är antecknat."),
            _("Försök igen om en stund. Hör av dig om det inte går över."),
        ),
        503: (
            _("Upptaget just nu"),
            _("Det är för mycket att göra för ögonblicket."),
            _("Försök igen om några sekunder."),
        ),
    }
    return known.get(
        status,
        (
            _("Det gick inte"),
            _("Förfrågan kunde inte besvaras."),
            _("Gå tillbaka och försök på ett annat sätt."),
        ),
    )


def _guess(path: str) -> str:
    """Words to search for, out of the last parts of an address that leads nowhere."""
    words = re.findall(r"[^\W\d_]{3,}", path.replace("_", " "))
    return " ".join(word for word in words if word.lower() not in _DULL)[:80]


def _ways_on() -> tuple[NavLink, ...]:
    root = request.script_root
    return (
        NavLink(_("Till startsidan"), root + "/"),
        NavLink(_("Alla insatser"), root + "/sok"),
        NavLink(_("Begrepp A–Ö"), root + "/begrepp/"),
    )


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else "-"
