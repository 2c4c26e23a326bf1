"""Numbers as readers write them."""

from __future__ import annotations

import pytest

from app.formatting import decimal, number, percent


@pytest.mark.parametrize(
    ("text", "swedish", "english"), [("0.25", "0,25", "0.25"), ("-1.5", "-1,5", "-1.5"), ("12", "12", "12")]
)
def test_decimals_have_a_comma_in_swedish_and_a_point_in_english(
    text: str, swedish: str, english: str
) -> None:
    assert (decimal(text), decimal(text, "en")) == (swedish, english)


def test_thousands_stand_apart() -> None:
    assert (number(1_234_567), number(1_234_567, "en")) == ("1\u00a0234\u00a0567", "1,234,567")
    assert percent(38) == "38\u00a0%"
