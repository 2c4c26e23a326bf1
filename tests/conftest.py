"""What holds for every test: commands answer in Swedish, and what is drawn at random is the same everywhere."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ["PIVI_LANGUAGE"] = "sv"

# How long an example takes tells of the machine and of its other work, not of what is tested.
settings.register_profile(
    "everywhere", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")
