"""The change feed: every revision of what is published, as a Linked Data Event Stream on TREE pages.

LDES (w3id.org/ldes/specification) and TREE (w3id.org/tree/specification). The root leads to pages and groups
of pages, each with a lower and an upper bound of time; members lie on the pages, each on one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.errors import N_, NotFound
from catalogue.export.cutting import GROUP, PAGE, Cutter, Group, Outline, Page
from catalogue.export.description import packaged_triples
from catalogue.export.members import AT, VERSION, VERSION_OF, member, reference_of
from catalogue.formats import N_TRIPLES, Format
from catalogue.journal import Journal
from catalogue.namespaces import AS, PREFIXES, RDF, XSD, Namespace
from catalogue.origins import is_own
from catalogue.revisions import Revision
from catalogue.shapes import Shapes

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
VOID = Namespace("http://rdfs.org/ns/void#")

# Raised when pages are written in another way: they then get other names.
_FORM = "1"
_PREFIXES = PREFIXES | {"ldes": LDES.iri, "tree": TREE.iri, "as": AS.iri}
_TRUE = Literal("true", datatype=XSD.boolean)
_Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


class Feed:
    """The feed of one installation at `base`. Safe between threads.

    `own` tells the installation's own records from those that it has from others, which stay out;
    their addresses tell them unless it is given.
    """

    def __init__(
        self,
        journal: Journal,
        shapes: Shapes,
        base: str,
        *,
        own: Callable[[Revision], bool] | None = None,
        page: int = PAGE,
        group: int = GROUP,
    ) -> None:
        self._journal = journal
        self._shapes = shapes
        self._base = base
        self._own = own or (lambda revision: is_own(revision.iri, base))
        self._cutter = Cutter(journal, f"{_FORM} {shapes.rules}", page=page, group=group)
        self.root_iri = base + "data/feed"
        self._stream = NamedNode(self.root_iri + "#flode")

    def outline(self, version: int) -> Outline:
        """The pages at a dataset version, or at a later one."""
        return self._cutter.outline(version)

    # --- documents, as N-Triples ------------------------------------------------------------------------

    def root(self, outline: Outline) -> bytes:
        """The page where a client begins: what the feed is, what is kept, and where its pages are."""
        root = NamedNode(self.root_iri)
        said = [
            *self._about(root),
            (root, RDF.type, LDES.EventSource),
            *self._relations(root, outline.listed),
        ]
        described = packaged_triples("stream", self._base)
        return _ntriples([*(Triple(*each) for each in said), *described])

    def group(self, group: Group) -> bytes:
        """A page that leads to the pages of a group."""
        here = self._iri(group.name)
        said = [*self._about(here), (here, LDES.immutable, _TRUE), *self._relations(here, group.pages)]
        return _ntriples(Triple(*each) for each in said)

    def page(self, page: Page) -> bytes:
        """A page with members, oldest first."""
        here = self._iri(page.name)
        said = list(self._about(here))
        if page.closed:
            said.append((here, LDES.immutable, _TRUE))
        return _ntriples(Triple(*each) for each in said) + b"".join(self._members(page))

    def page_of(self, name: str, outline: Outline) -> Page | None:
        """The page that the member whose IRI ends so is on; None when it is no longer shown.

        Raises NotFound when there has been no such member.
        """
        number, _, _ = name.partition("-")
        seq = int(number) if re.fullmatch("[1-9][0-9]{0,14}", number) else 0
        revision = next(self._journal.since(seq - 1, 1)) if 1 <= seq <= outline.version else None
        if revision is None or reference_of(revision) != name or not self._own(revision):
            raise NotFound(N_("Ändringsflödet har ingen version som heter %(name)s."), name=name[:100])
        place = self._cutter.number_of(seq)
        page = outline.closed[place] if place < len(outline.closed) else outline.open
        return None if seq in page.hidden else page

    def _members(self, page: Page) -> Iterator[bytes]:
        leads = f"{self._stream} {TREE.member} <".encode()
        for revision in self._journal.since(page.first - 1, upto=page.last):
            if revision.seq in page.hidden or not self._own(revision):
                continue
            iri = f"{self.root_iri}/version/{reference_of(revision)}"
            content = self._shapes.public(revision.content, revision.type) if revision.published else b""
            yield leads + iri.encode() + b"> .\n"
            yield member(revision, content, iri)

    def _about(self, here: NamedNode) -> Iterator[_Said]:
        """What every page says: which feed it is part of, and how the feed is read."""
        root = NamedNode(self.root_iri)
        yield self._stream, RDF.type, LDES.EventStream
        yield self._stream, TREE.view, root
        yield self._stream, LDES.versionOfPath, VERSION_OF
        yield self._stream, LDES.timestampPath, AT
        yield self._stream, LDES.sequencePath, VERSION
        yield here, RDF.type, TREE.Node
        if here != root:
            yield root, VOID.subset, here

    def _relations(self, here: NamedNode, targets: Iterable[Group | Page]) -> Iterator[_Said]:
        said: list[_Said] = []
        for target in targets:
            bounds = (
                ("fran", TREE.GreaterThanOrEqualToRelation, target.since),
                ("till", TREE.LessThanOrEqualToRelation, _until(target)),
            )
            found = [each for each in bounds if each[2] is not None]
            for name, kind, value in found or [("alla", TREE.Relation, None)]:
                relation = NamedNode(f"{here.value}#{name}-{target.name}")
                yield here, TREE.relation, relation
                said.append((relation, RDF.type, kind))
                said.append((relation, TREE.node, self._iri(target.name)))
                if value is not None:
                    said.append((relation, TREE.path, AT))
                    said.append((relation, TREE.value, Literal(value, datatype=XSD.dateTime)))
        yield from said

    def _iri(self, name: str) -> NamedNode:
        return NamedNode(f"{self.root_iri}/{name}")


def written(ntriples: bytes, format: Format) -> bytes:
    """A document of the feed in a format that is served, in the same order: members follow each other."""
    if format is N_TRIPLES:
        return ntriples
    triples = (quad.triple for quad in parse(ntriples, format=RdfFormat.N_TRIPLES, lenient=True))
    return serialize(triples, format=format.rdf, prefixes=_PREFIXES) or b""


def _until(target: Group | Page) -> str | None:
    return None if isinstance(target, Page) and not target.closed else target.until


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
