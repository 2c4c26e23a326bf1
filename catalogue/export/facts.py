"""What the description of the catalogue is made of: settings, what is published, and what can be fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, Triple

from catalogue.answers import OWN, SOURCE
from catalogue.errors import N_, Damaged, InvalidInput
from catalogue.namespaces import CONCEPT, SKOS
from catalogue.revisions import Span
from catalogue.search import SearchIndex
from catalogue.settings import Settings
from catalogue.store import Store
from catalogue.turtle import load_packaged, parse_ntriples

# More names would make the description harder to read than the country's.
_MOST_PLACES = 40


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that can be fetched.

    `path` is relative to the installation's address, without a first slash. `media_type` is that of
    the content; a `packed` file is gzipped and is sent as application/gzip. `sha256` is hexadecimal.
    """

    path: str
    media_type: str
    packed: bool
    bytes: int
    sha256: str
    modified: datetime


@dataclass(frozen=True, kw_only=True)
class Year:
    """A yearly snapshot, kept as it was: its files, the dataset version and when it was frozen."""

    year: int
    version: int
    frozen: datetime
    files: tuple[File, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a description says which is not the same in every installation.

    `spans` tells when records of each class were first and last changed. `dumps` and `years` are
    what can be fetched at this moment; what is not there is left out, and so is not described. `mixed` tells
    that others' records may be shown beside our own.
    """

    settings: Settings
    version: int
    changed: datetime
    spans: Mapping[str, Span]
    places: Mapping[str, Mapping[str, str]]  # municipalities with initiatives: names by language, by IRI
    schemes: tuple[str, ...]  # the IRIs of the concept schemes
    sparql: bool = False
    mixed: bool = False
    dumps: tuple[File, ...] = ()
    years: tuple[Year, ...] = ()

    @property
    def base(self) -> str:
        return self.settings.base

    @property
    def files(self) -> tuple[File, ...]:
        """Every file that can be fetched, those of the years too."""
        return (*self.dumps, *(file for year in self.years for file in year.files))

    @property
    def touched(self) -> datetime:
        """When something that is described last changed: the data, or a file, which is made a while after it."""
        return max((self.changed, *(file.modified for file in self.files)))

    @property
    def offer(self) -> str:
        """A digest of the ways to the data, which come and go between two dataset versions."""
        ways = repr((self.sparql, self.dumps, self.years))
        return hashlib.sha256(ways.encode()).hexdigest()[:12]


def municipalities(
    index: SearchIndex, store: Store, sources: Mapping[str, str] | None = None
) -> Mapping[str, Mapping[str, str]]:
    """The municipalities that our initiatives are in: names by language, by IRI. Empty when they are very many.

    `sources` has the address under which the records of each harvested source lie.
    """
    # The index knows it at once; in the store each initiative would have to be followed to its municipality.
    values = index.facet(index.read({SOURCE: [OWN]}, sources=sources), "kommun").values
    found = sorted(value.iri for value in values if value.iri and value.count)
    if len(found) > _MOST_PLACES:
        return {}
    return {
        iri: {
            name.language or "": name.value
            for name in store.objects(iri, SKOS.prefLabel)
            if isinstance(name, Literal)
        }
        for iri in found
    }


def vocabulary_paths(schemes: Iterable[str]) -> tuple[str, ...]:
    """The addresses of the shared concept schemes and of the ontology, relative, without extension."""
    slugs = (iri.removeprefix(CONCEPT.iri) for iri in schemes if iri.startswith(CONCEPT.iri))
    return (*sorted(f"begrepp/{slug}" for slug in slugs), "ns")


@lru_cache(maxsize=8)
def own_statements(settings: Settings) -> tuple[Triple, ...]:
    """What the installation's own file (PIVI_DESCRIPTION) says; nothing without one.

    Raises InvalidInput when the file cannot be used.
    """
    if not settings.description:
        return ()
    path = Path(settings.description)
    try:
        records = load_packaged(path, settings.base)
    except (OSError, Damaged) as error:
        raise InvalidInput(
            N_(
                "PIVI_DESCRIPTION pekar på %(path)s, som inte går att använda: %(reason)s. Rätta filen eller "
                "miljövariabeln och starta igen."
            ),
            path=path,
            reason=error,
        ) from error
    return tuple(triple for content in records.values() for triple in parse_ntriples(content))
