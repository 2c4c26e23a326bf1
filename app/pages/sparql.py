"""The query page: SPARQL for somebody who has never written it and for somebody who writes it daily."""

from __future__ import annotations

import logging
from dataclasses import replace
from time import perf_counter
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request

from app.addresses import with_query
from app.caching import today, uncached
from app.compression import encoding
from app.formatting import decimal, number
from app.installation import installation, snapshot
from app.limits import LARGEST_FORM, LONGEST_ADDRESS
from app.pages import sparql_limits
from app.pages.parts import Format, Text
from app.pages.sparql_answers import solutions, triples
from app.pages.sparql_charts import answer_map, bars
from app.pages.sparql_faults import fault
from app.pages.sparql_links import NOT_RUN
from app.pages.sparql_models import Download, Example, ExampleGroup, Shown, SparqlPage, Table
from app.pages.sparql_recipes import recipes
from app.pages.sparql_words import words
from app.reading import Reading, reading
from app.release import fingerprint
from app.rendering import render
from app.sparql import problems
from app.sparql.protocol import NO_ROOM, client, too_busy
from app.sparql.requests import Asked, read
from app.translating import DEFAULT, LANGUAGES, language, ngettext
from app.translating import gettext as _
from catalogue.endpoint import examples, results
from catalogue.endpoint.asking import Answer, Endpoint, Question
from catalogue.endpoint.screening import Form, Screened
from catalogue.errors import CatalogueError
from catalogue.formats import by_extension
from catalogue.turtle import serialise

pages = Blueprint("sparql", __name__)
log = logging.getLogger(__name__)

# In which format the page itself asks: in these a row is a line.
_READ_AS = {Form.SELECT: results.TSV, Form.ASK: results.JSON}
_NTRIPLES = next(each for each in results.GRAPHS if each.name == "nt")
_NOBODY = Asked(None, (), (), "", None)


@pages.route("/sparql", methods=["GET", "POST"])
@uncached
def query_page() -> Any:
    endpoint = _endpoint()
    asked, screened = _NOBODY, None
    try:
        asked = _example() or _read()
        if asked.text is None or request.args.get(NOT_RUN[0]) == NOT_RUN[1]:
            return _page(endpoint, asked)
        address = _address(request.script_root + "/sparql", asked)
        if request.method == "POST" and address:
            # The answer gets an address, so that it can be gone back to, shared and read in the other language.
            return redirect(address + "#svar", 303)
        screened = endpoint.screened(asked.text)
        if request.environ.get(NO_ROOM):
            raise too_busy()
        etag = _etag(endpoint, asked, screened)
        if etag and request.method == "GET" and request.if_none_match.contains_weak(etag):
            return Response(status=304, headers={"ETag": f'W/"{etag}"'})
        shown = _run(endpoint, asked, screened)
    except CatalogueError as error:
        return _problem(endpoint, asked, screened, error)
    response = _page(endpoint, asked, screened, shown=shown)
    if etag and request.method == "GET":
        response.set_etag(etag, weak=True)
    else:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Pivi-Dataset-Version"] = str(shown.version)
    return response


@pages.route("/sparql/", methods=["GET", "POST"])
def with_a_slash() -> Any:
    """The page has one address; programs are answered at both."""
    address = request.script_root + "/sparql"
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{address}?{query}" if query else address, 308)


@pages.get("/sparql/ord.json")
def word_list() -> Response:
    """The classes, properties and concepts that the editor proposes."""
    _endpoint()
    here = reading()
    response = jsonify(here.installation.once(here.version, "sparql words", lambda: words(here.store)))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _endpoint() -> Endpoint:
    endpoint = installation().endpoint
    if endpoint is None:
        abort(404)
    return endpoint


def _example() -> Asked | None:
    """The example that the address names, as if its query had been sent."""
    name = request.args.get("exempel", "")
    found = examples.example(name) if name and request.method == "GET" else None
    return Asked(found.text, (), (), "", None) if found else None


def _read() -> Asked:
    # As much as can be sent is read, so that a query that is too long comes back to whoever wrote it.
    asked = read(request.environ, longest=LARGEST_FORM)
    if asked.text is None and (request.method == "POST" or "query" in request.args):
        return replace(asked, text="")
    # Forms send line breaks as CRLF (HTML, section 4.10.22.4); addresses and places go by what was typed.
    return asked if asked.text is None else replace(asked, text=asked.text.replace("\r\n", "\n"))


def _run(endpoint: Endpoint, asked: Asked, screened: Screened) -> Shown:
    """Ask, and read as much of the answer as a page shows. Raises what `Endpoint.ask` raises."""
    assert asked.text is not None
    question = Question(
        text=asked.text,
        format=_READ_AS.get(screened.form, _NTRIPLES),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        seconds=asked.seconds,
    )
    began = perf_counter()
    answer = endpoint.ask(
        question,
        client=client(request.environ),
        unwanted=request.environ.get("pivi.gone"),
    )
    seconds = perf_counter() - began
    here = reading()
    if screened.form is Form.ASK:
        yes = b"true" in answer.body
        return Shown(
            heading=_("Svaret är ja") if yes else _("Svaret är nej"),
            truth=_("Ja, det finns något i katalogen som stämmer med frågan.")
            if yes
            else _("Nej, inget i katalogen stämmer med frågan."),
            **_circumstances(answer, seconds),
            downloads=_downloads(asked, screened.form),
        )
    source = ""
    if screened.form.makes_a_graph:
        table, graph = triples(here, answer)
        turtle = by_extension("ttl")
        if table.whole and turtle is not None:
            source = serialise(graph, turtle).decode()
        heading = ngettext("%(count)s trippel", "%(count)s tripplar", table.total, count=_count(table.total))
    else:
        table = solutions(here, answer)
        heading = ngettext("%(count)s rad", "%(count)s rader", table.total, count=_count(table.total))
    return Shown(
        heading=heading,
        table=table,
        note=_left_out(table),
        source=source,
        bars=None if screened.form.makes_a_graph else bars(table),
        map=None if screened.form.makes_a_graph else answer_map(here, table),
        **_circumstances(answer, seconds),
        downloads=_downloads(asked, screened.form),
    )


