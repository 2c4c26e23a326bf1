"""OAI-PMH 2.0 over HTTP: every verb and every error as the protocol says, and an independent harvester that reads it all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import urlencode

import pytest
import rdflib
from sickle import Sickle

from tests.app.test_server import Server
from tests.conformance.conftest import FORM, Client
from tests.export.conftest import BASE, Get

OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ELEMENTS = {
    "contributor",
    "coverage",
    "creator",
    "date",
    "description",
    "format",
    "identifier",
    "language",
    "publisher",
    "relation",
    "rights",
    "source",
    "subject",
    "title",
    "type",
}
VERBS = ["Identify", "ListMetadataFormats", "ListSets", "ListIdentifiers", "ListRecords", "GetRecord"]


def ask(get: Get, *given: tuple[str, str], **also: str) -> ET.Element:
    reply = get("/oai?" + urlencode([*given, *also.items()]))
    assert (reply.status, reply.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return checked(reply.text)


def checked(text: str) -> ET.Element:
    """The answer, once it has the form that section 3.2 and the schemas ask for."""
    root = ET.fromstring(text)
    assert root.tag == OAI + "OAI-PMH"
    assert root.attrib[XSI + "schemaLocation"].endswith("OAI-PMH.xsd")
    at, request, *content = root
    assert at.tag == OAI + "responseDate" and STAMP.fullmatch(at.text or "")
    assert (request.tag, request.text) == (OAI + "request", BASE + "oai")
    names = [each.tag.removeprefix(OAI) for each in content]
    assert names and (set(names) == {"error"} or (len(names) == 1 and names[0] in VERBS)), names
    assert len(content[0]) or names == ["error"], "an answer that is none of the errors is not empty"
    for header in root.iter(OAI + "header"):
        assert [each.tag.removeprefix(OAI) for each in header] == ["identifier", "datestamp", "setSpec"]
        assert STAMP.fullmatch(header[1].text or "")
        assert set(header.attrib) <= {"status"}
    for record in root.iter(OAI + "record"):
        deleted = record[0].get("status") == "deleted"
        assert [each.tag for each in record] == [OAI + "header", *([] if deleted else [OAI + "metadata"])]
    for found in root.iter(OAI_DC + "dc"):
        assert XSI + "schemaLocation" in found.attrib
        assert {each.tag.removeprefix(DC) for each in found} <= ELEMENTS
        assert all(set(each.attrib) <= {LANGUAGE} and not len(each) and each.text for each in found)
    return root


def code(root: ET.Element) -> str | None:
    error = root.find(OAI + "error")
    return None if error is None else error.get("code")


def texts(root: ET.Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iter(OAI + name)]


def test_the_repository_says_who_it_is_and_how_it_deletes(get: Get) -> None:
    said = ask(get, verb="Identify")[2]
    found = {each.tag.removeprefix(OAI): each.text for each in said}
    assert found["baseURL"] == BASE + "oai"
    assert (found["protocolVersion"], found["deletedRecord"]) == ("2.0", "persistent")
    assert (found["granularity"], found["compression"]) == ("YYYY-MM-DDThh:mm:ssZ", "gzip")
    assert found["adminEmail"] == "pivi@example.org"
    order = ["repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp"]
    assert [each.tag.removeprefix(OAI) for each in said][:5] == order
    stamps = texts(ask(get, verb="ListIdentifiers", metadataPrefix="oai_dc"), "datestamp")
    assert min(stamps) >= (found["earliestDatestamp"] or "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "badVerb"),
        ([("verb", "")], "badVerb"),
        ([("verb", "identify")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("x", "1")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "GetRecord"), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", "oai:127.0.0.1:insats/q2wd")], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", "q2wd"), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "rdf")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "yesterday")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-02-30")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "2026")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "0000-01-01")], "badArgument"),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "2026-11-01T10:00Z")],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "a b")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc 21")], "badArgument"),
        (
            [
                ("verb", "ListRecords"),
                ("metadataPrefix", "oai_dc"),
                ("from", "2026-01-01"),
                ("until", "2026-01-02T00:00:00Z"),
            ],
            "badArgument",
        ),
        (
            [
                ("verb", "ListRecords"),
                ("metadataPrefix", "oai_dc"),
                ("from", "2026-01-02"),
                ("until", "2026-01-01"),
            ],
            "badArgument",
        ),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "å" * 50)], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "")], "badResumptionToken"),
        ([("verb", "ListIdentifiers"), ("resumptionToken", "QUJD")], "badResumptionToken"),
        ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc21")], "cannotDisseminateFormat"),
        (
            [("verb", "GetRecord"), ("identifier", "oai:127.0.0.1:insats/q2wd"), ("metadataPrefix", "mods")],
            "cannotDisseminateFormat",
        ),
        (
            [("verb", "GetRecord"), ("identifier", "oai:127.0.0.1:insats/zzzz"), ("metadataPrefix", "rdf")],
            "idDoesNotExist",
        ),
        (
            [("verb", "GetRecord"), ("identifier", "oai:x.example:insats/q2wd"), ("metadataPrefix", "rdf")],
            "idDoesNotExist",
        ),
        ([("verb", "ListMetadataFormats"), ("identifier", "oai:127.0.0.1:insats/zzzz")], "idDoesNotExist"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2100-01-01")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "2000-01-01")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "nothing")], "noRecordsMatch"),
    ],
)
def test_every_error_has_its_code(given: list[tuple[str, str]], expected: str, get: Get) -> None:
    root = ask(get, *given)
    assert code(root) == expected
    # Section 3.2: then the request is told without what was wrong in it.
    assert bool(root[1].attrib) == (expected not in ("badVerb", "badArgument"))


def test_a_form_gets_what_the_address_gets(server: Server, get: Get) -> None:
    given = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "insats"}
    posted = Client(server).send("POST", "/oai", urlencode(given).encode(), {"Content-Type": FORM})
    assert posted.status == 200
    first, second = checked(posted.text), ask(get, **given)
    assert ET.tostring(first[2]) == ET.tostring(second[2])
    assert first[1].attrib == given
    repeated = Client(server).send(
        "POST", "/oai?verb=Identify", urlencode(given).encode(), {"Content-Type": FORM}
    )
    assert code(checked(repeated.text)) == "badVerb"


def test_a_harvester_of_others_reads_every_record_once(server: Server) -> None:
    client = Sickle(f"http://127.0.0.1:{server.port}/oai")
    assert client.Identify().deletedRecord == "persistent"
    headers = [each.identifier for each in client.ListIdentifiers(metadataPrefix="oai_dc")]
    records = list(client.ListRecords(metadataPrefix="oai_dc"))
    assert len(headers) > 100 and len(set(headers)) == len(headers)
    assert [each.header.identifier for each in records] == headers
    by_set = [
        each.identifier
        for spec in {each.split(":")[2].split("/")[0] for each in headers}
        for each in client.ListIdentifiers(metadataPrefix="oai_dc", set=spec)
    ]
    assert sorted(by_set) == sorted(headers)
    assert {each.setSpec for each in client.ListSets()} >= {"insats", "aktor", "plats", "dokument"}
    initiative = client.GetRecord(identifier="oai:127.0.0.1:insats/q2wd", metadataPrefix="oai_dc")
    assert initiative.metadata["title"] == ["Samtal vid fikabordet", "Talks over coffee"]
    assert initiative.metadata["identifier"] == [BASE + "id/insats/q2wd"]
    assert {"Hälsa", "Health"} <= {text.split(" ")[0] for text in initiative.metadata["subject"]}
    assert initiative.metadata["language"] == ["en", "sv"]


def test_texts_say_which_language_they_are_in(get: Get) -> None:
    root = ask(get, verb="GetRecord", identifier="oai:127.0.0.1:insats/q2wd", metadataPrefix="oai_dc")
    titles = {each.get(LANGUAGE): each.text for each in root.iter(DC + "title")}
    assert titles == {"sv": "Samtal vid fikabordet", "en": "Talks over coffee"}


def test_as_rdf_a_record_is_the_record(get: Get) -> None:
    root = ask(get, verb="GetRecord", identifier="oai:127.0.0.1:insats/q2wd", metadataPrefix="rdf")
    metadata = root.find(f".//{OAI}metadata")
    assert metadata is not None and len(metadata) == 1
    schema = metadata[0].attrib.pop(XSI + "schemaLocation").split(" ")[1]
    assert get(schema).status == 200
    found = rdflib.Graph().parse(data=ET.tostring(metadata[0]), format="xml")
    whole = rdflib.Graph().parse(data=get("/insats/q2wd.ttl").text, format="turtle")
    assert len(found) > 20
    # The page's data has the names of what the record points at beside it.
    assert set(found) <= set(whole)
    own = {each for each in whole if str(each[0]).partition("#")[0] == BASE + "id/insats/q2wd"}
    assert set(found) == own


def test_nothing_internal_or_for_the_page_alone_is_given(get: Get) -> None:
    for prefix in ("oai_dc", "rdf"):
        token, seen = "", ""
        while True:
            given = {"resumptionToken": token} if token else {"metadataPrefix": prefix}
            reply = get("/oai?" + urlencode({"verb": "ListRecords"} | given)).text
            seen += reply
            token = next(iter(texts(checked(reply), "resumptionToken")), "")
            if not token:
                break
        for name in ("internalNote", "storyText", "consentReference"):
            assert name not in seen


def test_other_sites_may_read_it_and_nobody_keeps_it(get: Get) -> None:
    reply = get("/oai?verb=Identify", accept_encoding="gzip")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"] == "no-cache"
    assert get("/oai?verb=Identify", method="HEAD").status == 200
