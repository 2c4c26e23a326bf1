"""Content negotiation by profile: which profile and format a request wants, and the list of those that there are.

Content Negotiation by Profile (W3C, dx-prof-conneg), by headers (section 7.1) and by query string
arguments (section 7.2). Drafts call the list `alt` or `all`, and the attribute of links `profile` or `formats`:
both of each are understood and said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from flask import request
from pyoxigraph import Literal, NamedNode, Triple

from app.languages import unprefixed_root
from app.linking import link
from app.negotiating import PAGE
from catalogue.errors import N_, InvalidInput
from catalogue.export.dcat import PROFILES, Profile
from catalogue.formats import RDF_XML, RECORD_FORMATS, Format, by_media_type
from catalogue.namespaces import DCT, PREFIXES, RDF, RDFS, XSD, Namespace
from catalogue.turtle import serialise

ALTR = Namespace("http://www.w3.org/ns/dx/connegp/altr#")
PROF = Namespace("http://www.w3.org/ns/dx/prof/")
PATH = "/data/catalog"
PAGE_PATH = "/data"
JSON = "application/json"
LIST = "alt"
_LISTS = {LIST, "all"}
# Section 7.1: addresses in angle brackets, each with a q-value.
_WANTED_PROFILE = re.compile(r"<([^>]*)>\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?")
# Section 7.2: tokens, or addresses with or without brackets, the most wanted first.
_IN_ORDER = re.compile(r"<[^>]*>|[^,<>\s]+")
_LONGEST = 2_000
# What is served when nothing is said.
DEFAULT = (PROFILES[0], RDF_XML)


def lists_are_asked_for() -> bool:
    """Whether the address asks for the list of what there is (section 7.2, list profiles)."""
    return request.args.get("_profile", "").strip() in _LISTS


def wanted_profile() -> Profile:
    """The profile that the address asks for, else the one that Accept-Profile likes best, else the first.

    Raises InvalidInput for an address that asks for none that there is.
    """
    asked = request.args.get("_profile")
    if asked is None:
        return _by_header()
    for wanted in _IN_ORDER.findall(asked[:_LONGEST]):
        name = wanted.strip("<>")
        for profile in PROFILES:
            if profile.token == name or profile.called(name):
                return profile
    raise InvalidInput(
        N_("_profile är ”%(value)s” men ska vara något av: %(known)s."),
        value=asked[:100],
        known=", ".join((*(each.token for each in PROFILES), LIST)),
    )


def _by_header() -> Profile:
    wanted = [
        (float(quality or 1), profile)
        for iri, quality in _WANTED_PROFILE.findall(request.headers.get("Accept-Profile", "")[:_LONGEST])
        for profile in PROFILES
        if profile.called(iri)
    ]
    # The first of equals: max() keeps it.
    quality, best = max(wanted, key=lambda each: each[0], default=(0.0, PROFILES[0]))
    return best if quality > 0 else PROFILES[0]


def wanted_media_type(*others: str) -> Format | str | None:
    """The format that the address asks for, or one of the `others`; None where it does not say.

    Raises InvalidInput when it asks for none that there is.
    """
    asked = request.args.get("_mediatype")
    if asked is None:
        return None
    for wanted in asked[:_LONGEST].replace(" ", "+").split(","):  # a plus that was not percent-encoded
        found = by_media_type(wanted)
        if found in RECORD_FORMATS:
            return found
        if wanted in others:
            return wanted
    raise InvalidInput(
        N_("_mediatype är ”%(value)s” men ska vara något av: %(known)s."),
        value=asked[:100],
        known=", ".join((*(each.media_type for each in RECORD_FORMATS), *others)),
    )


# --- what there is -------------------------------------------------------------------------------------


def links(base: str, shown: tuple[Profile, Format] | None) -> str:
    """Links to every profile in every format, which of them this is, and the tokens (section 7.1, list profiles).

    `shown` is None for the list itself, in which what comes unasked is canonical.
    """
    found = [link(shown[0].iri, "profile")] if shown else []
    for profile in PROFILES:
        found.append(link(PROF.Profile.value, "type", token=profile.token, anchor=profile.iri))
    for profile, format, address in _representations(base):
        found.append(
            link(
                address,
                "canonical" if (profile, format) == (shown or DEFAULT) else "alternate",
                type=format.media_type,
                profile=profile.iri,
                formats=profile.iri,
            )
        )
    return ", ".join((*found, link(unprefixed_root() + PAGE_PATH, "alternate", type=PAGE.media_type)))


def content_profile(profile: Profile) -> str:
    """The value of the header that says which profile came (section 7.1, get resource by profile)."""
    return f"<{profile.iri}>"


def listed(base: str, format: Format | str) -> bytes:
    """The list of representations, by the Alternative Representations data model; in short as JSON."""
    if not isinstance(format, Format):
        said = {
            "resource": base + PATH.lstrip("/"),
            "profiles": [
                {
                    "token": profile.token,
                    "uri": profile.iri,
                    "media_types": [each.media_type for each in RECORD_FORMATS],
                }
                for profile in PROFILES
            ],
        }
        return json.dumps(said, indent=1).encode()
    return serialise(_triples(base), format, PREFIXES | {"altr": ALTR.iri, "prof": PROF.iri})


def _triples(base: str) -> Iterator[Triple]:
    resource = NamedNode(base + PATH.lstrip("/"))
    page = NamedNode(base + PAGE_PATH.lstrip("/"))
    yield Triple(resource, RDF.type, RDFS.Resource)
    for profile in PROFILES:
        standard = NamedNode(profile.iri)
        yield Triple(standard, RDF.type, PROF.Profile)
        yield Triple(standard, RDF.type, DCT.Standard)
        yield Triple(standard, DCT.title, Literal(profile.name))
        yield Triple(standard, PROF.hasToken, Literal(profile.token, datatype=XSD.token))
    for profile, format, address in _representations(base):
        representation = NamedNode(address)
        yield Triple(resource, ALTR.hasRepresentation, representation)
        if (profile, format) == DEFAULT:
            yield Triple(resource, ALTR.hasDefaultRepresentation, representation)
        yield Triple(representation, RDF.type, ALTR.Representation)
        yield Triple(representation, DCT["format"], Literal(format.media_type))
        yield Triple(representation, DCT.conformsTo, NamedNode(profile.iri))
    yield Triple(resource, ALTR.hasRepresentation, page)
    yield Triple(page, RDF.type, ALTR.Representation)
    yield Triple(page, DCT["format"], Literal(PAGE.media_type))


def _representations(base: str) -> Iterator[tuple[Profile, Format, str]]:
    for profile in PROFILES:
        for format in RECORD_FORMATS:
            yield profile, format, f"{base.rstrip('/')}{profile.path}.{format.extension}"
