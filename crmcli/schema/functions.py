"""The few functions that the two engines spell differently."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Text, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_CAPITALS = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"


class days_between(GenericFunction[int]):  # noqa: N801 - named as the SQL function it is
    """days_between(later, earlier): whole days from the earlier date to the later one."""

    type = Integer()
    inherit_cache = True


class plus_days(GenericFunction[Any]):  # noqa: N801
    """plus_days(date, count): the date so many days later."""

    type = Date()
    inherit_cache = True


class month_of(GenericFunction[str]):  # noqa: N801
    """month_of(date): the month as text, 2026-03."""

    type = Text()
    inherit_cache = True


class months_of(GenericFunction[int]):  # noqa: N801
    """months_of(date): the number of its month, one more than that of the month before: year * 12 + month - 1."""

    type = Integer()
    inherit_cache = True


class json_value(GenericFunction[Any]):  # noqa: N801
    """json_value(text, member, type_=...): what the JSON object in `text` has under that name; null where nothing."""

    inherit_cache = True


class greatest_of(GenericFunction[Any]):  # noqa: N801
    """greatest_of(a, b): the larger one; that which is known where the other is null."""

    inherit_cache = True


class folded(GenericFunction[str]):  # noqa: N801
    """folded(text): the text as a search key, in which texts are compared: see crmcli.values.text.

    On PostgreSQL English and Russian letters are folded whatever the server's locale, others as that has it.
    """

    type = Text()
    inherit_cache = True


class json_members(GenericFunction[Any]):  # noqa: N801
    """json_members(object).table_valued("key", "value"): a row a member of a JSON object, its value as text."""

    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_between_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_between_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(cast(clause, Date), **kw) for clause in element.clauses)
    return f"({later} - {earlier})"


@compiles(plus_days, "sqlite")
def _plus_days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, count = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, ({count}) || ' days')"


@compiles(plus_days, "postgresql")
def _plus_days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, count = element.clauses
    return f"({compiler.process(cast(day, Date), **kw)} + {compiler.process(cast(count, Integer), **kw)})"


@compiles(month_of, "sqlite")
def _month_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **kw)})"


@compiles(month_of, "postgresql")
def _month_of_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)}, 'YYYY-MM')"


@compiles(months_of, "sqlite")
def _months_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)  # text: to cut it takes a third of the time that strftime does
    return f"(CAST(substr({day}, 1, 4) AS INTEGER) * 12 + CAST(substr({day}, 6, 2) AS INTEGER) - 1)"


@compiles(months_of, "postgresql")
def _months_of_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    return f"(extract(year from {day})::integer * 12 + extract(month from {day})::integer - 1)"


@compiles(json_value, "sqlite")
def _json_value_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    text, member = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_extract({text}, '$.' || {member})"


@compiles(json_value, "postgresql")
def _json_value_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    text, member = element.clauses
    kind = compiler.dialect.type_compiler_instance.process(element.type)
    return f"(({compiler.process(text, **kw)})::json ->> {compiler.process(cast(member, Text), **kw)})::{kind}"


@compiles(greatest_of, "sqlite")
def _greatest_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"coalesce(max({first}, {second}), {first}, {second})"


@compiles(greatest_of, "postgresql")
def _greatest_of_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


@compiles(folded, "sqlite")
def _folded_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"search_key({compiler.process(element.clauses, **kw)})"


@compiles(folded, "postgresql")
def _folded_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    lower = f"lower(normalize({compiler.process(element.clauses, **kw)}, NFKC))"
    letters = f"translate(replace({lower}, 'ß', 'ss'), '{_CAPITALS}Ёёς', '{_CAPITALS.lower()}ееσ')"
    return f"btrim(regexp_replace({letters}, '\\s+', ' ', 'g'))"


@compiles(json_members, "sqlite")
def _json_members_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(json_members, "postgresql")
def _json_members_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_each_text({compiler.process(element.clauses, **kw)})"


def total(amounts: Any) -> ColumnElement[int]:
    """The sum as an integer on both engines (PostgreSQL's sum of integers is numeric), 0 where there is none."""
    return cast(func.coalesce(func.sum(amounts), 0), BigInteger)