def _circumstances(answer: Answer, seconds: float) -> dict[str, Any]:
    said = decimal(f"{seconds:.2f}", language())
    return {
        "seconds": _("%(seconds)s s", seconds=said) if seconds >= 0.01 else _("under 0,01 s"),
        "version": answer.version,
        "date": answer.changed.date().isoformat(),
    }


def _left_out(table: Table) -> str:
    said = []
    if not table.whole:
        said.append(
            _(
                "De första %(shown)s av %(total)s rader visas. Hämta resten nedan.",
                shown=_count(len(table.rows)),
                total=_count(table.total),
            )
        )
    if table.columns_left_out:
        said.append(_("%(count)s kolumner till finns när du hämtar svaret.", count=table.columns_left_out))
    return " ".join(said)


def _problem(endpoint: Endpoint, asked: Asked, screened: Screened | None, error: CatalogueError) -> Response:
    status, retry = problems.status_of(error), problems.retry_after(error)
    if status >= 500 and retry is None:
        log.error("a query failed: %s", getattr(error, "name", ""), exc_info=error)
    response = _page(endpoint, asked, screened, error=error, status=status)
    response.headers["Cache-Control"] = "no-store"
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def _page(
    endpoint: Endpoint,
    asked: Asked,
    screened: Screened | None = None,
    *,
    shown: Shown | None = None,
    error: CatalogueError | None = None,
    status: int = 200,
) -> Response:
    here = reading()
    text = asked.text if asked.text is not None else "" if error else examples.examples()[0].text
    current = next((each for each in examples.examples() if _same(each.text, text)), None)
    sent = asked.text is not None
    page = SparqlPage(
        template="sparql.html",
        title=Text(_("Fråga katalogen med SPARQL")),
        section="sparql",
        description=_(
            "Ställ egna frågor till hela katalogen, utgå från ett exempel eller hämta svaret som data."
        ),
        robots="noindex" if sent or error else None,
        text=text,
        action=here.root + "/sparql",
        words_url=here.root + "/sparql/ord.json",
        endpoint=endpoint.base,
        limits=sparql_limits.limits(endpoint.settings),
        rules=sparql_limits.rules(endpoint.settings),
        protocol_rules=sparql_limits.protocol_rules(),
        groups=_groups(here, current),
        learn=(
            Example("guide", _("Så ställer du frågor, steg för steg"), here.root + "/sparql/guide"),
            Example("exempel", _("Alla exempelfrågor"), here.root + "/sparql/exempel"),
            Example("ontologi", _("Klasser och egenskaper"), here.root + "/ns"),
        ),
        question=current.question[here.language] if current else "",
        asked=sent,
        shown=shown,
        fault=fault(error, text) if error else None,
        share_url=_address(installation().addresses.absolute(here.root + "/sparql"), asked) if sent else "",
        other_language_action=_in_other_language() if sent and not _address("/sparql", asked) else "",
        recipes=recipes(endpoint.base, text, screened.form if screened else Form.SELECT) if text else (),
        formats=(Format("SPARQL", endpoint.base, "application/sparql-results+json"),),
    )
    return render(page, status)


def _groups(here: Reading, current: examples.Example | None) -> tuple[ExampleGroup, ...]:
    return tuple(
        ExampleGroup(
            _(heading),
            tuple(
                Example(
                    each.name,
                    each.question[here.language],
                    with_query(here.root + "/sparql", [("exempel", each.name)]),
                    each is current,
                )
                for each in examples.examples()
                if each.group == group
            ),
        )
        for group, heading in examples.groups().items()
    )


def _downloads(asked: Asked, form: Form) -> tuple[Download, ...]:
    found = []
    for each in results.offered(form):
        address = _address("/sparql", asked, each.name) or f"/sparql?format={each.name}"
        found.append(Download(each.name, each.label, each.media_type, address))
    return tuple(found)


def _address(path: str, asked: Asked, format: str = "") -> str:
    """The address of a question; "" when it would be longer than addresses may be."""
    parameters = [("query", asked.text or "")]
    parameters += [("default-graph-uri", each) for each in asked.default_graphs]
    parameters += [("named-graph-uri", each) for each in asked.named_graphs]
    if asked.seconds is not None:
        parameters.append(("timeout", f"{asked.seconds:g}"))
    if format:
        parameters.append(("format", format))
    address = with_query(path, parameters)
    return address if len(address) <= LONGEST_ADDRESS else ""


def _in_other_language() -> str:
    other = next(code for code in LANGUAGES if code != language())
    return "/sparql" if other == DEFAULT else f"/{other}/sparql"


def _etag(endpoint: Endpoint, asked: Asked, screened: Screened) -> str:
    """What the page follows from: the answer, the labels, the release, the language and the day; "" if not known."""
    question = Question(asked.text or "", results.TSV, asked.default_graphs, asked.named_graphs)
    answer = endpoint.etag(question, screened)
    if answer is None:
        return ""
    by_name = "x" if "exempel" in request.args else ""
    return f"{answer}-{snapshot().version}-{fingerprint()}-{language()}-{encoding(request)}-{today():%y%m%d}{by_name}"


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _count(amount: int) -> str:
    return number(amount, language())
