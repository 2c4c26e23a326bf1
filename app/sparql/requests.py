"""What a request asks by the SPARQL 1.1 Protocol, section 2.1: by GET, by a form, or by the query itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote_from_bytes

from catalogue.endpoint.problems import TooLong
from catalogue.errors import N_, CatalogueError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
# Others would be guesses, or take long to decode.
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "windows-1252": "cp1252",
}
_MOST_PARAMETERS = 100
_ASCII = bytes(range(128)).decode()


class BadRequest(CatalogueError):
    """The request does not keep to the protocol. `status` is what HTTP calls it, `name` what programs know it by."""

    def __init__(self, status: int, problem: str, sentence: str, **params: object) -> None:
        super().__init__(sentence, **params)
        self.status = status
        self.name = problem


@dataclass(frozen=True)
class Asked:
    """A request, read. `text` is None when it holds no query."""

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str
    seconds: float | None


def read(environ: WSGIEnvironment, *, longest: int) -> Asked:
    """What a GET, HEAD or POST asks. `longest` is the limit on a query, bytes. Raises BadRequest."""
    address = _parameters(environ.get("QUERY_STRING", ""))
    if environ["REQUEST_METHOD"] != "POST":
        return _asked(address, _one(address, "query"))
    if environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        raise BadRequest(
            415,
            "unsupported-coding",
            N_("Frågan är packad (Content-Encoding: %(coding)s). Skicka den som den är, utan att packa den."),
            coding=environ["HTTP_CONTENT_ENCODING"][:40],
        )
    kind, charset = _content_type(environ.get("CONTENT_TYPE", ""))
    if kind == UPDATE:
        raise _no_updates()
    if kind == FORM:
        # Percent-encoding makes a byte three.
        body = _body(environ, 3 * longest + 2_000, longest)
        # Bytes that the client has left as they are (curl --data does) mean the same percent-encoded.
        form = _parameters(quote_from_bytes(body, safe=_ASCII), charset)
        if "query" not in form and "update" not in form and "query" not in address:
            raise BadRequest(
                400, "no-query", N_("Formuläret har inget fält query. Skicka frågan i fältet query.")
            )
        # What a form carries is said in the form; a format in the address is kept as a kindness.
        return _asked({**address, **form}, _one(form if "query" in form else address, "query"))
    if kind == QUERY:
        if "query" in address:
            raise BadRequest(
                400,
                "repeated-parameter",
                N_("Frågan står både i adressen och i det som skickas. Skicka den på ett ställe."),
            )
        return _asked(address, _decoded(_body(environ, longest + 4, longest), charset))
    raise BadRequest(
        415,
        "unsupported-media-type",
        N_("Content-Type är ”%(type)s”, men en fråga skickas som %(query)s eller %(form)s."),
        type=kind[:80],
        query=QUERY,
        form=FORM,
    )


def _asked(parameters: Mapping[str, Sequence[str]], text: str | None) -> Asked:
    if "update" in parameters:
        raise _no_updates()
    return Asked(
        text=text,
        # Some clients send the parameters empty when they mean none.
        default_graphs=tuple(each for each in parameters.get("default-graph-uri", ()) if each),
        named_graphs=tuple(each for each in parameters.get("named-graph-uri", ()) if each),
        # SPARQLWrapper names its format twice, in two words for the same.
        format=parameters.get("format", ("",))[0],
        seconds=_seconds(_one(parameters, "timeout")),
    )


def _parameters(text: str, charset: str = "utf-8") -> dict[str, list[str]]:
    try:
        return parse_qs(
            text, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise BadRequest(
            400,
            "bad-encoding",
            N_("Något i förfrågan är inte giltig %(charset)s. Koda frågan som UTF-8."),
            charset=charset.upper(),
        ) from error
    except ValueError as error:
        raise BadRequest(
            400,
            "too-many-parameters",
            N_("Förfrågan har fler än %(most)s fält. Ta bort dem som inte behövs."),
            most=_MOST_PARAMETERS,
        ) from error


def _one(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise BadRequest(
            400,
            "repeated-parameter",
            N_("%(parameter)s får anges en gång. Ta bort de andra."),
            parameter=name,
        )
    return values[0] if values else None


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:  # nan and infinity neither
        raise BadRequest(
            400,
            "bad-timeout",
            N_("timeout är ”%(value)s” men ska vara ett antal sekunder större än noll, till exempel 5."),
            value=text[:40],
        )
    return seconds


def _content_type(header: str) -> tuple[str, str]:
    kind, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    if charset not in _CHARSETS:
        raise BadRequest(
            415,
            "unsupported-charset",
            N_("Teckenkodningen ”%(charset)s” kan inte läsas. Skicka frågan som UTF-8."),
            charset=charset[:40],
        )
    return kind, _CHARSETS[charset]


def _body(environ: WSGIEnvironment, most: int, longest: int) -> bytes:
    """What was sent, if it is not more than `most` bytes; `longest` is the limit on the query in it."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > most:
        raise TooLong(
            N_(
                "Det som skickades är %(length)s byte, och frågan får vara %(limit)s. Korta den, till exempel genom att "
                "välja med ett villkor i stället för att räkna upp värden."
            ),
            length=length,
            limit=longest,
        )
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadRequest(
            400,
            "bad-encoding",
            N_("Frågan är inte giltig %(charset)s (byte %(place)s). Skicka den som UTF-8."),
            charset=charset.upper(),
            place=error.start,
        ) from error


def _no_updates() -> BadRequest:
    return BadRequest(
        403,
        "read-only",
        N_("Tjänsten kan bara läsas; den tar inte emot uppdateringar. Fråga med query i stället för update."),
    )
