from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from crmcli.output.result import Column, Kind
from crmcli.output.values import Look, column_for_people, for_people, for_program

ROUBLES, YEN, DINARS = Look(), Look("JPY"), Look("KWD")


@pytest.mark.parametrize(
    ("value", "kind", "look", "written"),
    [
        (120050, "money", ROUBLES, "1200.50"), (-5, "money", ROUBLES, "-0.05"), (1200, "money", YEN, "1200"),
        (1500, "money", DINARS, "1.500"), (0, "money", ROUBLES, "0.00"), (None, "money", ROUBLES, None),
        (1500, "quantity", ROUBLES, "1.5"), (-2000, "quantity", ROUBLES, "-2"), (10**9, "quantity", ROUBLES, "1000000"),
        (1 / 3, "rate", ROUBLES, 0.3333), (Decimal("0.66666"), "rate", ROUBLES, 0.6667), (1, "rate", ROUBLES, 1.0),
        (None, "rate", ROUBLES, None), (1.5, "number", ROUBLES, 1.5), (date(2026, 7, 1), "date", ROUBLES, "2026-07-01"),
        (time(14, 5), "time", ROUBLES, "14:05:00"),
        (datetime.fromisoformat("2026-07-01T14:05"), "time", ROUBLES, "2026-07-01T14:05:00"),
        (None, "date", ROUBLES, None), (("a", "b"), "texts", ROUBLES, ["a", "b"]), (None, "texts", ROUBLES, []),
        ({"a": "b"}, "fields", ROUBLES, {"a": "b"}), (None, "fields", ROUBLES, {}), (0, "flag", ROUBLES, False),
        (None, "flag", ROUBLES, None), (7, "int", ROUBLES, 7), ("", "text", ROUBLES, ""), (None, "text", ROUBLES, None),
    ],
)  # fmt: skip
def test_programs_get_plain_values(value: Any, kind: Kind, look: Look, written: Any) -> None:
    found = for_program(value, Column("x", kind=kind), look)
    assert (found, type(found)) == (written, type(written))


@pytest.mark.parametrize(
    ("value", "kind", "look", "shown"),
    [
        (120050, "money", ROUBLES, "1\u00a0200.50"), (120000, "money", ROUBLES, "1\u00a0200"),
        (-5, "money", ROUBLES, "-0.05"), (-120000, "money", ROUBLES, "-1\u00a0200"), (0, "money", ROUBLES, "0"),
        (10**13, "money", ROUBLES, "100\u00a0000\u00a0000\u00a0000"), (1234567, "money", YEN, "1\u00a0234\u00a0567"),
        (0.9437, "rate", ROUBLES, "94.4%"), (1, "rate", ROUBLES, "100%"), (0, "rate", ROUBLES, "0%"),
        (1.14, "number", ROUBLES, "1.1400"),
        (1500, "quantity", ROUBLES, "1.5"), (["a", "b"], "texts", ROUBLES, "a, b"), ([], "texts", ROUBLES, ""),
        ({"size": "XL", "b": 1}, "fields", ROUBLES, "size: XL, b: 1"), (True, "flag", ROUBLES, "yes"),
        (False, "flag", ROUBLES, "no"), (time(14, 5), "time", ROUBLES, "14:05"), (None, "money", ROUBLES, ""),
        (date(2026, 7, 1), "date", ROUBLES, "2026-07-01"), ("a\nb\x1b", "text", ROUBLES, "a b␛"),
        (["\x1b[0m"], "texts", ROUBLES, "␛[0m"), ({"\x07": "\x00"}, "fields", ROUBLES, "␇: ␀"),
    ],
)  # fmt: skip
def test_people_get_readable_values(value: Any, kind: Kind, look: Look, shown: str) -> None:
    assert for_people(value, Column("x", kind=kind), look) == shown


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (0.9437, "rate", "94%"), (0.99999, "rate", ">99%"), (0.992, "rate", ">99%"), (0.99, "rate", "99%"),
        (1.0, "rate", "100%"), (0.0, "rate", "0%"), (1e-9, "rate", "<1%"), (0.01, "rate", "1%"), (None, "rate", ""),
        (3.9452, "number", "3.95"), (0.0, "number", "0.00"), (120050, "money", "1\u00a0200"), (49, "money", "0"),
    ],
)  # fmt: skip
def test_people_see_no_more_of_an_estimate_than_is_known(value: Any, kind: Kind, shown: str) -> None:
    column = Column("x", kind=kind, rough=True)
    assert for_people(value, column, ROUBLES) == shown
    assert column_for_people(column, [{"x": value}], ROUBLES) == [shown]
    assert for_program(value, column, ROUBLES) == for_program(value, Column("x", kind=kind), ROUBLES)


def test_in_a_column_all_amounts_show_their_fraction_where_one_has_one() -> None:
    column = Column("x", kind="money")
    assert column_for_people(column, [{"x": 120050}, {"x": 500}, {}], ROUBLES) == ["1\u00a0200.50", "5.00", ""]
    assert column_for_people(column, [{"x": 120000}, {"x": 500}], ROUBLES) == ["1\u00a0200", "5"]


def test_in_a_column_all_rates_show_their_fraction_where_one_has_one() -> None:
    column = Column("x", kind="rate")
    assert column_for_people(column, [{"x": 1}, {"x": 0.944}], ROUBLES) == ["100.0%", "94.4%"]
    assert column_for_people(column, [{"x": 1}, {"x": 0.5}], ROUBLES) == ["100%", "50%"]
