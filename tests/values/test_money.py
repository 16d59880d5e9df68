import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.money import EXPECTED, LIMIT, Amount, digits_of, read_amount, to_decimal, to_minor

NBSP, NARROW = "\u00a0", "\u202f"
MINORS = st.integers(-LIMIT, LIMIT)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1200", 1200_00),
        ("1200.5", 1200_50),
        ("1200,50", 1200_50),
        ("1 200,50", 1200_50),
        (f"1{NBSP}200,50", 1200_50),
        (f"1{NARROW}200,50", 1200_50),
        ("1\u2009234\u2009567", 1_234_567_00),
        ("1'234.50", 1234_50),
        ("1,234.56", 1234_56),
        ("1.234,56", 1234_56),
        ("1,234,567.89", 1_234_567_89),
        ("1.234.567,89", 1_234_567_89),
        ("1,234", 1234_00),
        ("1234,567", 1234_57),
        ("0,500", 50),
        ("0.500", 50),
        (",5", 50),
        (".5", 50),
        ("12k", 12_000_00),
        ("12K", 12_000_00),
        ("12к", 12_000_00),
        ("1,5к", 1500_00),
        ("2 тыс. руб.", 2000_00),
        ("2м", 2_000_000_00),
        ("3 млн", 3_000_000_00),
        ("0", 0),
        ("-0", 0),
        ("+5", 5_00),
        ("-5", -5_00),
        ("−5", -5_00),
        ("–5", -5_00),
        ("(1 200,50)", -1200_50),
        ("-$5", -5_00),
        ("$-5", -5_00),
        ("($5)", -5_00),
        ("  1200  ", 1200_00),
        ("0.005", 1),
        ("0.004999999999999999999999999999999999999999999999", 0),
        ("100000000000", LIMIT),
    ],
)
def test_amounts_are_read_in_russian_and_english_notation(text: str, minor: int) -> None:
    assert read_amount(text).minor == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1200", None), ("1200 ₽", "RUB"), ("1200 руб.", "RUB"), ("1200р", "RUB"), ("руб. 500", "RUB"),
        ("$500", "USD"), ("500 USD", "USD"), ("usd 500", "USD"), ("€500", "EUR"), ("500 kzt", "KZT"), ("5к руб", "RUB"),
        ("5k USD", "USD"), ("500 KRW", "KRW"), ("500 mdl", "MDL"),
    ],
)  # fmt: skip
def test_the_currency_is_read_where_the_text_names_one(text: str, currency: str | None) -> None:
    assert read_amount(text).currency == currency


@pytest.mark.parametrize(("text", "minor"), [("руб. 500", 500_00), ("р.1200", 1200_00), ("руб.50", 50_00)])
def test_the_dot_of_an_abbreviation_is_no_decimal_sign(text: str, minor: int) -> None:
    assert read_amount(text) == Amount(minor, "RUB")


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "()", "(5", "5)", "5-", "--5", "5-10", "руб", "много", "1e5", "1E400", "inf", "-inf", "nan", "NaN",
     "sNaN", "0x10", "1_000", "½", "²", "1,2,3", "1.2.3", "1,23,456.7", "1.2,3.4", "100 шт", "руб 5 руб", "5 коп 3",
     "12 50", "1 2 3", "1200 300", "1,5 000", "=5", "+-5", "1 200 50", "\x00", "5\n6", "9" * 61],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"is no amount: {EXPECTED}")):
        read_amount(text)


@pytest.mark.parametrize("text", ["100000000000.01", "-100000000000.01", "9" * 40, "9" * 60, "1000000млн"])
def test_more_than_ten_to_the_thirteenth_is_too_large_to_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="too large"):
        read_amount(text)


def test_a_point_before_three_digits_is_refused_as_ambiguous() -> None:
    with pytest.raises(ValueError, match=r"it could be 1234 or 1\.2340"):
        read_amount("1.234")
    assert read_amount("1.234", decimal=",").minor == 1234_00
    assert read_amount("1.234", decimal=".").minor == 1_23
    assert read_amount("1,234", decimal=",").minor == 1_23


def test_the_currency_tells_how_many_digits_its_minor_unit_has() -> None:
    assert [digits_of(code) for code in ("RUB", "USD", "JPY", "KRW", "RWF", "KWD", "XYZ")] == [2, 2, 0, 0, 0, 3, 2]
    assert read_amount("¥1,200", digits_of("JPY")).minor == 1200
    assert read_amount("1.5 KWD", digits_of("KWD")).minor == 1500


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [(120050, 2, "1200.50"), (-5, 2, "-0.05"), (0, 2, "0.00"), (1200, 0, "1200"), (-1, 0, "-1"), (1500, 3, "1.500"),
     (LIMIT, 2, "100000000000.00")],
)  # fmt: skip
def test_an_amount_is_written_as_a_decimal_string(minor: int, digits: int, text: str) -> None:
    assert to_decimal(minor, digits) == text


@given(MINORS, st.sampled_from([0, 2, 3]))
def test_an_amount_written_is_the_amount_read(minor: int, digits: int) -> None:
    written = to_decimal(minor, digits)
    assert to_minor(Decimal(written), digits) == minor
    assert read_amount(written, digits, decimal=".") == Amount(minor)


@given(MINORS, st.sampled_from([" ", NBSP, NARROW, "'"]), st.sampled_from([",", "."]))
def test_an_amount_in_groups_of_three_is_read(minor: int, space: str, sign: str) -> None:
    grouped = f"{abs(minor) // 100:,}".replace(",", space) + f"{sign}{abs(minor) % 100:02}"
    assert read_amount(f"-{grouped}" if minor < 0 else grouped).minor == minor


@pytest.mark.parametrize(
    ("number", "minor"),
    [(0.1 + 0.2, 30), (1.005, 101), (Decimal("0.125"), 13), (Decimal("-0.125"), -13), (1e-300, 0),
     (Decimal("1e-1000000"), 0), (2.675, 268)],
)  # fmt: skip
def test_a_number_is_rounded_half_up_by_its_shortest_form(number: Decimal | float, minor: int) -> None:
    assert to_minor(number) == minor


@pytest.mark.parametrize(
    "number",
    [float("nan"), float("inf"), float("-inf"), 1e308, Decimal("NaN"), Decimal("sNaN"), Decimal("1e1000000"), 10.0**17],
)
def test_what_is_no_number_or_far_too_large_is_a_value_error(number: Decimal | float) -> None:
    with pytest.raises(ValueError, match=r"no number|too large"):
        to_minor(number)


@given(
    st.text(max_size=70) | st.text("0123456789.,-+()'  kкmмрубUSD$₽eE−\u00a0\u202f", max_size=24),
    st.sampled_from([0, 2, 3, 5]),
    st.sampled_from([None, ",", "."]),
)
def test_any_text_is_an_amount_or_a_value_error(text: str, digits: int, decimal: str | None) -> None:
    with suppress(ValueError):
        amount = read_amount(text, digits, decimal)
        assert abs(amount.minor) <= LIMIT
        assert amount.currency is None or len(amount.currency) == 3


@given(st.floats() | st.decimals())
def test_any_number_is_minor_units_or_a_value_error(number: float | Decimal) -> None:
    with suppress(ValueError):
        assert isinstance(to_minor(number), int)
