"""Touches, deals and purchases as lists."""

from datetime import date, time

import pytest

from crmcli.actions.purchase import Line, refund
from crmcli.base.opening import Base
from crmcli.questions.events import EventFilter, deal_list, moves_of, points_of, purchase_list, touch_list
from tests.builders import (
    Row,
    add_channel,
    add_contact,
    add_deal,
    add_employee,
    add_product,
    add_sale,
    add_touch,
    building,
    rows_of,
)
from tests.questions.world import a_world, store

QUESTIONS = (
    (touch_list, "touches", "happened_on", "employee_id"),
    (deal_list, "deals", "opened_on", "owner_id"),
    (purchase_list, "purchases", "purchased_on", "owner_id"),
)


def may(day: int) -> date:
    return date(2026, 5, day)


@pytest.mark.parametrize(("question", "table", "on", "owner"), QUESTIONS)
def test_a_list_has_what_the_filter_leaves_the_latest_first(
    base: Base, question: type, table: str, on: str, owner: str
) -> None:
    world = a_world(81)
    store(world, base)
    shown = [row for row in getattr(world, table) if not world.is_deleted(row["contact_id"])]
    rows: list[Row] = sorted(shown, key=lambda row: (row[on], row["id"]), reverse=True)
    contact_id = next(row["contact_id"] for row in rows if row["contact_id"])
    since, until = sorted((rows[10][on], rows[30][on]))
    wanted = {
        EventFilter(): rows,
        EventFilter(contact_id=contact_id): [row for row in rows if row["contact_id"] == contact_id],
        EventFilter(owner_id=11): [row for row in rows if row[owner] == 11],
        EventFilter(since=since, until=until): [row for row in rows if since <= row[on] <= until],
        EventFilter(since=until): [row for row in rows if row[on] >= until],
    }
    for asked, expected in wanted.items():
        assert [row["id"] for row in rows_of(base, question(asked))] == [row["id"] for row in expected]


def test_a_touch_says_all_about_itself(base: Base) -> None:
    with building(base) as writer:
        anna, olga = add_contact(writer, "Anna"), add_employee(writer, "Olga")
        deal = add_deal(writer, ("New lead", may(1)), contact_id=anna)
        said = {"minutes": 12, "rating": 8000, "text": "перезвонить", "outcome": "callback", "direction": "in"}
        at = {"happened_at": time(9, 30), "deal_id": deal, "employee_id": olga}
        touch = add_touch(writer, anna, may(2), "call", **said, **at)
        add_touch(writer, anna, may(3), "email")
    assert rows_of(base, touch_list(EventFilter(kind="call"))) == [
        {
            "id": touch,
            "contact_id": anna,
            "contact": "Anna",
            "happened_on": may(2),
            "happened_at": time(9, 30),
            "kind": "call",
            "direction": "in",
            "outcome": "callback",
            "minutes": 12,
            "rating": 8000,
            "text": "перезвонить",
            "employee": "Olga",
            "deal_id": deal,
        }
    ]
    assert len(rows_of(base, touch_list(EventFilter(deal_id=deal)))) == 1


def test_a_deal_says_where_it_stands(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer, "Anna")
        deal = add_deal(
            writer,
            ("New lead", may(1)),
            ("Contract", may(4)),
            ("Lost", may(9)),
            lost_reason="too dear",
            title="Two grinders",
            contact_id=anna,
            amount=700,
            owner_id=add_employee(writer, "Olga"),
            channel_id=add_channel(writer, "Ads"),
            product_id=add_product(writer, "Mill"),
            expected_on=may(20),
        )
        won = add_deal(writer, ("Paid", may(2)))
        opened = add_deal(writer, ("Call", may(3)))
    rows = rows_of(base, deal_list(EventFilter(kind="lost")))
    assert rows == [
        {
            "id": deal,
            "title": "Two grinders",
            "contact_id": anna,
            "contact": "Anna",
            "stage": "Lost",
            "state": "lost",
            "amount": 700,
            "owner": "Olga",
            "channel": "Ads",
            "product": "Mill",
            "opened_on": may(1),
            "expected_on": may(20),
            "closed_on": may(9),
            "lost_reason": "too dear",
        }
    ]
    by_filter = (EventFilter(kind="won"), EventFilter(kind="open"), EventFilter(stage_id=2), EventFilter(deal_id=won))
    found = [[row["id"] for row in rows_of(base, deal_list(wanted))] for wanted in by_filter]
    assert found == [[won], [opened], [opened], [won]]


def test_the_moves_of_a_deal_are_in_the_order_in_which_they_were_recorded(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("Call", may(1)))
        deal = add_deal(writer, ("New lead", may(1)), ("Call", may(9)), ("Meeting", may(5)))
    moves = [(row["stage"], row["moved_on"]) for row in rows_of(base, moves_of(deal))]
    assert moves == [("New lead", may(1)), ("Call", may(9)), ("Meeting", may(5))]


def test_a_purchase_names_its_products_and_a_refund_its_sale(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer, "Анна")
        lines = [Line(add_product(writer, name, price=300), 1000) for name in ("Чай", "Coffee")]
        sale = add_sale(writer, anna, may(1), 600, lines=lines)
        returned = refund(writer, sale, may(3), 200)
        nobody = add_sale(writer, None, may(2), 50, cost=20)
    rows = rows_of(base, purchase_list(EventFilter()))
    assert [(row["id"], row["kind"], row["contact"], row["amount"], row["refund_of_id"]) for row in rows] == [
        (returned, "refund", "Анна", 200, sale),
        (nobody, "sale", None, 50, None),
        (sale, "sale", "Анна", 600, None),
    ]
    assert [row["products"] for row in rows] == [None, None, "Чай\nCoffee"]
    assert [row["cost"] for row in rows] == [None, 20, None]
    assert [row["id"] for row in rows_of(base, purchase_list(EventFilter(kind="refund")))] == [returned]


def test_the_points_of_a_contact_are_in_their_order_and_say_what_was_typed(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Boris", phones=["+79990000000"])
        anna = add_contact(writer, phones=["8 912 345-67-89", "доб. 12"], emails=["A@x.ru"])
    found = [(row["kind"], row["value"], row["raw"]) for row in rows_of(base, points_of(anna))]
    assert found == [
        ("phone", "+79123456789", "8 912 345-67-89"), ("phone", None, "доб. 12"), ("email", "a@x.ru", "A@x.ru"),
    ]  # fmt: skip
