"""The formats of answers: what each query form may be served as (SPARQL 1.1 Protocol, section 2.1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.endpoint.screening import Form
from catalogue.formats import RECORD_FORMATS


@dataclass(frozen=True)
class Format:
    """A format of answers. `name` is what `format=` says and what a saved file ends with.

    `aliases` are other media types that mean the same to clients, `nicknames` other names that they say.
    """

    name: str
    label: str
    media_type: str
    aliases: tuple[str, ...] = ()
    charset: bool = False
    nicknames: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type, with the charset where its registration has one."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


JSON = Format("json", "JSON", "application/sparql-results+json", ("application/json",))
XML = Format("xml", "XML", "application/sparql-results+xml", ("application/xml", "text/xml"))
CSV = Format("csv", "CSV", "text/csv", charset=True)
TSV = Format("tsv", "TSV", "text/tab-separated-values", charset=True)
SOLUTIONS = (JSON, XML, CSV, TSV)
# CSV and TSV have no form for an answer of yes or no.
TRUTH = (JSON, XML)

# SPARQLWrapper names its formats in every request, the same for graphs as for results.
_NICKNAMES = {
    "ttl": ("n3",),
    "nt": ("ntriples", "nt11"),
    "rdf": ("xml", "rdf+xml", "rdfxml"),
    "jsonld": ("json", "json-ld"),
}
GRAPHS = tuple(
    Format(
        each.extension,
        each.name,
        each.media_type,
        each.aliases,
        each.media_type.startswith("text/"),
        _NICKNAMES[each.extension],
    )
    for each in RECORD_FORMATS
)


def offered(form: Form) -> tuple[Format, ...]:
    """The formats that a query form is served in, the usual one first."""
    if form.makes_a_graph:
        return GRAPHS
    return TRUTH if form is Form.ASK else SOLUTIONS


def by_name(name: str, offered: tuple[Format, ...]) -> Format | None:
    """The format that `format=` asks for, by its name or its media type."""
    # An unescaped plus sign reads as a space in an address.
    wanted = name.strip().lower().replace(" ", "+")
    return next(
        (
            each
            for each in offered
            if wanted in (each.name, each.media_type, each.label.lower(), *each.aliases, *each.nicknames)
        ),
        None,
    )
