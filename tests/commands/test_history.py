"""Who did what and when, each field before and after."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest

from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.questions.history import HistoryFilter, changes_done, counted
from tests.base.spoiling import spoil
from tests.builders import add_channel, add_contact, add_employee, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

OPERATION = ["operation_id", "at", "actor", "command", "summary", "undone_by", "changes"]
CHANGE = ["table", "row_id", "action", "field", "before", "after"]


@pytest.fixture
def life(do: Said) -> None:
    """Contact 1, Anna, from operation 3 on; contact 2 is another."""
    for words in (
        ["employee", "add", "Olga"],
        ["employee", "add", "Boris"],
        ["contact", "add", "Anna", "--phone", "+79160000001", "--owner", "Olga", "--as", "Boris"],
        ["contact", "add", "Other", "--phone", "+79160000009"],
        ["contact", "edit", "Anna", "--owner", "Boris", "--next", "2026-08-01", "--set", "size=XL", "--as", "Olga"],
        ["contact", "edit", "Anna", "--name", "Anna Petrova", "--drop", "+79160000001"],
        ["deal", "add", "1", "Beans", "--amount", "1200,50", "--opened", "2026-06-01"],
        ["deal", "move", "1", "Contract", "--on", "2026-06-02"],
        ["touch", "add", "1", "meeting", "--text", "hello", "--rating", "4/5", "--at", "10:30", "--on", "2026-06-03"],
        ["purchase", "add", "1", "300", "--on", "2026-06-04"],
        ["contact", "tag", "1", "vip"],
        ["contact", "tag", "1", "vip", "--remove"],
    ):
        do(*words)


def fields(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Operation, table, action, field, before, after of every change."""
    return [
        (row["operation_id"], *(change[key] for key in CHANGE if key != "row_id"))
        for row in rows
        for change in row["changes"]
    ]


@pytest.mark.usefixtures("life")
def test_the_operations_are_told_the_newest_first(ask: Asked, do: Said) -> None:
    rows = ask("history")
    assert [row["operation_id"] for row in rows] == list(range(12, 0, -1))
    assert all(list(row) == OPERATION and row["changes"] is None for row in rows)
    assert (rows[-3]["actor"], rows[-3]["command"]) == ("Boris", "contact add")
    assert rows[-3]["summary"] == "added contact 1 Anna"
    assert datetime.fromisoformat(rows[0]["at"]).tzinfo is not None
    assert [row["operation_id"] for row in ask("history", "--limit", "2")] == [12, 11]


@pytest.mark.usefixtures("life")
def test_what_was_taken_back_says_by_what(ask: Asked, do: Said) -> None:
    do("undo", "10", "--yes")
    rows = {row["operation_id"]: row for row in ask("history")}
    assert (rows[10]["undone_by"], rows[13]["command"], rows[9]["undone_by"]) == (13, "undo", None)
    assert fields(ask("history", "--operation", "13")) == [
        (13, "purchase", "removed", "contact", "Anna Petrova", None),
        (13, "purchase", "removed", "owner", "Boris", None),
        (13, "purchase", "removed", "purchased_on", "2026-06-04", None),
        (13, "purchase", "removed", "kind", "sale", None),
        (13, "purchase", "removed", "amount", "300.00", None),
    ]
    assert fields(ask("history", "1")).count((10, "purchase", "added", "amount", None, "300.00")) == 1


@pytest.mark.usefixtures("life")
def test_an_operation_tells_each_field_before_and_after(ask: Asked) -> None:
    assert fields(ask("history", "--operation", "5")) == [
        (5, "contact", "changed", "owner", "Olga", "Boris"),
        (5, "contact", "changed", "next_contact_on", None, "2026-08-01"),
        (5, "contact", "changed", "extra", None, {"size": "XL"}),
    ]
    assert set(fields(ask("history", "--operation", "8"))) == {
        (8, "deal", "changed", "stage", "New lead", "Contract"),
        (8, "move", "added", "deal", None, "1"),
        (8, "move", "added", "stage", None, "Contract"),
        (8, "move", "added", "moved_on", None, "2026-06-02"),
    }
    assert {(9, "touch", "added", "rating", None, 0.8), (9, "touch", "added", "happened_at", None, "10:30:00")} <= set(
        fields(ask("history", "--operation", "9"))
    )


