"""The facets of the search page: groups, values with counts, what stands open and what unfolds."""

from __future__ import annotations

from flask import request

from app.addresses import with_query
from app.origins import called
from app.pages.entry_models import FacetGroup, FacetValue
from app.pages.parts import Text
from app.reading import Reading
from app.translating import gettext as _
from catalogue import answers
from catalogue.answers import OWN, SOURCE, Answer
from catalogue.errors import N_, InvalidInput

# The first groups stand open, the rest are folded.
_OPEN = 4
# So many values are shown at once; the rest of what the answer holds unfolds.
_SHOWN = 8
_FILTERABLE = 12
# ”Visa alla” of actors can be thousands; beyond this, searching is the way.
_ALL = 1_000
_SHOW_ALL = "visa"


_NAMES = {
    "slag": N_("Insatsslag"),
    "kommun": N_("Kommun"),
    "stadsdel": N_("Stadsdel och stadsområde"),
    "aktor": N_("Aktör"),
    "uppfoljning": N_("Uppföljning"),
    "forskning": N_("Forskning kopplad"),
    "ar": N_("År"),
    SOURCE: N_("Källa"),
}
_TRUTHS = {"ja": N_("Ja"), "nej": N_("Nej")}


def groups(here: Reading, answer: Answer) -> tuple[FacetGroup, ...]:
    """The facets in the order of the shapes."""
    whole = _shown_whole(answer)
    return tuple(
        _group(here, answer, facet, place, whole == facet.name) for place, facet in enumerate(answer.facets)
    )


def facet_name(here: Reading, facet: str) -> str:
    """What a facet is called: as its field, where no shorter or plainer word is better."""
    if facet in _NAMES:
        return _(_NAMES[facet])
    fields = (each.field for each in here.snapshot.shapes.facets() if each.parameter == facet)
    return next((field.name[here.language] for field in fields), facet)


def value_label(here: Reading, facet: str, value: str) -> Text:
    """What a chosen value is called."""
    if facet == SOURCE:
        return _source(here, value)
    index = here.snapshot.index
    rule = index.plan.facet(facet)
    iri = index.names.iri_of(rule, value) if rule else None
    return _named(here, iri) if iri else _plain(value, value)


def _group(here: Reading, answer: Answer, facet: answers.FacetCounts, place: int, whole: bool) -> FacetGroup:
    chosen = [each for each in facet.values if each.selected]
    if whole:
        facet = here.snapshot.index.facet(answer.query, facet.name)
    found = facet.values[:_ALL]
    if chosen:
        # What is chosen stays, however few it gives: without its box the form would drop it.
        kept = {each.value for each in found}
        found = (*found, *(each for each in chosen if each.value not in kept))
    values = [_value(here, facet.name, each) for each in found]
    shown = values if whole else values[:_SHOWN]
    # What is chosen must be in sight, however far down it stands.
    more = [] if whole else values[_SHOWN:]
    shown = shown + [each for each in more if each.chosen]
    more = [each for each in more if not each.chosen]
    return FacetGroup(
        name=facet.name,
        label=Text(facet_name(here, facet.name)),
        values=tuple(shown),
        more=tuple(more),
        open=place < _OPEN or whole,
        # To filter a part of the values would hide that there are more.
        filterable=len(values) >= _FILTERABLE and not facet.more,
        chosen=sum(each.chosen for each in values),
        all_url=_all_url(here, answer, facet.name) if facet.more else None,
    )


def _value(here: Reading, facet: str, value: answers.FacetValue) -> FacetValue:
    return FacetValue(
        name=facet,
        value=value.value,
        label=_label(here, facet, value),
        count=value.count,
        chosen=value.selected,
        mark=value.value if facet == "omrade" else None,
        level=value.depth,
    )


def _label(here: Reading, facet: str, value: answers.FacetValue) -> Text:
    if facet == SOURCE:
        return _source(here, value.value)
    return _named(here, value.iri) if value.iri else _plain(value.value, value.label)


def _source(here: Reading, value: str) -> Text:
    """Whose records a value of the filter by source means."""
    return Text(_("Egna")) if value == OWN else called(here, value)


def _named(here: Reading, iri: str) -> Text:
    """What a record is called, and in brackets the source that it was harvested from."""
    label, origin = here.label(iri), here.origin(iri)
    return label if origin is None else Text(f"{label.text} ({origin.name.text})", label.lang)


def _plain(value: str, label: str) -> Text:
    """What a value is called that is no record."""
    return Text(_(_TRUTHS[value]) if value in _TRUTHS else label)


def _all_url(here: Reading, answer: Answer, facet: str) -> str:
    return (
        with_query(here.root + "/sok", [*answer.query.parameters(page=1), (_SHOW_ALL, facet)])
        + f"#filter-{facet}"
    )


def _shown_whole(answer: Answer) -> str:
    """The facet that `visa` asks to see whole."""
    wanted = request.args.get(_SHOW_ALL, "")
    if wanted == SOURCE:
        return ""  # all of them are shown as it is
    if wanted and answer.facet(wanted) is None:
        raise InvalidInput(N_("Det finns inget filter som heter ”%(value)s”."), value=wanted[:40])
    return wanted
