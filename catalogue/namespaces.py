"""The namespaces that the catalogue speaks: `PIVI.Initiative` is the IRI as a term."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode


class Namespace:
    """A namespace whose attributes and items are its terms: `DCT.title`, `PIVIS["Initiative"]`."""

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        # Kept as an attribute: Python comes here only the first time.
        self.__dict__[name] = term = _term(self.iri, name)
        return term

    def __getitem__(self, name: str) -> NamedNode:
        return _term(self.iri, name)


@cache
def _term(namespace: str, name: str) -> NamedNode:
    return NamedNode(namespace + name)


# One namespace for every installation, so that one query runs against every municipality.
SHARED = "https://w3id.org/pivi/"

PIVI = Namespace(SHARED + "ns#")
PIVIS = Namespace(SHARED + "shapes#")
CONCEPT = Namespace(SHARED + "begrepp/")
HARVEST = Namespace(SHARED + "harvest#")

AS = Namespace("https://www.w3.org/ns/activitystreams#")
CV = Namespace("http://data.europa.eu/m8g/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
ORG = Namespace("http://www.w3.org/ns/org#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("http://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

# Prefixes for everything that is written for people to read.
PREFIXES: dict[str, str] = {
    "pivi": PIVI.iri,
    "begrepp": CONCEPT.iri,
    "cv": CV.iri,
    "dcat": DCAT.iri,
    "dct": DCT.iri,
    "foaf": FOAF.iri,
    "org": ORG.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "vcard": VCARD.iri,
    "xsd": XSD.iri,
}
