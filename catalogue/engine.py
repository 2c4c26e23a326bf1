"""The SHACL engine: pyshacl judges records by the shapes, and says what it found as plain data."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyshacl.shape
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl import Validator
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shapes_graph import ShapesGraph

from catalogue.descriptions import Description
from catalogue.findings import Finding
from catalogue.namespaces import PIVI, RDF, RDFS, SH, SKOS, XSD
from catalogue.shape_graph import Term
from catalogue.shapes import Shapes

_XSD_STRING = XSD.string
_ZONE = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?"
_DAY = r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
# The literals that rdflib may turn into values, by datatype and lexical form. It would warn of ill-typed ones
# and parse others, such as rdf:XMLLiteral, and follow what is in them.
_VALUES = {
    XSD.boolean: re.compile("true|false|0|1"),
    XSD.integer: re.compile(r"[+-]?[0-9]{1,1000}"),
    XSD.decimal: re.compile(r"[+-]?([0-9]{1,1000}(\.[0-9]{0,1000})?|\.[0-9]{1,1000})"),
    XSD.date: re.compile(_DAY + _ZONE),
    XSD.dateTime: re.compile(_DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?" + _ZONE),
}
_OPAQUE = "urn:x-datatype:"


class Engine:
    """pyshacl with the shapes of the catalogue, prepared once. Not for use by two threads at a time."""

    def __init__(self, shapes: Shapes) -> None:
        # pyshacl looks each predicate of a shape up among its parameters, in a list: a set saves a third.
        parameters = (frozenset(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)
        vars(pyshacl.shape)["CONSTRAINT_PARAMS"] = parameters
        # A logger of its own, registered nowhere: what pyshacl logs is said in the results.
        self._log = logging.Logger("pyshacl", logging.CRITICAL)
        graph = rdflib.Graph()
        for triple in shapes.triples:
            graph.add(_to_rdflib(triple))
        self._shapes_graph = ShapesGraph(graph, False, self._log)
        # Harvested before use: a graph that is not would skip property shapes that have IRIs.
        by_iri = {str(shape.node): shape for shape in self._shapes_graph.shapes}
        # The shapes of a class, its superclasses' among them: sh:targetClass is told by the types alone.
        self._of_type = {
            type: [
                by_iri[shape.value]
                for each in shapes.superclasses(type)
                for shape in shapes.graph.subjects(SH.targetClass, NamedNode(each))
            ]
            for type in shapes.types
        }
        self._subclasses = [
            Triple(NamedNode(type), RDFS.subClassOf, NamedNode(above))
            for type in shapes.types
            for above in shapes.superclasses(type)
            if above != type
        ]

    def findings(
        self, records: Iterable[Iterable[Triple]], described: Mapping[str, Description]
    ) -> list[Finding]:
        """Judge every typed subject of the records.

        `described` holds what is known of the IRIs that they point at; an IRI that is not there has
        no class and no scheme.
        """
        graph = rdflib.Graph()
        subjects: dict[Any, set[str]] = defaultdict(set)
        for triples in records:
            for triple in triples:
                if isinstance(triple.object, Triple):
                    continue  # triple terms have no SHACL
                converted = _to_rdflib(triple)
                graph.add(converted)
                if triple.predicate == RDF.type and isinstance(triple.object, NamedNode):
                    subjects[converted[0]].add(triple.object.value)
        for triple in (*self._subclasses, *_as_triples(described)):
            graph.add(_to_rdflib(triple))
        return self._judge(graph, subjects)

    def _judge(self, graph: rdflib.Graph, subjects: Mapping[Any, set[str]]) -> list[Finding]:
        validator = Validator(
            DataGraph.from_rdflib(graph),
            shacl_graph=self._shapes_graph.graph,
            options={"logger": self._log, "inplace": True},
        )
        validator.shacl_graph = self._shapes_graph
        executor = validator.make_executor()
        focus_nodes: dict[Any, list[Any]] = defaultdict(list)
        for subject, types in subjects.items():
            for shape in dict.fromkeys(shape for type in types for shape in self._of_type.get(type, ())):
                focus_nodes[shape].append(subject)
        found: list[Finding] = []
        for shape, nodes in focus_nodes.items():
            # Each shape is given its focus nodes. The option focus_nodes will not do: it would hold for
            # nested shapes too, so that no sh:node, sh:not or sh:qualifiedValueShape looked at a value.
            _, results = shape.validate(executor, validator.data_graph, focus=nodes)
            for _, node, triples in results:
                found.append(_finding(node, triples))
        return found


def _as_triples(described: Mapping[str, Description]) -> Iterable[Triple]:
    for iri, description in described.items():
        subject = NamedNode(iri)
        for predicate, values in (
            (RDF.type, description.types),
            (SKOS.inScheme, description.schemes),
            (PIVI.actorKind, description.kinds),
        ):
            for value in values:
                yield Triple(subject, predicate, NamedNode(value))


def _finding(node: Any, triples: Iterable[tuple[Any, Any, Any]]) -> Finding:
    """Read the triples of one result; those of its details come in the same list."""
    said: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        # A term of the data or the shapes comes with the graph that it is from.
        said[subject][str(predicate)].append(value[1] if isinstance(value, tuple) else value)

    def read(result: Any) -> Finding:
        values = said[result]

        def first(predicate: NamedNode) -> Any:
            return next(iter(values[predicate.value]), None)

        path, value = first(SH.resultPath), first(SH.value)
        return Finding(
            focus=str(first(SH.focusNode)),
            path=str(path) if isinstance(path, rdflib.URIRef) else None,
            value=None if value is None else _from_rdflib(value),
            component=str(first(SH.sourceConstraintComponent)),
            shape=str(first(SH.sourceShape)),
            severity=str(first(SH.resultSeverity)),
            details=tuple(read(each) for each in values[SH.detail.value]),
        )

    return read(node)


def _to_rdflib(triple: Triple) -> tuple[Any, Any, Any]:
    return _term(triple.subject), rdflib.URIRef(triple.predicate.value), _term(triple.object)


def _term(term: object) -> Any:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype == _XSD_STRING:
            # rdflib's plain literals have no datatype; with one they would not equal those of the shapes.
            return rdflib.Literal(term.value)
        datatype = term.datatype.value if _is_value(term) else _opaque(term)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    raise TypeError(f"{term!r} has no counterpart in rdflib")


def _opaque(literal: Literal) -> str:
    """A datatype for one ill-typed literal alone: rdflib does not compare two of the same, and pyshacl falls over that."""
    return f"urn:x-literal:{hashlib.sha256(literal.value.encode()).hexdigest()[:16]}:{_OPAQUE}{literal.datatype.value}"


def _is_value(literal: Literal) -> bool:
    """Whether rdflib can make a value of a literal; one that is ill-typed gets another datatype instead."""
    form = _VALUES.get(literal.datatype)
    if form is None or not form.fullmatch(literal.value):
        return False
    if literal.datatype in (XSD.date, XSD.dateTime):
        try:
            dt.date.fromisoformat(literal.value[:10])
        except ValueError:
            return False
    return True


def _from_rdflib(term: Any) -> Term:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    if term.datatype is None:
        return Literal(str(term))
    return Literal(str(term), datatype=NamedNode(str(term.datatype).rpartition(_OPAQUE)[2]))
