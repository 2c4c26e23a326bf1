"""OAI-PMH 2.0: the published records for harvesters that speak it (openarchives.org/OAI/openarchivesprotocol.html).

Sections named below are the protocol's. Only the installation's own records are given: others are harvested
where they come from, and what all installations share has no installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from catalogue.export.dublin_core import DublinCore
from catalogue.export.listing import Listed, Listing
from catalogue.export.oai_arguments import (
    IDENTIFIER_SCHEME,
    Arguments,
    Fault,
    Position,
    arguments_of,
    moment_of,
    position_of,
    token_of,
)
from catalogue.export.oai_writing import (
    dublin_core,
    element,
    envelope,
    header,
    rdf,
)
from catalogue.journal import Journal, Revision
from catalogue.shapes import Shapes
from catalogue.store import Store
from catalogue.turtle import parse_ntriples

PAGE = 100
# The address below the installation's base.
PATH = "oai"
SCHEMA_PATH = "oai/rdf.xsd"
_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Shown:
    """What a request reads: the dataset version that is shown, and the names of what records point at."""

    version: int
    store: Store


class Repository:
    """The records of one installation at `base`, as OAI-PMH. Safe between threads."""

    def __init__(
        self,
        journal: Journal,
        shapes: Shapes,
        *,
        base: str,
        name: str,
        publisher: str,
        contact: str,
        page: int = PAGE,
        clock: Clock = _now,
    ) -> None:
        self._journal = journal
        self._shapes = shapes
        self._base = base
        self._name = name
        self._publisher = publisher
        self._contact = contact
        self._page = page
        self._clock = clock
        self._listing = Listing(journal)
        self._things = base + "id/"
        self._host = urlsplit(base).hostname or "localhost"
        self._sets = _sets(shapes)
        self._formats = {
            "oai_dc": (_DC, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"),
            "rdf": (_RDF, base + SCHEMA_PATH),
        }

    def answer(self, given: Sequence[tuple[str, str]], shown: Shown) -> str:
        """The answer to a request with these arguments, an XML document; errors are answers too (section 3.6)."""
        address = self._base + PATH
        now = stamp(self._clock())
        try:
            asked = arguments_of(given)
        except Fault as fault:
            return envelope(now, element("request", address), fault.written())
        request = element("request", address, **asked.given)
        try:
            content = self._verbs[asked.verb](self, asked, shown)
        except Fault as fault:
            # Section 3.2: what was wrong in the arguments is not repeated.
            bare = element("request", address) if fault.code == "badArgument" else request
            return envelope(now, bare, fault.written())
        return envelope(now, request, f"<{asked.verb}>{content}</{asked.verb}>")

    # --- verbs (section 4) ------------------------------------------------------------------------------

    def _identify(self, _asked: Arguments, _shown: Shown) -> str:
        first = self._listing.first() or self._clock()
        return "".join(
            (
                element("repositoryName", self._name),
                element("baseURL", self._base + PATH),
                element("protocolVersion", "2.0"),
                element("adminEmail", self._contact),
                element("earliestDatestamp", stamp(first)),
                element("deletedRecord", "persistent"),
                element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
                element("compression", "gzip"),
                self._identifier_scheme(),
            )
        )

    def _identifier_scheme(self) -> str:
        """How identifiers are made, where the host has a name that the scheme allows (oai-identifier guidelines)."""
        example = f"oai:{self._host}:insats/k7md"
        if IDENTIFIER_SCHEME.fullmatch(example) is None:
            return ""
        space = "http://www.openarchives.org/OAI/2.0/oai-identifier"
        return (
            f'<description><oai-identifier xmlns="{space}" xsi:schemaLocation="{space} {space}.xsd">'
            + element("scheme", "oai")
            + element("repositoryIdentifier", self._host)
            + element("delimiter", ":")
            + element("sampleIdentifier", example)
            + "</oai-identifier></description>"
        )

    def _list_metadata_formats(self, asked: Arguments, shown: Shown) -> str:
        if "identifier" in asked.given:
            self._revision(asked.given["identifier"], shown)
        return "".join(
            "<metadataFormat>"
            + element("metadataPrefix", prefix)
            + element("schema", schema)
            + element("metadataNamespace", namespace)
            + "</metadataFormat>"
            for prefix, (namespace, schema) in self._formats.items()
        )

    def _list_sets(self, asked: Arguments, _shown: Shown) -> str:
        if "resumptionToken" in asked.given:
            raise Fault("badResumptionToken", "All sets come in one answer.")
        return "".join(
            "<set>" + element("setSpec", spec) + element("setName", name) + "</set>"
            for spec, name in self._sets.items()
        )

    def _get_record(self, asked: Arguments, shown: Shown) -> str:
        revision = self._revision(asked.given["identifier"], shown)
        return self._record(revision, self._known_prefix(asked.given["metadataPrefix"]), self._core(shown))

    def _list_identifiers(self, asked: Arguments, shown: Shown) -> str:
        return self._list(asked, shown, lambda revision, _prefix: self._header(revision))

    def _list_records(self, asked: Arguments, shown: Shown) -> str:
        core = self._core(shown)
        return self._list(asked, shown, lambda revision, prefix: self._record(revision, prefix, core))

    _verbs: Mapping[str, Callable[[Repository, Arguments, Shown], str]] = {
        "Identify": _identify,
        "ListMetadataFormats": _list_metadata_formats,
        "ListSets": _list_sets,
        "GetRecord": _get_record,
        "ListIdentifiers": _list_identifiers,
        "ListRecords": _list_records,
    }

    # --- lists (sections 2.7 and 3.5) -------------------------------------------------------------------

    def _list(self, asked: Arguments, shown: Shown, write: Callable[[Revision, str], str]) -> str:
        token = asked.given.get("resumptionToken")
        here = self._begun(asked, shown) if token is None else self._resumed(asked.verb, token)
        now = max(shown.version, here.version)
        listed, found = self._found(here, now)
        if token is not None and not found:
            # All that remained has changed since. Then the list goes on with that, or begins again.
            if here.last < here.version:
                raise Fault("badResumptionToken", "The rest of the list has changed. Begin it again.")
            here = replace(here, version=now, last=now)
            listed, found = self._found(here, now)
        if not found:
            raise Fault("noRecordsMatch", "No record matches.")
        page, more = found[: self._page], len(found) > self._page
        current = self._journal.current_of((iri for _, iri in page), upto=now)
        written = "".join(write(current[iri], here.prefix) for _, iri in page)
        if token is None and not more:
            return written
        size = str(self._listing.size(listed))
        following = replace(here, after=page[-1][0], cursor=here.cursor + len(page))
        return written + element(
            "resumptionToken",
            token_of(following, self._stamp(here.version)) if more else "",
            completeListSize=size,
            cursor=str(here.cursor),
        )

    def _begun(self, asked: Arguments, shown: Shown) -> Position:
        """The first page of a list; the bounds are days or seconds, both inclusive (section 2.7.1)."""
        given = asked.given
        prefix = self._known_prefix(given["metadataPrefix"])
        spec = given.get("set", "")
        if spec and spec not in self._sets:
            raise Fault("noRecordsMatch", "There is no such set; ListSets names those that there are.")
        since, until = moment_of(given.get("from")), moment_of(given.get("until"))
        if since and until:
            if since.step != until.step:
                raise Fault("badArgument", "from and until are to have the same granularity.")
            if since.at > until.at:
                raise Fault("badArgument", "from is later than until.")
        version = shown.version
        first = self._listing.last_before(since.at, version) if since else 0
        last = self._listing.last_before(_after(until.at, until.step), version) if until else version
        return Position(asked.verb, prefix, spec, version, first, last, after=first, cursor=0)

    def _resumed(self, verb: str, token: str) -> Position:
        """The page that a token stands for. It is of this verb, this journal and this installation, or no token."""
        here = position_of(token, self._stamp)
        if here.verb != verb:
            raise Fault("badResumptionToken", f"The token is one of {here.verb}.")
        return here

    def _stamp(self, version: int) -> str | None:
        found = self._journal.stamp(version)
        return None if found is None else f"{self._base} {found}"

    def _found(self, here: Position, now: int) -> tuple[Listed, Sequence[tuple[int, str]]]:
        """The list, and one more than a page of it."""
        prefix = f"{self._things}{here.set}/" if here.set else self._things
        listed = Listed(prefix, here.first, here.last)
        return listed, self._listing.page(listed, here.after, self._page + 1, now=now)

    def _known_prefix(self, prefix: str) -> str:
        if prefix not in self._formats:
            raise Fault("cannotDisseminateFormat", f"The formats are {' and '.join(self._formats)}.")
        return prefix

    # --- records (section 2.5) --------------------------------------------------------------------------

    def _revision(self, identifier: str, shown: Shown) -> Revision:
        start = f"oai:{self._host}:"
        found = None
        if identifier.startswith(start):
            found = self._journal.current(self._things + identifier.removeprefix(start), upto=shown.version)
        if found is None:
            raise Fault("idDoesNotExist", "There is no such record.")
        return found

    def _header(self, revision: Revision) -> str:
        reference = revision.iri.removeprefix(self._things)
        return header(
            f"oai:{self._host}:{reference}",
            stamp(revision.at),
            # By its address, so that it stays in its set for ever, deleted too.
            reference.partition("/")[0],
            deleted=not revision.published,
        )

    def _record(self, revision: Revision, prefix: str, core: DublinCore) -> str:
        if not revision.published:
            return f"<record>{self._header(revision)}</record>"
        triples = parse_ntriples(self._shapes.public(revision.content, revision.type))
        if prefix == "rdf":
            metadata = rdf(triples, " ".join(self._formats["rdf"]))
        else:
            metadata = dublin_core(core.elements(revision.iri, revision.type, triples))
        return f"<record>{self._header(revision)}<metadata>{metadata}</metadata></record>"

    def _core(self, shown: Shown) -> DublinCore:
        return DublinCore(shown.store, self._shapes, self._publisher)


def stamp(at: datetime) -> str:
    """A time as the protocol writes it (section 3.3): UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _after(at: datetime, step: timedelta) -> datetime:
    return at + step if at < datetime.max.replace(tzinfo=UTC) - step else at


def _sets(shapes: Shapes) -> dict[str, str]:
    """The sets: one for each word that records' addresses begin with, named by the classes that have it."""
    words: dict[str, list[str]] = {}
    for each in shapes.record_types():
        words.setdefault(each.path_word, []).append(f"{each.name.sv} ({each.name.en})")
    return {word: _joined(names) for word, names in sorted(words.items())}


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
