"""The query that a page is turned into gives exactly the rows that the page lists."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.answers import Query
from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.results import CSV
from catalogue.endpoint.screening import screen
from catalogue.endpoint.sheet import Sheet, string
from catalogue.endpoint.textsearch import read
from catalogue.endpoint.wording import Searched, of_search
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections, Snapshot
from catalogue.settings import Settings

from .conftest import PATIENT

BASE = "http://127.0.0.1:8000/"
TITLES = {"omrade": "Område", "stadsdel": "Stadsdel och stadsområde"}
TEXTS = [
    "läxhjälp",
    "Läxhjälp barn",
    "laxhjelp",  # misspelt
    "läxhjälp utomjordingar",  # relaxed
    '"unga vuxna"',
    "skola -läxhjälp",
    "-läxhjälp",
    "e-tjänst/skola",
    "sommar jobb",
    "ungd*  fritid",
    "missbruk",
    "Göteborg",
    "och",
    "!?",
    'han sa "nej" \\ och "',
    "a\\u0022 } UNION { ?s ?p ?o } #",
    "rad\nbryt\r\n<http://x> # kommentar",
    "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton",
    "skola " * 60,
]


@pytest.fixture(scope="module")
def projections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    own = Settings(data=tmp_path_factory.mktemp("wording") / "data", base=BASE)
    with Projections.open(own, example=True) as opened:
        # Without an end, with an end only, begun before any year that counts, and without any date.
        opened.journal.append(
            [
                _initiative("utanslut", '<http://schema.org/startDate> "2019-02-01"'),
                _initiative("utanstart", '<http://schema.org/endDate> "2019-02-01"'),
                _initiative("urgammal", '<http://schema.org/startDate> "1850-01-01"'),
                _initiative("framtid", '<http://schema.org/startDate> "2090-01-01"'),
                _initiative("bakvand", '<http://schema.org/startDate> "2020-01-01"', "2018-01-01"),
                _initiative("odaterad", ""),
            ]
        )
        opened.catch_up()
        yield opened


def _initiative(ref: str, date: str, end: str = "") -> NewRevision:
    iri, day = f"<{BASE}id/insats/{ref}>", "<http://www.w3.org/2001/XMLSchema#date>"
    lines = [
        f'{iri} <http://purl.org/dc/terms/title> "{ref}"@sv .',
        f"{iri} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{PIVI.Initiative.value}> .",
        f"{iri} {date}^^{day} ." if date else "",
        f'{iri} <http://schema.org/endDate> "{end}"^^{day} .' if end else "",
    ]
    content = "".join(f"{line}\n" for line in sorted(lines) if line).encode()
    return NewRevision(iri[1:-1], PIVI.Initiative.value, content, by="test", origin="load")


@pytest.fixture(scope="module")
def endpoint(projections: Projections) -> Iterator[Endpoint]:
    own = Settings(data=projections._layout.data, base=BASE, sparql_seconds=PATIENT)
    with Endpoint(own, projections) as opened:
        yield opened


@pytest.fixture(scope="module")
def snapshot(projections: Projections) -> Iterator[Snapshot]:
    with projections.snapshot() as opened:
        yield opened


Worded = Callable[..., str]


@pytest.fixture(scope="module")
def worded(snapshot: Snapshot) -> Worded:
    """The query for a search that the parameters of /sok ask."""
    index = snapshot.index
    searched = Searched(
        index.plan, snapshot.shapes.facets(), index.names, TITLES, index.view.published_years()
    )

    def word(language: str = "sv", **parameters: list[str]) -> str:
        query = index.read(parameters, language)
        answer = index.search(query)
        return of_search(
            query,
            answer,
            searched,
            heading=f"Insatser {query.text}",
            address=f"{BASE}sok?q={query.text}",
            says=lambda sentence: sentence,
        )

    return word


Same = Callable[..., list[str]]


@pytest.fixture(scope="module")
def same(endpoint: Endpoint, snapshot: Snapshot, worded: Worded) -> Same:
    """Fails unless page and query list the same initiatives; gives them as the query orders them."""
    index = snapshot.index

    def check(language: str = "sv", **parameters: list[str]) -> list[str]:
        query = index.read(parameters, language)
        listed = [
            hit.iri
            for page in range(1, index.search(query).pages + 1)
            for hit in index.search(Query(query.text, query.filters, query.sort, page, language)).hits
        ]
        text = worded(language, **parameters)
        found = rows(endpoint, text)
        assert len(found) == len(set(found)), text
        assert sorted(found) == sorted(listed), text
        return found

    return check


def rows(endpoint: Endpoint, text: str) -> list[str]:
    """The first column of the answer."""
    body = endpoint.ask(Question(text, CSV), client="test").body.decode()
    return [row[0] for row in list(csv.reader(io.StringIO(body)))[1:]]


def values(snapshot: Snapshot, facet: str) -> list[str]:
    index = snapshot.index
    return [each.value for each in index.facet(index.read({}), facet).values]


FACETS = [
    "omrade",
    "malgrupp",
    "status",
    "uppfoljning",
    "typ",
    "slag",
    "kommun",
    "stadsdel",
    "aktor",
    "sektor",
    "forskning",
    "ar",
]


def test_every_facet_of_the_shapes_is_tested(snapshot: Snapshot) -> None:
    assert {rule.name for rule in snapshot.index.plan.facets} == set(FACETS)


def test_all_initiatives(same: Same, snapshot: Snapshot) -> None:
    assert len(same()) == snapshot.index.search(Query()).total


@pytest.mark.parametrize("facet", FACETS)
def test_each_value_of_a_facet_and_every_two_that_follow(same: Same, snapshot: Snapshot, facet: str) -> None:
    offered = values(snapshot, facet)
    assert offered
    for value in offered[:40]:
        same(**{facet: [value]})
    for first, second in pairwise(offered[:12]):
        same(**{facet: [first, second]})
    same(**{facet: offered[:40]})


@pytest.mark.parametrize(("one", "other"), list(combinations(FACETS, 2)))
def test_every_two_facets_together(same: Same, snapshot: Snapshot, one: str, other: str) -> None:
    same(**{one: values(snapshot, one)[:3], other: values(snapshot, other)[:3]})


@pytest.mark.parametrize(
    "year", ["1799", "1850", "1950", "1951", "2018", "2019", "2020", "2026", "2027", "2090"]
)
def test_years_at_the_edges(same: Same, year: str) -> None:
    same(ar=[year])
    same(ar=[year, str(int(year) + 1), "2010"])


def test_a_place_of_another_kind_than_the_facet_finds_nothing(same: Same) -> None:
    assert same(stadsdel=["1480"]) == []


@pytest.mark.parametrize("text", TEXTS)
def test_texts_of_every_sort(same: Same, text: str) -> None:
    same(q=[text])
    same(q=[text], omrade=["fritid", "skola-forskola"])
    same("en", q=[text], sortera=["titel"])


def test_a_search_by_words_comes_in_the_order_of_the_page(same: Same, snapshot: Snapshot) -> None:
    index = snapshot.index
    for text in ("läxhjälp", "unga fritid"):
        found = same(q=[text])
        scores = dict(index.view.matching(text, limit=1000))
        assert [scores[iri] for iri in found] == sorted((scores[iri] for iri in found), reverse=True)
        assert len(found) > 2


CHOICES = st.fixed_dictionaries(
    {}, optional={facet: st.lists(st.integers(0, 400), min_size=1, max_size=4) for facet in FACETS}
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    chosen=CHOICES,
    text=st.sampled_from(["", "", *TEXTS]) | st.text(max_size=30),
    sort=st.sampled_from(["", "traff", "senast", "titel"]),
    language=st.sampled_from(["sv", "en"]),
)
def test_any_combination(
    same: Same, snapshot: Snapshot, chosen: dict[str, list[int]], text: str, sort: str, language: str
) -> None:
    parameters = {"q": [text], "sortera": [sort]} if sort else {"q": [text]}
    for facet, numbers in chosen.items():
        offered = values(snapshot, facet)
        parameters[facet] = [offered[number % len(offered)] for number in numbers]
    same(language, **parameters)


# --- how it is written


def test_a_query_is_written_to_be_read(worded: Worded) -> None:
    text = worded(q=["läxhjälp"], omrade=["fritid", "halsa"])
    assert text.startswith(
        "# Insatser läxhjälp\n# Samma insatser som på http://127.0.0.1:8000/sok?q=läxhjälp\n"
    )
    assert "PREFIX omrade: <https://w3id.org/pivi/begrepp/omrade/>\n" in text
    assert "  # Område: Fritid eller Hälsa\n  VALUES ?omrade { omrade:fritid omrade:halsa }\n" in text
    assert '    ?insats pivi:matches "läxhjälp" ;\n      pivi:score ?poang .\n' in text
    assert text.endswith("}\nORDER BY DESC(?poang) ?insats\n")
    assert "@" not in text.replace(BASE, "")


def test_english_readers_get_english_variables_and_names(worded: Worded) -> None:
    text = worded("en", q=["läxhjälp"], omrade=["fritid"])
    assert "SELECT DISTINCT ?initiative ?title WHERE {" in text
    assert "BIND (COALESCE(?title_en, ?title_sv) AS ?title)" in text


def test_another_spelling_and_fewer_words_are_told(worded: Worded) -> None:
    corrected = worded(q=["laxhjelp"])
    assert 'pivi:matches "läxhjälp"' in corrected
    assert "rättade till ”läxhjälp”" in corrected
    relaxed = worded(q=["läxhjälp utomjordingar"])
    assert "pivi:relaxed true" in relaxed
    assert "det räcker med de flesta" in relaxed


def test_a_year_whose_rows_the_data_cannot_tell_says_so(snapshot: Snapshot) -> None:
    index = snapshot.index
    for year, told in (("2020", False), ("2021", True), ("2026", True), ("2027", False)):
        query = index.read({"ar": [year]})
        searched = Searched(index.plan, snapshot.shapes.facets(), index.names, TITLES, (2020, 2026))
        text = of_search(query, index.search(query), searched, heading="", address="", says=str)
        assert ("som inte står i datan" in text) is told


@given(st.text(max_size=80))
def test_any_text_is_put_into_a_string_and_comes_back(text: str) -> None:
    query = f"SELECT * {{ SERVICE <{PIVI.search.value}> {{ ?s <{PIVI.matches.value}> {string(text)} }} }}"
    screened = screen(query, BASE)
    assert read(screened.services[0], screened).words == text


@given(st.text(max_size=80))
def test_a_comment_is_one_line_whatever_is_in_it(text: str) -> None:
    sheet = Sheet("sv", str)
    sheet.head(text)
    sheet.comment(text)
    sheet.add("ASK {}")
    lines = re.split(r"[\n\r]", sheet.text())
    assert all(not line.strip() or line.strip().startswith("#") or line == "ASK {}" for line in lines)


@pytest.mark.parametrize("iri", ["http://x/a b", "http://x/> } #", "", 'http://x/"', "http://x/\n"])
def test_what_is_no_iri_is_never_written(iri: str) -> None:
    with pytest.raises(ValueError, match="no IRI"):
        Sheet("sv", str).iri(iri)
