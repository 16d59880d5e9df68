"""Numbers drawn with characters, for those who would rather look than read; all plain without colour."""

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_SHADES = " ░▒▓█"
_ASCII_LEVELS = "_.-=+*#@"
_ASCII_SHADES = " .:*#"
BAR = 16
"""How many characters a full bar has."""


def bar(fraction: float, *, ascii_only: bool = False) -> str:
    """A bar of that fraction (0..1) of its full length; what is more than nothing shows something."""
    eighths = round(min(max(fraction, 0), 1) * BAR * 8)
    if fraction > 0:
        eighths = max(eighths, 1)
    if ascii_only:
        return "#" * -(-eighths // 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def line(values: Sequence[float | None], *, ascii_only: bool = False) -> str:
    """A character a value, as high as it is beside the highest; a blank where there is none."""
    levels = _ASCII_LEVELS if ascii_only else _LEVELS
    highest = max((value for value in values if value is not None), default=0)
    return "".join(" " if value is None else levels[_level(value, highest, len(levels))] for value in values)


def shade(fraction: float, *, ascii_only: bool = False) -> str:
    """One character, the darker the nearer the fraction (0..1) is to the whole."""
    shades = _ASCII_SHADES if ascii_only else _SHADES
    return shades[_level(fraction, 1, len(shades))]


def _level(value: float, highest: float, count: int) -> int:
    if highest <= 0 or value <= 0:
        return 0
    return min(int(value / highest * count), count - 1)
