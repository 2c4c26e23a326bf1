"""Documents that go on in the next one: each fetched, and what comes after it, until there is no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

from catalogue.errors import N_, InvalidInput
from catalogue.harvest.documents import Document, Page
from catalogue.harvest.fetching import Fetcher, Seen
from catalogue.harvest.gathering import format_of

# How many pages a source may have: far more than a list of ours of a million records.
MOST_PAGES = 10_000
# A link and its parameters (RFC 8288, section 3).
_LINK = re.compile(r'<([^<>]*)>((?:[^",]|"(?:[^"\\]|\\.)*")*)')
# Of `Link` headers so many signs are read.
_LONGEST = 16_000
_PARAMETER = re.compile(r';\s*([A-Za-z*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))')


@dataclass(frozen=True)
class Followed:
    """A page that was fetched: its address, where it lies, how many bytes it was, its version, the next one's address."""

    asked: str
    document: Document
    size: int
    seen: Seen
    next: str | None

    def noted(self) -> list[str | None]:
        """What is remembered of it, for the next time (see `pages`)."""
        return [self.seen.etag, self.seen.modified, self.next]


# Reads a page that was fetched: its document, and the number that it has.
Read = Callable[[Document, int], Page]


def pages(
    fetcher: Fetcher,
    urls: Sequence[str],
    directory: Path,
    before: Mapping[str, Any],
    read: Read,
    on_page: Callable[[int], None],
    *,
    max_bytes: int,
    most: int = MOST_PAGES,
) -> list[Followed] | None:
    """The documents at `urls`, each with all that come after it; None when none has changed since `before`.

    `before` is what `noted` gave, by address. Raises InvalidInput for a circle, for two next pages, and for
    more pages than `most` or more bytes than `max_bytes` in all of them; and what the fetcher raises, also for a next page on a host that is not the source's.
    """
    if not _has_changed(fetcher, urls, directory, before):
        return None
    found: list[Followed] = []
    size = 0
    read_already: set[str] = set()
    for start in urls:
        url: str | None = start
        chain: set[str] = set()
        while url is not None and url not in read_already:
            if len(found) == most:
                raise InvalidInput(
                    N_("%(url)s går vidare i mer än %(limit)s sidor, och lästes inte vidare. Fråga källan."),
                    url=start,
                    limit=most,
                )
            chain.add(url)
            page = _fetched(fetcher, url, directory / f"{len(found)}", len(found), read)
            found.append(page)
            size += page.size
            if size > max_bytes:
                raise InvalidInput(
                    N_(
                        "Sidorna efter %(url)s är tillsammans större än %(limit)s MB och lästes inte vidare. Är källan "
                        "betrodd kan PIVI_HARVEST_BYTES höjas."
                    ),
                    url=start,
                    limit=max_bytes // 10**6,
                )
            on_page(len(found))
            if page.next in chain:
                raise InvalidInput(
                    N_(
                        "Sidan %(url)s säger att %(next)s kommer efter den, men den har redan lästs: sidorna går i en "
                        "cirkel. Be källan rätta det."
                    ),
                    url=url,
                    next=page.next,
                )
            url = page.next
        read_already |= chain
    return found


def _has_changed(fetcher: Fetcher, urls: Iterable[str], directory: Path, before: Mapping[str, Any]) -> bool:
    """Whether any page, followed as it went on before, is another version than it was."""
    asked: set[str] = set()
    for start in urls:
        url: str | None = start
        while url is not None and url not in asked:
            if url not in before:
                return True
            etag, modified, next = before[url]
            seen = Seen(etag, modified)
            # The last one may go on now, and say so in a header that is no part of its version.
            fetched = fetcher.fetch(url, directory / "asked", seen if next else None)
            if seen == Seen() or (
                fetched is not None and (next or fetched.seen != seen or next_in(fetched.links))
            ):
                return True
            asked.add(url)
            url = next
    return False


def _fetched(fetcher: Fetcher, url: str, path: Path, number: int, read: Read) -> Followed:
    fetched = fetcher.fetch(url, path)
    assert fetched is not None, "without what was seen before it is always sent"
    extension = format_of(fetched).extension
    named = path.with_suffix("." + extension)
    path.rename(named)
    size = named.stat().st_size
    document = Document(str(named), extension, fetched.url)
    said = read(document, number)
    header = next_in(fetched.links)
    following = {header} if header else set(said.next)
    if len(following) > 1:
        raise InvalidInput(
            N_("Sidan %(url)s säger att flera sidor kommer efter den: %(next)s. Be källan rätta det."),
            url=url,
            next=", ".join(sorted(following))[:300],
        )
    next = _absolute(fetched.url, following.pop()) if following else None
    return Followed(url, document, size, fetched.seen, next)


def _absolute(url: str, next: str) -> str:
    try:
        return urldefrag(urljoin(url, next)).url
    except ValueError:
        return next  # which the fetcher then refuses


def next_in(links: str) -> str | None:
    """The target of the first link with the relation `next`, in the values of `Link` headers joined by commas."""
    for target, parameters in _LINK.findall(links[:_LONGEST]):
        # The first one counts (RFC 8288, section 3.3).
        relation = next(
            (a or b for name, a, b in _PARAMETER.findall(parameters) if name.lower() == "rel"), ""
        )
        if "next" in relation.lower().split():
            return str(target)
    return None
