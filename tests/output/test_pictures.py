"""Numbers drawn with characters."""

import io
import json

import pytest

from crmcli.output.pictures import BAR, bar, line, shade
from crmcli.output.records import write_json
from crmcli.output.result import Column, Listing
from crmcli.output.separated import write_csv
from crmcli.output.table import write
from crmcli.output.values import Look, for_people

DRAWN = Listing(
    (
        Column("month"),
        Column("rate", kind="rate"),
        Column("back", kind="heat"),
        Column("much", kind="bar"),
        Column("way", kind="line"),
    ),
    [
        {"month": "May", "rate": 0.5, "back": 1, "much": 1, "way": [1, 2, None, 4]},
        {"month": "June", "rate": 0.25, "back": 0.256, "much": 0.5, "way": [0, 0, 0, 0]},
    ],
    2,
)


@pytest.mark.parametrize(
    ("fraction", "drawn"),
    [(1, "█" * BAR), (0.5, "█" * (BAR // 2)), (0, ""), (0.0001, "▏"), (-1, ""), (7, "█" * BAR), (1.5 / BAR, "█▌")],
)
def test_a_bar_is_as_long_as_its_fraction_and_shows_the_least_of_something(fraction: float, drawn: str) -> None:
    assert bar(fraction) == drawn


def test_a_line_is_as_high_as_its_values_beside_the_highest() -> None:
    assert line([0, 1, 4, 8, None, 16]) == "▁▁▃▅ █"
    assert line([]) == ""
    assert line([0, 0]) == "▁▁"


def test_a_shade_is_the_darker_the_more() -> None:
    assert [shade(fraction) for fraction in (0, 0.1, 0.3, 0.5, 0.7, 1, 3)] == [" ", " ", "░", "▒", "▓", "█", "█"]


def test_a_heat_column_is_darkest_where_it_is_full() -> None:
    column = Column("back", kind="heat", full=0.2)
    assert [for_people(rate, column, Look()) for rate in (0.2, 0.1, 0.01)] == ["20% █", "10% ▒", "1%  "]


def test_without_such_characters_all_is_drawn_in_ascii() -> None:
    drawn = bar(0.3, ascii_only=True) + line([1, None, 2], ascii_only=True) + shade(0.5, ascii_only=True)
    assert drawn.isascii()
    assert bar(0.3, ascii_only=True).strip()


def test_a_table_has_the_pictures_and_programs_have_the_numbers() -> None:
    shown, data, separated = io.StringIO(), io.StringIO(), io.StringIO()
    write(DRAWN, shown, Look())
    write_json(DRAWN, data, Look())
    write_csv(DRAWN, separated, Look())
    assert [text.split() for text in shown.getvalue().splitlines()[2:]] == [
        ["May", "50%", "100%", "█", "█" * BAR, "▃▅", "█"],
        ["June", "25%", "26%", "░", "█" * (BAR // 2), "▁▁▁▁"],
    ]
    assert json.loads(data.getvalue())[1] == {"month": "June", "rate": 0.25, "back": 0.256}
    assert separated.getvalue().splitlines()[0] == "month,rate,back"
