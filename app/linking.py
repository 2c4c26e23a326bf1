"""`Link` headers: where else a thing, a page or its data is found, and what it is (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response

from app.addresses import Addresses
from app.languages import NAMES, unprefixed_root
from app.negotiating import PAGE
from app.translating import DEFAULT
from catalogue.formats import RECORD_FORMATS

_OF_URIS = "%/:?#[]@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Representation:
    """One of the forms that a description is found in. `language` is empty for data, which is in all."""

    url: str
    media_type: str
    language: str = ""


def representations(path: str) -> tuple[Representation, ...]:
    """The pages at `path` in each language, and the data beside them."""
    root = unprefixed_root()
    pages = (
        Representation(f"{root}{'' if code == DEFAULT else '/' + code}{path}", PAGE.media_type, code)
        for code in NAMES
    )
    data = (Representation(f"{root}{path}.{each.extension}", each.media_type) for each in RECORD_FORMATS)
    return (*pages, *data)


def link(target: str, relation: str, **parameters: str) -> str:
    """One link. IRIs become URIs, as headers are ASCII (RFC 3987, section 3.1); they hold no quotes."""
    said = "".join(f'; {name}="{quote(value, _OF_URIS)}"' for name, value in parameters.items() if value)
    return f'<{quote(target, _OF_URIS)}>; rel="{relation}"{said}'


def to_each(found: Iterable[Representation], relation: str) -> list[str]:
    """A link to each of the representations."""
    return [link(each.url, relation, type=each.media_type, hreflang=each.language) for each in found]


def of_thing(iri: str, path: str, types: Iterable[str]) -> str:
    """The links of a thing: what describes it, which classes it is of, and the IRI that it goes by everywhere."""
    return ", ".join(
        (
            *to_each(representations(path), "describedby"),
            *(link(each, "type") for each in types),
            link(iri, "canonical"),
        )
    )


def of_description(
    iri: str, path: str, types: Iterable[str], addresses: Addresses, shown: str, *, harvested: bool = False
) -> str:
    """The links of a page or of data about a thing. `shown` is the path of the representation itself.

    What is `harvested` is canonical where it comes from.
    """
    others = (each for each in representations(path) if each.url != unprefixed_root() + shown)
    return ", ".join(
        (
            link(iri, "describes"),
            # The classes are those of the thing, not of the document about it (RFC 8288, section 3.2).
            *(link(each, "type", anchor=iri) for each in types),
            link(iri if harvested else addresses.absolute(shown), "canonical"),
            *to_each(others, "alternate"),
        )
    )


def add(response: Response, links: str) -> Response:
    """`response` with the links."""
    response.headers.add("Link", links)
    return response
