"""Exporting through the program, and importing into an empty base what was exported."""

import csv
import json
import re
import stat
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crmcli.actions import contact
from crmcli.actions.purchase import Line
from crmcli.base.opening import Base
from crmcli.output import workbook
from crmcli.values.points import Point
from tests.builders import add_contact, add_deal, add_employee, add_product, add_refund, add_sale, add_touch, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "+7 (угроза)",
    "'=x",
    "<r><t>x</t></r>",
    "_x0041_",
    "a;b",
    'he "said"',
    "\u202eevil",
    "-5",
]


@pytest.fixture
def shop(base: Base) -> Base:
    """A base that has some of everything."""
    with building(base) as writer:
        tea = add_product(writer, "Чай")
        olga = add_employee(writer, "Ольга")
        cafe = add_contact(writer, "ООО Голубая Дверь", kind="company", phones=["8 495 111-22-33"], city="Казань")
        anna = add_contact(
            writer, "Анна Петрова", company_id=cafe, owner_id=olga, phones=["8 916 000-00-01", "нет; спросить (Ивана)"],
            emails=["Anna@Example.com"], tags=["опт", "VIP"], birthday=date(1990, 3, 7), tax_id="007712345678",
            note="первая\nвторая", extra={"Размер": "XL", "size": "=1"}, next_contact_on=date(2026, 8, 1),
        )  # fmt: skip
        add_contact(writer, "Ушедший", archived=True)
        add_touch(writer, anna, date(2026, 5, 1), "meeting", outcome="interested", minutes=40, rating=8000, text="=x")
        deal = add_deal(
            writer, ("New lead", date(2026, 5, 1)), ("Lost", date(2026, 5, 20)), lost_reason="дорого",
            contact_id=anna, amount=4500_00, owner_id=olga, title="Кофе, зерно",
        )  # fmt: skip
        sale = add_sale(writer, anna, date(2026, 6, 1), 1200_50, cost=700_00, owner_id=olga, deal_id=deal)
        add_refund(writer, anna, date(2026, 6, 5), 200_50, refund_of_id=sale)
        add_sale(writer, None, date(2026, 6, 7), 300_00)
        lines = [Line(tea, 1125, 900_00), Line(tea, 2000, 100_00)]
        add_sale(writer, anna, date(2026, 6, 10), 1000_00, lines=lines)
    return base


Again = Callable[..., None]


