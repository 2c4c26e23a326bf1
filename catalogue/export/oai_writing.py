"""Answers of OAI-PMH as XML: text, as it is written a hundred records at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Triple

from catalogue.export.dublin_core import Element
from catalogue.formats import RDF_XML
from catalogue.turtle import serialise

_OAI = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DC = "http://purl.org/dc/elements/1.1/"
# What XML 1.0 has no way to write (section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DC_OPEN = (
    f'<oai_dc:dc xmlns:oai_dc="{_OAI}oai_dc/" xmlns:dc="{_DC}" '
    f'xsi:schemaLocation="{_OAI}oai_dc/ {_OAI}oai_dc.xsd">'
)

# Says no more of RDF than that it is RDF: what it may hold is told by the ontology and its shapes.
RDF_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/1999/02/22-rdf-syntax-ns#" elementFormDefault="qualified">
  <xs:element name="RDF">
    <xs:complexType>
      <xs:sequence>
        <xs:any namespace="##any" processContents="skip" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
      <xs:anyAttribute processContents="skip"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


def element(name: str, text: str, **attributes: str) -> str:
    """An element with text alone."""
    said = "".join(f" {each}={quoteattr(_writable(value))}" for each, value in attributes.items())
    return f"<{name}{said}>{escape(_writable(text))}</{name}>"


def envelope(at: str, request: str, content: str) -> str:
    """A whole answer (section 3.2)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_OAI}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_OAI} {_OAI}OAI-PMH.xsd">'
        f"{element('responseDate', at)}{request}{content}</OAI-PMH>\n"
    )


def header(identifier: str, at: str, set: str, *, deleted: bool) -> str:
    """The header of a record (section 2.5)."""
    opening = '<header status="deleted">' if deleted else "<header>"
    return (
        opening
        + element("identifier", identifier)
        + element("datestamp", at)
        + element("setSpec", set)
        + "</header>"
    )


def dublin_core(elements: Iterable[Element]) -> str:
    """A record in the format that every repository has (section 2.6)."""
    return _DC_OPEN + "".join(_dc(each) for each in elements) + "</oai_dc:dc>"


def _dc(said: Element) -> str:
    language = f" xml:lang={quoteattr(said.language)}" if said.language else ""
    return f"<dc:{said.name}{language}>{escape(_writable(said.text))}</dc:{said.name}>"


def rdf(triples: Sequence[Triple], schema_location: str) -> str:
    """A record as RDF/XML."""
    document = _writable(serialise(triples, RDF_XML).decode())
    root = document[document.index("<rdf:RDF") :]
    return root.replace("<rdf:RDF", f'<rdf:RDF xsi:schemaLocation="{schema_location}"', 1)


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
