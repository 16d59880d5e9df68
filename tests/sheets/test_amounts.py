from datetime import date
from decimal import Decimal

import pytest

from crmcli.sheets.amounts import decimal_sign, read_money, read_price, read_quantity, times
from crmcli.sheets.grid import Cell
from crmcli.sheets.options import ReadingOptions
from tests.sheets.conftest import OPTIONS

DOLLARS = ReadingOptions(today=date(2026, 11, 21), currency="USD")


@pytest.mark.parametrize(
    ("cell", "minor"),
    [(1200, 120000), (1200.5, 120050), ("1 234,56 ₽", 123456), ("1\u00a0234,56 руб.", 123456), ("(12,00)", -1200),
     ("-5", -500), (0, 0), (0.1 + 0.2, 30), ("1200", 120000), ("12 тыс.", 1200000), ("12,5 тыс. руб.", 1250000),
     ("1 234,5\u202fр.", 123450), ("₽ 500", 50000), ("\u22125", -500), ("1\u00a0234\u00a0567,00", 123456700)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(cell: Cell, minor: int) -> None:
    assert read_money(cell, ",", None, OPTIONS) == minor


@pytest.mark.parametrize(
    ("cell", "minor"), [("1'234.50", 123450), ("1’234.50", 123450), ("$1,234.56", 123456), ("($12.00)", -1200)]
)
def test_amounts_are_read_as_other_countries_write_them(cell: Cell, minor: int) -> None:
    assert read_money(cell, None, None, DOLLARS) == minor


def test_dollars_are_read_in_a_base_of_dollars() -> None:
    assert read_money("$1,234.56", ".", None, DOLLARS) == 123456


@pytest.mark.parametrize(
    "cell", ["#REF!", "#N/A", "NaN", "inf", float("nan"), float("inf"), True, "много", 1e30, date.max]
)
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"amount|too large"):
        read_money(cell, None, None, OPTIONS)


def test_another_currency_needs_a_rate() -> None:
    assert read_money("$10", None, None, OPTIONS) == 80000
    assert read_money(10, None, "USD", OPTIONS) == 80000
    with pytest.raises(ValueError, match="--rate EUR"):
        read_money("€10", None, None, OPTIONS)


def test_the_sign_in_the_cell_goes_before_the_column() -> None:
    assert read_money("10 ₽", None, "EUR", OPTIONS) == 1000


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1 200,50", "1.234"], ","),
        (["1,234", "12.50"], "."),
        (["1.234.567"], ","),
        (["1,234.56"], "."),
        (["1.234"], None),
        (["12,50", "12.50"], None),
        ([12.5, None, "100"], None),
    ],
)
def test_the_whole_column_tells_the_decimal_sign(cells: list[Cell], sign: str | None) -> None:
    assert decimal_sign(cells) == sign


def test_a_doubtful_point_is_read_by_its_column() -> None:
    assert read_money("1.234", ",", None, OPTIONS) == 123400
    assert read_money("1.234", ".", None, OPTIONS) == 123
    with pytest.raises(ValueError, match="could be"):
        read_money("1.234", None, None, OPTIONS)


def test_fractions_of_a_kopeck_in_a_price_are_not_lost() -> None:
    price = read_price("0,0125", ",", None, OPTIONS)
    assert price == Decimal("1.25")
    assert times(price, 1000 * 1000) == 1250


def test_a_price_of_many_millions_is_read() -> None:
    assert times(read_price("150 000 000", None, None, OPTIONS), 1000) == 15_000_000_000


@pytest.mark.parametrize(("cell", "thousandths"), [(2, 2000), ("1,5 кг", 1500), ("3 шт.", 3000), (-4, -4000)])
def test_quantities_are_read_in_thousandths(cell: Cell, thousandths: int) -> None:
    assert read_quantity(cell, ",") == thousandths
