"""ETags from what a page is made of, 304 before rendering, compression that is the same each time."""

from __future__ import annotations

import gzip
from pathlib import Path

import jinja2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import assets

PAGES = ["/", "/sok?q=unga", "/insats/7k3f", "/begrepp/", "/om", "/ns", "/insats/7k3f.ttl", "/forslag?q=un"]


@pytest.mark.parametrize("address", PAGES)
def test_who_has_the_page_already_gets_304_without_a_body(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Last-Modified"].endswith("GMT")
    assert first.headers["Cache-Control"] == "no-cache"


def test_nothing_is_rendered_for_a_304(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = client.get("/insats/7k3f").headers["ETag"]

    def fail(*_values: object, **_named: object) -> str:
        raise AssertionError("a template was rendered")

    monkeypatch.setattr(jinja2.Template, "render", fail)
    assert client.get("/insats/7k3f", headers={"If-None-Match": etag}).status_code == 304


def test_the_etag_tells_languages_encodings_and_addresses_apart(client: FlaskClient) -> None:
    etags = [
        client.get("/insats/7k3f").headers["ETag"],
        client.get("/en/insats/7k3f").headers["ETag"],
        client.get("/insats/7k3f", headers={"Accept-Encoding": "gzip"}).headers["ETag"],
        client.get("/sok?q=a").headers["ETag"],
        client.get("/sok?q=b").headers["ETag"],
    ]
    assert len(set(etags)) == len(etags)


def test_another_languages_etag_is_no_304(client: FlaskClient) -> None:
    swedish = client.get("/om").headers["ETag"]
    assert client.get("/en/om", headers={"If-None-Match": swedish}).status_code == 200


@pytest.mark.parametrize("address", PAGES[:-1])
def test_a_packed_page_unpacks_to_the_same(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "accept-encoding" in {each.lower() for each in packed.vary}
    assert packed.data == client.get(address, headers={"Accept-Encoding": "gzip"}).data


def test_who_refuses_gzip_gets_none(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        *(("x-gzip", True), ("*", True), ("deflate, gzip;q=0.5", True), ("*;q=0, GZIP", True)),
        *(
            ("", False),
            ("identity", False),
            ("gzip;q=0.0, *", False),
            ("x-gzip;q=0, *", False),
            ("br", False),
        ),
    ],
)
def test_gzip_for_those_who_take_it(client: FlaskClient, accepted: str, packed: bool) -> None:
    headers = client.get("/om", headers={"Accept-Encoding": accepted}).headers
    assert (headers.get("Content-Encoding") == "gzip") is packed


def test_head_is_a_get_without_body(client: FlaskClient) -> None:
    get, head = client.get("/insats/7k3f"), client.head("/insats/7k3f")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_errors_are_not_labelled_as_versions(client: FlaskClient) -> None:
    assert "ETag" not in client.get("/finns/inte").headers


def test_static_files_are_kept_for_a_year_and_packed_once(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        address = assets.address("css/base.css")
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(response.data) == (assets.FOLDER / "css/base.css").read_bytes()
    same = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": response.headers["ETag"]})
    assert same.status_code == 304


def test_an_old_static_address_leads_to_the_present_one(client: FlaskClient) -> None:
    response = client.get("/static/00000000/css/base.css")
    assert response.status_code == 302
    assert client.get(response.headers["Location"]).status_code == 200


def test_nothing_outside_the_static_folder_is_served(client: FlaskClient) -> None:
    for name in ("../factory.py", "..%2ffactory.py", "css/../../factory.py"):
        assert client.get(f"/static/00000000/{name}").status_code == 404
    assert Path(assets.FOLDER / "../factory.py").exists()


def test_a_search_page_weighs_little(client: FlaskClient) -> None:
    """At most 150 kB packed with everything that it loads, fonts aside, which are loaded once."""
    from tests.app.reading_html import elements

    page = client.get("/sok", headers={"Accept-Encoding": "gzip"})
    loaded = {
        attributes.get("src") or attributes.get("href", "")
        for tag, attributes in elements(gzip.decompress(page.data).decode())
        if tag == "script" or (tag == "link" and attributes.get("rel") in ("stylesheet", "preload", "icon"))
    }
    loaded = {each for each in loaded if each.startswith("/static/")}
    sizes = [len(client.get(each, headers={"Accept-Encoding": "gzip"}).data) for each in loaded]
    assert len(page.data) + sum(sizes) <= 150_000
