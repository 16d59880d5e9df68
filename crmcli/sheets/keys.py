"""Keys that a row has in other systems: `shop:17; 4812`, the source before the first colon."""

from crmcli.sheets.grid import text_of
from crmcli.sheets.rows import Row
from crmcli.values.lists import read_list
from crmcli.values.records import OtherKey


def other_keys_of(row: Row) -> tuple[OtherKey, ...]:
    """The keys, each with its source, "" where it has none."""
    if "other keys" not in row.columns:
        return ()
    return tuple(dict.fromkeys(_key(text) for _, cell in row.filled("other keys") for text in _texts(text_of(cell))))


def _texts(cell: str) -> list[str]:
    written = read_list(cell)
    found = cell.split(";") if written is None else [text for text, _ in written]
    return [text.strip() for text in found if text.strip(" :")]


def _key(text: str) -> OtherKey:
    source, colon, key = text.partition(":")
    return (source, key) if colon else ("", text)
