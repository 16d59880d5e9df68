"""The rows that an import did not take, as they go into a workbook to be mended."""

from collections.abc import Mapping

from crmcli.commands.imported import Outcome
from crmcli.output.rejects import RejectedRow, RejectedSheet
from crmcli.sheets.fields import heading_of
from crmcli.values.records import Cells, Rejection, SheetReading

_JOINED = "belongs to an order of which another row was rejected"


def rejected_sheets(outcome: Outcome) -> list[RejectedSheet]:
    """The rows, under the headings of their sheets."""
    by_row = {one.where: one for one in outcome.rejected}
    readings = {reading.sheet: reading for reading in outcome.sheets}
    return [
        _sheet(readings[name], cells, {where.row: one for where, one in by_row.items() if where.sheet == name})
        for name, cells in outcome.cells.items()
        if cells
    ]


def _sheet(reading: SheetReading, cells: Cells, rejected: Mapping[int, Rejection]) -> RejectedSheet:
    places = {column.letter: place for place, column in enumerate(reading.columns)}
    rows = [_row(cells[number], rejected.get(number), places) for number in sorted(cells)]
    return RejectedSheet(reading.sheet, _headings(reading), rows)


def _row(cells: tuple[object, ...], rejected: Rejection | None, places: Mapping[str, int]) -> RejectedRow:
    if rejected is None:
        return RejectedRow(cells, None, _JOINED)
    return RejectedRow(cells, places.get(rejected.column.partition(",")[0]), rejected.reason)


def _headings(reading: SheetReading) -> list[str]:
    """The sheet's own; where it has none, words that say what its columns were found to hold."""
    if reading.kind is None:
        return [column.heading for column in reading.columns]
    return [column.heading or heading_of(column.meaning, reading.kind) for column in reading.columns]
