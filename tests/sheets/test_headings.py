import pytest

from crmcli.sheets.headings import currency_of, fold, is_heading, label_of, meaning_of
from crmcli.values.records import SheetKind

LISTED: dict[SheetKind, str] = {
    "contacts": "ФИО, Ф.И.О., Полное имя, Полное имя контакта, Имя, Фамилия, Отчество, Имя клиента, Клиент, Контакт,"
    " Контактное лицо, Обращаться к, Наименование, Название, Компания, Компания контакта, Организация, Фирма,"
    " Контрагент, Наименование контрагента, Покупатель, Заказчик, Плательщик, Получатель, Партнер, Телефон, Тел,"
    " Мобильный, Мобильный телефон, Рабочий телефон, Рабочий прямой телефон, Домашний телефон, Основной телефон,"
    " Телефон переносной, Другой телефон, Телефон для рассылок, Номер телефона, Email, E-mail, Почта, Эл. почта,"
    " Адрес эл. почты, Рабочий e-mail, Рабочий email, Личный email, Частный e-mail, Другой e-mail, Электронная почта,"
    " Контакт Telegram, Telegram, Адрес, Город, Область, Страна, Индекс, Дата рождения, День рождения, ИНН, Источник,"
    " Источник клиента, Канал, Откуда узнал, utm_source, Ответственный, Ответственный за контакт, Менеджер,"
    " Торговый представитель, Тег, Теги, Тег контакта, Комментарий, Комментарии, Примечание, Заметка, Заметки,"
    " Дата создания, Дата регистрации, Дата первого контакта, Дата последней покупки, Дата последнего заказа,"
    " Name, Full Name, First Name, Given Name, Middle Name, Additional Name, Last Name, Family Name, Surname, Nickname,"
    " File As, Display Name, Contact Name, Customer, Customer Name, Client, Account, Account Name, Company,"
    " Company Name, Associated Company, Organization, Organization Name, Phone, Phone Number, Mobile, Mobile Phone,"
    " Mobile Phone Number, Business Phone, Home Phone, Primary Phone, Other Phone, Phone 1 - Value, Phone 1 - Label,"
    " Phone 1 - Type, Email Address, E-mail Address, E-mail 2 Address, E-mail 1 - Value, Primary Email,"
    " Secondary Email, Website, Web Page, Website URL, Address, Street, City, State, Zip, Postal Code, Country,"
    " Country/Region, Address 1 - Formatted, Birthday, Notes, Labels, Group Membership, Categories, Tags, Source,"
    " Lead Source, Channel, Contact owner, Owner, Salesperson, Sales agent, Sales Rep, Account Manager,"
    " Record ID, Customer ID, Id, Create Date, Created, Referred By",
    "deals": "Название сделки, Сделка, Наименование сделки, Бюджет, Бюджет сделки, Бюджет руб., Сумма, Ожидаемая сумма,"
    " Валюта, Этап, Этап сделки, Статус сделки, Стадия, Стадия сделки, Ответственный за сделку, Дата создания сделки,"
    " Дата начала, Дата закрытия, Предполагаемая дата закрытия, Дата завершения, Закрыта, Основной контакт,"
    " Причина отказа, Deal Name, Opportunity, Opportunity ID, Deal Stage, Stage, Amount, Deal Value, Close Value,"
    " Expected Revenue, Close Date, Expected Closing, Expected close date, Actual close date, Closed Date, Engage Date,"
    " Deal owner, Lost Reason, Associated Contact IDs, Product",
    "purchases": "Дата, Дата документа, Дата заказа, Дата продажи, Дата покупки, Дата размещения, Период, №, Номер,"
    " Номер документа, Номер заказа, Код заказа, Документ, Чек, Контрагент, Покупатель, Заказчик, Клиент, Код клиента,"
    " Номенклатура, Товар, Товары, Услуга, Позиция, Наименование, Продукция, Артикул, Количество, Кол-во, Цена,"
    " Цена за упаковку, Сумма, Сумма с НДС, Сумма документа, Сумма продажи, Итого, Всего, Выручка, Оборот, Стоимость,"
    " Себестоимость, Статус оплаты, Статус заказа, Источник заказа, Менеджер, Date, Order Date, Invoice Date,"
    " Purchase Date, Sale Date, Order ID, Order Number, Invoice, Invoice No, InvoiceNo, Receipt, Customer, Customer ID,"
    " CustomerID, Customer Name, Product, Item, Description, SKU, StockCode, Quantity, Qty, Price, Unit Price,"
    " UnitPrice, Amount, Total, Sales, Revenue, Dollar Value, Subtotal, Discount, Cost, Status",
    "touches": "Дата, Дата звонка, Дата контакта, Дата первого контакта, Дата следующего контакта, Следующий контакт,"
    " Следующий шаг, Статус звонка, Результат, Итог, Тип, Тип контакта, Канал связи, Заметка, Комментарий,"
    " Activity Date, Activity Type, Type, Subject, Summary, Outcome, Next Action, Next Follow Up, Last Contact Date,"
    " Owner, Notes",
    "products": "Артикул, Наименование, Номенклатура, Товар, Цена, Себестоимость, SKU, Product, Item, Price",
}
"""Headings of real spreadsheets for which a record of that kind has a field."""


