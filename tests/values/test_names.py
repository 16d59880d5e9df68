import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.names import likeness_of_names, name_words, skeleton
from crmcli.values.text import search_key


def words(name: str) -> tuple[str, ...]:
    return name_words(search_key(name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Иванов Фёдор", "федор ИВАНОВ"),
        ("Иванов Фёдор", "Fyodor Ivanov"),
        ("Юлия Щербакова", "Yulia Shcherbakova"),
        ("Наталья Хабарова", "Natalya Khabarova"),
        ("Евгений Цветков", "Evgeny Tsvetkov"),
        ("Алексей Жуков", "Alexey Zhukov"),
        ("ООО «Ромашка»", "Romashka LLC"),
        ("Blue Door", "BLUE  DOOR, Inc."),
        ("José Núñez", "Jose Nunez"),
        ("Анна-Мария Петрова", "Петрова Анна Мария"),
    ],
)
def test_one_name_written_in_two_ways_has_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other) != ()


@pytest.mark.parametrize(("one", "other"), [("Пётр Иванов", "Иван Иванов"), ("Двор 153", "Двор 154"), ("Ким", "Цой")])
def test_other_names_have_other_words(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_a_name_of_nothing_but_a_legal_form_keeps_it() -> None:
    assert words("ООО") == ("o",)
    assert words("!?") == ()


@pytest.mark.parametrize(
    ("one", "other", "least", "most", "whole"),
    [
        ("Анна Петрова", "Петрова Анна", 1, 1, 2),
        ("Анна Петрова", "Анна Петрва", 0.85, 0.99, 2),
        ("Анна Петрова", "А. Петрова", 0.85, 0.95, 1),
        ("Цветкова Ц.", "Цветкова Цецилия", 0.85, 0.95, 1),
        ("Анна Петрова", "Анна Петрова Игоревна", 0.9, 0.9, 2),
        ("Пётр Иванов", "Иван Иванов", 0, 0.5, 1),
        ("Двор 153", "Двор 154", 0, 0.5, 1),
        ("Анна", "Борис", 0, 0.3, 0),
    ],
)
def test_names_are_as_alike_as_their_worst_words_allow(
    one: str, other: str, least: float, most: float, whole: int
) -> None:
    alike, count = likeness_of_names(words(one), words(other))
    assert least <= alike <= most
    assert count == whole


NAMES = st.lists(st.text("абвгкеиоу", min_size=1, max_size=6), max_size=4).map(" ".join).map(words)


@given(NAMES, NAMES)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_one(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    alike, whole = likeness_of_names(one, other)
    assert 0 <= alike <= 1
    assert 0 <= whole <= min(len(one), len(other))
    assert likeness_of_names(other, one) == (alike, whole)


@given(NAMES)
def test_a_name_is_itself(one: tuple[str, ...]) -> None:
    assert likeness_of_names(one, one)[0] == 1


def test_a_skeleton_is_the_first_letter_and_the_consonants() -> None:
    assert [skeleton(word) for word in ("anna", "ivanov", "petr", "", "153")] == ["an", "ivnv", "ptr", "", "153"]
