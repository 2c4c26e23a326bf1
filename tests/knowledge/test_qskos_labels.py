"""The labelling and documentation checks of qSKOS (github.com/cmader/qSKOS, wiki page Quality-Issues)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal
from rdflib.term import Node

from tests.knowledge.conftest import languages

LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
NOTES = (SKOS.definition, SKOS.scopeNote, SKOS.example, SKOS.changeNote, SKOS.note, SKOS.historyNote)
# RFC 5646 as far as it is used here: a language, perhaps a script and a region.
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def concepts(skos: Graph) -> set[Node]:
    return set(skos.subjects(RDF.type, SKOS.Concept))


def labels(skos: Graph, concept: Node) -> list[Literal]:
    return [label for each in LABELS for label in skos.objects(concept, each) if isinstance(label, Literal)]


def test_no_language_tag_is_omitted_or_invalid(skos: Graph) -> None:
    texts = [
        text for each in (*LABELS, *NOTES, RDFS.label, DCTERMS.title) for text in skos.objects(None, each)
    ]
    assert texts
    assert not [
        text
        for text in texts
        if not isinstance(text, Literal) or not text.language or not LANGUAGE_TAG.fullmatch(text.language)
    ]


def test_no_concept_has_incomplete_language_coverage(skos: Graph) -> None:
    everywhere = {label.language for each in concepts(skos) for label in labels(skos, each)}
    lacking = {each: everywhere - {label.language for label in labels(skos, each)} for each in concepts(skos)}
    assert everywhere == {"sv", "en"}
    assert not {each: missing for each, missing in lacking.items() if missing}


def test_all_concepts_have_a_common_language(skos: Graph) -> None:
    assert set.intersection(
        *({label.language for label in labels(skos, each)} for each in concepts(skos))
    ) == {"sv", "en"}


def test_no_concept_is_undocumented(skos: Graph) -> None:
    for property in (SKOS.definition, SKOS.scopeNote, SKOS.example):
        for each in concepts(skos):
            assert languages(skos, each, property) == ["en", "sv"], (each, property)


def test_no_labels_overlap_between_concepts_of_a_scheme(skos: Graph) -> None:
    owners: dict[tuple[Node | None, str, str | None], set[Node]] = defaultdict(set)
    for each in concepts(skos):
        for label in labels(skos, each):
            owners[skos.value(each, SKOS.inScheme), label.casefold(), label.language].add(each)
    assert not {label: found for label, found in owners.items() if len(found) > 1}


def test_no_concept_or_scheme_lacks_a_label(skos: Graph) -> None:
    for each in concepts(skos) | set(skos.subjects(RDF.type, SKOS.ConceptScheme)):
        assert languages(skos, each, SKOS.prefLabel) == ["en", "sv"], each


def test_no_label_has_unprintable_characters(skos: Graph) -> None:
    assert not [
        label
        for each in concepts(skos)
        for label in labels(skos, each)
        if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in label)
    ]


def test_no_label_is_empty(skos: Graph) -> None:
    assert not [each for each in concepts(skos) for label in labels(skos, each) if not label.strip()]


def test_no_notation_is_ambiguous(skos: Graph) -> None:
    owners: dict[tuple[Node | None, Node], list[Node]] = defaultdict(list)
    for each, notation in skos.subject_objects(SKOS.notation):
        owners[skos.value(each, SKOS.inScheme), notation].append(each)
    assert all(len(found) == 1 for found in owners.values())
    assert all(len(set(skos.objects(each, SKOS.notation))) == 1 for each in concepts(skos))
