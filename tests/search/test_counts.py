"""Every count is exact: compared with counting by hand over a random catalogue."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.answers import Query
from catalogue.errors import NotFound
from catalogue.indexing import build_index
from catalogue.namespaces import CONCEPT
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change

from .conftest import said

AREAS = ("fritid", "halsa", "beroende", "skola-forskola")
GROUPS = ("barn", "unga", "vuxna")
KINDS = ("projekt", "verksamhet")
# A district lies in a city area, which lies in a municipality.
WITHIN = {"gamla": ("nord", "1480"), "nya": ("nord", "1480"), "nord": ("1480",), "1480": (), "1283": ()}
ACTORS = tuple(f"a{number:02d}" for number in range(60))
WORDS = ("kastrull", "trumpet", "segelflyg")


@dataclass(frozen=True)
class Made:
    """An initiative of the random catalogue."""

    ref: str
    word: str
    areas: frozenset[str]
    groups: frozenset[str]
    kind: str
    place: str
    actors: frozenset[str]
    years: frozenset[int]
    research: bool | None

    def values(self, facet: str) -> set[str]:
        around = {self.place, *WITHIN[self.place]}
        return {
            "omrade": set(self.areas),
            "malgrupp": set(self.groups),
            "slag": {self.kind},
            "kommun": {place for place in around if place.isdigit()},
            "stadsdel": {place for place in around if not place.isdigit()},
            "aktor": set(self.actors),
            "ar": {str(year) for year in self.years},
            "forskning": set() if self.research is None else {"ja" if self.research else "nej"},
        }[facet]


FACETS = ("omrade", "malgrupp", "slag", "kommun", "stadsdel", "aktor", "ar", "forskning")


def make(seed: int, count: int) -> list[Made]:
    chance = random.Random(seed)

    def some(values: tuple[str, ...], most: int) -> frozenset[str]:
        return frozenset(chance.sample(values, chance.randint(1, most)))

    made = []
    for number in range(count):
        start = chance.randint(2010, 2024)
        years = frozenset(range(start, start + chance.randint(1, 4)))
        actors = frozenset(ACTORS[int(len(ACTORS) * chance.random() ** 2)] for _ in range(3))
        made.append(
            Made(
                f"m{number:03d}", chance.choice(WORDS), some(AREAS, 3), some(GROUPS, 2), chance.choice(KINDS),
                chance.choice(tuple(WITHIN)), actors, years, chance.choice((True, False, None)),
            )
        )  # fmt: skip
    return made


def place(ref: str) -> str:
    return f"plats:{ref}" if ref.isdigit() else f"<id/plats/{ref}>"


def turtle(made: list[Made]) -> str:
    lines = []
    for ref, outer in WITHIN.items():
        kind = "kommun" if ref.isdigit() else "stadsomrade" if ref == "nord" else "stadsdel"
        types = "pivi:Municipality" if ref.isdigit() else "pivi:Place"
        inside = f"; dct:isPartOf {place(outer[0])}" if outer else ""
        lines.append(
            f'{place(ref)} a {types} ; skos:prefLabel "{ref}"@sv ; '
            f"pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/{kind}> {inside} ."
        )
    lines += [f'<id/aktor/{ref}> a pivi:Organisation ; foaf:name "Aktör {ref}"@sv .' for ref in ACTORS]
    for each in made:
        concepts = [
            *(("area", f"omrade/{slug}") for slug in each.areas),
            *(("targetGroup", f"malgrupp/{slug}") for slug in each.groups),
            ("kind", f"insatsslag/{each.kind}"),
        ]
        said = " ; ".join(f"pivi:{name} <https://w3id.org/pivi/begrepp/{slug}>" for name, slug in concepts)
        research = "" if each.research is None else f"; pivi:researchLinked {str(each.research).lower()}"
        iri = f"id/insats/{each.ref}"
        parts = " ; ".join(f"cv:hasParticipation <{iri}#d{actor}>" for actor in each.actors)
        lines.append(
            f'<{iri}> a pivi:Initiative ; dct:title "{each.word} {each.ref}"@sv ; {said} {research} ; '
            f'schema:startDate "{min(each.years)}-01-01"^^xsd:date ; {parts} ; '
            f'schema:endDate "{max(each.years)}-12-31"^^xsd:date ; dct:spatial {place(each.place)} .'
        )
        lines += [
            f"<{iri}#d{actor}> a cv:Participation ; pivi:participant <id/aktor/{actor}> ."
            for actor in each.actors
        ]
    return "\n".join(lines)


CATALOGUE = make(seed=7, count=400)


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory, shapes: Shapes, vocabulary: list[Change]
) -> Iterator[SearchIndex]:
    directory = tmp_path_factory.mktemp("counted")
    concepts = [change for change in vocabulary if "/begrepp/" in change.iri]
    changes = [*concepts, *said(turtle(CATALOGUE))]
    build_index(changes, changes, directory, shapes)
    index = SearchIndex.open(directory, shapes)
    yield index
    index.close()


def matching(text: str, filters: dict[str, tuple[str, ...]]) -> list[Made]:
    return [
        each
        for each in CATALOGUE
        if (not text or each.word == text)
        and all(each.values(facet) & set(values) for facet, values in filters.items())
    ]


CHOICES = {
    "omrade": AREAS,
    "malgrupp": GROUPS,
    "slag": KINDS,
    "kommun": ("1480", "1283"),
    "stadsdel": ("nord", "gamla", "nya"),
    "aktor": ACTORS,
    "ar": tuple(str(year) for year in range(2010, 2028)),
    "forskning": ("ja", "nej"),
}


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_counts_are_those_of_counting_by_hand(counted: SearchIndex, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(("", *WORDS)))
    chosen = data.draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True))
    filters = {
        facet: tuple(
            data.draw(st.lists(st.sampled_from(CHOICES[facet]), min_size=1, max_size=3, unique=True))
        )
        for facet in chosen
    }
    answer = counted.search(Query(text, filters))
    assert answer.total == len(matching(text, filters))
    for facet in FACETS:
        others = {name: values for name, values in filters.items() if name != facet}
        expected = Counter(value for each in matching(text, others) for value in each.values(facet))
        counts = answer.facet(facet)
        assert counts is not None
        found = {value.value: value.count for value in counts.values if value.count}
        every = {value.value: value.count for value in counted.facet(Query(text, filters), facet).values}
        assert {value: count for value, count in every.items() if count} == dict(expected)
        assert found.items() <= expected.items()
        assert counts.more == (len(found) < len(expected))
        assert {value.value for value in counts.values if value.selected} == set(filters.get(facet, ()))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_hits_are_those_that_match(counted: SearchIndex, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(("", *WORDS)))
    filters = {"omrade": tuple(data.draw(st.lists(st.sampled_from(AREAS), min_size=1, unique=True)))}
    order = data.draw(st.sampled_from(("", "titel", "senast")))
    size = data.draw(st.integers(1, 60))
    expected = {each.ref for each in matching(text, filters)}
    found: list[str] = []
    pages = counted.search(Query(text, filters, order, size=size)).pages
    for page in range(1, pages + 1):
        query = Query(text, filters, order, page, size=size)
        hits = [hit.iri for hit in counted.search(query).hits]
        assert list(counted.uncounted(query)) == list(counted.listed(query)[0]) == hits
        found += [iri.rpartition("/")[2] for iri in hits]
    assert counted.uncounted(Query(text, filters, order, pages + 1, size=size)) == ()
    assert len(found) == len(set(found)), "a hit on two pages"
    assert set(found) == expected


def test_choosing_what_is_in_none_of_the_most_common_values_still_counts_it(counted: SearchIndex) -> None:
    rare = counted.facet(Query(), "aktor").values[-1]
    counts = counted.search(Query(filters={"aktor": (rare.value,)})).facet("aktor")
    assert counts is not None
    assert [(value.value, value.count) for value in counts.values if value.selected] == [
        (rare.value, rare.count)
    ]


def test_pairs_of_areas_are_those_of_counting_by_hand(counted: SearchIndex) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for made in CATALOGUE:
        expected.update(combinations(sorted(CONCEPT[f"omrade/{area}"].value for area in made.areas), 2))
    assert counted.pairs("omrade") == expected


def test_only_facets_of_concepts_have_pairs(counted: SearchIndex) -> None:
    with pytest.raises(NotFound):
        counted.pairs("aktor")
