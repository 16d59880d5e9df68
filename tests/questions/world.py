"""Generated bases: every kind of customer and deal that a business can have, the same for the same seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, count
from random import Random

from crmcli import schema
from crmcli.base.bulk import insert_rows
from crmcli.base.opening import Base
from crmcli.schema.touches import TOUCH_KINDS
from crmcli.values.money import LIMIT
from tests.builders import Row, building

TODAY = date(2026, 3, 1)
FIRST_DAY = date(2024, 1, 1)
_TABLES = (
    schema.employees,
    schema.channels,
    schema.products,
    schema.contacts,
    schema.deals,
    schema.stage_moves,
    schema.touches,
    schema.purchases,
    schema.purchase_lines,
)
_SOME_TIME = datetime(2026, 2, 1, 12)  # noqa: DTZ001 - the base keeps UTC without a mark


@dataclass(frozen=True)
class World:
    """The rows of a base by table, as plain data: what the naive answers are computed from."""

    employees: list[Row] = field(default_factory=list)
    channels: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    deals: list[Row] = field(default_factory=list)
    stage_moves: list[Row] = field(default_factory=list)
    touches: list[Row] = field(default_factory=list)
    purchases: list[Row] = field(default_factory=list)
    purchase_lines: list[Row] = field(default_factory=list)

    def name(self, table: str, row_id: int | None) -> str | None:
        """The name of an employee, channel or product."""
        return next((row["name"] for row in getattr(self, table) if row["id"] == row_id), None)

    def contact(self, contact_id: int | None) -> Row:
        """The contact's row; an empty one for nobody."""
        return next((row for row in self.contacts if row["id"] == contact_id), {})

    @property
    def present(self) -> list[Row]:
        """The contacts that are not in the trash."""
        return [row for row in self.contacts if row.get("deleted_at") is None]

    def is_deleted(self, contact_id: int | None) -> bool:
        """Whether the contact is in the trash; nobody is not."""
        return self.contact(contact_id).get("deleted_at") is not None

    def deal(self, deal_id: int | None) -> Row:
        """The deal's row; an empty one for none."""
        return next((row for row in self.deals if row["id"] == deal_id), {})


def store(world: World, base: Base) -> None:
    """Puts all of a world into an empty base."""
    with building(base) as writer:
        for table in _TABLES:
            if rows := getattr(world, table.name):
                columns = list(rows[0])
                insert_rows(writer.connection, table, columns, ([row[name] for name in columns] for row in rows))


def a_world(seed: int, contacts: int = 40, deals: int = 60) -> World:
    """A base of so many contacts and deals."""
    random, world = Random(seed), World()
    world.employees.extend(_named(10, "Olga", "Игорь", "Zoe"))
    world.channels.extend(_named(20, "Ads", "Сарафан", "Site"))
    world.products.extend(_named(30, "Coffee", "Чай", "Mill"))
    for number in range(contacts):
        add_contact(world, random, f"Contact {number}")
    for _ in range(deals):
        _add_deal(world, random)
    _add_purchases_of_nobody(world, random)
    return world


def add_contact(world: World, random: Random, name: str, buys: "Buys | None" = None, **fields: object) -> int:
    """The id of one more contact, who buys in this way; in any way without it."""
    contact_id = 100 + 3 * len(world.contacts)  # ids have gaps
    row = {
        "id": contact_id,
        "kind": "person",
        "name": name,
        "search_key": name.casefold(),
        "owner_id": _some_id(random, world.employees),
        "channel_id": _some_id(random, world.channels),
        "extra": {},
        "created_at": _SOME_TIME,
        "archived_at": _SOME_TIME if random.random() < 0.1 else None,
        "deleted_at": _SOME_TIME if random.random() < 0.15 else None,
    }
    world.contacts.append(row | fields)
    for purchase in (buys or random.choice(WAYS_TO_BUY))(random):
        add_purchase(world, random, contact_id, purchase)
    if random.random() < 0.5:
        for _ in range(random.randint(1, 4)):
            add_touch(world, random, contact_id, _near_today(random) if random.random() < 0.5 else _any_day(random))
    return contact_id


