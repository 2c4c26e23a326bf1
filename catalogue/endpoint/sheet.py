"""A query being written for people to read: its prefixes, comments and lines, with terms put in safely."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from catalogue.namespaces import CONCEPT, PREFIXES

# A Swedish sentence in the reader's language.
Says = Callable[[str], str]

_IRI = re.compile(r'[^\x00-\x20<>"{}|^`\\]+')
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_SCHEME = re.compile(r"[a-z]{2,20}")
# What a string may not hold as it is (SPARQL 1.1 Query Language, section 19.8, STRING_LITERAL2), and
# what would be invisible in it.
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029]')
_NAMED_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_COMMENT = 200
# Variables by what they stand for; English readers get English ones.
_ENGLISH = {
    "insats": "initiative",
    "titel": "title",
    "namn": "name",
    "poang": "score",
    "start": "start",
    "slut": "end",
    "fran": "from",
    "till": "until",
    "aktor": "actor",
    "antal": "count",
    "plats": "place",
    "begrepp": "concept",
    "lista": "scheme",
    "post": "record",
    "del": "part",
    "egenskap": "property",
    "deltagande": "participation",
    "annat": "other",
    "omrade": "area",
    "malgrupp": "target_group",
    "uppfoljning": "evidence",
    "typ": "work_type",
    "slag": "kind",
    "kommun": "municipality",
    "stadsdel": "district",
    "sektor": "sector",
    "forskning": "research",
}


class Sheet:
    """The lines of one query. Prefixes are declared as terms need them."""

    def __init__(self, language: str, says: Says) -> None:
        self.language = language
        self.says = says
        self._prefixes: dict[str, str] = {}
        self._head: list[str] = []
        self._lines: list[str] = []

    def head(self, text: str) -> None:
        """A comment above the whole query."""
        self._head.append(_comment(text))

    def add(self, *lines: str) -> None:
        """Lines of the query as they stand; what is put into them comes from the other methods."""
        self._lines += lines

    def comment(self, text: str) -> None:
        """A comment inside the braces, after an empty line."""
        self._lines += ["", "  " + _comment(text)]

    def var(self, name: str) -> str:
        """A variable, by its Swedish name, of which each part has an English one."""
        words = name.split("_")
        known = [_ENGLISH.get(each, each) for each in words] if self.language == "en" else words
        return "?" + re.sub(r"[^A-Za-z0-9_]", "_", "_".join(known))

    def iri(self, iri: str) -> str:
        """An IRI, by its prefix where that can be. Raises ValueError for what is no IRI."""
        for prefix, namespace in self._namespaces(iri):
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and _LOCAL.fullmatch(local):
                self._prefixes[prefix] = namespace
                return f"{prefix}:{local}"
        if not _IRI.fullmatch(iri):
            raise ValueError(f"no IRI: {iri!r}")
        return f"<{iri}>"

    def path(self, *steps: str | Sequence[str]) -> str:
        """A property path: each step one predicate, or several of which any will do."""
        return "/".join(self._step(each) for each in steps)

    def name(self, thing: str, predicate: str, named: str) -> None:
        """The name of what a variable stands for, in the reader's language, else in Swedish; empty without one."""
        said = self.iri(predicate)
        if self.language == "sv":
            self.add(f'  OPTIONAL {{ {thing} {said} {named} . FILTER (LANG({named}) = "sv") }}')
            return
        code = self.language
        self.add(
            f'  OPTIONAL {{ {thing} {said} {named}_{code} . FILTER (LANG({named}_{code}) = "{code}") }}',
            f'  OPTIONAL {{ {thing} {said} {named}_sv . FILTER (LANG({named}_sv) = "sv") }}',
            f"  BIND (COALESCE({named}_{code}, {named}_sv) AS {named})",
        )

    def text(self) -> str:
        """The whole query."""
        declared = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(self._prefixes.items())]
        return "\n".join([*self._head, *declared, "", *self._lines]) + "\n"

    def _step(self, step: str | Sequence[str]) -> str:
        if isinstance(step, str):
            return self.iri(step)
        several = [self.iri(each) for each in step]
        return several[0] if len(several) == 1 else f"({'|'.join(several)})"

    def _namespaces(self, iri: str) -> Iterable[tuple[str, str]]:
        yield from PREFIXES.items()
        scheme = iri.removeprefix(CONCEPT.iri).partition("/")[0]
        if iri.startswith(CONCEPT.iri) and _SCHEME.fullmatch(scheme) and scheme not in PREFIXES:
            yield scheme, f"{CONCEPT.iri}{scheme}/"


def string(text: str) -> str:
    """A text as a SPARQL string."""
    return '"' + _UNSAFE.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    return _NAMED_ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _comment(text: str) -> str:
    """A comment ends with its line, so the text may have no other."""
    line = " ".join(_UNSAFE.sub(lambda found: found[0] if found[0] in '"\\' else " ", text).split())
    return "# " + (line if len(line) <= _LONGEST_COMMENT else line[:_LONGEST_COMMENT].rstrip() + "…")
