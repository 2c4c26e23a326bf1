"""What a page is about, for search engines: schema.org as JSON-LD, from what the page shows and the record's public data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import orjson
from markupsafe import Markup
from pyoxigraph import NamedNode

from app.addresses import Addresses
from app.pages.parts import NavLink, Text
from app.reading import Reading, slug_of
from catalogue.namespaces import CV, DCAT, DCT, FOAF, ORG, PIVI, SCHEMA, SKOS, VCARD
from catalogue.records import Record
from catalogue.turtle import record_iri

if TYPE_CHECKING:
    from app.pages.models import Page
    from app.pages.open_data import OpenDataPage
    from app.site import Site

Json = dict[str, Any]

_CONTEXT = "https://schema.org"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_TYPES = {
    PIVI.Initiative.value: "Project",
    PIVI.Partnership.value: "Project",
    PIVI.Organisation.value: "Organization",
    PIVI.Group.value: "Organization",
    PIVI.Event.value: "Event",
    PIVI.Meeting.value: "Event",
    PIVI.Place.value: "AdministrativeArea",
    PIVI.Municipality.value: "AdministrativeArea",
    PIVI.Film.value: "VideoObject",
    PIVI.Story.value: "Article",
    PIVI.Document.value: "Report",
    PIVI.SupportModel.value: "CreativeWork",
    SKOS.Concept.value: "DefinedTerm",
    SKOS.ConceptScheme.value: "DefinedTermSet",
}
_WORKS = {"VideoObject", "Article", "Report", "CreativeWork", "DefinedTermSet"}
_PAGES = {
    "search.html": "SearchResultsPage",
    "list.html": "CollectionPage",
    "schemes.html": "CollectionPage",
}
_MUNICIPAL = {"kommun", "namnd", "forvaltning", "stadsdelsforvaltning", "region"}
_UNIVERSITY = {"larosate"}
# What each property of a record is in schema.org, where values are texts or dates as they stand …
_LITERALS: Mapping[str, Sequence[tuple[NamedNode, str]]] = {
    "Project": ((SCHEMA.startDate, "foundingDate"), (SCHEMA.endDate, "dissolutionDate")),
    "Organization": (
        (PIVI.validFrom, "foundingDate"),
        (PIVI.validThrough, "dissolutionDate"),
        (PIVI.organisationNumber, "taxID"),
    ),
    "Event": ((SCHEMA.startDate, "startDate"), (SCHEMA.endDate, "endDate")),
    "VideoObject": ((DCT.issued, "uploadDate"),),
    "Article": ((DCT.issued, "datePublished"),),
    "Report": ((DCT.issued, "datePublished"), (DCT.identifier, "reportNumber")),
}
# … and where they are things of another type.
_THINGS: Mapping[str, Sequence[tuple[NamedNode, str, str]]] = {
    "Project": ((DCT.spatial, "areaServed", "AdministrativeArea"),),
    "Organization": (
        (DCT.spatial, "areaServed", "AdministrativeArea"),
        (ORG.subOrganizationOf, "parentOrganization", "Organization"),
        (ORG.hasMember, "member", "Organization"),
    ),
    "Event": ((SCHEMA.organizer, "organizer", "Organization"), (PIVI.group, "organizer", "Organization")),
    "AdministrativeArea": ((DCT.isPartOf, "containedInPlace", "AdministrativeArea"),),
    "VideoObject": ((DCT.publisher, "publisher", "Organization"), (SCHEMA.about, "about", "Thing")),
    "Article": ((DCT.spatial, "contentLocation", "AdministrativeArea"), (SCHEMA.about, "about", "Thing")),
    "Report": ((DCT.creator, "author", "Organization"), (SCHEMA.about, "about", "Thing")),
    "CreativeWork": ((DCT.publisher, "publisher", "Organization"),),
    "DefinedTerm": ((SKOS.inScheme, "inDefinedTermSet", "DefinedTermSet"),),
}
_KEYWORDS = (PIVI.area, PIVI.targetGroup, PIVI.workType)


def of_record(
    here: Reading, record: Record, title: Text, crumbs: Sequence[NavLink], changed: str = ""
) -> Markup:
    """The block of a record's page. `record` holds what is public; `changed` is the ISO date of its last version."""
    kind = _TYPES.get(record.type, "Thing")
    addresses = here.installation.addresses
    url = addresses.absolute(here.url(record.iri) or "")
    origin = here.origin(record.iri)
    licence = _LICENCE if origin is None else origin.licence.url or origin.licence.label.text
    page: Json = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "inLanguage": here.language,
        "license": licence,
        "isPartOf": _site(addresses, here.installation.settings.name),
        "breadcrumb": _breadcrumbs(addresses, crumbs, title.text, url),
    }
    if changed:
        page["dateModified"] = changed
    block: Json = {
        "@context": _CONTEXT,
        "@type": _kind(record, kind),
        "@id": record.iri,
        "name": title.text,
        "url": url if origin is None else origin.url,
        "mainEntityOfPage": page,
    }
    if origin is not None:
        page["isBasedOn"] = origin.url
        page["sourceOrganization"] = {"@type": "Organization", "name": origin.name.text}
    description = next(
        (
            found
            for each in (DCT.abstract, DCT.description, SKOS.definition)
            if (found := here.text(record, each))
        ),
        None,
    )
    if description:
        block["description"] = description.text
    if kind in _WORKS:
        block["inLanguage"] = title.lang or here.language
        block["license"] = licence
    _add_properties(here, record, kind, block)
    return written(block)


