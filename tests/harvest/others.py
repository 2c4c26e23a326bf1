"""Change feeds that a test writes itself, in Turtle or TriG, as others may write theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue.namespaces import PREFIXES

if TYPE_CHECKING:
    from tests.harvest.conftest import Elsewhere

RECORD = "https://pivi.boras.example/id/insats/b2b2"
_HEAD = "".join(
    f"@prefix {name}: <{iri}> . "
    for name, iri in {
        **PREFIXES,
        "as": "https://www.w3.org/ns/activitystreams#",
        "ldes": "https://w3id.org/ldes#",
        "tree": "https://w3id.org/tree#",
    }.items()
)
PATHS = "ldes:versionOfPath dct:isVersionOf ; ldes:timestampPath dct:created"


class Others:
    """A feed at `/feed` that a test writes, page by page, in Turtle or TriG."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self.url = f"{elsewhere.address}/feed"

    def root(self, turtle: str = "", paths: str = PATHS, path: str = "/feed", **headers: str) -> None:
        """The first page: the stream with its paths, and what else it says (relative to the page)."""
        self.page(f"<#s> a ldes:EventStream ; tree:view </feed> ; {paths} .\n{turtle}", path, **headers)

    def page(self, turtle: str, path: str, **headers: str) -> None:
        media_type = {"Content_Type": "application/trig"} | headers
        self._elsewhere.has((_HEAD + turtle).encode(), path, **media_type)

    def asked(self) -> list[str]:
        found = [path for path, _ in self._elsewhere.asked if "robots" not in path]
        self._elsewhere.asked.clear()
        return found


def version(name: str, title: str, day: int = 1, record: str = RECORD, more: str = "") -> str:
    """A member: a version of an initiative."""
    return f"""
      <#s> tree:member <{name}> .
      <{name}> a pivi:Initiative ; dct:title "{title}"@sv ; dct:isVersionOf <{record}> ; {more}
        dct:created "2026-01-{day:02}T00:00:00Z"^^xsd:dateTime ."""


def leads(to: str, *bounds: tuple[str, int]) -> str:
    """A page leads to another one, whose members come so and so late, as it says."""
    said = [
        f"""</feed> tree:relation [ a tree:{kind}Relation ; tree:node <{to}> ; tree:path dct:created ;
          tree:value "2026-01-{day:02}T00:00:00Z"^^xsd:dateTime ] ."""
        for kind, day in bounds
    ]
    return "\n".join(said or [f"</feed> tree:relation [ a tree:Relation ; tree:node <{to}> ] ."])
