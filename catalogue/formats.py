"""The RDF formats: media type, file extension and parser of each, as the specifications register them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from pyoxigraph import RdfFormat

from catalogue.errors import N_, InvalidInput


@dataclass(frozen=True)
class Format:
    """One RDF format. `extension` names files, dumps and the `--format` of commands; no dot.

    `aliases` are other media types that clients ask for it by.
    """

    name: str
    extension: str
    media_type: str
    rdf: RdfFormat
    other_extensions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def extensions(self) -> tuple[str, ...]:
        return (self.extension, *self.other_extensions)


TURTLE = Format(
    "Turtle", "ttl", "text/turtle", RdfFormat.TURTLE, ("turtle",), ("application/x-turtle", "text/rdf+n3")
)
N_TRIPLES = Format(
    "N-Triples", "nt", "application/n-triples", RdfFormat.N_TRIPLES, ("ntriples",), ("text/plain",)
)
RDF_XML = Format(
    "RDF/XML",
    "rdf",
    "application/rdf+xml",
    RdfFormat.RDF_XML,
    ("rdfxml", "xml", "owl"),
    ("application/xml", "text/xml"),
)
JSON_LD = Format(
    "JSON-LD",
    "jsonld",
    "application/ld+json",
    RdfFormat.JSON_LD,
    ("json-ld", "json"),
    ("application/json",),
)
TRIG = Format("TriG", "trig", "application/trig", RdfFormat.TRIG)
N_QUADS = Format("N-Quads", "nq", "application/n-quads", RdfFormat.N_QUADS, ("nquads",))

# What a record is served in, in the order of preference when a client has none.
RECORD_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
# What can be loaded.
FORMATS = (*RECORD_FORMATS, TRIG, N_QUADS)


def by_extension(extension: str) -> Format | None:
    """The format called `ttl`, `nt`, `rdf`, `jsonld`, `trig` or `nq` (or a synonym), else None."""
    wanted = extension.lower().lstrip(".")
    return next((each for each in FORMATS if wanted in each.extensions), None)


def by_name(name: str) -> Format | None:
    """The format that people call so: its extension or a synonym, or its name as `turtle` or `n-triples`."""
    wanted = name.lower()
    return by_extension(wanted) or next((each for each in FORMATS if each.name.lower() == wanted), None)


def by_media_type(media_type: str) -> Format | None:
    """The format with this media type; parameters such as charset are ignored."""
    wanted = media_type.partition(";")[0].strip().lower()
    return next((each for each in FORMATS if each.media_type == wanted), None)


def of_file(name: str) -> Format:
    """The format that a file's name tells, `.gz` aside. Raises InvalidInput when it tells none."""
    suffixes = [suffix for suffix in PurePath(name).suffixes if suffix.lower() != ".gz"]
    found = by_extension(suffixes[-1]) if suffixes else None
    if found is None:
        raise InvalidInput(
            N_(
                "Det går inte att se på namnet %(file)s vilket format filen har. "
                "Ange det med --format: %(formats)s."
            ),
            file=name,
            formats=", ".join(each.extension for each in FORMATS),
        )
    return found
