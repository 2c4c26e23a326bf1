"""Atom feeds: what is new and changed, and what is gone, as feed readers follow it (RFC 4287, RFC 6721)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from catalogue.journal import Journal
from catalogue.revisions import Revision

MEDIA_TYPE = "application/atom+xml"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML cannot hold, however it is written (XML 1.0, section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# No further back than so many revisions: after a load of thousands the newest of them are news enough.
_FURTHEST = 3_200


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of a feed or an entry: `relation` as registered with IANA."""

    relation: str
    url: str
    media_type: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A published record. `language` is that of its texts where it is not the feed's."""

    iri: str
    title: str
    updated: datetime
    published: datetime
    summary: str = ""
    title_language: str = ""
    summary_language: str = ""
    links: tuple[Link, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()  # IRI and name of each concept


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A record that is no longer published: since when, why, and the addresses of what came after."""

    iri: str
    at: datetime
    reason: str
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed, its entries the newest first. `author` is an organisation."""

    iri: str
    title: str
    subtitle: str
    language: str
    author: str
    rights: str
    updated: datetime
    links: tuple[Link, ...]
    entries: tuple[Entry, ...] = ()
    gone: tuple[Gone, ...] = ()


def news(journal: Journal, *, base: str, upto: int, types: Collection[str], most: int) -> list[Revision]:
    """The last revision of each of our records of these classes that changed latest, the newest first.

    Ours begin with `base`: what was harvested from other installations is their news.
    """
    reach = most
    while True:
        found: dict[str, Revision] = {}
        for revision in journal.since(max(0, upto - reach), upto=upto):
            found.pop(revision.iri, None)
            if revision.type in types and revision.iri.startswith(base):
                found[revision.iri] = revision
        if len(found) >= most or reach >= min(upto, _FURTHEST):
            return list(reversed(found.values()))[:most]
        reach *= 4


def written(feed: Feed) -> bytes:
    """The feed as XML, UTF-8. Equal feeds give equal bytes."""
    said: Any = FeedGenerator()
    said.register_extension("pivi", _Tombstones, _Attributes)
    said.pivi.gone = feed.gone
    said.id(feed.iri)
    said.title(_xml(feed.title) or feed.iri)
    said.subtitle(_xml(feed.subtitle))
    said.language(feed.language)
    said.author(name=_xml(feed.author))
    said.rights(_xml(feed.rights))
    said.updated(feed.updated)
    said.generator("Pivi")
    for link in feed.links:
        said.link(**_attributes(link))
    for entry in feed.entries:
        _add(said, entry)
    document: bytes = said.atom_str(pretty=True)
    return document


def _add(said: Any, entry: Entry) -> None:
    one = said.add_entry(order="append")
    one.id(entry.iri)
    one.title(_xml(entry.title) or entry.iri)
    one.updated(entry.updated)
    one.published(entry.published)
    if entry.summary:
        one.summary(_xml(entry.summary))
    for link in entry.links:
        one.link(**_attributes(link))
    for iri, name in entry.categories:
        one.category(term=iri, label=_xml(name))
    one.pivi.languages = {"title": entry.title_language, "summary": entry.summary_language}
    one.pivi.links = entry.links


def _attributes(link: Link) -> dict[str, str]:
    said = {"rel": link.relation, "href": link.url, "type": link.media_type, "hreflang": link.language}
    return {name: value for name, value in said.items() if value}


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


class _Tombstones(BaseExtension):  # type: ignore[misc]
    """What is gone, as at:deleted-entry (RFC 6721, section 3)."""

    gone: tuple[Gone, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        return {"at": _TOMBSTONES} if self.gone else {}

    def extend_atom(self, feed: Any) -> Any:
        for each in self.gone:
            element = etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry")
            element.set("ref", each.iri)
            element.set("when", each.at.isoformat())
            if each.reason:
                comment = etree.SubElement(element, f"{{{_TOMBSTONES}}}comment")
                comment.text = _xml(each.reason)
            for successor in each.successors:
                # feedgen's elements are in no namespace but by the xmlns that it writes.
                link = etree.SubElement(element, "link")
                link.set("rel", "successor-version")
                link.set("href", successor)
        return feed


class _Attributes(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen does not write: the languages of an entry's texts, and all of its links but their addresses."""

    def __init__(self) -> None:
        self.languages: dict[str, str] = {}
        self.links: tuple[Link, ...] = ()

    def extend_atom(self, entry: Any) -> Any:
        for name, language in self.languages.items():
            element = entry.find(name)
            if element is not None and language:
                element.set(_LANGUAGE, language)
        for element, link in zip(entry.findall("link"), self.links, strict=True):
            for name, value in _attributes(link).items():
                element.set(name, value)
        return entry
