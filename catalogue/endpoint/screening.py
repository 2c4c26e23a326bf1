"""What a query is, before it is run: its form, its graphs, its text searches; and what it must not hold.

The grammar is the engine's to judge. Here is found what the engine must never see, or would answer
silently wrong: other services, updates, graphs that do not exist, the text searches of other engines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urljoin

from catalogue.endpoint.borders import refuse_hidden_keywords
from catalogue.endpoint.lexer import Kind, Place, Token, lex, place, unescaped
from catalogue.endpoint.other_searches import known_as
from catalogue.endpoint.problems import Malformed, Problem, Refused
from catalogue.errors import N_
from catalogue.namespaces import PIVI, PREFIXES

SEARCH = PIVI.search.value
MATCHES, SCORE, LIMIT, RELAXED = (
    PIVI.matches.value,
    PIVI.score.value,
    PIVI.limit.value,
    PIVI.relaxed.value,
)
SEARCH_TERMS = (MATCHES, SCORE, LIMIT, RELAXED)
RIGHT_FORM = (
    'SERVICE <https://w3id.org/pivi/ns#search> { ?insats pivi:matches "missbruk" ; pivi:score ?score }'
)


class Form(Enum):
    """The four query forms (SPARQL 1.1 Query Language, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def makes_a_graph(self) -> bool:
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True)
class Service:
    """A `SERVICE` of our own text search: the tokens between its braces and where all of it lies in the text."""

    start: int
    end: int
    inner: tuple[Token, ...]


@dataclass(frozen=True)
class Screened:
    """A query that may be run.

    `volatile`: its answer may change without the data changing (NOW, RAND, UUID …), so no cache may keep it.
    `graphs`: the names that follow GRAPH.
    """

    text: str
    form: Form
    base: str
    prefixes: Mapping[str, str]
    volatile: bool
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    graphs: tuple[Token, ...] = ()
    services: tuple[Service, ...] = ()

    def iri(self, token: Token) -> str | None:
        """The IRI that a token stands for; None for other tokens and unknown prefixes."""
        return _iri(token, self.base, self.prefixes)


