"""An answer to a query as a table that people read: labels for IRIs, links, languages, datatypes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import IO

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from app.formatting import decimal, number
from app.pages.parts import Text
from app.pages.sparql_models import Cell, Column, Table
from app.reading import Reading
from app.translating import gettext as _
from catalogue.endpoint.asking import Answer
from catalogue.namespaces import PREFIXES, RDF, SHARED, XSD

# A page with more than this is slow to show and read; all of it can be fetched.
MOST_ROWS = 500
_MOST_CELLS = 10_000
_MOST_COLUMNS = 60
_MOST_BYTES = 1_000_000
_LONGEST_TEXT = 2_000
_LONGEST_NAME = 300
# Digits are grouped from here on: below it a whole number may be a year.
_GROUPED = 10_000
_WHOLE = {
    XSD[name].value
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt")
}
_NUMBERS = {*_WHOLE, XSD.decimal.value, XSD.double.value, XSD.float.value}
_PLAIN = {XSD.string.value, RDF.langString.value}

Term = NamedNode | BlankNode | Literal | Triple | None


def solutions(here: Reading, answer: Answer) -> Table:
    """The first rows of a SELECT's answer, which is in TSV."""
    with _opened(answer) as lines:
        header = lines.readline()
        names = [each.lstrip("?") for each in header.decode().rstrip("\n").split("\t") if each]
        first, total = _first_lines(lines, _row_limit(len(names)))
    found = parse_query_results(header + b"".join(first), QueryResultsFormat.TSV)
    if not isinstance(found, QuerySolutions):
        raise TypeError("an answer in TSV is a table")
    rows = [[solution[at] for at in range(min(len(names), _MOST_COLUMNS))] for solution in found]
    return _table(here, names, rows, total)


def triples(here: Reading, answer: Answer) -> tuple[Table, Sequence[Triple]]:
    """The first triples of a graph, which is in N-Triples, as a table and as they are."""
    with _opened(answer) as lines:
        first, total = _first_lines(lines, MOST_ROWS)
    found = [quad.triple for quad in parse(b"".join(first), format=RdfFormat.N_TRIPLES)]
    rows: list[Sequence[Term]] = [(each.subject, each.predicate, each.object) for each in found]
    return _table(here, [_("subjekt"), _("predikat"), _("objekt")], rows, total), found


def _opened(answer: Answer) -> IO[bytes]:
    return answer.file if answer.file is not None else BytesIO(answer.body)


def _row_limit(columns: int) -> int:
    return min(MOST_ROWS, max(1, _MOST_CELLS // max(1, min(columns, _MOST_COLUMNS))))


def _first_lines(lines: IO[bytes], most: int) -> tuple[list[bytes], int]:
    """The first lines, and how many there are in all. In both formats a row is a line."""
    first: list[bytes] = []
    size = 0
    for line in islice(lines, most):
        first.append(line)
        size += len(line)
        if size > _MOST_BYTES:
            break
    rest = sum(piece.count(b"\n") for piece in iter(lambda: lines.read(1 << 20), b""))
    return first, len(first) + rest


def _table(here: Reading, names: Sequence[str], rows: Iterable[Sequence[Term]], total: int) -> Table:
    # The same predicates and concepts come again and again.
    known: dict[Term, Cell] = {}
    cells = tuple(
        tuple(known.get(term) or known.setdefault(term, cell(here, term)) for term in row) for row in rows
    )
    shown = names[:_MOST_COLUMNS]
    columns = tuple(Column(name, _numeric(row[at] for row in cells)) for at, name in enumerate(shown))
    return Table(columns, cells, total, len(names) - len(shown))


def _numeric(cells: Iterator[Cell]) -> bool:
    kinds = {each.kind for each in cells} - {"none"}
    return kinds == {"number"}


def cell(here: Reading, term: Term) -> Cell:
    """One value as it is shown in the page's language."""
    if term is None:
        return Cell("none")
    if isinstance(term, NamedNode):
        return _iri(here, term.value)
    if isinstance(term, Literal):
        return _literal(here, term)
    if isinstance(term, BlankNode):
        return Cell("blank", Text(f"_:{term.value[:8]}"))
    parts = (cell(here, each) for each in (term.subject, term.predicate, term.object))
    return Cell("triple", Text(f"<<( {' '.join(each.name or each.text.text for each in parts)} )>>"))


def _iri(here: Reading, iri: str) -> Cell:
    label, name = here.label(iri), short(here, iri)
    if label.text == iri:
        label = Text(name)
    text, cut = _cut(label.text, _LONGEST_NAME)
    return Cell(
        "iri",
        Text(text, label.lang),
        here.url(iri),
        name="" if name == label.text else _cut(name, _LONGEST_NAME)[0],
        cut=cut,
        iri=iri,
        origin=note.text if (note := here.source_note(iri)) else "",
    )


def _literal(here: Reading, term: Literal) -> Cell:
    datatype = term.datatype.value
    if datatype in _NUMBERS and (said := _figure(term.value, datatype, here.language)):
        return Cell("number", Text(said), value=term.value)
    text, cut = _cut(term.value, _LONGEST_TEXT)
    if term.language:
        foreign = term.language if term.language != here.language else None
        return Cell("literal", Text(text, foreign), note=term.language, cut=cut)
    return Cell("literal", Text(text), note="" if datatype in _PLAIN else short(here, datatype), cut=cut)


def _figure(lexical: str, datatype: str, language: str) -> str:
    """A number as readers write it; "" when it is none, such as INF or what only claims to be one."""
    try:
        value = float(lexical)
    except ValueError:
        return ""
    if value != value or abs(value) == float("inf"):
        return ""
    if datatype in _WHOLE:
        if len(lexical) < 40 and abs(value) >= _GROUPED:
            return number(int(lexical), language)
        return lexical[:40]
    return decimal(f"{value:.6g}" if len(lexical) > 12 else lexical, language)


def _cut(text: str, longest: int) -> tuple[str, bool]:
    return (text, False) if len(text) <= longest else (text[:longest].rstrip() + " …", True)


def short(here: Reading, iri: str) -> str:
    """An IRI written for short: `pivi:area`, `begrepp/omrade/fritid`, or as it is."""
    fits = [
        (namespace, prefix)
        for prefix, namespace in PREFIXES.items()
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :] and iri != namespace
    ]
    if fits:
        namespace, prefix = max(fits, key=lambda each: len(each[0]))
        return f"{prefix}:{iri[len(namespace) :]}"
    for base in (here.installation.settings.base, SHARED):
        if iri.startswith(base) and iri != base:
            return iri[len(base) :]
    return iri
