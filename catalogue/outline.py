"""What records say of themselves to others, and what they point at: read from their lines, without parsing."""

from __future__ import annotations

from catalogue.descriptions import Description
from catalogue.namespaces import PIVI, RDF, SKOS
from catalogue.shapes import Shapes

_TOLD = tuple(f"<{each.value}>".encode() for each in (RDF.type, SKOS.inScheme, PIVI.actorKind))


class Outline:
    """Collects the descriptions of many records and tells what each refers to.

    References are the values of fields that hold records or concepts. Parts of records are left out:
    only their own record may refer to them.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.described: dict[str, Description] = {}
        self._shared: dict[Description, Description] = {}
        self._references = frozenset(
            f"<{field.path}>".encode()
            for type in shapes.types
            for field in shapes.form(type).properties
            if field.target_class or field.scheme
        )

    def add(self, record: bytes) -> None:
        """Describe a record; `record` is its canonical N-Triples."""
        told: dict[bytes, set[str]] = {}
        subject = b""
        for line in record.splitlines():
            subject, predicate, rest = (*line.split(b" ", 2), b"", b"")[:3]
            if predicate in _TOLD and rest.startswith(b"<") and b"#" not in subject:
                told.setdefault(predicate, set()).add(_iri(rest))
        if told:
            description = Description(*(frozenset(told.get(each, ())) for each in _TOLD))
            # Most records of a load are described alike.
            self.described[_iri(subject).partition("#")[0]] = self._shared.setdefault(
                description, description
            )

    def references(self, record: bytes) -> set[str]:
        """The IRIs of the records and concepts that a record refers to."""
        found: set[str] = set()
        for line in record.splitlines():
            _, predicate, rest = (*line.split(b" ", 2), b"", b"")[:3]
            if predicate in self._references and rest.startswith(b"<"):
                found.add(_iri(rest))
        return found


def _iri(token: bytes) -> str:
    """The IRI of a token `<…>`, with what may stand after it in a line."""
    return token[1 : token.find(b">")].decode("utf-8", "replace")
