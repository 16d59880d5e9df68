"""What two processes say to each other, in frames: a letter, the length, the content.

Records go as plain tuples, which pickle five times as fast as they do.
"""

import pickle
import struct
from collections.abc import Callable
from dataclasses import fields
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
    Record,
    TouchRecord,
    Where,
)

_RECORDS: tuple[type, ...] = (ContactRecord, PurchaseRecord, DealRecord, TouchRecord, ProductRecord)
_NAMES = {kind: [field.name for field in fields(kind)] for kind in (*_RECORDS, Point, LineRecord)}
_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: cast("Callable[[Any], tuple[Any, ...]]", attrgetter(*names)) for kind, names in _NAMES.items()
}
_CODES = {kind: code for code, kind in enumerate(_RECORDS)}

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
    records = [(_CODES[type(record)], _flat(record)) for record in batch.records]
    return pickle.dumps((batch.sheet, records, batch.rejections, batch.cells), pickle.HIGHEST_PROTOCOL)


def unpacked(content: bytes) -> Batch:
    """The batch that the bytes of `packed` are; they come from our own process alone."""
    sheet, records, rejections, cells = pickle.loads(content)  # noqa: S301 - our own child wrote it
    return Batch(sheet, [_record(_RECORDS[code], flat, sheet) for code, flat in records], rejections, cells)


def _flat(record: Any) -> list[Any]:
    values = list(_VALUES[type(record)](record))
    values[0] = record.where.row
    for place, name in _NESTED[type(record)]:
        value = values[place]
        if name == "customer":
            values[place] = value and _flat(value)
        else:
            values[place] = tuple(map(_VALUES[_PARTS[name]], value))
    return values


def _record(kind: type, flat: list[Any], sheet: str) -> Record:
    flat[0] = Where(sheet, flat[0])
    for place, name in _NESTED[kind]:
        value = flat[place]
        if name == "customer":
            flat[place] = value and _record(ContactRecord, value, sheet)
        elif value:
            part = _PARTS[name]
            flat[place] = tuple([part(*values) for values in value])
    return cast("Record", kind(*flat))


_PARTS: dict[str, type] = {"points": Point, "lines": LineRecord}
_NESTED = {
    kind: [(place, name) for place, name in enumerate(_NAMES[kind]) if name in {"customer", *_PARTS}]
    for kind in _RECORDS
}
