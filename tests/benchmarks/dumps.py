"""A dump of everything: how fast both formats are written, packed and brought to disk, as the server has it done."""

from __future__ import annotations

import gzip
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from catalogue.export import dumps
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.settings import Settings
from catalogue.shapes import Shapes


def rows(data: Path) -> list[tuple[str, str, str]]:
    """Triples a second, of wall time and of processor time, for a data directory."""
    journal = Journal.open(Layout(data).journal)
    shapes = Shapes.load()
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "offer.json"
        began, used = time.perf_counter(), time.process_time()
        dumps.make(
            journal,
            shapes,
            note,
            base=Settings().base,
            upto=journal.head(),
            key="",
            stem="dump",
            changed=datetime.now(UTC),
        )
        seconds, processor = time.perf_counter() - began, time.process_time() - used
        with gzip.open(Path(folder) / "dump.nt.gz") as written:
            triples = sum(1 for _ in written)
    journal.close()
    return [
        (f"a dump of everything, {triples:,} triples, in both formats", f"{triples / seconds:,.0f} triples/s", "≥ 200 000 triples/s"),
        ("— processor time", f"{processor:.1f} s", "–"),
    ]  # fmt: skip
