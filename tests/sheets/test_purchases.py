from datetime import date

import pytest

from crmcli.values.records import LineRecord, PurchaseRecord, SheetReading
from tests.sheets.conftest import ReadRows, ReadText


def purchases(reading: SheetReading) -> list[PurchaseRecord]:
    found = [record for record in reading.records if isinstance(record, PurchaseRecord)]
    assert len(found) == len(reading.records)
    return found


def test_a_sale_carries_its_customer_and_its_product(read_text: ReadText) -> None:
    (sale,) = purchases(
        read_text(
            "Номер заказа;Дата заказа;Клиент;Телефон;Email;Город;Товар;Артикул;Кол-во;Сумма, руб.;Себестоимость;"
            "Менеджер;Источник заказа\n"
            "A-1;05.01.2026;Иванов;89161234567;a@b.ru;Омск;Стул;S-7;2;3 000,50;2000;Анна;Сайт\n"
        )
    )
    assert (sale.key, sale.purchased_on, sale.amount, sale.cost) == ("A-1", date(2026, 1, 5), 300050, 200000)
    assert (sale.owner, sale.channel) == ("Анна", "Сайт")
    assert sale.customer is not None
    assert (sale.customer.name, sale.customer.city) == ("Иванов", "Омск")
    assert [point.value for point in sale.customer.points] == ["+79161234567", "a@b.ru"]
    assert sale.lines == (LineRecord("Стул", "S-7", 2000, 300050, 200000),)


def test_rows_of_one_order_become_one_purchase_with_lines(read_text: ReadText) -> None:
    reading = read_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "1,A,Lamp,6,2026-01-05 08:26,2.55,17\n"
        "2,B,Jar,1,2026-01-05 09:00,1.00,18\n"
        "1,B,Jar,2,2026-01-05 08:26,1.125,17\n"
    )
    first, second = purchases(reading)
    assert (first.key, first.amount, [line.amount for line in first.lines]) == ("1", 1755, [1530, 225])
    assert (first.where.row, second.where.row, second.amount) == (2, 3, 100)
    assert (reading.row_count, reading.rejections) == (3, ())


def test_one_order_number_with_two_customers_is_two_purchases(read_text: ReadText) -> None:
    reading = read_text(
        "Номер заказа;Дата;Клиент;Товар;Сумма\n1;05.01.2026;Иванов;Стул;10\n1;05.01.2026;Петров;Стул;20\n"
    )
    assert [sale.amount for sale in purchases(reading)] == [1000, 2000]


def test_an_order_amount_that_every_line_repeats_counts_once(read_text: ReadText) -> None:
    reading = read_text(
        "Номер заказа;Дата;Клиент;Товар;Цена;Кол-во;Сумма заказа\n"
        "1;05.01.2026;Иванов;Стул;10;2;50\n1;05.01.2026;Иванов;Стол;30;1;50\n"
    )
    (sale,) = purchases(reading)
    assert (sale.amount, [line.amount for line in sale.lines]) == (5000, [2000, 3000])


def test_without_an_order_number_every_row_is_a_purchase(read_text: ReadText) -> None:
    reading = read_text("Дата;Клиент;Товар;Сумма\n05.01.2026;Иванов;Стул;10\n05.01.2026;Иванов;Стол;20\n")
    assert [(sale.amount, len(sale.lines)) for sale in purchases(reading)] == [(1000, 1), (2000, 1)]


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        ("1;05.01.2026;100;продажа", 10000),
        ("1;05.01.2026;100;Возврат", -10000),
        ("1;05.01.2026;100;Refunded", -10000),
        ("1;05.01.2026;100;Отменён", -10000),
        ("1;05.01.2026;-100;Возврат", -10000),
        ("C536;05.01.2026;-100;", -10000),
        ("Возврат товара 17;05.01.2026;100;", -10000),
        ("1;05.01.2026;0;", 0),
    ],
)
def test_refunds_are_below_zero_however_the_sheet_says_it(read_text: ReadText, row: str, amount: int) -> None:
    assert purchases(read_text(f"Номер;Дата;Сумма;Тип операции\n{row}\n"))[0].amount == amount


def test_returned_pieces_are_below_zero_too(read_rows: ReadRows) -> None:
    reading = read_rows([["Дата", "Товар", "Количество", "Цена"], ["05.01.2026", "Стул", -2, 15.5]])
    (sale,) = purchases(reading)
    assert (sale.amount, sale.lines) == (-3100, (LineRecord("Стул", None, -2000, -3100),))


def test_a_row_without_a_customer_is_a_sale_to_nobody(read_text: ReadText) -> None:
    first, second = purchases(read_text("Date,CustomerID,Amount\n2026-01-05,,5\n2026-01-05,17,6\n"))
    assert first.customer is None
    assert second.customer is not None
    assert (second.customer.key, second.customer.name) == ("17", None)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (";Иванов;10", "A, Дата", ""),
        ("31.02.2026;Иванов;10", "A, Дата", "31.02.2026"),
        ("05.01.2026;Иванов;", "C, Сумма", ""),
        ("05.01.2026;Иванов;#REF!", "C, Сумма", "#REF!"),
        ("05.01.2026;Иванов;€10", "C, Сумма", "€10"),
    ],
)
def test_a_row_that_cannot_be_a_sale_is_rejected_with_its_cell(
    read_text: ReadText, row: str, column: str, value: str
) -> None:
    reading = read_text(f"Дата;Клиент;Сумма\n{row}\n06.01.2026;Петров;1\n")
    assert [(r.where.row, r.column, r.value) for r in reading.rejections] == [(2, column, value)]
    assert len(reading.records) == 1


