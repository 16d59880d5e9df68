from datetime import date, time

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import contact_rhythm, touches
from crmcli.values.records import TouchRecord
from tests.actions.importing.conftest import Store, contact_named, counts, person, refs_of, touch
from tests.builders import rows_of

ANNA = person("Анна")
DAY, LATER, NEXT, AFTER = date(2026, 1, 5), date(2026, 1, 8), date(2026, 2, 1), date(2026, 3, 1)


@pytest.mark.parametrize(
    "records",
    [
        [touch(ANNA, key="1"), touch(ANNA, key="2")],
        [touch(ANNA), touch(ANNA), touch(ANNA, LATER), touch(person("Пётр"))],
        [touch(ANNA, happened_at=time(10, 15)), touch(ANNA, happened_at=time(15)), touch(ANNA)],
        [touch(ANNA, outcome="no-answer"), touch(ANNA, outcome="done"), touch(ANNA, text="Перезвонить")],
        [touch(ANNA, kind="meeting", minutes=30), touch(ANNA, direction="in")],
    ],
)
def test_the_same_touches_again_add_nothing(base: Base, store: Store, records: list[TouchRecord]) -> None:
    assert counts(store(*records)) == (len(records), 0, 0)
    assert counts(store(*records)) == (0, len(records), 0)
    assert counts(store(touch(ANNA, AFTER), *records)) == (1, len(records), 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (touch(ANNA, happened_at=time(10)), touch(ANNA, happened_at=time(15))),
        (touch(ANNA, outcome="no-answer"), touch(ANNA)),
        (touch(ANNA, direction="in"), touch(ANNA)),
        (touch(ANNA, text="а"), touch(ANNA, text="б")),
    ],
)
def test_a_second_call_of_one_day_that_comes_in_another_file_is_not_taken_for_the_first(
    base: Base, store: Store, first: TouchRecord, second: TouchRecord
) -> None:
    store(first)
    assert counts(store(second)) == (1, 0, 0)


def test_a_touch_key_of_another_system_is_not_swallowed(base: Base, store: Store) -> None:
    store(touch(ANNA, key="1"))
    assert counts(store(touch(ANNA, LATER, key="1"))) == (0, 1, 0)
    report = store(touch(person("Пётр"), LATER, key="1"))
    assert (counts(report), "--source" in report.rejections[0].reason) == ((0, 0, 1), True)
    assert counts(store(touch(person("Пётр"), LATER, key="1"), source="ats")) == (1, 0, 0)
    assert refs_of(base, "touches") == [("", "1"), ("ats", "1")]


def test_the_last_touch_says_when_the_next_one_is_planned(base: Base, store: Store) -> None:
    store(touch(ANNA, LATER, next_contact_on=AFTER), touch(ANNA, DAY, next_contact_on=NEXT))
    assert contact_named(base, "Анна")["next_contact_on"] == AFTER
    store(touch(person("Пётр"), DAY, next_contact_on=LATER), touch(person("Пётр"), LATER))
    assert contact_named(base, "Пётр")["next_contact_on"] is None


def test_a_planned_date_is_not_overwritten(base: Base, store: Store) -> None:
    store(person("Анна", next_contact_on=NEXT), touch(ANNA, DAY, next_contact_on=AFTER))
    assert contact_named(base, "Анна")["next_contact_on"] == NEXT


def test_a_touch_keeps_what_its_row_says_and_counts_for_its_contact(base: Base, store: Store) -> None:
    store(touch(ANNA, kind="visit", direction="in", outcome="interested", minutes=7, text="Чай", employee="Ольга"))
    t, r = touches.c, contact_rhythm.c
    (row,) = rows_of(base, select(t.kind, t.direction, t.outcome, t.minutes, t.text, t.employee_id))
    assert list(row.values()) == ["visit", "in", "interested", 7, "Чай", 1]
    assert rows_of(base, select(r.touch_count, r.last_touch_on)) == [{"touch_count": 1, "last_touch_on": DAY}]
    store(touch(ANNA, LATER))
    assert rows_of(base, select(t.outcome).where(t.happened_on == LATER)) == [{"outcome": "done"}]
