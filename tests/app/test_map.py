"""The drawn map: every district and city area of the vocabulary is on it, inside the frame."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import SKOS

import app
from catalogue.knowledge import folder

PIVI = Namespace("https://w3id.org/pivi/ns#")
KIND = "https://w3id.org/pivi/begrepp/platsslag/"
DRAWING: dict[str, Any] = json.loads((Path(app.__file__).parent / "maps/goteborg.json").read_text("utf-8"))


@pytest.mark.parametrize(("layer", "kind"), [("stadsdelar", "stadsdel"), ("stadsomraden", "stadsomrade")])
def test_every_place_of_the_vocabulary_is_drawn(layer: str, kind: str) -> None:
    places = Graph().parse(folder("vocab") / "platser.ttl", publicID="http://127.0.0.1:8000/")
    named = {
        str(name)
        for place in places.subjects(PIVI.placeKind, URIRef(KIND + kind))
        for name in places.objects(place, SKOS.prefLabel)
        if getattr(name, "language", "") == "sv"
    }
    assert named
    assert set(DRAWING[layer]) == named


def test_every_disc_stands_inside_the_frame() -> None:
    width, height = map(int, re.findall(r"\d+", DRAWING["viewBox"])[2:])
    for layer in ("stadsdelar", "stadsomraden"):
        for place in DRAWING[layer].values():
            assert 0 < place["x"] < width
            assert 0 < place["y"] < height
            assert place["path"].startswith("M")
            assert place["path"].endswith("z")


def test_the_drawing_says_where_it_comes_from_and_how_exact_it_is() -> None:
    assert "CC0" in DRAWING["note"]
    assert "approximate" in DRAWING["note"]
