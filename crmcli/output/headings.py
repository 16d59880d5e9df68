"""The columns of exports and templates, with headings that the importer takes without mapping, in two languages."""

from collections.abc import Iterable, Sequence
from typing import Literal

from crmcli.output.result import Column, Headed, Kind

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")

# Key, kind, English and Russian heading. The keys of rows have in every table the heading they have in their own.
_CONTACT: tuple[str, Kind, str, str] = ("contact_key", "text", "Customer ID", "Код клиента")
_CUSTOMER: tuple[str, Kind, str, str] = ("contact", "text", "Customer", "Клиент")
_OWNER: tuple[str, Kind, str, str] = ("owner", "text", "Owner", "Ответственный")
_CHANNEL: tuple[str, Kind, str, str] = ("channel", "text", "Source", "Источник")
_DEAL: tuple[str, Kind, str, str] = ("deal_key", "text", "Deal ID", "Код сделки")
_OTHER_KEYS: tuple[str, Kind, str, str] = ("other_keys", "texts", "Other IDs", "Другие коды")
_COLUMNS: dict[str, tuple[tuple[str, Kind, str, str], ...]] = {
    "contacts": (
        ("key", "text", "Customer ID", "Код клиента"),
        ("name", "text", "Full name", "Полное имя"),
        ("kind", "text", "Contact kind", "Вид контакта"),
        ("company", "text", "Company", "Компания"),
        ("company_key", "text", "Company ID", "Код компании"),
        ("phones", "labelled", "Phones", "Телефоны"),
        ("emails", "labelled", "E-mail", "E-mail"),
        ("messengers", "labelled", "Messenger", "Мессенджер"),
        ("websites", "labelled", "Website", "Сайт"),
        ("addresses", "labelled", "Addresses", "Адреса"),
        ("city", "text", "City", "Город"),
        ("birthday", "date", "Birthday", "Дата рождения"),
        ("tax_id", "text", "Tax ID", "ИНН"),
        _OWNER,
        _CHANNEL,
        ("referred_by", "text", "Referred by", "Кто порекомендовал"),
        ("referrer_key", "text", "Referrer ID", "Код рекомендателя"),
        ("tags", "texts", "Tags", "Теги"),
        ("note", "text", "Note", "Примечание"),
        ("created_on", "date", "Created on", "Дата создания"),
        ("next_contact_on", "date", "Next contact", "Следующий контакт"),
        ("archived_on", "date", "Archived on", "В архиве с"),
        _OTHER_KEYS,
        ("extra", "fields", "Field", "Поле"),
    ),
    "purchases": (
        ("key", "text", "Order ID", "Код заказа"),
        ("purchased_on", "date", "Purchase date", "Дата покупки"),
        _CONTACT,
        _CUSTOMER,
        ("kind", "text", "Transaction type", "Операция"),
        ("order_amount", "money", "Order amount", "Сумма заказа"),
        ("order_cost", "money", "Order cost", "Себестоимость заказа"),
        ("product", "text", "Product", "Товар"),
        ("sku", "text", "SKU", "Артикул"),
        ("quantity", "quantity", "Quantity", "Количество"),
        ("amount", "money", "Amount", "Сумма"),
        ("cost", "money", "Cost", "Себестоимость"),
        _OWNER,
        _CHANNEL,
        _DEAL,
        ("refund_of", "text", "Refund of", "Возврат заказа"),
        _OTHER_KEYS,
    ),
    "deals": (
        ("key", "text", "Deal ID", "Код сделки"),
        ("title", "text", "Deal name", "Название сделки"),
        _CONTACT,
        _CUSTOMER,
        ("amount", "money", "Deal amount", "Сумма сделки"),
        ("stage", "text", "Deal stage", "Этап сделки"),
        ("state", "text", "Deal state", "Состояние сделки"),
        _OWNER,
        _CHANNEL,
        ("product", "text", "Product", "Товар"),
        ("opened_on", "date", "Opened on", "Дата открытия"),
        ("expected_on", "date", "Expected close date", "Ожидаемая дата закрытия"),
        ("closed_on", "date", "Closed on", "Дата закрытия"),
        ("lost_reason", "text", "Lost reason", "Причина отказа"),
        ("moves", "labelled", "Stage history", "История этапов"),
        _OTHER_KEYS,
    ),
    "touches": (
        ("key", "text", "Touch ID", "Код касания"),
        ("happened_on", "date", "Touch date", "Дата контакта"),
        ("happened_at", "time", "Time", "Время"),
        _CONTACT,
        _CUSTOMER,
        ("kind", "text", "Touch type", "Тип контакта"),
        ("direction", "text", "Direction", "Направление"),
        ("outcome", "text", "Outcome", "Результат"),
        ("minutes", "int", "Minutes", "Минуты"),
        ("rating", "rate", "Rating", "Оценка"),
        ("text", "text", "Comment", "Комментарий"),
        ("employee", "text", "Employee", "Сотрудник"),
        _DEAL,
        _OTHER_KEYS,
    ),
    "products": (
        ("key", "text", "Product key", "Ключ товара"),
        ("name", "text", "Product", "Товар"),
        ("sku", "text", "SKU", "Артикул"),
        ("price", "money", "Price", "Цена"),
        ("cost", "money", "Cost", "Себестоимость"),
    ),
}
_NAMES = {
    "contacts": ("Contacts", "Контакты"),
    "purchases": ("Purchases", "Покупки"),
    "deals": ("Deals", "Сделки"),
    "touches": ("Touches", "Касания"),
    "products": ("Products", "Товары"),
}
_WORDS = {
    "kind": {
        "person": "человек", "company": "компания", "sale": "продажа", "refund": "возврат",
        "call": "звонок", "meeting": "встреча", "email": "письмо", "message": "сообщение", "visit": "визит",
        "letter": "бумажное письмо",
    },
    "state": {"open": "открыта", "won": "выиграна", "lost": "проиграна"},
    "direction": {"in": "входящий", "out": "исходящий"},
    "outcome": {
        "done": "состоялся", "no-answer": "нет ответа", "cancelled": "отменён", "interested": "интерес",
        "refused": "отказ", "callback": "перезвонить",
    },
}  # fmt: skip
"""How Russian sheets write the codes of a column; English ones write the codes themselves."""


