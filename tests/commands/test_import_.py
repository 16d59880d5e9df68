"""Importing through the program: what is asked, stored, rejected and said."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crmcli.base.opening import Base
from tests.commands.conftest import Asked, Said
from tests.conftest import Run, location_text

GOOD = "Имя;Телефон;Город\nАнна;8 912 000-00-01;Казань\nИван;8 912 000-00-02;Пермь\n"
SALES = "Клиент;Телефон;Дата;Сумма\nАнна;89120000001;01.06.2026;1 200,50\nИван;89120000002;кот;300\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    return path


def test_a_file_is_stored_and_one_undo_takes_it_back(people: Path, do: Said, ask: Asked) -> None:
    said = do("import", people, "--yes").splitlines()[0]
    assert said.startswith("Stored 2 of 2 rows of people.csv")
    found = re.search(r"crmcli (undo \d+) takes it back", said)
    assert found
    assert [row["city"] for row in ask("contact", "list")] == ["Казань", "Пермь"]
    do(*found[1].split(), "--yes")
    assert ask("contact", "list") == []


def test_the_same_file_twice_adds_nothing_and_leaves_nothing_to_take_back(people: Path, do: Said, ask: Asked) -> None:
    do("import", people, "--yes")
    again = ask("import", people, "--yes")
    assert (again["created"], again["matched"], again["rejected"], again["operation_id"]) == (0, 2, 0, None)
    assert len(ask("contact", "list")) == 2


def test_a_dry_run_tells_the_same_and_stores_nothing(people: Path, ask: Asked) -> None:
    tried = ask("import", people, "--dry-run")
    assert (tried["dry_run"], tried["created"], tried["operation_id"]) == (True, 2, None)
    assert ask("contact", "list") == []
    stored = ask("import", people, "--yes")
    assert [row["field"] for row in stored["columns"]] == [row["field"] for row in tried["columns"]]
    assert stored["created"] == tried["created"]


def test_nothing_is_stored_unasked(people: Path, refused: Said, ask: Asked) -> None:
    assert "add --yes" in refused("import", people, code=2)
    assert "add --yes" in refused("import", people, "--no-input", code=2)
    assert ask("contact", "list") == []


def test_rows_that_cannot_be_stored_are_listed_and_the_exit_code_is_3(sales: Path, crm: Run, ask: Asked) -> None:
    ran = crm("import", sales, "--yes")
    assert ran.code == 3
    assert "rejected: 1" in ran.out
    assert "кот" in ran.out
    assert [row["amount"] for row in ask("purchase", "list")] == ["1200.50"]
    assert crm("import", sales, "--dry-run").code == 3


def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, refused: Said, ask: Asked) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    assert "nowhere.xlsx" in refused("import", tmp_path / "nowhere.xlsx", "--yes")
    assert "broken.xlsx" in refused("import", broken, "--yes")
    refused("import", tmp_path, "--yes")
    refused("import", "", "--yes")
    assert ask("contact", "list") == []


def test_a_sheet_that_is_not_there_is_refused(people: Path, refused: Said) -> None:
    refused("import", people, "--sheet", "Nowhere", "--yes")


def test_the_employee_who_acts_is_the_one_who_imported(people: Path, do: Said, ask: Asked, refused: Said) -> None:
    do("employee", "add", "Olga")
    assert "there are Olga" in refused("import", people, "--yes", "--as", "Nobody")
    assert ask("contact", "list") == []
    operation_id = ask("import", people, "--yes", "--as", "olga")["operation_id"]
    assert f"operation {operation_id}, import by Olga" in do("undo", "--yes")


def test_ids_follow_on_without_a_gap_on_both_engines(crm: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("ФИО,Компания\nАнна Орлова,Ромашка\nИван Белов,\n", encoding="utf-8")
    assert crm("import", sheet, "--yes").code == 0
    assert json.loads(crm("contact", "add", "Пётр Фёдоров", "--format", "json").out)["id"] == 4


def test_an_answer_does_not_replace_the_file_it_reads(crm: Run, people: Path) -> None:
    before = people.read_bytes()
    assert crm("import", people, "--yes", "--output", people).code == 2
    assert people.read_bytes() == before


def test_a_file_of_which_nothing_can_be_stored_is_no_success(crm: Run, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("OrderID,CustomerID,OrderDate\n1,A,2026-01-05\n", encoding="utf-8")
    ran = crm("import", orders, "--yes")
    assert ran.code == 1
    assert "nothing of it can be stored" in ran.err


def test_the_line_tells_what_else_was_read(crm: Run, tmp_path: Path) -> None:
    sales = tmp_path / "sales.csv"
    sales.write_text(
        "Дата;Клиент;Телефон;Сумма\n01.06.2026;Анна;123;500\n02.06.2026;Анна;123;-100\n03.06.2026;;;70\nИтого;;;470\n",
        encoding="utf-8",
    )
    out = crm("import", sales, "--yes").out
    assert "Stored 3 of 3 rows" in out
    for told in ("refunds: 1", "sales to nobody known: 1", "with a phone or e-mail kept as typed: 2"):
        assert told in out


@pytest.mark.parametrize("words", [("contact", "list"), ("purchase", "list"), ("deal", "list"), ("touch", "list")])
def test_our_own_lists_are_not_taken_for_another_systems(crm: Run, people: Path, tmp_path: Path, words: Any) -> None:
    assert crm("import", people, "--yes").code == 0
    assert crm("purchase", "add", "1", "100").code == crm("deal", "add", "1", "Tea").code == 0
    assert crm("touch", "add", "1", "call").code == 0
    assert crm(*words, "--output", tmp_path / "own.csv").code == 0
    ran = crm("import", tmp_path / "own.csv", "--yes")
    assert ran.code == 1
    assert "crmcli itself wrote" in ran.err


ODD = "Имя;Связь;Прим;Скидка\nАнна;8 912 000-00-01;VIP;5\nИван;8 912 000-00-02;;7\n"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A sheet with columns that mean nothing known."""
    path = tmp_path / "odd.csv"
    path.write_text(ODD, encoding="utf-8")
    return path