def add_purchase(world: World, random: Random, contact_id: int | None, purchase: Row) -> None:
    """One more sale or refund of a contact, with a deal, an owner, a channel, lines and a cost, or without."""
    row = {
        "id": 1000 + 2 * len(world.purchases),
        "contact_id": contact_id,
        "deal_id": _some_id(random, world.deals),
        "owner_id": _some_id(random, world.employees),
        "channel_id": _some_id(random, world.channels),
        "cost": random.choice((None, purchase["amount"] // 2)),
    }
    world.purchases.append(row | purchase)
    for _ in range(random.choice((0, 0, 1, 2))):
        line = {
            "id": 5000 + len(world.purchase_lines),
            "purchase_id": row["id"],
            "product_id": random.choice(world.products)["id"] if world.products else None,
            "quantity": 1000,
            "amount": random.randint(0, 10_000),
        }
        if line["product_id"]:
            world.purchase_lines.append(line)


def add_touch(world: World, random: Random, contact_id: int, on: date) -> None:
    """One more touch of a contact."""
    world.touches.append({
        "id": 2000 + len(world.touches),
        "contact_id": contact_id,
        "deal_id": _some_id(random, world.deals),
        "employee_id": _some_id(random, world.employees),
        "kind": random.choice(TOUCH_KINDS),
        "direction": random.choice(("in", "out")),
        "outcome": "done",
        "happened_on": on,
    })  # fmt: skip


Buys = Callable[[Random], Iterator[Row]]


def never(random: Random) -> Iterator[Row]:
    """No purchase."""
    yield from ()


def once(random: Random) -> Iterator[Row]:
    """One purchase day, of one receipt or several."""
    on = _any_day(random)
    yield from (_sale(random, on) for _ in range(random.randint(1, 3)))


def regularly(random: Random) -> Iterator[Row]:
    """Several purchase days, some with several receipts, some purchases given back."""
    for on in _days(random, random.randint(2, 12), random.choice((1, 10, 60))):
        yield from (_sale(random, on) for _ in range(random.choice((1, 1, 2))))
        if random.random() < 0.2:
            yield _refund(random, on + timedelta(days=random.randint(0, 20)))


def refunds_only(random: Random) -> Iterator[Row]:
    """Nothing but refunds: the sales were before this base."""
    yield from (_refund(random, _any_day(random)) for _ in range(random.randint(1, 3)))


def refund_first(random: Random) -> Iterator[Row]:
    """A refund before the first sale and one after the last."""
    days = _days(random, 4, 30)
    yield _refund(random, days[0])
    yield from (_sale(random, on) for on in days[1:3])
    yield _refund(random, days[3])


def for_nothing(random: Random) -> Iterator[Row]:
    """Sales of zero: they count as purchase days."""
    yield from (_sale(random, on, amount=0) for on in _days(random, random.randint(1, 5), 40))


def ahead_of_time(random: Random) -> Iterator[Row]:
    """Purchase days on both sides of today, or in the future alone."""
    start = TODAY + timedelta(days=random.randint(-100, 20))
    yield from (_sale(random, start + timedelta(days=30 * number)) for number in range(random.randint(1, 6)))


def in_millions(random: Random) -> Iterator[Row]:
    """Purchases as large as the program takes, many of them on a few days."""
    days = _days(random, random.randint(1, 400), 3)
    yield from (_sale(random, random.choice(days), LIMIT - random.randint(0, 5)) for _ in range(500))


WAYS_TO_BUY: tuple[Buys, ...] = (
    never, once, once, regularly, regularly, regularly, refunds_only, refund_first, for_nothing, ahead_of_time,
)  # fmt: skip


def _add_deal(world: World, random: Random) -> None:
    """A deal with any moves: forward, backward, back in time, lost, won, opened again."""
    deal_id, opened_on = 500 + 2 * len(world.deals), _any_day(random)
    way = [random.randint(1, 8) if random.random() < 0.15 else 1]  # the ids of the eight stages that a base begins with
    while random.random() < 0.75:
        step = min(way[-1] + random.randint(1, 2), 8) if random.random() < 0.8 else random.randint(1, 8)
        if step != way[-1]:
            way.append(step)
    pauses = accumulate(random.choice((0, 1, 3, 7, 20, -2)) for _ in way[1:])
    days = [opened_on, *(max(opened_on, opened_on + timedelta(days=pause)) for pause in pauses)]
    lost = way[-1] == 8
    world.deals.append({
        "id": deal_id,
        "contact_id": _some_id(random, world.contacts),
        "title": "Coffee",
        "amount": random.choice((None, 0, 100_00, random.randint(1, LIMIT))),
        "owner_id": _some_id(random, world.employees),
        "channel_id": _some_id(random, world.channels),
        "product_id": _some_id(random, world.products),
        "stage_id": way[-1],
        "opened_on": opened_on,
        "closed_on": days[-1] if way[-1] >= 7 else None,
        "lost_reason": random.choice((None, "too dear", "молчит")) if lost else None,
    })  # fmt: skip
    for stage_id, on in zip(way, days, strict=True):
        world.stage_moves.append({
            "id": 9000 + len(world.stage_moves),
            "deal_id": deal_id,
            "stage_id": stage_id,
            "moved_on": on,
            "moved_at": _SOME_TIME,
            "employee_id": _some_id(random, world.employees),
        })  # fmt: skip


def _add_purchases_of_nobody(world: World, random: Random) -> None:
    for _ in range(10):
        add_purchase(world, random, None, _sale(random, _any_day(random)))


def _sale(random: Random, on: date, amount: int | None = None) -> Row:
    return {"purchased_on": on, "kind": "sale", "amount": random.randint(0, 50_000) if amount is None else amount}


def _refund(random: Random, on: date) -> Row:
    return {"purchased_on": on, "kind": "refund", "amount": random.randint(1, 50_000)}


def _days(random: Random, number: int, longest_gap: int) -> list[date]:
    gaps = accumulate(random.randint(1, longest_gap) for _ in range(number))
    start = _any_day(random)
    return [start + timedelta(days=days) for days in gaps]


def _any_day(random: Random) -> date:
    return FIRST_DAY + timedelta(days=random.randint(0, (TODAY - FIRST_DAY).days))


def _near_today(random: Random) -> date:
    return TODAY - timedelta(days=random.randint(-2, 12))


def _some_id(random: Random, rows: list[Row]) -> int | None:
    """The id of any of the rows, or of none."""
    ids: list[int | None] = [None, *(row["id"] for row in rows)]
    return random.choice(ids)


def _named(first_id: int, *names: str) -> Iterator[Row]:
    return ({"id": i, "name": name, "search_key": name.casefold()} for i, name in zip(count(first_id), names))
