"""Which initiatives the start page lifts: three of different areas, among the latest that tell most."""

from __future__ import annotations

from dataclasses import replace

from app.reading import Reading
from catalogue.answers import OWN, SOURCE
from catalogue.namespaces import PIVI

_PICKS = 3
# The start page lists so many as the latest; it does not say the same thing twice.
LATEST = 4
# Among how many of the latest the choice is made.
_AMONG = 40


def picks(reading: Reading) -> tuple[str, ...]:
    """The picked initiatives by IRI; the same all through a dataset version."""
    return reading.installation.once(reading.version, "picks", lambda: _choose(reading))


def _choose(reading: Reading) -> tuple[str, ...]:
    # What our editors lift: a harvested record says why somebody else does.
    asked = reading.query({"sortera": ["senast"], SOURCE: [OWN]})
    latest = reading.snapshot.index.uncounted(replace(asked, size=_AMONG))
    # Whoever tells results and lessons is worth reading first; a stable sort keeps the latest first.
    ranked = sorted(latest[LATEST:] or latest, key=lambda iri: -_told(reading, iri))
    chosen: list[str] = []
    areas: set[str] = set()
    for iri in ranked:
        own = set(reading.iris(iri, PIVI.area))
        if not own & areas:
            chosen.append(iri)
            areas |= own
    rest = [iri for iri in ranked if iri not in chosen]
    return tuple((chosen + rest)[:_PICKS])


def _told(reading: Reading, iri: str) -> int:
    return sum(
        bool(reading.store.objects(iri, each)) for each in (PIVI.lessons, PIVI.keyFigure, PIVI.results)
    )
