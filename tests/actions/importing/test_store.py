"""Whole files on their way into a base."""

from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from crmcli.actions.importing import Store as Storing
from crmcli.actions.undo import undo
from crmcli.base.opening import Base
from crmcli.base.rollup import refresh_rhythm
from crmcli.base.writing import writing
from crmcli.sample import write_sample
from crmcli.schema import contact_rhythm, operations, purchases
from tests.actions.importing.conftest import (
    ImportFile,
    Sheets,
    Store,
    contact_named,
    counts,
    deal,
    names,
    person,
    phone,
    points_of,
    sale,
    sales_by_name,
    touch,
)
from tests.builders import add_contact, add_sale, building, rows_of

Snapshot = Callable[[], Any]
SHOP: Sheets = {
    "Клиенты": [
        ["Код клиента", "ФИО", "Телефон", "Email", "Город", "Ответственный", "Источник", "Кто порекомендовал"],
        ["1", "Петрова Анна", "8 916 111-11-11", "anna@mail.ru", "Омск", "Ольга", "Авито", None],
        ["2", "Крюков Пётр", "8 916 222-22-22", None, "Омск", "Ольга", "Сайт", "Петрова Анна"],
        ["3", "ООО Юг", None, "ug@mail.ru", "Томск", "Зоя", None, None],
    ],
    "Продажи": [
        ["Номер заказа", "Дата заказа", "Код клиента", "Клиент", "Товар", "Количество", "Сумма"],
        ["10", date(2026, 1, 5), "1", None, "Чай", 2, 500],
        ["10", date(2026, 1, 5), "1", None, "Кофе", 1, 700],
        ["11", date(2026, 2, 5), None, "Крюков Пётр", "Чай", 1, 250],
        ["12", date(2026, 2, 6), None, None, "Чай", 1, 250],
        ["13", date(2026, 2, 7), "1", None, "Кофе", -1, -700],
        ["14", None, "1", None, "Кофе", 1, 700],
    ],
    "Сделки": [
        ["Название сделки", "Этап сделки", "Бюджет", "Дата создания сделки", "Дата закрытия", "Контрагент"],
        ["Поставка", "Успешно реализовано", 5000, date(2026, 1, 1), date(2026, 2, 1), "ООО Юг"],
        ["Ремонт", "Замер", 9000, date(2026, 3, 1), "не закрыта", "Крюков Пётр"],
    ],
    "Звонки": [
        ["Дата звонка", "Телефон", "Результат звонка", "Комментарий", "Следующий контакт"],
        [date(2026, 3, 1), "+79161111111", "Дозвонились", "Ждёт скидку", date(2026, 4, 1)],
        [date(2026, 3, 1), "+79163333333", "Нет ответа", None, None],
    ],
}


def test_a_workbook_comes_in_whole_and_the_second_time_adds_nothing(
    base: Base, import_file: ImportFile, snapshot: Snapshot
) -> None:
    report = import_file(SHOP)
    assert {sheet: (tally.created, tally.matched) for sheet, tally in report.sheets.items()} == {
        "Клиенты": (3, 0),
        "Продажи": (4, 0),
        "Сделки": (2, 0),
        "Звонки": (2, 0),
    }
    assert [(r.where.sheet, r.where.row, r.column) for r in report.rejections] == [("Продажи", 7, "B, Дата заказа")]
    assert report.made == {
        "employees": ["Ольга", "Зоя"],
        "channels": ["Авито", "Сайт"],
        "stages": ["Замер"],
        "products": ["Чай", "Кофе"],
    }
    assert report.contacts_made == 4
    assert sales_by_name(base) == {"Петрова Анна": [1200_00, -700_00], "Крюков Пётр": [250_00], None: [250_00]}
    assert contact_named(base, "Крюков Пётр")["referred_by_id"] == contact_named(base, "Петрова Анна")["id"]
    assert contact_named(base, "Петрова Анна")["next_contact_on"] == date(2026, 4, 1)
    before = snapshot()
    assert counts(import_file(SHOP)) == (0, 11, 1)
    assert snapshot() == before


def test_an_import_that_adds_nothing_leaves_no_operation(base: Base, import_file: ImportFile) -> None:
    import_file("Имя;Телефон\nАнна;89161111111\n")
    import_file("Имя;Телефон\nАнна;89161111111\n")
    assert rows_of(base, select(func.count().label("n")).select_from(operations)) == [{"n": 1}]


@pytest.mark.parametrize(
    "order", [("Звонки", "Сделки", "Продажи", "Клиенты"), ("Продажи", "Клиенты", "Звонки", "Сделки")]
)
def test_the_order_of_the_sheets_means_nothing(base: Base, import_file: ImportFile, order: tuple[str, ...]) -> None:
    report = import_file({name: SHOP[name] for name in order})
    assert (counts(report), report.contacts_made) == ((11, 0, 1), 4)
    assert names(base)[:3] == ["Петрова Анна", "Крюков Пётр", "ООО Юг"]
    assert sales_by_name(base) == {"Петрова Анна": [1200_00, -700_00], "Крюков Пётр": [250_00], None: [250_00]}
    assert points_of(base, "Петрова Анна") == ["+79161111111", "anna@mail.ru"]


