import io
import pickle
from datetime import date, time

import pytest

from crmcli import errors
from crmcli.errors import AmbiguousDates, CrmError
from crmcli.sheets.wire import BATCH, DONE, packed, receive, send, unpacked
from crmcli.values.points import read_email, read_phone
from crmcli.values.records import (
    Batch,
    ContactRecord,
    DealRecord,
    LineRecord,
    ProductRecord,
    PurchaseRecord,
    Record,
    Rejection,
    TouchRecord,
    Where,
)

WHERE = Where("Лист", 7)
DAY = date(2026, 3, 1)
ANNA = ContactRecord(
    WHERE, "7", "Анна", "person", points=(read_phone("89160000001", "RU"), read_email("a@example.com")),
    birthday=DAY, tags=("a", "b"), extra={"Рост": "170"},
)  # fmt: skip
SALE = PurchaseRecord(WHERE, DAY, 5, "8", ANNA, lines=(LineRecord("Стол", None, 1000, 5),), more_rows=(8, 9))
RECORDS: list[Record] = [
    ANNA,
    SALE,
    PurchaseRecord(WHERE, DAY, -5),
    DealRecord(WHERE, "Шкаф", DAY, customer=ContactRecord(WHERE)),
    TouchRecord(WHERE, DAY, ANNA, happened_at=time(9, 30)),
    ProductRecord(WHERE, "Стол", price=7),
]


def test_a_batch_arrives_as_it_was_sent() -> None:
    batch = Batch("Лист", RECORDS, [Rejection(WHERE, "B, Дата", "кот", "is no date")], {7: ("a\udc80", None, 1.5, DAY)})
    arrived = unpacked(packed(batch))
    assert arrived == batch
    assert [type(record) for record in arrived.records] == [type(record) for record in RECORDS]


def test_frames_arrive_in_order_and_none_follows_the_last() -> None:
    pipe = io.BytesIO()
    send(pipe, BATCH, b"x" * 100_000)
    send(pipe, DONE, b"")
    pipe.seek(0)
    assert [receive(pipe), receive(pipe), receive(pipe)] == [(BATCH, b"x" * 100_000), (DONE, b""), None]


@pytest.mark.parametrize("length", [1, 8, 9, 10])
def test_a_frame_that_breaks_off_is_none(length: int) -> None:
    pipe = io.BytesIO()
    send(pipe, BATCH, b"abc")
    assert receive(io.BytesIO(pipe.getvalue()[:length])) is None


def all_errors(kind: type[CrmError] = CrmError) -> list[type[CrmError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in all_errors(child))]


@pytest.mark.parametrize("kind", [kind for kind in all_errors() if kind.__module__ == errors.__name__])
def test_every_error_says_the_same_on_the_other_side(kind: type[CrmError]) -> None:
    error = kind("Лист", "C", "03/04/2026") if issubclass(kind, AmbiguousDates) else kind("Лист is damaged")
    arrived = pickle.loads(pickle.dumps(error))
    assert (type(arrived), str(arrived), vars(arrived)) == (kind, str(error), vars(error))
