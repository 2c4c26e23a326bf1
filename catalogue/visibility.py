"""Which lines of a record may leave the journal: a filter on canonical N-Triples that parses nothing.

The default is to keep back: a property that no shape of the subject's class names is internal,
so neither a misspelt nor a retired property leaks, nor one of a record that was loaded unchecked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property

from catalogue.fields import Visibility

_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
# How far a line may go: the higher, the less far.
_LEVELS = {Visibility.PUBLIC: 0, Visibility.PAGE_ONLY: 1, Visibility.INTERNAL: 2}
_INTERNAL = _LEVELS[Visibility.INTERNAL]
_NONE: frozenset[bytes] = frozenset()


class _Class:
    """The predicates of a class, each as the token of an N-Triples line, `<iri>`, with its level."""

    def __init__(self, levels: Mapping[bytes, int]) -> None:
        self.levels = dict(levels)
        self.public = frozenset(token for token, level in levels.items() if level == 0)

    def __or__(self, other: _Class) -> _Class:
        """A subject of two classes: the stricter of them decides."""
        tokens = {**self.levels, **other.levels}
        return _Class({token: max(self.levels.get(token, 0), other.levels.get(token, 0)) for token in tokens})


_UNKNOWN = _Class({})


class LineFilter:
    """Picks the lines of records. `classes` maps the IRI of each class to what it says of its predicates."""

    def __init__(self, classes: Mapping[str, Mapping[str, Visibility]]) -> None:
        self._classes = {
            iri.encode(): _Class(
                {_TYPE: 0} | {f"<{path}>".encode(): _LEVELS[where] for path, where in predicates.items()}
            )
            for iri, predicates in classes.items()
        }

    @cached_property
    def digest(self) -> str:
        """What tells these rules from others."""
        said = sorted((iri, sorted(known.levels.items())) for iri, known in self._classes.items())
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    def public(self, record: bytes, type: str) -> bytes:
        """The lines that may be published. `record` is one record's canonical N-Triples, `type` its class.

        Of a part of the record (a fragment) its own class decides. A part that a private property
        points at is private as a whole.
        """
        rows = [line.split(b" ", 2) for line in record.splitlines()]
        allowed = {subject: known.public for subject, known in self._subjects(rows, type).items()}
        for subject, predicate, _ in rows:
            if predicate not in allowed.get(subject, _NONE):
                return self._at(0, rows, type)
        return record

    def page_only(self, record: bytes, type: str) -> bytes:
        """The lines that are shown on the record's own page and nowhere else."""
        return self._at(1, [line.split(b" ", 2) for line in record.splitlines()], type)

    def _subjects(self, rows: list[list[bytes]], type: str) -> dict[bytes, _Class]:
        """What is known of the record and of each part of it, by its token. An untyped part is left out."""
        subjects: dict[bytes, _Class] = {}
        for subject, rest in [(subject, rest) for subject, predicate, rest in rows if predicate == _TYPE]:
            if b"#" in subject:
                of_type = self._classes.get(rest[1 : rest.rfind(b">")], _UNKNOWN)
                subjects[subject] = subjects[subject] | of_type if subject in subjects else of_type
        if rows:
            record = rows[0][0].partition(b"#")[0].removesuffix(b">") + b">"
            subjects[record] = self._classes.get(type.encode(), _UNKNOWN)
        return subjects

    def _at(self, level: int, rows: list[list[bytes]], type: str) -> bytes:
        """The lines of exactly one level."""
        subjects = self._subjects(rows, type)
        reach = dict.fromkeys((subject for subject, _, _ in rows), 0)
        levels = [0] * len(rows)
        changed = True
        while changed:  # a part may lead on to another part
            changed = False
            for number, (subject, predicate, rest) in enumerate(rows):
                says = subjects.get(subject, _UNKNOWN).levels.get(predicate, _INTERNAL)
                levels[number] = max(says, reach[subject])
                target = rest[: rest.rfind(b" ")]
                if reach.get(target, _INTERNAL) < levels[number] and b"#" in target:
                    reach[target] = levels[number]
                    changed = True
        return b"".join(b" ".join(row) + b"\n" for row, at in zip(rows, levels, strict=True) if at == level)
