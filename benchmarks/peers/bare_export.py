"""The cells of a text file written to a workbook by XlsxWriter alone, in its constant-memory mode."""

import sys
from datetime import date

from xlsxwriter import Workbook


def main(cells: str, target: str) -> None:
    """Writes every cell, dates as dates."""
    with Workbook(target, {"constant_memory": True}) as book, open(cells, encoding="utf-8") as rows:  # noqa: PTH123
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, line in enumerate(rows):
            for place, value in enumerate(line[:-1].split("\t")):
                if len(value) == 10 and value[4] == value[7] == "-":
                    sheet.write_datetime(number, place, date.fromisoformat(value), day)
                elif value:
                    sheet.write_string(number, place, value)


if __name__ == "__main__":
    main(*sys.argv[1:])
