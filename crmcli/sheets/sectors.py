"""The chains of sectors that the streams of an old workbook (.xls) are made of."""

import io
from collections.abc import Sequence


def runs_in_circles(content: bytes) -> bool:
    """Whether following a chain of the file would never end: its reader does follow it, until the memory is full."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            file.loadminifat()
            return _circular(file.fat) or _circular(file.minifat)
    except Exception:
        return False  # what is damaged otherwise the reader refuses itself


def _circular(following: Sequence[int]) -> bool:
    walked = [0] * len(following)
    for walk, start in enumerate(range(len(following)), 1):
        sector = start
        while sector < len(following) and not walked[sector]:
            walked[sector] = walk
            sector = following[sector]
        if sector < len(following) and walked[sector] == walk:
            return True
    return False
