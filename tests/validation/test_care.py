"""What could point out a person: personal identity numbers, and addresses and numbers in texts and contacts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.reports import Severity
from catalogue.shapes import Shapes
from catalogue.validation import validate
from tests.validation.conftest import Judge, Stored, told
from tests.validation.samples import INITIATIVE, RECORDS, STORY, records

_CONTACT = """<id/insats/bcdf> dcat:contactPoint <id/insats/bcdf#kontakt> .
<id/insats/bcdf#kontakt> a vcard:Organization ; vcard:fn "Mottagningen"@sv ; """
_NUMBER = "811218-9876"
_TELLS = "ser ut som ett personnummer"


def saying(text: str) -> str:
    return INITIATIVE + f'<id/insats/bcdf> pivi:results "{text}"@sv .'


# ---------------------------------------------------------------- Personal identity numbers


@pytest.mark.parametrize(
    "number",
    [
        "811218-9876",
        "8112189876",
        "19811218-9876",
        "198112189876",
        "181218+9876",
        "811218 9876",
        "811218–9876",
        "811218 - 9876",
        "701063-2391",  # samordningsnummer: the day and 60
        "20050191-2391",
    ],
)
def test_a_personal_number_in_a_text_is_refused(judge: Judge, number: str) -> None:
    for text in (f"Nr {number}.", number, f"({number})", f"a\\n{number}\\nb"):
        report = judge(saying(text))
        assert _TELLS in told(report), text
        assert not report.conforms


@pytest.mark.parametrize(
    "harmless",
    [
        "212000-1355",  # Göteborgs Stad
        "202100-5489",
        "16212000-1355",
        "811318-9876",  # no month 13
        "811232-9876",  # no day 32 or 92
        "811292-9876",
        "2014-01-01–2015-12-31",
        "2015-10-26 1600",
        "10 000 000 kronor",
        "978-91-44-09256-0",
        "1234567890123456",
        "SN 2015/00123",
    ],
)
def test_a_number_of_something_else_passes(judge: Judge, harmless: str) -> None:
    report = judge(saying(f"Se {harmless} för mer."))
    assert not report.results, report.text()


def test_the_report_does_not_spread_the_number(judge: Judge) -> None:
    report = judge(saying(f"Hans nummer är {_NUMBER}, sa de."))
    assert "811218-••••" in told(report)
    assert "9876" not in report.text("sv") + report.text("en")


@settings(max_examples=60, deadline=None)
@given(
    born=st.dates(dt.date(1890, 1, 1), dt.date(2030, 12, 31)),
    last=st.integers(0, 9999),
    century=st.booleans(),
    coordination=st.booleans(),
    separator=st.sampled_from(["-", "", " ", "+"]),
    before=st.text(alphabet=" .,:;()/abcåäö-", max_size=5),
)
def test_every_personal_number_is_refused_wherever_it_stands(
    shapes: Shapes,
    stored: Stored,
    born: dt.date,
    last: int,
    century: bool,
    coordination: bool,
    separator: str,
    before: str,
) -> None:
    year = f"{born:%Y}" if century else f"{born:%y}"
    day = born.day + 60 if coordination else born.day
    number = f"{year}{born:%m}{day:02}{separator}{last:04}"
    report = validate(records(saying(f"x{before}{number}")), lookup=stored, shapes=shapes)
    assert _TELLS in told(report)


@pytest.mark.parametrize("name", RECORDS)
def test_no_text_of_any_record_may_hold_a_personal_number(judge: Judge, shapes: Shapes, name: str) -> None:
    """Every literal that any field takes, of the record and of its parts, one after the other."""
    ((iri, content),) = records(RECORDS[name]).items()
    for line in content.decode().splitlines():
        if not line.rstrip(" .").endswith(('"', "@sv")):
            continue
        start, end = line.index('"') + 1, line.rindex('"')
        changed = f"{line[:start]}{line[start:end]} {_NUMBER}{line[end:]}"
        report = judge({iri: content.replace(line.encode(), changed.encode())})
        assert not report.conforms, changed


@pytest.mark.parametrize("name", RECORDS)
def test_the_address_of_a_record_may_not_hold_a_personal_number(judge: Judge, name: str) -> None:
    ((iri, content),) = records(RECORDS[name]).items()
    numbered = iri.rpartition("/")[0] + f"/{_NUMBER}"
    report = judge({numbered: content.replace(iri.encode(), numbered.encode())})
    assert _TELLS in told(report)


@pytest.mark.parametrize(
    "path",
    [
        _NUMBER,
        "8112189876",
        "fil-19811218-9876.pdf",
        "?nr=811218%2D9876",
        "811218%209876",
        "811218+9876",
        "811218_9876",
        "1981-12-18-9876",
        "701063-2391",
        "811218%E2%80%939876",
        "%EF%BC%98%EF%BC%91%EF%BC%91%EF%BC%92%EF%BC%91%EF%BC%98-9876",
    ],
)
def test_a_link_may_not_hold_a_personal_number(judge: Judge, path: str) -> None:
    report = judge(INITIATIVE + f"<id/insats/bcdf> foaf:page <https://example.se/{path}> .")
    assert _TELLS in told(report)
    assert not report.conforms
    assert "9876" not in told(report) and "2391" not in told(report)


