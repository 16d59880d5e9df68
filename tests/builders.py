"""Records for a test's base, one call each: `with building(base) as writer: anna = add_contact(writer, "Anna")`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Executable, insert, select

from crmcli.actions import contact, deal, named, purchase, segment, touch
from crmcli.base.opening import Base
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import purchases, stages
from crmcli.values.points import read_email, read_phone
from crmcli.values.text import search_key

Row = dict[str, Any]


@contextmanager
def building(base: Base, command: str = "test") -> Iterator[Writer]:
    """One operation that the test writes with."""
    with writing(base, command, "tester") as writer:
        yield writer


def rows_of(base: Base, statement: Executable) -> list[Row]:
    """What a question's statement answers on a base."""
    with reading(base) as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def add_employee(writer: Writer, name: str) -> int:
    """The id of a new employee."""
    return named.add_employee(writer, name)


def add_channel(writer: Writer, name: str) -> int:
    """The id of a new channel."""
    return named.add_channel(writer, name)


def add_product(writer: Writer, name: str, price: int | None = None) -> int:
    """The id of a new product."""
    return named.add_product(writer, name, price=price)


def add_contact(
    writer: Writer,
    name: str = "Anna",
    *,
    kind: str = "person",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    tags: Sequence[str] = (),
    archived: bool = False,
    **fields: Any,
) -> int:
    """The id of a new contact; phones are dialled in Russia."""
    points = [read_phone(text, "RU") for text in phones] + [read_email(text) for text in emails]
    contact_id = contact.add(writer, name, kind, points, **fields)
    contact.tag(writer, contact_id, tags)
    if archived:
        contact.archive(writer, contact_id, archived=True)
    return contact_id


def add_touch(writer: Writer, contact_id: int, on: date, kind: str = "call", **fields: Any) -> int:
    """The id of a new touch, from us unless `direction` says otherwise. It moves deals, as every touch does."""
    return touch.add(writer, contact_id, kind, on, **{"direction": "out", **fields})[0]


def add_sale(writer: Writer, contact_id: int | None, on: date, amount: int = 100_00, **fields: Any) -> int:
    """The id of a new sale."""
    return purchase.add(writer, on, amount, contact_id=contact_id, **fields)


def add_sales(writer: Writer, contact_id: int | None, *days: date, amount: int = 100_00) -> None:
    """A sale on each of the days."""
    for on in days:
        add_sale(writer, contact_id, on, amount)


def add_refund(writer: Writer, contact_id: int | None, on: date, amount: int = 100_00, **fields: Any) -> int:
    """The id of a new refund of no sale in particular, as files bring them."""
    row = {"contact_id": contact_id, "purchased_on": on, "kind": "refund", "amount": amount, **fields}
    return int(writer.connection.execute(insert(purchases).values(row).returning(purchases.c.id)).scalar_one())


def add_segment(writer: Writer, name: str, condition: str) -> int:
    """The id of a new segment."""
    return segment.add(writer, name, condition)


def add_deal(writer: Writer, *way: tuple[str, date], lost_reason: str | None = None, **fields: Any) -> int:
    """The id of a new deal that went this way: ("New lead", 1 May), ("Paid", 3 May). `fields` are columns of deals."""
    (first, opened_on), *later = way
    title = fields.pop("title", "Coffee for the office")
    deal_id = deal.add(writer, title, stage_id(writer, first), opened_on, None, **fields)
    for name, on in later:
        reason = lost_reason if deal.stage_of(writer, stage_id(writer, name)).kind == "lost" else None
        deal.move(writer, deal_id, stage_id(writer, name), on, None, lost_reason=reason)
    return deal_id


def stage_id(writer: Writer, name: str) -> int:
    """The id of the stage of that name."""
    found = select(stages.c.id).where(stages.c.search_key == search_key(name))
    return int(writer.connection.execute(found).scalar_one())
