"""What one row of a sheet says, in the base's words: made by the sheets room, stored by the actions."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from crmcli.values.points import Point
from crmcli.values.value_class import value_class

SheetKind = Literal["contacts", "purchases", "deals", "touches", "products"]
OtherKey = tuple[str, str]
"""A key that a row has in another system: the source, "" where none is named, and the key."""
Move = tuple[date, str, str | None]
"""The day on which a deal came into a stage, the stage, and the employee who moved it."""


@value_class
class Where:
    """A row of a sheet; `row` counts from 1, as the spreadsheet program shows it."""

    sheet: str
    row: int


@value_class
class ContactRecord:
    """A person or a company: a row of a contact sheet, or what another sheet says of its customer.

    `key` is the sheet's own key of the contact, `company_key` and `referrer_key` are those of other rows. Everything
    but the points may be missing: None or empty.
    """

    where: Where
    key: str | None = None
    name: str | None = None
    kind: Literal["person", "company"] | None = None
    company: str | None = None
    points: tuple[Point, ...] = ()
    city: str | None = None
    birthday: date | None = None
    tax_id: str | None = None
    owner: str | None = None
    channel: str | None = None
    referred_by: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    created_on: date | None = None
    next_contact_on: date | None = None
    archived_on: date | None = None
    company_key: str | None = None
    referrer_key: str | None = None
    other_keys: tuple[OtherKey, ...] = ()


@value_class
class LineRecord:
    """One product of a purchase; `quantity` in thousandths, amounts in minor units, negative where returned."""

    product: str | None
    sku: str | None
    quantity: int
    amount: int
    cost: int | None = None


@value_class
class PurchaseRecord:
    """A sale, or a refund where `amount` (minor units) is negative; `kind` says it where the sheet does.

    `customer` is None where the row names nobody: the sale is unattributed. `more_rows` are those of the sheet that
    were joined to it, as further lines of the same order; `order_amount` is what its row says of the whole order.
    `refund_of` is the key of the sale that a refund gives back.
    """

    where: Where
    purchased_on: date
    amount: int
    key: str | None = None
    customer: ContactRecord | None = None
    cost: int | None = None
    owner: str | None = None
    channel: str | None = None
    lines: tuple[LineRecord, ...] = ()
    more_rows: tuple[int, ...] = ()
    kind: Literal["sale", "refund"] | None = None
    order_amount: int | None = None
    deal_key: str | None = None
    refund_of: str | None = None
    other_keys: tuple[OtherKey, ...] = ()

    @property
    def is_refund(self) -> bool:
        """Whether money was given back."""
        return self.amount < 0 if self.kind is None else self.kind == "refund"


@value_class
class DealRecord:
    """A deal at its present stage; `amount` in minor units, None where it is not known yet.

    `moves` is its whole way through the stages, empty where the sheet does not tell it. `state` is "open", "won" or
    "lost" where the sheet says it beside the stage.
    """

    where: Where
    title: str
    opened_on: date | None
    key: str | None = None
    customer: ContactRecord | None = None
    amount: int | None = None
    stage: str | None = None
    owner: str | None = None
    channel: str | None = None
    product: str | None = None
    expected_on: date | None = None
    closed_on: date | None = None
    last_open_stage: str | None = None
    lost_reason: str | None = None
    moves: tuple[Move, ...] = ()
    other_keys: tuple[OtherKey, ...] = ()
    state: str | None = None


@value_class
class TouchRecord:
    """A call, meeting, e-mail, message, visit or letter; `rating` in ten-thousandths: 4/5 is 8000."""

    where: Where
    happened_on: date
    customer: ContactRecord
    key: str | None = None
    kind: str = "call"
    direction: Literal["in", "out"] = "out"
    outcome: str | None = None
    happened_at: time | None = None
    minutes: int | None = None
    text: str | None = None
    employee: str | None = None
    next_contact_on: date | None = None
    rating: int | None = None
    deal_key: str | None = None
    other_keys: tuple[OtherKey, ...] = ()


@value_class
class ProductRecord:
    """A product of a price list; price and cost of one piece in minor units, None where the list does not say."""

    where: Where
    name: str
    sku: str | None = None
    price: int | None = None
    cost: int | None = None


Record = ContactRecord | PurchaseRecord | DealRecord | TouchRecord | ProductRecord


REASON = "Why it was rejected"
"""The heading under which a workbook of rejected rows says why; read again, that column is left out."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be stored: where, which column ("C, Сумма"), the cell's text, and why."""

    where: Where
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What became of one column: `meaning` is its field, such as "phone", and "custom field" where it is kept under
    its heading; "" where it is not taken.
    """

    letter: str
    heading: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet as it was read. `kind` None: left out, and `remark` says why; `heading_row` None: it has none.

    `row_count` is the number of data rows; each ends in a record, in a rejection, or (as an order line) in the
    record of its order. `hidden_rows` of the sheet are read like the others. Where rows come in batches, `records`
    and `rejections` are empty.
    """

    sheet: str
    kind: SheetKind | None
    heading_row: int | None = None
    columns: tuple[ColumnReading, ...] = ()
    row_count: int = 0
    records: tuple[Record, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    remark: str = ""
    hidden_rows: int = 0
    why: str = ""


Cells = dict[int, tuple[object, ...]]
"""Rows of a sheet, by their numbers."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one sheet as they were read; `cells` are those of every row, where they are asked for."""

    sheet: str
    records: list[Record]
    rejections: list[Rejection]
    cells: Cells = field(default_factory=dict)
