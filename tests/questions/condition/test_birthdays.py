"""Days to a birthday, against counting them one by one."""

from datetime import date, timedelta

from sqlalchemy import Date, column, select, values

from crmcli.base.opening import Base
from crmcli.questions.condition.birthdays import days_to_birthday
from tests.builders import rows_of
from tests.questions.condition.naive import next_birthday_in

BORN = [date(1984, 1, 1) + timedelta(days=days) for days in range(366)]


def test_days_to_every_birthday_from_any_day(base: Base) -> None:
    people = values(column("born", Date), name="people").data([(born,) for born in BORN]).cte()
    for day in (date(2026, 3, 1), date(2026, 2, 28), date(2027, 12, 31), date(2028, 2, 29), date(2028, 2, 28)):
        found = rows_of(base, select(people.c.born, days_to_birthday(people.c.born, day).label("days")))
        assert {row["born"]: row["days"] for row in found} == {born: next_birthday_in(born, day) for born in BORN}
