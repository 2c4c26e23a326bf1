"""The ontology as a page: every class and property with its definition, made from the ontology itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from app.addresses import safe_link
from app.formatting import long_date
from app.markdown import markdown
from app.negotiating import negotiated
from app.pages import record_parts
from app.pages.concept_models import OntologyPage, Term, TermGroup
from app.pages.data import description, triples
from app.pages.parts import Fact, Format, Link, Rich, Text
from app.reading import Reading, reading
from app.rendering import render
from app.sharing import shared
from app.translating import gettext as _
from catalogue.errors import N_, NotFound
from catalogue.formats import RECORD_FORMATS
from catalogue.namespaces import DCT, OWL, PIVI, PREFIXES, RDFS, SCHEMA, SHARED, SKOS
from catalogue.records import Node, Record
from catalogue.swedish import sort_key

pages = Blueprint("ontology", __name__)

IRI = SHARED + "ns"


@pages.get("/ns")
@negotiated
def ontology() -> Any:
    here = reading()
    record = _record(here)

    def rendered() -> Response:
        name = f"ontology {here.root} {here.language}"
        return render(here.installation.once(here.version, name, lambda: _page(here, record)))

    return description(here, IRI, rendered)


@pages.get("/ns.<extension:extension>")
@shared
def ontology_data(extension: str) -> Response:
    here = reading()
    _record(here)
    return triples(here, IRI, extension)


def _record(here: Reading) -> Record:
    record = here.record(IRI)
    if record is None:
        raise NotFound(N_("Ontologin är inte inläst. Den läses in när servern startar."))
    return record


def _page(here: Reading, record: Record) -> OntologyPage:
    nodes = [
        Node(iri, record.triples)
        for iri in sorted(
            {each.subject.value for each in record.triples if isinstance(each.subject, NamedNode)} - {IRI}
        )
    ]
    classes = _of(nodes, OWL.Class)
    properties = [*_of(nodes, OWL.ObjectProperty), *_of(nodes, OWL.DatatypeProperty)]
    annotations = _of(nodes, OWL.AnnotationProperty)
    uses = _of(nodes, PIVI.TermUse)
    # A term of a vocabulary that we speak has a prefix; concepts that ours are only mapped to have none.
    mapped = [node for node in uses if "://" in compact(node.iri_of(PIVI.term) or "")]
    named = {node.iri for node in (*classes, *properties, *annotations, *uses)}
    others = [node for node in nodes if node.iri not in named and node.texts(RDFS.label)]
    types = [node for node in classes if node.literals(PIVI.pathWord)]
    parts = [node for node in classes if not node.literals(PIVI.pathWord)]
    groups = (
        _group(here, _("Posttyper"), "posttyper", types),
        _group(here, _("Delar av poster"), "delar", parts),
        _group(here, _("Egenskaper"), "egenskaper", properties),
        _group(
            here,
            _("Så används andras termer"),
            "andras-termer",
            [each for each in uses if each not in mapped],
        ),
        _group(here, _("Ord i formerna"), "former", annotations),
        _group(here, _("Värden"), "varden", others),
        _group(here, _("Andras begrepp som våra motsvarar"), "andras-begrepp", mapped),
    )
    abstract = here.text(record, DCT.abstract)
    return OntologyPage(
        template="ontology.html",
        title=here.text(record, DCT.title) or Text(_("Ontologi")),
        section="concepts",
        description=abstract.text if abstract else "",
        crumbs=(record_parts.start(here),),
        iri=IRI,
        formats=tuple(Format(each.name, f"/ns.{each.extension}", each.media_type) for each in RECORD_FORMATS),
        lead=Rich(markdown(abstract.text), abstract.lang) if abstract else None,
        facts=_facts(here, record),
        groups=tuple(group for group in groups if group.terms),
    )


def _facts(here: Reading, record: Record) -> tuple[Fact, ...]:
    fact = record_parts.fact
    modified = record.date(DCT.modified)
    return record_parts.facts(
        fact("iri", _("Beständig adress"), [IRI], code=True),
        fact("namespace", _("Namnrymd"), [PIVI.iri], code=True),
        fact("version", _("Version"), [each.value for each in record.literals(OWL.versionInfo)]),
        fact("modified", _("Ändrad"), [long_date(modified, here.language)] if modified else []),
        fact(
            "license",
            _("Licens"),
            [
                Link(Text(iri.partition("://")[2].rstrip("/")), safe_link(iri))
                for iri in record.iris(DCT.license)
            ],
        ),
    )


def _of(nodes: list[Node], type: NamedNode) -> list[Node]:
    return [node for node in nodes if type.value in node.types]


def _group(here: Reading, heading: str, anchor: str, nodes: list[Node]) -> TermGroup:
    terms = sorted(
        (_term(here, node) for node in nodes), key=lambda term: sort_key(term.label.text, term.name)
    )
    return TermGroup(heading, anchor, tuple(terms))


def _term(here: Reading, node: Node) -> Term:
    used = node.iri_of(PIVI.term)
    name = compact(used or node.iri)
    return Term(
        anchor=node.iri.partition("#")[2],
        name=name,
        label=here.text(node, RDFS.label) or Text(name),
        definition=here.text(node, SKOS.definition),
        facts=_term_facts(here, node),
    )


def _term_facts(here: Reading, node: Node) -> tuple[Fact, ...]:
    fact = record_parts.fact
    word = next((each.value for each in node.literals(PIVI.pathWord)), None)
    return record_parts.facts(
        fact("subclass", _("Underklass till"), _terms(node, RDFS.subClassOf)),
        fact("subproperty", _("Underegenskap till"), _terms(node, RDFS.subPropertyOf)),
        fact("domain", _("Sägs om"), _terms(node, SCHEMA.domainIncludes, RDFS.domain)),
        fact("range", _("Värde"), _terms(node, SCHEMA.rangeIncludes, RDFS.range)),
        fact("path", _("I adresser"), [f"/{word}/"] if word else [], code=True),
        fact("see-also", _("Se även"), _terms(node, RDFS.seeAlso)),
        fact("note", _("Anmärkning"), [here.text(node, SKOS.scopeNote), here.text(node, RDFS.comment)]),
    )


def _terms(node: Node, *predicates: NamedNode) -> list[Link]:
    """Other terms by their short names; our own lead down the page."""
    return [
        Link(Text(compact(iri)), f"#{iri.partition('#')[2]}" if iri.startswith(PIVI.iri) else safe_link(iri))
        for predicate in predicates
        for iri in node.iris(predicate)
    ]


def compact(iri: str) -> str:
    """`pivi:Initiative`; the IRI itself when no prefix fits."""
    fits = [(namespace, prefix) for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)]
    if not fits:
        return iri
    namespace, prefix = max(fits, key=lambda each: len(each[0]))
    return f"{prefix}:{iri[len(namespace) :]}"
