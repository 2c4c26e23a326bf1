"""The description of the catalogue for the requests that ask for it: gathered once per dataset version."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

from flask import Flask, current_app

from app.installation import Installation, installation
from catalogue.export.counts import Counter, Counts
from catalogue.export.dumps import Dumps
from catalogue.export.facts import Facts, municipalities, own_statements
from catalogue.origins import own_starts
from catalogue.projections import Snapshot
from catalogue.revisions import Span

_KEY = "pivi_description"


class Describing:
    """What a description is made of, for one installation. Safe between threads."""

    def __init__(self, ours: Installation) -> None:
        self._ours = ours
        self._counter = Counter(ours.settings.base)
        self.dumps = Dumps(ours.settings.data)
        self._lock = threading.Lock()
        self._spans: tuple[int, Mapping[str, Span]] = (0, {})
        # A file that cannot be used stops the start, not the first harvester at night.
        own_statements(ours.settings)

    def facts(self, shown: Snapshot) -> Facts:
        """What is to be said of what `shown` shows.

        What follows from the version is gathered once. Files come and go between versions: they belong here,
        beside it, and whoever keeps a description keeps it by `Facts.offer` too.
        """
        kept = self._ours.once(shown.version, "facts of the description", lambda: self._gathered(shown))
        return replace(kept, dumps=self.dumps.files, years=self.dumps.years)

    def counts(self, shown: Snapshot) -> Counts:
        """How much is published, at this version or at one shortly before it."""
        return self._counter.counts(shown.store, shown.version, shown.changed)

    def _gathered(self, shown: Snapshot) -> Facts:
        spans = self._spans_at(shown)
        return Facts(
            settings=self._ours.settings,
            version=shown.version,
            changed=max((each.last for each in spans.values()), default=shown.changed),
            spans=spans,
            places=municipalities(shown.index, shown.store, self._ours.sources.now().starts),
            schemes=tuple(scheme.iri for scheme in shown.vocabulary.schemes),
            sparql=self._ours.endpoint is not None,
            mixed=bool(self._ours.sources.now().spaces),
        )

    def _spans_at(self, shown: Snapshot) -> Mapping[str, Span]:
        """When the records of each class were first and last changed; only what is new is read again."""
        # What is described is what can be fetched: our own records.
        under = own_starts(self._ours.settings.base)
        with self._lock:
            after, known = self._spans
            if after > shown.version:
                return shown.journal.spans(after=0, upto=shown.version, under=under)
            new = shown.journal.spans(after=after, upto=shown.version, under=under)
            joined = dict(known) | {
                type: Span(known[type].first if type in known else span.first, span.last)
                for type, span in new.items()
            }
            self._spans = (shown.version, joined)
            return joined


def install(app: Flask) -> None:
    """Let the application's views describe the catalogue. Raises InvalidInput when its own file cannot be used."""
    with app.app_context():
        app.extensions[_KEY] = Describing(installation())


def describing() -> Describing:
    """The description of the application that is answering."""
    found: Describing = current_app.extensions[_KEY]
    return found
