"""Two search indexes made beside each other become one: the segments of the second move into the first.

An index of tantivy is a directory of segments and two small files. A segment is never changed once it
is written: a few files named by its number, which hold all of its documents and words and refer to
nothing outside it. `meta.json` tells schema, settings, and which segments there are; `.managed.json`
lists the files that tantivy may remove when no segment needs them any longer. So an index of more
segments is made by moving files and rewriting the two lists, as tantivy's own `merge_indices` does
before it merges. What counts documents and words counts those of all segments when asked.

The release of tantivy that wrote a file stands in the file itself; tantivy reads it when it opens one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from catalogue.errors import N_, Damaged

_META = "meta.json"
_MANAGED = ".managed.json"
# What two indexes may differ in: what they hold, and how many changes have been made to them.
_OWN = ("segments", "opstamp")


def join(directory: Path, other: Path) -> None:
    """Move all that the index in `other` holds into the index in `directory`; `other` is then gone.

    Nobody may have either of them open, and no record may be in both. Neither is of use when this is
    interrupted. The lists are not forced to disk. Raises Damaged, before anything is moved, when they are
    not two whole indexes of the same schema and settings.
    """
    into, added = _read(directory / _META), _read(other / _META)
    for key in sorted((into.keys() | added.keys()) - {*_OWN}):
        if into.get(key) != added.get(key):
            raise _apart(other, f"{_META}: {key}")
    moved = [file for segment in added["segments"] for file in _files(other, segment)]
    for segment in into["segments"]:
        _files(directory, segment)
    for file in moved:
        if (directory / file.name).exists():
            raise _apart(other, file.name)
    managed = set(_read(directory / _MANAGED))
    for file in moved:
        file.rename(directory / file.name)
    managed |= {file.name for file in moved}
    into["segments"] += added["segments"]
    into["opstamp"] = max(into["opstamp"], added["opstamp"])
    (directory / _MANAGED).write_text(json.dumps(sorted(managed)), encoding="utf-8")
    (directory / _META).write_text(json.dumps(into), encoding="utf-8")
    shutil.rmtree(other)


def _files(directory: Path, segment: dict[str, Any]) -> list[Path]:
    """The files of a segment. Raises Damaged when there are none."""
    number = segment["segment_id"].replace("-", "")
    found = sorted(directory.glob(f"{number}.*"))
    if not found:
        raise _apart(directory, number)
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise _apart(path.parent, f"{path.name}: {error}") from error


def _apart(directory: Path, detail: str) -> Damaged:
    return Damaged(
        N_("De två delarna av sökindexet går inte ihop (%(directory)s, %(detail)s). Kör pivi rebuild."),
        directory=str(directory),
        detail=detail,
    )
