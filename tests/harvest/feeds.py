"""Another installation's change feed, made by the product itself on pages of a few members, at a recording server."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

from catalogue.export.feed import Feed, written
from catalogue.formats import N_TRIPLES, Format
from catalogue.inspection import record_classes
from catalogue.journal import Journal, NewRevision
from catalogue.publishing import publish
from catalogue.shapes import Shapes
from tests.harvest.conftest import Answer, Elsewhere

TITLE = b"<http://purl.org/dc/terms/title>"


class Theirs:
    """The installation that is harvested: a journal, and its feed at `feed`, an address of `elsewhere`.

    Its records' addresses begin with `base`, which is that of the recording server, as the pages are there.
    """

    def __init__(self, elsewhere: Elsewhere, path: Path, *, page: int = 7, group: int = 3) -> None:
        self.elsewhere = elsewhere
        self.base = elsewhere.address + "/"
        self.feed = self.base + "data/feed"
        self.format: Format = N_TRIPLES
        self.shapes = Shapes.load()
        self._size, self._group = page, group
        self._path = path
        self.open()
        elsewhere.answers = _Answers(self)

    def open(self) -> None:
        """Open the journal, as it now is on disk."""
        self.journal = Journal.open(self._path)
        self._feed = Feed(self.journal, self.shapes, self.base, page=self._size, group=self._group)

    def publish(self, *records: bytes) -> None:
        publish(
            self.journal,
            [
                NewRevision(
                    iri_of(each), self._type(each), b"".join(sorted(each.splitlines(True))), "test", "test"
                )
                for each in records
            ],
        )

    def published(self) -> dict[str, bytes]:
        """What of each published record is public."""
        return {
            each.iri: self.shapes.public(each.content, each.type)
            for each in self.journal.current_all()
            if each.published
        }

    def asked(self) -> list[str]:
        """The pages of the feed that have been asked for since the last time, by the end of their addresses."""
        found = [
            path.rpartition("/data/feed")[2].lstrip("/")
            for path, _ in self.elsewhere.asked
            if "robots" not in path
        ]
        self.elsewhere.asked.clear()
        return found

    def document(self, name: str) -> tuple[bytes, str] | str | None:
        """The document of that name and its digest; another name that it now has; None when it is gone."""
        outline = self._feed.outline(self.journal.head())
        if not name:
            return self._feed.root(outline), outline.digest
        for group in outline.groups:
            if group.name == name:
                return self._feed.group(group), group.digest
        for page in (*outline.closed, outline.open):
            if page.name == name:
                return self._feed.page(page), f"{page.digest}-{page.last}"
            if page.closed and str(page.number) == name:
                return page.name
        return None

    def _type(self, record: bytes) -> str:
        classes = record_classes(iri_of(record).encode(), record)
        (known,) = {each.decode() for each in classes} & {each.iri for each in self.shapes.record_types()}
        return known


class _Answers(dict[str, Answer]):
    """The pages as they are when they are asked for, unless a test says otherwise of an address."""

    def __init__(self, theirs: Theirs) -> None:
        super().__init__()
        self._theirs = theirs

    def get(self, path: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]
        if path in self or not path.startswith("/data/feed"):
            return super().get(path, default)
        return self._answer

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        found = self._theirs.document(request.path.removeprefix("/data/feed").lstrip("/"))
        if not isinstance(found, tuple):
            request.send_response(410 if found is None else 307)
            if found is not None:
                request.send_header("Location", f"/data/feed/{found}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        content, digest = found
        if request.headers.get("If-None-Match") == f'"{digest}"':
            request.send_response(304)
            request.end_headers()
            return
        body = written(content, self._theirs.format)
        request.send_response(200)
        request.send_header("Content-Type", self._theirs.format.media_type)
        request.send_header("ETag", f'"{digest}"')
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


def iri_of(record: bytes) -> str:
    return record.split(b">", 1)[0][1:].partition(b"#")[0].decode()


def retitled(record: bytes, word: str) -> bytes:
    """The record with another title."""
    lines = [
        line.replace(b'"@sv .', f' {word}"@sv .'.encode()) if TITLE in line else line
        for line in record.splitlines(True)
    ]
    return b"".join(lines)