@pytest.mark.parametrize(
    "path",
    [
        "20190101-1234",  # the check digit is another
        "dok/201901011234.pdf",
        "2019/01/01/1235",
        "20190231-1232",  # no such day
        "811318-9875",
        "212000-1355",
        "1981218-9876",
        "1811218-98761",
    ],
)
def test_a_link_may_hold_a_number_that_is_no_person_s(judge: Judge, path: str) -> None:
    report = judge(INITIATIVE + f"<id/insats/bcdf> foaf:page <https://example.se/{path}> .")
    assert not report.results, report.text()


def test_internal_fields_may_not_hold_a_personal_number_either(judge: Judge) -> None:
    assert _TELLS in told(judge(INITIATIVE + f'<id/insats/bcdf> pivi:internalNote "{_NUMBER}" .'))
    assert _TELLS in told(judge(STORY.replace("S-2015-7", _NUMBER)))


# ---------------------------------------------------------------- Running text


@pytest.mark.parametrize(
    "address",
    [
        "anna@goteborg.se",
        "anna.berg@socialresurs.goteborg.se",
        "åsa@exempel.se",
        "anna (at) goteborg.se",
        "a＠b.se",
    ],
)
def test_an_e_mail_address_in_a_text_is_refused(judge: Judge, address: str) -> None:
    report = judge(saying(f"Skriv till {address}, så svarar vi."))
    assert "innehåller en e-postadress" in told(report)
    assert "funktionsbrevlåda" in told(report)


@pytest.mark.parametrize("text", ["Vi ses @ torget.", "Pris 8 @ 10 kr.", "Skriv till mottagningen."])
def test_a_text_without_an_e_mail_address_passes(judge: Judge, text: str) -> None:
    assert not judge(saying(text)).results


@pytest.mark.parametrize(
    "number",
    [
        "031-365 00 00",
        "0313650000",
        "031-3650000",
        "(031) 365 00 00",
        "08-123 456 78",
        "0304-12 34 56",
        "070-123 45 67",
        "070 123 45 67",
        "070/1234567",
        "+46 31 365 00 00",
        "+46 (0)31-365 00 00",
        "0046 31 365 00 00",
        "+4631 3650000",
    ],
)
def test_a_telephone_number_in_a_text_is_refused(judge: Judge, number: str) -> None:
    for text in (f"Ring {number}!", number, f"Tel: {number}."):
        assert "innehåller ett telefonnummer" in told(judge(saying(text))), text


@pytest.mark.parametrize(
    "harmless",
    [
        "åren 2014–2016",
        "2015-10-26 08.00–16.30",
        "dnr 0123/20",
        "SN 2018-0431-12345",
        "212000-1355",
        "1 200 000 besök",
        "0,012345",
        "01-02-2015",
        "https://example.se/nyhet/0313650000",
        "klockan 08–16",
        "ISBN 978-91-44-09256-0",
    ],
)
def test_other_figures_in_a_text_pass(judge: Judge, harmless: str) -> None:
    report = judge(saying(f"Det var {harmless}, ungefär."))
    assert not report.results, report.text()


# ---------------------------------------------------------------- Contacts


@pytest.mark.parametrize(
    "way",
    [
        "vcard:hasEmail <mailto:mottagning@example.se>",
        "vcard:hasEmail <mailto:social.nordost@goteborg.se>",
        "vcard:hasEmail <mailto:info.enheten@goteborg.se>",
        'schema:telephone "031-365 00 00"',
        'schema:telephone "08-123 456 78"',
        'schema:telephone "+46 31 365 00 00"',
        "foaf:page <https://goteborg.se/kontakt>",
    ],
)
def test_a_function_can_be_reached(judge: Judge, way: str) -> None:
    report = judge(INITIATIVE + _CONTACT + way + " .")
    assert not report.results, report.text()


@pytest.mark.parametrize(
    ("way", "word"),
    [
        ("vcard:hasEmail <mailto:anna.berg@goteborg.se>", "ser ut som en persons"),
        ("vcard:hasEmail <mailto:asa_lind@goteborg.se>", "ser ut som en persons"),
        ('schema:telephone "070-123 45 67"', "mobilnummer"),
        ('schema:telephone "+46 76 123 45 67"', "mobilnummer"),
    ],
)
def test_what_looks_like_a_person_s_is_warned_of_and_may_pass(judge: Judge, way: str, word: str) -> None:
    report = judge(INITIATIVE + _CONTACT + way + " .")
    assert [result.severity for result in report.results] == [Severity.WARNING]
    assert word in told(report)
    assert report.conforms


@pytest.mark.parametrize(
    "way",
    [
        'vcard:hasEmail "mottagning@example.se"',
        "vcard:hasEmail <https://example.se/>",
        "vcard:hasEmail <mailto:mottagning>",
        "vcard:hasEmail <mailto:a@example.se?cc=b@example.se>",
        'schema:telephone "811218-9876"',
        'schema:telephone "växeln"',
        'schema:telephone "031-365 00 00\\n"',
        'schema:telephone "031-365 00 00" , "031-365 00 01"',
        "foaf:page <mailto:mottagning@example.se>",
    ],
)
def test_other_ways_to_reach_somebody_are_refused(judge: Judge, way: str) -> None:
    assert not judge(INITIATIVE + _CONTACT + way + " .").conforms


def test_a_contact_without_any_way_to_reach_it_is_refused(judge: Judge) -> None:
    report = judge(INITIATIVE + _CONTACT.rstrip(" ;") + " .")
    assert "varken e-post, telefon eller kontaktsida" in told(report)