def test_a_column_of_currencies_is_heeded(read_text: ReadText) -> None:
    reading = read_text("Дата;Сумма;Валюта\n05.01.2026;10;руб.\n05.01.2026;10;USD\n05.01.2026;10;EUR\n")
    assert [sale.amount for sale in purchases(reading)] == [1000, 80000]
    assert "EUR" in reading.rejections[0].reason


def test_a_currency_in_the_heading_is_heeded(read_text: ReadText) -> None:
    assert purchases(read_text("Дата;Клиент;Сумма, USD\n05.01.2026;Иванов;10\n"))[0].amount == 80000
    assert len(read_text("Дата;Клиент;Сумма (EUR)\n05.01.2026;Иванов;10\n").rejections) == 1


def test_a_discount_is_taken_off_a_price(read_text: ReadText) -> None:
    reading = read_text(
        "Дата;Товар;Цена;Кол-во;Скидка\n05.01.2026;Стул;100;2;10%\n05.01.2026;Стул;100;2;0,15\n05.01.2026;Стул;100;2;15\n"
    )
    assert [sale.amount for sale in purchases(reading)] == [18000, 17000]
    assert "percentage" in reading.rejections[0].reason


def test_an_order_with_one_bad_line_is_rejected_whole(read_text: ReadText) -> None:
    reading = read_text(
        "Номер заказа;Дата;Товар;Сумма\n1;05.01.2026;Стул;10\n1;05.01.2026;Стол;#REF!\n2;05.01.2026;Стул;20\n"
    )
    assert [sale.key for sale in purchases(reading)] == ["2"]
    assert [(r.where.row, r.column) for r in reading.rejections] == [(2, "A, Номер заказа"), (3, "D, Сумма")]
    assert "row 3" in reading.rejections[0].reason


def test_a_bad_sale_does_not_pull_others_down_where_rows_are_whole_sales(read_text: ReadText) -> None:
    reading = read_text("Номер;Дата;Сумма\n1;05.01.2026;10\n1;05.01.2026;#REF!\n")
    assert (len(reading.records), len(reading.rejections)) == (1, 1)


def test_a_customer_in_the_first_line_of_an_order_is_that_of_all_its_lines(read_text: ReadText) -> None:
    reading = read_text(
        "Номер заказа;Дата;Клиент;Товар;Сумма\n"
        "1;05.01.2026;;Лампа;5\n1;05.01.2026;Иванов;Стул;10\n1;05.01.2026;;Стол;20\n"
        "1;06.01.2026;;Стул;30\n2;05.01.2026;;Стул;40\n"
    )
    found = [(sale.amount, sale.customer and sale.customer.name) for sale in purchases(reading)]
    assert found == [(3500, "Иванов"), (3000, None), (4000, None)]


def test_a_line_without_a_customer_is_given_to_none_of_two(read_text: ReadText) -> None:
    reading = read_text(
        "Номер заказа;Дата;Клиент;Товар;Сумма\n"
        "1;05.01.2026;Иванов;Стул;10\n1;05.01.2026;Петров;Стул;20\n1;05.01.2026;;Стул;30\n"
    )
    assert [(sale.amount, sale.customer is None) for sale in purchases(reading)] == [
        (1000, False),
        (2000, False),
        (3000, True),
    ]


def test_lines_of_one_order_belong_together_however_long_the_order_took(read_text: ReadText) -> None:
    (sale,) = purchases(
        read_text(
            "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
            "1,A,6,2026-01-05 08:59,2.5,17\n1,B,1,2026-01-05 09:00,1,17\n"
        )
    )
    assert (sale.amount, len(sale.lines)) == (1600, 2)


def test_a_cancellation_is_a_refund_of_what_it_returns(read_text: ReadText) -> None:
    (refund,) = purchases(
        read_text(
            "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
            "C1,A,-6,2026-01-05,2.5,17\nC1,B,-1,2026-01-05,0,17\n"
        )
    )
    assert (refund.amount, [line.quantity for line in refund.lines]) == (-1500, [-6000, -1000])


def test_goods_for_nothing_are_a_line_of_their_order(read_text: ReadText) -> None:
    (sale,) = purchases(
        read_text(
            "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
            "1,A,6,2026-01-05,2.5,17\n1,GIFT,1,2026-01-05,0,17\n"
        )
    )
    assert [(line.sku, line.amount) for line in sale.lines] == [("A", 1500), ("GIFT", 0)]


