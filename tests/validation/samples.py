"""The smallest valid record of each type, in Turtle, and the world that they point at."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse

from catalogue.turtle import canonical_ntriples, record_iri

BASE = "http://127.0.0.1:8000/"
PREFIXES = f"""
@base <{BASE}> .
@prefix begrepp: <https://w3id.org/pivi/begrepp/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix pivi: <https://w3id.org/pivi/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

INITIATIVE = """
<id/insats/bcdf> a pivi:Initiative ;
    dct:title "Öppen verkstad"@sv ;
    dct:abstract "Varje torsdag lagar unga mat tillsammans."@sv ;
    pivi:whyLifted "Deltagarna leder själva kvällarna."@sv ;
    pivi:what "En verkstad i stan dit alla unga kan gå utan att boka tid."@sv ;
    pivi:kind <https://w3id.org/pivi/begrepp/insatsslag/projekt> ;
    pivi:status <https://w3id.org/pivi/begrepp/status/pagaende> ;
    pivi:area <https://w3id.org/pivi/begrepp/omrade/fritid> ;
    pivi:targetGroup <https://w3id.org/pivi/begrepp/malgrupp/unga> ;
    pivi:workType <https://w3id.org/pivi/begrepp/typ/metodutveckling> ;
    dct:spatial <https://w3id.org/pivi/id/plats/1480> ;
    cv:hasParticipation <id/insats/bcdf#staden> .
<id/insats/bcdf#staden> a cv:Participation ;
    pivi:participant <id/aktor/namnd> ;
    cv:role <https://w3id.org/pivi/begrepp/roll/drivande> .
"""

ORGANISATION = """
<id/aktor/xqzk> a pivi:Organisation ;
    foaf:name "Föreningen Grannar"@sv ;
    pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/forening> .
"""

PLACE = """
<id/plats/xqzk> a pivi:Place ;
    skos:prefLabel "Nordost"@sv ;
    pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/stadsomrade> .
"""

MUNICIPALITY = """
<https://w3id.org/pivi/id/plats/9999> a pivi:Municipality , cv:AdminUnit ;
    skos:prefLabel "Provkommunen"@sv ;
    pivi:scbCode "9999" ;
    pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/kommun> .
"""

GROUP = """
<id/grupp/xqzk> a pivi:Group ;
    foaf:name "Gemensam utvecklingsgrupp"@sv .
"""

MEETING = """
<id/mote/xqzk> a pivi:Meeting ;
    dct:title "Utvecklingsgruppen om tillit"@sv ;
    pivi:group <id/grupp/bcdf> ;
    schema:startDate "2015-10-26"^^xsd:date ;
    schema:attendee <id/aktor/namnd> .
"""

PARTNERSHIP = """
<id/iop/xqzk> a pivi:Partnership ;
    dct:title "Nattvandring"@sv ;
    dct:abstract "Vuxna möter unga ute på kvällarna."@sv ;
    pivi:proposedBy <id/aktor/bcdf> ;
    pivi:activity "Föreningen möter unga ute på kvällarna, tre kvällar i veckan."@sv ;
    pivi:targetGroup <https://w3id.org/pivi/begrepp/malgrupp/unga> ;
    pivi:stage <https://w3id.org/pivi/begrepp/iopskede/avtal> ;
    cv:hasParticipation <id/iop/xqzk#namnden> , <id/iop/xqzk#foreningen> .
<id/iop/xqzk#namnden> a cv:Participation ;
    pivi:participant <id/aktor/namnd> ;
    cv:role <https://w3id.org/pivi/begrepp/roll/samverkanspart> ;
    dct:description "Bidrar med lokal och handledning."@sv .
<id/iop/xqzk#foreningen> a cv:Participation ;
    pivi:participant <id/aktor/bcdf> ;
    cv:role <https://w3id.org/pivi/begrepp/roll/drivande> ;
    dct:description "Håller i kvällarna."@sv .
"""

STORY = """
<id/berattelse/xqzk> a pivi:Story ;
    dct:title "Den dagen jag sa nej"@sv ;
    dct:abstract "Om att våga fråga om hjälp."@sv ;
    pivi:storyText "Jag stod utanför porten i tjugo minuter innan jag gick in."@sv ;
    pivi:consentReference "S-2015-7" .
"""

FILM = """
<id/film/xqzk> a pivi:Film ;
    dct:title "Så gjorde vi mötesplatsen"@sv ;
    dct:abstract "En rundtur bland dem som byggde huset."@sv ;
    schema:contentUrl <https://film.example.se/motesplatsen.mp4> ;
    pivi:captions "sv" ;
    schema:transcript "En röst berättar medan kameran går genom rummen."@sv .
"""

EVENT = """
<id/handelse/xqzk> a pivi:Event ;
    dct:title "Öppen kväll om klarspråk"@sv ;
    schema:startDate "2015-11-24T11:00:00+01:00"^^xsd:dateTime ;
    schema:organizer <id/aktor/namnd> .
"""

SUPPORT_MODEL = """
<id/stodmodell/xqzk> a pivi:SupportModel ;
    dct:title "Pivi"@sv ;
    dct:abstract "En plattform för det som är särskilt i socialt utvecklingsarbete."@sv .
"""

DOCUMENT = """
<id/dokument/xqzk> a pivi:Document ;
    dct:title "Dela Lära Göra"@sv ;
    pivi:documentKind <https://w3id.org/pivi/begrepp/dokumentslag/forstudie> .
"""

RECORDS = {
    "insats": INITIATIVE,
    "aktor": ORGANISATION,
    "plats": PLACE,
    "kommun": MUNICIPALITY,
    "grupp": GROUP,
    "mote": MEETING,
    "iop": PARTNERSHIP,
    "berattelse": STORY,
    "film": FILM,
    "handelse": EVENT,
    "stodmodell": SUPPORT_MODEL,
    "dokument": DOCUMENT,
}

# What is stored already: two actors, a group, and (by the fixture) the packaged vocabularies.
STORED = """
<id/aktor/namnd> a pivi:Organisation , cv:PublicOrganisation ; foaf:name "Socialnämnden"@sv ;
    pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/namnd> .
<id/aktor/bcdf> a pivi:Organisation ; foaf:name "Föreningen"@sv ;
    pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/forening> .
<id/grupp/bcdf> a pivi:Group ; foaf:name "Gruppen"@sv .
<id/insats/stored> a pivi:Initiative .
"""


def records(turtle: str) -> dict[str, bytes]:
    """The records of a piece of Turtle, each as canonical N-Triples; a fragment is its record's."""
    found: dict[str, list[object]] = {}
    for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE):
        subject = quad.subject
        found.setdefault(record_iri(getattr(subject, "value", str(subject))), []).append(quad.triple)
    return {iri: canonical_ntriples(triples) for iri, triples in found.items()}  # type: ignore[arg-type]
