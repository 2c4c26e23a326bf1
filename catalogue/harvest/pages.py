"""The profile "pages": pages of RDF that together hold all records of a source, such as lists, each naming the next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalogue.errors import N_, InvalidInput
from catalogue.harvest.configuring import Source
from catalogue.harvest.documents import Document, Documents, Page
from catalogue.harvest.fetching import Fetcher
from catalogue.harvest.gathering import FETCHING, Gathered
from catalogue.harvest.paging import pages
from catalogue.intake import Progress
from catalogue.settings import Settings


def gather(
    source: Source,
    settings: Settings,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Fetch the pages of the source; None when none of them has changed (see `gathering.Gather`).

    A page may hold labels of what its records point at, and say how it is paged: only whole records of
    the source come in. A record that comes twice must be the same both times; else it is put in quarantine.
    """
    kept: dict[str, Path] = {}

    with Documents(settings) as documents:

        def read(document: Document, number: int) -> Page:
            into = directory / f"page-{number}.nt"
            page = documents.page(document, space=source.space, into=into)
            # The page itself is needed no longer.
            Path(document.path).write_bytes(b"")
            if page.records:
                kept[document.url] = into
            return page

        found = pages(
            Fetcher(source, settings),
            source.urls,
            directory,
            before.get("pages", {}),
            read,
            lambda number: on_progress(FETCHING, number, number),
            max_bytes=settings.harvest_bytes,
        )
    if found is None:
        return None
    if not kept:
        raise InvalidInput(
            N_(
                "%(url)s har inga hela poster under %(space)s. En post är hel där den har rdf:type. Kontrollera adressen "
                "och harvest:space i källfilen."
            ),
            url=source.urls[0],
            space=source.space,
        )
    return Gathered(
        files=tuple(kept.values()),
        names=tuple(kept),
        seen={"pages": {each.asked: each.noted() for each in found}},
    )
