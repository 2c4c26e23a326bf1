"""The names that the search knows: concepts, actors and places, what they lie in, and their other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import blake2b

from catalogue.analysis import fold, stemmer, words
from catalogue.extraction import Named
from catalogue.facets import FacetRule, Values
from catalogue.swedish import sort_key

LONGEST_NAME = 6  # words


class Names:
    """The named records by IRI. Never changed: `changed` gives a new one."""

    def __init__(self, named: Mapping[str, Named]) -> None:
        self._named = named

    @classmethod
    def of(cls, named: Iterable[Named]) -> Names:
        return cls({each.iri: each for each in named})

    def changed(self, named: Iterable[Named], gone: Iterable[str]) -> Names:
        left = set(gone)
        kept = {iri: each for iri, each in self._named.items() if iri not in left}
        return Names({**kept, **{each.iri: each for each in named}})

    def get(self, iri: str) -> Named | None:
        return self._named.get(iri)

    def __len__(self) -> int:
        return len(self._named)

    def said(self, iri: str) -> Mapping[str, str]:
        """The record's own names by language; empty when it is unknown."""
        found = self._named.get(iri)
        return found.labels if found else {}

    def within(self, iri: str) -> tuple[str, ...]:
        """The record itself and everything that it lies in: a district, its city area, its municipality."""
        found: dict[str, None] = {iri: None}
        waiting = [iri]
        while waiting:
            named = self._named.get(waiting.pop())
            for outer in named.within if named else ():
                if outer not in found:
                    found[outer] = None
                    waiting.append(outer)
        return tuple(found)

    def in_scheme(self, scheme: str) -> tuple[Named, ...]:
        """The concepts of a scheme, by notation and then by IRI."""
        return self._schemes.get(scheme.rpartition("/")[2], ())

    @cached_property
    def _schemes(self) -> dict[str, tuple[Named, ...]]:
        schemes: dict[str, list[Named]] = {}
        for each in self._named.values():
            if each.kind == "begrepp":
                schemes.setdefault(each.sort, []).append(each)
        order = {
            slug: sorted(found, key=lambda each: (each.notation, each.iri)) for slug, found in schemes.items()
        }
        return {slug: tuple(found) for slug, found in order.items()}

    def iri_of(self, rule: FacetRule, value: str) -> str | None:
        """The concept or record that a URL value of a facet means; None when there is none."""
        return next(iter(self.iris_of(rule, value)), None)

    def iris_of(self, rule: FacetRule, value: str) -> tuple[str, ...]:
        """The concept or the records that a URL value can mean: references are unique in an installation only.

        The first is meant. Each is meant by its IRI, too, where there are several.
        """
        if rule.values is Values.CONCEPT:
            concepts = self.in_scheme(rule.scheme or "")
            return tuple(each.iri for each in concepts if each.value == value)[:1]
        group = _group("plats" if rule.values is Values.PLACE else "")
        found = self._by_value.get((group, value))
        if found:
            return tuple(found)
        known = self._named.get(value)
        return (value,) if known and known.kind != "begrepp" and _group(known.kind) == group else ()

    def value_of(self, named: Named) -> str:
        """The URL value that means a record: its reference, or its IRI where another record has that reference too."""
        alone = named.kind == "begrepp" or len(self._by_value[_group(named.kind), named.value]) == 1
        return named.value if alone else named.iri

    @cached_property
    def _by_value(self) -> dict[tuple[str, str], list[str]]:
        """The records of each reference, in the order of their IRIs."""
        found: dict[tuple[str, str], list[str]] = {}
        for iri in sorted(self._named):
            named = self._named[iri]
            if named.kind != "begrepp":
                found.setdefault((_group(named.kind), named.value), []).append(iri)
        return found

    @cached_property
    def order(self) -> dict[str, dict[str, int]]:
        """The place of each record in the Swedish alphabet, by language of its name and IRI."""

        def alphabetical(language: str) -> dict[str, int]:
            keys = {iri: sort_key(named.label(language), iri) for iri, named in self._named.items()}
            return {iri: place for place, iri in enumerate(sorted(keys, key=keys.__getitem__))}

        return {language: alphabetical(language) for language in ("sv", "en")}

    @cached_property
    def by_code(self) -> dict[int, str]:
        """The IRI of each number that stands for a record in the index."""
        return {code(iri): iri for iri in self._named}

    @cached_property
    def concepts(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """The concepts that have a name, in either language, by the stems of that name."""
        found: dict[tuple[str, ...], dict[str, None]] = {}
        for concept in self._named.values():
            if concept.kind == "begrepp":
                for language, text in concept.names:
                    name = words(text)
                    if 0 < len(name) <= LONGEST_NAME:
                        found.setdefault(tuple(map(stemmer(language), name)), {})[concept.iri] = None
        return {stems: tuple(iris) for stems, iris in found.items()}

    @cached_property
    def concepts_without_dots(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """The concepts that have a name with dots or accents, by its stems without them."""
        found: dict[tuple[str, ...], dict[str, None]] = {}
        for stems, iris in self.concepts.items():
            plain = tuple(map(fold, stems))
            if plain != stems:
                found.setdefault(plain, {}).update(dict.fromkeys(iris))
        return {stems: tuple(iris) for stems, iris in found.items()}


def _group(kind: str) -> str:
    """Places are looked up apart from everything else."""
    return "plats" if kind == "plats" else ""


def code(iri: str) -> int:
    """The number that stands for a record in the index: 52 bits of a hash, so that it stays exact as a float."""
    return int.from_bytes(blake2b(iri.encode(), digest_size=8).digest()) >> 12
