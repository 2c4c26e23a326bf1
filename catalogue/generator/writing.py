"""How generated records are written: addresses, and lines of N-Triples."""

from __future__ import annotations

from collections.abc import Iterable

from catalogue.fragments import LETTERS
from catalogue.namespaces import CONCEPT, PREFIXES

_LENGTH = 6
_REFERENCES = len(LETTERS) ** _LENGTH
# Prime to the number of references, so that no two numbers get the same; large, so that neighbours differ.
_STEP = 161_803_399
# So many numbers each seed has; kinds begin at different ones, so that they seldom share a reference.
_SEED_ROOM = 3_000_017
_FIRST = {"insats": 0, "aktor": 2_000_003}

Line = tuple[str, str, str]


class Writing:
    """Writes records under one base. Terms are given as N-Triples writes them."""

    def __init__(self, base: str, seed: int) -> None:
        self._base = base
        self._offset = seed * _SEED_ROOM

    def iri(self, word: str, number: int) -> str:
        """The IRI of record `number` of a kind: short, opaque, the same for the same seed."""
        rest = (number + _FIRST[word] + self._offset) * _STEP % _REFERENCES
        letters = []
        for _ in range(_LENGTH):
            rest, place = divmod(rest, len(LETTERS))
            letters.append(LETTERS[place])
        return f"{self._base}id/{word}/{''.join(letters)}"


def predicate(name: str) -> str:
    """A property by its prefixed name: `dct:title`."""
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def ref(iri: str) -> str:
    return f"<{iri}>"


def concept(path: str) -> str:
    """A concept by scheme and slug: `omrade/fritid`."""
    return f"<{CONCEPT.iri}{path}>"


def text(value: str, language: str = "sv") -> str:
    """A text. The material holds neither quotation marks nor backslashes, only line breaks."""
    return '"' + value.replace("\n", "\\n") + '"@' + language


def plain(value: str) -> str:
    return f'"{value}"'


def typed(value: object, type: str) -> str:
    return f'"{value}"^^<{PREFIXES["xsd"]}{type}>'


def ntriples(lines: Iterable[Line]) -> bytes:
    return "".join([f"{subject} {name} {value} .\n" for subject, name, value in lines]).encode()