def test_sales_that_came_before_the_list_of_customers_find_their_names(base: Base, import_file: ImportFile) -> None:
    import_file({"Продажи": SHOP["Продажи"]})
    assert names(base) == ["Customer 1", "Крюков Пётр"]
    import_file({"Клиенты": SHOP["Клиенты"]})
    assert names(base) == ["Петрова Анна", "Крюков Пётр", "ООО Юг"]
    assert contact_named(base, "Петрова Анна")["city"] == "Омск"


def test_a_grown_workbook_adds_its_new_rows_alone(base: Base, import_file: ImportFile) -> None:
    import_file(SHOP)
    grown = {name: [*rows, *_more(name)] for name, rows in SHOP.items()}
    report = import_file(grown)
    assert {sheet: (tally.created, tally.matched) for sheet, tally in report.sheets.items()} == {
        "Клиенты": (1, 3),
        "Продажи": (2, 4),
        "Сделки": (1, 2),
        "Звонки": (1, 2),
    }
    assert sales_by_name(base)["Петрова Анна"] == [1200_00, -700_00, 1200_00]


def _more(name: str) -> list[list[object]]:
    more: dict[str, list[list[object]]] = {
        "Клиенты": [["4", "Петрова Анна", "8 916 444-44-44", None, "Омск", "Зоя", None, None]],
        "Продажи": [
            ["10", date(2027, 1, 5), "1", None, "Чай", 2, 1200],
            ["12", date(2026, 2, 8), None, None, "Чай", 1, 250],
        ],
        "Сделки": [["Ремонт", "Lost", 9000, date(2026, 3, 2), date(2026, 3, 3), "Крюков Пётр"]],
        "Звонки": [[date(2026, 3, 2), "+79161111111", "Дозвонились", "Ждёт скидку", None]],
    }
    return more[name]


def test_order_numbers_that_begin_anew_each_year_are_different_orders(base: Base, import_file: ImportFile) -> None:
    head = "Номер заказа;Дата заказа;Клиент;Сумма\n"
    import_file(head + "1;05.01.2025;Анна;100\n2;06.01.2025;Анна;100\n")
    report = import_file(head + "1;05.01.2026;Анна;100\n2;06.01.2026;Пётр;100\n")
    assert counts(report) == (2, 0, 0)
    assert sales_by_name(base) == {"Анна": [100_00] * 3, "Пётр": [100_00]}


def test_receipts_without_numbers_are_kept_even_where_they_are_alike(base: Base, import_file: ImportFile) -> None:
    text = "Дата продажи;Клиент;Сумма\n05.01.2026;Анна;100\n05.01.2026;Анна;100\n05.01.2026;;100\n05.01.2026;;100\n"
    assert counts(import_file(text)) == (4, 0, 0)
    assert counts(import_file(text)) == (0, 4, 0)
    assert counts(import_file(text + "05.01.2026;Анна;100\n05.01.2026;;100\n")) == (2, 4, 0)
    assert sales_by_name(base) == {"Анна": [100_00] * 3, None: [100_00] * 3}


def test_rows_with_only_a_phone_are_not_dropped_nor_made_twice(base: Base, import_file: ImportFile) -> None:
    text = "Дата продажи;Клиент;Телефон;Сумма\n05.01.2026;;89161111111;100\n06.01.2026;;23-45-67;50\n"
    for expected in ((2, 0, 0), (0, 2, 0)):
        assert counts(import_file(text)) == expected
    assert sales_by_name(base) == {"89161111111": [100_00], "23-45-67": [50_00]}


def test_a_family_with_one_phone_stays_a_family(base: Base, import_file: ImportFile) -> None:
    text = "ФИО;Телефон\nИванов Пётр;89161111111\nИванова Мария;89161111111\nИванов Иван;89161111111\n"
    assert counts(import_file(text)) == (3, 0, 0)
    report = import_file(
        "Дата продажи;Клиент;Телефон;Сумма\n05.01.2026;Мария;89161111111;5\n06.01.2026;;89161111111;7\n"
    )
    assert counts(report) == (1, 0, 1)
    assert sales_by_name(base) == {"Иванова Мария": [5_00]}
    assert "3 contacts have 89161111111" in report.rejections[0].reason


def test_a_customer_named_in_the_first_line_of_an_order_alone_buys_all_of_it(
    base: Base, import_file: ImportFile
) -> None:
    head = "Номер заказа;Дата заказа;Клиент;Товар;Сумма\n"
    import_file(head + "1;05.01.2026;Анна;Чай;10\n1;05.01.2026;;Кофе;20\n2;05.01.2026;;Чай;10\n")
    assert sales_by_name(base) == {"Анна": [30_00], None: [10_00]}


