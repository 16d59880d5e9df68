"""How wide the columns of a table are in the room there is: plain arithmetic."""

from collections.abc import Sequence

_SHORT = 16
_LONG_WORD = 32


def legible(natural: int, longest_word: int) -> int:
    """How narrow a column of text may become: short texts stay whole, of longer ones the words."""
    return min(natural, max(_SHORT, min(longest_word, _LONG_WORD)))


def fitted(naturals: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Widths that fill no more than the room, the widest made narrower first; None where even `least` is too much."""
    if sum(least) > room:
        return None
    widths = [max(low, min(natural, room)) for natural, low in zip(naturals, least, strict=True)]
    for _ in range(sum(widths) - room):
        widest = max((place for place in range(len(widths)) if widths[place] > least[place]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def flowed(pieces: Sequence[tuple[str, int]], gap: str, room: int) -> list[str]:
    """Pieces of text, each with its width, put into as few lines as hold them; none is broken."""
    lines: list[str] = []
    filled = room
    for piece, width in pieces:
        if lines and filled + len(gap) + width <= room:
            lines[-1] += gap + piece
            filled += len(gap) + width
        else:
            lines.append(piece)
            filled = width
    return lines
