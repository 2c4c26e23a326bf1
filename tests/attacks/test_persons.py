"""Personal numbers and addresses, written as people and programs write them, and what only looks like them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from catalogue.knowledge import turtle_files
from catalogue.outline import Outline
from catalogue.reports import Severity
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from catalogue.validation import validate
from tests.attacks.conftest import BASE, initiative
from tests.validation.samples import records

NUMBERS = (
    *("850615-1234", "19850615-1234", "198506151234", "8506151234", "850615+1234", "850675-1234"),
    *("850615 1234", "850615 - 1234", "850615  1234", "850615–1234", "850615—1234", "850615\u22121234"),
    *(
        "850615\u00ad-1234",
        "850615\u200b-1234",
        "850615\u2009-\u20091234",
        "850615\u2060-1234",
        "850615－1234",
    ),
    *(
        r"850615\n1234",
        r"850615-\n1234",
        r"850615\t1234",
        r"850615\\-1234",
        "850615**-**1234",
        "**850615**-1234",
    ),
    *(
        "1985-06-15-1234",
        "85-06-15-1234",
        "85 06 15-1234",
        "1985 06 15 1234",
        "1985 06 15 - 1234",
        "pnr850615-1234x",
    ),
    *("[850615-1234](https://x.example)", "[x](https://x.example/850615-1234)", "\u06f1 850615-1234"),
    # Other digits, dashes and spaces than the keyboard's.
    *(
        "８５０６１５-１２３４",
        "850615-１２３４",
        "٨٥٠٦١٥-١٢٣٤",
        "𝟴𝟱𝟬𝟲𝟭𝟱-𝟭𝟮𝟯𝟰",
        "850615\u207b1234",
        "⁸⁵⁰⁶¹⁵⁻¹²³⁴",
    ),
    *("850615/1234", "850615 / 1234", "19850615/1234", "850615\u00a0-\u00a01234", "850615\u200d-1234"),
    *("850615\u2e3a1234", "850615\u02d71234", "85\u00ad0615-1234", "8506\u200b15-1234", "850615\ufeff1234"),
    "850615 + 1234",
)
# Written in ways that much else is written too: the day and the check digit tell.
TRUE = (
    *("811218.9876", "811218, 9876", "(811218) 9876", "811218_9876", "811218: 9876", "811218 | 9876"),
    *("81 12 18 9876", "81.12.18-9876", "1981/12/18 9876", "1981-12-18 9876", "81/12/18/9876"),
    *("8 1 1 2 1 8 9 8 7 6", "8 1 1 2 1 8 - 9 8 7 6", "1 9 8 1 1 2 1 8 9 8 7 6", "8.1.1.2.1.8.9.8.7.6"),
    *("701063.2391", "70 10 63 2391"),
)
HARMLESS = (
    *("212000-1355", "802001-1234", "556036-0793", "N132-0417/17", "SN 2015/01234", "Dnr 2019-0101-1234"),
    *(
        "2015-10-26",
        "20151026",
        "2015-10-26 16:00",
        "2014-01-01–2015-12-31",
        "2014-01-01-2015-12-31",
        "2019-01-01 2020",
    ),
    *(
        "20 230 101-1234 kronor",
        "12 345 678 901",
        "ISBN 978-91-7000-150-5",
        "år 2011, 2012, 2013",
        "kl. 08.30-16.30",
    ),
    # As the true ones above, but for the check digit, or for a day that no month has.
    *("811218.9877", "81 12 18 9875", "8 1 1 2 1 8 9 8 7 5", "810230, 9874", "1981-12-18, 9871"),
    *("14.01.01–2015.12.31", "140101/151231", "2014/01/01–2015/12/31", "20140101, 20151231"),
    *(
        "2016 2017 2018 2019",
        "10 11 12 2013",
        "100 000 till 200 000",
        "Bg 5050-1055",
        "10,15,1234",
        "110412, 2012",
    ),
)
ADDRESSES = (
    *("erik@example.se", "erik (at) example.se", "erik＠example.se", "erik﹫example.se", "erik @ example.se"),
    *("erik**@**example.se", r"erik\\@example.se", "[m](mailto:erik@example.se)", "erik@exämple.se"),
    *("070-123 45 67", "0701234567", "+46 70 123 45 67", "+46 (0)31-365 00 00", "070–1234567"),
    *("070-123\u200945\u200967", "(031) 365 00 00", "tel:0701234567", "0046701234567"),
)
TEXT = "Det här är en text som är lång nog för att gå igenom. {}. Och så slutar den."


@pytest.fixture(scope="module")
def told() -> Mapping[str, list[str]]:
    """What is said in errors of each text, all judged at once."""
    shapes = Shapes.load()
    world = Outline(shapes)
    for path in turtle_files("vocab"):
        for content in load_packaged(path, BASE).values():
            world.add(content)
    texts = (*NUMBERS, *TRUE, *HARMLESS, *ADDRESSES)
    given: dict[str, bytes] = {}
    for place, text in enumerate(texts):
        given |= records(initiative(f"t{place:03}", what=TEXT.format(text)))
    report = validate(given, lookup=lambda _: world.described, shapes=shapes)
    found: dict[str, list[str]] = {text: [] for text in texts}
    for result in report.results:
        if result.severity is Severity.VIOLATION:
            found[texts[int(result.record[-3:])]].append(result.message.sv)
    return found


@pytest.mark.parametrize("number", (*NUMBERS, *TRUE))
def test_a_personal_number_is_refused_however_it_is_written(
    told: Mapping[str, list[str]], number: str
) -> None:
    said = [each for each in told[number] if "personnummer" in each]
    assert said
    # A report may be printed or mailed: it does not spread the number.
    assert not any(last in each for each in said for last in ("1234", "１２３４", "9876", "9 8 7 6", "2391"))


@pytest.mark.parametrize("number", HARMLESS)
def test_other_numbers_pass(told: Mapping[str, list[str]], number: str) -> None:
    assert told[number] == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_or_telephone_number_in_a_text_is_refused(
    told: Mapping[str, list[str]], address: str
) -> None:
    assert told[address]
