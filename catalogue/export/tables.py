"""Records as a table: a row each, a column for each public field, for spreadsheets and programs (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.errors import N_, InvalidInput
from catalogue.fields import PropertyField, Visibility
from catalogue.jsonld import Context
from catalogue.namespaces import DCT, PROV
from catalogue.records import Node
from catalogue.shapes import Shapes
from catalogue.turtle import record_iri

_LANGUAGES = ("sv", "en")
# Of our own texts; metadata alone is freer, but a row has both.
_LICENCE = "http://creativecommons.org/licenses/by/4.0/"
_BETWEEN = "; "
_WITHIN = ", "
# So that a spreadsheet takes the file for UTF-8.
_BOM = "\ufeff"
# What a spreadsheet would run as a formula, also after blanks; a plain number is none.
_FORMULA = re.compile(r"[\s\x00]*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_MOST_SHOWN = 60


class _Kind(Enum):
    """What a column says of the values of its field."""

    IRI = "iri"
    NAME = "name"
    TEXT = "text"
    PLAIN = "plain"
    PART = "part"


@dataclass(frozen=True)
class Column:
    """A column: its heading, and which values of which property it holds; `language` of texts.

    `otherwise` is what a record that says nothing has there.
    """

    name: str
    path: str
    kind: _Kind
    language: str = ""
    otherwise: str = ""


def columns(shapes: Shapes, context: Context, type: str, base: str) -> tuple[Column, ...]:
    """The columns of records of a class: the IRI, the public fields in the order of the form, and whose it is.

    They are called as in the catalogue's JSON-LD. Texts have a column for each language (`title.sv`), what
    points at another record one with its name (`area`) and one with its IRI (`area.iri`). The last three tell
    where a record was read (`source`; `base` for our own), under which licence, and when (`retrieved`).
    """
    found = [Column("iri", "", _Kind.IRI)]
    for field in shapes.form(type).properties:
        if field.visibility is Visibility.PUBLIC:
            found += _of(shapes, context.term(field.path).key, field)
    whose = (
        Column("source", PROV.hadPrimarySource.value, _Kind.PLAIN, otherwise=base),
        Column("license", DCT.license.value, _Kind.PLAIN, otherwise=_LICENCE),
        Column("retrieved", DCT.dateAccepted.value, _Kind.PLAIN),
    )
    # A vocabulary names its licence itself.
    known = {each.name for each in found}
    return (*found, *(each for each in whose if each.name not in known))


def _of(shapes: Shapes, key: str, field: PropertyField) -> list[Column]:
    if field.target_class and shapes.is_part(field.target_class):
        return [Column(key, field.path, _Kind.PART)]
    if any(each.endswith("langString") for each in field.datatypes) or field.languages:
        return [
            Column(f"{key}.{code}", field.path, _Kind.TEXT, code) for code in field.languages or _LANGUAGES
        ]
    if field.datatypes:
        return [Column(key, field.path, _Kind.PLAIN)]
    return [Column(key, field.path, _Kind.NAME), Column(f"{key}.iri", field.path, _Kind.IRI)]


def chosen(known: Sequence[Column], asked: Iterable[str]) -> tuple[Column, ...]:
    """The columns that are asked for, by names with commas between, in that order; all when none is.

    Raises InvalidInput for a name that is none of them.
    """
    names = [name.strip() for each in asked for name in each.split(",") if name.strip()]
    by_name = {column.name: column for column in known}
    for name in names:
        if name not in by_name:
            raise InvalidInput(
                N_("kolumner har ”%(value)s”, som inte finns. De som finns: %(known)s."),
                value=name[:_MOST_SHOWN],
                known=", ".join(by_name),
            )
    return tuple(by_name[name] for name in dict.fromkeys(names)) or tuple(known)


def row(
    columns: Sequence[Column], iri: str, triples: Iterable[Triple], name: Callable[[str], str], language: str
) -> list[str]:
    """The cells of a record. `name` tells what an IRI is called; parts of the record are put in words."""
    node = Node(iri, tuple(triples))
    return [_BETWEEN.join(_values(node, column, name, language)) or column.otherwise for column in columns]


def _values(node: Node, column: Column, name: Callable[[str], str], language: str) -> list[str]:
    if not column.path:
        return [node.iri]
    predicate = NamedNode(column.path)
    match column.kind:
        case _Kind.TEXT:
            return [str(text) for text in node.texts(predicate) if text.language == column.language]
        case _Kind.PLAIN:
            return [value.value for value in node.literals(predicate)] + list(node.iris(predicate))
        case _Kind.PART:
            return [_part(node, iri, name, language) for iri in sorted(node.iris(predicate))]
    # The names in the order of their IRIs, so that both columns go together.
    iris = sorted(node.iris(predicate))
    return [name(iri) for iri in iris] if column.kind is _Kind.NAME else iris


def _part(node: Node, iri: str, name: Callable[[str], str], language: str) -> str:
    """A part of the record in words: what it says, its classes aside."""
    if record_iri(iri) != node.iri:
        return name(iri)
    part = Node(iri, node.triples, node.by_subject)
    said: list[str] = []
    for predicate in part.predicates:
        if not predicate.value.endswith("#type"):
            said += _words(part, predicate, name, language)
    return _WITHIN.join(said)


def _words(part: Node, predicate: NamedNode, name: Callable[[str], str], language: str) -> Iterator[str]:
    literals = part.literals(predicate)
    if any(each.language for each in literals):
        yield from (str(text) for text in part.all_texts(predicate, language))
    else:
        yield from (each.value for each in literals if isinstance(each, Literal))
    for iri in part.iris(predicate):
        yield iri.removeprefix("mailto:") if iri.startswith("mailto:") else name(iri)


def written(columns: Sequence[Column], rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """The table as UTF-8 that a spreadsheet opens as text: with a byte order mark, and no cell that is a formula.

    A cell that would be one has an apostrophe before it, which spreadsheets do not show.
    """
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_safe(cell) for cell in cells] for cells in rows)
    return out.getvalue().encode()


def _safe(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
