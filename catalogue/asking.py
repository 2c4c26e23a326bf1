"""How a question is read: the parameters of an address, and the words in the search box."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from catalogue.analysis import normal, stopwords, words
from catalogue.answers import OWN, SORTS, SOURCE, Notice, Query
from catalogue.errors import N_, InvalidInput
from catalogue.facets import FacetRule, Plan, Values
from catalogue.names import Names

LONGEST_TEXT = 200
MOST_CLAUSES = 12
MOST_VALUES = 50
_YEAR = re.compile(r"[12]\d{3}")
_PAGE = re.compile(r"[1-9][0-9]{0,11}")
_QUOTES = str.maketrans(dict.fromkeys("”“„‟«»″", '"'))
_PIECE = re.compile(r'([-–−]?)"([^"]*)(?:"|$)|([^\s"]+)')
_MINUS = ("-", "–", "−")
# Within a word these separate words that stand on their own; hyphens and dots hold a name together.
_APART = re.compile(r"[/,;|+&()\[\]]+")
_SHORTEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the question: one word, or several in this order.

    `quoted` words count as typed, without compounds and other names; `prefix` may be the beginning
    of a word; a record with an `excluded` clause is no hit.
    """

    words: tuple[str, ...]
    quoted: bool = False
    excluded: bool = False
    prefix: bool = False


def read_query(
    parameters: Mapping[str, Sequence[str]],
    plan: Plan,
    names: Names,
    *,
    language: str = "sv",
    sources: Mapping[str, str] | None = None,
) -> Query:
    """The question that the parameters of /sok ask. Names of parameters that mean nothing are passed over.

    `sources` are those that there are, see `Query`. Raises InvalidInput, in a sentence that names the parameter, for an unknown facet value, sorting
    or page, and for `q`, `sortera` and `sida` given twice.
    """
    text, notices = _text(_one(parameters, "q"))
    sort = _one(parameters, "sortera")
    if sort and sort not in SORTS:
        raise InvalidInput(
            N_("sortera är ”%(value)s” men ska vara traff, senast eller titel."), value=_short(sort)
        )
    filters = {
        rule.name: _values(parameters, rule.name, partial(_is_value, rule, names)) for rule in plan.facets
    }
    if sources:
        for rule in plan.facets:
            filters[rule.name] = tuple(_own(rule, names, value, sources) for value in filters[rule.name])
        filters[SOURCE] = _values(parameters, SOURCE, {OWN, *sources}.__contains__)
    return Query(
        text=text,
        filters={name: values for name, values in filters.items() if values},
        sort=sort,
        page=_page(_one(parameters, "sida")),
        language=language,
        notices=notices,
        sources=sources or {},
    )


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in normal form, at most MOST_CLAUSES; never fails, whatever the text."""
    found: list[Clause] = []
    for minus, quoted, chunk in _PIECE.findall(text.translate(_QUOTES)):
        if chunk:
            excluded = chunk.startswith(_MINUS)
            for piece in _APART.split(chunk):
                together = tuple(words(piece))
                if together:
                    star = piece.endswith("*") and len(together[-1]) >= _SHORTEST_PREFIX
                    found.append(Clause(together, False, excluded, star))
        elif together := tuple(words(quoted)):
            found.append(Clause(together, True, bool(minus)))
        if len(found) >= MOST_CLAUSES:
            break
    found = found[:MOST_CLAUSES]
    if found and not (found[-1].quoted or found[-1].excluded or len(found[-1].words) > 1):
        found[-1] = Clause(found[-1].words, prefix=True)
    return tuple(found)


def written(found: Sequence[Clause]) -> str:
    """A text that is read as these clauses; they are what `clauses` has given, or with other words in them."""
    last = len(found) - 1
    return " ".join(_written(each, ends=place == last or not each.prefix) for place, each in enumerate(found))


def _written(clause: Clause, *, ends: bool) -> str:
    minus = "-" if clause.excluded else ""
    if clause.quoted:
        return f'{minus}"{" ".join(clause.words)}"'
    # Whatever it was that joined several words, a hyphen does too.
    star = "" if ends and not (clause.prefix and (clause.excluded or len(clause.words) > 1)) else "*"
    return minus + "-".join(clause.words) + star


def too_long(text: str) -> bool:
    """Whether a text has more words and quotations than are searched for."""
    return len(_PIECE.findall(text)) > MOST_CLAUSES


def telling(found: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses without stop words, unless nothing else was asked for."""
    kept = tuple(
        each for each in found if each.quoted or each.excluded or not stopwords().issuperset(each.words)
    )
    return kept if any(not each.excluded for each in kept) else tuple(found)


def _one(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    values = list(dict.fromkeys(parameters.get(name, ())))
    if len(values) > 1:
        raise InvalidInput(
            N_("%(parameter)s får anges en gång i adressen. Ta bort de andra."), parameter=name
        )
    return values[0] if values else ""


def _text(given: str) -> tuple[str, tuple[Notice, ...]]:
    # Cut first: normal form of megabytes is slow. A composed letter can take several characters.
    text = " ".join(normal(given[: LONGEST_TEXT * 4]).split())
    cut = len(text) > LONGEST_TEXT or len(given) > LONGEST_TEXT * 4
    if cut:
        text = text[:LONGEST_TEXT].rstrip()
    if cut or too_long(text):
        sentence = N_(
            "Sökningen var för lång. Vi sökte på de första %(words)s orden, högst %(characters)s tecken."
        )
        return text, (Notice(sentence, {"words": MOST_CLAUSES, "characters": LONGEST_TEXT}),)
    return text, ()


def _page(given: str) -> int:
    if not given:
        return 1
    if not _PAGE.fullmatch(given):
        raise InvalidInput(
            N_("sida är ”%(value)s” men ska vara ett heltal från 1 och uppåt."), value=_short(given)
        )
    return int(given)


def _values(
    parameters: Mapping[str, Sequence[str]], name: str, is_value: Callable[[str], bool]
) -> tuple[str, ...]:
    values = [normal(value).strip() for value in dict.fromkeys(parameters.get(name, ()))]
    # A form sends its empty choice ("alla") as an empty value.
    values = [value for value in values if value]
    if len(values) > MOST_VALUES:
        raise InvalidInput(
            N_("%(parameter)s har %(count)s värden men får ha högst %(limit)s. Ta bort några."),
            parameter=name,
            count=len(values),
            limit=MOST_VALUES,
        )
    for value in values:
        if not is_value(value):
            raise InvalidInput(
                N_(
                    "%(parameter)s har inget värde som heter ”%(value)s”. Välj ett värde i listan på söksidan."
                ),
                parameter=name,
                value=_short(value),
            )
    return tuple(values)


def _own(rule: FacetRule, names: Names, value: str, sources: Mapping[str, str]) -> str:
    """The value, or the IRI of our own record where a harvested one with the same reference comes before it."""
    if rule.values not in (Values.RECORD, Values.PLACE):
        return value
    found = names.iris_of(rule, value)
    own = [iri for iri in found if not iri.startswith(tuple(sources.values()))]
    return own[0] if own and own[0] != found[0] else value


def _is_value(rule: FacetRule, names: Names, value: str) -> bool:
    match rule.values:
        case Values.TRUTH:
            return value in ("ja", "nej")
        case Values.YEARS:
            return _YEAR.fullmatch(value) is not None
        case Values.TEXT:
            return True
    return names.iri_of(rule, value) is not None


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:40] + "…"
