import pytest

from crmcli.values.records import ProductRecord, SheetReading, Where
from tests.sheets.conftest import ReadText


def products(reading: SheetReading) -> list[ProductRecord]:
    assert reading.kind == "products"
    return [record for record in reading.records if isinstance(record, ProductRecord)]


def test_a_price_list_is_a_list_of_products(read_text: ReadText) -> None:
    reading = read_text("Артикул;Наименование;Ед. изм.;Цена, руб.;Закупочная цена\nS-1;Стул;шт;1 200,50;700\n")
    assert products(reading) == [ProductRecord(Where("sheet", 2), "Стул", "S-1", 120050, 70000)]


@pytest.mark.parametrize(
    "headings",
    ["Товар;Артикул;Цена", "Номенклатура;Код;Розничная цена", "Product;SKU;Price", "Name;Product ID;List Price",
     "Наименование;Штрихкод;Цена"],
)  # fmt: skip
def test_price_lists_are_known_by_their_headings(read_text: ReadText, headings: str) -> None:
    (record,) = products(read_text(f"{headings}\nСтул;S-1;5\n"))
    assert (record.name, record.sku, record.price) == ("Стул", "S-1", 500)


def test_a_stock_list_with_prices_is_a_price_list(read_text: ReadText) -> None:
    assert products(read_text("Товар;Остаток;Цена\nСтул;7;5\n"))[0].price == 500


def test_a_price_to_be_asked_for_is_no_price(read_text: ReadText) -> None:
    assert products(read_text("Товар;Цена\nСтул;по запросу\n"))[0].price is None


def test_the_heading_of_a_section_is_rejected_and_told_of(read_text: ReadText) -> None:
    reading = read_text("Товар;Артикул;Цена\nМебель;;\nСтул;S-1;5\n;;7\n")
    assert len(products(reading)) == 1
    assert [(r.where.row, r.reason) for r in reading.rejections] == [
        (2, "no price: a heading of a section?"),
        (4, "names no product"),
    ]


@pytest.mark.parametrize("price", ["-5", "дорого", "#REF!"])
def test_a_price_that_cannot_be_right_is_rejected(read_text: ReadText, price: str) -> None:
    reading = read_text(f"Товар;Цена\nСтул;{price}\n")
    assert [(r.column, r.value) for r in reading.rejections] == [("B, Цена", price)]


@pytest.mark.parametrize(
    "headings",
    ["OrderID;ProductID;UnitPrice;Quantity", "Товар;Кол-во;Цена;Сумма", "Номер заказа;Товар;Цена;Количество"],
)
def test_lines_of_orders_without_a_date_are_no_price_list(read_text: ReadText, headings: str) -> None:
    reading = read_text(f"{headings}\n1;2;3;4\n")
    assert (reading.kind, "no column of the date" in reading.remark) == (None, True)


def test_goods_that_were_sold_on_a_date_are_purchases(read_text: ReadText) -> None:
    assert read_text("Дата;Товар;Артикул;Цена\n01.02.2026;Стул;S-1;5\n").kind == "purchases"


def test_a_supplier_who_can_be_reached_is_a_contact(read_text: ReadText) -> None:
    assert read_text("Компания;Телефон;Товар;Цена\nЮг;89161234567;Стул;5\n").kind == "contacts"


def test_a_row_with_a_key_is_a_product_though_it_has_no_price(read_text: ReadText) -> None:
    reading = read_text("Ключ товара;Товар;Артикул;Цена;Себестоимость\n;Мебель;;;\nk-1;Стул;;;\n;Стол;;5;\n")
    assert [record.name for record in products(reading)] == ["Стул", "Стол"]
