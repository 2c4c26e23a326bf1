"""The sources that an installation harvests, as its operator writes them in a Turtle file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.errors import N_, InvalidInput, NotFound
from catalogue.harvest import mapping
from catalogue.harvest.frequencies import frequencies
from catalogue.namespaces import DCAT, DCT, HARVEST, RDF, SHARED
from catalogue.settings import Settings

_NAME = re.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
# What can be harvested now; the file may name no other.
PROFILES = ("dump", "ldes", "dcat", "dcat-feed", "pages")
_PROFILES = " / ".join(f"”{each}”" for each in PROFILES)
# As operators write them.
_PREFIXES = {"dcat:": DCAT, "dct:": DCT, "harvest:": HARVEST}


@dataclass(frozen=True)
class Source:
    """One source. `name` is its identifier here; its records lie under `space`, an address ending with a slash.

    `profile` says how it is read, `urls` where: for "dump" the files that together hold all of its records,
    for "ldes" its change feed, for "dcat" its catalogue, for "dcat-feed" the stream of that one's changes, for
    "pages" where its lists begin. `licence` is an IRI, `municipality` too; `schedule` a frequency's IRI, one that is known. `private` allows addresses of a local network.
    `other_hosts` are hosts beside those of `urls` that files may lie on. Of a catalogue only `datasets` are
    taken in; all that fit when there are none. `mapping` is how its concepts, classes and properties are told in ours.
    `title` is what readers here know the source as; None leaves it to the municipality's name.
    """

    name: str
    urls: tuple[str, ...]
    space: str
    licence: str
    profile: str = "dump"
    municipality: str | None = None
    schedule: str | None = None
    private: bool = False
    other_hosts: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    mapping: mapping.Table = ()
    title: str | None = field(default=None, repr=False)

    @property
    def hosts(self) -> frozenset[str]:
        """Where the source may be fetched from, each with its port if one is given."""
        return frozenset((*(urlsplit(url).netloc.lower() for url in self.urls), *self.other_hosts))


def sources(settings: Settings) -> dict[str, Source]:
    """The configured sources by name. Raises InvalidInput, which names what is wrong in the file."""
    if not settings.sources:
        return {}
    path = Path(settings.sources)
    try:
        triples = [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]
    except OSError as error:
        raise InvalidInput(
            N_("PIVI_SOURCES är %(file)s, som inte går att läsa (%(reason)s). Rätta sökvägen."),
            file=path,
            reason=error.strerror,
        ) from error
    except SyntaxError as error:
        raise InvalidInput(
            N_("%(file)s går inte att läsa som Turtle: %(reason)s."), file=path.name, reason=error.msg
        ) from error
    nodes = [each.subject for each in triples if each.predicate == RDF.type and each.object == HARVEST.Source]
    found = [_source(_Node(path.name, node, triples), path, triples, settings.base) for node in nodes]
    _check_apart(path.name, found, settings.base)
    return {each.name: each for each in found}


def source(settings: Settings, name: str) -> Source:
    """The source of that name. Raises NotFound, which tells the names there are."""
    known = sources(settings)
    if name not in known:
        raise NotFound(
            N_("Ingen källa heter %(name)s. Källorna står i filen som PIVI_SOURCES anger: %(known)s."),
            name=name,
            known=", ".join(sorted(known)) or "–",
        )
    return known[name]


class _Node:
    """One source as the file describes it."""

    def __init__(self, file: str, node: object, triples: list[Triple]) -> None:
        self._file = file
        self._node = node
        self._triples = [each for each in triples if each.subject == node]

    def values(self, predicate: NamedNode) -> list[str]:
        said = (each.object for each in self._triples if each.predicate == predicate)
        return sorted(each.value for each in said if isinstance(each, NamedNode | Literal))

    def value(self, predicate: NamedNode) -> str | None:
        said = self.values(predicate)
        if len(said) > 1:
            raise self.wrong(predicate, ", ".join(said), N_("ett enda värde"))
        return said[0] if said else None

    def needed(self, predicate: NamedNode, pattern: str, rule: str) -> str:
        value = self.value(predicate) or ""
        if not re.fullmatch(pattern, value):
            raise self.wrong(predicate, value, rule)
        return value

    def each(self, predicate: NamedNode, pattern: str, rule: str) -> list[str]:
        values = [each.lower() for each in self.values(predicate)]
        for value in values:
            if not re.fullmatch(pattern, value):
                raise self.wrong(predicate, value, rule)
        return values

    def wrong(self, predicate: NamedNode, value: str, rule: str) -> InvalidInput:
        names = ((namespace.iri, prefix) for prefix, namespace in _PREFIXES.items())
        field = next(
            (
                prefix + predicate.value.removeprefix(iri)
                for iri, prefix in names
                if predicate.value.startswith(iri)
            ),
            predicate.value,
        )
        sentence = (
            N_("%(file)s: källan %(source)s har ”%(value)s” som %(field)s. Där ska stå %(rule)s.")
            if value
            else N_("%(file)s: källan %(source)s saknar %(field)s. Där ska stå %(rule)s.")
        )
        return InvalidInput(
            sentence, file=self._file, source=str(self._node), value=value, field=field, rule=rule
        )


_HOST = r"(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?"
_IRI = r"https?://[!#-;=?-Z\[\]_a-z~]+"


def _source(node: _Node, path: Path, triples: list[Triple], base: str) -> Source:
    urls = [*node.values(DCAT.downloadURL), *node.values(DCAT.endpointURL)]
    for url in urls or [""]:
        if not re.fullmatch(_IRI, url) or "@" in urlsplit(url).netloc:
            raise node.wrong(DCAT.downloadURL, url, N_("en http- eller https-adress utan användarnamn"))
    return Source(
        name=node.needed(DCT.identifier, _NAME.pattern, N_("små bokstäver a–z, siffror och bindestreck")),
        urls=tuple(urls),
        space=node.needed(HARVEST.space, _IRI + "/", N_("en adress som slutar med snedstreck")),
        licence=node.needed(DCT.license, _IRI, N_("licensens adress")),
        profile=node.needed(HARVEST.profile, "|".join(PROFILES), _PROFILES),
        municipality=node.value(DCT.spatial),
        schedule=_schedule(node),
        private=node.value(HARVEST.privateAddresses) == "true",
        other_hosts=tuple(node.each(HARVEST.host, _HOST, N_("ett värdnamn, till exempel data.example.se"))),
        datasets=tuple(node.values(HARVEST.dataset)),
        mapping=_mapping(node.values(HARVEST.mapping), path, triples, base),
        title=node.value(DCT.title),
    )


def _schedule(node: _Node) -> str | None:
    value = node.value(DCT.accrualPeriodicity)
    if value is not None and value not in frequencies():
        raise node.wrong(
            DCT.accrualPeriodicity,
            value,
            N_(
                "en adress i EU:s lista över frekvenser, till exempel "
                "http://publications.europa.eu/resource/authority/frequency/DAILY"
            ),
        )
    return value


def _mapping(files: list[str], path: Path, triples: list[Triple], base: str) -> mapping.Table:
    """What the source's own files say, and for what they leave out, what the file of sources says for all."""
    own = tuple(
        each for file in files for each in mapping.table(mapping.read_file(path.parent / file), base, file)
    )
    told = {theirs for theirs, _ in own}
    return (*own, *(each for each in mapping.table(triples, base, path.name) if each[0] not in told))


def _check_apart(file: str, found: list[Source], base: str) -> None:
    """No source may speak for another, for us, or for what all installations share."""
    spaces = [base, SHARED]
    names: set[str] = set()
    for each in found:
        for other in spaces:
            if each.space.startswith(other) or other.startswith(each.space):
                raise InvalidInput(
                    N_(
                        "%(file)s: källan %(source)s har poster under %(space)s, men där ligger andras: %(other)s. "
                        "Varje källa ska ha en egen adress."
                    ),
                    file=file,
                    source=each.name,
                    space=each.space,
                    other=other,
                )
        if each.name in names:
            raise InvalidInput(
                N_("%(file)s: två källor heter %(source)s. Ge dem olika namn."), file=file, source=each.name
            )
        spaces.append(each.space)
        names.add(each.name)
