"""The fingerprint of an answer: how much it holds, and a hash that is the same whenever the answer is.

The hash is SHA-256 of the answer in canonical form: of a SELECT the rows as TSV, sorted by code point
under their header; of a graph its triples as N-Triples, sorted, blank nodes named by RDFC-1.0
(RDF Dataset Canonicalization); of an ASK `true` or `false`. Each line ends with a newline.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from catalogue.turtle import canonical_lines, canonical_ntriples

_BLANK_IN_ROW = re.compile(rb"(?:^|\t)_:", re.MULTILINE)
_BLANK_IN_TRIPLE = re.compile(rb"^_:|> _:[0-9A-Za-z]+ \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an answer.

    `count` is the number of rows or triples, of an ASK 1 for true and 0 for false. `digest` is
    hexadecimal. `blank`: rows name blank nodes, whose names say nothing, so two answers cannot be compared.
    """

    count: int
    digest: str
    blank: bool = False

    def written(self) -> bytes:
        return json.dumps([self.count, self.digest, self.blank]).encode()

    @classmethod
    def read(cls, content: bytes) -> Fingerprint:
        return cls(*json.loads(content))


def of_truth(answer: bool) -> Fingerprint:
    """The fingerprint of the answer to an ASK."""
    return Fingerprint(int(answer), _digest(b"true\n" if answer else b"false\n"))


def of_rows(tsv: bytes) -> Fingerprint:
    """The fingerprint of solutions as SPARQL 1.1 TSV; equal rows count as often as they come."""
    header, *rows = tsv.splitlines(keepends=True)
    rows.sort()
    digest = hashlib.sha256(header)
    for row in rows:
        digest.update(row)
    blank = any(_BLANK_IN_ROW.search(row) for row in rows)
    return Fingerprint(len(rows), digest.hexdigest(), blank)


def of_graph(ntriples: bytes) -> Fingerprint:
    """The fingerprint of a graph as N-Triples. With many alike blank nodes this can take very long."""
    if _BLANK_IN_TRIPLE.search(ntriples):
        graph = Dataset(parse(ntriples, format=RdfFormat.N_TRIPLES, lenient=True))
        graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        content = canonical_ntriples(quad.triple for quad in graph)
    else:
        content = canonical_lines(ntriples)
    return Fingerprint(content.count(b"\n"), _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
