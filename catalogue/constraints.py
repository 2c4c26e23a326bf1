"""The SHACL Core constraints (section 4) as plain functions, each certain or Unsure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from catalogue.descriptions import Description
from catalogue.namespaces import PIVI, RDF, SH, SKOS, XSD
from catalogue.shape_graph import Term
from catalogue.structure import Parsed


class Unsure(Exception):
    """The first look cannot tell; pyshacl can."""


_TYPE, _SCHEME, _KIND = RDF.type.value, SKOS.inScheme.value, PIVI.actorKind.value


@dataclass(frozen=True)
class World:
    """What a shape may look at: the record, and what is known of the IRIs that it points at."""

    record: Parsed
    described: Mapping[str, Description]

    def values(self, node: Term, path: str) -> Sequence[Term]:
        """The objects of `path` at a node."""
        if not isinstance(node, NamedNode):
            return ()
        own = self.record.subjects.get(node.value)
        if own is not None:
            return own.get(path, ())
        known = self.described.get(node.value)
        if known is None:
            return ()
        told = {_TYPE: known.types, _SCHEME: known.schemes, _KIND: known.kinds}.get(path, frozenset())
        return [NamedNode(each) for each in told]


# Whether a focus node conforms to a shape.
Conforms = Callable[[World, Term], bool]
# Whether a focus node and its value nodes meet one constraint of a shape.
Check = Callable[[World, Term, Sequence[Term]], bool]
# Whether one value does.
_Test = Callable[[Term], bool]


def _each(test: _Test) -> Check:
    return lambda world, focus, values: all(map(test, values))


def _each_conforms(shape: Conforms, wanted: bool) -> Check:
    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        for value in values:  # noqa: SIM110 - all() of a generator takes twice the time
            if shape(world, value) is not wanted:
                return False
        return True

    return check


def min_count(limit: int) -> Check:
    return lambda world, focus, values: len(values) >= limit


def max_count(limit: int) -> Check:
    return lambda world, focus, values: len(values) <= limit


def min_length(limit: int) -> Check:
    return _each(lambda value: len(value.value) >= limit)


def max_length(limit: int) -> Check:
    return _each(lambda value: len(value.value) <= limit)


def pattern(expression: str, flags: str) -> Check:
    if set(flags) - {"i"}:
        raise Unsure
    found = re.compile(expression, re.IGNORECASE if "i" in flags else 0).search
    return _each(lambda value: found(value.value) is not None)


def node_kind(kind: NamedNode) -> Check:
    kinds: dict[NamedNode, type] = {SH.IRI: NamedNode, SH.Literal: Literal}
    if kind not in kinds:
        raise Unsure
    wanted = kinds[kind]
    return _each(lambda value: isinstance(value, wanted))


def is_in(members: Sequence[Term]) -> Check:
    if not all(isinstance(member, NamedNode) for member in members):
        raise Unsure
    known = frozenset(members)
    return _each(lambda value: value in known)


def has_value(wanted: Term) -> Check:
    if not isinstance(wanted, NamedNode):
        raise Unsure
    return lambda world, focus, values: wanted in values


def of_class(accepted: frozenset[str]) -> Check:
    """`accepted` holds the class and all its subclasses."""

    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        return all(any(type.value in accepted for type in world.values(value, _TYPE)) for value in values)

    return check


def language_in(languages: Sequence[str]) -> Check:
    known = frozenset(languages)

    def test(value: Term) -> bool:
        if not isinstance(value, Literal) or not value.language:
            return False
        if value.language in known:
            return True
        if "-" in value.language or "*" in known:
            raise Unsure
        return False

    return _each(test)


def unique_language() -> Check:
    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        languages = [each.language for each in values if isinstance(each, Literal) and each.language]
        return len(set(languages)) == len(languages)

    return check


def less_than_or_equals(other: str) -> Check:
    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        return all(
            _comparable(value, limit) <= _comparable(limit, value)
            for value in values
            for limit in world.values(focus, other)
        )

    return check


def min_inclusive(limit: int) -> Check:
    return _each(lambda value: _whole(value) >= limit)


def max_inclusive(limit: int) -> Check:
    return _each(lambda value: _whole(value) <= limit)


def disjoint(other: str) -> Check:
    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        return not set(values) & set(world.values(focus, other))

    return check


def closed(allowed: frozenset[str]) -> Check:
    def check(world: World, focus: Term, values: Sequence[Term]) -> bool:
        if not isinstance(focus, NamedNode):
            raise Unsure
        return world.record.subjects.get(focus.value, {}).keys() <= allowed

    return check


def conforms_to(shape: Conforms) -> Check:
    """sh:node and sh:property: each value conforms to the shape."""
    return _each_conforms(shape, True)


def conforms_not_to(shape: Conforms) -> Check:
    return _each_conforms(shape, False)


def conforms_to_all(shapes: Sequence[Conforms]) -> Check:
    return lambda world, focus, values: all(shape(world, value) for value in values for shape in shapes)


def conforms_to_any(shapes: Sequence[Conforms]) -> Check:
    return lambda world, focus, values: all(any(shape(world, value) for shape in shapes) for value in values)


def qualified(shape: Conforms, least: int) -> Check:
    return lambda world, focus, values: sum(shape(world, value) for value in values) >= least


# ---------------------------------------------------------------- Datatypes

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")


def datatype(wanted: NamedNode) -> Check:
    """Only forms of values that every engine takes are certain; odd ones, such as year 0, are not."""
    if wanted == RDF.langString:
        return _each(lambda value: isinstance(value, Literal) and bool(value.language))
    plain = _PLAIN.get(wanted)
    if plain is None:
        raise Unsure

    def test(value: Term) -> bool:
        if not isinstance(value, Literal) or value.datatype != wanted:
            return False
        if not plain(value.value):
            raise Unsure
        return True

    return _each(test)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _parses(dt.date.fromisoformat, text)


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None and _parses(dt.datetime.fromisoformat, text)


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_PLAIN: dict[NamedNode, Callable[[str], bool]] = {
    XSD.string: lambda text: True,
    XSD.boolean: lambda text: text in ("true", "false"),
    XSD.integer: lambda text: _INTEGER.fullmatch(text) is not None,
    XSD.date: _is_date,
    XSD.dateTime: _is_time,
}


def _whole(value: Term) -> int:
    if isinstance(value, Literal) and value.datatype == XSD.integer and _INTEGER.fullmatch(value.value):
        return int(value.value)
    raise Unsure


def _comparable(value: Term, other: Term) -> str:
    """A date or a time as text that sorts as it does; both must be of one kind and one time zone."""
    if not isinstance(value, Literal) or not isinstance(other, Literal) or value.datatype != other.datatype:
        raise Unsure
    if value.datatype == XSD.date and _is_date(value.value) and _is_date(other.value):
        return value.value
    if value.datatype == XSD.dateTime and _is_time(value.value) and _is_time(other.value):
        one, two = _TIME.fullmatch(value.value), _TIME.fullmatch(other.value)
        if one and two and one[2] == two[2]:
            return one[1]
    raise Unsure
