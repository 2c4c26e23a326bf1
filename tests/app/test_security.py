"""What every answer says about how it may be used, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from catalogue.projections import Projections
from catalogue.settings import Settings


@pytest.mark.parametrize("address", ["/", "/sok?sida=-1", "/finns/inte", "/healthz", "/static/0/finns-inte"])
def test_every_answer_is_protected(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Referrer-Policy" in headers
    assert "Server" not in headers


def test_data_may_be_read_by_other_sites(client: FlaskClient) -> None:
    headers = client.get("/insats/7k3f.ttl").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_https_is_kept_to(example: Projections) -> None:
    secure = create_app(dataclasses.replace(Settings(), base="https://pivi.example.se/"), example)
    headers = secure.test_client().get("/healthz").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "upgrade-insecure-requests" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_can_only_be_read(client: FlaskClient, method: str) -> None:
    response = client.open("/sok", method=method)
    assert response.status_code == 405
    assert {"GET", "HEAD"} <= {each.strip() for each in response.headers["Allow"].split(",")}


def test_a_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert client.post("/sok", data=b"x" * 100_000).status_code == 413


def test_no_cookies_are_set(client: FlaskClient) -> None:
    for address in ("/", "/sok?q=unga", "/insats/7k3f"):
        assert "Set-Cookie" not in client.get(address).headers