def test_columns_that_mean_nothing_known_are_named_and_kept_only_on_demand(odd: Path, do: Said, ask: Asked) -> None:
    assert "columns not taken: Связь, Прим, Скидка" in do("import", odd, "--yes")
    assert ask("contact", "show", "1")["extra"] == {}
    ask("import", odd, "--yes", "--keep-unknown")
    assert ask("contact", "show", "1")["extra"] == {"Связь": "8 912 000-00-01", "Прим": "VIP", "Скидка": "5"}


def test_what_columns_hold_can_be_said_and_what_is_missing_given(odd: Path, ask: Asked) -> None:
    said = ["--map", "Связь=phone", "--map", "прим=tags", "--ignore", "Скидка", "--default", "city=Омск"]
    stored = ask("import", odd, "--yes", *said)
    assert [row["field"] for row in stored["columns"]] == ["first", "phone", "tags", ""]
    shown = ask("contact", "show", "1")
    assert (shown["phones"], shown["tags"], shown["city"]) == (["+79120000001"], ["VIP"], "Омск")


def test_how_columns_were_read_can_be_saved_and_said_again(
    odd: Path, tmp_path: Path, ask: Asked, refused: Said
) -> None:
    saved = tmp_path / "sheet.toml"
    said = ["--map", "Связь=phone", "--ignore", "Скидка", "--default", "city=Омск"]
    tried = ask("import", odd, "--dry-run", *said, "--save-mapping", saved)
    again = ask("import", odd, "--dry-run", "--mapping", saved)
    assert again["columns"] == tried["columns"]
    assert again["columns"][1]["field"] == "phone"
    saved.write_text('[map]\n"Связь" = "fone"\n', encoding="utf-8")
    assert "sheet.toml: there is no field 'fone'" in refused("import", odd, "--yes", "--mapping", saved)
    saved.write_text("map = ", encoding="utf-8")
    assert "sheet.toml is no TOML" in refused("import", odd, "--yes", "--mapping", saved)
    assert "no file" in refused("import", odd, "--yes", "--mapping", tmp_path / "nowhere.toml")


@pytest.mark.parametrize("words", [("--map", "Нет=phone"), ("--map", "Связь=fone"), ("--default", "fone=1")])
def test_a_heading_or_field_that_is_not_there_is_wrong_usage(odd: Path, refused: Said, words: tuple[str, str]) -> None:
    refused("import", odd, "--yes", *words, code=2)


def test_the_order_of_day_and_month_is_said_where_the_sheet_cannot_tell(
    tmp_path: Path, ask: Asked, refused: Said
) -> None:
    sheet = tmp_path / "sales.csv"
    sheet.write_text("Client,Date,Total\nAnna,03/04/2026,5\nAnna,05/04/2026,5\n", encoding="utf-8")
    assert "--dates day-first" in refused("import", sheet, "--yes")
    ask("import", sheet, "--yes", "--dates", "month-first")
    assert [row["purchased_on"] for row in ask("purchase", "list")] == ["2026-05-04", "2026-03-04"]


def test_known_rows_are_left_updated_or_stored_anew_as_is_said(people: Path, ask: Asked, do: Said) -> None:
    do("import", people, "--yes")
    people.write_text(GOOD.replace("Казань", "Уфа"), encoding="utf-8")
    assert "different but left alone" in do("import", people, "--yes")
    counted = ask("import", people, "--yes", "--on-duplicate", "update")
    assert [counted[key] for key in ("created", "matched", "updated", "unchanged")] == [0, 2, 1, 1]
    assert [row["city"] for row in ask("contact", "list")] == ["Уфа", "Пермь"]
    assert ask("import", people, "--yes", "--on-duplicate", "skip")["unchanged"] == 2
    assert ask("import", people, "--yes", "--on-duplicate", "new")["created"] == 2