@pytest.mark.parametrize("kind", LISTED)
def test_every_listed_heading_is_known_in_its_kind_of_sheet(kind: SheetKind) -> None:
    assert [word for word in LISTED[kind].split(", ") if not meaning_of(word, kind)] == []


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("\ufeffФ.И.О.", "name"),
        ("ТЕЛЕФОН *:", "phone"),
        ("Рабочий  телефон\n(контакт)", "phone"),
        ("Tелефон", "phone"),
        ("Е-mail", "email"),
        ("utm_source", "channel"),
        ("FirstName", "first"),
        ("CompanyName", "company"),
        ("ContactName", "name"),
        ("HomePhone", "phone"),
        ("CustomerID", "customer key"),
        ("Phone 2 - Value", "phone"),
        ("E-mail 3 Address", "email"),
        ("Address 1 - Formatted", "address"),
        ("Телефон 2", "phone"),
        ("Название", "company"),
        ("Дата рождения", "birthday"),
        ("Заметка", "note"),
        ("Рост", ""),
    ],
)
def test_a_heading_of_contacts_is_known_however_it_is_written(heading: str, meaning: str) -> None:
    assert meaning_of(heading, "contacts") == meaning


def test_the_same_word_means_other_things_in_other_sheets() -> None:
    assert meaning_of("Наименование", "contacts") == "company"
    assert meaning_of("Наименование", "purchases") == "product"
    assert meaning_of("Сделка", "deals") == "title"
    assert meaning_of("Дата", "contacts") == "created on"
    assert meaning_of("Дата", "touches") == "date"
    assert meaning_of("InvoiceNo", "purchases") == "key"


def test_a_heading_may_name_its_currency() -> None:
    assert currency_of("Сумма, руб.") == "RUB"
    assert currency_of("Amount (USD)") == "USD"
    assert currency_of("Сумма") is None
    assert fold("Сумма, руб.") == fold("Бюджет руб.").replace("бюджет", "сумма") == "сумма"


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Рабочий телефон", "Рабочий"),
        ("Mobile Phone", "Mobile"),
        ("HomePhone", "Home"),
        ("Телефон", ""),
        ("Телефон 2", ""),
        ("Личный email", "Личный"),
        ("Контакт Telegram", "Telegram"),
        ("Phone 1 - Value", ""),
    ],
)
def test_the_label_of_a_point_is_what_its_heading_adds(heading: str, label: str) -> None:
    assert label_of(heading) == label


def test_a_name_or_a_number_is_no_heading() -> None:
    assert not is_heading("Иванов Пётр")
    assert not is_heading(5)
    assert not is_heading("89161234567")
