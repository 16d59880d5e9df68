"""Whom a misspelt name may mean."""

from datetime import datetime
from random import Random

import pytest

from crmcli.base.opening import Base
from crmcli.questions.misspelt import candidates, nearest
from crmcli.values.text import search_key
from tests.builders import Row, add_contact, building, rows_of

NAMES = (
    "Иванов Пётр Сергеевич",
    "Пётр Щербаковский",
    "Мария Соловьёва",
    "ООО «Первый маяк»",
    "Ян Ли",
    "Anna Johnson",
    "100%_ Coffee",
)


def meant(base: Base, typed: str) -> list[str]:
    """The names suggested."""
    asked = candidates(search_key(typed))
    found = [] if asked is None else [_Named(row) for row in rows_of(base, asked)]
    return [one.name for one in nearest(search_key(typed), found)]


class _Named:
    def __init__(self, row: Row) -> None:
        self.name, self.search_key = row["name"], row["search_key"]


@pytest.fixture
def people(base: Base) -> None:
    with building(base) as writer:
        for name in NAMES:
            add_contact(writer, name)
        add_contact(writer, "Иванов Павел", deleted_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the base keeps UTC
        add_contact(writer, "Иванова Полина", archived_at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ивановв Пётр", NAMES[0]),
        ("Петр Иваонв", NAMES[0]),
        ("Ивонов", NAMES[0]),
        ("Щербаковскйи Петр", NAMES[1]),
        ("мария соловева", NAMES[2]),
        ("Певый маяк", NAMES[3]),
        ("Ana Jonson", NAMES[5]),
        ("100%_ Cofee", NAMES[6]),
    ],
)
def test_a_name_with_a_letter_or_two_wrong_means_the_nearest(base: Base, typed: str, name: str) -> None:
    assert meant(base, typed)[:1] == [name]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("typed", ["Nobody Whatever", "Зинаида", "%%%", "Ли", "", "Иванов Павел Ильич"])
def test_what_is_like_nobodys_name_or_too_short_means_nobody(base: Base, typed: str) -> None:
    assert meant(base, typed) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_long_name_of_two_words_is_found_with_any_one_letter_wrong(base: Base, seed: int) -> None:
    chance = Random(seed)
    with building(base) as writer:
        for number in range(40):
            words = ("".join(chance.choices("абвгдежзиклмнопрст", k=9)) for _ in range(2))
            add_contact(writer, " ".join(words), note=str(number))
        add_contact(writer, "романовский александр")
    for place, letter in enumerate("романовский александр"):
        typed = f"{'романовский александр'[:place]}ю{'романовский александр'[place + 1 :]}"
        assert letter == " " or meant(base, typed) == ["романовский александр"], typed
