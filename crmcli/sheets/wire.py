"""What two processes say to each other, in frames: a letter, the length, the content.

Records go as columns of plain values, one for each of their fields: those are pickled and made records again ten times
as fast as the records themselves.
"""

import pickle
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import groupby, islice, repeat
from operator import attrgetter
from typing import IO, Any, cast

from crmcli.values.points import Point
from crmcli.values.records import (
    Batch,
    ContactRecord,
    DealRecord,
    LineRecord,
    ProductRecord,
    PurchaseRecord,
    TouchRecord,
    Where,
)

_RECORDS: tuple[type, ...] = (ContactRecord, PurchaseRecord, DealRecord, TouchRecord, ProductRecord)
_PARTS: dict[str, type] = {"points": Point, "lines": LineRecord}
_NAMES = {kind: [field.name for field in fields(kind)] for kind in (*_RECORDS, *_PARTS.values())}

REQUEST, CONTENT = b"R", b"C"
"""What the parent sends, and DONE after it."""
OPENED, BATCH, DONE, FAILED = b"O", b"B", b"D", b"F"
_HEADER = struct.Struct(">cQ")


def send(out: IO[bytes], tag: bytes, content: bytes) -> None:
    """Writes one frame."""
    out.write(_HEADER.pack(tag, len(content)))
    out.write(content)
    out.flush()


def receive(source: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next frame, its letter and content; None where the other side has ended, in the middle of one too."""
    header = source.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    tag, size = _HEADER.unpack(header)
    content = source.read(size)
    return (tag, content) if len(content) == size else None


def packed(batch: Batch) -> bytes:
    """The batch as bytes."""
    records = [(_RECORDS.index(kind), _columns(kind, list(alike))) for kind, alike in groupby(batch.records, type)]
    return pickle.dumps((batch.sheet, records, batch.rejections, batch.cells), pickle.HIGHEST_PROTOCOL)


def unpacked(content: bytes) -> Batch:
    """The batch that the bytes of `packed` are; they come from our own process alone."""
    sheet, records, rejections, cells = pickle.loads(content)  # noqa: S301 - our own child wrote it
    return Batch(
        sheet, [r for code, columns in records for r in _made(_RECORDS[code], columns, sheet)], rejections, cells
    )


def _columns(kind: type, things: Sequence[Any]) -> list[Any]:
    """The values of things of one kind, field by field; None for a field that is None in all of them."""
    return [_column(name, list(map(attrgetter(name), things))) for name in _NAMES[kind]]


def _column(name: str, values: list[Any]) -> Any:
    if name == "where":
        return [where.row for where in values]
    if values and values.count(None) == len(values):
        return None
    if name == "customer":
        named = [value for value in values if value is not None]
        return [value is not None for value in values], _columns(ContactRecord, named)
    if name in _PARTS:
        return list(map(len, values)), _columns(_PARTS[name], [part for parts in values for part in parts])
    return values


def _made(kind: type, columns: Iterable[Any], sheet: str) -> Iterator[Any]:
    """The things again whose columns these are."""
    return map(kind, *(_values(name, column, sheet) for name, column in zip(_NAMES[kind], columns, strict=True)))


def _values(name: str, column: Any, sheet: str) -> Iterable[Any]:
    if name == "where":
        return map(Where, repeat(sheet), column)
    if column is None:
        return repeat(None)
    if name == "customer":
        customers = _made(ContactRecord, column[1], sheet)
        return [next(customers) if is_named else None for is_named in column[0]]
    if name in _PARTS:
        parts = _made(_PARTS[name], column[1], sheet)
        return [tuple(islice(parts, length)) for length in column[0]]
    return cast("list[Any]", column)
