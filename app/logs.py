"""The log: one JSON line an event on standard error, and nothing that tells who visited or what they sought."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request


def install() -> None:
    """Configure structlog, and let libraries' warnings through to the same place."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the values of variables: among them are a visitor's words.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


def install_requests(app: Flask) -> None:
    """Log each request by its rule (`/insats/<ref>`), never by address, query, browser or IP."""
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        log.info(
            "answered",
            method=request.method,
            rule=request.url_rule.rule if request.url_rule else "-",
            status=response.status_code,
            ms=round(1_000 * (time.perf_counter() - g.begun), 1) if "begun" in g else None,
        )
        return response
