"""The profile "dcat": a catalogue in DCAT-AP, whose datasets that follow our ontology are fetched as files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalogue.errors import N_, InvalidInput
from catalogue.formats import by_media_type
from catalogue.harvest.configuring import Source
from catalogue.harvest.documents import Documents
from catalogue.harvest.fetching import Fetched, Fetcher, Seen
from catalogue.harvest.gathering import FETCHING, Gathered, format_of
from catalogue.harvest.offers import Choice, Offer, Offers, Reason
from catalogue.harvest.paging import pages
from catalogue.intake import Progress
from catalogue.namespaces import PIVI
from catalogue.settings import Settings
from catalogue.spool import Note

# Of the datasets that are not taken in, so many are named in the report.
_NAMED = 50
_PIECE = 2**20


class _Changed(Exception):
    """A file is not the one that the catalogue describes: it may have changed between the two requests."""


def gather(
    source: Source,
    settings: Settings,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Fetch what the catalogue offers to us; None when no file of it has changed (see `gathering.Gather`).

    Of each dataset that says that it follows our ontology the best distribution is fetched, and its
    checksum verified when it has one. The other datasets are reported. Raises InvalidInput, also when one
    of those datasets lies only on hosts that are not the source's: its records would seem to be gone.
    """
    fetcher = Fetcher(source, settings)

    def read(place: Path) -> Offers:
        return _offers(source, settings, fetcher, place)

    return offered(source, read, fetcher, directory, before, on_progress)


