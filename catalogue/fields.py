"""What the shapes say of a field, as the form, the generic page, the index and the filters read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Wording:
    """A text in Swedish and English; what is missing in one language is said in the other."""

    sv: str = ""
    en: str = ""

    def __getitem__(self, language: str) -> str:
        return (self.en or self.sv) if language == "en" else (self.sv or self.en)

    def __bool__(self) -> bool:
        return bool(self.sv or self.en)


class Visibility(StrEnum):
    """Where a value may go: anywhere, on its record's page only, or nowhere outside the journal."""

    PUBLIC = "public"
    PAGE_ONLY = "page-only"
    INTERNAL = "internal"


@dataclass(frozen=True)
class FieldGroup:
    """A part of the form (`sh:PropertyGroup`)."""

    iri: str
    name: Wording
    order: float


@dataclass(frozen=True)
class PropertyField:
    """One field of a record type: a property shape in the words of a form.

    `path` is the predicate. `datatype` is the first of `datatypes`; both are empty where the value
    is an IRI. `target_class` is the class of the record or part that the value is, `scheme` the
    concept scheme that it is taken from. Lengths are in characters; None means no limit.
    """

    path: str
    name: Wording
    description: Wording
    order: float
    group: FieldGroup | None
    min: int
    max: int | None
    datatypes: tuple[str, ...]
    node_kind: str | None
    target_class: str | None
    scheme: str | None
    visibility: Visibility
    facets: tuple[str, ...]
    facet_order: float | None
    search_weight: float | None
    markdown: bool
    single_line: bool
    languages: tuple[str, ...]
    required_language: str | None
    unique_language: bool
    min_length: int | None
    max_length: int | None
    pattern: str | None
    good_example: Wording
    bad_example: Wording

    @property
    def datatype(self) -> str | None:
        return self.datatypes[0] if self.datatypes else None

    @property
    def required(self) -> bool:
        return self.min > 0


@dataclass(frozen=True)
class NodeForm:
    """The fields of a class in reading order, its superclasses' among them. `part`: a fragment's class."""

    type: str
    name: Wording
    part: bool
    properties: tuple[PropertyField, ...]

    def field(self, path: str) -> PropertyField | None:
        return next((field for field in self.properties if field.path == path), None)

    def groups(self) -> tuple[tuple[FieldGroup | None, tuple[PropertyField, ...]], ...]:
        """The fields in their groups, in order; what has no group comes last."""
        parts: dict[FieldGroup | None, list[PropertyField]] = {}
        for field in self.properties:
            parts.setdefault(field.group, []).append(field)
        return tuple((group, tuple(fields)) for group, fields in parts.items())


@dataclass(frozen=True)
class Facet:
    """A filter of the search: `parameter` in the address, the class it is for, and where its value lies.

    `path` is the predicate, or two where the value lies in a part of the record (`cv:hasParticipation`,
    `pivi:participant`). `field` is the last one's.
    """

    parameter: str
    order: float
    type: str
    path: tuple[str, ...]
    field: PropertyField
