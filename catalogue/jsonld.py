"""JSON-LD that reads as plain JSON: short keys, texts by language, and parts in the place where they belong.

The keys come from the ontology and the shapes. Each document carries what it needs of the context with it, so
that no reader has to fetch anything; the whole context is for those who write.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.fields import PropertyField, Visibility
from catalogue.namespaces import AS, PREFIXES, RDF, SH, XSD
from catalogue.shapes import Shapes

Json = dict[str, object]
_Said = dict[str, dict[str, list[NamedNode | Literal]]]

_LANGUAGE = "@language"
_IRI = "@id"
_TYPE = RDF.type.value
_TEXT = RDF.langString.value
_STRING = XSD.string.value
_INTEGER = XSD.integer.value
_BOOLEAN = XSD.boolean.value
_PREFIXES = PREFIXES | {"as": AS.iri}
# Where numbers stop being exact in JSON (RFC 8259, section 6).
_EXACT = 2**53


@dataclass(frozen=True)
class Term:
    """A key: the IRI that it stands for, and how its values are written.

    `values` is `@language` for texts by language, `@id` for IRIs, the IRI of a datatype, or empty where each
    value says itself what it is.
    """

    key: str
    iri: str
    values: str = ""


class Context:
    """The keys of the catalogue's JSON-LD. A key is never given another meaning."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {each.iri: each for each in terms}

    @classmethod
    def of(cls, shapes: Shapes) -> Context:
        """The context of what the shapes let out: a key for each property and for each class of theirs.

        The key is the last part of the IRI; where two have the same, the later one has its prefix before it.
        """
        fields: dict[str, list[PropertyField]] = defaultdict(list)
        for type in shapes.types:
            for field in shapes.form(type).properties:
                if field.visibility is Visibility.PUBLIC:
                    fields[field.path].append(field)
        taken = set(_PREFIXES)
        values = {path: _values(found) for path, found in fields.items()} | dict.fromkeys(shapes.types, "")
        terms = []
        for iri in sorted(values, key=_precedence):
            key = _local(iri)
            if key in taken:
                key = _compact(iri)
            taken.add(key)
            terms.append(Term(key, iri, values[iri]))
        return cls(terms)

    def term(self, iri: str) -> Term:
        """The key of a property or class; what has none is written with its prefix, or whole."""
        return self._terms.get(iri) or Term(_compact(iri), iri)

    @cached_property
    def document(self) -> bytes:
        """The whole context, as it is published."""
        whole = {"@context": self.definitions(self._terms.values())}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the context does."""
        return hashlib.sha256(self.document).hexdigest()[:12]

    def definitions(self, terms: Iterable[Term]) -> Json:
        """The part of a context that defines these keys, with the prefixes that they need."""
        defined: Json = {}
        prefixes: set[str] = set()
        for term in sorted(terms, key=lambda each: each.key.lower()):
            compact = _compact(term.iri)
            datatype = _compact(term.values) if term.values.startswith("http") else term.values
            prefixes.update(each.partition(":")[0] for each in (compact, datatype))
            if term.values == _LANGUAGE:
                defined[term.key] = {"@id": compact, "@container": "@language"}
            elif term.values:
                defined[term.key] = {"@id": compact, "@type": datatype}
            elif term.key != compact:
                defined[term.key] = compact
        return {name: iri for name, iri in _PREFIXES.items() if name in prefixes} | defined

    def written(self, records: Sequence[str], triples: Iterable[Triple]) -> bytes:
        """The triples as JSON-LD, the records in the given order.

        Parts of records, and what is said of other things, stand where they are first pointed at.
        """
        said: _Said = {}
        for triple in triples:
            if isinstance(triple.subject, NamedNode) and not isinstance(triple.object, (BlankNode, Triple)):
                own = said.setdefault(triple.subject.value, {})
                own.setdefault(triple.predicate.value, []).append(triple.object)
        writing = _Writing(self, said, frozenset(records))
        nodes = [writing.node(iri) for iri in records if iri in said]
        while writing.left:
            nodes.append(writing.node(next(iter(writing.left))))
        body = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
        return _written({"@context": self.definitions(writing.used), **body})


class _Writing:
    """One document in the making. `left` are the subjects that are not written yet."""

    def __init__(self, context: Context, said: _Said, records: frozenset[str]) -> None:
        self.used: set[Term] = set()
        self.left = dict.fromkeys(said)
        self._context = context
        self._said = said
        self._records = records

    def node(self, iri: str) -> Json:
        """A node with what is said of it, which is then written."""
        del self.left[iri]
        node: Json = {"@id": iri}
        said = self._said[iri]
        types = [self._key(each.value).key for each in said.get(_TYPE, ()) if isinstance(each, NamedNode)]
        if types:
            node["@type"] = types[0] if len(types) == 1 else types
        for predicate, values in said.items():
            if predicate != _TYPE:
                term = self._key(predicate)
                for key, value in self._valued(term, values):
                    node[key] = value
        return node

    def _key(self, iri: str) -> Term:
        term = self._context.term(iri)
        self.used.add(term)
        return term

    def _valued(self, term: Term, values: list[NamedNode | Literal]) -> Iterator[tuple[str, object]]:
        """The values under their key; those that the key is not made for under the whole IRI."""
        fitting = [each for each in values if _fits(term, each)]
        if term.values == _LANGUAGE and fitting:
            texts: dict[str, list[object]] = {}
            for each in fitting:
                if isinstance(each, Literal):
                    texts.setdefault(each.language or "", []).append(each.value)
            ordered = sorted(texts, key=lambda language: (language != "sv", language))
            yield term.key, {language: _one_or_all(texts[language]) for language in ordered}
        elif fitting:
            yield term.key, _one_or_all([self._value(term, each) for each in fitting])
        others = [each for each in values if not _fits(term, each)]
        if others:
            plain = Term(term.iri, term.iri)
            yield plain.key, _one_or_all([self._value(plain, each) for each in others])

    def _value(self, term: Term, value: NamedNode | Literal) -> object:
        if isinstance(value, NamedNode):
            if value.value in self.left and value.value not in self._records:
                return self.node(value.value)
            return value.value if term.values == _IRI else {"@id": value.value}
        return _literal(term, value)


def _fits(term: Term, value: NamedNode | Literal) -> bool:
    if not term.values:
        return True
    if isinstance(value, NamedNode):
        return term.values == _IRI
    if term.values == _LANGUAGE:
        return value.language is not None and value.direction is None
    return value.datatype.value == term.values


def _literal(term: Term, literal: Literal) -> object:
    datatype = literal.datatype.value
    if term.values == datatype or datatype == _STRING:
        return literal.value
    if literal.language is not None:
        return {"@value": literal.value, "@language": literal.language}
    if datatype == _BOOLEAN and literal.value in ("true", "false"):
        return literal.value == "true"
    if datatype == _INTEGER and _is_exact(literal.value):
        return int(literal.value)
    return {"@value": literal.value, "@type": datatype}


def _is_exact(text: str) -> bool:
    """Whether JSON's number is written just as the literal is."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and str(int(text)) == text and abs(int(text)) < _EXACT