@pytest.mark.usefixtures("life")
@pytest.mark.parametrize("contact_id", [None, 1])
def test_the_changes_are_counted_as_many_as_they_are_without_their_images(contact_id: int | None, base: Base) -> None:
    for operation_id in (None, 3):
        statement = changes_done(HistoryFilter(operation_id), contact_id)
        with reading(base) as connection:
            all_of_them = len(connection.execute(statement).all())
            assert connection.execute(counted(statement)).scalar_one() == all_of_them > 0
        assert "later" not in str(counted(statement))


@pytest.mark.usefixtures("life")
def test_the_history_of_a_contact_has_all_that_belongs_or_belonged_to_it(ask: Asked) -> None:
    found = fields(ask("history", "1"))
    assert {
        (3, "contact", "added", "name", None, "Anna"),
        (3, "contact", "added", "owner", None, "Olga"),
        (3, "contact point", "added", "value", None, "+79160000001"),
        (6, "contact", "changed", "name", "Anna", "Anna Petrova"),
        (6, "contact point", "removed", "value", "+79160000001", None),
        (7, "deal", "added", "amount", None, "1200.50"),
        (7, "deal", "added", "stage", None, "New lead"),
        (8, "deal", "changed", "stage", "New lead", "Contract"),
        (8, "move", "added", "stage", None, "Contract"),
        (9, "touch", "added", "text", None, "hello"),
        (10, "purchase", "added", "amount", None, "300.00"),
        (11, "tag", "added", "tag", None, "vip"),
        (12, "tag", "removed", "tag", "vip", None),
    } <= {row for row in found if row[3] != "extra"}
    assert {operation for operation, *_ in found} == {3, 5, 6, 7, 8, 9, 10, 11, 12}
    assert not {field for *_, field, _, _ in found} & {"search_key", "created_at", "position", "id"}
    assert {operation for operation, *_ in fields(ask("history", "Other"))} == {4}


@pytest.mark.usefixtures("life")
def test_it_is_narrowed_by_who_and_since_when(ask: Asked, base: Base, refused: Said) -> None:
    assert [row["operation_id"] for row in ask("history", "--employee", "olga")] == [5]
    assert [row["operation_id"] for row in ask("history", "1", "--employee", "Boris")] == [3]
    spoil(base, "UPDATE operations SET at = '2026-01-05 12:00:00' WHERE id <= 10")
    assert [row["operation_id"] for row in ask("history", "--since", "2026-01-06")] == [12, 11]
    assert len(ask("history", "--since", "2026-01-05")) == 12
    assert "there is no employee 'Nobody'" in refused("history", "--employee", "Nobody")
    assert "there is no operation 99" in refused("history", "--operation", "99")


@pytest.mark.usefixtures("life")
def test_other_programs_get_a_row_a_field(crm: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(crm("history", "--operation", "6", "--format", "csv").out)))
    assert list(rows[0]) == [*OPERATION[:-1], *CHANGE]
    changed = [(row["table"], row["field"], row["before"], row["after"]) for row in rows]
    assert ("contact", "name", "Anna", "Anna Petrova") in changed
    shown = crm("history", "--operation", "7").out
    assert "1 200.50" in shown.replace("\u00a0", " ")
    assert "2026-06-01" in shown


