"""A base of everything, made by chance and full of hostile text; and what in a base is its owner's, to be compared."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from crmcli.actions import contact, deal, named
from crmcli.base.mark import base_mark, own_id
from crmcli.base.opening import Base
from crmcli.base.writing import Writer, reading
from crmcli.output.clean import cell_text
from crmcli.schema import (
    channels,
    contact_points,
    contact_tags,
    contacts,
    deals,
    employees,
    external_refs,
    products,
    purchase_lines,
    purchases,
    stage_moves,
    stages,
    touches,
)
from crmcli.schema.touches import OUTCOMES, TOUCH_KINDS
from crmcli.values.points import Point, shown_point
from tests.builders import building, stage_id

HOSTILE = (
    "\x1b[31mкрасный\x1b[0m", "\x1b]52;c;ZXZpbA==\x07", "\x9b2J", "\x07звонок", "\u202egpj.exe", "\u2066юг\u2069",
    "[bold red]x[/bold red]", "[link=file:///etc]", "=1+1", "@SUM(A1)", "+7 (угроза)", "-5", "'=x", "'слово", "''",
    "=cmd|' /C calc'!A0", "a;b", "a; b", 'he "said"', '"', '";"', "x:y", "x::y", "x:::y", "<r><t>x</t></r>", "_x0041_",
    "a, b", "a | b", "#метка", "*звезда", "👩\u200d👩\u200d👧", "Ё\u0301", "100%", "(12.00)", "0012", "1e5",
    "2026-01-02",
    "TRUE", "итого", "Телефон", "ООО", "нет", "&amp;", "\\n", "%s {} $x",
)  # fmt: skip
PLAIN = ("Анна", "Пётр Иванов", "Smith", "ООО Ромашка", "Голубая Дверь", "кофе", "чай", "Tea & Co", "Омск", "опт")
LABELS = ("", "", "рабочий", "Home", "у Ивана (брат)", "a; b", '"', "доб 5", "=x")
FIELDS = ("Размер", "size (EU)", "a;b: c", "=поле", "Телефон", "12", "Город")
STAGES = ("New lead", "Call", "Meeting", 'Проба; "образец" (1)')
Ids = dict[str, list[int]]
FIRST, LAST = date(2019, 1, 1), date(2026, 6, 30)


class Chance:
    """What is chosen by chance."""

    def __init__(self, seed: int, *, controls: bool) -> None:
        self.random = Random(seed)
        self.number = 0
        self._hostile = [text for text in HOSTILE if controls or cell_text(text) == text]

    def maybe(self, value: Any, share: float = 0.5) -> Any:
        return value if self.random.random() < share else None

    def word(self) -> str:
        return self.random.choice(self._hostile if self.random.random() < 0.6 else PLAIN)

    def name(self) -> str:
        """One line with something to read in it."""
        return " ".join(self.random.sample([self.word(), self.random.choice(PLAIN)], 2))

    def one(self) -> str:
        """A line that no other has."""
        self.number += 1
        return f"{self.name()} {self.number}"

    def text(self) -> str:
        """Several lines, now and then as many as a cell of Excel holds."""
        if self.random.random() < 0.05:
            return ("ы\n" * 16_383) + "."
        return "т" + "\n".join(self.word() for _ in range(self.random.randint(1, 4))) + "."

    def label(self) -> str:
        return self.random.choice(LABELS)

    def day(self, since: date = FIRST) -> date:
        return since + timedelta(self.random.randint(0, (LAST - since).days))

    def money(self) -> int:
        return self.random.choice([0, 1, 100, 123_45, 99_999_999_99, self.random.randint(0, 10**7)])

    def of(self, ids: list[int], share: float = 0.5) -> Any:
        return self.maybe(self.random.choice(ids), share) if ids else None


def make_base(base: Base, seed: int, size: int = 25, *, controls: bool = True) -> None:
    """Fills an empty base; its texts have control characters only with `controls`."""
    chance = Chance(seed, controls=controls)
    with building(base) as writer:
        named.add_stage(writer, STAGES[-1])
        staff = [named.add_employee(writer, chance.one()) for _ in range(3)]
        sources = [named.add_channel(writer, chance.one()) for _ in range(3)]
        goods = [_product(writer, chance) for _ in range(size // 3)]
        people = _people(writer, chance, size, staff, sources)
        ids = {"contact_id": people, "owner_id": staff, "channel_id": sources, "product_id": goods}
        ids["deal_id"] = [_deal(writer, chance, ids) for _ in range(size // 2)]
        _purchases(writer, chance, size, ids)
        for _ in range(size):
            _touch(writer, chance, ids)


def _product(writer: Writer, chance: Chance) -> int:
    sku = chance.maybe(f"{chance.random.choice(['00', 'A;', '=', 'Я-'])}{chance.number}")
    price, cost = chance.maybe(chance.money()), chance.maybe(chance.money())
    return named.add_product(writer, chance.one(), sku, price, cost)


def _people(writer: Writer, chance: Chance, size: int, staff: list[int], sources: list[int]) -> list[int]:
    """Contacts of both kinds; those who are live lead to each other, and to those who are archived."""
    ids = [_contact(writer, chance, staff, sources) for _ in range(size)]
    made = rows(writer.connection, contacts)
    for live in (row["id"] for row in made if not row["archived_at"]):
        companies = [row["id"] for row in made if row["kind"] == "company" and row["id"] != live]
        others = [other for other in ids if other != live]
        changed = {"company_id": chance.of(companies), "referred_by_id": chance.of(others, 0.3)}
        contact.edit(writer, live, changed, {})
    return ids


def _contact(writer: Writer, chance: Chance, staff: list[int], sources: list[int]) -> int:
    contact_id = contact.add(
        writer, chance.name(), chance.random.choice(["person", "company"]), _points(chance),
        owner_id=chance.of(staff), channel_id=chance.of(sources), birthday=chance.maybe(chance.day(date(1930, 1, 1))),
        city=chance.maybe(chance.name()), tax_id=chance.maybe("007712345678"), note=chance.maybe(chance.text()),
        next_contact_on=chance.maybe(chance.day()), created_at=datetime.combine(chance.day(), time(13, 5)),
        archived_at=chance.maybe(datetime.combine(chance.day(), time(7, 30)), 0.2),
        extra={field: chance.name() for field in chance.random.sample(FIELDS, chance.random.randint(0, 3))},
    )  # fmt: skip
    contact.tag(writer, contact_id, [chance.word() for _ in range(chance.random.randint(0, 4))])
    _refs(writer, chance, contacts, contact_id)
    return contact_id


def _points(chance: Chance) -> list[Point]:
    number = chance.random.randint(0, 40)
    page = f"https://example.com/{chance.random.choice('aЯ')}?q={number},1;2#x"
    address = f'ул. Мира, {number}; "вход" (со двора) | 2'
    found = [
        Point("phone", f"+791600000{number:02}", f"8 916 000-00-{number:02}", chance.label()),
        Point("phone", f"+791600001{number:02}", f"8 916 000-01-{number:02} доб. 12", chance.label()),
        Point("phone", None, f"спросить {chance.word()} {number}", chance.label()),
        Point("email", f"anna{number}@example.com", f"Anna{number}@Example.com", chance.label()),
        Point("email", None, f"почта{number}", chance.label()),
        Point("messenger", f"@anna_{number}", f"@anna_{number}", chance.label()),
        Point("messenger", None, f"есть {chance.word()} {number}", chance.label()),
        Point("website", page.removeprefix("https://").lower(), page, chance.label()),
        Point("address", address, address, chance.label()),
        Point("address", f"пл. {number}", f"пл. {number}", chance.label()),
    ]
    return chance.random.sample(found, chance.random.randint(0, len(found)))


def _refs(writer: Writer, chance: Chance, table: Table, row_id: int) -> None:
    for source in chance.random.sample(["", "shop", "1С УТ"], chance.random.choice([0, 0, 1, 2])):
        chance.number += 1
        row = {"table_name": table.name, "row_id": row_id, "source": source, "ref": f"{chance.word()}{chance.number}"}
        writer.connection.execute(insert(external_refs).values(row))


def _deal(writer: Writer, chance: Chance, ids: Ids) -> int:
    on = chance.day(date(2025, 1, 1))
    deal_id = deal.add(
        writer, chance.name(), stage_id(writer, chance.random.choice(STAGES)), on, chance.of(ids["owner_id"]),
        amount=chance.maybe(chance.money()), expected_on=chance.maybe(LAST),
        **{column: chance.of(ids[column]) for column in ("contact_id", "owner_id", "channel_id", "product_id")},
    )  # fmt: skip
    for stage in chance.random.sample([*STAGES, "Paid", "Lost"], chance.random.randint(0, 3)):
        on = min(LAST, on + timedelta(chance.random.randint(0, 9)))
        reason = chance.name() if stage == "Lost" else None
        deal.move(writer, deal_id, stage_id(writer, stage), on, chance.of(ids["owner_id"]), lost_reason=reason)
    _refs(writer, chance, deals, deal_id)
    return deal_id


def _purchases(writer: Writer, chance: Chance, size: int, ids: Ids) -> None:
    """Sales and refunds; a refund may be stored before the sale that it gives back."""
    sales: list[int] = []
    refunds: list[int] = []
    for _ in range(size):
        is_refund = chance.random.random() < 0.3
        row = {
            **{column: chance.of(ids[column]) for column in ("contact_id", "deal_id", "owner_id", "channel_id")},
            "purchased_on": chance.day(), "amount": chance.money(),
            "kind": "refund" if is_refund else "sale", "cost": chance.maybe(chance.money()),
        }  # fmt: skip
        made = insert(purchases).values(row).returning(purchases.c.id)
        purchase_id = int(writer.connection.execute(made).scalar_one())
        (refunds if is_refund else sales).append(purchase_id)
        _lines(writer, chance, purchase_id, ids["product_id"])
        _refs(writer, chance, purchases, purchase_id)
    for purchase_id in refunds:
        given_back = purchases.update().where(purchases.c.id == purchase_id)
        writer.connection.execute(given_back.values(refund_of_id=chance.of(sales)))


def _lines(writer: Writer, chance: Chance, purchase_id: int, goods: list[int]) -> None:
    """Lines that need not add up; some go the other way."""
    for _ in range(chance.random.choice([0, 0, 1, 3])):
        sign = chance.random.choice([1, 1, 1, -1])
        line = {
            "purchase_id": purchase_id, "product_id": chance.random.choice(goods),
            "quantity": sign * chance.random.choice([1, 125, 1000, 3000, 1_000_001]), "amount": sign * chance.money(),
            "cost": chance.maybe(sign * chance.money()),
        }  # fmt: skip
        writer.connection.execute(insert(purchase_lines).values(line))


def _touch(writer: Writer, chance: Chance, ids: Ids) -> None:
    row = {
        "contact_id": chance.of(ids["contact_id"], 1), "deal_id": chance.of(ids["deal_id"]),
        "employee_id": chance.of(ids["owner_id"]),
        "kind": chance.random.choice(TOUCH_KINDS), "direction": chance.random.choice(["in", "out"]),
        "outcome": chance.random.choice(OUTCOMES), "happened_on": chance.day(),
        "happened_at": chance.random.choice([None, time(), time(9, 5), time(23, 59)]),
        "minutes": chance.maybe(chance.random.randint(0, 500)), "text": chance.maybe(chance.text()),
        "rating": chance.maybe(chance.random.randint(0, 10_000)),
    }  # fmt: skip
    made = insert(touches).values(row).returning(touches.c.id)
    _refs(writer, chance, touches, int(writer.connection.execute(made).scalar_one()))


Row = dict[str, Any]
_ROWS = (contacts, deals, purchases, touches)
_NAMED = {"owner_id": employees, "employee_id": employees, "channel_id": channels, "stage_id": stages,
          "product_id": products}  # fmt: skip
_REFERRED = {"contact_id": contacts, "company_id": contacts, "referred_by_id": contacts, "deal_id": deals,
             "refund_of_id": purchases, "purchase_id": purchases}  # fmt: skip
_ONLY_HERE = {"search_key", "moved_at", "position"}


def of_the_owner(base: Base, mark: str) -> dict[str, list[Any]]:
    """All that is the owner's in a base, whose rows are called as in the base of that mark.

    What no export brings back, by design, is left out here, and nowhere else:
    - control characters, and blanks around a text: the one is stripped for safety, the other by the importer;
    - a field, tag or text that consists of those alone;
    - how a phone, e-mail or messenger that could be read was typed (its normal form comes back), and how points of
      different kinds were mixed (each kind has a column);
    - the time of day at which a contact was made or archived, or a deal's move recorded;
    - that a key is the row's own in the base of that mark: in another one it comes from elsewhere;
    - employees' e-mails, who has left, the order of the stages, and names that nothing bears;
    - settings, segments, who is not whom, and the journal: they are no rows of sheets.
    """
    with reading(base) as connection:
        refs = rows(connection, external_refs)
        keys = _keys(refs, mark)
        if base_mark(connection) == mark:
            keys = {table.name: {row["id"]: row["id"] for row in rows(connection, table)} for table in _ROWS}
        names = {
            column: {row["id"]: line(row["name"]) for row in rows(connection, table)}
            for column, table in _NAMED.items()
        }
        found: dict[str, list[Any]] = {}
        for table in (*_ROWS, purchase_lines, stage_moves, products):
            told = [(row["id"], _told(row, names, keys)) for row in rows(connection, table)]
            own = keys.get(table.name, {})
            found[table.name] = sorted(
                ((own.get(row_id), row) for row_id, row in told), key=lambda one: (str(one[0]), _parent(one[1]))
            )
        points = rows(connection, contact_points)
        tags = rows(connection, contact_tags)
    own = keys["contacts"]
    found["points"] = sorted((own.get(row["contact_id"]), *point) for row, point in _numbered(points))
    found["tags"] = sorted({(own.get(row["contact_id"]), line(row["tag"])) for row in tags if line(row["tag"])})
    found["refs"] = sorted(
        (row["table_name"], keys[row["table_name"]].get(row["row_id"]), row["source"], line(row["ref"]))
        for row in refs
        if own_id(mark, row["ref"]) is None
    )
    return found


def rows(connection: Connection, table: Table) -> list[Row]:
    """The rows of a table in the order of their ids."""
    return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


def line(text: str | None) -> str | None:
    """A text of one line, as a cell brings it back."""
    return " ".join(cell_text(text).split()) or None if text is not None else None


def mark_of(base: Base) -> str:
    """The mark of a base."""
    with reading(base) as connection:
        return base_mark(connection)


def _keys(refs: list[Row], mark: str) -> dict[str, dict[int, int]]:
    """How rows that came from the base of that mark are called there."""
    found: dict[str, dict[int, int]] = {table.name: {} for table in _ROWS}
    for row in refs:
        if (own := own_id(mark, row["ref"])) is not None:
            found[row["table_name"]][row["row_id"]] = own
    return found


def _parent(row: Row) -> str:
    """What lines and moves belong to, in whose order they stay."""
    return str(row.get("purchase_id", "") if "quantity" in row else row.get("deal_id", "") if "moved_on" in row else "")


def _told(row: Row, names: dict[str, dict[int, Any]], keys: dict[str, dict[int, int]]) -> Row:
    found: Row = {}
    for name, value in row.items():
        if name in _NAMED:
            found[name] = names[name].get(value)
        elif name in _REFERRED and value is not None:
            found[name] = keys[_REFERRED[name].name].get(value, "unknown")
        elif name != "id" and name not in _ONLY_HERE:
            found[name] = _came(name, value)
    return found


def _came(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, dict):
        return {line(field): line(text) for field, text in value.items() if line(text)}
    if name in {"note", "text"}:
        return cell_text(value).strip() if value else None
    return line(value) if isinstance(value, str) else value


def _numbered(points: list[Row]) -> list[tuple[Row, tuple[Any, ...]]]:
    """The points as far as they come back, each with its number among those of its kind of its contact."""
    numbers: dict[tuple[int, str], int] = {}
    found = []
    for row in sorted(points, key=lambda row: (row["contact_id"], row["position"], row["id"])):
        key = row["contact_id"], row["kind"]
        numbers[key] = numbers.get(key, 0) + 1
        shown = line(shown_point(row["kind"], row["value"], row["raw"]))
        found.append((row, (row["kind"], numbers[key], line(row["value"]), shown, line(row["label"]))))
    return found