def _values(fields: list[PropertyField]) -> str:
    """How the values of a property are written, if all that say something of it agree."""
    kinds = set()
    for field in fields:
        if field.node_kind == SH.IRI.value or field.target_class or field.scheme:
            kinds.add(_IRI)
        else:
            kinds.update(field.datatypes or ("",))
    if len(kinds) != 1:
        return ""
    kind = kinds.pop()
    if kind == _TEXT:
        return _LANGUAGE
    # JSON has strings, numbers and truth of its own.
    return "" if kind in (_STRING, _INTEGER, _BOOLEAN) else kind


def _precedence(iri: str) -> tuple[int, str]:
    """Our own first, then in the order of the prefixes."""
    places = [place for place, namespace in enumerate(_PREFIXES.values()) if iri.startswith(namespace)]
    return (min(places, default=len(_PREFIXES)), iri)


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def _compact(iri: str) -> str:
    fitting = ((name, space) for name, space in _PREFIXES.items() if iri.startswith(space))
    name, space = max(fitting, key=lambda each: len(each[1]), default=("", ""))
    local = iri[len(space) :]
    # A local part that begins with // would be read as a whole IRI (JSON-LD 1.1, section 5.2.2).
    return f"{name}:{local}" if name and local and "/" not in local else iri


def _one_or_all(values: list[object]) -> object:
    return values[0] if len(values) == 1 else values


def _written(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"
