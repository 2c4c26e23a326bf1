"""What a catalogue in DCAT-AP offers to us: which datasets follow our ontology, and the best file of each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.errors import InvalidInput
from catalogue.formats import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TURTLE,
    Format,
    by_media_type,
    of_file,
)
from catalogue.namespaces import DCAT, DCT, PIVI, PIVIS, RDF, SPDX

# What data that we can take in says that it conforms to: the ontology or its shapes, as document or namespace.
_OURS = {iri.rstrip("#") for iri in (PIVI.iri, PIVIS.iri)}
# Quickest to read first.
_BEST = (N_TRIPLES, N_QUADS, TURTLE, TRIG, RDF_XML, JSON_LD)
_MEDIA_TYPES = re.compile(r"https?://(?:www\.)?iana\.org/assignments/media-types/")
_GZIP = {"application/gzip", "application/x-gzip", "gzip"}
# The EU's list of file types, http://publications.europa.eu/resource/authority/file-type.
_FILE_TYPES = {
    "RDF_N_TRIPLES": N_TRIPLES,
    "RDF_N_QUADS": N_QUADS,
    "RDF_TURTLE": TURTLE,
    "RDF_TRIG": TRIG,
    "RDF_XML": RDF_XML,
    "JSON_LD": JSON_LD,
}
# What says that a file is packed, or some RDF.
_NO_FORMAT = _GZIP | {"GZIP", "RDF"}
_FILE_TYPE = re.compile(r"https?://publications\.europa\.eu/resource/authority/file-type/")
_ALGORITHMS = {"sha1", "sha224", "sha256", "sha384", "sha512", "md5"}
_LDES = "https://w3id.org/ldes/specification"
_LONGEST = 300
_MOST = 1_000


class Reason(StrEnum):
    """Why a dataset is not followed."""

    OTHER = "other"
    """It does not say that it follows our ontology."""
    EDITION = "edition"
    """It is an edition of a series, or an older version."""
    PART = "part"
    """It is taken from another one, which is followed."""
    NO_FILE = "no file"
    """None of its distributions is files of RDF."""


@dataclass(frozen=True)
class Choice:
    """Files that together hold a dataset: one distribution. `extension` is their format's, empty where it is not said.

    `checksum` is algorithm (as hashlib calls it) and hexadecimal value, of the one file; None when not told.
    """

    urls: tuple[str, ...]
    extension: str
    packed: bool
    checksum: tuple[str, str] | None


@dataclass(frozen=True)
class Offer:
    """A dataset that follows our ontology, and its distributions that can be read, the best one first."""

    dataset: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Other:
    """A dataset that is not followed."""

    dataset: str
    title: str
    reason: Reason


@dataclass(frozen=True)
class Offers:
    """What a catalogue offers. `total` counts its datasets; `others` names at most a thousand of those not followed.

    `feeds` are the addresses of its change feeds (LDES) of such data.
    """

    total: int
    followed: tuple[Offer, ...]
    others: tuple[Other, ...]
    feeds: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        return cls(
            said["total"],
            tuple(Offer(each["dataset"], each["title"], _choices(each)) for each in said["followed"]),
            tuple(Other(**each | {"reason": Reason(each["reason"])}) for each in said["others"]),
            tuple(said["feeds"]),
        )


def _choices(offer: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            tuple(each["urls"]),
            each["extension"],
            each["packed"],
            tuple(each["checksum"]) if each["checksum"] else None,
        )
        for each in offer["choices"]
    )


def offers(triples: Iterable[Triple]) -> Offers:
    """What the triples of a catalogue's description offer. Memory grows with what they say of datasets only."""
    said = _Said(triples)
    datasets = sorted(said.subjects(DCAT.Dataset) | said.objects(DCAT.dataset))
    series = said.subjects(DCAT.DatasetSeries)
    datasets = [each for each in datasets if each not in series]
    conforming = [each for each in datasets if said.conforms(each)]
    editions = {each for each in conforming if said.is_edition(each)}
    current = {each: _choices_of(said, each) for each in conforming if each not in editions}
    whole = {each for each, choices in current.items() if choices}
    parts = {each for each in current if any(other in whole - {each} for other in said.sources(each))}
    reasons: dict[str, Reason] = dict.fromkeys(editions, Reason.EDITION) | dict.fromkeys(parts, Reason.PART)
    for each in current.keys() - whole - parts:
        reasons[each] = Reason.NO_FILE
    followed = [each for each in conforming if each not in reasons]
    others = [each for each in datasets if each not in followed]
    return Offers(
        total=len(datasets),
        followed=tuple(Offer(each, said.title(each), current[each]) for each in followed),
        others=tuple(
            Other(each[:_LONGEST], said.title(each), reasons.get(each, Reason.OTHER))
            for each in others[:_MOST]
        ),
        feeds=tuple(sorted(set(_feeds(said, conforming)))),
    )


