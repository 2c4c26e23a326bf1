"""The endpoint: a question goes in, a whole answer or a problem comes out."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from catalogue.endpoint import faults
from catalogue.endpoint.answer import Answer, Question
from catalogue.endpoint.begun import Begun
from catalogue.endpoint.cache import Cache
from catalogue.endpoint.execution import Order, Outcome, Report
from catalogue.endpoint.lexer import Place, place
from catalogue.endpoint.pool import Pool, Sizes
from catalogue.endpoint.problems import (
    Failed,
    Malformed,
    Problem,
    Refused,
    TooDeep,
    TooLarge,
    TooLong,
    TooSlow,
    Vanished,
)
from catalogue.endpoint.results import Format
from catalogue.endpoint.screening import Screened, missing_prefixes, screen, undeclared
from catalogue.endpoint.snapshots import Snapshot, Snapshots
from catalogue.endpoint.textsearch import Hit, Rewritten, rewrite
from catalogue.errors import N_
from catalogue.origins import is_harvested
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.workers import Cause, WorkerLost

__all__ = ["Answer", "Endpoint", "Question", "line_length"]

# Answers above this many bytes go through a file.
_SPILL = 1_000_000


class Endpoint:
    """Public SPARQL over one installation. Any thread may ask."""

    def __init__(self, settings: Settings, projections: Projections) -> None:
        self.settings = settings
        # What relative IRIs are resolved against: the address that is asked (RFC 3986, section 5.1.3).
        self.base = settings.base + "sparql"
        # The name by which a query may ask for what is published, which is there without a name too.
        self.graph = self.base + "#data"
        self._journal = projections.journal
        directory = settings.data / "snapshots"
        self._snapshots = Snapshots(projections, directory)
        # Where large answers lie until they are sent; only this process writes there.
        self._spools = str(directory / "answer-")
        self._number = itertools.count()
        self._pool = Pool(
            self._snapshots,
            Sizes(
                workers=settings.sparql_workers,
                line=line_length(settings),
                share=settings.sparql_share,
                memory=settings.sparql_memory,
            ),
        )
        self._cache: Cache[Answer] = Cache(settings.sparql_cache)

    @property
    def pool(self) -> Pool:
        return self._pool

    @property
    def snapshots(self) -> Snapshots:
        return self._snapshots

    @property
    def has_harvested(self) -> bool:
        """Whether there are, or have been, records of others, which have licences of their own."""
        return any(is_harvested(each) for each in self._journal.origins())

    def screened(self, question_text: str) -> Screened:
        """What a query is. Raises TooLong, Refused or Malformed."""
        length = len(question_text.encode("utf-8", "surrogatepass"))
        if length > self.settings.sparql_query_bytes:
            raise TooLong(
                N_(
                    "Frågan är %(length)s byte lång; gränsen är %(limit)s. Korta den, till exempel genom att "
                    "välja med ett villkor i stället för att räkna upp värden."
                ),
                length=length,
                limit=self.settings.sparql_query_bytes,
            )
        try:
            question_text.encode()
        except UnicodeEncodeError as error:
            raise Malformed(N_("Frågan är inte giltig UTF-8. Spara eller skicka den som UTF-8.")) from error
        return screen(question_text, self.base)

    def etag(self, question: Question, screened: Screened) -> str | None:
        """What identifies the answer, known before the query is run; None where the answer may vary by itself."""
        if screened.volatile:
            return None
        said = "\0".join(
            (question.text, question.format.name, *question.default_graphs, "", *question.named_graphs)
        )
        digest = hashlib.sha256(said.encode()).hexdigest()[:20]
        return f"{self._snapshots.now.version}-{digest}-{'gzip' if question.packed else 'identity'}"

    def ask(self, question: Question, *, client: str, unwanted: Callable[[], bool] | None = None) -> Answer:
        """The whole answer. Raises a Problem when there is none.

        `client` tells who asks, for the shares; `unwanted` is asked now and then whether nobody waits any more.
        """
        screened = self._checked(question)
        known = self._remembered(question, screened)
        if known is not None:
            return known
        with self._pool.place(client) as ticket, self._snapshots.held() as snapshot:
            rewritten = rewrite(screened, _finder(snapshot), most=self.settings.sparql_hits)
            order = self._order(question, rewritten, snapshot)
            seconds = self._seconds(question)
            try:
                report, body = self._pool.run(ticket, order, snapshot, seconds=seconds, unwanted=unwanted)
            except WorkerLost as lost:
                raise self._lost(lost, seconds) from lost
        return self._answered(question, screened, rewritten, report, body, order.spool, snapshot)

    def begin(self, question: Question, *, client: str, told: Callable[[], None]) -> Answer | Begun | None:
        """Answer without waiting, or begin to, for an event loop. None: `ask` in a thread instead.

        What is begun but not running is told when it may be its turn, from any thread. Raises a Problem as `ask`.
        """
        screened = self._checked(question)
        known = self._remembered(question, screened)
        if known is not None:
            return known
        if screened.services:  # searching takes its time
            return None
        ticket = self._pool.stand(client, told)
        snapshot = self._snapshots.take()
        rewritten = Rewritten(screened.text, screened.text)
        order = self._order(question, rewritten, snapshot)
        seconds = self._seconds(question)

        def finish(report: Report, body: bytes) -> Answer:
            return self._answered(question, screened, rewritten, report, body, order.spool, snapshot)

        def lost(why: WorkerLost) -> Problem:
            return self._lost(why, seconds)

        return Begun(self._pool, self._snapshots, ticket, snapshot, order, seconds, finish, lost)

    def _answered(
        self,
        question: Question,
        screened: Screened,
        rewritten: Rewritten,
        report: Report,
        body: bytes,
        spool: str,
        snapshot: Snapshot,
    ) -> Answer:
        if report.outcome is not Outcome.ANSWERED:
            raise self._unanswered(report, screened, rewritten)
        answer = _answer(question.format, report, body, spool, snapshot)
        if answer.file is None and not screened.volatile:
            size = len(answer.body) + len(question.text) + 500
            self._cache.put(self._key(question, snapshot.version), replace(answer, cached=True), size)
        return answer

    def close(self) -> None:
        """End all workers and remove the snapshots."""
        self._pool.close()
        self._snapshots.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _checked(self, question: Question) -> Screened:
        screened = self.screened(question.text)
        self._check_graphs(question, screened)
        return screened

    def _remembered(self, question: Question, screened: Screened) -> Answer | None:
        return None if screened.volatile else self._cache.get(self._key(question))

    def _seconds(self, question: Question) -> float:
        usual = self.settings.sparql_seconds
        return min(usual, question.seconds or usual)

    def _key(self, question: Question, version: int | None = None) -> tuple[object, ...]:
        # The graphs are left out: those that may be named change nothing.
        newest = self._snapshots.now.version
        return (newest if version is None else version, question.text, question.format.name, question.packed)

    def _order(self, question: Question, rewritten: Rewritten, snapshot: Snapshot) -> Order:
        return Order(
            store=snapshot.path,
            query=rewritten.text,
            base=self.base,
            media_type=question.format.media_type,
            most=self.settings.sparql_bytes,
            spill=_SPILL,
            spool=f"{self._spools}{next(self._number)}",
            packed=question.packed,
        )

    def _check_graphs(self, question: Question, screened: Screened) -> None:
        """An unknown graph is an error: an empty answer would look as if there were nothing."""
        named_by_protocol = question.default_graphs or question.named_graphs
        default = question.default_graphs if named_by_protocol else screened.default_graphs
        named = question.named_graphs if named_by_protocol else screened.named_graphs
        unknown = next((each for each in default if each != self.graph), None)
        if unknown is not None:
            raise Refused(
                N_(
                    "Grafen %(graph)s finns inte här. Allt som är publicerat ligger i standardgrafen, så fråga "
                    "utan FROM; vill du ändå namnge den heter den %(known)s."
                ),
                graph=unknown[:200],
                known=self.graph,
            )
        if named:
            raise _no_named_graph(named[0], None)
        for token in screened.graphs:
            iri = screened.iri(token)
            if iri is not None:  # GRAPH ?g asks which graphs there are, and none is the right answer
                raise _no_named_graph(iri, place(screened.text, token.start))

    def _lost(self, lost: WorkerLost, seconds: float) -> Problem:
        match lost.cause:
            case Cause.DEADLINE:
                return TooSlow(
                    N_(
                        "Frågan hann inte bli klar på %(seconds)s sekunder, som är gränsen. Gör den mindre: lägg till "
                        "villkor, ta bort mönster som inte hänger ihop med resten, eller hämta hela datamängden."
                    ),
                    seconds=float(seconds),
                )
            case Cause.MEMORY:
                return TooLarge(
                    N_(
                        "Frågan behöver mer minne än %(memory)s MB, som är gränsen. Sortera, gruppera eller samla "
                        "färre rader åt gången: lägg till villkor."
                    ),
                    memory=self.settings.sparql_memory // 10**6,
                )
            case Cause.DEPTH:
                return TooDeep(
                    N_(
                        "Frågan är för djupt nästlad. Skriv den med färre parenteser och klamrar inuti varandra."
                    )
                )
            case Cause.STOPPED:
                return Vanished(N_("Ingen väntar längre på svaret."))
        return Failed(
            N_("Frågan fick databasen att sluta svara. Felet är antecknat; skriv frågan på ett annat sätt.")
        )

    def _unanswered(self, report: Report, screened: Screened, rewritten: Rewritten) -> Problem:
        if report.outcome is Outcome.TOO_LARGE:
            return TooLarge(
                N_(
                    "Svaret är större än %(bytes)s MB, som är gränsen. Välj färre kolumner, lägg till villkor, eller dela upp "
                    "det med ORDER BY, LIMIT och OFFSET."
                ),
                bytes=self.settings.sparql_bytes / 10**6,
            )
        if report.outcome is Outcome.MALFORMED:
            return _malformed(report.message, screened, rewritten)
        if report.outcome is Outcome.UNSUPPORTED:
            return Malformed(
                N_("Frågan kan inte köras: %(detail)s"),
                detail=report.message,
            )
        return Failed(
            N_("Databasen kunde inte läsas (%(detail)s). Felet är antecknat."), detail=report.message
        )


def line_length(settings: Settings) -> int:
    """How many queries may wait: what is asked for, but never more threads than half of them in all."""
    return max(0, min(settings.sparql_line, settings.threads // 2 - settings.sparql_workers))


def _no_named_graph(iri: str, where: Place | None) -> Refused:
    return Refused(
        N_(
            "Namngivna grafer finns inte här (%(graph)s). Allt som är publicerat ligger i standardgrafen, så "
            "fråga utan FROM NAMED och GRAPH."
        ),
        graph=iri[:200],
        place=where,
    )


def _finder(snapshot: Snapshot) -> Callable[[str, bool, int], Sequence[Hit]]:
    def find(words: str, relaxed: bool, limit: int) -> Sequence[Hit]:
        return [Hit(*found) for found in snapshot.view.matching(words, relaxed=relaxed, limit=limit)]

    return find


def _malformed(message: str, screened: Screened, rewritten: Rewritten) -> Problem:
    found = faults.told(message)
    where = rewritten.place(found[0]) if found else None
    missing = missing_prefixes(screened)
    if missing:
        return undeclared(missing, where)
    detail = found[1] if found else message
    if where is None:
        return Malformed(N_("Frågan kan inte tolkas: %(detail)s"), detail=detail[:600])
    word = faults.word_at(screened.text, where)
    meant = faults.meant(word, detail)
    if meant:
        sentence = N_(
            "Frågan kan inte tolkas på rad %(line)s, tecken %(column)s, vid ”%(word)s”. Menade du %(meant)s?"
        )
    elif word:
        sentence = N_(
            "Frågan kan inte tolkas på rad %(line)s, tecken %(column)s, vid ”%(word)s”. Något saknas före, till "
            "exempel en punkt eller ett villkor, eller så ska det inte stå där."
        )
    else:
        sentence = N_(
            "Frågan tar slut för tidigt på rad %(line)s, tecken %(column)s. Ofta saknas en } eller )."
        )
    return Malformed(sentence, line=where.line, column=where.column, word=word, meant=meant, place=where)


def _answer(format: Format, report: Report, body: bytes, spool: str, snapshot: Snapshot) -> Answer:
    if not report.spooled:
        return Answer(format, body, None, len(body), report.packed, snapshot.version, snapshot.changed)
    path = Path(spool)
    file = path.open("rb")
    path.unlink()  # it lies on disk until it is closed
    size = file.seek(0, 2)
    file.seek(0)
    return Answer(format, b"", file, size, report.packed, snapshot.version, snapshot.changed)