@pytest.fixture
def again(do: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Again:
    """Exports everything, and imports it into an empty base, with which the program works from then on."""

    def run(ending: str, *options: str) -> None:
        paths = {noun: tmp_path / f"{noun}.{ending}" for noun in ("contacts", "deals", "touches", "purchases")}
        for noun, path in paths.items():
            do("export", noun, "-o", path, *options)
        monkeypatch.setenv("CRMCLI_BASE", str(tmp_path / "empty.db"))
        for path in paths.values():
            if len(path.read_bytes().splitlines()) > 1:
                do("import", path, "--yes")

    return run


def sheet(path: Path, name: str = "") -> list[dict[str, Any]]:
    book = load_workbook(path)
    headings, *rows = (book[name] if name else book.active).iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_a_workbook_of_contacts_has_real_dates_and_all_that_is_known(shop: Base, do: Said, tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    assert do("export", "contacts", "-o", path) == f"Rows written to {path}: 2 of contacts."
    cafe, anna = sheet(path)
    assert re.fullmatch(r"[0-9a-f]{8}-1", cafe["Код клиента"])
    assert anna["Код компании"] == cafe["Код клиента"]
    assert (anna["Полное имя"], anna["Вид контакта"], anna["Компания"]) == (
        "Анна Петрова",
        "человек",
        cafe["Полное имя"],
    )
    assert anna["Телефоны"] == '+79160000001; "нет; спросить (Ивана)"'
    assert (anna["E-mail"], anna["Теги"], anna["ИНН"]) == ("anna@example.com", "VIP; опт", "007712345678")
    assert anna["Дата рождения"] == datetime(1990, 3, 7)  # noqa: DTZ001
    assert (anna["Поле: Размер"], anna["Поле: size"]) == ("XL", "=1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_headings_are_in_the_language_of_the_country_unless_said(shop: Base, do: Said, tmp_path: Path) -> None:
    do("export", "deals", "-o", tmp_path / "deals.csv", "--headings", "en")
    assert (tmp_path / "deals.csv").read_text(encoding="utf-8").startswith("Deal ID,Deal name,Customer ID,Customer,")
    do("config", "set", "country", "US")
    assert do("export", "touches").startswith("Touch ID,Touch date,Time,")
    assert do("export", "touches", "--headings", "ru").startswith("Код касания,Дата контакта,Время,")


def test_purchases_have_a_row_a_line_and_refunds_below_zero(shop: Base, do: Said, tmp_path: Path) -> None:
    do("export", "purchases", "-o", tmp_path / "purchases.xlsx")
    sale, refund, nobody, *lines = sheet(tmp_path / "purchases.xlsx")
    assert (sale["Сумма"], sale["Сумма заказа"], sale["Себестоимость"]) == (1200.5, 1200.5, 700)
    assert (refund["Операция"], refund["Сумма"], refund["Возврат заказа"]) == ("возврат", -200.5, sale["Код заказа"])
    assert (nobody["Код клиента"], nobody["Клиент"]) == (None, None)
    assert [(line["Количество"], line["Сумма"], line["Сумма заказа"]) for line in lines] == [
        (1.125, 900, 1000),
        (2, 100, 1000),
    ]
    assert len({line["Код заказа"] for line in lines}) == 1


def test_a_deal_tells_its_way_through_the_stages(shop: Base, do: Said) -> None:
    (deal,) = json.loads(do("export", "deals", "--format", "json"))
    assert deal["moves"] == [{"text": "2026-05-01 New lead", "label": ""}, {"text": "2026-05-20 Lost", "label": ""}]
    (row,) = csv.DictReader(do("export", "deals").splitlines())
    assert row["История этапов"] == "2026-05-01 New lead; 2026-05-20 Lost"


def test_programs_get_codes_and_keys(shop: Base, do: Said) -> None:
    (touch,) = [json.loads(line) for line in do("export", "touches", "--format", "jsonl").splitlines()]
    assert (touch["kind"], touch["outcome"], touch["rating"], touch["happened_on"]) == (
        "meeting", "interested", 0.8, "2026-05-01"
    )  # fmt: skip
    _, anna = json.loads(do("export", "contacts", "--format", "json"))
    assert anna["phones"][0] == {"text": "+79160000001", "label": ""}
    assert anna["extra"] == {"Размер": "XL", "size": "=1"}


def test_all_is_a_workbook_with_a_sheet_each_the_archived_too(shop: Base, do: Said, tmp_path: Path) -> None:
    do("export", "all", "-o", tmp_path / "all.xlsx")
    assert load_workbook(tmp_path / "all.xlsx").sheetnames == ["Товары", "Контакты", "Сделки", "Касания", "Покупки"]
    people = sheet(tmp_path / "all.xlsx", "Контакты")
    assert [row["В архиве с"] is not None for row in people] == [False, False, True]
    do("export", "all", "-o", tmp_path / "all.json")
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert {key: len(rows) for key, rows in found.items()} == {
        "products": 1, "contacts": 3, "deals": 1, "touches": 1, "purchases": 5,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_several_tables_do_not_go_into_a_file_for_one(form: str, shop: Base, refused: Said, tmp_path: Path) -> None:
    assert "holds one table" in refused("export", "all", "-o", tmp_path / f"all.{form}", code=2)
    assert list(tmp_path.glob(f"*{form}")) == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("contacts", "--archived"), 1), (("contacts", "--owner", "Ольга"), 1), (("contacts", "--tag", "ОПТ"), 1),
        (("contacts", "--city", "казань"), 1), (("contacts", "--search", "анн"), 1), (("contacts", "--no-phone"), 0),
        (("contacts", "--state", "lead"), 1), (("contacts", "--next-by", "2026-08-01"), 1),
        (("deals", "--state", "lost"), 1), (("deals", "--stage", "Paid"), 0), (("deals", "--contact", "2"), 1),
        (("touches", "--kind", "call"), 0), (("touches", "--from", "2026-05-01", "--to", "2026-05-01"), 1),
        (("purchases", "--kind", "refund"), 1), (("purchases", "--contact", "2"), 4),
        (("purchases", "--owner", "Ольга"), 1),
    ],
)  # fmt: skip
def test_rows_are_chosen_as_in_lists(words: tuple[str, ...], count: int, shop: Base, do: Said) -> None:
    assert len(json.loads(do("export", *words, "--format", "json"))) == count


@on_sqlite
def test_the_ending_says_the_form(shop: Base, do: Said, refused: Said, tmp_path: Path) -> None:
    do("export", "deals", "-o", tmp_path / "deals.TSV")
    assert (tmp_path / "deals.TSV").read_text(encoding="utf-8").startswith("Код сделки\t")
    assert "end it in .xlsx" in refused("export", "deals", "-o", tmp_path / "deals.doc", code=2)
    do("export", "deals", "-o", tmp_path / "deals.doc", "--format", "csv")
    assert "this answer can be xlsx" in refused("export", "deals", "--format", "table", code=2)


@on_sqlite
def test_a_csv_for_excel_has_its_mark_its_separator_and_its_comma(
    shop: Base, do: Said, refused: Said, tmp_path: Path
) -> None:
    path = tmp_path / "purchases.csv"
    do("export", "purchases", "-o", path, "--excel")
    assert path.read_bytes().startswith("\ufeffКод заказа;".encode())
    assert ";1200,50;" in path.read_text(encoding="utf-8")
    do("export", "purchases", "-o", path, "--excel", "--headings", "en")
    assert ",1200.50," in path.read_text(encoding="utf-8")
    assert "--excel is for .csv" in refused("export", "deals", "-o", tmp_path / "deals.xlsx", "--excel", code=2)


@on_sqlite
def test_a_text_that_no_cell_holds_is_told_of(sqlite_base: Base, crm: Run, tmp_path: Path) -> None:
    with building(sqlite_base) as writer:
        add_contact(writer, "Анна", note="ы" * 100_000)
    ran = crm("export", "contacts", "-o", tmp_path / "contacts.xlsx")
    assert ran.code == 3
    assert "1 (Контакты!S2); .csv and .json hold all" in ran.err
    assert len(sheet(tmp_path / "contacts.xlsx")[0]["Примечание"]) == 32_767
    assert crm("export", "contacts", "-o", tmp_path / "contacts.csv").code == 0
    assert "ы" * 100_000 in (tmp_path / "contacts.csv").read_text(encoding="utf-8")


@on_sqlite
def test_a_run_that_breaks_leaves_what_was_there(shop: Base, refused: Said, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "purchases.xlsx"
    path.write_text("old")
    monkeypatch.setattr(workbook, "_MOST_ROWS", 2)
    assert "a sheet holds 2 rows" in refused("export", "purchases", "-o", path, code=2)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith(".crmcli")] == []


@on_sqlite
def test_an_export_does_not_replace_the_base(shop: Base, crm: Run, sqlite_base: Base) -> None:
    assert crm("export", "contacts", "-o", sqlite_base.location, "--format", "csv").code == 2


def test_where_nothing_is_there_is_nothing_but_headings(crm: Run, do: Said, tmp_path: Path) -> None:
    do("employee", "add", "Ольга")
    for noun in ("contacts", "touches", "deals", "purchases", "products"):
        assert do("export", noun, "-o", tmp_path / "x.xlsx").endswith(f": 0 of {noun}.")
        assert json.loads(do("export", noun, "--format", "json")) == []
    assert set(json.loads(do("export", "all", "--format", "json"))) == {
        "contacts", "deals", "products", "purchases", "touches",
    }  # fmt: skip


@on_sqlite
def test_without_a_base_there_is_nothing_to_export(refused: Said, sqlite_base: Base, tmp_path: Path) -> None:
    assert "there is no base" in refused("export", "all", "-o", tmp_path / "x.xlsx", "--base", tmp_path / "no.db")
    assert not (tmp_path / "x.xlsx").exists()


def told(listed: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    """Rows of a list as far as they must be the same, in an order of their own."""
    return sorted((tuple(row[key] for key in keys) for row in listed), key=str)


def everything(ask: Asked) -> list[list[tuple[Any, ...]]]:
    """What comes back today. A base has other ids after an import."""
    people = ("name", "company", "phones", "emails", "city", "owner", "tags", "birthday", "tax_id", "note",
              "next_contact_on", "revenue", "refunds")  # fmt: skip
    return [
        told(ask("contact", "list"), *people),
        told(ask("touch", "list"), "contact", "happened_on", "kind", "outcome", "minutes", "text"),
        told(
            ask("deal", "list"), "title", "contact", "stage", "amount", "owner", "opened_on", "closed_on", "lost_reason"
        ),
        told(ask("purchase", "list"), "contact", "purchased_on", "kind", "amount", "cost", "products", "owner"),
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", ["xlsx", "csv", "csv --excel"])
def test_an_export_imported_into_an_empty_base_is_the_same(
    language: str, form: str, shop: Base, ask: Asked, again: Again
) -> None:
    before = everything(ask)
    ending, *options = form.split()
    again(ending, "--headings", language, *options)
    assert everything(ask) == before


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@on_sqlite
def test_hostile_text_comes_back_as_it_was(form: str, sqlite_base: Base, ask: Asked, again: Again) -> None:
    with building(sqlite_base) as writer:
        for number, text in enumerate(HOSTILE):
            phones = [f"+7916000000{number}", text]
            add_contact(writer, f"{text} {number}", note=text, city=text, phones=phones)
    before = told(ask("contact", "list"), "name", "note", "city", "phones")
    again(form)
    assert told(ask("contact", "list"), "name", "note", "city", "phones") == before


POINTS = [
    Point("phone", "+79160000001", "8 916 000-00-01", "рабочий"),
    Point("phone", "+79160000002", "8 916 000-00-02 доб. 12"),
    Point("phone", None, "спросить, если (нет)", "у Ивана (брат)"),
    Point("email", "anna@example.com", "Anna@Example.com", "личный"),
    Point("email", None, "нет @ него"),
    Point("messenger", "@anna", "@anna", "Telegram"),
    Point("messenger", None, "есть; а где"),
    Point("website", "example.com/shop", "https://example.com/Shop", "магазин"),
    Point("address", "ул. Ленина, 1; вход со двора", "ул. Ленина, 1; вход со двора", "склад"),
    Point("address", 'пр. Мира, "Башня" (2 этаж)', 'пр. Мира, "Башня" (2 этаж)'),
]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@on_sqlite
def test_points_come_back_with_their_labels_and_in_their_order(
    form: str, sqlite_base: Base, ask: Asked, again: Again
) -> None:
    with building(sqlite_base) as writer:
        contact.add(writer, "Анна Петрова", "person", POINTS, city="Казань")
    again(form)
    found = [(p["kind"], p["value"], p["label"]) for p in ask("contact", "show", "1")["points"]]
    assert found == [(point.kind, point.value, point.label) for point in POINTS]
    unread = [p["raw"] for p in ask("contact", "show", "1")["points"] if not p["read"]]
    assert unread == [point.raw for point in POINTS if point.value is None]


@on_sqlite
def test_contacts_as_vcards_go_to_a_telephone_and_come_back(
    shop: Base, do: Said, ask: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "contacts.vcf"
    do("export", "contacts", "-o", path)
    cafe, anna = (card.split("\r\n") for card in path.read_bytes().decode().split("BEGIN:VCARD\r\n")[1:])
    assert {"FN:ООО Голубая Дверь", "X-ABShowAs:COMPANY"} <= set(cafe)
    assert {"FN:Анна Петрова", "ORG:ООО Голубая Дверь", "TEL:+79160000001", "BDAY:1990-03-07"} <= set(anna)
    assert do("export", "contacts", "--format", "vcf").splitlines()[0] == "BEGIN:VCARD"
    people = ("name", "company", "emails", "tags", "birthday", "note")  # what is no phone no telephone keeps whole
    before = told(ask("contact", "list"), *people)
    monkeypatch.setenv("CRMCLI_BASE", str(tmp_path / "empty.db"))
    do("import", path, "--yes")
    assert told(ask("contact", "list"), *people) == before
    assert "+79160000001" in ask("contact", "list", "--search", "Анна")[0]["phones"]


@on_sqlite
def test_nothing_but_contacts_goes_into_vcards(shop: Base, refused: Said, tmp_path: Path) -> None:
    for noun in ("deals", "all"):
        assert "a .vcf holds contacts alone" in refused("export", noun, "-o", tmp_path / "x.vcf", code=2)
    assert not (tmp_path / "x.vcf").exists()
