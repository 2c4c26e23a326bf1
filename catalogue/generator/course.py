"""When a generated initiative began and ended, and the status that follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.generator.chance import Chance, Weighted

# The day on which statuses hold. Fixed, so that the same seed gives the same bytes next year too.
TODAY = dt.date(2026, 9, 30)
_FIRST_YEAR = 2005
_LAST_DAY = dt.date(2026, 12, 31)

_KINDS = Weighted([("projekt", 52), ("verksamhet", 32), ("inspiration", 10), ("ide", 6)])
# How likely an initiative of the kind has an end, and how many years it lasts at most.
_ENDS = {"projekt": (0.92, 5), "verksamhet": (0.3, 14), "inspiration": (0.6, 4), "ide": (0.5, 3)}


@dataclass(frozen=True)
class Course:
    """The kind of an initiative and its course. `dated` is false for ideas that have no dates yet."""

    kind: str
    status: str
    start: dt.date
    end: dt.date | None
    confirmed: dt.date | None
    dated: bool = True

    @property
    def begun(self) -> bool:
        return self.status != "planerad"

    @property
    def ongoing(self) -> bool:
        return self.status in ("pagaende", "planerad")

    def dates(self) -> Iterator[tuple[str, dt.date]]:
        """The properties that say it."""
        if self.dated:
            yield "schema:startDate", self.start
            if self.end is not None:
                yield "schema:endDate", self.end
        if self.confirmed is not None:
            yield "pivi:confirmedOn", self.confirmed


def drawn_course(chance: Chance) -> Course:
    """A course that holds together: what has ended is finished, what has not begun is planned."""
    kind = _KINDS.draw(chance)
    if kind == "ide" and chance.happens(0.6):
        return Course(kind, "planerad", TODAY, None, None, dated=False)
    whole_years = chance.happens(0.35)
    start = _start(chance, whole_years)
    if start > TODAY:
        return Course(kind, "planerad", start, None, None)
    end = _end(chance, kind, start, whole_years)
    if end is not None and end <= TODAY:
        confirmed = end + dt.timedelta(days=chance.between(20, 300))
        known = confirmed <= TODAY and chance.happens(0.5)
        return Course(kind, "avslutad", start, end, confirmed if known else None)
    # Nobody has confirmed it for a year and a half: then it may have ended.
    silent = TODAY - dt.timedelta(days=550)
    if start < silent and chance.happens(0.25):
        confirmed = start + (silent - start) * chance.random()
        return Course(kind, "obekraftad", start, None, confirmed)
    recent = max(start, TODAY - dt.timedelta(days=330))
    return Course(kind, "pagaende", start, end, recent + (TODAY - recent) * chance.random())


def _start(chance: Chance, whole_years: bool) -> dt.date:
    # Newer years have more: catalogues grow, and what is old was seldom entered.
    span = (_LAST_DAY - dt.date(_FIRST_YEAR, 1, 1)).days
    day = dt.date(_FIRST_YEAR, 1, 1) + dt.timedelta(days=int(span * chance.random() ** 0.65))
    return day.replace(month=1, day=1) if whole_years else day


def _end(chance: Chance, kind: str, start: dt.date, whole_years: bool) -> dt.date | None:
    likelihood, longest = _ENDS[kind]
    if not chance.happens(likelihood):
        return None
    years = chance.between(1, longest)
    if whole_years:
        return dt.date(start.year + years - 1, 12, 31)
    return start + dt.timedelta(days=int(365 * (years - 0.5 * chance.random())))
