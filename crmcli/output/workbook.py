"""Answers as an .xlsx workbook."""

from typing import IO, Any

from crmcli.output.records import rows_of
from crmcli.output.result import Column, Result
from crmcli.output.separated import columns_of, flat
from crmcli.output.values import Look

_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


def write_xlsx(result: Result, file: IO[bytes], look: Look) -> None:
    """Writes one sheet: a row of keys, then the rows; money and quantities as numbers, dates as dates."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("crmcli")
    columns = columns_of(result)

    def made(value: Any, column: Column) -> Any:
        if value is None:
            return None
        if column.kind in {"money", "quantity"}:
            return float(value)
        written = WriteOnlyCell(
            sheet, value=flat(value).translate(_ILLEGAL) if not isinstance(value, (int, float)) else value
        )
        if isinstance(written.value, str):
            written.data_type = "s"  # never a formula
        return written

    sheet.append([column.key for column in columns])
    for row in rows_of(result, look):
        sheet.append([made(value, column) for value, column in zip(row.values(), columns, strict=True)])
    book.save(file)
