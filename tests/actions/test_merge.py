from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from crmcli.actions import contact, merge
from crmcli.actions.undo import undo
from crmcli.base.opening import Base
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import (
    METADATA,
    contact_points,
    contact_tags,
    contacts,
    deals,
    external_refs,
    not_duplicates,
    operations,
    purchases,
    touches,
)
from tests.actions.conftest import Snapshot
from tests.base.rows import AWKWARD, rebuilt_rhythm, rhythm
from tests.builders import (
    Row,
    add_channel,
    add_contact,
    add_deal,
    add_employee,
    add_refund,
    add_sale,
    add_sales,
    add_touch,
    building,
    rows_of,
)

MAY = date(2026, 5, 1)


def stored(writer: Writer, contact_id: int) -> Row:
    found = writer.connection.execute(select(contacts).where(contacts.c.id == contact_id)).mappings().one()
    return dict(found)


def add_ref(writer: Writer, contact_id: int, source: str, ref: str) -> None:
    values = {"table_name": "contacts", "row_id": contact_id, "source": source, "ref": ref}
    writer.connection.execute(insert(external_refs).values(values))


def refs_of(writer: Writer, contact_id: int) -> list[tuple[str, str]]:
    r = external_refs.c
    rows = writer.connection.execute(select(r.source, r.ref).where(r.row_id == contact_id).order_by(r.ref))
    return [tuple(row) for row in rows]


def pairs(writer: Writer) -> set[tuple[int, int]]:
    p = not_duplicates.c
    return {tuple(row) for row in writer.connection.execute(select(p.contact_a, p.contact_b))}


def test_all_that_a_contact_has_moves_to_the_kept_one(writer: Writer) -> None:
    anna, double, other = (add_contact(writer, name) for name in ("Anna", "Ana", "Boris"))
    add_touch(writer, double, MAY)
    add_deal(writer, ("New lead", MAY), contact_id=double)
    add_sale(writer, double, MAY)
    add_refund(writer, double, MAY)
    add_ref(writer, double, "crm", "17")
    writer.connection.execute(contacts.update().where(contacts.c.id == other).values(referred_by_id=double))
    merge.set_apart(writer, [double, other])
    merge.merge(writer, anna, double)
    for table in (touches, deals, purchases):
        assert set(writer.connection.execute(select(table.c.contact_id)).scalars()) == {anna}, table.name
    assert refs_of(writer, anna) == [("crm", "17")]
    assert stored(writer, other)["referred_by_id"] == anna
    assert pairs(writer) == {(anna, other)}
    assert writer.connection.execute(select(func.count()).where(contacts.c.id == double)).scalar_one() == 0


def test_nothing_that_can_refer_to_a_contact_refers_to_the_merged_one(writer: Writer) -> None:
    """Whatever table comes to refer to contacts must be thought of: this one finds it."""
    known = {
        "contacts.company_id", "contacts.referred_by_id", "contact_points.contact_id", "contact_tags.contact_id",
        "not_duplicates.contact_a", "not_duplicates.contact_b", "touches.contact_id", "deals.contact_id",
        "purchases.contact_id", "contact_rhythm.contact_id",
    }  # fmt: skip
    found = {str(key.parent) for table in METADATA.tables.values() for key in table.foreign_keys
             if key.column.table is contacts}  # fmt: skip
    assert found == known


def test_points_go_behind_the_kept_ones_and_none_is_there_twice(writer: Writer) -> None:
    anna = add_contact(writer, phones=["+79160000001"], emails=["a@example.com"])
    double = add_contact(writer, phones=["8 916 000-00-01", "+79160000002", "12-34"], emails=["A@example.com"])
    merge.merge(writer, anna, double)
    p = contact_points.c
    rows = writer.connection.execute(select(p.contact_id, p.value, p.raw).order_by(p.position, p.id)).all()
    assert [(row.contact_id, row.value or row.raw) for row in rows] == [
        (anna, "+79160000001"),
        (anna, "a@example.com"),
        (anna, "+79160000002"),
        (anna, "12-34"),
    ]


def test_tags_are_joined_whatever_their_case(writer: Writer) -> None:
    anna = add_contact(writer, tags=["VIP", "опт"])
    double = add_contact(writer, tags=["vip", "Казань"])
    merge.merge(writer, anna, double)
    assert contact.tags_of(writer, anna) == ["VIP", "Казань", "опт"]
    assert writer.connection.execute(select(func.count()).select_from(contact_tags)).scalar_one() == 3


