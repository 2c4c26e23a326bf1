"""Requests that try to make the site name another host, or say that something is there that is not."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

EVIL = "evil.example"


@pytest.mark.parametrize(
    "address", ["/insats?q=1", "/begrepp", "/static//x", "/en/insats", "/id//insats/7k3f"]
)
def test_a_redirect_never_names_the_host_that_the_request_names(example: FlaskClient, address: str) -> None:
    answer = example.get(address, headers={"Host": EVIL})
    assert EVIL not in str(answer.headers) + answer.get_data(as_text=True)
    if answer.status_code == 308:
        assert answer.headers["Location"].startswith("/") and not answer.headers["Location"].startswith("//")


@pytest.mark.parametrize(
    "address", [f"//{EVIL}/x", f"/en//{EVIL}", f"/en///{EVIL}/", f"/%2f{EVIL}", f"/\\{EVIL}"]
)
def test_no_link_leads_to_a_host_that_the_address_names(example: FlaskClient, address: str) -> None:
    page = example.get("http://127.0.0.1:8000" + address).get_data(as_text=True)
    assert f'"//{EVIL}' not in page and f'"/\\{EVIL}' not in page


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded"])
def test_what_a_proxy_might_say_is_not_believed(example: FlaskClient, header: str) -> None:
    page = example.get("/insats/7k3f", headers={header: EVIL, "Host": EVIL})
    assert EVIL not in page.get_data(as_text=True)


@pytest.mark.parametrize("known", ["*", '"x", *', ", ".join(f'"{n}"' for n in range(5_000))])
def test_what_is_not_there_is_not_found_whatever_the_client_has(example: FlaskClient, known: str) -> None:
    assert example.get("/insats/zzzz", headers={"If-None-Match": known}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": ';;;,,,/;q=x;"\\",*'},
        {"Accept": ",".join(f"a{n}/b;q=0.{n}" for n in range(4_000))},
        {"Accept": "text/turtle;q=nan, text/html;q=inf"},
        {"Accept-Language": "en-" * 5_000},
        {"Accept-Encoding": "gzip;q=1," * 5_000},
        {"Accept-Encoding": "gzip;q=nan, *;q=-1"},
        {"Range": "bytes=" + ",".join(f"{n}-" for n in range(2_000))},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Cookie": "a=b;" * 5_000},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_odd_headers_get_an_ordinary_answer(example: FlaskClient, headers: dict[str, str]) -> None:
    for address in ("/insats/7k3f", "/id/insats/7k3f", "/sok?q=skola"):
        # A thing says so when a client takes none of its formats.
        assert example.get(address, headers=headers).status_code in (200, 303, 406)
