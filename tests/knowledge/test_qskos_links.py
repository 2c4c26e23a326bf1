"""The checks of qSKOS on links and on the conditions of SKOS (github.com/cmader/qSKOS, Quality-Issues).

Left out are the two that ask the network: missing in-links and broken links.
"""

from __future__ import annotations

from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from catalogue.namespaces import SHARED
from tests.knowledge.conftest import languages

LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
# Schemes of our own way of working, and ages: no concept elsewhere is certain to mean the same.
OURS_ALONE = {
    "malgrupp", "typ", "sektor", "insatsslag", "roll", "status", "evidens", "dokumentslag", "iopskede",
    "fragestatus",
}  # fmt: skip
# Within schemes that do link out, the concepts that have no certain counterpart.
WITHOUT_COUNTERPART = {
    "aktorsslag/stiftelse", "aktorsslag/studieforbund", "aktorsslag/trossamfund",
    "platsslag/stadsdel", "platsslag/stadsomrade",
}  # fmt: skip


def concepts(skos: Graph) -> set[Node]:
    return set(skos.subjects(RDF.type, SKOS.Concept))


def test_out_links_are_missing_only_where_nothing_certain_exists(skos: Graph) -> None:
    def links_out(concept: Node) -> bool:
        targets = (other for relation in MAPPINGS for other in skos.objects(concept, relation))
        return any(not str(each).startswith(SHARED) for each in targets)

    unlinked = {str(each).removeprefix(SHARED + "begrepp/") for each in concepts(skos) if not links_out(each)}
    assert {each for each in unlinked if each.split("/")[0] not in OURS_ALONE} == WITHOUT_COUNTERPART


def test_no_skos_resource_is_undefined(skos: Graph) -> None:
    used = {str(term) for triple in skos for term in triple if str(term).startswith(str(SKOS))}
    # rdflib's SKOS is closed: it holds the terms of the recommendation, without the deprecated ones.
    assert used and not [term for term in used if URIRef(term) not in SKOS]


def test_no_subject_violates_the_http_uri_scheme(skos: Graph) -> None:
    assert not [each for each in set(skos.subjects()) if not str(each).startswith(("http://", "https://"))]


def test_no_relations_clash(skos: Graph) -> None:
    """S27: what is related is not broader as well, at any distance."""
    for one, other in skos.subject_objects(SKOS.related):
        assert other not in set(skos.transitive_objects(one, SKOS.broader)) - {one}
        assert one not in set(skos.transitive_objects(other, SKOS.broader)) - {other}


def test_no_mappings_clash(skos: Graph) -> None:
    """S46: an exact match is not a broader, narrower or related one as well."""
    for one, other in skos.subject_objects(SKOS.exactMatch):
        for relation in (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch):
            assert (one, relation, other) not in skos and (other, relation, one) not in skos


def test_no_preferred_labels_are_inconsistent(skos: Graph) -> None:
    """S14: one prefLabel for each language."""
    for each in set(skos.subjects(SKOS.prefLabel)):
        found = languages(skos, each, SKOS.prefLabel)
        assert len(found) == len(set(found)), each


def test_no_labels_violate_disjointness(skos: Graph) -> None:
    """S13: a name is preferred, alternative or hidden, not two of these; case does not save it."""
    for each in concepts(skos):
        said = [
            (str(label).casefold(), label.language)
            for property in LABELS
            for label in skos.objects(each, property)
            if isinstance(label, Literal)
        ]
        assert len(said) == len(set(said)), each


def test_no_mapping_relation_is_misused_within_a_scheme(skos: Graph) -> None:
    for relation in MAPPINGS:
        for one, other in skos.subject_objects(relation):
            assert skos.value(one, SKOS.inScheme) != skos.value(other, SKOS.inScheme), (one, other)
