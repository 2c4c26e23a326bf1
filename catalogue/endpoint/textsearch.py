"""Text search within SPARQL: our SERVICE becomes the hits of the search index, joined as values.

SERVICE <https://w3id.org/pivi/ns#search> { ?insats pivi:matches "missbruk" ; pivi:score ?score ; pivi:limit 10 }
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalogue.endpoint.lexer import Kind, Place, Token, offset, place, unquoted
from catalogue.endpoint.problems import Refused, TooLarge
from catalogue.endpoint.screening import (
    LIMIT,
    MATCHES,
    RELAXED,
    RIGHT_FORM,
    SCORE,
    SEARCH_TERMS,
    Screened,
    Service,
    undeclared,
)
from catalogue.errors import N_, InvalidInput
from catalogue.namespaces import PREFIXES, XSD


@dataclass(frozen=True)
class TextQuery:
    """What one SERVICE asks: the words, the variables, and how many of the best hits (None: all)."""

    words: str
    subject: str
    score: str | None
    limit: int | None
    relaxed: bool
    place: Place


@dataclass(frozen=True)
class Hit:
    """An initiative that a text search found, and how well it matches (BM25, more is better)."""

    iri: str
    score: float


# Words, whether most of them are enough, how many at most -> the best hits first. May raise InvalidInput.
Find = Callable[[str, bool, int], Sequence[Hit]]


@dataclass(frozen=True)
class Rewritten:
    """A query in which each text search has become values, and where each of these pieces lies."""

    text: str
    original: str
    # (start in the original, end there, start here, end here), in order
    pieces: tuple[tuple[int, int, int, int], ...] = ()

    def place(self, here: Place) -> Place:
        """Where in the original a place of the rewritten query lies."""
        if not self.pieces:
            return here
        at = offset(self.text, here)
        shift = 0
        for start, end, new_start, new_end in self.pieces:
            if at < new_start:
                break
            if at < new_end:
                return place(self.original, start)
            shift = end - new_end
        return place(self.original, at + shift)


def rewrite(screened: Screened, find: Find, *, most: int) -> Rewritten:
    """Answer the text searches of a query. `most` is how many hits one of them may have.

    Raises Refused for a wrong form, TooLarge for more hits than `most`; both show what to write.
    """
    if not screened.services:
        return Rewritten(screened.text, screened.text)
    text, pieces, parts, at = screened.text, [], [], 0
    length = 0
    for service in screened.services:
        values = _values(read(service, screened), find, most)
        parts += [text[at : service.start], values]
        start = length + service.start - at
        length = start + len(values)
        pieces.append((service.start, service.end, start, length))
        at = service.end
    parts.append(text[at:])
    return Rewritten("".join(parts), text, tuple(pieces))


def read(service: Service, screened: Screened) -> TextQuery:
    """What a SERVICE asks. Raises Refused, with the place of the first token that is out of form."""
    reader = _Reader(service, screened)
    return reader.read()


class _Reader:
    """Reads `?s p o ; p o . ?s p o` with the few predicates that the text search knows."""

    def __init__(self, service: Service, screened: Screened) -> None:
        self._service = service
        self._screened = screened
        self._tokens = list(service.inner)
        self._at = 0
        self._found: dict[str, Token] = {}

    def read(self) -> TextQuery:
        subject = self._next()
        if subject is None or subject.kind is not Kind.VARIABLE:
            raise self._wrong(subject)
        self._property()
        while (mark := self._next()) is not None:
            if mark.text == ";":
                if self._peek() in (None, ";", "."):
                    continue
                self._property()
            elif mark.text == ".":
                again = self._next()
                if again is None:
                    break
                if again.kind is not Kind.VARIABLE or again.text[1:] != subject.text[1:]:
                    raise self._wrong(again)
                self._property()
            else:
                raise self._wrong(mark)
        if MATCHES not in self._found:
            raise self._wrong(None)
        score = self._found.get(SCORE)
        if score is not None and score.text[1:] == subject.text[1:]:
            raise self._wrong(score)
        limit = self._found.get(LIMIT)
        return TextQuery(
            words=unquoted(self._found[MATCHES].text),
            subject=subject.text[1:],
            score=score.text[1:] if score else None,
            limit=int(limit.text) if limit else None,
            relaxed=RELAXED in self._found and self._found[RELAXED].is_word("TRUE"),
            place=place(self._screened.text, self._service.start),
        )

    def _property(self) -> None:
        predicate = self._next()
        iri = self._screened.iri(predicate) if predicate else None
        if predicate is not None and predicate.kind is Kind.NAME and iri is None:
            prefix = predicate.text.partition(":")[0]
            if prefix in PREFIXES:
                raise undeclared([prefix], place(self._screened.text, predicate.start))
        if predicate is None or iri not in SEARCH_TERMS or iri in self._found:
            raise self._wrong(predicate)
        value = self._next()
        if value is None or not _fits(iri, value):
            raise self._wrong(value)
        if iri == MATCHES and self._at < len(self._tokens) and self._tokens[self._at].kind is Kind.LANGUAGE:
            self._at += 1  # both languages are searched in, whichever is said
        self._found[iri] = value

    def _next(self) -> Token | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str | None:
        return self._tokens[self._at].text if self._at < len(self._tokens) else None

    def _wrong(self, token: Token | None) -> Refused:
        where = token.start if token else self._service.start
        return Refused(
            N_(
                "Fritextsökningen är inte skriven som den ska här. Så skrivs den, där score och limit får "
                "utelämnas: %(form)s"
            ),
            form=RIGHT_FORM.replace(" }", " ; pivi:limit 100 }"),
            place=place(self._screened.text, where),
        )


def _fits(iri: str, value: Token) -> bool:
    if iri == MATCHES:
        return value.kind is Kind.STRING
    if iri == SCORE:
        return value.kind is Kind.VARIABLE
    if iri == LIMIT:
        return (
            value.kind is Kind.NUMBER
            and value.text.isascii()
            and value.text.isdigit()
            and len(value.text) < 10
        )
    return value.is_word("TRUE", "FALSE")


def _values(asked: TextQuery, find: Find, most: int) -> str:
    wanted = most if asked.limit is None else min(asked.limit, most)
    try:
        hits = find(asked.words, asked.relaxed, wanted + 1) if wanted or asked.limit is None else ()
    except InvalidInput as error:
        raise Refused(error.sentence, place=asked.place, **error.params) from error
    if len(hits) > most and (asked.limit is None or asked.limit > most):
        raise TooLarge(
            N_(
                "Sökningen efter ”%(words)s” ger fler än %(most)s träffar, som är gränsen. "
                "Lägg till ord, eller be om de bästa: … ; pivi:limit %(most)s"
            ),
            words=asked.words[:40],
            most=most,
            place=asked.place,
        )
    hits = hits[:wanted]
    if asked.score is None:
        rows = " ".join(f"(<{hit.iri}>)" for hit in hits)
        variables = f"?{asked.subject}"
    else:
        rows = " ".join(f'(<{hit.iri}> "{hit.score:.6g}"^^<{XSD.double.value}>)' for hit in hits)
        variables = f"?{asked.subject} ?{asked.score}"
    # Within a sub-select: a bare VALUES of more than a thousand rows makes Oxigraph's join very slow.
    return f"{{ SELECT * {{ VALUES ({variables}) {{ {rows} }} }} }}"
