import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from crmcli.output.result import Card, Column, Done, Listing
from crmcli.output.table import write
from crmcli.output.values import Look
from tests.output.conftest import CARD, CONTROLS, DONE, EMPTY, HOSTILE, LISTING, OBEYED, REPORT, in_pipe, named

OnTerminal = Callable[..., str]
CALLS = Listing(
    (
        Column("id", "Id", "int"), Column("name", "Name"), Column("phones", "Phones", "texts"),
        Column("owner", "Owner"), Column("state", "State"), Column("last_purchase_on", "Last purchase", "date"),
        Column("year", "A year", "money"), Column("reason", "Why"),
    ),
    [
        {"id": 143, "name": "АО «Заречный Мехзавод»", "phones": ["+79000009725"], "owner": "Ольга Дроздова",
         "state": "due", "last_purchase_on": date(2026, 5, 9), "year": 30658913, "reason":
         "buys every 23 days, silent for 53"},
        {"id": 4, "name": "Blue Door Cafe", "phones": ["+79000003817", "+79000000878"], "owner": "Тимур Галеев",
         "state": "dormant", "last_purchase_on": date(2026, 1, 17), "year": 7811000, "reason":
         "bought once, 653 days ago; others come back every 60 days"},
    ],
    total=46,
    title="Whom to call",
    remarks=("8 more touched in the last 7 days; --include-touched shows them.",),
)  # fmt: skip
PRICES = Listing((Column("name", "Name"), Column("price", "Price", "money")),
                 [{"name": "Чай", "price": 123450}, {"name": "家族 😀", "price": 1000000}, {"name": "Tea", "price": 5}],
                 3)  # fmt: skip
AMOUNTS = ("306\u00a0589.13", "78\u00a0110.00")
WIDTHS = [20, 40, 60, 80, 100, 120, 200]


def test_a_table_has_headings_a_rule_rows_and_what_is_to_be_said() -> None:
    title, headings, rule, *rows, total, remark = in_pipe(CALLS).splitlines()
    assert title == "Whom to call"
    assert re.split(r"  +", headings.strip()) == [
        "Id",
        "Name",
        "Phones",
        "Owner",
        "State",
        "Last purchase",
        "A year",
        "Why",
    ]
    assert rule == "─" * max(map(cell_len, rows))
    assert [re.split(r"  +", row.strip()) for row in rows] == [
        ["143", "АО «Заречный Мехзавод»", "+79000009725", "Ольга Дроздова", "due", "2026-05-09", AMOUNTS[0],
         "buys every 23 days, silent for 53"],
        ["4", "Blue Door Cafe", "+79000003817, +79000000878", "Тимур Галеев", "dormant", "2026-01-17", AMOUNTS[1],
         "bought once, 653 days ago; others come back every 60 days"],
    ]  # fmt: skip
    assert total == "2 of 46; --limit 46 shows all."
    assert remark == "8 more touched in the last 7 days; --include-touched shows them."


def test_wide_characters_and_cyrillic_align() -> None:
    lines = in_pipe(PRICES).splitlines()
    assert len({cell_len(line) for line in lines}) == 1
    assert lines[2:] == ["Чай       1\u00a0234.50", "家族 😀  10\u00a0000.00", "Tea           0.05"]


def test_an_empty_list_says_so() -> None:
    assert in_pipe(EMPTY) == "No such contact.\n"
    assert in_pipe(replace(EMPTY, title="Contacts", remarks=("Nobody.",))) == "Contacts\nNo such contact.\nNobody.\n"


def test_a_column_without_a_value_takes_no_room() -> None:
    columns = (
        Column("id", "Id", "int"),
        Column("city", "City"),
        Column("tags", "Tags", "texts"),
        Column("n", "N", "int"),
    )
    listing = Listing(columns, [{"id": 1, "city": None, "tags": [], "n": 0}, {"id": 2, "city": "", "n": 0}], 2)
    assert in_pipe(listing).splitlines() == ["Id  N", "─────", " 1  0", " 2  0"]


def test_a_column_for_programs_alone_is_not_shown() -> None:
    assert "Archived" not in in_pipe(LISTING)
    assert "Archived" not in in_pipe(CARD)


def test_a_column_without_a_label_is_headed_by_its_key() -> None:
    assert in_pipe(Listing((Column("lost_reason"),), [{"lost_reason": "x"}], 1)).startswith("Lost reason\n")


