"""A workbook of contacts imported the obvious way: openpyxl, phonenumbers for each number, dictionaries to insert()."""

import sys
from typing import Any

import phonenumbers
from openpyxl import load_workbook
from sqlalchemy import Connection, Table, create_engine, insert

from crmcli.schema import METADATA, channels, contact_points, contacts, employees, external_refs

_TABLES = (employees, channels, contacts, contact_points, external_refs)
_AT_ONCE = 1_000


class _Named:
    """Rows that other rows name: each is stored when it is first met."""

    def __init__(self, table: Table, connection: Connection) -> None:
        self._table, self._connection = table, connection
        self._ids: dict[str, int] = {}

    def id_of(self, name: str) -> int:
        if name not in self._ids:
            self._ids[name] = len(self._ids) + 1
            row = {"id": self._ids[name], "name": name, "search_key": name.casefold()}
            self._connection.execute(insert(self._table), [row])
        return self._ids[name]


def main(sheet: str, base: str) -> None:
    """Stores every row below the headings."""
    engine = create_engine(f"sqlite:///{base}")
    METADATA.create_all(engine, tables=_TABLES)
    rows = load_workbook(sheet, read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    with engine.begin() as connection:
        owners, sources = _Named(employees, connection), _Named(channels, connection)
        made: dict[Table, list[dict[str, Any]]] = {contacts: [], contact_points: [], external_refs: []}
        for number, row in enumerate(rows, 1):
            made[contacts].append(_contact(number, row, owners, sources))
            made[contact_points] += _points(number, row)
            made[external_refs].append({"table_name": "contacts", "row_id": number, "source": "", "ref": row[0]})
            if number % _AT_ONCE == 0:
                _insert(connection, made)
        _insert(connection, made)


def _insert(connection: Connection, made: dict[Table, list[dict[str, Any]]]) -> None:
    for table, rows in made.items():
        if rows:
            connection.execute(insert(table), rows)
            rows.clear()


def _contact(number: int, row: Any, owners: _Named, sources: _Named) -> dict[str, Any]:
    _key, name, _phone, _email, city, born, owner, source, created, note = row
    return {
        "id": number,
        "kind": "person",
        "name": name,
        "search_key": name.casefold().replace("ё", "е"),
        "owner_id": owners.id_of(owner),
        "channel_id": sources.id_of(source),
        "birthday": born.date(),
        "city": city,
        "note": note,
        "extra": {},
        "created_at": created,
    }


def _points(number: int, row: Any) -> list[dict[str, Any]]:
    phone, email = str(row[2]), row[3]
    values = (("phone", _e164(phone), phone), ("email", email.lower(), email))
    return [
        {"contact_id": number, "kind": kind, "value": value, "raw": raw, "label": "", "position": position}
        for position, (kind, value, raw) in enumerate(values, 1)
    ]


def _e164(text: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


if __name__ == "__main__":
    main(*sys.argv[1:])