_WANTED = {
    RDF.type,
    DCAT.dataset,
    DCAT.distribution,
    DCAT.downloadURL,
    DCAT.accessURL,
    DCAT.endpointURL,
    DCAT.accessService,
    DCAT.mediaType,
    DCAT.compressFormat,
    DCAT.packageFormat,
    DCAT.inSeries,
    DCAT.isVersionOf,
    DCT.title,
    DCT.format,
    DCT.conformsTo,
    DCT.source,
    DCT.isPartOf,
    DCT.isVersionOf,
    DCT.isReplacedBy,
    SPDX.checksum,
    SPDX.algorithm,
    SPDX.checksumValue,
}


class _Said:
    """What a description says that matters here, by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[tuple[str, NamedNode], set[NamedNode | Literal]] = defaultdict(set)
        self._of: dict[str, set[str]] = defaultdict(set)
        self._objects: dict[NamedNode, set[str]] = defaultdict(set)
        for each in triples:
            if each.predicate not in _WANTED or isinstance(each.subject, Triple):
                continue
            subject = _key(each.subject)
            value = each.object
            if each.predicate == RDF.type:
                self._of[_key(value)].add(subject)
            elif isinstance(value, NamedNode | Literal):
                self._said[subject, each.predicate].add(value)
            elif not isinstance(value, Triple):
                # A blank node, told from addresses by its name.
                self._said[subject, each.predicate].add(NamedNode(_key(value)))
            if each.predicate == DCAT.dataset:
                self._objects[each.predicate].add(_key(value))

    def subjects(self, kind: NamedNode) -> set[str]:
        return set(self._of.get(kind.value, ()))

    def objects(self, predicate: NamedNode) -> set[str]:
        return set(self._objects.get(predicate, ()))

    def values(self, subject: str, *predicates: NamedNode) -> list[str]:
        return sorted(
            {each.value for predicate in predicates for each in self._said.get((subject, predicate), ())}
        )

    def says_that_it_conforms(self, subject: str) -> bool:
        return any(each.rstrip("#/") in _OURS for each in self.values(subject, DCT.conformsTo))

    def conforms(self, dataset: str) -> bool:
        distributions = self.values(dataset, DCAT.distribution)
        return any(self.says_that_it_conforms(each) for each in (dataset, *distributions))

    def is_edition(self, dataset: str) -> bool:
        """Whether it is one of a series, or a version that another has taken the place of."""
        return bool(self.values(dataset, DCAT.inSeries, DCAT.isVersionOf, DCT.isVersionOf, DCT.isReplacedBy))

    def sources(self, dataset: str) -> list[str]:
        """The datasets that this one is taken from."""
        return self.values(dataset, DCT.source, DCT.isPartOf)

    def title(self, dataset: str) -> str:
        """What it is called, in Swedish where that is said."""
        titles = self._said.get((dataset, DCT.title), ())
        found = sorted(
            (getattr(each, "language", None) != "sv", each.value)
            for each in titles
            if isinstance(each, Literal)
        )
        return " ".join(found[0][1].split())[:_LONGEST] if found else ""


def _key(term: object) -> str:
    value = getattr(term, "value", "")
    return value if isinstance(term, NamedNode) else f"urn:blank:{value}"


def _choices_of(said: _Said, dataset: str) -> tuple[Choice, ...]:
    """The distributions that can be read, best first: by format, packed before plain."""
    itself = said.says_that_it_conforms(dataset)
    found = []
    for each in said.values(dataset, DCAT.distribution):
        ours = said.says_that_it_conforms(each) or (itself and not said.values(each, DCT.conformsTo))
        choice = _choice(said, each) if ours else None
        if choice is not None:
            found.append(choice)
    rank = {format.extension: place for place, format in enumerate(_BEST)}
    return tuple(
        sorted(found, key=lambda each: (rank.get(each.extension, len(rank)), not each.packed, each.urls))
    )


def _choice(said: _Said, distribution: str) -> Choice | None:
    """A distribution as files of RDF; None when it is something else, or packed so that we cannot read it."""
    urls = tuple(said.values(distribution, DCAT.downloadURL))
    packing = {_bare(each) for each in said.values(distribution, DCAT.compressFormat)}
    if not urls or packing - _GZIP or said.values(distribution, DCAT.packageFormat):
        return None
    told = list(_formats_told(said, distribution))
    format = next((each for each in told if each is not None), None)
    if format is None and told:
        return None
    if format is None:
        # Nothing is said; then the addresses may tell, else the server will.
        found = {_format_in_address(url) for url in urls}
        format = found.pop() if len(found) == 1 else None
    packed = bool(packing) or all(_path(url).lower().endswith(".gz") for url in urls)
    return Choice(
        urls,
        format.extension if format else "",
        packed,
        _checksum(said, distribution) if len(urls) == 1 else None,
    )


def _formats_told(said: _Said, distribution: str) -> Iterator[Format | None]:
    """The formats that a distribution says it has; None for what is not RDF. That it is packed is no format."""
    for value in said.values(distribution, DCAT.mediaType, DCT.format):
        bare = _bare(value)
        if bare not in _NO_FORMAT:
            yield _FILE_TYPES.get(bare) or by_media_type(bare)


def _format_in_address(url: str) -> Format | None:
    try:
        return of_file(unquote(_path(url)))
    except InvalidInput:
        return None


def _path(url: str) -> str:
    """The path of an address; empty where it is none, which is told when it is to be fetched."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _bare(value: str) -> str:
    """A media type, or the name of a file type, without the list that it is in."""
    return _FILE_TYPE.sub("", _MEDIA_TYPES.sub("", value)).strip()


def _checksum(said: _Said, distribution: str) -> tuple[str, str] | None:
    """The strongest checksum that a distribution tells and we can compute."""
    found = []
    for node in said.values(distribution, SPDX.checksum):
        algorithms = said.values(node, SPDX.algorithm)
        values = said.values(node, SPDX.checksumValue)
        if len(algorithms) == 1 and len(values) == 1:
            name = (
                re.split(r"[#/_]", algorithms[0])[-1]
                .lower()
                .replace("checksumalgorithm", "")
                .replace("-", "")
            )
            if name in _ALGORITHMS and re.fullmatch("[0-9a-fA-F]{32,128}", values[0]):
                found.append((len(values[0]), name, values[0].lower()))
    return max(found)[1:] if found else None


def _feeds(said: _Said, datasets: Iterable[str]) -> Iterator[str]:
    for dataset in datasets:
        for each in said.values(dataset, DCAT.distribution):
            if _LDES in {value.rstrip("/") for value in said.values(each, DCT.conformsTo)}:
                yield from (url[:_LONGEST] for url in said.values(each, DCAT.accessURL)[:1])
