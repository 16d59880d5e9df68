"""The sample workbook is one that a small shop could have, and it shows what the demo is about."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import phonenumbers
import pytest

from crmcli.sample import AS_OF, write_sample
from crmcli.values.points import e164, read_email

Row = dict[str, Any]
Cells = dict[str, list[tuple[Any, ...]]]
HEADING_ROWS = {"Клиенты": 1, "Продажи": 3, "Сделки": 1, "Звонки и встречи": 1}


def read(content: bytes) -> Cells:
    workbook = openpyxl.load_workbook(BytesIO(content), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}


def written(path: Path) -> bytes:
    write_sample(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("sample") / "магазин.xlsx")


@pytest.fixture(scope="module")
def cells(content: bytes) -> Cells:
    return read(content)


def rows(cells: Cells, title: str) -> list[Row]:
    """The data rows of a sheet, without its banner, headings and totals."""
    headings, *data = cells[title][HEADING_ROWS[title] - 1 :]
    return [dict(zip(headings, row, strict=True)) for row in data if row[0] != "Итого"]


@dataclass
class Customer:
    """What a naive reading of the sales says of a customer with more than one purchase day."""

    period: float
    silent_days: int
    yearly_value: float

    @property
    def due(self) -> bool:
        return self.silent_days > self.period

    @property
    def dormant(self) -> bool:
        return self.silent_days > 3 * self.period


def customers(sales: list[Row]) -> dict[str, Customer]:
    receipts: dict[str, list[tuple[date, float]]] = {}
    for sale in sales:
        if sale["Код клиента"] and sale["Сумма"] >= 0:
            receipts.setdefault(sale["Код клиента"], []).append((sale["Дата"].date(), sale["Сумма"]))
    return {code: customer(bought) for code, bought in receipts.items() if len({day for day, _ in bought}) >= 2}


def customer(bought: list[tuple[date, float]]) -> Customer:
    days = sorted({day for day, _ in bought})
    period = (days[-1] - days[0]).days / (len(days) - 1)
    mean_amount = sum(amount for _, amount in bought) / len(bought)
    return Customer(period, (AS_OF - days[-1]).days, mean_amount * 365 / period)


def test_the_same_workbook_is_written_every_time(content: bytes, tmp_path: Path) -> None:
    again = written(tmp_path / "again.xlsx")
    assert read(again) == read(content)
    assert again == content


def test_the_sheets_are_as_large_as_a_small_shops(cells: Cells) -> None:
    assert list(cells) == list(HEADING_ROWS)
    counts = {title: len(rows(cells, title)) for title in cells}
    assert counts["Клиенты"] == 150
    assert counts["Сделки"] == 160
    assert 1800 <= counts["Продажи"] <= 2300
    assert 350 <= counts["Звонки и встречи"] <= 450


def test_the_sales_have_a_banner_above_and_their_totals_below(cells: Cells) -> None:
    banner, blank, *_, totals = cells["Продажи"]
    assert banner[0] == "Продажи магазина, 2023–2026"
    assert not any(blank)
    assert totals[0] == "Итого"
    assert totals[4] == pytest.approx(sum(sale["Сумма"] for sale in rows(cells, "Продажи")))


def test_only_what_is_to_come_is_dated_later(cells: Cells) -> None:
    to_come = {"Дата следующего контакта", "Предполагаемая дата закрытия"}
    for title in cells:
        for row in rows(cells, title):
            past = [value for heading, value in row.items() if heading not in to_come]
            assert all(day <= AS_OF for day in dates(past)), row
    assert {touch["Дата"].__class__ for touch in rows(cells, "Звонки и встречи")} == {str}


def dates(values: list[Any]) -> Iterator[date]:
    for value in values:
        if isinstance(value, datetime):
            yield value.date()
        elif isinstance(value, str) and value.count(".") == 2 and value.replace(".", "").isdigit():
            day, month, year = value.split(".")
            yield date(int(year), int(month), int(day))


def test_sales_cover_three_years(cells: Cells) -> None:
    days = [sale["Дата"].date() for sale in rows(cells, "Продажи")]
    assert days == sorted(days)
    assert date(2023, 7, 1) <= days[0] < date(2023, 8, 1)
    assert date(2026, 6, 20) < days[-1] < AS_OF


def test_no_two_clients_share_a_key_a_name_a_phone_or_an_email(cells: Cells) -> None:
    clients = rows(cells, "Клиенты")
    phones = [phone for client in clients for phone in phones_of(client)]
    emails = [client["E-mail"] for client in clients if client["E-mail"]]
    names = [name for client in clients for name in (client["ФИО"], client["Компания"]) if name]
    for unique in ([client["Код клиента"] for client in clients], phones, emails, names):
        assert len(set(unique)) == len(unique)
    assert all(client["ФИО"] or client["Компания"] for client in clients)
    assert all(client["E-mail"] or client["Телефон"] for client in clients)


def phones_of(client: Row) -> list[str]:
    return [e164(text, "RU") or text for text in re.split("[,;/]", str(client["Телефон"] or "")) if text]


def test_phones_and_emails_are_valid_and_nobodys(cells: Cells) -> None:
    clients = rows(cells, "Клиенты")
    for phone in (phone for client in clients for phone in phones_of(client)):
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone))
        assert phone.startswith("+7900000")
    emails = [client["E-mail"] for client in clients if client["E-mail"]]
    assert all(read_email(email).value == email for email in emails)
    assert {email.split("@")[1] for email in emails} == {"example.com", "example.org"}


def test_phones_are_written_as_people_write_them(cells: Cells) -> None:
    written_phones = [client["Телефон"] for client in rows(cells, "Клиенты")]
    assert {type(phone) for phone in written_phones} == {str, int, type(None)}
    assert sum(len(phones_of({"Телефон": phone})) == 2 for phone in written_phones) >= 10


@pytest.mark.parametrize("title", ["Продажи", "Сделки", "Звонки и встречи"])
def test_other_sheets_name_clients_as_the_client_sheet_does(cells: Cells, title: str) -> None:
    names = {client["Код клиента"]: client["ФИО"] or client["Компания"] for client in rows(cells, "Клиенты")}
    named = [(row["Код клиента"], row["Клиент"]) for row in rows(cells, title)]
    assert all(names[code] == name for code, name in named if code)
    assert all(name is None for code, name in named if code is None)


def test_nothing_happens_before_the_shop_knew_the_client(cells: Cells) -> None:
    met = {client["Код клиента"]: client["Дата создания"].date() for client in rows(cells, "Клиенты")}
    for title in ("Продажи", "Сделки", "Звонки и встречи"):
        for row in rows(cells, title):
            assert not row["Код клиента"] or all(day >= met[row["Код клиента"]] for day in dates(list(row.values())))


def test_sales_have_refunds_and_passers_by_among_them(cells: Cells) -> None:
    sales = rows(cells, "Продажи")
    assert len({sale["№"] for sale in sales}) == len(sales)
    assert 5 <= sum(sale["Сумма"] < 0 for sale in sales) <= 15
    assert 100 <= sum(sale["Код клиента"] is None for sale in sales) <= 160
    assert all(0 < sale["Себестоимость"] / sale["Сумма"] < 1 for sale in sales)


def test_some_customers_are_due_and_some_dormant(cells: Cells) -> None:
    known = customers(rows(cells, "Продажи"))
    due = [one for one in known.values() if one.due]
    assert 15 <= len(due) <= 60
    assert sum(one.dormant for one in due) >= 8
    assert sum(not one.dormant for one in due) >= 8
    assert len(known) - len(due) >= 40
    assert min(one.period for one in known.values()) < 25
    assert max(one.period for one in known.values()) > 90


def test_those_who_bought_once_and_those_who_never_did_are_there(cells: Cells) -> None:
    sales = rows(cells, "Продажи")
    buyers = {sale["Код клиента"] for sale in sales if sale["Код клиента"]}
    assert len(buyers - set(customers(sales))) >= 10
    assert len(rows(cells, "Клиенты")) - len(buyers) >= 15


def test_the_most_valuable_customers_to_call_bring_believable_sums(cells: Cells) -> None:
    values = sorted((one.yearly_value for one in customers(rows(cells, "Продажи")).values() if one.due), reverse=True)
    assert 100_000 < values[0] < 900_000
    assert values[9] > 30_000


def test_a_few_of_those_to_call_were_touched_in_the_last_week(cells: Cells) -> None:
    due = {code for code, one in customers(rows(cells, "Продажи")).items() if one.due}
    touches = [(next(dates([touch["Дата"]])), touch["Код клиента"]) for touch in rows(cells, "Звонки и встречи")]
    touched = {code for day, code in touches if day >= AS_OF - timedelta(days=7)}
    assert 3 <= len(due & touched) <= len(due) / 2


def test_deals_leak_at_the_proposal(cells: Cells) -> None:
    deals = rows(cells, "Сделки")
    stages = Counter(deal["Этап сделки"] for deal in deals)
    won, lost = stages.pop("Успешно реализовано"), stages.pop("Закрыто и не реализовано")
    assert won >= 40
    assert lost >= 40
    assert set(stages) == {"New lead", "Call", "Meeting", "Interested", "Proposal", "Contract"}
    assert stages["Proposal"] > 2 * max(count for stage, count in stages.items() if stage != "Proposal")
    assert len({deal["Название сделки"] for deal in deals}) == len(deals)


def test_closed_deals_say_when_and_lost_ones_why(cells: Cells) -> None:
    for deal in rows(cells, "Сделки"):
        is_lost = deal["Этап сделки"] == "Закрыто и не реализовано"
        is_open = not is_lost and deal["Этап сделки"] != "Успешно реализовано"
        assert (deal["Дата закрытия"] == "не закрыта") == is_open
        assert bool(deal["Причина отказа"]) == is_lost
        assert is_open or deal["Дата закрытия"] >= deal["Дата создания сделки"]


def test_a_won_deal_ended_in_a_sale(cells: Cells) -> None:
    sales = {(sale["Код клиента"], sale["Дата"], sale["Сумма"]) for sale in rows(cells, "Продажи")}
    won = [deal for deal in rows(cells, "Сделки") if deal["Этап сделки"] == "Успешно реализовано"]
    assert all((deal["Код клиента"], deal["Дата закрытия"], deal["Сумма"]) in sales for deal in won)


def test_three_people_sell_through_five_channels(cells: Cells) -> None:
    clients = rows(cells, "Клиенты")
    managers = {client["Ответственный"] for client in clients}
    assert len(managers) == 3
    assert {sale["Менеджер"] for sale in rows(cells, "Продажи")} == managers
    assert len({client["Источник"] for client in clients}) == 5
    assert not managers & {client["ФИО"] for client in clients}