def test_a_dry_run_says_the_same_and_keeps_nothing(base: Base, import_file: ImportFile, snapshot: Snapshot) -> None:
    import_file("Имя;Телефон\nАнна;89160000000\n")
    before = snapshot()
    tried = import_file(SHOP, keep=False)
    assert snapshot() == before
    assert counts(tried) == counts(import_file(SHOP)) == (11, 0, 1)


def test_a_failure_halfway_stores_nothing(base: Base, store: Store, snapshot: Snapshot) -> None:
    before = snapshot()
    bad = touch(person("Пётр"), minutes="много")
    if base.engine.dialect.name == "sqlite":
        bad = touch(person("Пётр"), direction="sideways")
    with pytest.raises(Exception, match=r"touch_direction|integer"):
        store(person("Анна"), sale(person("Анна")), deal(person("Анна"), stage="Замер"), bad)
    assert snapshot() == before


def test_undo_of_an_import_restores_everything(base: Base, import_file: ImportFile, snapshot: Snapshot) -> None:
    with building(base) as writer:
        anna = add_contact(writer, "Петрова Анна", phones=["8 916 111-11-11"], note="Старая")
        add_contact(writer, "ООО Юг", kind="company", archived=True)
        add_sale(writer, anna, date(2025, 1, 1), 99_00)
    import_file("Дата продажи;Код клиента;Сумма\n05.01.2025;2;100\n")
    before = snapshot()
    report = import_file(SHOP)
    assert sum(tally.updated for tally in report.sheets.values()) > 1
    assert snapshot() != before
    with writing(base, "undo", "tester") as writer:
        undo(writer, rows_of(base, select(func.max(operations.c.id).label("id")))[0]["id"])
    assert snapshot() == before
    assert counts(import_file(SHOP)) == counts(report)


def test_the_rollup_after_an_import_is_what_a_rebuild_gives(
    base: Base, import_file: ImportFile, snapshot: Snapshot
) -> None:
    import_file(SHOP)
    stored = snapshot()["contact_rhythm"]
    with writing(base, "doctor", "tester") as writer:
        refresh_rhythm(writer.connection)
        rebuilt = sorted(map(tuple, writer.connection.execute(contact_rhythm.select())), key=repr)
    assert (stored, len(stored)) == (rebuilt, 4)


def test_the_sample_workbook_comes_in_without_a_word_and_once(
    base: Base, import_file: ImportFile, tmp_path: Any, snapshot: Snapshot
) -> None:
    path = tmp_path / "sample.xlsx"
    write_sample(path)
    new, known, refused = counts(import_file(path))
    assert (new > 1000, known, refused) == (True, 0, 0)
    before = snapshot()
    assert counts(import_file(path)) == (0, new, 0)
    assert snapshot() == before


def test_control_characters_of_a_broken_export_do_not_stop_the_rest(base: Base, import_file: ImportFile) -> None:
    head = "Имя;Телефон;Комментарий;Рост\nПётр;89162222222;" + "Чай. " * 1000 + ";\n"
    report = import_file(head + "Ан\x00на;89161111111;аб;180\nОлег;89163333333;;\n")
    assert counts(report) == (2, 0, 1)
    assert [(one.where.row, one.column) for one in report.rejections] == [(3, "A, Имя")]
    assert names(base) == ["Пётр", "Олег"]


def test_two_imports_of_a_new_source_keep_their_keys_apart(base: Base, import_file: ImportFile) -> None:
    text = "Код клиента;ФИО;Телефон\n1;{};{}\n"
    import_file(text.format("Анна", "89161111111"))
    import_file(text.format("Пётр", "89162222222"), source="shop")
    sales = "Дата продажи;Код клиента;Сумма\n05.01.2026;1;{}\n"
    import_file(sales.format(5))
    import_file(sales.format(7), source="shop")
    assert sales_by_name(base) == {"Анна": [5_00], "Пётр": [7_00]}


def test_two_imports_of_one_file_at_once_store_it_once(base: Base, store: Store) -> None:
    rows = [sale(person("Анна", phone("89161111111"), owner="Ольга"), key="1"), sale(person("Пётр"), 5)]
    other = Thread(target=store, args=rows)
    with writing(base, "import", "tester") as writer:
        storing = Storing(writer, date(2026, 11, 21))
        storing.take(rows)
        storing.finish()
        other.start()
    other.join()
    assert sales_by_name(base) == {"Анна": [100_00], "Пётр": [5]}


def test_money_in_is_money_stored(base: Base, store: Store) -> None:
    amounts = [1, 0, 10**13, -3, 99]
    store(*(sale(person(f"Клиент {n % 2}", phone(f"8916000000{n % 2}")), amount) for n, amount in enumerate(amounts)))
    total = select(func.sum(purchases.c.amount).label("n"), purchases.c.kind).group_by(purchases.c.kind)
    assert {row["kind"]: int(row["n"]) for row in rows_of(base, total)} == {"sale": 10**13 + 100, "refund": 3}