def test_a_card_has_its_fields_and_then_its_lists() -> None:
    assert in_pipe(CARD).splitlines()[:12] == [
        "Анна Петрова (person 7)",
        "Buys every 20 days.",
        "Id         7",
        "Name       Анна Петрова",
        "Phones     +79161234567, +78005553535",
        "Revenue    1\u00a0200.50",
        "Quantity   1.5",
        "Share      33.3%",
        "Bought on  2026-07-01",
        "At         14:05",
        "Extra      size: XL",
        "",
    ]
    assert in_pipe(CARD).splitlines()[12] == "Contacts"


def test_a_list_that_is_not_shown_is_not_on_the_card() -> None:
    assert "Timeline" not in in_pipe(Card(CARD.columns, CARD.row, sections={"timeline": replace(LISTING, shown=False)}))


def test_a_job_shows_its_answers_under_one_another() -> None:
    assert in_pipe(REPORT) == f"{in_pipe(CARD)}\n{in_pipe(LISTING)}\n{in_pipe(DONE)}"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("result", [CALLS, LISTING, CARD, EMPTY, PRICES])
def test_no_line_is_wider_than_the_terminal(result: Any, width: int, terminal: OnTerminal) -> None:
    assert all(cell_len(line) <= width for line in terminal(result, width).splitlines())


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_however_narrow_the_terminal(width: int, terminal: OnTerminal) -> None:
    packed = re.sub(r"\s", "", terminal(CALLS, width))
    for part in (
        "143",
        "4",
        "АО",
        "«Заречный",
        "+79000009725",
        "+79000003817",
        "Ольга",
        "2026-05-09",
        "653",
        "46shows",
    ):
        assert part in packed


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_amounts_dates_and_names_words_stay_whole(width: int, terminal: OnTerminal) -> None:
    lines = terminal(CALLS, width)
    for whole in (
        "306\u00a0589.13",
        "78\u00a0110.00",
        "2026-05-09",
        "«Заречный",
        "Мехзавод»",
        "dormant",
        "+79000009725",
    ):
        assert whole in lines


def test_no_sentence_is_broken_within_an_amount(terminal: OnTerminal) -> None:
    told = replace(CALLS, title="They will bring 885\u00a0697 RUB (686\u00a0189 to 1\u00a0110\u00a0277).")
    for width in range(12, 60):
        shown = terminal(told, width)
        assert all(amount in shown for amount in ("885\u00a0697", "686\u00a0189", "1\u00a0110\u00a0277"))


def test_a_wide_terminal_has_a_table_a_narrow_one_a_few_lines_a_row(terminal: OnTerminal) -> None:
    assert terminal(CALLS, 200) == in_pipe(CALLS)
    assert terminal(CALLS, 60).splitlines() == [
        "Whom to call",
        "143  АО «Заречный Мехзавод»",
        "  Phones: +79000009725  Owner: Ольга Дроздова  State: due",
        "  Last purchase: 2026-05-09  A year: 306\u00a0589.13",
        "  Why: buys every 23 days, silent for 53",
        "4  Blue Door Cafe",
        "  Phones: +79000003817, +79000000878  Owner: Тимур Галеев",
        "  State: dormant  Last purchase: 2026-01-17",
        "  A year: 78\u00a0110.00",
        "  Why: bought once, 653 days ago; others come back every 60",
        "  days",
        "2 of 46; --limit 46 shows all.",
        "8 more touched in the last 7 days; --include-touched shows",
        "them.",
    ]


