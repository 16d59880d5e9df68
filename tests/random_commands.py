"""Commands as hypothesis chooses them, of small pools of names and numbers, so that they meet one another."""

from typing import Any

from hypothesis import strategies as st

from crmcli.schema.touches import OUTCOMES, TOUCH_KINDS

Words = tuple[str, ...]
Commands = list[Words]

FILES = {
    "people.csv": (
        "Код;Имя;Телефон;E-mail;Город;Теги;Компания;Менеджер;Источник;Комментарий\n"
        "A-1;Анна Орлова;89160000001;anna@example.com;Казань;vip, опт;Ромашка;Olga;Web;первая\n"
        "A-2;Борис Белов;89160000002;boris@example.com;Пермь;опт;;Boris;;\n"
        "A-3;Вера Ким;кот;;Омск;;Ромашка;;Ярмарка;=1+1\n"
    ),
    "changed.csv": (
        "Код;Имя;Телефон;E-mail;Город;Размер;День рождения\n"
        "A-1;Анна Орлова-Ким;89160000001;anna@example.com;Москва;XL;01.02.1990\n"
        "A-2;Борис Белов;89160000003;;Пермь;L;\n"
        "A-4;Глеб Дым;89160000004;;Тула;;31.02.2001\n"
    ),
    "sales.csv": (
        "Номер;Клиент;Телефон;Дата;Товар;Количество;Сумма\n"
        "7;Анна Орлова;89160000001;01.06.2026;Tea;2;1 200,50\n"
        "7;Анна Орлова;89160000001;01.06.2026;Cup;1;300\n"
        "8;Борис Белов;89160000002;05.06.2026;Tea;1;-600\n"
        "9;;;06.06.2026;Honey;1;450\n"
    ),
    "deals.csv": (
        "Название сделки;Клиент;Этап;Бюджет;Дата создания;Ответственный\n"
        "Кофе;Анна Орлова;Meeting;45000;01.05.2026;Olga\n"
        "Чай;Борис Белов;Выставка;12000;03.05.2026;Пётр\n"
        "Мёд;;Успешно реализовано;700;04.05.2026;\n"
    ),
    "touches.csv": (
        "Дата;Тип;Контакт;Телефон;Комментарий\n"
        "02.06.2026;звонок;Анна Орлова;89160000001;просила цену\n"
        "03.06.2026;встреча;Борис Белов;89160000002;у него\n"
    ),
    "products.csv": "Артикул;Товар;Цена;Себестоимость\nT-1;Tea;450;210\nC-1;Cup;300;\n",
    "cards.vcf": (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Анна Орлова\r\nTEL;TYPE=WORK:+79160000001\r\nTEL:+79160000009\r\n"
        "NOTE:с карточки\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Дина Лис\r\nORG:Ромашка\r\nEMAIL:dina@example.com\r\nEND:VCARD\r\n"
    ),
}
"""Sheets of every kind that mean the same people, by the names they are imported under."""

FOUNDING: Commands = [
    ("employee", "add", "Olga"),
    ("employee", "add", "Boris"),
    ("channel", "add", "Web"),
    ("product", "add", "Tea", "--price", "450", "--cost", "210"),
    ("contact", "add", "Анна Орлова", "--phone", "+79160000001", "--company", "Ромашка", "--owner", "Olga"),
    ("contact", "add", "Борис Белов", "--phone", "+79160000002", "--tag", "опт", "--city", "Пермь"),
    ("deal", "add", "1", "Кофе", "--amount", "45000"),
    ("purchase", "add", "1", "1200,50", "--on", "2026-05-01"),
]
"""What every base begins with, so that few commands are refused."""


def _flat(parts: Any) -> Words:
    return tuple(word for part in parts for word in ((part,) if isinstance(part, str) else part))


def _said(*parts: str | st.SearchStrategy[Any]) -> st.SearchStrategy[Words]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map(_flat)


def _maybe(flag: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Words]:
    return st.just(()) | st.tuples(st.just(flag), values)


def _flag(flag: str) -> st.SearchStrategy[Words]:
    return st.sampled_from([(), (flag,)])


def _one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