def test_a_key_that_both_have_is_kept_once(writer: Writer) -> None:
    anna, double = add_contact(writer), add_contact(writer)
    for contact_id, ref in ((anna, "1"), (double, "1"), (double, "2")):
        add_ref(writer, contact_id, "crm", ref)
    merge.merge(writer, anna, double)
    assert refs_of(writer, anna) == [("crm", "1"), ("crm", "2")]


def test_empty_fields_are_filled_and_what_differs_is_kept_beside(writer: Writer) -> None:
    olga, igor = add_employee(writer, "Olga"), add_employee(writer, "Igor")
    web, fair = add_channel(writer, "Web"), add_channel(writer, "Fair")
    door, mill = add_contact(writer, "Door", kind="company"), add_contact(writer, "Mill", kind="company")
    anna = add_contact(writer, "Anna", owner_id=olga, channel_id=web, company_id=door, city="Омск", extra={"size": "L"})
    double = add_contact(
        writer, "Анна", owner_id=igor, channel_id=fair, company_id=mill, city="Томск", birthday=date(1990, 1, 2),
        tax_id="77", note="two\nlines", next_contact_on=MAY, extra={"size": "XL", "pet": "cat"},
    )  # fmt: skip
    merge.merge(writer, anna, double)
    row = stored(writer, anna)
    kept = {"name": "Anna", "owner_id": olga, "channel_id": web, "company_id": door, "city": "Омск"}
    filled = {"birthday": date(1990, 1, 2), "tax_id": "77", "note": "two\nlines", "next_contact_on": MAY}
    assert {key: row[key] for key in kept | filled} == kept | filled
    assert row["extra"] == {
        "size": "L", "other size": "XL", "pet": "cat", "other city": "Томск", "other company": "Mill",
        "other owner": "Igor", "other channel": "Fair", "other name": "Анна",
    }  # fmt: skip


def test_what_a_third_one_has_instead_does_not_hide_what_the_second_had(writer: Writer) -> None:
    anna, *doubles = (add_contact(writer, "Anna", city=city) for city in ("Омск", "Томск", "Чита", "Томск"))
    for double in doubles:
        merge.merge(writer, anna, double)
    assert stored(writer, anna)["extra"] == {"other city": "Томск", "other city 2": "Чита"}


def test_a_company_takes_over_the_people_of_the_other(writer: Writer) -> None:
    door, double = (add_contact(writer, name, kind="company") for name in ("Door", "Door LLC"))
    anna = add_contact(writer, "Anna", company_id=double)
    merge.merge(writer, door, double)
    assert stored(writer, anna)["company_id"] == door


@pytest.mark.parametrize("column", ["company_id", "referred_by_id"])
def test_no_contact_becomes_its_own_company_or_referrer(writer: Writer, column: str) -> None:
    first, second = add_contact(writer, "Anna"), add_contact(writer, "Anna")
    other = add_contact(writer, "Boris")
    contact.edit(writer, first, {column: second}, {})
    contact.edit(writer, second, {column: first}, {})
    merge.merge(writer, first, second)
    assert stored(writer, first)[column] is None
    third = add_contact(writer, "Anna")
    contact.edit(writer, third, {column: other}, {})
    contact.edit(writer, first, {column: third}, {})
    merge.merge(writer, first, third)
    assert stored(writer, first)[column] == other


def test_who_was_set_apart_from_one_is_so_from_the_other_and_once(writer: Writer) -> None:
    boris, anna, double, vera = (add_contact(writer, name) for name in ("Boris", "Anna", "Ana", "Vera"))
    for pair in ((boris, anna), (boris, double), (double, vera), (anna, double)):
        merge.set_apart(writer, pair)
    merge.merge(writer, anna, double)
    assert pairs(writer) == {(boris, anna), (anna, vera)}


def test_contacts_are_set_apart_each_from_each_and_once(writer: Writer) -> None:
    a, b, c = (add_contact(writer, name) for name in "abc")
    assert merge.set_apart(writer, [c, a, b]) == 3
    assert pairs(writer) == {(a, b), (a, c), (b, c)}
    assert merge.set_apart(writer, [b, a]) == 0
    with pytest.raises(CrmError, match="two contacts or more"):
        merge.set_apart(writer, [a, a])


