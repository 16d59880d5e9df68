"""How a condition is read, and what is said of one that cannot be."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.errors import Wrong
from crmcli.questions.condition.fields import FIELDS, field_named
from crmcli.questions.condition.grammar import DEEPEST, read_condition
from crmcli.questions.condition.tokens import LONGEST
from crmcli.questions.condition.tree import Comparison, Joined, Node, Not, comparisons
from crmcli.questions.condition.values import Surroundings
from crmcli.values.text import search_key

TEXTS = "=, !=, in (...), is empty, contains, starts with"
AROUND = Surroundings(date(2026, 3, 1))


def shown(node: Node) -> str:
    """A tree with all its brackets."""
    if isinstance(node, Comparison):
        return " ".join([node.field.name, node.how, *map(str, node.values)])
    if isinstance(node, Not):
        return f"not({shown(node.part)})"
    assert isinstance(node, Joined)
    return f"({f' {node.word} '.join(map(shown, node.parts))})"


def read(condition: str) -> str:
    return shown(read_condition(condition, AROUND))


@pytest.mark.parametrize(
    ("condition", "tree"),
    [
        ("city = 'Казань' and silent_days > 60 and revenue >= 100k",
         "(city = казань and silent_days > 60 and revenue >= 10000000)"),
        ("город = 'Казань' и не_покупал_дней > 60 или не архив = да".replace("архив", "в_архиве"),
         "((city = казань and silent_days > 60) or not(archived = True))"),
        ("has_phone or has_email and archived", "(has_phone = True or (has_email = True and archived = True))"),
        ("(has_phone or has_email) and archived", "((has_phone = True or has_email = True) and archived = True)"),
        ("not not has_phone", "not(not(has_phone = True))"),
        ("есть_телефон = нет", "has_phone = False"),
        ("tag in ('vip', опт, \"a\"\"b\")", 'tag in vip опт a"b'),
        ("тег не в (vip)", "not(tag in vip)"),
        ("city is not empty", "not(city empty)"),
        ("город не пусто", "not(city empty)"),
        ("note not contains 'x'", "not(note contains x)"),
        ("name STARTS  WITH Анна", "name starts анна"),
        ("purchases between 2 and 5 and touches=0", "(purchases between 2 5 and touches = 0)"),
        ("purchases in (1,2,3) ", "purchases in 1 2 3"),
        ("revenue in (1, 2.50)", "revenue in 100 250"),
        ("revenue = 1 200,50", "revenue = 120050"),
        ("revenue<>-5", "not(revenue = -500)"),
        ("revenue > 100 тыс", "revenue > 10000000"),
        ("silent_days > 1 000", "silent_days > 1000"),
        ("last_purchase_on < -90d", "last_purchase_on < 2025-12-01"),
        ("last_purchase_on <= 31.12.2025", "last_purchase_on <= 2025-12-31"),
        ("created_on >= вчера", "created_on >= 2026-02-28"),
        ("state != спящий", "not(state = dormant)"),
        ("kind = Компания", "kind = company"),
        ("company = «ООО Ромашка»", "company = ооо ромашка"),
        ("tax_id = 7712345678", "tax_id = 7712345678"),
        ("поле('Размер') = XL", "field('Размер') = xl"),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_people_mean_it(condition: str, tree: str) -> None:
    assert read(condition) == tree


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("", "the condition is empty"),
        ("citty = 'x'", "at character 1: there is no field 'citty': did you mean city?"),
        ("гороод = 'x'", "at character 1: there is no field 'гороод': did you mean город?"),
        ("qqqq = 1", "there is no field 'qqqq': crmcli segment fields lists them"),
        ("city", f"at character 5: expected {TEXTS} behind city, found the end"),
        ("city > 'a'", f"at character 6: expected {TEXTS} behind city, found '>'"),
        ("silent_days contains 5", "at character 13: expected =, !=, in (...), is empty, <"),
        ("city =", "at character 7: expected a value; texts stand in quotes, found the end"),
        ("city = ''", "at character 8: city is compared with nothing: write is empty"),
        ("city = Нижний Новгород", "at character 15: expected and, or, or the end, found 'Новгород'"),
        ("city = 'Казань", "at character 8: the text that begins with ' has no end"),
        ("silent_days > soon", "at character 15: silent_days is a whole number, not 'soon'"),
        ("silent_days > 1.5", "silent_days is a whole number, not '1.5'"),
        ("silent_days > 9999999999", "silent_days is a whole number"),
        ("revenue > much", "revenue 'much' is no amount"),
        ("revenue > 5 USD", "expected and, or, or the end, found 'USD'"),
        ("revenue > 5$", "'$' means nothing here"),
        ("revenue > 5руб", "revenue is in the base's currency"),
        ("last_touch_on > 31.02.2026", "at character 17: last_touch_on '31.02.2026' is no date"),
        ("state = sleepy", "at character 9: state is one of lead, "),
        ("has_phone = maybe", "at character 13: has_phone is yes or no, not 'maybe'"),
        ("has_phone has_email", "at character 11: expected and, or, or the end, found 'has_email'"),
        ("(has_phone", "at character 11: expected ), found the end"),
        ("has_phone)", "at character 10: expected and, or, or the end, found ')'"),
        ("and has_phone", "at character 1: expected a field such as city or silent_days, found 'and'"),
        ("revenue in (5,00)", "at character 13: '5,00' may be one amount or several"),
        ("tag in vip", "at character 8: expected (, found 'vip'"),
        ("tag in ()", "at character 9: expected a value"),
        (
            "purchases between 5 and 2",
            "at character 25: nothing is between these: the smaller one of purchases comes first",
        ),
        ("purchases between 1", "at character 20: expected and, found the end"),
        ("name starts 'a'", "at character 13: expected with, found"),
        ("city is 'x'", "at character 9: expected empty, found"),
        ("field(size) = 1", "at character 7: expected the name of a field of your own, in quotes"),
        ("city = 'x'; DROP TABLE contacts", "at character 11: ';' means nothing here"),
        ("a\x00", "at character 2: a character that cannot be stored"),
        ("(" * 21 + "has_phone" + ")" * 21, "at character 22: more than 20 brackets and nots in one another"),
        ("x" * 2001, "the condition is too long: 2001 characters, 2000 at most"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_was_expected(condition: str, told: str) -> None:
    with pytest.raises(Wrong) as error:
        read_condition(condition, AROUND)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


_PIECES = (
    "city", "revenue", "tag", "has_phone", "last_touch_on", "поле", "and", "или", "not", "не", "in", "is", "empty",
    "contains", "starts", "with", "between", "=", "!=", ">=", "(", ")", ",", "'x'", "'", "100k", "1 200,50", "-90d",
    "31.12.2026", "yes", "%", "x", "\n", "",
)  # fmt: skip


@given(st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join))
@example("not" * DEEPEST)
@example("(" * LONGEST)
@example("not " * (LONGEST // 4))
@example("has_phone and " * 150)
@example("revenue = " + "9" * 1_900)
@example("revenue = " + "1," * 900)
@example("city = " + "'" * 1_900)
def test_any_text_is_read_or_told_to_be_wrong_in_a_line(text: str) -> None:
    told = ""
    try:
        assert comparisons(read_condition(text, AROUND))
    except Wrong as error:
        told = str(error)
    assert "\n" not in told
    assert len(told) < 400


def test_every_field_has_a_name_in_english_and_russian_that_no_other_has() -> None:
    names = [search_key(name) for field in FIELDS for name in field.names]
    assert len(names) == len(set(names))
    for field in FIELDS:
        english, russian, *_ = field.names
        assert english.isascii()
        assert not any(letter.isascii() and letter.isalpha() for letter in russian)
        assert all(field_named(name.upper()) is field for name in field.names)
        assert field.help