def offered(
    source: Source,
    read: Callable[[Path], Offers],
    fetcher: Fetcher,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Fetch the files of what a catalogue offers, which `read` finds out in a directory that is to be made."""
    known = {url: Seen(*each) for url, each in before.get("files", {}).items()}
    offers = read(directory / "first")
    try:
        return _gathered(source, offers, fetcher, directory / "first", known, on_progress)
    except _Changed:
        # Published anew in between, most likely: then both fit the second time.
        offers = read(directory / "second")
        try:
            return _gathered(source, offers, fetcher, directory / "second", {}, on_progress)
        except _Changed as error:
            raise InvalidInput(
                N_(
                    "%(url)s har inte den kontrollsumma som katalogen %(catalogue)s anger. Filen kan vara skadad, så "
                    "inget har ändrats. Försök igen senare, eller fråga källan."
                ),
                url=str(error),
                catalogue=source.urls[0],
            ) from error


def _offers(source: Source, settings: Settings, fetcher: Fetcher, directory: Path) -> Offers:
    directory.mkdir()
    with Documents(settings) as documents:
        found = pages(
            fetcher,
            source.urls,
            directory,
            {},
            lambda document, number: documents.page(document),
            lambda number: None,
            max_bytes=settings.harvest_bytes,
        )
        assert found is not None, "without what was seen before they are always read"
        return documents.offers([each.document for each in found])


def _gathered(
    source: Source,
    offers: Offers,
    fetcher: Fetcher,
    directory: Path,
    known: Mapping[str, Seen],
    on_progress: Progress,
) -> Gathered | None:
    wanted = _wanted(source, offers)
    chosen = {url: choice for choice in _best(source, wanted) for url in choice.urls}
    fetched: dict[str, tuple[Path, Fetched]] = {}
    unchanged = known.keys() == chosen.keys()
    size = 0
    for number, (url, choice) in enumerate(chosen.items()):
        path = directory / f"file-{number}"
        found = fetcher.fetch(url, path, known[url] if unchanged else None)
        if found is None:
            continue
        if unchanged and number > 0:
            # Those before it were not sent; what is there must be compared as a whole.
            return _gathered(source, offers, fetcher, directory, {}, on_progress)
        unchanged = False
        size += path.stat().st_size
        if size > fetcher.max_bytes:
            raise InvalidInput(
                N_(
                    "Filerna som katalogen %(url)s leder till är tillsammans större än %(limit)s MB och hämtades inte vidare. "
                    "Är källan betrodd kan PIVI_HARVEST_BYTES höjas, eller välj bland datamängderna med harvest:dataset."
                ),
                url=source.urls[0],
                limit=fetcher.max_bytes // 10**6,
            )
        if choice.checksum is not None and _digest(path, choice.checksum[0]) != choice.checksum[1]:
            raise _Changed(url)
        named = path.with_suffix("." + _extension(found, choice))
        path.rename(named)
        fetched[url] = (named, found)
        on_progress(FETCHING, number + 1, len(chosen))
    if not fetched:
        return None
    return Gathered(
        files=tuple(path for path, _ in fetched.values()),
        names=tuple(fetched),
        seen={"files": {url: [each.seen.etag, each.seen.modified] for url, (_, each) in fetched.items()}},
        reported=tuple(_reported(offers, wanted)),
    )


def _wanted(source: Source, offers: Offers) -> tuple[Offer, ...]:
    """The datasets that are to be taken in. Raises InvalidInput when there are none, or one is missing."""
    url = source.urls[0]
    wanted = tuple(each for each in offers.followed if not source.datasets or each.dataset in source.datasets)
    missing = set(source.datasets) - {each.dataset for each in wanted}
    if missing:
        raise InvalidInput(
            N_(
                "Datamängden %(dataset)s, som källfilen anger med harvest:dataset, finns inte i %(url)s eller går inte att "
                "ta in. Rätta källfilen, eller fråga källan."
            ),
            dataset=min(missing),
            url=url,
        )
    if not offers.total:
        raise InvalidInput(
            N_(
                "%(url)s är ingen katalogbeskrivning: ingen datamängd (dcat:Dataset) nämns. Kontrollera adressen i källfilen."
            ),
            url=url,
        )
    if not wanted:
        raise InvalidInput(
            N_(
                "%(url)s beskriver %(total)s datamängder, men ingen av dem går att ta in: den måste ange dct:conformsTo "
                "%(ontology)s och ha en fil med RDF (dcat:downloadURL). Fråga källan."
            ),
            url=url,
            total=offers.total,
            ontology=PIVI.iri.rstrip("#"),
        )
    return wanted


def _best(source: Source, wanted: Iterable[Offer]) -> Iterator[Choice]:
    """The best distribution of each dataset, of those on the source's hosts. Raises InvalidInput for one without."""
    for offer in wanted:
        allowed = [
            choice for choice in offer.choices if all(_host(url) in source.hosts for url in choice.urls)
        ]
        if not allowed:
            host = next(_host(url) for url in offer.choices[0].urls if _host(url) not in source.hosts)
            raise InvalidInput(
                N_(
                    "Datamängden %(title)s (%(dataset)s) ligger på %(host)s, som inte hör till källans värdar. Litar ni "
                    'på den, lägg till harvest:host "%(host)s" i källfilen.'
                ),
                title=f"”{offer.title}”",
                dataset=offer.dataset,
                host=host[:200] or "–",
            )
        yield allowed[0]


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _digest(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _extension(fetched: Fetched, choice: Choice) -> str:
    """What the server says, else the catalogue, else the file's name."""
    said = by_media_type(fetched.media_type)
    if said is not None:
        return said.extension
    return choice.extension or format_of(fetched).extension


_REASONS = {
    Reason.OTHER: N_("”%(title)s” (%(dataset)s): följer inte Pivis ontologi."),
    Reason.EDITION: N_("”%(title)s” (%(dataset)s): är en äldre utgåva."),
    Reason.PART: N_("”%(title)s” (%(dataset)s): ingår i en datamängd som har tagits in."),
    Reason.NO_FILE: N_("”%(title)s” (%(dataset)s): har ingen fil med RDF."),
}

_UNWANTED = N_("”%(title)s” (%(dataset)s): har inte valts i källfilen (harvest:dataset).")


def _reported(offers: Offers, wanted: Collection[Offer]) -> Iterator[Note]:
    """What was not taken in, and why."""
    left = offers.total - len(wanted)
    if left:
        yield Note(
            N_("Ej inlästa: %(count)s av katalogens %(total)s datamängder."),
            {"count": left, "total": offers.total},
        )
    unwanted = [
        Note(_UNWANTED, {"title": each.title or "–", "dataset": each.dataset})
        for each in offers.followed
        if each not in wanted
    ]
    others = (
        Note(_REASONS[each.reason], {"title": each.title or "–", "dataset": each.dataset})
        for each in offers.others
    )
    yield from islice(chain(unwanted, others), _NAMED)
    if left > _NAMED:
        yield Note(N_("… och %(count)s till."), {"count": left - _NAMED})
    for url in offers.feeds:
        sentence = N_(
            "Källan har också ett ändringsflöde: %(url)s. Med den adressen och harvest:profile ”ldes” hämtas bara det som har "
            "ändrats."
        )
        yield Note(sentence, {"url": url})
