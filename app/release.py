"""The release that runs: its version for readers and its fingerprint for ETags."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import catalogue
from catalogue import knowledge

_SUFFIXES = {".py", ".html", ".css", ".js", ".svg", ".mo", ".rq", ".ttl", ".json", ".yaml", ".txt"}


@cache
def release() -> str:
    """The version of the installed distribution, such as 0.1.0."""
    try:
        return version("pivi")
    except PackageNotFoundError:
        return "0"


@cache
def fingerprint() -> str:
    """Eight hex digits that change when anything changes that a page is made of.

    A version number alone would let a page keep its ETag when only a template was mended.
    """
    digest = hashlib.sha256(release().encode())
    folders = [Path(__file__).parent, Path(catalogue.__file__).parent]
    folders += [knowledge.folder(name) for name in ("ontology", "vocab", "shapes")]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _SUFFIXES and "example" not in path.parts and path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