# Longer queries, in characters, are read anew each time: a thousand of them would take much memory.
_REMEMBERED = 4_000
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
# Sought in the raw text: a cache that is not used for a string that says "now" costs little. The engine takes
# `DISTINCTRAND()` for two words.
_VOLATILE_WORDS = ("now", "rand", "uuid", "bnode")
_VOLATILE = re.compile(rf"(?<![?$])(?:{'|'.join(_VOLATILE_WORDS)})[\s(#]", re.IGNORECASE | re.ASCII)
# Without any of these in the text there is nothing to find behind the prologue.
_WORTH_READING = (
    *("service", "from", "graph", "matches", "query", "contains", "search", "text", "score", "relaxed"),
    *(":limit", "#limit", "<<"),
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def screen(text: str, base: str) -> Screened:
    """Read what a query is. `base` is what its relative IRIs are resolved against.

    Raises Refused or Malformed, with the place, for what must not be run.
    """
    return _remembered(text, base) if len(text) <= _REMEMBERED else _Reading(text, base).screened()


@lru_cache(maxsize=1024)
def _remembered(text: str, base: str) -> Screened:
    return _by_its_head(text, base) or _Reading(text, base).screened()


def _by_its_head(text: str, base: str) -> Screened | None:
    """What a query is whose prologue was seen before and decides alone; None: it has to be read whole."""
    if _worth_reading(text):
        return None
    head = _head(text.partition("{")[0], base)
    if head is None:
        return None
    form, base, prefixes = head
    return Screened(text, form, base, prefixes, volatile=_volatile(text))


def _worth_reading(text: str) -> bool:
    low = text.lower()
    return any(word in low for word in _WORTH_READING)


def _volatile(text: str) -> bool:
    low = text.lower()  # seeking plain words first takes a fifth of the time
    return any(word in low for word in _VOLATILE_WORDS) and _VOLATILE.search(text) is not None


@lru_cache(maxsize=256)
def _head(text: str, base: str) -> tuple[Form, str, Mapping[str, str]] | None:
    """The form, base and prefixes by what stands before the first brace, if that is a whole prologue."""
    reading = _Reading(text, base)
    try:
        form = reading.form()
    except Problem:  # told with its place when the whole is read
        return None
    return form, reading.base, reading.prefixes


class _Reading:
    """One pass over the tokens of one query."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.worth_reading = _worth_reading(text)
        self.lexed = lex(text, head=not self.worth_reading)
        self.tokens = self.lexed.tokens

    def form(self) -> Form:
        """The form of the query; base and prefixes are known after it."""
        return self._form(self._prologue())

    def screened(self) -> Screened:
        first = self._prologue()
        form = self._form(first)
        services: tuple[Service, ...] = ()
        default: list[str] = []
        named: list[str] = []
        asked: tuple[Token, ...] = ()
        if self.worth_reading:
            refuse_hidden_keywords(
                self.text, self.lexed, first, lambda token: _iri(token, self.base, self.prefixes)
            )
            default, named = self._graphs(first)
            asked = tuple(b for a, b in pairwise(self.tokens[first:]) if a.is_word("GRAPH"))
            services = self._services()
            self._refuse_other_searches(first, services)
        return Screened(
            text=self.text,
            form=form,
            base=self.base,
            prefixes=self.prefixes,
            volatile=_volatile(self.text),
            default_graphs=tuple(default),
            named_graphs=tuple(named),
            graphs=asked,
            services=services,
        )

    def _prologue(self) -> int:
        """Read BASE and PREFIX; returns the number of the first token after them."""
        tokens, at = self.tokens, 0
        while at < len(tokens):
            if tokens[at].is_word("BASE") and _kinds(tokens[at + 1 : at + 2]) == [Kind.IRI]:
                self.base = self._resolved(tokens[at + 1])
                at += 2
            elif tokens[at].is_word("VERSION") and _kinds(tokens[at + 1 : at + 2]) == [Kind.STRING]:
                at += 2  # SPARQL 1.2, section 4.1.4
            elif tokens[at].is_word("PREFIX") and _kinds(tokens[at + 1 : at + 3]) == [Kind.NAME, Kind.IRI]:
                self.prefixes[tokens[at + 1].text.partition(":")[0]] = self._resolved(tokens[at + 2])
                at += 3
            else:
                break
        return at

    def _resolved(self, token: Token) -> str:
        return _iri(token, self.base, {}) or ""

    def _form(self, first: int) -> Form:
        if first >= len(self.tokens):
            raise Malformed(
                N_("Frågan är tom. Skriv en fråga som börjar med SELECT, ASK, CONSTRUCT eller DESCRIBE.")
            )
        word = self.tokens[first]
        if word.is_word(*_UPDATES):
            raise self._at(
                word,
                Refused,
                N_(
                    "%(word)s ändrar data, och det går inte här. Tjänsten kan bara läsas: "
                    "fråga med SELECT, ASK, CONSTRUCT eller DESCRIBE."
                ),
                word=word.text.upper(),
            )
        if not word.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            raise self._at(
                word,
                Malformed,
                N_(
                    "Här står ”%(found)s”, men en fråga börjar med SELECT, ASK, CONSTRUCT eller DESCRIBE, "
                    "efter eventuella rader med PREFIX eller BASE."
                ),
                found=_short(word.text),
            )
        return Form(word.text.upper())

    def _graphs(self, first: int) -> tuple[list[str], list[str]]:
        """What FROM and FROM NAMED say; FROM stands nowhere else in the grammar."""
        default: list[str] = []
        named: list[str] = []
        for at in range(first, len(self.tokens)):
            if not self.tokens[at].is_word("FROM"):
                continue
            is_named = at + 1 < len(self.tokens) and self.tokens[at + 1].is_word("NAMED")
            name = self.tokens[at + 2 : at + 3] if is_named else self.tokens[at + 1 : at + 2]
            iri = _iri(name[0], self.base, self.prefixes) if name else None
            if iri is not None:  # else the engine tells what is wrong with it
                (named if is_named else default).append(iri)
        return default, named

    def _services(self) -> tuple[Service, ...]:
        found, depth = [], 0
        for at, token in enumerate(self.tokens):
            depth += (token.text == "{") - (token.text == "}")
            if token.is_word("SERVICE"):
                found.append(self._service(at, depth))
        return tuple(found)

    def _service(self, at: int, depth: int) -> Service:
        keyword = self.tokens[at]
        after = at + 1
        if after < len(self.tokens) and self.tokens[after].is_word("SILENT"):
            after += 1
        name = self.tokens[after] if after < len(self.tokens) else None
        if name is not None:
            self._check_declared(name)
        if name is None or _iri(name, self.base, self.prefixes) != SEARCH:
            raise self._at(
                keyword,
                Refused,
                N_(
                    "SERVICE går bara att använda för Pivis egen fritextsökning; andra tjänster på nätet "
                    "frågas inte härifrån. Så skrivs den: %(form)s"
                ),
                form=RIGHT_FORM,
            )
        opening = after + 1
        if opening >= len(self.tokens) or self.tokens[opening].text != "{":
            raise self._at(
                name, Refused, N_("Efter SERVICE ska det stå { … }. Så skrivs det: %(form)s"), form=RIGHT_FORM
            )
        for closing in range(opening + 1, len(self.tokens)):
            if self.tokens[closing].text == "}":
                if depth == 0 or not self._stands_alone(at, closing + 1):
                    raise self._at(
                        keyword,
                        Refused,
                        N_("SERVICE ska stå som ett mönster för sig, inom klamrar: { %(form)s }"),
                        form=RIGHT_FORM,
                    )
                return Service(keyword.start, self.tokens[closing].end, self.tokens[opening + 1 : closing])
        raise self._at(
            keyword, Malformed, N_("Det saknas en } efter SERVICE. Så skrivs det: %(form)s"), form=RIGHT_FORM
        )

    def _stands_alone(self, first: int, end: int) -> bool:
        """Whether what lies between may be a pattern of its own: values may stand where SERVICE may not."""
        before, after = self.tokens[max(0, first - 2) : first], self.tokens[end : end + 1]
        bound = before[-1].kind is Kind.WORD and not before[-1].is_word("TRUE", "FALSE")
        return not (bound or before[0].is_word("GRAPH") or (after and after[0].is_word("UNION")))

    def _check_declared(self, token: Token) -> None:
        """Raises Malformed for a name with a prefix of ours that the query uses but does not declare."""
        prefix = token.text.partition(":")[0]
        if token.kind is Kind.NAME and prefix in PREFIXES and prefix not in self.prefixes:
            raise undeclared([prefix], place(self.text, token.start))

    def _refuse_other_searches(self, first: int, services: Sequence[Service]) -> None:
        inner = {token.start for service in services for token in service.inner}
        template = self._template(first)
        for at, token in enumerate(self.tokens[first:], first):
            if token.kind not in (Kind.NAME, Kind.IRI) or token.start in inner:
                continue
            iri = _iri(token, self.base, self.prefixes)
            if iri in SEARCH_TERMS and at not in template and self._is_predicate(at):
                raise self._at(
                    token,
                    Refused,
                    N_("%(name)s gäller bara inom SERVICE. Så skrivs det: %(form)s"),
                    name=_short(token.text),
                    form=RIGHT_FORM,
                )
            known = known_as(token.text, iri)
            if known is not None:
                raise self._at(
                    token,
                    Refused,
                    N_("%(name)s hör till en annan databas och finns inte här. Så söks i text: %(form)s"),
                    name=known,
                    form=RIGHT_FORM,
                )

    def _template(self, first: int) -> range:
        """The numbers of the tokens of what a CONSTRUCT makes: there a score may be written down."""
        start = end = first + 1
        if self.tokens[first].is_word("CONSTRUCT") and self._text(start) == "{":
            while end < len(self.tokens) and self._text(end) != "}":
                end += 1
        return range(start, end)

    def _text(self, at: int) -> str:
        return self.tokens[at].text if at < len(self.tokens) else ""

    def _is_predicate(self, at: int) -> bool:
        """Whether a name stands between subject and object, rather than being one of them."""
        before, after = self.tokens[at - 1], self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if before.kind is Kind.WORD:  # DESCRIBE pivi:matches
            return False
        begins = before.kind is Kind.MARK and before.text in ("{", "}", ".", "(", ")", ",")
        ends = after is None or (after.kind is Kind.MARK and after.text in tuple(".;,})]"))
        return not begins and not ends

    def _at(self, token: Token, kind: type[Problem], sentence: str, **params: object) -> Problem:
        return kind(sentence, place=place(self.text, token.start), **params)


def undeclared(names: Sequence[str], where: Place | None) -> Malformed:
    """The problem of prefixes of ours that are used but not declared; it says what to write."""
    return Malformed(
        N_("Frågan använder %(prefixes)s utan att säga vad det står för. Skriv först: %(lines)s"),
        prefixes=", ".join(f"{each}:" for each in names),
        lines=" ".join(f"PREFIX {each}: <{PREFIXES[each]}>" for each in names),
        place=where,
    )


def missing_prefixes(screened: Screened) -> tuple[str, ...]:
    """Our own prefixes that the query uses but does not declare, in the order of use."""
    used = (token.text.partition(":")[0] for token in lex(screened.text).tokens if token.kind is Kind.NAME)
    return tuple(dict.fromkeys(name for name in used if name in PREFIXES and name not in screened.prefixes))


def _iri(token: Token, base: str, prefixes: Mapping[str, str]) -> str | None:
    if token.kind is Kind.IRI:
        iri = unescaped(token.text[1:-1])
        try:
            joined = iri if _ABSOLUTE.match(iri) else urljoin(base, iri)
        except ValueError:  # the base is none
            return None
        # An empty fragment is one, as in `PREFIX : <#>`; urljoin drops it.
        return joined + "#" if iri.endswith("#") and not joined.endswith("#") else joined
    if token.kind is Kind.NAME:
        prefix, _, local = token.text.partition(":")
        namespace = prefixes.get(prefix)
        return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)
    return None


def _kinds(tokens: Sequence[Token]) -> list[Kind]:
    return [token.kind for token in tokens]


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
