"""Odd addresses and query strings: a clear sentence with a 4xx, never a fault of ours."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.reading_html import elements, headings, words

REFUSED = [
    "/sok?sida=-1",
    "/sok?sida=0",
    "/sok?sida=abc",
    "/sok?sida=1000000000",
    "/sok?sida=" + "9" * 5_000,
    "/sok?sida=٣",
    "/sok?omrade=finns-inte",
    "/sok?kommun=9999",
    "/sok?ar=tjugo",
    "/sok?status=pagaende&status=finns-inte",
    "/sok?sortera=slump",
    "/sok?forskning=kanske",
    "/sok?q=a%00b",
    "/insats/%00",
    "/sok?visa=finns-inte",
    "/aktor/?slag=finns-inte",
    "/aktor/?sida=99",
    "/aktor/?sida=-1",
]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_meant_is_refused_with_a_sentence(
    client: FlaskClient, prefix: str, address: str
) -> None:
    response = client.get(prefix + address)
    assert response.status_code in (400, 404)
    assert len(words(response.get_data(as_text=True))) > 100


@pytest.mark.parametrize(
    "address", ["/sok?q=" + "a" * 100_000, "/forslag?q=" + "a" * 100_000, "/" + "a" * 9_000]
)
def test_an_endless_address_is_too_long(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 414


def test_what_to_take_out_of_an_address_is_told_as_it_stands_there(client: FlaskClient) -> None:
    assert "Ta bort %00 ur den." in words(client.get("/sok?q=a%00b").get_data(as_text=True))
    assert "Remove %00 from it." in words(client.get("/en/sok?q=a%00b").get_data(as_text=True))


def test_a_page_far_beyond_the_last_one_does_not_exist(client: FlaskClient) -> None:
    told = client.get("/sok?q=unga&sida=1000000000")
    assert told.status_code == 404
    assert "Sida 1000000000 finns inte. Sökningen har" in words(told.get_data(as_text=True))


def test_repeated_values_of_a_filter_widen(client: FlaskClient) -> None:
    response = client.get("/sok?omrade=fritid&omrade=halsa&omrade=fritid")
    assert response.status_code == 200


def test_unknown_parameters_are_passed_over(client: FlaskClient) -> None:
    assert client.get("/sok?utm_source=brev&fbclid=1").status_code == 200


def test_letters_in_two_code_points_find_the_same(client: FlaskClient) -> None:
    composed = client.get("/sok?q=" + quote("läxhjälp"))
    apart = client.get("/sok?q=" + quote(unicodedata.normalize("NFD", "läxhjälp")))
    assert headings(composed.get_data(as_text=True), 2)[1:2] != []
    titles = [headings(each.get_data(as_text=True), 3) for each in (composed, apart)]
    assert titles[0] == titles[1] != []


@pytest.mark.parametrize(
    "address",
    [
        "/insats/<script>",
        "/insats/%FF%FE",
        "/insats/" + "a" * 200,
        "/insats/a%22%3E%3Cb",
        "/id/insats/finns",
        "/id/finns/inte",
        "/begrepp/omrade/finns-inte",
        "/begrepp/finns-inte",
        "/finns/",
        "/insats/7k3f.exe",
        "/insats/7k3f/mer",
        "/en/static/x/css/base.css",
        "/..%2f..%2fetc/passwd",
    ],
)
def test_a_missing_page_is_404_whatever_its_address(client: FlaskClient, address: str) -> None:
    response = client.get(address, follow_redirects=True)
    assert response.status_code == 404
    assert "<script>" not in response.get_data(as_text=True)


def test_the_search_box_of_a_404_holds_the_words_of_the_address(client: FlaskClient) -> None:
    html = client.get("/projekt/nattvandring-i-biskopsgarden.html").get_data(as_text=True)
    box = next(attributes for tag, attributes in elements(html) if attributes.get("name") == "q")
    assert box["value"] == "projekt nattvandring biskopsgarden"


def test_what_was_typed_is_shown_as_text(client: FlaskClient) -> None:
    html = client.get("/sok?q=" + quote('"><script>alert(1)</script>')).get_data(as_text=True)
    assert "<script>alert" not in html


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["q", "sida", "omrade", "kommun", "aktor", "ar", "sortera", "visa", "status", "x"]
            ),
            st.text(max_size=40),
        ),
        max_size=5,
    )
)
def test_no_query_string_is_a_fault(client: FlaskClient, parameters: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in parameters)
    assert client.get(f"/sok?{query}").status_code in (200, 400, 404)
    assert client.get(f"/forslag?{query}").status_code in (200, 400)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=60))
def test_no_bytes_in_an_address_are_a_fault(client: FlaskClient, raw: bytes) -> None:
    assert client.get("/" + quote(raw)).status_code < 500
    assert client.get("/sok?" + quote(raw, safe="=&%")).status_code < 500
