"""Checks that the ways to the data agree: feed, dumps, the records' own addresses, OAI-PMH, and checksums."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import IO, cast
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode, Triple, parse

from app.addresses import Addresses
from app.selftest.client import Fault, Harvester, Nothing, by_subject, unexpected
from app.selftest.following import Followed, digest, follow
from app.selftest.paging import OAI, answer
from app.selftest.report import Said
from catalogue.errors import N_
from catalogue.export.dcat import DCAT_AP
from catalogue.export.dumps import FORMATS
from catalogue.formats import N_TRIPLES, Format
from catalogue.namespaces import DCAT, Namespace
from catalogue.turtle import record_iri

# So many records are asked for at their own addresses, spread over all of them.
_RECORDS = 500
_GONE = 50
_SPDX = Namespace("http://spdx.org/rdf/terms#")


@dataclass
class Findings:
    """What several checks look at, read once, when the first of them needs it."""

    harvester: Harvester
    version: int
    dumps: dict[str, Dumped] = field(default_factory=dict)

    @cached_property
    def followed(self) -> Followed:
        return follow(self.harvester)

    def dump(self, format: Format) -> Dumped:
        """Raises Nothing while there is none."""
        found = self.dumps.get(format.extension)
        if found is None:
            path = f"/data/dump.{format.extension}.gz"
            if self.harvester.get(path, method="HEAD").status == 404:
                raise Nothing(N_("Det finns ingen dump än."))
            found = self.dumps[format.extension] = Dumped(*self.harvester.file(path))
        return found

    @cached_property
    def dumped(self) -> dict[str, str] | None:
        """By record, a digest of what the dump has of it; None where it is of another version, or there is none."""
        try:
            dump = self.dump(N_TRIPLES)
        except Nothing:
            return None
        if dump.version != self.version:
            return None
        found: dict[str, str] = {}
        for iri, lines in _records(dump.unpacked(N_TRIPLES)):
            if iri in found:
                raise Fault(N_("%(name)s finns på flera ställen i dumpen."), name=iri)
            found[iri] = digest(lines)
        return found


@dataclass
class Dumped:
    """A dump as it came: its headers, the file, its true checksum and length."""

    headers: Mapping[str, str]
    file: IO[bytes]
    sha256: str
    bytes: int

    @property
    def version(self) -> int:
        said = self.headers.get("pivi-dataset-version", "")
        return int(said) if said.isdigit() else -1

    def unpacked(self, format: Format) -> Iterator[Triple]:
        """Its triples. Raises Fault when it cannot be unpacked or read."""
        self.file.seek(0)
        try:
            with gzip.open(self.file) as content:
                for quad in parse(cast(IO[bytes], content), format=format.rdf):
                    yield quad.triple
        except (OSError, EOFError, zlib.error, SyntaxError, ValueError) as error:
            raise Fault(
                N_("Dumpen i %(type)s går inte att packa upp och läsa: %(reason)s"),
                type=format.name,
                reason=str(error),
            ) from error


def _records(triples: Iterator[Triple]) -> Iterator[tuple[str, list[str]]]:
    """The records of a dump with their lines; those of one record follow each other."""
    here, lines = "", list[str]()
    for triple in triples:
        iri = record_iri(triple.subject.value) if isinstance(triple.subject, NamedNode) else ""
        if iri != here:
            if lines:
                yield here, lines
            here, lines = iri, []
        lines.append(_line(triple))
    if lines:
        yield here, lines


def _line(triple: Triple) -> str:
    return f"{triple.subject} {triple.predicate} {triple.object}"


# --- the feed ------------------------------------------------------------------------------------------


def feed_pages(found: Findings) -> Said:
    followed = found.followed
    sentence = (
        N_("%(members)s medlemmar på %(pages)s sidor.")
        if followed.whole
        else N_("Stickprov: %(members)s medlemmar på de %(pages)s senaste sidorna.")
    )
    return Said(sentence, {"members": len(followed.members), "pages": followed.pages})


def feed_and_catalogue(found: Findings) -> Said:
    followed, dumped = found.followed, found.dumped
    held = {iri: mark for iri, mark in followed.records.items() if mark is not None}
    if dumped is not None:
        for iri, mark in held.items():
            if dumped.get(iri) != mark:
                raise Fault(N_("%(name)s är inte likadan i flödet som i dumpen."), name=iri)
        if followed.whole and len(dumped) != len(held):
            other = min(set(dumped) - set(held))
            raise Fault(N_("%(name)s finns i dumpen men inte i flödet."), name=other)
    addresses = Addresses(found.harvester.base)
    step = max(1, len(held) // _RECORDS)
    tried = 0
    for iri in islice(sorted(held), 0, None, step):
        path = addresses.path(iri)
        if path is None:
            continue
        tried += 1
        reply = found.harvester.found(f"{path}.{N_TRIPLES.extension}")
        own = (each for each in reply.triples if record_iri(str(getattr(each.subject, "value", ""))) == iri)
        if digest(map(_line, own)) != held[iri]:
            raise Fault(N_("%(address)s har inte samma innehåll som flödet."), address=reply.address)
    sentence = (
        N_("%(records)s poster, jämförda med dumpen; %(tried)s av dem med sin egen adress.")
        if dumped is not None
        else N_(
            "%(tried)s av %(records)s poster, jämförda med sin egen adress. Det fanns ingen dump av den här versionen."
        )
    )
    return Said(sentence, {"records": len(held), "tried": tried})


# --- what is gone --------------------------------------------------------------------------------------


def gone(found: Findings) -> Said:
    """What the feed says is gone is gone at its address, in OAI-PMH and from the dump."""
    harvester = found.harvester
    addresses = Addresses(harvester.base)
    stones = sorted(iri for iri, mark in found.followed.records.items() if mark is None)
    if not stones:
        raise Nothing(N_("Ingenting har tagits bort."))
    things = harvester.base + "id/"
    host = urlsplit(harvester.base).hostname or "localhost"
    step = max(1, len(stones) // _GONE)
    tried = 0
    for iri in stones[::step]:
        path = addresses.path(iri)
        if path is None:
            continue
        tried += 1
        reply = harvester.get(f"/id{path}", "text/turtle")
        if reply.status not in (410, 308, 300):
            raise unexpected(reply, 410)
        if found.dumped is not None and iri in found.dumped:
            raise Fault(N_("%(name)s finns kvar i dumpen."), name=iri)
        if iri.startswith(things):
            name = f"oai:{host}:{iri.removeprefix(things)}"
            address = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={quote(name, safe='')}"
            header = answer(harvester, address).find(f".//{OAI}header")
            if header is None or header.get("status") != "deleted":
                raise Fault(
                    N_("%(name)s är inte borttagen på %(address)s."),
                    name=iri,
                    address=harvester.address(address),
                )
    return Said(N_("%(tried)s av %(count)s borttagna poster."), {"tried": tried, "count": len(stones)})


# --- dumps ---------------------------------------------------------------------------------------------


def checksums(found: Findings) -> Said:
    harvester = found.harvester
    described = by_subject(harvester.found(DCAT_AP.path, N_TRIPLES.media_type).triples)
    counts: dict[str, int] = {}
    for format in FORMATS:
        dump = found.dump(format)
        path = f"/data/dump.{format.extension}.gz"
        name = f"{harvester.base}data/catalog#allt-dump-{format.extension}-gz"
        said: tuple[tuple[str, Callable[[], str], str], ...] = (
            (
                path + ".sha256",
                lambda path=path: harvester.found(path + ".sha256").text.partition(" ")[0],  # type: ignore[misc]
                dump.sha256,
            ),
            (
                "Repr-Digest",
                lambda dump=dump: dump.headers.get("repr-digest", ""),  # type: ignore[misc]
                f"sha-256=:{base64.b64encode(bytes.fromhex(dump.sha256)).decode()}:",
            ),
            ("Content-Length", lambda dump=dump: dump.headers.get("content-length", ""), str(dump.bytes)),  # type: ignore[misc]
            (
                DCAT_AP.path,
                lambda name=name: "".join(  # type: ignore[misc]
                    described.get(name + "-sha256", {}).get(_SPDX.checksumValue.value, [])
                ),
                dump.sha256,
            ),
            (
                DCAT_AP.path,
                lambda name=name: "".join(described.get(name, {}).get(DCAT.byteSize.value, [])),  # type: ignore[misc]
                str(dump.bytes),
            ),
        )
        for where, tell, wanted in said:
            value = tell()
            if value != wanted:
                raise Fault(
                    N_("%(where)s säger %(value)s om %(address)s, som är %(wanted)s."),
                    where=where,
                    value=value,
                    address=harvester.address(path),
                    wanted=wanted,
                )
        counts[format.name] = sum(1 for _ in dump.unpacked(format))
    if len(set(counts.values())) != 1:
        one, other = counts.values()
        raise Fault(N_("Dumparna har olika många tripplar: %(one)s och %(other)s."), one=one, other=other)
    return Said(
        N_("%(count)s filer med %(triples)s tripplar var."),
        {"count": len(counts), "triples": next(iter(counts.values()))},
    )


def versions(found: Findings) -> Said:
    for format in FORMATS:
        path = f"/data/dump.{format.extension}.gz"
        reply = found.harvester.get(path, method="HEAD")
        if reply.status == 404:
            raise Nothing(N_("Det finns ingen dump än."))
        dumped = reply.headers.get("pivi-dataset-version", "")
        if dumped != str(found.version):
            raise Fault(
                N_("Dumpen i %(type)s är av version %(dumped)s, men datamängden är av version %(version)s."),
                type=format.name,
                dumped=dumped,
                version=found.version,
            )
    return Said(N_("Version %(version)s."), {"version": found.version})
