"""The words of the vocabularies are plain: short sentences, no punctuation in names, words that people type."""

from __future__ import annotations

import re

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef

from catalogue.concepts import Vocabulary

TEXTS = (SKOS.definition, SKOS.scopeNote, SKOS.example)
# What people type, and the concept that they should come to.
TYPED = {
    "funktionsnedsättning": "omrade/funktionshinder",
    "LSS": "omrade/funktionshinder",
    "npf": "omrade/funktionshinder",
    "missbruk": "omrade/beroende",
    "spelmissbruk": "omrade/beroende",
    "hemlöshet": "omrade/boende-miljo",
    "vräkning": "omrade/boende-miljo",
    "våld i nära relationer": "omrade/brott-vald",
    "kvinnofrid": "omrade/brott-vald",
    "fritidsgård": "omrade/fritid",
    "läxhjälp": "omrade/skola-forskola",
    "psykisk ohälsa": "omrade/halsa",
    "försörjningsstöd": "omrade/arbete-forsorjning",
    "anhöriga": "malgrupp/vuxna",
    "ungdomar": "malgrupp/unga",
    "seniorer": "malgrupp/aldre",
    "socialtjänst": "sektor/ifo-fh",
    "samverkan": "typ/samverkansprojekt",
    "utvärdering": "evidens/extern-utvardering",
    "homelessness": "omrade/boende-miljo",
    "domestic violence": "omrade/brott-vald",
}


def lix(text: str) -> float:
    """Words per sentence, and the percentage of words longer than six letters."""
    words = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


@pytest.mark.parametrize("typed", TYPED)
def test_what_people_type_leads_to_a_concept(typed: str) -> None:
    vocabulary = Vocabulary.from_files("http://127.0.0.1:8000/")
    known = {
        label.casefold()
        for concept in vocabulary.concepts
        if concept.iri.endswith("/" + TYPED[typed])
        for labels in (*concept.alt.values(), *concept.hidden.values())
        for label in labels
    }
    assert typed.casefold() in known


def test_the_swedish_of_each_scheme_is_easy_to_read(skos: Graph) -> None:
    for scheme in skos.subjects(RDF.type, SKOS.ConceptScheme):
        members = {scheme, *skos.subjects(SKOS.inScheme, scheme)}
        said = [
            str(text)
            for each in members
            for property in TEXTS
            for text in skos.objects(each, property)
            if isinstance(text, Literal) and text.language == "sv"
        ]
        assert lix(" ".join(said)) < 45, scheme


def test_the_swedish_of_the_ontology_is_easy_to_read(ontology: Graph) -> None:
    said = [
        str(text)
        for text in ontology.objects(None, SKOS.definition)
        if isinstance(text, Literal) and text.language == "sv"
    ]
    assert lix(" ".join(said)) < 45


def test_names_are_names_and_texts_are_sentences(skos: Graph, ontology: Graph) -> None:
    names = [*skos.objects(None, SKOS.prefLabel), *ontology.objects(None, RDFS.label)]
    assert not [name for name in names if str(name).endswith(".") or not str(name)[0].isupper()]
    texts = [
        text for graph in (skos, ontology) for property in TEXTS for text in graph.objects(None, property)
    ]
    assert not [text for text in texts if not re.search(r"[.?!]$", str(text))]
    assert not [text for text in texts if "  " in str(text)]


def test_no_text_uses_system_words(skos: Graph, ontology: Graph) -> None:
    said = " ".join(
        str(text) for graph in (skos, ontology) for _, _, text in graph if isinstance(text, Literal)
    )
    assert not re.findall(r"\b(objektet?|entitet\w*|instans\w*|resursen)\b", said)


def test_no_person_is_named(vocab: Graph) -> None:
    person = URIRef("http://xmlns.com/foaf/0.1/Person")
    assert (None, RDF.type, person) not in vocab
