"""Files read whole, in the tests' own process: commands read them in a process apart, batch by batch."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crmcli.sheets.reading import ReadingOptions, open_content
from crmcli.values.records import Batch, SheetReading


def read_file(path: Path, options: ReadingOptions) -> tuple[SheetReading, ...]:
    """Every sheet of a file, with its records and rejections."""
    opened = open_content(path.name, path.read_bytes(), options)
    batches = list(opened.batches)
    return tuple(_filled(reading, batches) for reading in opened.sheets)


def _filled(reading: SheetReading, batches: Sequence[Batch]) -> SheetReading:
    mine = [batch for batch in batches if batch.sheet == reading.sheet]
    return replace(
        reading,
        records=tuple(record for batch in mine for record in batch.records),
        rejections=tuple(rejection for batch in mine for rejection in batch.rejections),
    )