def test_standard_input_is_a_file_like_any_other(people: Path, base: Base) -> None:
    line = [sys.executable, "-m", "crmcli", "--base", location_text(base), "import", "-", "--yes"]
    ran = subprocess.run(line, input=people.read_bytes(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith(b"Stored 2 of 2 rows of standard input")


def test_a_locked_workbook_is_opened_with_the_password_of_a_variable(
    shared_data: Path, refused: Said, crm: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = shared_data / "workbooks" / "msoffcrypto-tool" / "example_password.xlsx"
    assert "--password-env" in refused("import", locked, "--yes")
    assert "no such variable" in refused("import", locked, "--yes", "--password-env", "CRMCLI_TEST_LOCK", code=2)
    monkeypatch.setenv("CRMCLI_TEST_LOCK", "wrong")
    assert "password" in refused("import", locked, "--yes", "--password-env", "CRMCLI_TEST_LOCK")
    monkeypatch.setenv("CRMCLI_TEST_LOCK", "Password1234_")
    assert "lorem" in crm("import", locked, "--yes", "--password-env", "CRMCLI_TEST_LOCK").err


def test_vcards_are_read_like_sheets_of_contacts(tmp_path: Path, crm: Run, ask: Asked) -> None:
    cards = tmp_path / "phone.vcf"
    cards.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Анна Орлова\r\nTEL;TYPE=CELL:8 912 000-00-01\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut off\r\n",
        encoding="utf-8",
    )
    ran = crm("import", cards, "--yes")
    assert ran.code == 3
    assert "Stored 1 of 2 rows of phone.vcf; rejected: 1" in ran.out
    assert [(row["name"], row["phones"]) for row in ask("contact", "list")] == [("Анна Орлова", ["+79120000001"])]


def test_rows_that_were_rejected_come_in_once_they_are_mended_where_they_were_written(
    tmp_path: Path, crm: Run, ask: Asked
) -> None:
    sheet, rejects = tmp_path / "sales.csv", tmp_path / "rejects.xlsx"
    sheet.write_text(SALES + "Олег;89120000003;02.06.2026;сто\n", encoding="utf-8")
    ran = crm("import", sheet, "--yes", "--rejects", rejects)
    assert (ran.code, "rejected: 2" in ran.out) == (3, True)
    book = load_workbook(rejects)
    (name,) = book.sheetnames
    rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
    assert rows[0] == ["Клиент", "Телефон", "Дата", "Сумма", "Why it was rejected"]
    assert [row[:4] for row in rows[1:]] == [
        ["Иван", "89120000002", "кот", "300"],
        ["Олег", "89120000003", "02.06.2026", "сто"],
    ]
    assert (book[name]["C2"].fill.fgColor.rgb, book[name]["C3"].fill.fgColor.rgb) == ("FFFFC7CE", "00000000")
    book[name]["C2"], book[name]["D3"] = "03.06.2026", 100
    book.save(rejects)
    again = ask("import", rejects, "--yes")
    assert (again["created"], again["rejected"], again["columns_not_taken"]) == (2, 0, [])
    assert [row["amount"] for row in ask("purchase", "list")] == ["300.00", "100.00", "1200.50"]


def test_rejected_rows_do_not_replace_the_file_they_come_from(sales: Path, tmp_path: Path, refused: Said) -> None:
    before = sales.read_bytes()
    refused("import", sales, "--yes", "--rejects", sales, code=2)
    refused("import", sales, "--yes", "--rejects", tmp_path / "no" / "where.xlsx")
    assert sales.read_bytes() == before


def test_an_order_that_the_base_refuses_is_written_with_all_its_rows(tmp_path: Path, crm: Run, ask: Asked) -> None:
    sheet, rejects = tmp_path / "orders.csv", tmp_path / "rejects.xlsx"
    orders = "Номер заказа;Дата заказа;Клиент;Товар;Сумма\n1;01.06.2026;Анна;Чай;100\n1;01.06.2026;Анна;Мёд;{}\n"
    sheet.write_text(orders.format(50), encoding="utf-8")
    crm("import", sheet, "--yes")
    sheet.write_text(orders.format(70), encoding="utf-8")
    assert crm("import", sheet, "--yes", "--rejects", rejects).code == 3
    book = load_workbook(rejects)
    assert [row[3].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["Чай", "Мёд"]
    again = ask("import", rejects, "--yes", "--on-duplicate", "update")
    assert (again["updated"], again["joined"]) == (1, 1)
    assert [row["amount"] for row in ask("purchase", "list")] == ["170.00"]
