"""Whom a condition is true of, against a naive answer, on both engines."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.base.opening import Base
from crmcli.questions.condition.among import among
from crmcli.questions.condition.grammar import read_condition
from crmcli.questions.condition.values import Surroundings
from crmcli.questions.rhythm import AsOf
from tests.builders import add_contact, building, rows_of
from tests.questions.condition import naive
from tests.questions.condition.society import a_society
from tests.questions.condition.written import spelled, trees
from tests.questions.world import TODAY

NOW, AROUND = AsOf(TODAY), Surroundings(TODAY)


def ids(base: Base, condition: str, at: AsOf = NOW) -> list[int]:
    """The contacts that a condition, as it is written, is true of."""
    return sorted(row["id"] for row in rows_of(base, among(read_condition(condition, Surroundings(at.day)), at)))


@pytest.mark.parametrize("at", [NOW, AsOf(date(2025, 2, 28)), AsOf(date(2024, 2, 28))], ids=lambda at: str(at.day))
def test_conditions_are_met_by_whom_a_naive_reading_says(base: Base, at: AsOf) -> None:
    society = a_society(seed=at.day.year)
    society.store(base)
    known = naive.facts(society, at)

    @settings(max_examples=80, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        tree = data.draw(trees())
        text = data.draw(spelled(tree))
        assert ids(base, text, at) == sorted(one for one, facts in known.items() if naive.is_met(tree, facts))

    check()


def test_what_a_contact_lacks_is_neither_more_nor_less_but_not_the_same(base: Base) -> None:
    with building(base) as writer:
        nowhere = add_contact(writer)
        kazan = add_contact(writer, city="Казань")
    assert ids(base, "city != 'Москва'") == [nowhere, kazan]
    assert ids(base, "not silent_days > 5") == [nowhere, kazan]
    assert ids(base, "silent_days > 5 or silent_days <= 5") == []
    assert ids(base, "city is empty and silent_days is empty") == [nowhere]


def test_texts_are_compared_without_their_case_and_dots(base: Base) -> None:
    with building(base) as writer:
        contact = add_contact(
            writer, "Фёдор  ЁЖИКОВ", city="ОРЁЛ", note="Просил\n ПЕРЕЗВОНИТЬ", extra={"Цвет": "Жёлтый"}
        )
    for condition in (
        "имя = 'федор ежиков'",
        "город = орел",
        "note contains 'просил перезвонить'",
        "поле('ЦВЕТ') = «желтый»",
        "field('цвет') начинается с ЖЁЛ",
    ):
        assert ids(base, condition) == [contact], condition


def test_the_archived_are_among_them_and_the_deleted_are_not(base: Base) -> None:
    with building(base) as writer:
        archived = add_contact(writer, archived=True)
        add_contact(writer, deleted_at=writer.now)
    assert ids(base, "kind = person") == [archived]
    assert ids(base, "state = lead") == [archived]
    assert ids(base, "not archived") == []


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE contacts; --", "1 OR 1=1", "%", "_", "\\", "') or ('a'='a", ":name", "%(name)s", "{x}", "$1", "?"],
)
def test_what_is_typed_is_never_a_part_of_the_statement(base: Base, text: str) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")
        odd = add_contact(writer, f"x{text}x", note=text, tags=[text], extra={text: text})
    quoted = text.replace("'", "''")
    assert ids(base, f"name contains '{quoted}'") == [odd]
    assert ids(base, f"note = '{quoted}' and tag = '{quoted}'") == [odd]
    assert ids(base, f"field('{quoted}') starts with '{quoted}'") == [odd]
    typed, plain = (str(among(read_condition(f"name = '{name}'", AROUND), NOW)) for name in (quoted, "x"))
    assert typed == plain


def test_the_longest_and_the_deepest_condition_is_still_answered(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
    assert ids(base, " or ".join(["touches=0"] * 140)) == [anna]
    assert ids(base, "not " * 18 + "(has_phone or not has_phone)") == [anna]
    assert ids(base, f"touches in ({','.join(map(str, range(400)))})") == [anna]
