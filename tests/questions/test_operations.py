"""What was done to the base."""

from sqlalchemy import select

from crmcli.actions.contact import archive, tag
from crmcli.actions.undo import undo
from crmcli.base.opening import Base
from crmcli.questions.operations import changes_counted, last_operations, operation
from crmcli.schema import operations
from tests.builders import Row, add_contact, building, rows_of


def last(base: Base) -> Row | None:
    return next(iter(rows_of(base, last_operations(1))), None)


def operation_that_added(base: Base, name: str) -> int:
    with building(base, "contact add") as writer:
        add_contact(writer, name, phones=["+79123456789", "доб. 12"])
        writer.summary = f"added {name}"
        return writer.operation_id


def operation_that_undid(base: Base, operation_id: int) -> int:
    with building(base, "undo") as writer:
        undo(writer, operation_id)
        return writer.operation_id


def test_a_new_base_has_no_last_operation(base: Base) -> None:
    assert last(base) is None


def test_the_last_operation_says_who_did_what(base: Base) -> None:
    operation_that_added(base, "Anna")
    latest = operation_that_added(base, "Boris")
    found = last(base)
    assert found is not None
    assert (found["id"], found["actor"], found["command"], found["summary"]) == (
        latest, "tester", "contact add", "added Boris",
    )  # fmt: skip
    assert rows_of(base, operation(latest)) == [found]
    assert rows_of(base, operation(latest + 99)) == []


def test_what_was_taken_back_and_the_taking_back_are_passed_over(base: Base) -> None:
    first, second, third = (operation_that_added(base, name) for name in ("Anna", "Boris", "Vera"))
    for standing in (third, second, first):
        found = last(base)
        assert found is not None
        assert found["id"] == standing
        operation_that_undid(base, standing)
    assert last(base) is None


def test_an_operation_that_changed_nothing_is_none(base: Base) -> None:
    with building(base):
        pass
    assert rows_of(base, select(operations)) == []


def test_changes_are_counted_by_table_and_action_each_row_once(base: Base) -> None:
    operation_that_added(base, "Anna")
    with building(base) as writer:
        boris = add_contact(writer, "Boris", phones=["+79990000000", "доб. 1"])
        for archived in (True, False, True):
            archive(writer, boris, archived=archived)
        tag(writer, boris, ["vip"])
        number = writer.operation_id
    counted = {(row["table_name"], row["action"]): row["total"] for row in rows_of(base, changes_counted(number))}
    assert counted == {
        ("contacts", "insert"): 1,
        ("contacts", "update"): 1,
        ("contact_points", "insert"): 2,
        ("contact_tags", "insert"): 1,
    }
