"""The ways in which a source can be read, by the name that the operator's file says in `harvest:profile`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalogue.harvest import catalogue_feeds, catalogues, configuring, dumps, ldes, pages
from catalogue.harvest.gathering import Gather

GATHERERS: Mapping[str, Gather] = MappingProxyType(
    {
        "dump": dumps.gather,
        "ldes": ldes.gather,
        "dcat": catalogues.gather,
        "dcat-feed": catalogue_feeds.gather,
        "pages": pages.gather,
    }
)

assert set(GATHERERS) == set(configuring.PROFILES), "the file may name what can be read, and nothing else"
