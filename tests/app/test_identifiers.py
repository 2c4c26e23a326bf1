"""Sweden's rules for persistent identifiers, as a checklist: BI-1 to BI-5 on their form, UM-1 to UM-8 on looking them up.

"Regler kring utformning och uppslagning av beständiga identifierare", Myndigheten för digital förvaltning. UM-10 to
UM-12, on what is gone, are in test_dereferencing.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.translating import speak
from catalogue.namespaces import PIVI, RDF
from catalogue.projections import Projections
from catalogue.settings import Settings

# An address that a municipality might have: at 127.0.0.1, where a trial runs, no identifier lasts.
BASE = "https://data.example.se/"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    settings = Settings(data=tmp_path_factory.mktemp("identifiers") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield projections


@pytest.fixture(scope="module")
def client(published: Projections) -> Iterator[FlaskClient]:
    yield create_app(Settings(base=BASE), published).test_client()
    speak("sv")


@pytest.fixture(scope="module")
def identifiers(published: Projections) -> tuple[str, ...]:
    """The IRI of every record that is published."""
    with published.snapshot() as now:
        subjects = {each.subject.value.partition("#")[0] for each in now.store.triples()}
    assert len(subjects) > 500
    return tuple(sorted(subjects))


def test_identifiers_are_plain_addresses_at_a_domain(identifiers: tuple[str, ...]) -> None:
    for iri in identifiers:
        parts = urlsplit(iri)
        assert parts.scheme in ("http", "https"), "BI-1"
        assert parts.hostname and not re.fullmatch(r"[\d.]+|localhost", parts.hostname), "BI-2"
        assert parts.port is None and parts.username is None and parts.password is None, "BI-3"
        assert not parts.query and "?" not in iri, "BI-4"
        assert not parts.fragment, "BI-5: parts of records have fragments, records have none"


def test_no_identifier_has_the_name_of_an_organisation(
    identifiers: tuple[str, ...], published: Projections
) -> None:
    with published.snapshot() as now:
        named = now.store.subjects(RDF.type, PIVI.Organisation)
        names = {
            word
            for iri in named
            for name in now.index.names_of(iri).values()
            for word in re.findall(r"[a-z]{5,}", name.lower())
        }
    local = [iri for iri in identifiers if iri.startswith(BASE) and "/begrepp/" not in iri]
    assert local and names
    for iri in local:
        word, ref = iri.removeprefix(BASE + "id/").split("/")
        assert re.fullmatch(r"[a-z]+", word) and not {ref, word} & names
        assert len(ref) <= 12, "an opaque reference, not a name"


def test_identifiers_are_looked_up_with_head_and_get(
    client: FlaskClient, identifiers: tuple[str, ...]
) -> None:
    local = [iri for iri in identifiers if iri.startswith(BASE)]
    for iri in local[:: max(1, len(local) // 60)]:
        path = iri.removeprefix(BASE.rstrip("/"))
        head, get = (client.open(path, method=each) for each in ("HEAD", "GET"))
        assert head.status_code == get.status_code == 303, "UM-2, UM-7"
        assert head.headers["Location"] == get.headers["Location"]
        assert head.headers["Link"] == get.headers["Link"] and not head.data
        described = re.findall(r'<([^>]+)>; rel="describedby"; type="([^"]+)"', head.headers["Link"])
        assert {"text/html", "text/turtle"} <= {type for _, type in described}, "UM-7, UM-8"
        assert f'<{iri}>; rel="canonical"' in head.headers["Link"]
        assert 'rel="type"' in head.headers["Link"]
        for address, type in described:
            found = client.head(address)
            assert (found.status_code, found.mimetype) == (200, type), "UM-3"
            others = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', found.headers["Link"])
            assert dict(others).keys() | {address} == {each for each, _ in described}, "UM-4"
            assert f'<{iri}>; rel="describes"' in found.headers["Link"]
