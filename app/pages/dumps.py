"""Dumps over HTTP: everything in one file, the years that are kept, and their checksums."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, request
from werkzeug.http import http_date
from werkzeug.wsgi import wrap_file

from app.caching import uncached
from app.describing import describing
from app.sharing import shared
from catalogue.errors import N_, NotFound
from catalogue.export.dumps import Dump
from catalogue.export.facts import File

pages = Blueprint("dumps", __name__)

_GZIP = "application/gzip"
_OF_ALL = "/data/dump.<any(nt, ttl):extension>.gz"
_OF_YEAR = "/data/arkiv/<int(fixed_digits=4):year>.<any(nt, ttl):extension>.gz"
# A new dump may take the place of the one that was found, between finding and opening it.
_TRIES = 3


@pages.get(_OF_ALL)
@uncached
@shared
def newest(extension: str) -> Response:
    """Everything that is published, in one file of the format."""
    return _file(lambda: describing().dumps.newest, extension)


@pages.get(_OF_ALL + ".sha256")
@uncached
@shared
def checksum(extension: str) -> Response:
    """The checksum of that file, as `sha256sum --check` reads it."""
    return _checksum(describing().dumps.newest, extension)


@pages.get(_OF_YEAR)
@uncached
@shared
def of_year(year: int, extension: str) -> Response:
    """Everything as it was when a year ended."""
    return _file(lambda: describing().dumps.year(year), extension)


@pages.get(_OF_YEAR + ".sha256")
@uncached
@shared
def checksum_of_year(year: int, extension: str) -> Response:
    return _checksum(describing().dumps.year(year), extension)


def _file(find: Callable[[], Dump | None], extension: str) -> Response:
    """The file, sent as the client takes it; 304 to who has it. It is not packed once more on its way."""
    for _ in range(_TRIES):
        dump, described = _found(find(), extension)
        with suppress(FileNotFoundError):
            return _sent(dump, described, extension)
    raise _absent()


def _sent(dump: Dump, described: File, extension: str) -> Response:
    etag = described.sha256[:32]
    known = request.if_none_match
    if not known.star_tag and known.contains_weak(etag):
        response = Response(status=304, mimetype=_GZIP)
    elif request.method == "HEAD":
        response = Response(mimetype=_GZIP)
        response.content_length = described.bytes
    else:
        file = dump.files[extension].open("rb")
        response = Response(wrap_file(request.environ, file), mimetype=_GZIP, direct_passthrough=True)
        response.content_length = described.bytes
    response.set_etag(etag)
    headers = response.headers
    headers["Last-Modified"] = http_date(described.modified)
    headers["Pivi-Dataset-Version"] = str(dump.version)
    # Digest Fields, RFC 9530, section 3: of the file itself, whichever part of it is sent.
    headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(described.sha256)).decode()}:"
    headers["Content-Disposition"] = f'attachment; filename="{_name(dump, described)}"'
    headers["Link"] = f'<{request.script_root}/{described.path}.sha256>; rel="describedby"; type="text/plain"'
    return response


def _checksum(found: Dump | None, extension: str) -> Response:
    dump, described = _found(found, extension)
    response = Response(f"{described.sha256}  {_name(dump, described)}\n", mimetype="text/plain")
    response.headers["Last-Modified"] = http_date(described.modified)
    response.headers["Pivi-Dataset-Version"] = str(dump.version)
    return response


def _name(dump: Dump, described: File) -> str:
    """What the file is saved as: `pivi-1234-dump.nt.gz`, so that the versions do not take each other's place."""
    return f"pivi-{dump.version}-{described.path.rpartition('/')[2]}"


def _found(dump: Dump | None, extension: str) -> tuple[Dump, File]:
    if dump is None:
        raise _absent()
    return dump, next(each for each in dump.described if each.path.endswith(f".{extension}.gz"))


def _absent() -> NotFound:
    return NotFound(N_("Här finns ingen dump. Den som finns nu står på sidan Öppna data."))
