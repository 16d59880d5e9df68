import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from crmcli.errors import Wrong
from crmcli.output.result import Column, Done, Listing, Result
from crmcli.output.separated import write_csv, write_ids, write_tsv
from crmcli.output.values import Look
from tests.output.conftest import (
    CARD,
    CONTROLS,
    DONE,
    EMPTY,
    HOSTILE,
    LISTING,
    OBEYED,
    REPORT,
    cells_back,
    named,
    written,
)

Write = Callable[[Result, IO[str], Look], None]
HEADINGS = "id,name,phones,revenue,quantity,share,bought_on,bought_at,extra,archived"
BLANKS = " \n\u00a0\u2007\u202f\ufeff"


def text_of(write: Write, result: Result) -> str:
    file = io.StringIO()
    write(result, file, Look())
    return file.getvalue()


def test_csv_has_the_keys_and_then_the_rows() -> None:
    assert text_of(write_csv, LISTING).splitlines() == [
        HEADINGS,
        "7,Анна Петрова,'+79161234567; +78005553535,1200.50,1.5,0.3333,2026-07-01,14:05:00,size: XL,False",
        "8,,,,,,,,,",
    ]
    assert text_of(write_csv, EMPTY) == f"{HEADINGS}\n"


def test_tsv_has_tabs_between() -> None:
    lines = text_of(write_tsv, LISTING).splitlines()
    assert lines[0] == HEADINGS.replace(",", "\t")
    assert lines[1].split("\t")[:2] == ["7", "Анна Петрова"]


@pytest.mark.parametrize(("result", "row"), [(CARD, "7"), (DONE, "7")])
def test_one_record_is_one_row(result: Result, row: str) -> None:
    _, first = csv.reader(io.StringIO(text_of(write_csv, result)))
    assert first[0] == row


def test_a_negative_amount_stays_a_number() -> None:
    columns = (Column("amount", kind="money"), Column("count", kind="quantity"), Column("n", kind="int"))
    listing = Listing(columns, [{"amount": -500, "count": -1500, "n": -1}], 1)
    assert text_of(write_csv, listing).splitlines()[1] == "-5.00,-1.5,-1"


@pytest.mark.parametrize(("result", "ids"), [(LISTING, "7\n8\n"), (EMPTY, ""), (CARD, "7\n"), (DONE, "7\n")])
def test_ids_are_an_id_a_line(result: Result, ids: str) -> None:
    assert text_of(write_ids, result) == ids


def test_the_id_of_a_contact_is_an_id_too() -> None:
    assert text_of(write_ids, Listing((Column("contact_id", kind="int"),), [{"contact_id": 3}], 1)) == "3\n"


@pytest.mark.parametrize("result", [Listing((Column("name"),), [{"name": "x"}], 1), Listing((Column("name"),), [], 0)])
def test_rows_without_ids_have_none_to_write(result: Result) -> None:
    with pytest.raises(Wrong, match="no id"):
        text_of(write_ids, result)


@pytest.mark.parametrize("write", [write_csv, write_tsv, write_ids])
def test_several_answers_are_wrong_before_anything_is_written(write: Write) -> None:
    file = io.StringIO()
    with pytest.raises(Wrong, match="several parts: it can be a table or json"):
        write(REPORT, file, Look())
    assert file.getvalue() == ""


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_every_text_comes_back_when_it_is_imported_again(form: str, tmp_path: Path) -> None:
    path = written(named(*HOSTILE), tmp_path / f"names.{form}")
    back = [row[1] for row in cells_back(path)]
    assert back == [text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS) for text in HOSTILE]


@pytest.mark.parametrize("write", [write_csv, write_tsv])
@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS])
def test_no_text_runs_in_a_spreadsheet_or_on_a_terminal(write: Write, text: str) -> None:
    made = text_of(write, named(text))
    name = next(row["name"] for row in csv.DictReader(io.StringIO(made), delimiter="\t" if write is write_tsv else ","))
    assert not name.lstrip(BLANKS).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert not OBEYED & set(made)
    made.encode()


def test_a_phone_comes_back_unchanged(tmp_path: Path) -> None:
    columns = (Column("id", kind="int"), Column("name"), Column("phones", kind="texts"))
    phone = "+7 916 123-45-67"
    path = written(Listing(columns, [{"id": 1, "name": "Анна", "phones": [phone]}], 1), tmp_path / "a.csv")
    assert cells_back(path) == [["1", "Анна", phone]]


def test_a_text_of_a_megabyte_is_written(tmp_path: Path) -> None:
    path = written(named("ы" * 1_000_000), tmp_path / "a.csv")
    assert cells_back(path)[0][1] == "ы" * 1_000_000


def test_what_was_done_without_an_id_is_no_wrong_usage_afterwards() -> None:
    assert text_of(write_ids, Done("Set.", (Column("name"),), {"name": "limit"})) == ""
