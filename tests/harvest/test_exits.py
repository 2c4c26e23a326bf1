"""Every way out of an installation that has records of its own and harvested ones: which of them leave by it, and how.

What others fetch and pass on holds our own records only, so that licences hold and nothing goes in circles.
What people look at and ask has both, each with its origin and its licence.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib

from app.pages.picking import picks
from app.reading import reading
from catalogue.export.counts import count
from catalogue.export.dumps import own_records
from catalogue.namespaces import CONCEPT, FOAF, PIVI, PROV, SKOS
from catalogue.origins import is_own
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.harvest.mixed import BASE, LICENCE, SPACE, Mixed, harvested, initiative, mixed_catalogue, record

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
THEIRS = {"De andras insats", "Deras rapport", "Deras förening"}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mixed]:
    with mixed_catalogue(tmp_path_factory.mktemp("exits")) as found:
        yield found


def fetched(mixed: Mixed, path: str, accept: str = "*/*") -> str:
    response = mixed.client.get(path, headers={"Accept": accept}, follow_redirects=True)
    assert response.status_code == 200, (path, response.status_code)
    return response.get_data(as_text=True)


def walked(mixed: Mixed, first: str) -> str:
    """All pages of what begins at a path, by the links to other pages of the same address."""
    waiting, seen, found = [first], set(), ""
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        text = fetched(mixed, path, "application/n-triples, */*;q=0.1")
        found += text
        waiting += [
            "/" + each
            for each in re.findall(rf"<{re.escape(BASE)}([^>#]*)>", text)
            if ("/" + each).startswith(first)
        ]
    return found


def feed(mixed: Mixed) -> str:
    return walked(mixed, "/data/feed")


def news(mixed: Mixed) -> str:
    return fetched(mixed, "/nytt.atom") + fetched(mixed, "/en/nytt.atom")


def search_feed(mixed: Mixed) -> str:
    return (
        fetched(mixed, "/sok.atom")
        + fetched(mixed, "/sok.atom?q=insats")
        + fetched(mixed, "/sok.atom?kalla=boras")
    )


def oai(mixed: Mixed) -> str:
    return "".join(
        fetched(mixed, f"/oai?verb={verb}&metadataPrefix={format}")
        for verb in ("ListRecords", "ListIdentifiers")
        for format in ("oai_dc", "rdf")
    )


def sitemap(mixed: Mixed) -> str:
    files = re.findall(r"<loc>(.*?)</loc>", fetched(mixed, "/sitemap.xml"))
    return "".join(fetched(mixed, "/" + each.removeprefix(BASE)) for each in files)


def dumps(mixed: Mixed) -> str:
    with mixed.projections.snapshot() as shown:
        return b"".join(own_records(shown.journal, shown.shapes, base=BASE, upto=shown.version)).decode()


def descriptions(mixed: Mixed) -> str:
    paths = ("/datasets/dcat", "/datasets/dcat-ap", "/data/catalog", "/datasets/feed", "/data", "/en/data")
    return "".join(fetched(mixed, path) for path in paths)


@pytest.mark.parametrize(
    "way", [feed, news, search_feed, oai, sitemap, dumps, descriptions], ids=lambda each: each.__name__
)
def test_what_is_passed_on_holds_nothing_of_others(mixed: Mixed, way: Callable[[Mixed], str]) -> None:
    text = way(mixed)
    assert way is sitemap or way is descriptions or all(each in text for each in ("Vår egen", "insats/bbbb"))
    # Dublin Core names those whom our own record names.
    named = {"Deras förening"} if way is oai else set()
    assert not [each for each in THEIRS - named if each in text]
    assert "kvastfening" not in text and "/extern/" not in text and LICENCE not in text
    # Our own records may point at theirs; nothing is said of them.
    assert not re.search(rf"(?m)^<{SPACE}", text)


def test_what_is_described_has_the_times_and_places_of_our_own(mixed: Mixed) -> None:
    described = rdflib.Graph().parse(data=fetched(mixed, "/datasets/dcat-ap.nt"), format="nt")
    initiatives = rdflib.URIRef(f"{BASE}data/catalog#insatser")
    with mixed.projections.snapshot() as shown:
        spans = shown.journal.spans(after=0, upto=shown.version, under=(f"{BASE}id/insats/",))
    assert [str(each) for each in described.objects(initiatives, DCT.modified)] == [
        spans[PIVI.Initiative.value].last.isoformat(timespec="seconds")
    ]
    assert "plats/1490" not in fetched(mixed, "/datasets/dcat-ap.nt"), "only others are in Borås"


def test_the_numbers_tell_our_own_apart_from_what_sparql_is_answered_from(mixed: Mixed) -> None:
    told = rdflib.Graph().parse(
        data=fetched(mixed, "/.well-known/void", "application/n-triples"), format="nt"
    )
    own = rdflib.URIRef(f"{BASE}data/catalog#allt")
    both, others = (rdflib.URIRef(f"{BASE}.well-known/void#{name}") for name in ("sparql", "fran-andra"))
    with mixed.projections.snapshot() as shown:
        every = list(shown.store.triples())
    ours = [each for each in every if is_own(each.subject.value, BASE)]
    assert 0 < len(ours) < len(every)

    def number(dataset: rdflib.URIRef, predicate: rdflib.URIRef) -> int:
        (value,) = told.objects(dataset, predicate)
        return int(value)

    assert number(own, VOID.triples) == len(ours)
    assert number(own, VOID.distinctSubjects) == len({each.subject for each in ours})
    assert number(own, VOID.distinctObjects) == len({each.object for each in ours})
    assert number(both, VOID.triples) == len(every)
    assert number(others, VOID.triples) == len(every) - len(ours)
    assert number(others, VOID.documents) == 3
    (initiatives,) = (
        part
        for part in told.objects(own, VOID.classPartition)
        if (part, VOID["class"], rdflib.URIRef(PIVI.Initiative.value)) in told
    )
    assert number(initiatives, VOID.entities) == 1
    assert not list(told.objects(both, DCT.license)), "no one licence holds for both"
    (part,) = told.objects(others, VOID.subset)
    assert {str(each) for each in told.objects(part, DCT.license)} == {LICENCE}
    assert {str(each) for each in told.objects(part, DCT.source)} == {f"{SPACE}data/dump.nt"}


def test_without_anything_harvested_the_numbers_are_those_of_everything(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings) as projections, projections.snapshot() as shown:
        found = count(shown.store, shown.version, shown.changed, BASE)
        assert (found.harvested, found.everything) == ((), found.triples)
        assert found.triples == len(shown.store)


@pytest.mark.parametrize("path", ["/sok.csv", "/dokument.csv", "/aktor.csv"])
def test_a_table_tells_of_each_row_whose_it_is(mixed: Mixed, path: str) -> None:
    rows = list(csv.DictReader(io.StringIO(fetched(mixed, path).removeprefix("\ufeff"))))
    assert {each["iri"].startswith(BASE) for each in rows} == {True, False}
    for each in rows:
        if each["iri"].startswith(BASE):
            assert (each["source"], each["license"]) == (BASE, "http://creativecommons.org/licenses/by/4.0/")
            assert each["retrieved"] == ""
        else:
            assert (each["source"], each["license"]) == (f"{SPACE}data/dump.nt", LICENCE)
            assert each["retrieved"] == "2026-11-20T04:00:00Z"


@pytest.mark.parametrize("extension", ["ttl", "jsonld"])
def test_a_list_as_rdf_says_of_each_harvested_record_whose_it_is(mixed: Mixed, extension: str) -> None:
    formats = {"ttl": "turtle", "jsonld": "json-ld"}
    found = rdflib.Graph().parse(data=fetched(mixed, f"/sok.{extension}"), format=formats[extension])
    theirs = rdflib.URIRef(f"{SPACE}id/insats/ffff")
    assert (theirs, DCT.license, rdflib.URIRef(LICENCE)) in found
    assert (theirs, rdflib.URIRef(PROV.hadPrimarySource.value), None) in found


def test_a_search_among_our_own_or_a_sources(mixed: Mixed) -> None:
    def hits(query: str) -> set[str]:
        text = fetched(mixed, f"/sok.csv?kolumner=iri&{query}")
        return set(text.removeprefix("\ufeff").split()[1:])

    own, theirs = f"{BASE}id/insats/bbbb", f"{SPACE}id/insats/ffff"
    assert hits("") == hits("kalla=egna&kalla=boras") == {own, theirs}
    assert hits("kalla=egna") == hits("kalla=egna&omrade=fritid") == {own}
    assert hits("kalla=boras") == hits("kalla=boras&q=andras") == {theirs}
    assert hits("kalla=egna&omrade=halsa") == set()
    assert mixed.client.get("/sok?kalla=ingen").status_code == 400


def test_the_search_page_counts_each_source(mixed: Mixed) -> None:
    text = fetched(mixed, "/sok")
    rows = re.findall(
        r'name="kalla" value="(\w+)".*?facet-name">(.*?)</span><span class="number">(\d+)', text
    )
    assert rows == [("egna", "Egna", "1"), ("boras", "Borås", "1")]
    chosen = fetched(mixed, "/sok?kalla=boras")
    assert "De andras insats" in chosen and "Vår egen" not in chosen
    assert 'class="chip"' in chosen and "Borås" in chosen
    nothing = fetched(mixed, "/sok?q=egen&kalla=boras")
    assert "Utan" in nothing and "Källa: Borås" in nothing


def test_the_start_page_lifts_what_our_editors_lift(mixed: Mixed) -> None:
    with mixed.client.application.test_request_context("/"):
        assert picks(reading()) == (f"{BASE}id/insats/bbbb",)


def test_pages_that_show_both_do_not_claim_our_licence_for_all(mixed: Mixed) -> None:
    for path in ("/sok", "/dokument/", "/"):
        assert "Från andra: enligt deras licens" in fetched(mixed, path)


def test_a_source_puts_no_word_among_our_filters_and_vocabularies(tmp_path: Path) -> None:
    area, shared = f"{SPACE}id/begrepp/omrade", CONCEPT["omrade"]
    with mixed_catalogue(tmp_path) as mixed:
        mixed.publish(
            harvested(record(area, SKOS.ConceptScheme, f'{SKOS.prefLabel} "Deras område"@sv')),
            harvested(
                record(
                    f"{area}/egendomligt",
                    SKOS.Concept,
                    f'{SKOS.prefLabel} "Egendomligt"@sv',
                    f"{SKOS.inScheme} <{area}>",
                )
            ),
            harvested(
                record(
                    f"{area}/insmuget",
                    SKOS.Concept,
                    f'{SKOS.prefLabel} "Insmuget"@sv',
                    f"{SKOS.inScheme} {shared}",
                )
            ),
        )
        for path in ("/sok", "/begrepp/", "/begrepp/omrade", "/"):
            text = fetched(mixed, path)
            assert not [each for each in ("Deras område", "Egendomligt", "Insmuget") if each in text], path
        shown = fetched(mixed, "/extern/boras/begrepp/omrade/egendomligt")
        assert "Egendomligt" in shown and "redigeras hos källan" in shown


def test_an_actor_with_the_reference_of_another_is_found_by_itself(tmp_path: Path) -> None:
    ours, theirs = f"{BASE}id/aktor/cccc", f"{SPACE}id/aktor/cccc"
    own, other = f"{BASE}id/insats/mmmm", f"{SPACE}id/insats/nnnn"
    with mixed_catalogue(tmp_path) as mixed:
        mixed.publish(
            harvested(record(theirs, PIVI.Organisation, f'{FOAF.name} "Samma beteckning"@sv')),
            initiative(own, "Hos oss", actor=ours),
            harvested(initiative(other, "Hos dem", actor=theirs)),
        )

        def hits(actor: str) -> set[str]:
            return set(
                fetched(mixed, f"/sok.csv?kolumner=iri&aktor={quote(actor)}")
                .removeprefix("\ufeff")
                .split()[1:]
            )

        # The address that always meant ours still does.
        assert own in hits("cccc") and other not in hits("cccc")
        assert hits(ours) == hits("cccc")
        assert hits(theirs) == {other}
        values = re.findall(r'name="aktor" value="([^"]*)"', fetched(mixed, "/sok"))
        assert {ours, theirs} < set(values) and "cccc" not in values
        chosen = fetched(mixed, f"/sok?aktor={quote(theirs)}")
        assert f'value="{theirs}" form="sokform" checked' in chosen and "Samma beteckning (Borås)" in chosen