def test_a_contact_with_itself_an_archived_one_and_nobody_are_refused(writer: Writer) -> None:
    anna, gone = add_contact(writer), add_contact(writer, "Gone", archived=True)
    with pytest.raises(CrmError, match="itself"):
        merge.merge(writer, anna, anna)
    for pair in ((anna, gone), (gone, anna)):
        with pytest.raises(CrmError, match=f"contact {gone} Gone is archived"):
            merge.merge(writer, *pair)
    with pytest.raises(CrmError, match="no contact 99"):
        merge.merge(writer, anna, 99)


def last_operation(base: Base) -> int:
    return int(rows_of(base, select(func.max(operations.c.id).label("id")))[0]["id"])


@pytest.fixture
def two(base: Base) -> tuple[int, int]:
    """Two contacts with all that a contact can have."""
    with building(base) as writer:
        olga, boris = add_employee(writer, "Olga"), add_contact(writer, "Boris")
        ids = []
        for name, city in (("Anna", "Омск"), (AWKWARD, None)):
            more: dict[str, Any] = {"phones": ["+79160000001"], "tags": ["vip", name[:3]], "owner_id": olga}
            one = add_contact(writer, name, city=city, referred_by_id=boris, extra={"поле": AWKWARD}, **more)
            add_sales(writer, one, MAY, date(2026, 5, 1 + len(name) % 20))
            add_refund(writer, one, MAY)
            add_touch(writer, one, date(2026, 6, 1))
            add_deal(writer, ("New lead", MAY), contact_id=one)
            for source in ("crm", name[:3]):
                add_ref(writer, one, source, "1")
            merge.set_apart(writer, [one, boris])
            ids.append(one)
        contact.edit(writer, boris, {"referred_by_id": ids[1]}, {})
    return ids[0], ids[1]


def test_one_undo_brings_everything_back(base: Base, two: tuple[int, int], snapshot: Callable[[], Snapshot]) -> None:
    before = snapshot()
    with building(base) as writer:
        merge.merge(writer, *two)
    assert snapshot() != before
    with building(base) as writer:
        undo(writer, writer.operation_id - 1)
    assert snapshot() == before


def test_the_rhythm_of_both_is_right_after_a_merge_and_after_its_undo(base: Base, two: tuple[int, int]) -> None:
    with building(base) as writer:
        merge.merge(writer, *two)
    merged = last_operation(base)
    assert rhythm(base) == rebuilt_rhythm(base)
    with building(base) as writer:
        undo(writer, merged)
    assert rhythm(base) == rebuilt_rhythm(base)


def test_a_merge_is_not_taken_back_where_what_it_moved_was_changed_since(base: Base, two: tuple[int, int]) -> None:
    with building(base) as writer:
        merge.merge(writer, *two)
    merged = last_operation(base)
    with building(base, "contact edit") as writer:
        contact.edit(writer, two[0], {"city": "Чита"}, {})
    with pytest.raises(CrmError, match=r"\(contact edit\) changed the same rows later"), building(base) as writer:
        undo(writer, merged)


def test_what_came_to_the_kept_contact_since_stays_with_it(base: Base, two: tuple[int, int]) -> None:
    with building(base) as writer:
        merge.merge(writer, *two)
    merged = last_operation(base)
    with building(base) as writer:
        sale = add_sale(writer, two[0], date(2026, 7, 1))
    with building(base) as writer:
        undo(writer, merged)
    assert rows_of(base, select(purchases.c.contact_id).where(purchases.c.id == sale)) == [{"contact_id": two[0]}]
    assert rhythm(base) == rebuilt_rhythm(base)


def test_nothing_is_brought_back_that_needs_a_contact_merged_since(base: Base) -> None:
    """The person's company became part of another after he had left it: taking the leaving back would lose him."""
    with building(base) as writer:
        door, mill = (add_contact(writer, name, kind="company") for name in ("Door", "Mill"))
        anna = add_contact(writer, "Anna", company_id=door)
    with building(base) as writer:
        contact.edit(writer, anna, {"company_id": None}, {})
    left = last_operation(base)
    with building(base, "contact merge") as writer:
        merge.merge(writer, mill, door)
    merged = last_operation(base)
    with pytest.raises(CrmError, match=rf"{merged} \(contact merge\) removed what it needs"), building(base) as writer:
        undo(writer, left)
    with building(base) as writer:
        undo(writer, merged)
    with building(base) as writer:
        undo(writer, left)
    assert rows_of(base, select(contacts.c.company_id).where(contacts.c.id == anna)) == [{"company_id": door}]