@pytest.mark.parametrize("key", ["InvoiceNo,", ""])
def test_goods_taken_off_the_stock_are_no_sale(read_text: ReadText, key: str) -> None:
    value = "7," if key else ""
    reading = read_text(
        f"{key}StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        f"{value}A,damaged,-6,2026-01-05,0,\n{value}B,lost,-1,2026-01-05,0,\n"
    )
    assert reading.records == ()
    assert [(r.where.row, r.value, r.reason.split(":")[0]) for r in reading.rejections] == [
        (2, "damaged", "no sale"),
        (3, "lost", "no sale"),
    ]


def test_a_bad_debt_is_a_refund_of_nobody(read_text: ReadText) -> None:
    (debt,) = purchases(
        read_text(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
            "A5,B,Adjust bad debt,1,2026-01-05,-11062.06,\n"
        )
    )
    assert (debt.amount, debt.customer, debt.lines[0].quantity) == (-1106206, None, -1000)


@pytest.mark.parametrize("day", ["0000-00-00", "30.07", "31.02.2026", "01.01.0001", "45217000"])
def test_a_sale_on_no_day_is_rejected_in_its_cell(read_text: ReadText, day: str) -> None:
    reading = read_text(f"Дата;Клиент;Сумма\n{day};Иван;5\n")
    assert [(r.where.row, r.column) for r in reading.rejections] == [(2, "A, Дата")]


@pytest.mark.parametrize("status", ["Не возвращён", "Без возврата", "not returned", "Выполнен"])
def test_a_sale_that_was_not_returned_is_no_refund(read_text: ReadText, status: str) -> None:
    (sale,) = purchases(read_text(f"Дата;Клиент;Сумма;Статус заказа\n01.02.2026;Иван;5;{status}\n"))
    assert sale.amount == 500


@pytest.mark.parametrize("status", ["Частичный возврат", "partially_refunded"])
def test_a_sale_returned_in_part_is_neither_sale_nor_refund(read_text: ReadText, status: str) -> None:
    reading = read_text(f"Дата;Клиент;Сумма;Статус заказа\n01.02.2026;Иван;5;{status}\n")
    assert [(r.column, r.value) for r in reading.rejections] == [("D, Статус заказа", status)]


def test_a_sale_to_somebody_with_only_a_phone_is_not_dropped(read_text: ReadText) -> None:
    (sale,) = purchases(read_text("Дата;Клиент;Телефон;Сумма\n01.02.2026;;89161234567;5\n"))
    assert sale.customer is not None
    assert [point.value for point in sale.customer.points] == ["+79161234567"]


def test_a_seller_whom_nobody_knows_is_kept_as_he_is_written(read_text: ReadText) -> None:
    (sale,) = purchases(read_text("Дата;Клиент;Сумма;Менеджер\n01.02.2026;Иван;5;Анна Незнакомова\n"))
    assert sale.owner == "Анна Незнакомова"


def test_a_rejected_sale_names_the_cell_that_is_wrong_and_not_its_neighbour(read_text: ReadText) -> None:
    reading = read_text(
        "Отчёт;;;\nДата;Клиент;Телефон;Сумма\n01.02.2026;Иван;8;5\n32.01.2026;Иван;8;5\n01.02.2026;Иван;7,9E+10;5\n"
    )
    assert [(r.where.row, r.column, r.value) for r in reading.rejections] == [
        (4, "A, Дата", "32.01.2026"),
        (5, "C, Телефон", "7,9E+10"),
    ]


EXPORTED = (
    "Код заказа;Дата покупки;Клиент;Операция;Сумма заказа;Себестоимость заказа;Товар;Количество;Сумма;Себестоимость\n"
)


def test_what_every_row_says_of_the_whole_order_goes_before_the_sum_of_its_lines(read_text: ReadText) -> None:
    (sale,) = purchases(
        read_text(
            f"{EXPORTED}1;2026-01-05;Анна;продажа;90;50;Стул;1;60;20\n1;2026-01-05;Анна;продажа;90;50;Стол;1;40;\n"
        )
    )
    assert (sale.amount, sale.cost, sale.is_refund) == (90_00, 50_00, False)
    assert [(line.amount, line.cost) for line in sale.lines] == [(60_00, 20_00), (40_00, None)]


def test_where_the_rows_of_an_order_do_not_agree_its_lines_are_added_up(read_text: ReadText) -> None:
    (sale,) = purchases(read_text(f"{EXPORTED}1;2026-01-05;Анна;;90;;Стул;1;60;\n1;2026-01-05;Анна;;100;;Стол;1;40;\n"))
    assert sale.amount == 100_00


def test_the_operation_says_what_an_order_of_nothing_is_and_its_lines_keep_their_signs(read_text: ReadText) -> None:
    sale, refund = purchases(
        read_text(
            f"{EXPORTED}1;2026-01-05;Анна;продажа;0;;Стул;-1;-60;\n1;2026-01-05;Анна;продажа;0;;Стол;1;60;\n"
            "2;2026-01-06;Анна;возврат;0;;Стул;1;60;\n"
        )
    )
    assert (sale.is_refund, refund.is_refund) == (False, True)
    assert [(line.quantity, line.amount) for line in sale.lines] == [(-1000, -60_00), (1000, 60_00)]
    assert [(line.quantity, line.amount) for line in refund.lines] == [(1000, 60_00)]
