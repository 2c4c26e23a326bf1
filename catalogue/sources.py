"""A foreign file as a stream of UTF-8 bytes: sniffed, unpacked, counted, never larger than allowed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast
from xml.parsers import expat

from catalogue.errors import N_, InvalidInput
from catalogue.formats import RDF_XML, Format

# What a file begins with when it is no RDF, and its name.
_OTHER_KINDS = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip i gzip",
}
_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_BUFFER = 2**18
# Elements in each other, and attributes of one element. Records have a dozen; what Oxigraph needs for each grows with how
# many there are, so that 300,000 of them, a file of some megabytes, keep it for many minutes.
_DEEPEST = 1_000
_MOST_ATTRIBUTES = 1_000


class Source:
    """A readable stream over one file, gzipped or not (told by its first bytes, not by its name).

    `name` is what errors call the file. Reading raises InvalidInput when more than `limit` bytes
    come out, unpacked, and of RDF/XML when elements lie too deep in each other or have too many attributes.
    `on_progress` is called with the bytes taken from the file itself.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        format: Format,
        *,
        limit: int,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.name = name
        self._tags = _Tags(name) if format is RDF_XML else None
        self._limit = limit
        self._on_progress = on_progress
        self._raw = path.open("rb", buffering=0)
        packed = self._raw.read(len(_GZIP)) == _GZIP
        self._raw.seek(0)
        # Buffered on the outside too, since the parser asks for 2 kB at a time.
        self._stream = io.BufferedReader(
            cast("io.RawIOBase", gzip.GzipFile(fileobj=self._raw)) if packed else self._raw, _BUFFER
        )
        self.position = 0
        self._reported = 0
        self._start = self._sniff()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        if self._start:
            data, self._start = self._start[:size], self._start[size:]
        else:
            data = self._unpacked(size)
        self.position += len(data)
        if self._tags is not None:
            self._tags.follow(data)
        if self.position > self._limit:
            raise InvalidInput(
                N_(
                    "%(file)s är större än %(limit)s MB när den är uppackad och lästes inte vidare. "
                    "Dela upp filen, eller höj PIVI_LOAD_BYTES om den är betrodd."
                ),
                file=self.name,
                limit=self._limit // 10**6,
            )
        if self.position - self._reported > _BUFFER:
            self._reported = self.position
            self._on_progress(self._raw.tell())
        return data

    def close(self) -> None:
        self._raw.close()

    def _unpacked(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except EOFError as error:
            raise InvalidInput(
                N_(
                    "%(file)s är avbruten: slutet på gzip-filen saknas. Hämta filen på nytt och läs in den igen."
                ),
                file=self.name,
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InvalidInput(
                N_("%(file)s är en skadad gzip-fil (%(reason)s). Hämta filen på nytt och läs in den igen."),
                file=self.name,
                reason=str(error),
            ) from error

    def _sniff(self) -> bytes:
        """The first bytes, without a byte order mark. Raises InvalidInput when this can be no RDF in UTF-8."""
        start = self._unpacked(4096)
        if not start.strip():
            rest = self._unpacked(4096)
            if not start + rest:
                raise InvalidInput(
                    N_("%(file)s är tom. Kontrollera att rätt fil angavs; inget har ändrats."), file=self.name
                )
            start += rest
        for magic, kind in _OTHER_KINDS.items():
            if start.startswith(magic):
                raise InvalidInput(
                    N_(
                        "%(file)s är en fil av slaget %(kind)s och kan inte läsas in som den är. "
                        "Packa upp den, eller packa den med gzip, och läs in den igen."
                    ),
                    file=self.name,
                    kind=kind,
                )
        if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start[:64]:
            raise InvalidInput(
                N_(
                    "%(file)s ser ut att vara skriven i UTF-16 eller UTF-32, eller är ingen textfil. "
                    "Spara den i UTF-8 och läs in den igen."
                ),
                file=self.name,
            )
        if start.lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise InvalidInput(
                N_(
                    "%(file)s är en webbsida (HTML), inte RDF. Hämta adressen på nytt och be om "
                    "till exempel text/turtle."
                ),
                file=self.name,
            )
        return start.removeprefix(_UTF8_MARK)


class _Tags:
    """Follows how deep the elements of XML lie, and how large they are. What is no XML is for the parser of RDF to tell."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends

    def follow(self, data: bytes) -> None:
        """Take what comes next. Raises InvalidInput when it lies too deep or is too large."""
        if self._parser is not None:
            try:
                self._parser.Parse(data, False)
            except expat.ExpatError:
                self._parser = None

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidInput(
                N_(
                    "%(file)s är för djupt nästlad (mer än %(limit)s element i varandra) och lästes inte vidare; inget "
                    "har ändrats. Skriv om den plattare, till exempel som N-Triples."
                ),
                file=self._name,
                limit=_DEEPEST,
            )
        if len(attributes) > _MOST_ATTRIBUTES:
            raise InvalidInput(
                N_(
                    "%(file)s har ett element med fler än %(limit)s attribut och lästes inte vidare; inget har ändrats. "
                    "Skriv dem som element, eller spara filen som N-Triples."
                ),
                file=self._name,
                limit=_MOST_ATTRIBUTES,
            )

    def _ends(self, name: str) -> None:
        self._depth -= 1
