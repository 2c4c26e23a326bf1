"""What holds for every test: commands answer in Swedish, and what is drawn at random is the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["PIVI_LANGUAGE"] = "sv"

# How long an example takes tells of the machine and of its other work, not of what is tested.
settings.register_profile(
    "everywhere", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")

_HERE = Path(__file__).parent
# What takes a minute or more in few tests is begun first: else one process works on alone at the end.
_LONG = (
    "projections/test_killed.py",
    "harvest/test_ldes.py",
    "endpoint/test_pool.py",
    "harvest/test_two_installations.py",
    "conformance/test_ldes_client.py",
    "browser/test_sparql.py",
    "app/test_self_test.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, each file as a whole; the rest stays as it is."""
    places = {_HERE / name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
