"""What the two engines spell differently, and must mean alike."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Date, Text, cast, literal, null, select

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.schema.functions import (
    days_between,
    folded,
    greatest_of,
    json_members,
    json_value,
    month_of,
    months_of,
    plus_days,
    total,
)
from crmcli.values.text import search_key

NEW_YEAR = date(2026, 1, 1)


def value_of(base: Base, expression: Any) -> Any:
    """What an expression is on this base."""
    with reading(base) as connection:
        return connection.execute(select(expression)).scalar_one()


@pytest.mark.parametrize(
    ("later", "earlier", "days"),
    [
        (NEW_YEAR, NEW_YEAR, 0),
        (date(2024, 3, 1), date(2024, 2, 28), 2),  # a leap year
        (NEW_YEAR, date(2026, 1, 31), -30),
        (date(9999, 12, 31), date(1, 1, 1), 3652058),
    ],
)
def test_days_between_counts_whole_days(base: Base, later: date, earlier: date, days: int) -> None:
    found = value_of(base, days_between(literal(later), literal(earlier)))
    assert (found, type(found)) == (days, int)


@pytest.mark.parametrize("days", [0, 1, 59, -1, 100_000])
def test_plus_days_is_the_date_so_many_days_later(base: Base, days: int) -> None:
    found = value_of(base, plus_days(literal(NEW_YEAR), literal(days)))
    assert found == date.fromordinal(NEW_YEAR.toordinal() + days)


def test_plus_days_of_no_date_is_none(base: Base) -> None:
    assert value_of(base, plus_days(cast(null(), Date), literal(3))) is None


def test_months_of_counts_on_from_month_to_month(base: Base) -> None:
    days = (date(1, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(9999, 12, 31))
    assert [value_of(base, months_of(literal(day))) for day in days] == [12, 24287, 24288, 24289, 119999]


@pytest.mark.parametrize(("day", "month"), [(date(2026, 3, 31), "2026-03"), (date(987, 12, 1), "0987-12")])
def test_month_of_is_year_and_month_as_text(base: Base, day: date, month: str) -> None:
    assert value_of(base, month_of(literal(day))) == month


def test_greatest_of_ignores_what_is_not_known(base: Base) -> None:
    nothing, early, late = cast(null(), Date), literal(NEW_YEAR), literal(date(2026, 2, 1))
    found = [
        value_of(base, greatest_of(a, b, type_=Date))
        for a, b in ((early, late), (late, early), (early, nothing), (nothing, late), (nothing, nothing))
    ]
    assert found == [date(2026, 2, 1), date(2026, 2, 1), NEW_YEAR, date(2026, 2, 1), None]


def test_json_value_is_a_member_of_its_type_or_none(base: Base) -> None:
    text = literal('{"contact_id": 7, "deal_id": null, "sent": true, "on": "2026-01-01", "extra": {"a": [1]}}', Text)
    kinds = {"contact_id": BigInteger(), "deal_id": BigInteger(), "absent": Text(), "sent": Boolean(), "on": Date()}
    found = [value_of(base, json_value(text, name, type_=kind)) for name, kind in kinds.items()]
    assert found == [7, None, None, True, NEW_YEAR]
    assert value_of(base, json_value(text, "extra", type_=JSON())) == {"a": [1]}


def test_total_is_an_integer_and_zero_of_nothing(base: Base) -> None:
    found = [value_of(base, total(number)) for number in (literal(5, BigInteger), cast(null(), BigInteger))]
    assert found == [5, 0]
    assert all(type(number) is int for number in found)


@pytest.mark.parametrize(
    "text",
    ["АЯЁё", "Нижний\u00a0 Новгород \n", "ABC  xyz", "É Ü Å", "Straße ẞ", "ﬁ №5 ½", "ΟΔΟΣ", "50%_\\'\"", "", " "],
)
def test_folded_is_the_search_key_of_a_text(base: Base, text: str) -> None:
    assert value_of(base, folded(literal(text))) == search_key(text)


def test_folded_of_nothing_is_nothing(base: Base) -> None:
    assert value_of(base, folded(cast(null(), Text))) is None


def test_json_members_are_rows_of_key_and_text(base: Base) -> None:
    odd = {"a.b": "1", '"$[0]': "x", "Размер": "XL\n", "": "y"}
    members = json_members(literal(odd, JSON)).table_valued("key", "value")
    with reading(base) as connection:
        assert {row.key: row.value for row in connection.execute(select(members.c.key, members.c.value))} == odd
