"""The page about the data: what there is, how to get it, under which licence, and where harvesters begin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response
from pyoxigraph import NamedNode, Triple

from app import openapi, schema_org
from app.describing import describing
from app.formatting import long_date
from app.installation import installation
from app.pages.models import Page
from app.pages.parts import Fact, Format, Link, Text
from app.pages.record_parts import fact, facts, start
from app.reading import Reading, reading
from app.rendering import render
from app.translating import gettext as _
from catalogue.export import void
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, form
from catalogue.export.description import Terms
from catalogue.export.facts import Facts
from catalogue.formats import RDF_XML, RECORD_FORMATS
from catalogue.namespaces import DCAT, DCT, FOAF, RDFS
from catalogue.records import Node

pages = Blueprint("open_data", __name__)


@dataclass(frozen=True)
class Way:
    """One way to get a dataset: where, in which format, under which licence."""

    anchor: str
    title: Text
    url: str
    format: str
    size: str
    licence: Link | None


@dataclass(frozen=True)
class Dataset:
    """A dataset of the catalogue; `anchor` is the fragment of its IRI."""

    iri: str
    anchor: str
    title: Text
    description: Text | None
    page: str
    state: tuple[str, ...] = ()  # when it was changed, how often it is, its version
    facts: tuple[Fact, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Address:
    """An address for programs, what it gives and in which format."""

    url: str
    title: str
    text: str
    media_type: str


@dataclass(frozen=True, kw_only=True)
class OpenDataPage(Page):
    """`/data` – open-data.html"""

    lead: str
    datasets: tuple[Dataset, ...]
    services: tuple[Dataset, ...]
    addresses: tuple[Address, ...]
    rights: Text | None
    licences_url: str
    publisher: Text | None
    contact: str


@pages.get("/data")
def open_data() -> Response:
    here = reading()
    told = describing().facts(here.snapshot)
    name = f"data {here.root} {here.language} {told.offer}"
    page = here.installation.once(here.version, name, lambda: _page(here, told))
    return render(page)


def _page(here: Reading, told: Facts) -> OpenDataPage:
    described = form(told, DCAT_AP)
    terms = Terms(here.installation.settings.base)
    catalogue = Node(terms["katalog"].value, tuple(described))
    rights = Node(terms["rattigheter"].value, tuple(described))
    publisher = Node(catalogue.iri_of(DCT.publisher) or "", tuple(described))
    page = OpenDataPage(
        template="open-data.html",
        title=Text(_("Öppna data")),
        section="sparql",
        description=_(
            "Datamängder, format, licenser och adresser för den som vill hämta, fråga eller följa."
        ),
        crumbs=(start(here),),
        iri=catalogue.iri,
        formats=tuple(
            Format(each.name, f"{DCAT_AP_SE.path}.{each.extension}", each.media_type)
            for each in RECORD_FORMATS
        ),
        lead=_(
            "Allt som är publicerat får du hämta, fråga om och använda vidare. Det behövs ingen nyckel och "
            "kostar inget."
        ),
        datasets=tuple(_dataset(here, iri, described) for iri in _in_order(catalogue, DCAT.dataset, terms)),
        services=tuple(_service(here, iri, described) for iri in sorted(catalogue.iris(DCAT.service))),
        addresses=_addresses(),
        rights=here.text(rights, RDFS.label),
        licences_url=here.root + "/om#licenser",
        publisher=here.text(publisher, FOAF.name),
        contact=here.installation.settings.contact,
    )
    return replace(page, data_block=schema_org.of_data(here, page))


def _in_order(catalogue: Node, predicate: NamedNode, terms: Terms) -> list[str]:
    """Everything first, then its parts, then the years, the last first."""
    first = [terms[name].value for name in ("allt", "insatser", "aktorer", "begrepp")]
    found = catalogue.iris(predicate)
    return [
        *(iri for iri in first if iri in found),
        *sorted((iri for iri in found if iri not in first), reverse=True),
    ]


def _dataset(here: Reading, iri: str, described: list[Triple]) -> Dataset:
    node = Node(iri, tuple(described))
    modified = node.date(DCT.modified)
    return Dataset(
        iri=iri,
        anchor=iri.partition("#")[2],
        title=here.text(node, DCT.title) or Text(iri),
        description=here.note(here.text(node, DCT.description)),
        page=_here(here, node.iri_of(DCAT.landingPage)),
        state=(
            *((_("ändrad %(day)s", day=long_date(modified, here.language)),) if modified else ()),
            *(_title(here, each, described).text for each in node.iris(DCT.accrualPeriodicity)),
            *(_("version %(number)s", number=each.value) for each in node.literals(DCAT.version)),
        ),
        ways=tuple(_way(here, each, described) for each in sorted(node.iris(DCAT.distribution))),
    )


def _service(here: Reading, iri: str, described: list[Triple]) -> Dataset:
    node = Node(iri, tuple(described))
    return Dataset(
        iri=iri,
        anchor=iri.partition("#")[2],
        title=here.text(node, DCT.title) or Text(iri),
        description=here.note(here.text(node, DCT.description)),
        page=_here(here, node.iri_of(DCAT.landingPage)),
        facts=facts(
            fact("endpoint", _("Adress"), list(node.iris(DCAT.endpointURL)), code=True),
            fact("standard", _("Standard"), _standards(here, node, described)),
            fact("guide", _("Handledning"), _guides(here, node)),
        ),
    )


def _way(here: Reading, iri: str, described: list[Triple]) -> Way:
    node = Node(iri, tuple(described))
    files = node.iris(DCAT.downloadURL)
    file_type = node.iri_of(DCT["format"])
    licence = node.iri_of(DCT.license)
    size = node.number(DCAT.byteSize)
    return Way(
        anchor=iri.partition("#")[2],
        title=here.text(node, DCT.title) or Text(iri),
        # One file is fetched; of several, the page lists them.
        url=_here(here, files[0] if len(files) == 1 else node.iri_of(DCAT.accessURL)),
        format=_title(here, file_type, described).text if file_type else "",
        size=f"{size / 1_000_000:.1f} MB" if size else "",
        licence=Link(_title(here, licence, described), licence) if licence else None,
    )


def _addresses() -> tuple[Address, ...]:
    base = installation().settings.base.rstrip("/")
    return (
        Address(
            base + DCAT_AP_SE.path,
            DCAT_AP_SE.name,
            _("Katalogens beskrivning så som Sveriges dataportal läser den."),
            RDF_XML.media_type,
        ),
        Address(
            base + DCAT_AP.path,
            DCAT_AP.name,
            _("Samma beskrivning så som europeiska portaler läser den."),
            RDF_XML.media_type,
        ),
        Address(
            base + "/data/catalog",
            _("Katalogen"),
            _("Beskrivningen i den profil och det format som programmet ber om."),
            RDF_XML.media_type,
        ),
        Address(
            base + void.PATH,
            "VoID",
            _("Hur mycket som är publicerat: antal per klass och egenskap, med exempel."),
            "text/turtle",
        ),
        Address(
            base + openapi.PATH,
            "OpenAPI",
            _("Varje adress som program kan läsa, med parametrar, format och svar."),
            openapi.MEDIA_TYPE,
        ),
    )


def _guides(here: Reading, node: Node) -> list[Link]:
    return [Link(Text(_("Så ställer du frågor")), _here(here, iri)) for iri in node.iris(FOAF.page)]


def _standards(here: Reading, node: Node, described: list[Triple]) -> list[Link]:
    return [Link(_title(here, iri, described), iri) for iri in node.iris(DCT.conformsTo)]


def _title(here: Reading, iri: str, described: list[Triple]) -> Text:
    node = Node(iri, tuple(described))
    return here.text(node, DCT.title) or here.text(node, RDFS.label) or Text(iri)


def _here(here: Reading, iri: str | None) -> str:
    """The address of a page of ours in the reader's language; others' and files' as they are."""
    base = here.installation.settings.base
    if iri is None:
        return ""
    if not iri.startswith(base):
        return iri
    path = "/" + iri.removeprefix(base)
    return path if "." in path.rpartition("/")[2] else here.root + path
