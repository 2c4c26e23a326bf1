"""Static files: read once, packed once, under an address that changes with their content."""

from __future__ import annotations

import hashlib
import mimetypes
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, redirect, request

from app.caching import uncached
from app.compression import encoding
from app.languages import unprefixed_root
from app.translating import DEFAULT, language

FOLDER = Path(__file__).parent / "static"
# The style of every page in one file, in the order of its layers (tokens.css names them first).
STYLE = "css/pivi.css"
_SHEETS = (
    "css/tokens.css",
    "css/base.css",
    "vendor/designsystemet.css",
    "css/layout.css",
    "css/footer.css",
    "css/controls.css",
    "css/tags.css",
    "css/panels.css",
    "css/evidence.css",
    "css/lists.css",
    "css/prose.css",
    "css/pictures.css",
    "css/start.css",
    "css/search.css",
    "css/record.css",
    "css/words.css",
    "css/origin.css",
    "css/citation.css",
    "css/forced.css",
    "css/print.css",
)
_PACKED = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".webmanifest": "application/manifest+json"}
_YEAR = "public, max-age=31536000, immutable"

pages = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """A static file in memory. `packed` is its gzip form where that is worth having."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


def install(app: Flask) -> None:
    """Serve the files, and give the templates `asset(name)`. Reads all of them, so that a fault shows at start."""
    _files()
    app.register_blueprint(pages)
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """The address of a static file. One mark for the whole folder, so that relative links in CSS hold."""
    if name not in _files():
        raise FileNotFoundError(f"app/static/{name}")
    return f"{unprefixed_root()}/static/{_mark()}/{name}"


@pages.get("/static/<mark>/<path:name>")
@uncached
def file(mark: str, name: str) -> Any:
    """A static file; kept for a year, as its address changes when its content does."""
    # One address for a file, whatever the language of the page.
    asset = _files().get(name) if language() == DEFAULT else None
    if asset is None:
        abort(404)
    if mark != _mark():
        # A page of an earlier release: it gets what there is now, but must not keep it.
        return redirect(address(name), 302)
    packed = asset.packed if encoding(request) == "gzip" else None
    response = Response(packed or asset.body, mimetype=asset.media_type)
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _YEAR
    response.set_etag(asset.etag + ("-gzip" if packed else ""))
    return response.make_conditional(request)


@pages.get("/favicon.ico")
@uncached
def favicon() -> Any:
    return redirect(address("favicon.svg"), 302)


@cache
def _files() -> dict[str, Asset]:
    found = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            found[path.relative_to(FOLDER).as_posix()] = _asset(path.name, path.read_bytes())
    found[STYLE] = _asset(STYLE, b"\n".join(found[sheet].body for sheet in _SHEETS))
    return found


@cache
def _mark() -> str:
    digest = hashlib.sha256()
    for name, asset in _files().items():
        digest.update(f"{name} {asset.etag}\n".encode())
    return digest.hexdigest()[:8]


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = _gzip(body) if suffix in _PACKED else None
    return Asset(body, packed, media_type, hashlib.sha256(body).hexdigest()[:16])


def _gzip(body: bytes) -> bytes:
    # Once per start, so the best level; 31 gives a gzip wrapper without a timestamp.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
