"""Blank nodes of foreign files become fragments of the record that they hang under, the same on every load."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from catalogue.errors import N_, InvalidInput
from catalogue.spool import SpoolWriter
from catalogue.turtle import canonical_ntriples

# Opaque references are spelled with these: no vowels, so no words; no look-alikes.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_CODE_LENGTH = 6

# Which records each blank node hangs under, however deep.
_ROOTS = """
CREATE TEMP TABLE roots AS
WITH RECURSIVE walk (blank, root) AS (
    SELECT blank, referrer FROM links WHERE referrer NOT GLOB '_:*'
    UNION
    SELECT links.blank, walk.root FROM walk JOIN links ON links.referrer = walk.blank)
SELECT blank, root FROM walk
"""


def adopt_blank_nodes(spool: SpoolWriter, file: str, *, quarantine: bool = False) -> None:
    """Turn the blank nodes of the current file into fragments of their records.

    Raises InvalidInput when a node hangs under no record or several, in a circle, or says nothing. With
    `quarantine` the records that it hangs under are kept out instead, and what hangs under none is left out.
    """
    if (
        spool.first("SELECT 1 FROM links") is None
        and spool.first("SELECT 1 FROM segments WHERE key GLOB '_:*'") is None
    ):
        return
    spool.index_segments()
    index = spool.index
    index.execute("CREATE INDEX link_referrers ON links (referrer)")
    index.execute(_ROOTS)
    index.execute("CREATE INDEX root_blanks ON roots (blank)")
    index.execute("CREATE INDEX root_roots ON roots (root)")
    bad = _shared(spool, file) | _empty(spool, file)
    if not quarantine:
        for problem in bad.values():
            raise problem
        _refuse_orphans(spool, file)
    roots = [root for (root,) in index.execute("SELECT DISTINCT root FROM roots ORDER BY root")]
    for root in roots:
        if root in bad:
            continue
        try:
            _adopt(spool, root, file)
        except InvalidInput as circle:
            if not quarantine:
                raise
            bad[root] = circle
    for root, each in bad.items():
        spool.quarantine(root, each)
    index.execute("DELETE FROM segments WHERE key GLOB '_:*'")
    index.execute("DROP TABLE roots")
    index.execute("DROP INDEX link_referrers")


def _adopt(spool: SpoolWriter, root: str, file: str) -> None:
    found = spool.index.execute("SELECT blank FROM roots WHERE root = ?", (root,))
    content = b"".join(spool.segments(key) for key in (root, *(blank for (blank,) in found)))
    triples = [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
    names = _names(root, triples, file)
    spool.replace_segments(root, canonical_ntriples(_renamed(triples, names)))


def _shared(spool: SpoolWriter, file: str) -> dict[str, InvalidInput]:
    """The records that share a node with another one, each with what is wrong."""
    pairs = spool.index.execute(
        "SELECT roots.root, first, second FROM roots JOIN"
        " (SELECT blank, min(root) AS first, max(root) AS second FROM roots GROUP BY blank HAVING count(*) > 1)"
        " USING (blank) ORDER BY first, second, roots.root"
    )
    sentence = N_(
        "%(file)s: en anonym nod hör både till %(first)s och till %(second)s. "
        "Ge den en egen IRI, eller en egen kopia för varje post."
    )
    return {
        root: InvalidInput(sentence, file=file, first=first, second=second) for root, first, second in pairs
    }


def _empty(spool: SpoolWriter, file: str) -> dict[str, InvalidInput]:
    """The records that point at a node that says nothing, each with what is wrong."""
    found = spool.index.execute(
        "SELECT DISTINCT root FROM roots WHERE blank NOT IN (SELECT key FROM segments) ORDER BY root"
    )
    sentence = N_(
        "%(file)s: %(record)s pekar på en anonym nod som inte säger något. Ta bort den eller beskriv den."
    )
    return {root: InvalidInput(sentence, file=file, record=root) for (root,) in found}


def _refuse_orphans(spool: SpoolWriter, file: str) -> None:
    orphan = spool.first(
        "SELECT key FROM segments WHERE key GLOB '_:*' AND key NOT IN (SELECT blank FROM roots) LIMIT 1"
    )
    if orphan is None:
        return
    # The label is the parser's own; what the node says tells more.
    said = spool.segments(orphan[0]).splitlines()[0].partition(b" ")[2].decode()
    raise InvalidInput(
        N_(
            "%(file)s: en anonym nod hör inte till någon post. Den säger bland annat %(triple)s "
            "Ge den en IRI, eller låt en post peka på den."
        ),
        file=file,
        triple=said[:200],
    )


def _names(root: str, triples: Iterable[Triple], file: str) -> dict[BlankNode, NamedNode]:
    """A fragment for each blank node: the property that leads to it and a digest of what it says.

    So the name does not depend on the order in the file, nor on what else the record says. Nodes
    that say the same under the same property become one.
    """
    said: dict[BlankNode, list[Triple]] = {}
    properties: dict[BlankNode, str] = {}
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            said.setdefault(triple.subject, []).append(triple)
        if isinstance(triple.object, BlankNode):
            known = properties.get(triple.object, triple.predicate.value)
            properties[triple.object] = min(known, triple.predicate.value)
    digests = _digests(root, said, file)
    names: dict[BlankNode, NamedNode] = {}
    taken: dict[str, bytes] = {}
    for node, digest in digests.items():
        word = re.sub(r"[^A-Za-z0-9_-]", "", re.split(r"[#/]", properties[node])[-1]) or "nod"
        name, length = f"{word}-{_code(digest, _CODE_LENGTH)}", _CODE_LENGTH
        while taken.setdefault(name, digest) != digest:
            length += 1
            name = f"{word}-{_code(digest, length)}"
        names[node] = NamedNode(f"{root}#{name}")
    return names


def _digests(root: str, said: Mapping[BlankNode, list[Triple]], file: str) -> dict[BlankNode, bytes]:
    """A digest of what each node says, leaves first; a child counts by its own digest."""
    digests: dict[BlankNode, bytes] = {}
    for start in said:
        # No recursion: a list of 100,000 members is 100,000 deep.
        path = [(start, _children(said[start]))] if start not in digests else []
        on_path = {start}
        while path:
            node, children = path[-1]
            child = next((each for each in children if each not in digests), None)
            if child is None:
                digests[node] = _digest(said[node], digests)
                path.pop()
                on_path.discard(node)
            elif child in on_path:
                raise InvalidInput(
                    N_(
                        "%(file)s: anonyma noder under %(record)s pekar på varandra i en cirkel. Ge dem egna IRI:er."
                    ),
                    file=file,
                    record=root,
                )
            else:
                path.append((child, _children(said[child])))
                on_path.add(child)
    return digests


def _children(triples: Iterable[Triple]) -> Iterator[BlankNode]:
    return (triple.object for triple in triples if isinstance(triple.object, BlankNode))


def _digest(triples: Iterable[Triple], digests: Mapping[BlankNode, bytes]) -> bytes:
    lines = sorted(
        f"{triple.predicate} {digests[triple.object].hex()}"
        if isinstance(triple.object, BlankNode)
        else f"{triple.predicate} {triple.object}"
        for triple in triples
    )
    return hashlib.sha256("\n".join(lines).encode()).digest()


def _code(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    letters: list[str] = []
    for _ in range(length):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def _renamed(triples: Iterable[Triple], names: Mapping[BlankNode, NamedNode]) -> Iterable[Triple]:
    for triple in triples:
        subject, object = triple.subject, triple.object
        yield Triple(
            names[subject] if isinstance(subject, BlankNode) else subject,
            triple.predicate,
            names[object] if isinstance(object, BlankNode) else object,
        )