@pytest.mark.parametrize("width", [60, 200])
def test_a_terminal_tells_its_width(width: int, terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = terminal(CALLS, width)
    monkeypatch.delenv("COLUMNS")
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    shown = b""
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        write(CALLS, file, Look())
        file.flush()
        while shown.count(b"\n") < expected.count("\n"):
            shown += os.read(ours, 100_000)
    os.close(ours)
    assert shown.decode().replace("\r\n", "\n") == expected


def test_a_heat_map_goes_without_its_last_columns_before_it_is_torn(terminal: OnTerminal) -> None:
    heat = [Column(str(number), kind="heat") for number in range(9)]
    wide = Listing((Column("month"), *heat), [{"month": "May", **dict.fromkeys(map(str, range(9)), 0.5)}], 1)
    assert terminal(wide, 100) == in_pipe(wide)
    assert terminal(wide, 60).splitlines()[0].split() == ["Month", *map(str, range(7))]
    assert terminal(wide, 60).splitlines()[-1] == "2 more columns in a wider terminal."
    assert terminal(wide, 30).startswith("May\n  0: 50% ▒  1: 50% ▒")


def test_in_between_the_widest_columns_are_wrapped(terminal: OnTerminal) -> None:
    lines = terminal(CALLS, 118).splitlines()
    assert [re.split(r"  +", line.strip()) for line in lines[3:9]] == [
        [
            "143",
            "АО «Заречный",
            "+79000009725",
            "Ольга Дроздова",
            "due",
            "2026-05-09",
            AMOUNTS[0],
            "buys every 23 days,",
        ],
        ["Мехзавод»", "silent for 53"],
        [
            "4",
            "Blue Door Cafe",
            "+79000003817,",
            "Тимур Галеев",
            "dormant",
            "2026-01-17",
            AMOUNTS[1],
            "bought once, 653",
        ],
        ["+79000000878", "days ago; others"],
        ["come back every 60"],
        ["days"],
    ]


def test_a_long_field_of_a_card_goes_on_under_itself(terminal: OnTerminal) -> None:
    card = Card((Column("note", "Note"), Column("city", "City")), {"note": "one two three four five", "city": "Казань"})
    assert terminal(card, 20).splitlines() == ["Note  one two three", "      four five", "City  Казань"]


@pytest.mark.parametrize("result", [CALLS, LISTING, CARD, PRICES, REPORT])
def test_no_line_ends_in_blanks(result: Any, terminal: OnTerminal) -> None:
    for text in (in_pipe(result), *(terminal(result, width) for width in WIDTHS)):
        assert all(line == line.rstrip(" ") for line in text.splitlines())


def test_a_pipe_has_no_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    assert "\x1b" not in in_pipe(REPORT)


def test_a_terminal_shows_headings_bold_and_a_dumb_one_plain(terminal: OnTerminal) -> None:
    assert "\x1b[1mWhom to call\x1b[0m\n" in terminal(CALLS, 200, term="xterm-256color")
    assert "\x1b" not in terminal(REPORT, 200, term="dumb")


def test_no_color_means_no_colours(terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert set(re.findall(r"\x1b\[[^m]*m", terminal(REPORT, 80, term="xterm-256color"))) <= {"\x1b[0m", "\x1b[1m"}


@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS])
@pytest.mark.parametrize("width", [40, 200])
def test_a_hostile_text_is_shown_and_not_obeyed(text: str, width: int, terminal: OnTerminal) -> None:
    card = Card((Column(text[:1] or "x", text),), {text[:1]: text}, text, remark=text)
    shown = [in_pipe(named(text)), in_pipe(Done(text, (), {})), in_pipe(card), terminal(named(text), width)]
    for one in shown:
        assert not OBEYED & set(one)
        one.encode()


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[/]", "[link=http://x]y[/link]", ":smile:", "[red]", "\\[x]"])
def test_markup_is_shown_as_it_stands(text: str, terminal: OnTerminal) -> None:
    listing = replace(named(text), title=text, remarks=[text])
    assert [line.split("  ")[-1] for line in in_pipe(replace(listing, columns=listing.columns[:2])).splitlines()] == [
        text, "Name", "─" * (4 + max(4, len(text))), text, text,
    ]  # fmt: skip
    assert terminal(listing, 40, term="xterm-256color").count(text) == 3
    assert text in in_pipe(Card((Column("x", text),), {"x": text}, text))


def test_what_was_done_is_one_line_whatever_the_name() -> None:
    assert in_pipe(Done("Added contact 1 a\nb\r\nc.", (), {})) == "Added contact 1 a b c.\n"


def test_an_empty_title_and_remark_take_no_line() -> None:
    card = Card((Column("x", "X"),), {"x": "1"})
    assert in_pipe(card) == "X  1\n"


@pytest.mark.parametrize("width", [1, 5, 10])
def test_a_terminal_of_no_width_to_speak_of_crashes_nothing(width: int, terminal: OnTerminal) -> None:
    assert "2026" in re.sub(r"\s", "", terminal(REPORT, width))


@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4), width=st.integers(8, 120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_text_fits_any_terminal(texts: list[str], width: int, terminal: OnTerminal) -> None:
    shown = terminal(named(*texts), width)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    assert not OBEYED & set(shown)


def test_a_text_of_a_megabyte_is_shown_whole(terminal: OnTerminal) -> None:
    text = "слово " * 170_000
    assert terminal(named(text), 80).count("слово") == 170_000
    assert in_pipe(named(text)).count("слово") == 170_000


def test_a_terminal_without_unicode_gets_a_plain_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.output.test_show import Stdout, shown

    text = shown(monkeypatch, PRICES, "table", Stdout("ascii")).decode("ascii")
    assert re.search(r"^-+$", text, re.MULTILINE)
    assert sys.stdout is not sys.__stdout__


def test_amounts_have_the_digits_of_the_currency() -> None:
    assert in_pipe(PRICES, Look("JPY")).splitlines()[2].endswith(" 123\u00a0450")
