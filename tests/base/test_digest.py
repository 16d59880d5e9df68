"""What a base holds has one digest, whatever engine holds it."""

from datetime import datetime

import pytest
from sqlalchemy import insert, text, update

from crmcli.base.digest import EVERYTHING, Content, content_of
from crmcli.base.opening import Base
from crmcli.base.triggers import drop_triggers
from crmcli.base.writing import reading, writing
from crmcli.schema import JOURNALED, contact_tags, operations
from tests.base.rows import add_contact, add_one_of_each

MOMENT = datetime.fromisoformat("2026-01-02T03:04:05")


def content(base: Base) -> Content:
    with reading(base) as connection:
        return content_of(connection)


def fill(base: Base) -> None:
    """A row in every table, and changed and removed ones in the journal; the same on each engine."""
    with writing(base, "test", "me") as writer:
        ids = add_one_of_each(writer)
        add_contact(writer, created_at=MOMENT)  # the other is in the trash, and has no rhythm
        writer.connection.execute(update(operations).values(at=MOMENT))
    with writing(base, "test", "me") as writer:
        for table in JOURNALED:
            column = next(column for column in table.columns if not column.primary_key)
            same = update(table).where(table.c.id == ids[table.name]).values({column.name: column})
            writer.connection.execute(same)
        writer.connection.execute(contact_tags.delete())
        writer.connection.execute(update(operations).values(at=MOMENT))


def test_both_engines_give_the_same_data_the_same_digest(sqlite_base: Base, postgres_base: Base) -> None:
    fill(sqlite_base)
    fill(postgres_base)
    found = content(sqlite_base)
    assert found == content(postgres_base)
    assert found.counts.keys() == {table.name for table in EVERYTHING}
    assert found.counts["changes"] > 2 * len(JOURNALED)
    assert len(found.digest) == 64


def test_the_digest_does_not_tell_how_many_rows_are_read_at_once(
    sqlite_base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_base)
    whole = content(sqlite_base)
    monkeypatch.setattr("crmcli.base.digest._AT_ONCE", 2)
    assert content(sqlite_base) == whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contacts SET name = name || ' '",
        "UPDATE contacts SET birthday = NULL",
        "UPDATE contacts SET extra = '{}'",
        "UPDATE touches SET happened_at = '04:05:06'",
        "UPDATE operations SET actor = 'you'",
        "UPDATE changes SET before = NULL WHERE action = 'delete'",
        "DELETE FROM segments",
        "DELETE FROM contact_rhythm",
    ],
)
def test_any_change_changes_the_digest(change: str, base: Base) -> None:
    fill(base)
    before = content(base)
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(operations).where(operations.c.id == writer.operation_id).values(at=MOMENT))
        unchanged = content_of(writer.connection).digest
        assert unchanged != before.digest  # an operation more
        writer.connection.execute(text(change))
        assert content_of(writer.connection).digest != unchanged


def test_an_older_base_that_lacks_a_column_has_a_digest_too(sqlite_base: Base) -> None:
    fill(sqlite_base)
    whole = content(sqlite_base)
    with writing(sqlite_base, "test", "me", keep=False) as writer:
        drop_triggers(writer.connection)
        writer.connection.execute(text("ALTER TABLE touches DROP COLUMN rating"))
        older = content_of(writer.connection)
    assert older.counts["touches"] == whole.counts["touches"]
    assert older.digest != whole.digest


def test_where_a_row_ends_and_the_next_begins_is_part_of_the_digest(sqlite_base: Base) -> None:
    def digest_of(*tags: str) -> str:
        with writing(sqlite_base, "test", "me", keep=False) as writer:
            contact_id = add_contact(writer)
            for tag in tags:
                writer.connection.execute(insert(contact_tags).values(contact_id=contact_id, tag=tag))
            return content_of(writer.connection, [contact_tags]).digest

    assert len({digest_of("a", "b"), digest_of('a","b'), digest_of("ab"), digest_of("b", "a")}) == 4
