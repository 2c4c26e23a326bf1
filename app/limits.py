"""Limits on what is sent to us: how long an address may be, and no bodies but queries."""

from __future__ import annotations

from flask import Flask, abort, request

from app.installation import installation
from catalogue.endpoint.problems import TooLong
from catalogue.errors import N_, InvalidInput

# Longer than any search that the page itself can make; browsers and proxies stop near here too.
LONGEST_ADDRESS = 8_000
_LARGEST_BODY = 16_384
# Queries are sent here, long ones too. The page judges their length itself and says which limit there is, so it
# is given more than that; percent-encoding makes a byte three.
_SPARQL = "/sparql"
LARGEST_FORM = 1_000_000


def install(app: Flask) -> None:
    """Refuse over-long addresses (414) and bodies (413) before anything reads them."""
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY

    @app.before_request
    def measure() -> None:
        if "\0" in request.path or b"%00" in request.query_string:
            # With a value, as only then the sentence is filled in, and its %% becomes one.
            raise InvalidInput(N_("Adressen innehåller ett nolltecken. Ta bort %%00 ur den."), byte=0)
        longest, largest = LONGEST_ADDRESS, _LARGEST_BODY
        asks = request.path == _SPARQL or request.path.startswith(_SPARQL + "/")
        if asks:
            longest = largest = LARGEST_FORM
            request.max_content_length = request.max_form_memory_size = LARGEST_FORM
        if len(request.query_string) + len(request.path) > longest:
            abort(414)
        if (request.content_length or 0) > largest:
            if asks:
                raise TooLong(
                    N_(
                        "Det som skickades är mer än %(limit)s byte. Korta frågan; den får vara %(longest)s byte."
                    ),
                    limit=largest,
                    longest=installation().settings.sparql_query_bytes,
                )
            abort(413)
