"""Citable queries: a permanent address for a query and its answer, and whether the answer still is the same."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from catalogue.database import Database
from catalogue.endpoint import comparability
from catalogue.endpoint.asking import Answer, Endpoint, Question
from catalogue.endpoint.citation_table import Citation, CitationTable
from catalogue.endpoint.comparability import Reason
from catalogue.endpoint.execution import FINGERPRINT
from catalogue.endpoint.fingerprint import Fingerprint
from catalogue.endpoint.problems import TooLong, TooMany
from catalogue.endpoint.results import Format
from catalogue.errors import N_, NotFound

__all__ = ["Citation", "Citations", "Comparison"]

_FINGERPRINT = Format("fingerprint", "", FINGERPRINT)
_HOUR = 3600.0
# Clients that are remembered for an hour at most; of more than these the longest silent is forgotten.
_MOST_CLIENTS = 20_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to a cited query now, and whether it is the same as when it was cited.

    `same` is None where that cannot be told; `reasons` then say why.
    """

    version: int
    changed: datetime
    answer: Fingerprint
    same: bool | None
    reasons: tuple[Reason, ...]


class Citations:
    """The citations of an installation. Every query goes through the endpoint, whose limits hold."""

    def __init__(self, endpoint: Endpoint, database: Database) -> None:
        self._endpoint = endpoint
        self._table = CitationTable(database)
        self._settings = endpoint.settings
        self._allowance = _Allowance(self._settings.sparql_citations_hour)

    def cite(self, text: str, *, client: str, unwanted: Callable[[], bool] | None = None) -> Citation:
        """Run a query and keep what it answered; the same query on the same version is kept once.

        For a query that is hidden its hidden citation is returned, and nothing is run.

        Raises TooLong or TooMany when the limits do not allow it, and what `Endpoint.ask` raises.
        """
        query = normal(text)
        self._check_length(query)
        screened = self._endpoint.screened(query)
        known = self._table.hidden(query) or self._table.asked(query, self._endpoint.snapshots.now.version)
        if known is not None:
            return known
        with self._allowance.one_more(client):
            found, answer = self._asked(query, client, unwanted)
            return self._table.add(
                query,
                screened.form,
                version=answer.version,
                at=datetime.now(UTC),
                answer=found,
                most=self._settings.sparql_citations,
                full=self._full,
            )

    def get(self, ref: str) -> Citation:
        """The citation with a reference, also one that is hidden. Raises NotFound."""
        found = self._table.get(ref)
        if found is None:
            raise NotFound(
                N_(
                    "Här finns ingen citerad fråga. Adressen kan vara felskriven; citerade frågor tas aldrig bort."
                )
            )
        return found

    def compare(
        self, citation: Citation, *, client: str, unwanted: Callable[[], bool] | None = None
    ) -> Comparison:
        """Run a cited query on what is published now. Raises what `Endpoint.ask` raises."""
        found, answer = self._asked(citation.query, client, unwanted)
        why = list(comparability.reasons(citation.query))
        if citation.answer.blank or found.blank:
            why.append(Reason.BLANK)
        same = None if why else found == citation.answer
        return Comparison(answer.version, answer.changed, found, same, tuple(why))

    def _asked(
        self, query: str, client: str, unwanted: Callable[[], bool] | None
    ) -> tuple[Fingerprint, Answer]:
        answer = self._endpoint.ask(Question(query, _FINGERPRINT), client=client, unwanted=unwanted)
        return Fingerprint.read(answer.body), answer

    def _check_length(self, query: str) -> None:
        length = len(query.encode("utf-8", "surrogatepass"))
        if length > self._settings.sparql_citation_bytes:
            raise TooLong(
                N_("Frågan är %(length)s byte lång; en fråga som ska citeras får ha %(limit)s. Korta den."),
                length=length,
                limit=self._settings.sparql_citation_bytes,
            )

    def _full(self) -> TooMany:
        return TooMany(
            N_(
                "Här finns redan %(most)s citerade frågor, som är gränsen. Spara frågan, datamängdens version och "
                "datum själv, och säg till oss."
            ),
            most=self._settings.sparql_citations,
        )


def normal(text: str) -> str:
    """The query as it is kept: without space around it, its lines ended as elsewhere than in forms."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class _Allowance:
    """How many new citations each client has made in the last hour; clients are known by a hash, in memory only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._secret = secrets.token_bytes(32)
        self._made: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def one_more(self, client: str) -> Iterator[None]:
        """Count one, unless the block fails. Raises TooMany."""
        who = hashlib.blake2b(client.encode(), key=self._secret, digest_size=16).digest()
        now = time.monotonic()
        with self._lock:
            made = self._made.setdefault(who, deque())
            self._made.move_to_end(who)
            while made and made[0] <= now - _HOUR:
                made.popleft()
            if len(made) >= self._most:
                raise TooMany(
                    N_(
                        "Du har citerat %(most)s frågor den senaste timmen, som är gränsen. Vänta en stund och försök igen."
                    ),
                    most=self._most,
                )
            made.append(now)
            if len(self._made) > _MOST_CLIENTS:
                self._made.popitem(last=False)
        try:
            yield
        except BaseException:
            with self._lock:
                if now in made:
                    made.remove(now)
            raise
