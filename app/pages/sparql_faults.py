"""Why a query got no answer, for its page: the problem's words, and the place in the query."""

from __future__ import annotations

import re

from app.pages.sparql_models import Excerpt, Fault
from app.sparql import problems
from app.translating import language, translated
from catalogue.endpoint.problems import Problem
from catalogue.errors import CatalogueError

_LINES_BEFORE = 1
_AROUND = 60
_WORD = re.compile(r"[?$\w:@.-]{1,60}|\S")
_WORD_BEFORE = re.compile(r"([?$\w:@.-]{1,60}|\S)\s*$")


def fault(error: CatalogueError, text: str) -> Fault:
    """A problem as it is shown beside the query that met it."""
    place = error.place if isinstance(error, Problem) else None
    return Fault(
        name=getattr(error, "name", "failed"),
        title=problems.title_of(error, language()),
        sentence=translated(error),
        line=place.line if place else 0,
        column=place.column if place else 0,
        excerpt=_excerpt(text, place.line, place.column) if place else (),
    )


def _excerpt(text: str, line: int, column: int) -> tuple[Excerpt, ...]:
    lines = [each.replace("\t", " ") for each in re.split(r"\r\n|\n|\r", text)]
    if not 1 <= line <= len(lines):
        return ()
    above = range(max(1, line - _LINES_BEFORE), line)
    faulty = lines[line - 1]
    at = min(max(0, column - 1), len(faulty))
    # The engine stops where it cannot go on, which often is behind the word that is wrong.
    found = _WORD.match(faulty, at) or _WORD_BEFORE.search(faulty[:at])
    if found:
        at = found.start()
    end = found.end(found.lastindex or 0) if found else at
    before = faulty[:at] if at <= _AROUND else "… " + faulty[at - _AROUND : at]
    after = faulty[end:] if len(faulty) - end <= _AROUND else faulty[end : end + _AROUND] + " …"
    return (
        *(Excerpt(each, lines[each - 1][: 2 * _AROUND]) for each in above),
        # An empty line has no word to mark: the mark is then a space.
        Excerpt(line, before, faulty[at:end] or " ", after),
    )
