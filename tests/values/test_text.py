import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.text import search_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Пётр Ёлкин", "ПЕТР ЕЛКИН"),
        ("Пе\u0308тр", "Петр"),
        ("  Анна   Петрова\n", "анна петрова"),
        ("Анна\u00a0Петрова", "Анна Петрова"),
        ("STRASSE", "straße"),
        ("Ａｎｎａ", "anna"),
        ("ﬁrm", "FIRM"),
    ],
)
def test_names_that_people_take_for_the_same_have_the_same_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("Анна", "Инна"), ("и", "й"), ("Ivan", "Иван"), ("a b", "ab")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@given(st.text())
def test_any_text_has_a_key_in_one_line_without_outer_blanks(text: str) -> None:
    key = search_key(text)
    assert key == " ".join(key.split())
    assert "ё" not in key
