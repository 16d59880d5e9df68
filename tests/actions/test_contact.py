from typing import Any

import pytest
from sqlalchemy import RowMapping, select

from crmcli.actions import contact
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import contact_points, contact_tags, contacts
from crmcli.values.points import Point, read_email, read_phone
from tests.builders import add_contact

PHONE = read_phone("8 916 123-45-67", "RU", "Рабочий")


def stored(writer: Writer, contact_id: int) -> RowMapping:
    return writer.connection.execute(select(contacts).where(contacts.c.id == contact_id)).mappings().one()


def points(writer: Writer, contact_id: int) -> list[tuple[Any, ...]]:
    p = contact_points.c
    mine = select(p.value, p.label, p.position).where(p.contact_id == contact_id).order_by(p.position)
    return [tuple(row) for row in writer.connection.execute(mine)]


def test_a_contact_is_added_with_its_points_in_their_order(writer: Writer) -> None:
    anna = contact.add(writer, "  Анна   Петрова ", "person", [PHONE, read_email("A@B.ru")], city="Омск")
    row = stored(writer, anna)
    assert (row["name"], row["search_key"], row["city"], row["extra"]) == ("Анна Петрова", "анна петрова", "Омск", {})
    assert points(writer, anna) == [("+79161234567", "Рабочий", 1), ("a@b.ru", "", 2)]


@pytest.mark.parametrize("name", ["", "  \n"])
def test_a_contact_without_a_name_is_refused(writer: Writer, name: str) -> None:
    with pytest.raises(CrmError, match="empty"):
        contact.add(writer, name, "person")
    anna = add_contact(writer)
    with pytest.raises(CrmError, match="empty"):
        contact.edit(writer, anna, {"name": name}, {})


def test_points_that_are_there_are_not_added_again(writer: Writer) -> None:
    anna = contact.add(writer, "Анна", "person", [PHONE])
    unread = Point("phone", None, "12-34")
    contact.add_points(writer, anna, [read_phone("+7 916 1234567", "RU"), unread, unread, Point("email", None, "")])
    assert points(writer, anna) == [("+79161234567", "Рабочий", 1), (None, "", 2)]


@pytest.mark.parametrize("text", ["+79161234567", "8 916 123-45-67"])
def test_a_point_is_dropped_as_typed_or_in_its_normal_form(writer: Writer, text: str) -> None:
    anna, peter = contact.add(writer, "Анна", "person", [PHONE]), contact.add(writer, "Пётр", "person", [PHONE])
    contact.drop_point(writer, anna, [text])
    assert (points(writer, anna), len(points(writer, peter))) == ([], 1)
    with pytest.raises(CrmError, match="no phone or e-mail"):
        contact.drop_point(writer, anna, [text])


def test_an_edit_changes_what_it_names_and_renames_for_the_search(writer: Writer) -> None:
    anna = contact.add(writer, "Анна", "person", city="Омск", note="Чай")
    contact.edit(writer, anna, {"name": "Алёна", "city": None}, {})
    row = stored(writer, anna)
    assert (row["name"], row["search_key"], row["city"], row["note"]) == ("Алёна", "алена", None, "Чай")


def test_custom_fields_are_set_changed_and_taken_away_by_an_empty_text(writer: Writer) -> None:
    anna = add_contact(writer)
    contact.edit(writer, anna, {}, {"Рост": "180", "Вес": "60"})
    contact.edit(writer, anna, {}, {"Рост": "", "Вес": "61", "Тон": "мир"})
    assert stored(writer, anna)["extra"] == {"Вес": "61", "Тон": "мир"}


@pytest.mark.parametrize("column", ["company_id", "referred_by_id"])
def test_nobody_is_his_own_company_or_referrer(writer: Writer, column: str) -> None:
    anna = add_contact(writer)
    with pytest.raises(CrmError, match="its own"):
        contact.edit(writer, anna, {column: anna}, {})


def test_tags_are_met_in_any_case_and_kept_as_first_written(writer: Writer) -> None:
    anna = add_contact(writer)
    assert contact.tag(writer, anna, ["VIP", "vip", "  опт   юг ", ""]) == ["VIP", "опт юг"]
    assert contact.tag(writer, anna, ["Vip", "новый"]) == ["новый"]
    assert contact.untag(writer, anna, ["vip", "нет такого"]) == ["VIP"]
    assert sorted(contact.tags_of(writer, anna)) == ["новый", "опт юг"]
    assert len(writer.connection.execute(select(contact_tags)).all()) == 2


def test_archiving_hides_and_brings_back(writer: Writer) -> None:
    anna = add_contact(writer)
    contact.archive(writer, anna, archived=True)
    assert stored(writer, anna)["archived_at"] == writer.now
    contact.archive(writer, anna, archived=False)
    assert stored(writer, anna)["archived_at"] is None


def test_a_company_is_found_by_its_name_or_added(writer: Writer) -> None:
    add_contact(writer, "Юг", kind="person")
    archived = add_contact(writer, "Юг", kind="company", archived=True)
    made = contact.company_named(writer, "ЮГ")
    assert made != archived
    assert contact.company_named(writer, " юг ") == made
    assert (stored(writer, made)["kind"], stored(writer, made)["name"]) == ("company", "ЮГ")
