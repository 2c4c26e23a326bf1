"""What generated catalogues are made of: themes, sentences and names from files, and places from the vocabularies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.knowledge import folder
from catalogue.namespaces import DCT, FOAF, PIVI, SKOS
from catalogue.records import Record
from catalogue.turtle import load_packaged

_FOLDER = Path(__file__).parent
_DISTRICT_KINDS = ("stadsdel", "stadsomrade")


@dataclass(frozen=True)
class Theme:
    """One kind of work, with the sentences that tell of it."""

    areas: tuple[str, ...]
    targets: tuple[str, ...]
    types: tuple[str, ...]
    body: str
    partners: tuple[str, ...]
    titles: tuple[str, ...]
    english: tuple[str, ...]
    what: tuple[str, ...]
    why: tuple[str, ...]
    how: tuple[str, ...]
    results: tuple[str, ...]
    lessons: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Municipality:
    """A municipality: `name` is Malmö, `official` Malmö stad, `where` "i Malmö", `weight` its share."""

    code: str
    iri: str
    name: str
    official: str
    where: str
    weight: float


@dataclass(frozen=True)
class District:
    """A district or city area of Göteborg and its administration, with the years in which both existed."""

    iri: str
    where: str
    first_year: int
    last_year: int
    body: str


@dataclass(frozen=True)
class Material:
    """Everything that is drawn from."""

    themes: tuple[Theme, ...]
    common: Mapping[str, Any]
    names: Mapping[str, Any]
    municipalities: tuple[Municipality, ...]
    districts: tuple[District, ...]
    councils: Mapping[str, str]
    """IRIs of the municipalities as packaged actors, by SCB code."""

    @classmethod
    def load(cls, base: str) -> Material:
        names = _toml("namn")
        files = sorted(_FOLDER.glob("*.toml"))
        themes = tuple(_theme(each) for path in files for each in _toml(path.stem).get("theme", ()))
        bodies = _records("organisationer", base)
        return cls(
            themes,
            _toml("gemensamt"),
            names,
            tuple(_municipality(each, names) for each in _records("kommuner", base) if _is(each, "kommun")),
            tuple(_districts(_records("platser", base), bodies, names)),
            {
                place.rpartition("/")[2]: each.iri
                for each in bodies
                if each.iris(PIVI.actorKind) == (_concept("aktorsslag/kommun"),)
                for place in each.iris(DCT.spatial)
            },
        )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _theme(fields: Mapping[str, Any]) -> Theme:
    return Theme(**{name: _frozen(value) for name, value in fields.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _records(name: str, base: str) -> Sequence[Record]:
    path = folder("vocab") / f"{name}.ttl"
    return [Record.from_ntriples(iri, content) for iri, content in load_packaged(path, base).items()]


def _concept(path: str) -> str:
    return f"https://w3id.org/pivi/begrepp/{path}"


def _is(place: Record, kind: str) -> bool:
    return place.iri_of(PIVI.placeKind) == _concept(f"platsslag/{kind}")


def _municipality(place: Record, names: Mapping[str, Any]) -> Municipality:
    name = str(place.text(SKOS.prefLabel))
    others = [str(each) for each in place.all_texts(SKOS.altLabel)]
    # Cities keep their old title: Malmö stad, Region Gotland; the rest are Ale kommun.
    official = min(others, key=lambda other: other.endswith(" kommun"), default=name)
    weight = float(names["weights"].get(place.reference, 12))
    return Municipality(place.reference, place.iri, name, official, _where(name, names), weight)


def _where(name: str, names: Mapping[str, Any]) -> str:
    return f"på {name}" if name in names["islands"] else f"i {name}"


def _districts(
    places: Sequence[Record], bodies: Sequence[Record], names: Mapping[str, Any]
) -> list[District]:
    """Each district with the body that is responsible for it; what has none is left out."""
    by_place = {
        place: each for each in bodies for place in each.iris(DCT.spatial) if each.text(FOAF.name) is not None
    }
    found: list[District] = []
    for place in places:
        if not any(_is(place, kind) for kind in _DISTRICT_KINDS) or place.iri not in by_place:
            continue
        first, last = place.date(PIVI.validFrom), place.date(PIVI.validThrough)
        found.append(
            District(
                place.iri,
                _where(str(place.text(SKOS.prefLabel)), names),
                first.year if first else 0,
                last.year if last else 9999,
                by_place[place.iri].iri,
            )
        )
    return found
