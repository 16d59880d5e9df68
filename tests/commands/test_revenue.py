"""What moved the revenue, through the program; today is 1 July 2026."""

from datetime import date
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_employee, add_refund, add_sale, add_sales, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

KEYS = [
    "period", "group", "buyers", "sales", "revenue", "mean_sale", "sales_per_buyer", "refunds", "change",
    "change_from_buyers", "change_from_mean_sale", "change_from_sales_per_buyer",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        olga, web = add_employee(writer, "Olga"), add_channel(writer, "Web")
        anna, ivan = add_contact(writer, "Anna"), add_contact(writer, "Ivan")
        add_sales(writer, anna, date(2025, 5, 10), date(2025, 6, 1), amount=400_00)
        add_sales(writer, anna, date(2026, 5, 10), date(2026, 5, 20), date(2026, 7, 1), amount=500_00)
        add_sale(writer, ivan, date(2026, 5, 12), 500_01, owner_id=olga, channel_id=web)
        add_refund(writer, ivan, date(2026, 5, 13), 20_00, owner_id=olga)
        add_sale(writer, None, date(2026, 5, 14), 70_00)


@pytest.mark.usefixtures("shop")
def test_a_row_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("revenue", "--from", "2026-05-01", "--to", "2026-05-31")
    assert [list(row) for row in rows] == [KEYS] * 2
    assert rows[0] == {
        "period": "2026-05-01..2026-05-31",
        "group": None,
        "buyers": 2,
        "sales": 3,
        "revenue": "1500.01",
        "mean_sale": "500.00",
        "sales_per_buyer": 1.5,
        "refunds": "20.00",
        "change": "1500.01",
        "change_from_buyers": "1500.01",
        "change_from_mean_sale": "0.00",
        "change_from_sales_per_buyer": "0.00",
    }
    assert rows[1] == dict.fromkeys(KEYS) | {
        "period": "2026-05-01..2026-05-31",
        "group": "unattributed",
        "sales": 1,
        "revenue": "70.00",
        "mean_sale": "70.00",
        "refunds": "0.00",
        "change": "70.00",
    }


@pytest.mark.usefixtures("shop")
def test_without_options_the_last_twelve_months_are_told(ask: Asked) -> None:
    rows = [row for row in ask("revenue") if row["group"] is None]
    assert (rows[0]["period"], rows[-1]["period"], len(rows)) == ("2025-08", "2026-07", 12)
    assert [row["revenue"] for row in rows[-3:]] == ["1500.01", "0.00", "500.00"]
    assert rows[-1]["change"] == "500.00"  # the first day of July against the first of June


@pytest.mark.usefixtures("shop")
def test_periods_before_the_first_purchase_are_left_out(ask: Asked) -> None:
    for words, first, last in (
        (("--by", "quarter"), "2025-Q2", "2026-Q3"),
        (("--by", "year"), "2025", "2026"),
        (("--by", "month", "--from", "1901-01-01", "--to", "2025-06-30"), "2025-05", "2025-06"),
        (("--by", "month", "--as-of", "2025-07-15"), "2025-05", "2025-07"),
    ):
        periods = [row["period"] for row in ask("revenue", *words)]
        assert (periods[0], periods[-1]) == (first, last)


@pytest.mark.usefixtures("shop")
def test_each_month_is_compared_with_the_one_before_or_that_of_a_year_ago(ask: Asked) -> None:
    may = [
        next(row for row in ask("revenue", "--by", "month", *words) if row["period"] == "2026-05")
        for words in ((), ("--compare", "previous"), ("--compare", "year-ago"))
    ]
    assert [row["change"] for row in may] == ["1500.01", "1500.01", "1100.01"]
    parts = [may[2][key] for key in KEYS[-3:]]
    assert sum(round(float(part) * 100) for part in parts) == 1100_01
    assert all(float(part) > 0 for part in parts)


@pytest.mark.usefixtures("shop")
def test_a_period_is_compared_with_any_other(ask: Asked) -> None:
    for words, change in (
        ("--compare 2025-05-01..2025-06-30", "1200.01"),
        ("--compare year-ago", "1200.01"),
        ("--from 2026-05-01 --to 2026-05-31 --compare 2025-06-01..2025-06-01", "1100.01"),
        ("--from 2026-05-15 --to 2026-05-24 --compare previous", "-500.01"),
        ("--as-of 2026-06-30 --compare 01.05.2025..31.05.2025", "1100.01"),
    ):
        assert ask("revenue", *words.split())[0]["change"] == change, words


@pytest.mark.usefixtures("shop")
def test_groups_are_told_by_revenue_of_the_last_twelve_months(ask: Asked) -> None:
    rows = ask("revenue", "--by", "owner")
    assert [(row["group"], row["buyers"], row["revenue"], row["refunds"]) for row in rows] == [
        (None, 1, "1500.00", "0.00"), ("Olga", 1, "500.01", "20.00"), ("unattributed", None, "70.00", "0.00"),
    ]  # fmt: skip
    assert {row["period"] for row in rows} == {"2025-07-02..2026-07-01"}
    assert [row["group"] for row in ask("revenue", "--by", "channel")] == [None, "Web", "unattributed"]
    assert ask("revenue", "--by", "owner", "--compare", "year-ago")[0]["change"] == "700.00"


def test_by_product_the_lines_count_and_buyers_do_not_add_up(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    do("product", "add", "Tea")
    do("product", "add", "Cup")
    do("purchase", "add", "Anna", "--line", "Tea=300", "--line", "Cup=100", "--line", "Tea=50")
    do("purchase", "add", "Anna", "77")
    told = [(row["group"], row["buyers"], row["sales"], row["revenue"]) for row in ask("revenue", "--by", "product")]
    assert told == [("Tea", 1, 1, "350.00"), ("Cup", 1, 1, "100.00"), (None, 1, 1, "77.00")]
    assert "(no product)" in do("revenue", "--by", "product")


@pytest.mark.usefixtures("shop")
def test_people_see_what_it_is_made_of_and_what_moved_it(do: Said) -> None:
    shown = do("revenue")
    made_of, moved_by = shown.split("\n\n")
    assert "█" in made_of
    assert "All together: 2 buyers x 500 x 2.0 sales each = 2\u00a0000.01. Given back and not taken off: 20." in made_of
    assert "Apart from these: 1 sale without a customer, 70." in made_of
    assert "What moved it, against the month before" in moved_by
    assert "2026-07 up to 2026-07-01 is compared with the same days, 2026-06-01..2026-06-01." in moved_by
    assert "unattributed" not in shown


@pytest.mark.usefixtures("shop")
def test_groups_have_a_trend_and_those_without_one_are_told(do: Said) -> None:
    shown = do("revenue", "--by", "owner", "--as-of", "2026-05-31")
    assert "Revenue = buyers x mean sale x sales each, 2025-06-01..2026-05-31" in shown
    moved_by = shown.split("What moved it, against 2024-06-01..2025-05-31")[1]
    lines = {line.split("  ")[0]: line for line in moved_by.splitlines()}
    assert "▄▁▁▁▁▁▁▁▁▁▁█" in lines["(no owner)"]
    assert "▁▁▁▁▁▁▁▁▁▁▁█" in lines["Olga"]


@pytest.mark.usefixtures("shop")
def test_what_moved_the_whole_period_is_said_where_something_parts_it(do: Said) -> None:
    """From one buyer of one sale of 400 to two of three for 1500.01: L = 1100.01 / ln 3.750025."""
    words = ("--from", "2026-05-01", "--to", "2026-06-30", "--compare", "2025-06-01..2025-06-30")
    reason = "576.86 from buyers, 185.71 from the mean sale, 337.44 from sales each."
    assert f"All together 1\u00a0100.01 against 2025-06-01..2025-06-30: {reason}" in do(
        "revenue", "--by", "owner", *words
    )
    assert do("revenue", *words).count("All together") == 1
    assert "All together 1\u00a0100.01" not in do(
        "revenue", "--by", "month", "--to", "2026-06-30", "--from", "2026-06-01"
    )


@pytest.mark.usefixtures("shop")
def test_money_given_back_without_a_customer_is_told(base: Base, do: Said) -> None:
    with building(base) as writer:
        add_refund(writer, None, date(2026, 6, 3), 30_00)
    assert "Apart from these: 1 sale without a customer, 70, and 30 given back." in do("revenue")
    shown = do("revenue", "--by", "owner", "--from", "2026-06-02", "--to", "2026-06-30")
    assert "0 sales without a customer, 0, and 30 given back." in shown


@pytest.mark.usefixtures("shop")
def test_machine_formats_have_neither_bars_nor_two_tables(crm: Run) -> None:
    lines = crm("revenue", "--by", "year", "--format", "csv").out.splitlines()
    assert lines[0] == ",".join(KEYS)
    assert [line.split(",")[0] for line in lines[1:]] == ["2025", "2026", "2026"]


@pytest.mark.usefixtures("shop")
def test_a_limit_leaves_the_latest_months_and_the_largest_groups(ask: Asked, do: Said) -> None:
    assert [row["period"] for row in ask("revenue", "--limit", "2")] == ["2026-06", "2026-07"]
    assert [row["revenue"] for row in ask("revenue", "--by", "owner", "--limit", "1")] == ["1500.00"]
    assert "3 of 12; --limit 12 shows all." in do("revenue", "--limit", "3")


@pytest.mark.usefixtures("shop")
def test_a_period_without_purchases_is_told_in_words(do: Said, ask: Asked) -> None:
    assert "No purchases in this period." in do(
        "revenue", "--by", "owner", "--from", "2026-06-02", "--to", "2026-06-03"
    )
    row = ask("revenue", "--from", "2026-06-02", "--to", "2026-06-03")[0]
    assert (row["buyers"], row["mean_sale"], row["sales_per_buyer"], row["change"]) == (0, None, None, "0.00")
    assert "No purchases up to 2020-01-01." in do("revenue", "--as-of", "2020-01-01")


def test_a_base_without_purchases_is_told_in_words(do: Said, crm: Run, ask: Asked) -> None:
    do("contact", "add", "Anna")
    for words in ((), ("--by", "owner"), ("--compare", "year-ago")):
        assert do("revenue", *words) == "No purchases up to 2026-07-01."
        assert ask("revenue", *words) == []
    assert crm("revenue", "--fail-if-empty").code == 1


def test_one_customer_has_an_answer(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    do("purchase", "add", "Anna", "100")
    assert [(row["period"], row["change_from_buyers"]) for row in ask("revenue")] == [("2026-07", "100.00")]
    assert "All together: 1 buyer x 100 x 1.0 sales each = 100." in do("revenue")


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_asked_is_wrong_usage(refused: Said) -> None:
    for words, expected in (
        ("--by moon", "month, quarter, year, owner, channel, product"),
        ("--compare 2025", "is no period"),
        ("--compare 2025-02-01..2025-01-01", "ends before it begins"),
        ("--compare 2025-02-31..2025-04-01", "no date"),
        ("--by month --compare 2025-01-01..2025-03-31", "leave --by month out"),
        ("--from 2026-06-01 --to 2026-05-01", "before it begins"),
        ("--format ids", "no id"),
    ):
        assert expected in refused("revenue", *words.split(), code=2), words


@on_sqlite
@pytest.mark.parametrize(
    ("files", "words", "known"),
    [
        ("rfm_orders/rfm_data_orders.csv", "--from 2000-01-01 --to 2006-12-31", (995, 4906, "464158.00")),
        ("chinook/Customer.csv chinook/Invoice.csv", "--from 2021-01-01 --to 2025-12-22", (59, 412, "2328.60")),
    ],
)
def test_real_shops_have_the_figures_known_from_elsewhere(
    ask: Asked, shared_data: Path, files: str, words: str, known: tuple[int, int, str]
) -> None:
    for file in files.split():
        ask("import", shared_data / file, "--yes")
    (row,) = ask("revenue", *words.split())
    assert (row["buyers"], row["sales"], row["revenue"]) == known
