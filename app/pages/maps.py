"""Maps of Göteborg: former districts and present city areas, shaded by how many initiatives each has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.pages.counting import counts_by_place
from app.pages.parts import Map, PlaceGroup, Shape
from app.reading import Reading, slug_of
from app.translating import gettext as _
from catalogue.labels import label
from catalogue.namespaces import CONCEPT, DCT, PIVI, SHARED

_FILE = Path(__file__).parent.parent / "maps" / "goteborg.json"
_MUNICIPALITY = SHARED + "id/plats/1480"
_LAYERS = {"stadsdel": "stadsdelar", "stadsomrade": "stadsomraden"}
_SHADES = 4


def district_map(here: Reading, groups: tuple[PlaceGroup, ...]) -> Map | None:
    """The former districts, numbered as in the list beside; None when the catalogue has none of them."""
    numbers = {place.url: place.number for group in groups for place in group.places}
    districts = [
        each["place"].value for each in here.store.query("places_of_kind", kind=CONCEPT["platsslag/stadsdel"])
    ]
    return _map(here, districts, "stadsdel", numbers=numbers, label=_("Var i Göteborg?"))


def place_map(here: Reading, iri: str) -> Map | None:
    """A district or city area among its neighbours, or all city areas for the municipality itself."""
    kind = next((slug_of(each) for each in here.iris(iri, PIVI.placeKind)), "")
    if iri == _MUNICIPALITY:
        kind = "stadsomrade"
    elif kind not in _LAYERS or not _in_municipality(here, iri):
        return None
    places = [
        each["place"].value for each in here.store.query("places_of_kind", kind=CONCEPT[f"platsslag/{kind}"])
    ]
    return _map(here, places, kind, current=iri, label=_("Karta över Göteborg"))


def map_of(here: Reading, counts: Mapping[str, int]) -> Map | None:
    """Places of one kind, shaded by `counts` and numbered in the order of these; the others stand without a number.

    None when there are other places among them, or one of another kind.
    """
    kinds = {slug_of(each) for iri in counts for each in here.iris(iri, PIVI.placeKind)}
    kind = next(iter(kinds), "")
    if len(kinds) != 1 or kind not in _LAYERS:
        return None
    all_places = [
        each["place"].value for each in here.store.query("places_of_kind", kind=CONCEPT[f"platsslag/{kind}"])
    ]
    order = {iri: at for at, iri in enumerate(counts, start=1)}
    drawn = _map(here, all_places, kind, label=_("Karta över svaret"), order=order, counts=counts)
    return drawn if drawn and sum(shape.number > 0 for shape in drawn.shapes) == len(counts) else None


def _map(
    here: Reading,
    places: list[str],
    kind: str,
    *,
    label: str,
    numbers: Mapping[str, int] | None = None,
    current: str = "",
    order: Mapping[str, int] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Map | None:
    drawn = _drawing()[_LAYERS[kind]]
    if counts is None:
        counts = counts_by_place(here)
    known = [
        (iri, name) for iri in places if (name := _name(here, iri)) in drawn and _in_municipality(here, iri)
    ]
    most = max((counts.get(iri, 0) for iri, _name in known), default=0)
    shapes = tuple(
        Shape(
            path=drawn[name]["path"],
            x=str(drawn[name]["x"]),
            y=str(drawn[name]["y"]),
            number=_number(here, iri, kind, numbers or {}) if order is None else order.get(iri, 0),
            label=here.label(iri),
            url=here.url(iri),
            count=counts.get(iri, 0),
            shade=_shade(counts.get(iri, 0), most),
            current=iri == current,
        )
        for iri, name in known
    )
    note = _("Kartan är förenklad. Gränserna är ungefärliga på några ställen.")
    return Map(label, _drawing()["viewBox"], shapes, note) if shapes else None


def _number(here: Reading, iri: str, kind: str, numbers: Mapping[str, int]) -> int:
    """The number in the list beside, which knows a place by its page or by the search for it."""
    facet = "stadsdel" if kind in _LAYERS else "kommun"
    return numbers.get(here.search(**{facet: here.value_of(iri)})) or numbers.get(here.url(iri) or "", 0)


def _shade(count: int, most: int) -> int:
    """1–4 by quarters of the greatest count; 0 for none."""
    return 0 if not count else min(_SHADES, 1 + (count - 1) * _SHADES // most)


def _name(here: Reading, iri: str) -> str:
    """The Swedish name, which the drawing goes by."""
    found = label(here.store, iri, "sv")
    return found.text if found else ""


def _in_municipality(here: Reading, iri: str) -> bool:
    seen: set[str] = set()
    waiting = [iri]
    while waiting:
        each = waiting.pop()
        if each == _MUNICIPALITY:
            return True
        if each not in seen:
            seen.add(each)
            waiting += here.iris(each, DCT.isPartOf)
    return False


@cache
def _drawing() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
