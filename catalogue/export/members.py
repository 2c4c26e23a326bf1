"""A revision as a member of the change feed: a version of its record, as N-Triples.

Text work on the journal's canonical N-Triples, as parsing a hundred thousand records takes minutes. It
holds because of what is true of them: a line is a triple, a subject is the record or a part of it, and
what stands after the second space is an IRI exactly when it begins with `<`.
"""

from __future__ import annotations

import hashlib

from catalogue.export.cutting import moment, stamp
from catalogue.namespaces import DCAT, DCT, PROV, XSD
from catalogue.publishing import Tombstone
from catalogue.revisions import Revision, moment_as_text
from catalogue.tombstones import triples
from catalogue.turtle import canonical_ntriples

# The properties by which a member tells of which record it is, when it came, at which dataset version, and
# what its parts are.
VERSION_OF = DCT.isVersionOf
HAS_PART = DCT.hasPart
AT = PROV.generatedAtTime
VERSION = DCAT.version

_IS_OF, _HAS_PART = str(VERSION_OF).encode(), str(HAS_PART).encode()


def reference_of(revision: Revision) -> str:
    """What a member's IRI ends with; tells it from any other with its number, as after a restored backup."""
    known = stamp(revision.seq, revision.iri, revision.state, moment_as_text(revision.at))
    return f"{revision.seq}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"


def member(revision: Revision, content: bytes, iri: str) -> bytes:
    """The member `iri` as N-Triples, what it is a version of first.

    `content` is what of the revision is public. The record and each of its parts has an IRI of its own
    in the member, so that versions do not run together, and says which one it is a version of: put
    these in their place and leave out the four properties of this module, and the record is there, to the
    letter. Of a record that is gone the member is its tombstone.
    """
    at = moment(moment_as_text(revision.at))
    head = (
        f"<{iri}> {VERSION_OF} <{revision.iri}> .\n"
        f'<{iri}> {AT} "{at}"^^{XSD.dateTime} .\n'
        f'<{iri}> {VERSION} "{revision.seq}"^^{XSD.integer} .\n'
    ).encode()
    return head + (_versioned(content, revision.iri, iri) if revision.published else _stone(revision, iri))


def _versioned(content: bytes, record: str, version: str) -> bytes:
    old, new = f"<{record}".encode(), f"<{version}".encode()
    # Every line begins with the record, or with it and a fragment.
    length = len(old)
    rests = [line[length:] for line in content.splitlines(keepends=True)]
    own = b" " + old + b"#"
    if own in content:
        rests = [_pointing(rest, own, new) if own in rest else rest for rest in rests]
    parts = dict.fromkeys(rest[: rest.index(b">") + 1] for rest in rests if rest.startswith(b"#"))
    said = [
        b"%b> %b %b%b .\n%b%b %b %b%b .\n" % (new, _HAS_PART, new, part, new, part, _IS_OF, old, part)
        for part in parts
    ]
    return new.join((b"", *rests)) + b"".join(said)


def _pointing(rest: bytes, own: bytes, new: bytes) -> bytes:
    """The rest of a line, pointing at the part of the version where it points at a part of the record."""
    end, predicate, value = rest.split(b" ", 2)
    # In a text it may stand too, and stays there.
    return b"%b %b %b%b" % (end, predicate, new, value[len(own) - 2 :]) if value.startswith(own[1:]) else rest


def _stone(revision: Revision, iri: str) -> bytes:
    stone = Tombstone(
        iri, revision.type, (), revision.state, revision.at, revision.reason, revision.successors
    )
    return canonical_ntriples(triples(stone))
