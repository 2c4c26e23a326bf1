"""What a record must be before its shape is asked: an address of its type, one type, connected fragments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from catalogue.errors import N_, InvalidInput
from catalogue.namespaces import SHARED

# What may stand last in the address of a record. Nothing else, for the site answers nothing else: a
# record called k7md.ttl would hide behind the data of k7md.
REFERENCE = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
_TYPE = b"> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <"


class Inspector:
    """Inspects the records of one file, as canonical N-Triples.

    `base` is the installation's address. `types` maps each class of records to the path word of its
    addresses: `insats`; `begrepp` for vocabularies, `ns` for the ontology. `max_record` is in bytes.
    """

    def __init__(self, base: str, types: Mapping[str, str], max_record: int) -> None:
        self.file = ""
        self._max_record = max_record
        self._base = base
        self._words = {iri.encode(): word for iri, word in types.items()}
        own, shared = re.escape(base), re.escape(SHARED)
        self._address = re.compile(
            rf"(?:{own}|{shared})id/(?P<word>(?!begrepp/)[a-z]+)/{REFERENCE}"
            rf"|(?:{own}id/|{shared})(?P<vocabulary>begrepp)(?:/{REFERENCE}){{1,2}}"
            rf"|{shared}(?P<ontology>ns)"
        )

    def word(self, iri: str) -> str:
        """The path word in a record's IRI. Raises InvalidInput when no record here can have that IRI."""
        match = self._address.fullmatch(iri)
        if match is not None:
            return match["word"] or match["vocabulary"] or match["ontology"]
        local = iri.startswith((self._base, SHARED))
        raise InvalidInput(_ADDRESS if local else _FOREIGN, file=self.file, record=iri, base=self._base)

    def inspect(self, iri: str, content: bytes) -> tuple[str | None, InvalidInput | None]:
        """The class of a whole record, and what is wrong with it. A part of a record may lack either."""
        if len(content) > self._max_record:
            sizes = {"size": len(content) // 1000, "limit": self._max_record // 1000}
            return None, InvalidInput(_TOO_LARGE, file=self.file, record=iri, **sizes)
        found = record_classes(iri.encode(), content)
        known = found & self._words.keys()
        if len(known) != 1:
            sentence = _SEVERAL_TYPES if known else _UNKNOWN_TYPE if found else _NO_TYPE
            types = ", ".join(sorted(each.decode() for each in known or found))
            return None, InvalidInput(sentence, file=self.file, record=iri, types=types)
        (type,) = known
        word = self.word(iri)
        if self._words[type] != word:
            return type.decode(), InvalidInput(
                _WRONG_WORD, file=self.file, record=iri, type=type.decode(), word=self._words[type]
            )
        loose = None if word == "ns" else _loose_fragment(iri.encode(), content)
        if loose is not None:
            return type.decode(), InvalidInput(_LOOSE, file=self.file, record=iri, fragment=loose)
        return type.decode(), None


def record_classes(iri: bytes, content: bytes) -> set[bytes]:
    """The classes that N-Triples give to a record itself, not to its fragments."""
    start = b"<" + iri + _TYPE
    found: set[bytes] = set()
    place = content.find(start)
    while place >= 0:
        # Only at the start of a line is it a subject; inside a text it is only talk.
        if place == 0 or content[place - 1] == 10:
            found.add(content[place + len(start) : content.index(b">", place + len(start))])
        place = content.find(start, place + len(start))
    return found


def _loose_fragment(iri: bytes, content: bytes) -> str | None:
    """A fragment that nothing in its record points at: it would be published where nobody finds it."""
    own = b"<" + iri + b"#"
    described: set[bytes] = set()
    pointed_at: set[bytes] = set()
    # At the start of a line it is a subject, at the end an object; inside a text, which holds no raw
    # newline, it is neither. One pass, for a record may have thousands of them.
    for before, after in pairwise((b"\n" + content).split(own)):
        name, _, rest = after.partition(b">")
        if before.endswith(b"\n"):
            described.add(name)
        elif rest.startswith(b" .\n"):
            pointed_at.add(name)
    loose = described - pointed_at
    return (own[1:] + min(loose)).decode() if loose else None


_TOO_LARGE = N_(
    "%(file)s: %(record)s är %(size)s kB stor; gränsen är %(limit)s kB. Korta den, eller dela upp den på flera."
)
_FOREIGN = N_(
    "%(file)s: %(record)s hör inte hemma här. Poster i denna installation börjar med %(base)sid/. "
    "Skriv relativa IRI:er och ange --base %(base)s, eller rätta PIVI_BASE."
)
_ADDRESS = N_(
    "%(file)s: %(record)s är ingen adress för en post. Den ska vara %(base)sid/, posttypens ord, "
    "ett snedstreck och en kort beteckning, till exempel %(base)sid/insats/k7md."
)
_WRONG_WORD = N_(
    "%(file)s: %(record)s har typen %(type)s, vars adresser har ordet %(word)s. Rätta adressen eller typen."
)
_NO_TYPE = N_(
    "%(file)s: %(record)s saknar rdf:type, så det går inte att se vilket slags post det är. "
    "Ge den en posttyp, till exempel pivi:Initiative."
)
_UNKNOWN_TYPE = N_(
    "%(file)s: %(record)s har typen %(types)s, som inte är någon posttyp här. "
    "Ge den en posttyp, till exempel pivi:Initiative; posttyperna står på sidan /ns."
)
_SEVERAL_TYPES = N_("%(file)s: %(record)s har flera posttyper: %(types)s. Behåll en av dem.")
_LOOSE = N_(
    "%(file)s: inget i %(record)s pekar på fragmentet %(fragment)s. "
    "Låt posten peka på det, eller ta bort det."
)
