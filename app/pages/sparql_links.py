"""”Visa som SPARQL”: the links from lists to the query that gives the same rows, there to be read before it is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import request
from pyoxigraph import NamedNode

from app.addresses import with_query
from app.languages import quoted_path
from app.limits import LONGEST_ADDRESS
from app.pages.facets import facet_name, value_label
from app.pages.parts import RowGroup, Text
from app.reading import Reading
from app.translating import gettext as _
from catalogue.answers import SOURCE, Answer, Query
from catalogue.endpoint.list_wording import Lists
from catalogue.endpoint.wording import Searched, of_search
from catalogue.facets import Values

# What the query page shows without running it: readers want to see it first, and robots follow every link.
NOT_RUN = ("kor", "nej")


def query_url(root: str, text: str) -> str:
    """The address that shows a query in the query page; empty for one that is too long for an address."""
    address = with_query(root + "/sparql", [("query", text), NOT_RUN]) if text else ""
    return address if len(address) <= LONGEST_ADDRESS else ""


def to_search(here: Reading, query: Query, answer: Answer) -> str:
    """The link to the query for all the hits of a search; empty without an endpoint."""
    if here.installation.endpoint is None:
        return ""
    index = here.snapshot.index
    chosen = [rule for rule in index.plan.facets if rule.name in query.filters]
    by_year = any(rule.values is Values.YEARS for rule in chosen)
    searched = Searched(
        plan=index.plan,
        facets=here.snapshot.shapes.facets(),
        names=index.names,
        titles={name: facet_name(here, name) for name in query.filters},
        published=index.view.published_years() if by_year else None,
        sources={each: value_label(here, SOURCE, each).text for each in query.filters.get(SOURCE, ())},
    )
    path = with_query(here.root + "/sok", query.parameters(page=1))
    text = of_search(
        query,
        answer,
        searched,
        heading=_("Insatser om ”%(text)s”", text=query.text) if query.text else _("Insatser"),
        address=here.installation.addresses.absolute(path),
        says=_,
    )
    return query_url(here.root, text)


class ListLinks:
    """The links from the lists of one page. All are empty without an endpoint."""

    def __init__(self, here: Reading, title: Text) -> None:
        self._here = here
        self._title = title.text
        parameters = [each for each in request.args.items(multi=True) if each[0] != "sida"]
        path = with_query(request.script_root + quoted_path(), parameters)
        self._address = here.installation.addresses.absolute(path)

    def of_type(self, types: Sequence[str], kind: tuple[NamedNode, str] | None = None) -> str:
        """To the records of one or several classes; of those, the ones with a value."""
        chosen = (kind[0].value, kind[1]) if kind else None
        return self._url(lambda lists, heading: lists.of_type(types, chosen, heading=heading))

    def of_scheme(self, scheme: str) -> str:
        """To the concepts of a scheme."""
        return self._url(lambda lists, heading: lists.of_scheme(scheme, heading=heading))

    def of_schemes(self) -> str:
        """To the concept schemes."""
        return self._url(lambda lists, heading: lists.of_schemes(heading=heading))

    def of_role(self, group: RowGroup, actor: str, role: str) -> RowGroup:
        """The initiatives of an actor, with the link to them."""
        return self._linked(group, lambda lists, heading: lists.of_role(actor, role, heading=heading))

    def of_partners(self, actor: str) -> str:
        """To those that an actor co-operates with."""
        return self._url(
            lambda lists, heading: lists.of_partners(actor, heading=heading), _("Samarbetar med")
        )

    def naming(self, group: RowGroup, thing: str, type: str) -> RowGroup:
        """The records of a class that name a thing, with the link to them."""
        return self._linked(group, lambda lists, heading: lists.naming(thing, type, heading=heading))

    def actors_in(self, group: RowGroup, place: str) -> RowGroup:
        """The actors in a place, with the link to them."""
        return self._linked(group, lambda lists, heading: lists.actors_in(place, heading=heading))

    def places_in(self, place: str) -> str:
        """To what a place contains."""
        return self._url(lambda lists, heading: lists.places_in(place, heading=heading), _("Innehåller"))

    def _linked(self, group: RowGroup, write: Callable[[Lists, str], str]) -> RowGroup:
        return replace(group, sparql_url=self._url(write, group.heading.text)) if group.rows else group

    def _url(self, write: Callable[[Lists, str], str], part: str = "") -> str:
        here = self._here
        if here.installation.endpoint is None:
            return ""
        lists = Lists(here.snapshot.shapes, address=self._address, language=here.language, says=_)
        return query_url(here.root, write(lists, f"{self._title}: {part}" if part else self._title))
