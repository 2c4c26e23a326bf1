"""Addresses: which page of this site shows an IRI, and which IRI a page's address means."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from catalogue.namespaces import CONCEPT, SHARED

_ONTOLOGY = SHARED + "ns"
_SHARED_THINGS = SHARED + "id/"


class Addresses:
    """Turns IRIs into addresses of one installation. `base` ends with a slash."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._things = base + "id/"

    def path(self, iri: str) -> str | None:
        """The path of the page about `iri`, without language: `/insats/k7md`. None when it has no page here."""
        if iri.startswith(self._things):
            return "/" + iri[len(self._things) :]
        if iri.startswith(CONCEPT.iri):
            return "/begrepp/" + iri[len(CONCEPT.iri) :]
        if iri.startswith(_SHARED_THINGS):
            return "/" + iri[len(_SHARED_THINGS) :]
        if iri == _ONTOLOGY or iri.startswith(_ONTOLOGY + "#"):
            return iri[len(SHARED) - 1 :]
        return None

    def candidates(self, word: str, ref: str) -> tuple[str, ...]:
        """The IRIs that `/{word}/{ref}` can mean, likeliest first.

        Municipalities and counties are shared by all installations and named by their SCB code. Vocabularies
        are shared, or the installation's own: `ref` is `malgrupp` or `malgrupp/barn`. Everything else is local.
        """
        local = f"{self._things}{word}/{ref}"
        if word == "plats" and ref.isdigit() and len(ref) in (2, 4):
            return (f"{_SHARED_THINGS}{word}/{ref}", local)
        if word == "begrepp":
            return (CONCEPT[ref].value, local)
        return (local,)

    def absolute(self, path: str) -> str:
        """The address of a path of this site with scheme and host."""
        return self.base.rstrip("/") + path


def safe_link(address: str) -> str | None:
    """`address` when it may stand in an href: http, https or mailto. Else None (javascript:, data: …)."""
    parts = urlsplit(address)
    return address if parts.scheme in ("http", "https", "mailto") else None


def with_query(path: str, parameters: list[tuple[str, str]]) -> str:
    """`path` with a query string in the given order; no question mark when there is none."""
    return f"{path}?{urlencode(parameters, quote_via=quote)}" if parameters else path
