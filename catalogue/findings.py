"""What an engine found, before it is told to people."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.shape_graph import Term


@dataclass(frozen=True)
class Finding:
    """One validation result (SHACL, section 3.6.2). IRIs are strings; `details` are the nested results."""

    focus: str
    path: str | None
    value: Term | None
    component: str
    shape: str
    severity: str
    details: tuple[Finding, ...] = ()
