"""Each check of qSKOS notices what it is for: a vocabulary with that one flaw fails it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from tests.knowledge import test_qskos_labels as labels
from tests.knowledge import test_qskos_links as links
from tests.knowledge import test_qskos_structure as structure

OMRADE = "https://w3id.org/pivi/begrepp/omrade"
SCHEME, FRITID, HALSA, BEROENDE = (URIRef(OMRADE + end) for end in ("", "/fritid", "/halsa", "/beroende"))
NEW, ELSEWHERE = URIRef(OMRADE + "/ny"), URIRef("http://example.org/concept")
DISTRICT, ADMINISTRATION, REGION = (
    URIRef(f"https://w3id.org/pivi/begrepp/aktorsslag/{slug}")
    for slug in ("stadsdelsforvaltning", "forvaltning", "region")
)
Triple = tuple[Node | None, Node | None, Node | None]


def sv(text: str) -> Literal:
    return Literal(text, lang="sv")


# The check, what is taken away (None matches anything) and what is added.
FLAWS: list[tuple[Callable[[Graph], None], list[Triple], list[Triple]]] = [
    (labels.test_no_language_tag_is_omitted_or_invalid, [], [(FRITID, SKOS.altLabel, Literal("ledighet"))]),
    (
        labels.test_no_concept_has_incomplete_language_coverage,
        [],
        [(FRITID, SKOS.altLabel, Literal("Freizeit", lang="de"))],
    ),
    (labels.test_all_concepts_have_a_common_language, [(FRITID, each, None) for each in labels.LABELS], []),
    (labels.test_no_concept_is_undocumented, [(FRITID, SKOS.definition, None)], []),
    (
        labels.test_no_labels_overlap_between_concepts_of_a_scheme,
        [],
        [(FRITID, SKOS.altLabel, sv("FOLKHÄLSA"))],
    ),
    (labels.test_no_concept_or_scheme_lacks_a_label, [(SCHEME, SKOS.prefLabel, None)], []),
    (labels.test_no_label_has_unprintable_characters, [], [(FRITID, SKOS.altLabel, sv("fri\u200btid"))]),
    (labels.test_no_label_is_empty, [], [(FRITID, SKOS.altLabel, sv(" "))]),
    (labels.test_no_notation_is_ambiguous, [], [(FRITID, SKOS.notation, Literal("O5"))]),
    (structure.test_no_concept_is_an_orphan, [], [(NEW, RDF.type, SKOS.Concept)]),
    (structure.test_no_scheme_falls_into_disconnected_clusters, [], [(NEW, SKOS.inScheme, SCHEME)]),
    (
        structure.test_no_hierarchical_relations_are_cyclic,
        [],
        [(FRITID, SKOS.broader, HALSA), (HALSA, SKOS.broader, BEROENDE), (FRITID, SKOS.narrower, BEROENDE)],
    ),
    (
        structure.test_no_associative_relation_is_valueless,
        [],
        [(FRITID, SKOS.broader, BEROENDE), (HALSA, SKOS.broader, BEROENDE)],
    ),
    (
        structure.test_no_concepts_are_related_by_transitive_properties_alone,
        [],
        [(FRITID, SKOS.broaderTransitive, BEROENDE)],
    ),
    (structure.test_no_relation_is_unidirectional, [(HALSA, SKOS.related, FRITID)], []),
    (structure.test_no_scheme_omits_its_top_concepts, [(SCHEME, SKOS.hasTopConcept, FRITID)], []),
    (structure.test_no_top_concept_has_a_broader_concept, [], [(FRITID, SKOS.broader, BEROENDE)]),
    (
        structure.test_no_hierarchical_relation_is_redundant,
        [],
        [(ADMINISTRATION, SKOS.broader, REGION), (DISTRICT, SKOS.broader, REGION)],
    ),
    (structure.test_no_concept_is_related_to_itself, [], [(FRITID, SKOS.related, FRITID)]),
    (
        links.test_out_links_are_missing_only_where_nothing_certain_exists,
        [(FRITID, SKOS.relatedMatch, None)],
        [],
    ),
    (links.test_no_skos_resource_is_undefined, [], [(FRITID, URIRef(f"{SKOS}altLabels"), sv("fri"))]),
    (links.test_no_subject_violates_the_http_uri_scheme, [], [(URIRef("urn:x"), RDF.type, SKOS.Concept)]),
    (links.test_no_relations_clash, [], [(FRITID, SKOS.broader, HALSA)]),
    (
        links.test_no_mappings_clash,
        [],
        [(FRITID, SKOS.exactMatch, ELSEWHERE), (FRITID, SKOS.broadMatch, ELSEWHERE)],
    ),
    (links.test_no_preferred_labels_are_inconsistent, [], [(FRITID, SKOS.prefLabel, sv("Ledig tid"))]),
    (links.test_no_labels_violate_disjointness, [], [(FRITID, SKOS.hiddenLabel, sv("fritid"))]),
    (links.test_no_mapping_relation_is_misused_within_a_scheme, [], [(FRITID, SKOS.closeMatch, HALSA)]),
]


@pytest.mark.parametrize(("check", "taken", "added"), FLAWS, ids=[flaw[0].__name__[5:] for flaw in FLAWS])
def test_the_check_notices(
    check: Callable[[Graph], None], taken: list[Triple], added: list[Triple], skos: Graph
) -> None:
    flawed = Graph()
    for triple in skos:
        flawed.add(triple)
    for pattern in taken:
        flawed.remove(pattern)
    for subject, predicate, value in added:
        assert subject and predicate and value
        flawed.add((subject, predicate, value))
    with pytest.raises(AssertionError):
        check(flawed)


def test_there_are_27_checks_and_each_has_a_flaw() -> None:
    checks = [
        name for module in (labels, structure, links) for name in vars(module) if name.startswith("test_")
    ]
    assert len(checks) == 27 and {flaw[0].__name__ for flaw in FLAWS} == set(checks)
