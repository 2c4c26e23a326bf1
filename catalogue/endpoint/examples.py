"""The example queries that come with the catalogue, as they are shown and as RDF.

Each is a file in `questions/`: first comment lines with the question in Swedish and English, its group
and its keywords, then the query. The number before the name orders them. The RDF follows what SIB's
endpoints began: sh:SPARQLExecutable with schema:target and schema:keywords, which query editors read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from catalogue.endpoint.screening import Form, screen
from catalogue.errors import N_, Damaged
from catalogue.namespaces import DCT, OWL, PREFIXES, RDF, RDFS, SH, XSD, Namespace

_FOLDER = Path(__file__).parent.parent / "questions"
_HEAD = re.compile(r"^# (sv|en|grupp|ord): (.+)$")
_GROUPS = {
    "borja": N_("Börja här"),
    "urval": N_("Hitta insatser"),
    "text": N_("Sök i texterna"),
    "kunskap": N_("Uppföljning och forskning"),
    "samverkan": N_("Aktörer och samverkan"),
    "platser": N_("Platser och tid"),
    "begrepp": N_("Begrepp och språk"),
    "graf": N_("Grafer och andra svar"),
}
# With https, as the endpoints that share this convention write it.
_SCHEMA = Namespace("https://schema.org/")
# SHACL 1.0 has no term for a DESCRIBE; this one is SIB's.
_SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
_KINDS = {
    Form.SELECT: (SH.SPARQLSelectExecutable, SH["select"]),
    Form.CONSTRUCT: (SH.SPARQLConstructExecutable, SH.construct),
    Form.ASK: (SH.SPARQLAskExecutable, SH.ask),
    Form.DESCRIBE: (_SPEX.SPARQLDescribeExecutable, _SPEX.describe),
}


@dataclass(frozen=True)
class Example:
    """A query with the question that it answers, by language (`sv`, `en`).

    `name` is an anchor and never changes. `text` begins with the question in both languages, as comments.
    `group` is one of `groups()`. `keywords` are Swedish words of a few letters each.
    """

    name: str
    question: Mapping[str, str]
    text: str
    form: Form
    group: str
    keywords: tuple[str, ...]


def groups() -> Mapping[str, str]:
    """The groups of the examples in the order in which they are shown, with their names to be translated."""
    return _GROUPS


@cache
def examples() -> tuple[Example, ...]:
    """All examples, from the simplest on. Raises Damaged when a file lacks its question or its group."""
    found = [_read(path) for path in sorted(_FOLDER.glob("*.rq"))]
    order = list(_GROUPS)
    return tuple(sorted(found, key=lambda each: order.index(each.group)))


def example(name: str) -> Example | None:
    """The example with this name."""
    return next((each for each in examples() if each.name == name), None)


def examples_as_rdf(address: str, endpoint: str, format: RdfFormat) -> bytes:
    """All examples as one document at `address`, to be put to `endpoint`. Every node has an IRI."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if name in ("dct", "owl", "rdfs", "sh", "xsd")}
    prefixes |= {"schema": _SCHEMA.iri, "spex": _SPEX.iri}
    return ox.serialize(_triples(address, NamedNode(endpoint)), format=format, prefixes=prefixes) or b""


def _triples(address: str, endpoint: NamedNode) -> Iterator[Triple]:
    document = NamedNode(address)
    used: dict[str, str] = {}
    yield Triple(document, RDF.type, OWL.Ontology)
    yield Triple(document, DCT.title, Literal("Exempelfrågor till Pivi", language="sv"))
    yield Triple(document, DCT.title, Literal("Example queries for Pivi", language="en"))
    yield Triple(document, DCT.license, NamedNode("http://creativecommons.org/publicdomain/zero/1.0/"))
    for each in examples():
        used |= screen(each.text, endpoint.value).prefixes
        yield from _executable(each, NamedNode(f"{address}#{each.name}"), document, endpoint)
    # SHACL, section 5.2.1: the prefixes of a document are declared at one node of it.
    declarations = {prefix: NamedNode(f"{address}#prefix-{prefix}") for prefix in sorted(used)}
    for declared in declarations.values():
        yield Triple(document, SH.declare, declared)
    for prefix, declared in declarations.items():
        iri = used[prefix]
        yield Triple(declared, RDF.type, SH.PrefixDeclaration)
        yield Triple(declared, SH["prefix"], Literal(prefix))
        yield Triple(declared, SH.namespace, Literal(iri, datatype=XSD.anyURI))


def _executable(
    shown: Example, subject: NamedNode, document: NamedNode, endpoint: NamedNode
) -> Iterator[Triple]:
    kind, predicate = _KINDS[shown.form]
    yield Triple(subject, RDF.type, SH.SPARQLExecutable)
    yield Triple(subject, RDF.type, kind)
    for language, question in shown.question.items():
        yield Triple(subject, RDFS.label, Literal(question, language=language))
        yield Triple(subject, RDFS.comment, Literal(question, language=language))
    yield Triple(subject, SH.prefixes, document)
    yield Triple(subject, predicate, Literal(shown.text))
    yield Triple(subject, _SCHEMA.target, endpoint)
    for word in shown.keywords:
        yield Triple(subject, _SCHEMA.keywords, Literal(word, language="sv"))


def _read(path: Path) -> Example:
    said: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    while lines and (head := _HEAD.match(lines[0])):
        said[head[1]] = head[2]
        lines.pop(0)
    missing = [each for each in ("sv", "en", "grupp", "ord") if each not in said]
    if missing or said["grupp"] not in _GROUPS:
        raise Damaged(
            N_("Exempelfrågan %(file)s saknar raden %(line)s."),
            file=path.name,
            line=f"# {(missing or ['grupp'])[0]}:",
        )
    body = "\n".join(lines).strip()
    text = f"# {said['sv']}\n# {said['en']}\n{body}\n"
    return Example(
        name=path.stem.partition("-")[2],
        question={language: said[language] for language in ("sv", "en")},
        text=text,
        form=screen(text, "").form,
        group=said["grupp"],
        keywords=tuple(word.strip() for word in said["ord"].split(",")),
    )