def test_a_contact_that_is_no_more_has_a_history(ask: Asked, do: Said, refused: Said) -> None:
    for words in ("contact add Anna", "contact add Ivan --phone +79160000002", "undo --yes", "contact add Petr"):
        do(*words.split())
    do("contact", "merge", "1", "3", "--yes")
    assert {(2, "contact", "added", "name", None, "Ivan"), (3, "contact", "removed", "name", "Ivan", None)} <= set(
        fields(ask("history", "2"))
    )
    assert (5, "contact", "removed", "name", "Petr", None) in fields(ask("history", "3"))
    assert "no contact is '4'" in refused("history", "4")


@pytest.mark.usefixtures("life")
def test_a_deleted_contact_has_a_history_and_an_erased_one_tells_nothing_personal(ask: Asked, do: Said) -> None:
    do("contact", "delete", "1", "--reason", "asked to", "--yes")
    found = fields(ask("history", "1"))
    assert (13, "contact", "changed", "deleted_reason", None, "asked to") in found
    do("contact", "purge", "1", "--confirm", "Anna Petrova")
    told = str(ask("history", "1")) + str(ask("history"))
    for word in ("Anna", "Petrova", "9160000001", "hello", "Beans", "vip", "asked to"):
        assert word not in told
    assert "1200.50" in told
    assert "2026-06-04" in told


def test_an_operation_of_very_many_changes_is_summed_up_for_people_alone(
    base: Base, crm: Run, do: Said, ask: Asked
) -> None:
    with writing(base, "import", "Olga") as writer:
        for number in range(501):
            add_channel(writer, f"Channel {number}")
        add_employee(writer, "Olga")
        writer.summary = "imported much"
    assert [line.split() for line in do("history", "--operation", "1").splitlines()[3:5]] == [
        ["channels", "added", "501"],
        ["employees", "added", "1"],
    ]
    assert len(ask("history", "--operation", "1")[0]["changes"]) == 503
    assert len(ask("history", "--operation", "1", "--limit", "3")[0]["changes"]) == 3
    assert "Channel 2" in do("history", "--operation", "1", "--limit", "3")
    assert "Channel 3" not in do("history", "--operation", "1", "--limit", "3")


@on_sqlite
def test_a_base_without_operations_has_no_history(do: Said, refused: Said) -> None:
    assert do("history") == "Nothing was done yet."
    refused("history", "1")


def test_the_history_of_one_contact_goes_by_indexes(base: Base) -> None:
    """Whatever else was done, no table is read from end to end."""
    from sqlalchemy import text
    from sqlalchemy.dialects import postgresql, sqlite

    from crmcli.base.writing import reading
    from crmcli.questions.history import HistoryFilter, changes_done

    with building(base) as writer:
        anna = add_contact(writer, "Anna", phones=["+79160000001"])
    on_sqlite = base.engine.dialect.name == "sqlite"
    dialect: Any = sqlite.dialect() if on_sqlite else postgresql.dialect()  # type: ignore[no-untyped-call]
    options = {"literal_binds": True}
    query = str(changes_done(HistoryFilter(), anna).compile(dialect=dialect, compile_kwargs=options))
    with reading(base) as connection:
        if not on_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explained = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in connection.execute(text(explained + query.replace("%%", "%"))))
    assert "ix_changes_row_id" in plan
    assert "ix_changes_removed" in plan
    assert "SCAN changes" not in plan
    assert "Seq Scan on changes" not in plan


@on_sqlite
@pytest.mark.usefixtures("life")
def test_where_nothing_is_shown_it_is_said_why(do: Said) -> None:
    assert do("history", "--since", "2099-01-01") == "Nothing was done since 2099-01-01."
    for note in ("a", "b"):
        do("contact", "edit", "2", "--note", note)
    do("contact", "purge", "2", "--confirm", "Other")
    assert do("history", "--operation", "13") == "What was changed was erased for good: there is nothing to show of it."


@on_sqlite
def test_an_actor_is_not_looked_for_among_no_employees(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna")
    told = refused("history", "--employee", "Olga")
    assert "there is no employee 'Olga', and none yet: crmcli employee add 'Olga' makes it" in told
