"""The texts that the cells of an .xlsx share: one long text in a small file can fill a million cells."""

import re
import zipfile
from collections.abc import Iterator

from crmcli.sheets.archive import part_name

_LONG = 1_000
"""Bytes from which a text counts: whoever repeats shorter ones needs a file of a size to be seen beforehand."""
_CHUNK = 1 << 20
_ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s>/])")


def long_strings(archive: zipfile.ZipFile) -> dict[int, int]:
    """The bytes of every long shared text, by its number in the file."""
    parts = [part for part in archive.namelist() if part_name(part).endswith("/sharedstrings.xml")]
    sizes = (size for part in parts[:1] for size in _sizes(archive, part))
    return {number: size for number, size in enumerate(sizes) if size >= _LONG}


def _sizes(archive: zipfile.ZipFile, part: str) -> Iterator[int]:
    """How long each item is, in order; an item may be longer than a chunk."""
    begun, carried, tail = False, 0, b""
    with archive.open(part) as opened:
        for chunk in iter(lambda: opened.read(_CHUNK), b""):
            pieces = _ITEM.split(tail + chunk)
            for piece in pieces[:-1]:
                if begun:
                    yield carried + len(piece)
                begun, carried = True, 0
            tail = pieces[-1][-32:]
            carried += len(pieces[-1]) - len(tail)
    if begun:
        yield carried + len(tail)