_ID = st.integers(1, 7).map(str)
_FEW = st.integers(1, 4).map(str)
_CONTACT = _ID | _one_of("1", "2", "Анна", "Борис", "Ромашка", "+79160000001", "anna@example.com")
_WHO = _CONTACT | st.just("-")
_NAME = _one_of("Анна Орлова", "Борис Белов", "Вера Ким", "Ёлка & Co", "Дина Лис")
_PHONE = st.integers(1, 9).map(lambda digit: f"+7916000000{digit}") | st.just("кот")
_EMAIL = _one_of("anna@example.com", "boris@example.com", "нет")
_EMPLOYEE = _one_of("Olga", "Boris", "Пётр")
_CHANNEL = _one_of("Web", "Ярмарка")
_STAGE = _one_of("New lead", "Call", "Meeting", "Proposal", "Paid", "Lost", "Выставка", "Звонок")
_PRODUCT = _one_of("Tea", "Cup", "Honey")
_TAG = _one_of("vip", "опт", "Ёж")
_CITY = _one_of("Казань", "Пермь", "")
_DAY = _one_of("today", "yesterday", "2026-05-20", "2025-12-31", "-3d")
_AHEAD = _one_of("+7d", "2026-08-01")
_AMOUNT = _one_of("0", "4500", "1 200,50", "12k", "-5")
_FIELD = _one_of("size=XL", "size=", "Ключ=а=б", "other city=Омск")
_OFTEN_CONTACT = _CONTACT | _FEW

_LINKS = (
    _maybe("--company", _one_of("Ромашка", "Дверь", "")),
    _maybe("--owner", _EMPLOYEE),
    _maybe("--channel", _CHANNEL),
    _maybe("--referred-by", _CONTACT),
)
COMMAND: st.SearchStrategy[Words] = st.one_of(
    _said("contact", "add", _NAME, _maybe("--phone", _PHONE), _maybe("--email", _EMAIL), *_LINKS,
          _maybe("--city", _CITY), _maybe("--tag", _TAG), _maybe("--set", _FIELD), _flag("--force")),
    _said("contact", "edit", _OFTEN_CONTACT, _maybe("--name", _NAME), _maybe("--phone", _PHONE),
          _maybe("--drop", _PHONE), *_LINKS, _maybe("--city", _CITY), _maybe("--set", _FIELD),
          _maybe("--next", _AHEAD), _maybe("--kind", _one_of("person", "company")), _flag("--force")),
    _said("contact", "tag", _OFTEN_CONTACT, _TAG, _flag("--remove")),
    _said("contact", "archive", _OFTEN_CONTACT, _flag("--restore")),
    _said("contact", "delete", _OFTEN_CONTACT, "--reason", "дважды", "--yes"),
    _said("contact", "restore", _OFTEN_CONTACT),
    _said("contact", "merge", _OFTEN_CONTACT, _OFTEN_CONTACT, "--yes"),
    _said("contact", "merge", _ID, _ID, _ID, "--yes"),
    _said("contact", "distinct", _OFTEN_CONTACT, _OFTEN_CONTACT),
    _said("touch", "add", _OFTEN_CONTACT, _one_of(*TOUCH_KINDS), _maybe("--outcome", _one_of(*OUTCOMES)),
          _maybe("--on", _DAY), _maybe("--deal", _FEW), _maybe("--next", _AHEAD), _maybe("--employee", _EMPLOYEE)),
    _said("deal", "add", _WHO, _one_of("Кофе", "Чай"), _maybe("--amount", _AMOUNT), _maybe("--stage", _STAGE),
          _maybe("--owner", _EMPLOYEE), _maybe("--product", _PRODUCT)),
    _said("deal", "move", _FEW, _STAGE, _maybe("--on", _DAY), _maybe("--reason", st.just("дорого"))),
    _said("purchase", "add", _WHO, _AMOUNT, _maybe("--on", _DAY), _maybe("--deal", _FEW), _maybe("--owner", _EMPLOYEE)),
    _said("purchase", "add", _WHO, "--line", _one_of("Tea*2", "Cup=300", "Tea"), _maybe("--on", _DAY)),
    _said("purchase", "refund", _ID, _maybe("--amount", _AMOUNT), _maybe("--on", _DAY)),
    _said("stage", "add", _STAGE, _maybe("--after", _STAGE), _maybe("--entered-by", _one_of(*TOUCH_KINDS))),
    _said("stage", "rename", _STAGE, _STAGE),
    _said("channel", "add", _CHANNEL),
    _said("product", "add", _PRODUCT, _maybe("--price", _AMOUNT)),
    _said("employee", "add", _EMPLOYEE, _maybe("--email", _EMAIL)),
    _said("employee", "handover", _EMPLOYEE, _EMPLOYEE),
    _said("config", "set", "touched_days", _FEW),
    _said("config", "set", "currency", _one_of("USD", "RUB", "KWD")),
    _said("config", "set", "country", _one_of("RU", "KZ")),
    _said("import", _one_of(*FILES), _maybe("--on-duplicate", _one_of("fill", "update", "skip", "new")), "--yes"),
    _said("undo", "--last", _FEW, "--yes"),
    _said("undo", st.integers(1, 60).map(str), "--yes"),
)  # fmt: skip
"""Every command that changes the base and can be taken back, undo among them."""
