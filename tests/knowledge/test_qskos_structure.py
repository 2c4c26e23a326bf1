"""The structural checks of qSKOS (github.com/cmader/qSKOS, wiki page Quality-Issues)."""

from __future__ import annotations

from rdflib import RDF, SKOS, Graph
from rdflib.term import Node

HIERARCHY = (SKOS.broader, SKOS.narrower, SKOS.broaderTransitive, SKOS.narrowerTransitive)
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
RELATIONS = (*HIERARCHY, SKOS.related, SKOS.semanticRelation, *MAPPINGS)
INVERSES = (
    (SKOS.broader, SKOS.narrower),
    (SKOS.topConceptOf, SKOS.hasTopConcept),
    (SKOS.broadMatch, SKOS.narrowMatch),
    (SKOS.related, SKOS.related),
    (SKOS.relatedMatch, SKOS.relatedMatch),
    (SKOS.exactMatch, SKOS.exactMatch),
    (SKOS.closeMatch, SKOS.closeMatch),
)


def concepts(skos: Graph) -> set[Node]:
    return set(skos.subjects(RDF.type, SKOS.Concept))


def neighbours(skos: Graph, concept: Node) -> set[Node]:
    return {other for each in RELATIONS for other in skos.objects(concept, each)} | {
        other for each in RELATIONS for other in skos.subjects(each, concept)
    }


def broader(skos: Graph, concept: Node) -> set[Node]:
    return set(skos.objects(concept, SKOS.broader)) | set(skos.subjects(SKOS.narrower, concept))


def above(skos: Graph, concept: Node) -> set[Node]:
    """Everything broader, at any distance; the concept itself only in a cycle."""
    found: set[Node] = set()
    waiting = broader(skos, concept)
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting |= broader(skos, each)
    return found


def test_no_concept_is_an_orphan(skos: Graph) -> None:
    assert not [each for each in concepts(skos) if not neighbours(skos, each)]


def test_no_scheme_falls_into_disconnected_clusters(skos: Graph) -> None:
    for scheme in skos.subjects(RDF.type, SKOS.ConceptScheme):
        members = set(skos.subjects(SKOS.inScheme, scheme))
        reached: set[Node] = set()
        waiting = {next(iter(members))}
        while waiting:
            each = waiting.pop()
            reached.add(each)
            waiting |= (neighbours(skos, each) & members) - reached
        assert reached == members, scheme


def test_no_hierarchical_relations_are_cyclic(skos: Graph) -> None:
    assert not [each for each in concepts(skos) if each in above(skos, each)]


def test_no_associative_relation_is_valueless(skos: Graph) -> None:
    pairs = {
        (one, other)
        for relation in (SKOS.related, SKOS.relatedMatch)
        for one, other in skos.subject_objects(relation)
    }
    below = {each: {one for one in concepts(skos) if each in broader(skos, one)} for each in concepts(skos)}
    for one, other in pairs & {(a, b) for a in concepts(skos) for b in concepts(skos)}:
        assert not broader(skos, one) & broader(skos, other)
        assert not below[one] & below[other]


def test_no_concepts_are_related_by_transitive_properties_alone(skos: Graph) -> None:
    for one, other in skos.subject_objects(SKOS.broaderTransitive):
        assert other in above(skos, one)
    for one, other in skos.subject_objects(SKOS.narrowerTransitive):
        assert one in above(skos, other)


def test_no_relation_is_unidirectional(skos: Graph) -> None:
    """Both sides are said. The other side of a mapping to somebody else's concept is theirs to say."""
    ours = concepts(skos) | set(skos.subjects(RDF.type, SKOS.ConceptScheme))
    for forth, back in (*INVERSES, *(pair[::-1] for pair in INVERSES)):
        assert not [
            (one, forth, other)
            for one, other in skos.subject_objects(forth)
            if other in ours and (other, back, one) not in skos
        ]


def test_no_scheme_omits_its_top_concepts(skos: Graph) -> None:
    for scheme in skos.subjects(RDF.type, SKOS.ConceptScheme):
        tops = set(skos.objects(scheme, SKOS.hasTopConcept))
        assert tops
        assert tops == {each for each in skos.subjects(SKOS.inScheme, scheme) if not broader(skos, each)}


def test_no_top_concept_has_a_broader_concept(skos: Graph) -> None:
    tops = set(skos.objects(None, SKOS.hasTopConcept)) | set(skos.subjects(SKOS.topConceptOf, None))
    assert not [each for each in tops if broader(skos, each)]


def test_no_hierarchical_relation_is_redundant(skos: Graph) -> None:
    for each in concepts(skos):
        for parent in broader(skos, each):
            assert not [other for other in broader(skos, each) - {parent} if parent in above(skos, other)]


def test_no_concept_is_related_to_itself(skos: Graph) -> None:
    assert not [
        each for relation in RELATIONS for each, other in skos.subject_objects(relation) if each == other
    ]
