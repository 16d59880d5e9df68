"""A row that means a contact in the trash is rejected: nothing there is changed unseen, nor made once more."""

import pytest

from crmcli.actions.trash import delete, restore
from crmcli.base.opening import Base
from crmcli.values.records import ContactRecord
from tests.actions.importing.conftest import (
    Store,
    contact_named,
    counts,
    deal,
    email,
    names,
    person,
    phone,
    sale,
    touch,
)
from tests.builders import building


@pytest.fixture
def deleted(base: Base, store: Store) -> int:
    """Anna, who is in the trash: known by a key, a phone and an e-mail."""
    store(person("Анна Петрова", phone("+79160000001"), email("anna@example.com"), key="k1"))
    anna = int(contact_named(base, "Анна Петрова")["id"])
    with building(base) as writer:
        delete(writer, anna, "asked to")
    return anna


MEANING_HER = [
    person("Анна Петрова", key="k1"),
    person("Анна", phone("+79160000001")),
    person("Анна Петрова", email("anna@example.com")),
    person(None, phone("+79160000001")),
    person("Анна Петрова"),
]


@pytest.mark.parametrize("record", MEANING_HER)
def test_a_row_that_means_a_deleted_contact_is_rejected(
    record: ContactRecord, base: Base, store: Store, deleted: int
) -> None:
    before = contact_named(base, "Анна Петрова")
    for rows in ([record], [sale(record)], [deal(record)], [touch(record)]):
        report = store(*rows)
        assert counts(report) == (0, 0, 1)
        assert report.rejections[0].reason == f"contact {deleted} is in the trash: crmcli contact restore {deleted}"
    assert names(base) == ["Анна Петрова"]
    assert contact_named(base, "Анна Петрова") == before


def test_a_restored_contact_is_met_again(base: Base, store: Store, deleted: int) -> None:
    with building(base) as writer:
        restore(writer, deleted)
    assert counts(store(*MEANING_HER)) == (0, 5, 0)


def test_a_live_contact_with_the_same_phone_is_met_before_a_deleted_one(base: Base, store: Store, deleted: int) -> None:
    store(person("Анна Петрова", phone("+79160000001"), key="k2"), on_duplicate="new")
    assert counts(store(person("Анна Петрова", phone("+79160000001")))) == (0, 1, 0)


def test_another_of_the_name_who_is_reached_elsewhere_is_stored(base: Base, store: Store, deleted: int) -> None:
    assert counts(store(person("Анна Петрова", phone("+79160000099")))) == (1, 0, 0)


def test_of_several_in_the_trash_none_is_made_once_more(base: Base, store: Store, deleted: int) -> None:
    store(person("Анна Петрова", phone("+79160000001"), key="k2"), on_duplicate="new")
    with building(base) as writer:
        delete(writer, deleted + 1, "twice")
    assert counts(store(person("Анна Петрова", phone("+79160000001")))) == (0, 0, 1)
