"""Foreign triples as lines of N-Triples: checked for what no record may hold, then gathered by record."""

from __future__ import annotations

import re
from collections.abc import Callable

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.errors import N_, InvalidInput
from catalogue.inspection import Inspector
from catalogue.spool import SpoolWriter
from catalogue.syntax import RELATIVE_IRI, TRIPLE_TERM
from catalogue.turtle import canonical_lines

# A base that no file can mean: what begins with it was relative.
RELATIVE = "pivi-relative://file/"


def _marks(first: int, last: int) -> tuple[bytes, ...]:
    return tuple(chr(each).encode() for each in range(first, last + 1))


_ALLOWED = (b"<http://", b"<https://", b"<mailto:", b"<urn:")
_ALLOWED_SCHEMES = ("http://", "https://", "mailto:", "urn:")
# What begins a sign that texts may not hold, the most common of what else begins so, and the signs.
_SIGNS = (
    # Control characters, and U+FFFE and U+FFFF: XML cannot write them (XML 1.0, section 2.2), so RDF/XML
    # could not serve them. Oxigraph writes them as escapes; tab, newline and return are \t \n \r.
    (b"\\", (b"\\n", b'\\"'), (b"\\u00", b"\\b", b"\\f", b"\\uFFF")),
    # Marks that turn text around (Unicode Standard Annex 9, section 2): it would not say what it shows.
    (b"\xe2\x80", ("”".encode(), "–".encode(), "’".encode()), _marks(0x202A, 0x202E)),
    (b"\xe2\x81", (), _marks(0x2066, 0x2069)),
    # A direction of writing: "text"@ar--rtl.
    (b"--", (), (b"--ltr", b"--rtl")),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BLANK_OBJECT = re.compile(rb"> (_:[^\s\"<>]+) \.\n\Z")

# Lines are gathered up to this many bytes, so that a file sorted otherwise than by subject still
# comes to disk in few pieces.
_GATHERED = 32 * 2**20


class Lines:
    """Takes the lines of one file and puts them, record by record, into the spool."""

    def __init__(
        self, file: str, inspector: Inspector, max_literal: int, spool: SpoolWriter, quarantine: bool = False
    ) -> None:
        self._quarantine = quarantine
        self._file = file
        self._inspector = inspector
        self._max_literal = max_literal
        self._spool = spool
        self._gathered: dict[bytes, list[bytes]] = {}
        self._size = 0
        self._last = b""

    def add(self, content: bytes) -> None:
        """Take lines as Oxigraph writes them.

        What no record may hold raises InvalidInput, or puts the record that holds it in quarantine.
        """
        lines = content.splitlines(keepends=True)
        if not _is_plain(content):
            lines = [line for line in lines if _is_plain(line) or self._keeps(line, self._check)]
        if len(content) > self._max_literal:
            lines = [
                line
                for line in lines
                if len(line) <= self._max_literal or self._keeps(line, self._check_length)
            ]
        if b"_:" in content:
            self._note_links(lines)
        self._gather(lines)
        self._size += len(content)
        if self._size > _GATHERED:
            # The last record probably goes on in the next batch.
            going_on = self._gathered.get(self._last, [])
            size = sum(map(len, going_on))
            if going_on and size < _GATHERED // 32:
                del self._gathered[self._last]
                self.finish()
                self._gathered[self._last], self._size = going_on, size
            else:
                self.finish()

    def finish(self) -> None:
        """Write everything that is gathered."""
        for key, lines in self._gathered.items():
            self._spool.add_segment(key.decode(), canonical_lines(b"".join(lines)))
        self._gathered = {}
        self._size = 0

    def _keeps(self, line: bytes, check: Callable[[bytes], None]) -> bool:
        """Whether a line passes a check. Raises what the check raises, unless records are put in quarantine."""
        try:
            check(line)
        except InvalidInput as problem:
            if not self._quarantine:
                raise
            self._spool.quarantine(_key(line).decode(), problem)
            return False
        return True

    def _gather(self, lines: list[bytes]) -> None:
        """Put runs of lines with the same record together."""
        start = 0
        # What the lines of the run begin with; at first nothing does.
        run: tuple[bytes, ...] = (b"\x00",)
        for place, line in enumerate(lines):
            if not line.startswith(run):
                self._take(lines[start:place])
                start = place
                key = _key(line)
                run = (key + b" ",) if key.startswith(b"_:") else (b"<" + key + b">", b"<" + key + b"#")
        self._take(lines[start:])

    def _take(self, lines: list[bytes]) -> None:
        if not lines:
            return
        self._last = key = _key(lines[0])
        known = self._gathered.get(key)
        if known is not None:
            known += lines
            return
        if not key.startswith(b"_:") and not self._keeps(lines[0], self._check_address):
            return
        self._gathered[key] = lines

    def _note_links(self, lines: list[bytes]) -> None:
        """Remember what points at each blank node."""
        links = [
            (match[1].decode(), _key(line).decode())
            for line in lines
            if b"_:" in line and (match := _BLANK_OBJECT.search(line))
        ]
        self._spool.index.executemany("INSERT INTO links VALUES (?, ?)", links)

    def _check_address(self, line: bytes) -> None:
        self._inspector.word(_key(line).decode())

    def _check_length(self, line: bytes) -> None:
        # Not parsed: Oxigraph takes no term of more than 16 MiB.
        subject, predicate, _ = line.split(b" ", 2)
        self._refuse(
            N_(
                "%(file)s: %(field)s hos %(record)s är %(length)s kB långt; gränsen är %(limit)s kB. "
                "Korta texten, eller länka till den."
            ),
            subject.strip(b"<>").decode(),
            predicate.strip(b"<>").decode(),
            length=len(line) // 1000,
            limit=self._max_literal // 1000,
        )

    def _check(self, line: bytes) -> None:
        """Look at one triple term by term. Raises InvalidInput when something in it may not be loaded."""
        [quad] = parse(line, format=RdfFormat.N_TRIPLES, lenient=True)
        triple = quad.triple
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, Triple):
                raise InvalidInput(TRIPLE_TERM, place=self._file)
            if isinstance(term, NamedNode):
                self._check_iri(term.value, triple)
            if isinstance(term, Literal):
                self._check_iri(term.datatype.value, triple)
                self._check_text(term, triple)

    def _check_iri(self, iri: str, triple: Triple) -> None:
        if iri.startswith(RELATIVE.partition("//")[0]):
            raise InvalidInput(RELATIVE_IRI, place=self._file, reason=iri.removeprefix(RELATIVE))
        if not iri.startswith(_ALLOWED_SCHEMES):
            self._refuse(
                N_(
                    "%(file)s: %(field)s hos %(record)s innehåller adressen %(value)s. Adresser ska börja med "
                    "http://, https://, mailto: eller urn:. Rätta eller ta bort den."
                ),
                *_place(triple),
                value=iri[:200],
            )

    def _check_text(self, literal: Literal, triple: Triple) -> None:
        control = _CONTROL.search(literal.value)
        if control is not None:
            self._refuse(
                N_(
                    "%(file)s: %(field)s hos %(record)s har ett styrtecken (U+%(code)s) efter %(before)s. Ta bort det."
                ),
                *_place(triple),
                code=f"{ord(control[0]):04X}",
                before=f"”{literal.value[max(0, control.start() - 20) : control.start()]}”",
            )
        if literal.direction is not None:
            self._refuse(
                N_(
                    "%(file)s: %(field)s hos %(record)s är märkt med skrivriktning, som inte kan sparas. "
                    "Ange bara språket."
                ),
                *_place(triple),
            )

    def _refuse(self, sentence: str, subject: str, predicate: str, **params: object) -> None:
        raise InvalidInput(sentence, file=self._file, record=subject[:300], field=predicate[:300], **params)


def _place(triple: Triple) -> tuple[str, str]:
    subject = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
    return subject, triple.predicate.value


def _key(line: bytes) -> bytes:
    """The record of a line's subject, or its blank node."""
    if line.startswith(b"_:"):
        return line[: line.index(b" ")]
    return line[1 : line.index(b">")].partition(b"#")[0]


def _is_plain(content: bytes) -> bool:
    """Whether lines hold nothing that has to be looked at more closely.

    Every IRI and triple term begins with <; so when all < of the lines begin an allowed IRI, there
    is no other. A text with such a sign only costs a closer look.
    """
    if not _only(content, b"<", _ALLOWED):
        return False
    return all(
        sign not in content or _only(content, sign, harmless) or not any(each in content for each in harmful)
        for sign, harmless, harmful in _SIGNS
    )


def _only(content: bytes, sign: bytes, harmless: tuple[bytes, ...]) -> bool:
    """Whether every `sign` begins one of `harmless`, which do not overlap: counted, which is quick."""
    unknown = content.count(sign)
    for each in harmless:
        if not unknown:
            break
        unknown -= content.count(each)
    return not unknown