def sheet_name(noun: str, language: Language) -> str:
    """What a sheet of these is called."""
    return _NAMES[noun][LANGUAGES.index(language)]


def columns_of_noun(noun: str) -> list[Column]:
    """The columns of contacts, purchases, deals, touches or products in machine formats."""
    return [Column(key, kind=kind) for key, kind, *_ in _COLUMNS[noun]]


def headed(noun: str, language: Language, fields: Iterable[str] = ()) -> list[Headed]:
    """The columns of a sheet of these; each custom field has one of its own, "Field: size"."""
    found: list[Headed] = []
    for column, spec in zip(columns_of_noun(noun), _COLUMNS[noun], strict=True):
        heading = spec[2 + LANGUAGES.index(language)]
        if column.kind == "fields":
            found += [Headed(Column(column.key), f"{heading}: {name}", part=name) for name in fields]
        else:
            found.append(Headed(column, heading, words_of(column.key, language)))
    return found


def words_of(key: str, language: Language) -> dict[str, str]:
    """How sheets of the language write the codes of a column; empty where they write the codes themselves."""
    return _WORDS.get(key, {}) if language == "ru" else {}


def chosen(noun: str, language: Language, keys: Sequence[str]) -> list[Headed]:
    """Those of the columns, in that order; what a sheet of these has not is said of its customer, as of a contact."""
    by_key = {one.column.key: one for one in (*headed("contacts", language), *headed(noun, language))}
    return [by_key[key] for key in keys]
