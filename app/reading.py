"""Reading records for pages: texts in the reader's language, labels, links, tags and cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from flask import g, request
from pyoxigraph import Literal, NamedNode, Triple

from app import formatting
from app.addresses import safe_link, with_query
from app.installation import Installation, installation, snapshot
from app.markdown import markdown
from app.origins import Known, origin_of, path_of
from app.pages.parts import Link, Origin, Rich, Row, Tag, Text
from app.translating import gettext as _
from app.translating import language, ngettext
from catalogue import labels, records
from catalogue.answers import Query
from catalogue.journal import Dated
from catalogue.namespaces import RDF, SCHEMA
from catalogue.projections import Snapshot
from catalogue.records import Node, Record
from catalogue.store import Term
from catalogue.swedish import sort_key
from catalogue.turtle import parse_ntriples

# Enough for every concept, place and actor that pages keep naming; beyond that memory matters more.
_KEPT = 20_000


class Reading:
    """One request's view of the catalogue, in one language."""

    def __init__(self, ours: Installation, shown: Snapshot, code: str, root: str) -> None:
        self.installation = ours
        self.snapshot = shown
        self.store = shown.store
        self.version = shown.version
        self.language = code
        self.root = root
        self.sources: Known = ours.sources.now()
        # What the source of the page's own record is called, where that was harvested.
        self.source: Text | None = None
        # How much running text was shown in the page's language, and how much had to be in another.
        self._own_texts = 0
        self._other_texts = 0
        self._about: dict[str, tuple[str, ...]] = {}
        self._described: tuple[str, list[Triple]] = "", []
        self._dates: dict[str, list[Dated]] = {}
        self._labels: dict[tuple[str, str], Text] = ours.once(shown.version, "labels", dict)
        self._mentioned: dict[tuple[str, str], tuple[Term, ...]] = ours.once(shown.version, "mentioned", dict)

    # --- records

    def record(self, iri: str) -> Record | None:
        """The published record, or None."""
        triples = self.described(iri)
        return Record.from_triples(iri, triples) if triples else None

    def described(self, iri: str) -> list[Triple]:
        """What is said of a record and of its fragments; empty when it is not published.

        The last one is remembered: whether it is there is asked before what it says.
        """
        if self._described[0] != iri:
            self._described = iri, parse_ntriples(self.snapshot.content(iri))
        return self._described[1]

    def dates(self, iri: str) -> list[Dated]:
        """When each revision of a record came, oldest first, up to what this page shows; looked up once a request."""
        if iri not in self._dates:
            self._dates[iri] = [each for each in self.snapshot.journal.dates(iri) if each.seq <= self.version]
        return self._dates[iri]

    def text(self, node: Node, predicate: NamedNode) -> Text | None:
        """A record's text in the page's language, else in Swedish."""
        found = node.text(predicate, self.language)
        return self._said(found) if found else None

    def texts(self, node: Node, predicate: NamedNode) -> tuple[Text, ...]:
        """All texts where there may be several, such as other names."""
        return tuple(self._said(text) for text in node.all_texts(predicate, self.language))

    def rich(self, node: Node, predicate: NamedNode) -> Rich | None:
        """A record's Markdown as HTML."""
        text = self.text(node, predicate)
        self.note(text)
        return Rich(markdown(text.text), text.lang) if text else None

    def note(self, text: Text | None) -> Text | None:
        """Count a text as running text of the page, for `foreign`."""
        if text is not None:
            self._own_texts += text.lang is None
            self._other_texts += text.lang is not None
        return text

    @property
    def foreign(self) -> str:
        """Whether the page has to say that its texts are in Swedish: "whole", "part", or "" for no."""
        if not self._other_texts:
            return ""
        return "part" if self._own_texts else "whole"

    def _said(self, text: records.Text) -> Text:
        return Text(str(text), text.language if text.language not in ("", self.language) else None)

    # --- names and links

    def label(self, iri: str) -> Text:
        """What an IRI is called. A name in another language is marked, but is no reason for a note."""
        key = (iri, self.language)
        found = self._labels.get(key)
        if found is None:
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            found = self._labels[key] = self._find_label(iri)
        return found

    def _find_label(self, iri: str) -> Text:
        # The index holds the names of what initiatives point at in memory; the store has to look each up.
        said = self.snapshot.index.names_of(iri)
        found = labels.chosen(said, self.language) if said else labels.label(self.store, iri, self.language)
        return self._named(found) or Text(iri)

    def chosen(self, said: Mapping[str, str]) -> Text | None:
        """Of a text by language the one for this page: in another language it is marked, but is no reason for a note."""
        return self._named(labels.chosen(said, self.language))

    def _named(self, found: labels.Label | None) -> Text | None:
        if found is None:
            return None
        return Text(found.text, found.language if found.language not in ("", self.language) else None)

    def url(self, iri: str) -> str | None:
        """The address of the page about an IRI: here, or where its owner has it."""
        path = self.path(iri)
        return self.root + path if path is not None else safe_link(iri)

    def path(self, iri: str) -> str | None:
        """The path of the page here about an IRI, without language; of a harvested record where one is published."""
        own = self.installation.addresses.path(iri)
        if own is not None:
            return own
        path = path_of(self.sources.spaces, iri)
        return path if path is not None and self.origin(iri) else None

    def origin(self, iri: str) -> Origin | None:
        """Where a record was harvested; None for our own."""
        return origin_of(self, iri)

    def link(self, iri: str, note: Text | None = None) -> Link:
        """A link to a record by its name; where it comes from another source than the page's, its note says so."""
        return Link(self.label(iri), self.url(iri), note or self.source_note(iri))

    def source_note(self, iri: str) -> Text | None:
        """”Från Borås”, of a record that comes from another source than what the page is about."""
        origin = self.origin(iri)
        if origin is None or origin.name == self.source:
            return None
        return Text(_("Från %(source)s", source=origin.name.text))

    def links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self.link(iri) for iri in iris)

    def tag(self, iri: str, facet: str | None = None) -> Tag:
        """A concept as a tag; with a facet, as a link to the search for it."""
        slug = slug_of(iri)
        return Tag(slug, self.label(iri), self.search(**{facet: slug}) if facet else None)

    def tags(self, node: Node, predicate: NamedNode, facet: str | None = None) -> tuple[Tag, ...]:
        """A property's concepts as tags, in the alphabetical order of their labels."""
        found = [self.tag(iri, facet) for iri in node.iris(predicate)]
        return tuple(sorted(found, key=lambda tag: sort_key(tag.label.text)))

    def query(self, parameters: Mapping[str, Sequence[str]]) -> Query:
        """The question that the parameters of a search ask. Raises InvalidInput, see `asking.read_query`."""
        return self.snapshot.index.read(parameters, self.language, self.sources.starts)

    def value_of(self, iri: str) -> str:
        """What means an actor or a place in the address of a search."""
        names = self.snapshot.index.names
        named = names.get(iri)
        return names.value_of(named) if named else slug_of(iri)

    def search(self, **parameters: str) -> str:
        """The address of a search."""
        return with_query(self.root + "/sok", list(parameters.items()))

    # --- records that are only mentioned

    def terms(self, iri: str, predicate: NamedNode) -> tuple[Term, ...]:
        """What a property of a mentioned record says; remembered, as pages keep naming the same ones."""
        key = (iri, predicate.value)
        found = self._mentioned.get(key)
        if found is None:
            if len(self._mentioned) >= _KEPT:
                self._mentioned.clear()
            found = self._mentioned[key] = tuple(self.store.objects(iri, predicate))
        return found

    def type_of(self, iri: str) -> str | None:
        """The record's class."""
        classes = self.iris(iri, RDF.type)
        return next((each for each in classes if records.is_record_type(each)), None)

    def one(self, iri: str, predicate: NamedNode) -> Text | None:
        """A text of a mentioned record, `chosen` for this page."""
        said = {
            value.language or "": value.value
            for value in self.terms(iri, predicate)
            if isinstance(value, Literal)
        }
        return self.chosen(said)

    def about(self, iri: str) -> tuple[str, ...]:
        """The records that say they are about this one, in no order; looked up once a request."""
        if iri not in self._about:
            self._about[iri] = tuple(self.store.subjects(SCHEMA.about, NamedNode(iri)))
        return self._about[iri]

    def iris(self, iri: str, predicate: NamedNode) -> tuple[str, ...]:
        """The IRIs that a property says."""
        return tuple(each.value for each in self.terms(iri, predicate) if isinstance(each, NamedNode))

    def literal(self, iri: str, predicate: NamedNode) -> str:
        """A value as it stands in the data, or ""."""
        values = (each.value for each in self.terms(iri, predicate) if isinstance(each, Literal))
        return next(values, "")

    def year(self, iri: str, predicate: NamedNode) -> str:
        """The year of a date, or ""."""
        return self.literal(iri, predicate)[:4]

    def when(self, iri: str, predicate: NamedNode) -> tuple[dt.date, str] | None:
        """The day of a date or time, and the time of day in words; None for what is neither."""
        try:
            return formatting.day_and_time(self.literal(iri, predicate), self.language)
        except ValueError:
            # Nothing said, or loaded without validation.
            return None

    def initiatives(self, count: int) -> str:
        """How many initiatives, in words; nothing for none."""
        return (
            ngettext(
                "%(count)s insats", "%(count)s insatser", count, count=formatting.number(count, self.language)
            )
            if count
            else ""
        )

    def row(self, iri: str, *facts: Text | str | None, date: str | None = None) -> Row:
        """A record in a plain list."""
        said = tuple(fact if isinstance(fact, Text) else Text(fact) for fact in facts if fact)
        return Row(self.url(iri) or "", self.label(iri), said, date=date, origin=self.origin(iri))


def reading() -> Reading:
    """The reading of this request."""
    if "pivi_reading" not in g:
        g.pivi_reading = Reading(installation(), snapshot(), language(), request.script_root)
    found: Reading = g.pivi_reading
    return found


def slug_of(iri: str) -> str:
    """The last part of an IRI: `fritid`, `k7md`, `1480`."""
    return iri.rstrip("/").rpartition("/")[2]


def by_label(links: Iterable[Link]) -> tuple[Link, ...]:
    """Links in alphabetical order."""
    return tuple(sorted(links, key=lambda link: sort_key(link.label.text)))
