"""Lists as data: by extension and by Accept, in pages that follow each other, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Triple

from app.factory import create_app
from catalogue.export import tables
from catalogue.jsonld import Context
from catalogue.namespaces import DCT, PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from tests.conformance.conftest import Reply
from tests.export.conftest import BASE, Get, graph

FORMATS = {"csv": "text/csv", "ttl": "text/turtle", "jsonld": "application/ld+json"}
LISTS = ["/sok", "/aktor", "/plats", "/mote", "/grupp", "/berattelse", "/dokument"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def rows(reply: Reply, delimiter: str = ",") -> list[dict[str, str]]:
    assert reply.status == 200, reply.text
    assert reply.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert reply.body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def links(reply: Reply) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', reply.headers["link"])}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("extension", FORMATS)
def test_every_list_is_data_by_extension_and_by_accept(path: str, extension: str, get: Get) -> None:
    by_extension = get(f"{path}.{extension}")
    assert (by_extension.status, by_extension.type) == (200, FORMATS[extension])
    assert by_extension.headers["access-control-allow-origin"] == "*"
    page = path if path == "/sok" else path + "/"
    by_accept = get(page, accept=FORMATS[extension])
    assert (by_accept.status, by_accept.type) == (200, FORMATS[extension])
    assert by_accept.body == by_extension.body
    assert by_accept.headers["access-control-allow-origin"] == "*"
    assert "Accept" in by_accept.headers["vary"]
    head = get(f"{path}.{extension}", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert get(f"{path}.{extension}", if_none_match=by_extension.headers["etag"]).status == 304
    assert get(page, accept=BROWSER).type == "text/html"


@pytest.mark.parametrize("path", LISTS)
def test_all_formats_hold_the_same_records(path: str, get: Get) -> None:
    table = {row["iri"] for row in rows(get(f"{path}.csv"))}
    assert table
    for extension in ("ttl", "jsonld"):
        found = graph(get(f"{path}.{extension}"))
        assert table <= {str(subject) for subject in found.subjects(rdflib.RDF.type)}
    assert set(graph(get(f"{path}.ttl"))) == set(graph(get(f"{path}.jsonld")))


def test_a_search_gives_its_hits_and_no_others(get: Get) -> None:
    every = {row["iri"]: row for row in rows(get("/sok.csv"))}
    some = {row["iri"] for row in rows(get("/sok.csv?omrade=fritid"))}
    assert 0 < len(some) < len(every)
    assert some == {iri for iri, row in every.items() if "/omrade/fritid" in row["area.iri"]}
    assert [row["title.sv"] for row in rows(get("/sok.csv?omrade=fritid&kolumner=title.sv"))]
    kind = {row["actorKind"] for row in rows(get("/aktor.csv?slag=forening"))}
    assert kind == {"Förening"}


def test_columns_are_chosen_and_named_as_in_json_ld(get: Get) -> None:
    reply = get("/sok.csv?kolumner=title.sv,area,iri")
    assert reply.body.decode("utf-8-sig").splitlines()[0] == "title.sv,area,iri"
    assert {"title.sv", "title.en", "abstract.sv", "area", "area.iri", "status"} <= set(
        rows(get("/sok.csv"))[0]
    )
    wrong = get("/sok.csv?kolumner=title.sv,finnsinte")
    assert wrong.status == 400 and "finnsinte" in wrong.text and "title.en" in wrong.text


def test_names_are_in_the_language_of_the_address(get: Get) -> None:
    swedish = {row["iri"]: row["area"] for row in rows(get("/sok.csv"))}
    english = {row["iri"]: row["area"] for row in rows(get("/en/sok.csv"))}
    assert swedish.keys() == english.keys() and swedish != english


def test_spreadsheets_in_swedish_get_semicolons(get: Get) -> None:
    assert rows(get("/sok.csv?skiljetecken=semikolon"), ";") == rows(get("/sok.csv"))
    assert 'href="/sok.csv?q=natt&amp;skiljetecken=semikolon"' in get("/sok?q=natt").text
    assert get("/sok.csv?skiljetecken=punkt").status == 400


def test_pages_lead_to_their_data(get: Get) -> None:
    for page, path in (
        ("/sok?q=natt", "/sok.ttl?q=natt"),
        ("/aktor/", "/aktor.jsonld"),
        ("/plats/", "/plats.ttl"),
    ):
        assert f'href="{path}"' in get(page).text
    assert 'href="/en/aktor.csv"' in get("/en/aktor/").text


def test_the_list_of_initiatives_is_the_search(get: Get) -> None:
    reply = get("/insats.csv?omrade=fritid")
    assert (reply.status, reply.headers["location"]) == (308, "/sok.csv?omrade=fritid")


def test_what_cannot_be_asked_is_said(get: Get) -> None:
    for address in (
        "/sok.csv?sida=noll",
        "/aktor.csv?sida=0",
        "/aktor.ttl?slag=finnsinte",
        "/sok.ttl?omrade=x",
    ):
        assert get(address).status == 400, address
    for address in ("/sok.csv?sida=99", "/aktor.ttl?sida=99", "/finnsinte.csv"):
        assert get(address).status == 404, address


def test_pages_of_data_follow_each_other_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.tables.SIZE", 20)
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        for start in ("/sok.csv?kolumner=iri", "/en/sok.ttl?sortera=senast", "/aktor.csv", "/plats.csv"):
            address, seen, number = start, [], 0
            while address:
                reply = client.get(address)
                assert reply.status_code == 200
                said = {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', reply.headers["Link"])}
                assert ("prev" in said) is (number > 0) and "first" in said and "last" in said
                if ".csv" in start:
                    table = csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline=""))
                    seen += [row["iri"] for row in table]
                number += 1
                address = said.get("next", "")
                if "kolumner" in start and address:
                    assert "kolumner=iri" in address
            assert number == -(-int(reply.headers["Pivi-Total"]) // 20) > 1
            if ".csv" in start:
                assert len(seen) == len(set(seen)) == int(reply.headers["Pivi-Total"])


def test_a_page_says_when_a_file_does_not_hold_its_whole_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "En fil har högst 20 av de "
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        addresses = ("/sok", "/sok?q=unga", "/aktor/", "/plats/", "/handelse/", "/grupp/")
        assert all(said not in client.get(address).text for address in addresses)
        monkeypatch.setattr("app.pages.tables.SIZE", 20)
        for address in addresses:
            total = int(client.get(address, headers={"Accept": "text/csv"}).headers["Pivi-Total"])
            expected = f"{said}{total}. Lägg till sida=2 i adressen"
            assert (expected in client.get(address).text) is (total > 20), address
        assert "A file holds at most 20 of the 61." in client.get("/en/sok").text


def test_no_cell_is_a_formula() -> None:
    column = tables.Column("a", "", tables._Kind.PLAIN)
    dangerous = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]
    harmless = ["-5", "+46", "3,5", "a=b", "% andel", 'Natt & dag; "citat"', "rad 1\nrad 2", "å"]
    body = tables.written([column], [[each] for each in (*dangerous, *harmless)]).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(body, newline=""))][1:]
    assert cells == [*("'" + each for each in dangerous), *harmless]


def test_only_public_fields_have_a_column() -> None:
    shapes = Shapes.load()
    context = Context.of(shapes)
    for type in shapes.record_types():
        known = {column.path for column in tables.columns(shapes, context, type.iri, BASE)}
        assert not known & {each.value for each in map(NamedNode, shapes.private_predicates(type.iri))}
    columns = tables.columns(shapes, context, PIVI.Initiative.value, BASE)
    iri = NamedNode(BASE + "id/insats/bcdf")
    triples = [
        Triple(iri, DCT.title, Literal("Natt", language="sv")),
        Triple(iri, PIVI.area, NamedNode("http://x.example/a")),
    ]
    cells = dict(
        zip(
            [each.name for each in columns],
            tables.row(columns, iri.value, triples, str.upper, "sv"),
            strict=True,
        )
    )
    assert (cells["title.sv"], cells["title.en"]) == ("Natt", "")
    assert (cells["area"], cells["area.iri"]) == ("HTTP://X.EXAMPLE/A", "http://x.example/a")
