"""How many initiatives there are by concept and place, worked out once per dataset version."""

from __future__ import annotations

from collections.abc import Mapping

from app.reading import Reading


def counts(reading: Reading, facet: str) -> Mapping[str, int]:
    """The initiatives of each value of a facet, by the value's IRI."""

    def count() -> dict[str, int]:
        index = reading.snapshot.index
        values = index.facet(index.read({}, "sv"), facet).values
        return {value.iri: value.count for value in values if value.iri}

    return reading.installation.once(reading.version, f"counts {facet}", count)


def counts_by_place(reading: Reading) -> Mapping[str, int]:
    """The initiatives of each municipality, city area and district."""
    return {**counts(reading, "kommun"), **counts(reading, "stadsdel")}


def facet_of_scheme(reading: Reading, scheme: str) -> str | None:
    """The facet whose values are the concepts of a scheme; None when the search has none."""
    return next(
        (facet.parameter for facet in reading.snapshot.shapes.facets() if facet.field.scheme == scheme), None
    )
