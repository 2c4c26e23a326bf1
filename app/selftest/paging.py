"""Checks of what comes in pages: lists lead to their end by Link, OAI-PMH by its tokens, each record once."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from urllib.parse import quote

from app.selftest.client import Fault, Harvester
from app.selftest.report import Said
from catalogue.errors import N_

# Of more pages than this the first ones are read, which is said. A page of a list has 500 records, one of OAI-PMH 100.
_LIST_PAGES = 25
_OAI_PAGES = 60
_LISTS = ("/sok.csv", "/aktor.csv", "/plats.csv", "/dokument.csv")
_NEXT = re.compile(r'<([^>]*)>; rel="next"')
OAI = "{http://www.openarchives.org/OAI/2.0/}"


def lists(harvester: Harvester) -> Said:
    pages = records = 0
    whole = True
    for path in _LISTS:
        seen: set[str] = set()
        address = f"{path}?kolumner=iri"
        read = 0
        total = -1
        while address and read < _LIST_PAGES:
            reply = harvester.found(address)
            read += 1
            total = int(reply.headers.get("pivi-total", "-1"))
            for row in csv.DictReader(io.StringIO(reply.text)):
                _add(seen, row.get("iri", ""), reply.address)
            following = _NEXT.search(reply.headers.get("link", ""))
            address = following[1] if following else ""
        if not address and len(seen) != total:
            raise Fault(
                N_("%(address)s säger att posterna är %(total)s, men på sidorna finns %(found)s."),
                address=harvester.address(path),
                total=total,
                found=len(seen),
            )
        whole = whole and not address
        pages += read
        records += len(seen)
    return _said(pages, records, whole=whole)


def oai(harvester: Harvester) -> Said:
    seen: set[str] = set()
    address = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"
    pages = 0
    size = -1
    while address and pages < _OAI_PAGES:
        root = answer(harvester, address)
        pages += 1
        for each in root.iter(OAI + "identifier"):
            _add(seen, each.text or "", harvester.address(address))
        token = root.find(f".//{OAI}resumptionToken")
        if token is not None:
            size = int(token.get("completeListSize", "-1"))
        more = token.text if token is not None else None
        address = f"/oai?verb=ListIdentifiers&resumptionToken={quote(more, safe='')}" if more else ""
    if not address and size >= 0 and size != len(seen):
        raise Fault(
            N_("%(address)s säger att posterna är %(total)s, men på sidorna finns %(found)s."),
            address=harvester.address("/oai"),
            total=size,
            found=len(seen),
        )
    return _said(pages, len(seen), whole=not address)


def answer(harvester: Harvester, address: str) -> ET.Element:
    """An answer of OAI-PMH. Raises Fault for what is no answer, and for an error but that nothing matches."""
    reply = harvester.found(address)
    try:
        root = ET.fromstring(reply.body)
    except ET.ParseError as error:
        raise Fault(
            N_("%(address)s går inte att läsa som %(type)s: %(reason)s"),
            address=reply.address,
            type=reply.type,
            reason=str(error),
        ) from error
    told = root.find(OAI + "error")
    if told is not None and told.get("code") != "noRecordsMatch":
        raise Fault(
            N_("%(address)s svarar med felet %(code)s."), address=reply.address, code=told.get("code", "")
        )
    return root


def _add(seen: set[str], name: str, address: str) -> None:
    if name in seen:
        raise Fault(N_("%(name)s kommer en gång till på %(address)s."), name=name, address=address)
    seen.add(name)


def _said(pages: int, records: int, *, whole: bool) -> Said:
    if whole:
        return Said(N_("%(records)s poster på %(pages)s sidor."), {"records": records, "pages": pages})
    return Said(
        N_("Stickprov: %(records)s poster på de första %(pages)s sidorna."),
        {"records": records, "pages": pages},
    )
