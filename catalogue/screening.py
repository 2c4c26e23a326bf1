"""A first look at many records: which of them surely conform, so that pyshacl need judge only the others.

The shapes are compiled into plain functions for the Core constraints (SHACL, section 4) that they use.
Whatever is not certain, be it a constraint, a datatype or a form of a value that is not handled,
raises Unsure, and the record goes to pyshacl. So a gap costs time; that no record slips through is
what the tests of agreement are for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pyoxigraph import NamedNode

from catalogue import constraints
from catalogue.constraints import Check, Conforms, Unsure, World
from catalogue.descriptions import Description
from catalogue.namespaces import PIVI, RDF, RDFS, SH
from catalogue.shape_graph import Term
from catalogue.shapes import Shapes
from catalogue.structure import Parsed

# What stands at a shape and is no constraint, or is read together with one.
_SILENT = frozenset(
    (
        *(SH.path, SH.name, SH.description, SH.order, SH.group, SH.message, SH.severity, SH.flags),
        *(SH.targetClass, SH.qualifiedMinCount, SH.ignoredProperties, RDF.type, RDFS.comment, RDFS.label),
    )
)


class Screening:
    """The shapes, compiled once. `passes` may be called from any thread."""

    def __init__(self, shapes: Shapes) -> None:
        compiler = _Compiler(shapes)
        self._of_type = {
            type: tuple(
                compiler.shape(shape)
                for each in shapes.superclasses(type)
                for shape in shapes.graph.subjects(SH.targetClass, NamedNode(each))
            )
            for type in shapes.types
        }

    def passes(self, record: Parsed, described: Mapping[str, Description]) -> bool:
        """Whether every subject of the record surely conforms to the shapes of its classes, without a warning."""
        world = World(record, described)
        try:
            return all(
                conforms(world, NamedNode(subject))
                for subject in record.subjects
                for type in record.types(subject)
                for conforms in self._of_type.get(type, ())
            )
        except Unsure:
            return False


class _Compiler:
    """Turns shapes into functions."""

    def __init__(self, shapes: Shapes) -> None:
        self._graph = shapes.graph
        self._shapes = shapes
        self._done: dict[object, Conforms] = {}

    def shape(self, shape: object) -> Conforms:
        """Whether a focus node conforms to a node or property shape."""
        if shape not in self._done:
            # Until it is compiled: a shape that refers to itself is not certain.
            self._done[shape] = _unsure
            self._done[shape] = self._compiled(shape)
        return self._done[shape]

    def _compiled(self, shape: object) -> Conforms:
        try:
            path = self._path(shape)
            checks = [
                check
                for predicate in self._graph.predicates(shape)
                if predicate not in _SILENT and not predicate.value.startswith(PIVI.iri)
                for check in self._checks(shape, predicate)
            ]
        except Unsure:
            return _unsure

        def conforms(world: World, focus: Term) -> bool:
            values: Sequence[Term] = (focus,)
            for step in path:
                found = [each for node in values for each in world.values(node, step)]
                # The value nodes are a set (SHACL, section 2.3.3).
                values = list(dict.fromkeys(found)) if len(values) > 1 else found
            for check in checks:  # noqa: SIM110 - all() of a generator takes twice the time
                if not check(world, focus, values):
                    return False
            return True

        return conforms

    def _path(self, shape: object) -> tuple[str, ...]:
        path = next(iter(self._graph.all(shape, SH.path)), None)
        if path is None:
            return ()
        steps = [path] if isinstance(path, NamedNode) else self._graph.list(shape, SH.path)
        if not steps or not all(isinstance(step, NamedNode) for step in steps):
            raise Unsure
        return tuple(step.value for step in steps)

    def _checks(self, shape: object, predicate: NamedNode) -> Sequence[Check]:
        compile = _CONSTRAINTS.get(predicate)
        if compile is None:
            raise Unsure
        return compile(self, shape, self._graph.all(shape, predicate))

    def shapes(self, shapes: Sequence[Term]) -> list[Conforms]:
        return [self.shape(each) for each in shapes]

    def members(self, shape: object, predicate: NamedNode) -> list[Term]:
        return self._graph.list(shape, predicate)

    def patterns(self, shape: object) -> list[Check]:
        flags = "".join(self._graph.texts(shape, SH.flags))
        return [constraints.pattern(each, flags) for each in self._graph.texts(shape, SH.pattern)]

    def qualified(self, shape: object, wanted: Term) -> Check:
        return constraints.qualified(self.shape(wanted), self._graph.whole(shape, SH.qualifiedMinCount) or 0)

    def of_class(self, wanted: Term) -> Check:
        above = (type for type in self._shapes.types if wanted.value in self._shapes.superclasses(type))
        return constraints.of_class(frozenset((wanted.value, *above)))

    def closed(self, shape: object, closed: Term) -> list[Check]:
        if closed.value != "true":
            return []
        ignored = self._graph.list(shape, SH.ignoredProperties)
        paths = [self._graph.iri(each, SH.path) for each in self._graph.all(shape, SH.property)]
        return [constraints.closed(frozenset(each.value for each in (*ignored, *paths) if each is not None))]


def _unsure(world: World, focus: Term) -> bool:
    raise Unsure


_Compile = Callable[[_Compiler, object, list[Term]], Sequence[Check]]


def _whole(make: Callable[[int], Check]) -> _Compile:
    return lambda compiler, shape, limits: [make(int(each.value)) for each in limits]


def _iri(make: Callable[[str], Check]) -> _Compile:
    return lambda compiler, shape, limits: [make(each.value) for each in limits]


# How each constraint parameter of a shape is compiled.
_CONSTRAINTS: dict[NamedNode, _Compile] = {
    SH.minCount: _whole(constraints.min_count),
    SH.maxCount: _whole(constraints.max_count),
    SH.minLength: _whole(constraints.min_length),
    SH.maxLength: _whole(constraints.max_length),
    SH.minInclusive: _whole(constraints.min_inclusive),
    SH.maxInclusive: _whole(constraints.max_inclusive),
    SH.lessThanOrEquals: _iri(constraints.less_than_or_equals),
    SH.disjoint: _iri(constraints.disjoint),
    SH.pattern: lambda compiler, shape, limits: compiler.patterns(shape),
    SH.datatype: lambda compiler, shape, limits: [constraints.datatype(_node(each)) for each in limits],
    SH.nodeKind: lambda compiler, shape, limits: [constraints.node_kind(_node(each)) for each in limits],
    SH.hasValue: lambda compiler, shape, limits: [constraints.has_value(each) for each in limits],
    SH["class"]: lambda compiler, shape, limits: [compiler.of_class(each) for each in limits],
    SH["in"]: lambda compiler, shape, limits: [constraints.is_in(compiler.members(shape, SH["in"]))],
    SH.languageIn: lambda compiler, shape, limits: [
        constraints.language_in([each.value for each in compiler.members(shape, SH.languageIn)])
    ],
    SH.uniqueLang: lambda compiler, shape, limits: [
        constraints.unique_language() for each in limits if each.value == "true"
    ],
    SH.closed: lambda compiler, shape, limits: compiler.closed(shape, limits[0]),
    SH.node: lambda compiler, shape, limits: [
        constraints.conforms_to(each) for each in compiler.shapes(limits)
    ],
    SH.property: lambda compiler, shape, limits: [
        constraints.conforms_to(each) for each in compiler.shapes(limits)
    ],
    SH["not"]: lambda compiler, shape, limits: [
        constraints.conforms_not_to(each) for each in compiler.shapes(limits)
    ],
    SH["and"]: lambda compiler, shape, limits: [
        constraints.conforms_to_all(compiler.shapes(compiler.members(shape, SH["and"])))
    ],
    SH["or"]: lambda compiler, shape, limits: [
        constraints.conforms_to_any(compiler.shapes(compiler.members(shape, SH["or"])))
    ],
    SH.qualifiedValueShape: lambda compiler, shape, limits: [
        compiler.qualified(shape, each) for each in limits
    ],
}


def _node(term: Term) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise Unsure
    return term
