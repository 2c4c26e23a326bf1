"""OpenAPI: the description is valid, tells of every route, and every path in it answers as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.factory import create_app
from app.openapi import told
from catalogue.projections import Projections
from catalogue.settings import Settings

from .conftest import BASE, FORM, GRAPH_OF, TITLES, Client, Reply

PATH = "/openapi.json"
TABLES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = Settings(data=tmp_path_factory.mktemp("openapi") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield create_app(settings, projections)


def get(client: Client, path: str, **headers: str) -> Reply:
    return client.send("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})


def operations(client: Client) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in get(client, PATH).json["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_description_is_valid_in_both_languages(client: Client, language: str) -> None:
    reply = get(client, PATH, accept_language=language)
    assert (reply.status, reply.type, reply.headers["content-language"]) == (
        200,
        "application/json",
        language,
    )
    assert [str(error.message) for error in OpenAPIV31SpecValidator(reply.json).iter_errors()] == []
    assert reply.json["servers"] == [{"url": BASE.rstrip("/")}]


def test_every_route_is_described_or_named_as_left_out(app: Flask) -> None:
    said = told()
    described = {rule for each in said["operations"] for rule in each["rules"]}
    left_out = set(said["left_out"])
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert rules - described - left_out == set()
    assert left_out <= rules
    assert not described & left_out


def test_every_method_of_a_described_route_is_told(app: Flask) -> None:
    said: dict[str, set[str]] = {}
    for each in told()["operations"]:
        for rule in each["rules"]:
            said.setdefault(rule, set()).add(each.get("method", "get").upper())
    for rule in app.url_map.iter_rules():
        if rule.rule in said:
            assert (rule.methods or set()) - {"HEAD", "OPTIONS"} == said[rule.rule], rule


def test_every_path_answers_as_described_in_each_of_its_formats(client: Client) -> None:
    absent = {each["id"] for each in told()["operations"] if each.get("absent")}
    faults: list[tuple[str, str, int, str]] = []
    walked = 0
    for path, method, operation in operations(client):
        if method != "get":
            continue
        answers = operation["responses"]
        content = answers.get("200", {}).get("content", {"*/*": {}})
        for media_type in content:
            reply = get(client, address(path, operation, media_type), accept=media_type)
            # By extension there is one format, whatever is asked for.
            types = set(content) if "{extension}" in path else {media_type}
            right = str(reply.status) in answers and (reply.status != 200 or reply.type in types)
            there = operation["operationId"] in absent or reply.status in (200, 303, 307)
            if not (right and there):
                faults.append((path, media_type, reply.status, reply.type))
            walked += 1
    assert faults == []
    assert walked > 60


def address(path: str, operation: dict[str, Any], media_type: str) -> str:
    """The path with the examples of what it needs; a query of the form that has such answers."""
    for each in operation["parameters"]:
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", quote(each["example"]))
    given = {
        each["name"]: each["example"]
        for each in operation["parameters"]
        if each["in"] == "query" and each["required"]
    }
    if operation["operationId"] == "sparql" and media_type != "text/html":
        given = {"query": TITLES if media_type in TABLES else GRAPH_OF}
    return f"{path}?{urlencode(given)}" if given else path


def test_the_forms_answer_too(client: Client) -> None:
    posted = {"/oai": ({"verb": "Identify"}, "text/xml"), "/sparql": ({"query": TITLES}, TABLES[0])}
    told_of = {path for path, method, _ in operations(client) if method == "post"}
    assert told_of == set(posted)
    for path, (fields, media_type) in posted.items():
        headers = {"Content-Type": FORM, "Accept": media_type}
        reply = client.send("POST", path, urlencode(fields).encode(), headers)
        assert (reply.status, reply.type) == (200, media_type)


def test_each_word_of_the_search_filters_is_told(client: Client) -> None:
    search = get(client, PATH).json["paths"]["/sok"]["get"]
    names = [each["name"] for each in search["parameters"]]
    assert {"q", "omrade", "malgrupp", "kommun", "sida"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", ["/", "/en/", "/data", "/data/catalog"])
def test_a_link_leads_to_it_from_where_programs_begin(client: Client, path: str) -> None:
    links = get(client, path).headers["link"]
    assert f'<{PATH}>; rel="service-desc"; type="application/json"' in links


def test_the_catalogue_of_interfaces_leads_to_it(client: Client) -> None:
    reply = get(client, "/.well-known/api-catalog")
    assert reply.headers["content-type"].startswith(
        'application/linkset+json; profile="https://www.rfc-editor'
    )
    for each in reply.json["linkset"]:
        described = each["service-desc"][0]["href"].removeprefix(BASE.rstrip("/"))
        assert get(client, described).status == 200
        document = each["service-doc"][0]["href"].removeprefix(BASE.rstrip("/"))
        assert get(client, document).status == 200
    assert f"{BASE}sparql" in {each["anchor"] for each in reply.json["linkset"]}


def test_it_may_be_read_by_other_sites_and_is_unchanged_until_it_changes(client: Client) -> None:
    reply = get(client, PATH)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Accept-Language" in reply.headers["vary"]
    again = get(client, PATH, if_none_match=reply.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = get(client, PATH, accept_language="sv", if_none_match=reply.headers["etag"])
    assert other.status == 200


def test_without_sparql_it_is_not_told(app: Flask) -> None:
    found = app.test_client().get(PATH).get_json()
    assert not [path for path in found["paths"] if path.startswith("/sparql")]
    assert "/oai" in found["paths"] and "sparql" not in {each["name"] for each in found["tags"]}
