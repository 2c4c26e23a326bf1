"""The sitemap: the pages that search engines shall know, each with the time of its last change, by sitemaps.org's protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/xml"
# Pages in one file, each in every language: far below 50,000 addresses and 50 MB, so that no answer is heavy.
PAGES = 10_000
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address by language, and when it last changed; None where no record tells."""

    addresses: tuple[tuple[str, str], ...]
    changed: datetime | None


def parts(pages: Sequence[Page]) -> list[Sequence[Page]]:
    """The pages as they are divided between files; one file at least."""
    return [pages[begin : begin + PAGES] for begin in range(0, max(len(pages), 1), PAGES)]


def index(files: Iterable[tuple[str, Sequence[Page]]]) -> bytes:
    """The sitemap index: the address of each file, and when the latest of its pages changed."""
    lines = [_DECLARATION, f'<sitemapindex xmlns="{_SITEMAP}">\n']
    for address, pages in files:
        latest = max((page.changed for page in pages if page.changed), default=None)
        lines.append(f"<sitemap><loc>{escape(address)}</loc>{_changed(latest)}</sitemap>\n")
    lines.append("</sitemapindex>\n")
    return "".join(lines).encode()


def file(pages: Iterable[Page]) -> bytes:
    """One file: each page in each language, with the other languages as alternates."""
    lines = [_DECLARATION, f'<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n']
    for page in pages:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
            for code, address in page.addresses
        )
        changed = _changed(page.changed)
        lines += [
            f"<url><loc>{escape(address)}</loc>{changed}{others}</url>\n" for _, address in page.addresses
        ]
    lines.append("</urlset>\n")
    return "".join(lines).encode()


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
