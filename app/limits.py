"""Limits on what is sent to us: how long an address may be, and no bodies."""

from __future__ import annotations

from flask import Flask, abort, request

from catalogue.errors import N_, InvalidInput

# Longer than any search that the page itself can make; browsers and proxies stop near here too.
_LONGEST_ADDRESS = 8_000
_LARGEST_BODY = 16_384


def install(app: Flask) -> None:
    """Refuse over-long addresses (414) and bodies (413) before anything reads them."""
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY

    @app.before_request
    def measure() -> None:
        if len(request.query_string) + len(request.path) > _LONGEST_ADDRESS:
            abort(414)
        if "\0" in request.path or b"%00" in request.query_string:
            raise InvalidInput(N_("Adressen innehåller ett nolltecken. Ta bort %%00 ur den."))
        if (request.content_length or 0) > _LARGEST_BODY:
            abort(413)
