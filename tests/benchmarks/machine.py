"""What machine the figures were taken on, and how they are written."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

import psutil


def description() -> str:
    """Processor, cores, memory, system and the versions of the parts, in one sentence each."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    parts = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("pyoxigraph", "tantivy", "pyshacl", "rdflib", "flask", "uvicorn", "sqlalchemy")
    )
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"{model}, {psutil.cpu_count()} cores (shared with others), {memory} GiB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}; {parts}."
    )


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0–1) of the values do not exceed; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