def _kind(record: Record, kind: str) -> str:
    of = slug_of(record.iri_of(PIVI.actorKind) or "")
    if of in _MUNICIPAL:
        return "GovernmentOrganization"
    return "CollegeOrUniversity" if of in _UNIVERSITY else kind


def _add_properties(here: Reading, record: Record, kind: str, block: Json) -> None:
    for predicate, name in _LITERALS.get(kind, ()):
        _put(block, name, [each.value for each in record.literals(predicate)][:1])
    for predicate, name, type in _THINGS.get(kind, ()):
        _put(block, name, _things(here, record.iris(predicate), type))
    _put(block, "alternateName", [text.text for text in here.texts(record, SKOS.altLabel)])
    _put(block, "sameAs", [each for each in record.iris(FOAF.homepage) if each.startswith("http")])
    if kind == "Project":
        _put(block, "keywords", [here.label(iri).text for each in _KEYWORDS for iri in record.iris(each)])
        actors = (
            actor for part in record.fragments(CV.hasParticipation) for actor in part.iris(PIVI.participant)
        )
        _put(block, "member", _things(here, dict.fromkeys(actors), "Organization"))
    elif kind == "Event":
        venue = here.text(record, PIVI.venue)
        places = _things(here, record.iris(DCT.spatial), "Place")
        _put(block, "location", [{"@type": "Place", "name": venue.text}] if venue else places)
    elif kind == "VideoObject":
        _put(
            block, "contentUrl", [each for each in record.iris(SCHEMA.contentUrl) if each.startswith("http")]
        )
    elif kind == "DefinedTerm":
        _put(block, "termCode", [slug_of(record.iri)])
    points = [
        {
            "@type": "ContactPoint",
            **({"name": called.text} if (called := here.text(part, VCARD.fn)) else {}),
            "email": mail.removeprefix("mailto:"),
        }
        for part in record.fragments(DCAT.contactPoint)
        for mail in part.iris(VCARD.hasEmail)
    ]
    if kind in ("Project", "Organization"):
        _put(block, "contactPoint", points)


def _things(here: Reading, iris: Iterable[str], type: str) -> list[object]:
    return [
        {"@type": type, "@id": iri, "name": here.label(iri).text} for iri in iris if iri == record_iri(iri)
    ]


def _put(block: Json, name: str, values: Sequence[object]) -> None:
    if values and name not in block:
        block[name] = values[0] if len(values) == 1 else list(values)


def of_page(page: Page, frame: Site, addresses: Addresses) -> Markup:
    """The block of a page that is about no record: what it is called, where it lies, and who answers for it."""
    if page.template == "start.html":
        return written(_start(page, frame, addresses))
    block: Json = {
        "@context": _CONTEXT,
        "@type": _PAGES.get(page.template, "WebPage"),
        "@id": frame.canonical,
        "name": page.title.text,
        "url": frame.canonical,
        "inLanguage": frame.language,
        "isPartOf": _site(addresses, frame.name),
    }
    if page.description:
        block["description"] = page.description
    if page.crumbs:
        block["breadcrumb"] = _breadcrumbs(addresses, page.crumbs, page.title.text, frame.canonical)
    return written(block)


def of_data(here: Reading, page: OpenDataPage) -> Markup:
    """The block of the page about the data: what search engines for datasets look for, with every file."""
    addresses = here.installation.addresses
    url = addresses.absolute(here.root + "/data")
    publisher = {
        "@type": "Organization",
        "name": page.publisher.text if page.publisher else here.installation.settings.name,
    }
    datasets: list[Json] = []
    for each in page.datasets:
        licences = [way.licence.url for way in each.ways if way.licence]
        found: Json = {
            "@type": "Dataset",
            "@id": each.iri,
            "name": each.title.text,
            "url": f"{url}#{each.anchor}",
            "creator": publisher,
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": way.title.text,
                    "contentUrl": urljoin(addresses.base, way.url),
                    "encodingFormat": way.format,
                }
                for way in each.ways
            ],
        }
        if each.description:
            found["description"] = each.description.text
        _put(found, "license", list(dict.fromkeys(licences)))
        datasets.append(found)
    return written(
        {
            "@context": _CONTEXT,
            "@type": "DataCatalog",
            "@id": page.iri,
            "name": page.title.text,
            "description": page.lead,
            "url": url,
            "inLanguage": here.language,
            "isPartOf": _site(addresses, here.installation.settings.name),
            "publisher": publisher,
            "dataset": datasets,
        }
    )


def _start(page: Page, frame: Site, addresses: Addresses) -> Json:
    search = urljoin(addresses.base, frame.search_url) + "?q={search_term_string}"
    return {
        "@context": _CONTEXT,
        **_site(addresses, frame.name),
        "url": addresses.base,
        "description": page.description,
        "inLanguage": [code for code, _ in frame.alternates],
        "publisher": {
            "@type": "Organization",
            "name": frame.publisher,
            "contactPoint": {"@type": "ContactPoint", "email": frame.contact},
        },
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }


def _site(addresses: Addresses, name: str) -> Json:
    return {"@type": "WebSite", "@id": addresses.base + "#webbplats", "name": name}


def _breadcrumbs(addresses: Addresses, crumbs: Sequence[NavLink], title: str, url: str) -> Json:
    steps = [*((each.label, urljoin(addresses.base, each.url)) for each in crumbs), (title, url)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate(steps, 1)
        ],
    }


def written(block: Json) -> Markup:
    """The block for a script element, which no text in it can end (HTML, section 4.12.1.3)."""
    said = orjson.dumps(block).decode()
    return Markup(said.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
