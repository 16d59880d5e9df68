"""A workbook of contacts, every one with a key, a phone and an e-mail; the same for the same number of rows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from xlsxwriter import Workbook

from benchmarks.made.people import Person, people

HEADINGS = (
    "Код клиента", "ФИО", "Телефон", "E-mail", "Город", "Дата рождения", "Ответственный", "Источник", "Дата создания",
    "Примечание",
)  # fmt: skip
MOST_ROWS = 1_048_575
"""What a sheet holds below its headings."""

_AT_ONCE = 5_000
_OWNERS = ("Анна Белова", "Олег Котов", "Ирина Лосева", "Mark Wood", "Вера Синицына", "Павел Орешкин", "Jane Brook")
_SOURCES = ("Сайт", "Звонок", "Выставка", "Рекомендация", "Instagram", "Google", "Авито")
_NOTES = ("Звонить после 18:00", "Просил счёт", "Prefers e-mail", "Постоянный клиент, скидка 5%", "Ждёт новый каталог")
_SPELLINGS: tuple[Callable[[str], str | int], ...] = (
    lambda n: f"+7 {n[:3]} {n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"8 ({n[:3]}) {n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"+7{n}",
    lambda n: f"8{n}",
    lambda n: f"{n[:3]} {n[3:6]} {n[6:8]} {n[8:]}",
    lambda n: f"8-{n[:3]}-{n[3:6]}-{n[6:]}",
    lambda n: int(f"7{n}"),
)
"""How a Russian number is written; the last, as Excel keeps it once somebody has typed it without a plus."""


def write_contacts(path: Path, count: int) -> None:
    """Writes that many contacts below the headings."""
    with Workbook(path, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        for number, person in enumerate(_persons(count), 1):
            for place, value in enumerate(_cells(number, person)):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                else:
                    sheet.write(number, place, value)


def _persons(count: int) -> Iterator[Person]:
    """So many, made a few at a time: whoever measures processes has to stay small."""
    seeds = range(count // _AT_ONCE + 1)
    return islice((person for seed in seeds for person in people(_AT_ONCE, 0, seed)), count)


def _cells(number: int, person: Person) -> tuple[str | int | date, ...]:
    owner, source, note = (words[number * 31 % len(words)] for words in (_OWNERS, _SOURCES, _NOTES))
    born = date(1950, 1, 1) + timedelta(days=number * 7919 % 20_000)
    created = date(2020, 1, 1) + timedelta(days=number * 31 % 2_000)
    email, note = f"client{number}@example.com", f"{note} ({number % 977})"
    city = person.city or "Москва"
    return f"K-{number}", person.name, _phone(number, person), email, city, born, owner, source, created, note


def _phone(number: int, person: Person) -> str | int:
    """A number of its own for each; English names have British ones, which no home country's pattern reads."""
    last = f"{number * 123_456_791 % 10**8:08}"
    if person.name.isascii():
        return f"+44 74{last[:2]} {last[2:]}"
    return _SPELLINGS[number % len(_SPELLINGS)](f"9{number % 90 + 10}{last[1:]}")
