"""The installation that a request reads from: settings, projections, shapes, and what is worked out once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TypeVar, cast

from flask import Flask, current_app, g

from app.addresses import Addresses
from app.origins import watched_sources
from app.watched import Watched
from catalogue.endpoint.asking import Endpoint
from catalogue.endpoint.citations import Citations
from catalogue.harvest import likeness
from catalogue.harvest.likeness import Pair
from catalogue.projections import Projections, Snapshot
from catalogue.settings import Settings

_Made = TypeVar("_Made")
_KEY = "pivi_installation"


class Installation:
    """What all pages share. Safe between threads."""

    def __init__(
        self,
        settings: Settings,
        projections: Projections,
        ready: Callable[[], bool],
        endpoint: Endpoint | None = None,
    ) -> None:
        self.settings = settings
        self.projections = projections
        self.addresses = Addresses(settings.base)
        self.sources = watched_sources(settings)
        # What harvesting found likely to be the same thing, by record.
        self.likenesses: Watched[Mapping[str, tuple[Pair, ...]]] = Watched(
            likeness.path_of(settings), lambda: likeness.of_record(likeness.kept(settings)), {}
        )
        # Whether what comes into the journal is being shown.
        self.ready = ready
        self.endpoint = endpoint
        self.citations = Citations(endpoint, projections.journal.database) if endpoint else None
        self._made: dict[tuple[int, str], object] = {}
        self._lock = threading.Lock()
        self._making: dict[tuple[int, str], threading.Lock] = {}

    def once(self, version: int, name: str, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, worked out once per dataset version.

        Whoever comes while it is being made waits for it: a costly page is not made by all threads at once.
        """
        key = (version, name)
        with self._lock:
            if key in self._made:
                return cast(_Made, self._made[key])
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._made:
                    return cast(_Made, self._made[key])
            made = make()
            with self._lock:
                # One version back is kept: requests that began before a publication still ask for it.
                for old in [each for each in self._made if each[0] < version - 1]:
                    del self._made[old]
                self._made[key] = made
                self._making.pop(key, None)
        return made


def install(app: Flask, installation: Installation) -> None:
    """Let the application's views find the installation; give each request's snapshot back at its end."""
    app.extensions[_KEY] = installation

    @app.teardown_request
    def give_back(_error: BaseException | None) -> None:
        opened: ExitStack | None = g.pop("pivi_opened", None)
        if opened is not None:
            opened.close()


def installation() -> Installation:
    """The installation of the application that is answering."""
    found: Installation = current_app.extensions[_KEY]
    return found


def snapshot() -> Snapshot:
    """The snapshot that this request reads, the same all through it."""
    if "pivi_snapshot" not in g:
        opened = ExitStack()
        g.pivi_snapshot = opened.enter_context(installation().projections.snapshot())
        g.pivi_opened = opened
    found: Snapshot = g.pivi_snapshot
    return found
