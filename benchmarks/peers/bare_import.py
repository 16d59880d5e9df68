"""A workbook of contacts read by calamine alone and stored by executemany, without a thought: no import is faster."""

import sys
from typing import Any

from python_calamine import CalamineWorkbook
from sqlcipher3 import dbapi2

_TABLES = """
CREATE TABLE contacts (id INTEGER PRIMARY KEY, kind, name, search_key, company_id, owner_id, channel_id,
    referred_by_id, birthday, city, tax_id, next_contact_on, note, extra, created_at, archived_at);
CREATE TABLE contact_points (id INTEGER PRIMARY KEY, contact_id, kind, value, raw, label, position);
CREATE TABLE external_refs (id INTEGER PRIMARY KEY, table_name, row_id, source, ref);
"""
_CONTACT = (
    "INSERT INTO contacts (id, kind, name, search_key, owner_id, channel_id, birthday, city, note, extra, created_at)"
    " VALUES (?, 'person', ?, ?, ?, ?, ?, ?, ?, '{}', ?)"
)
_POINT = "INSERT INTO contact_points (contact_id, kind, value, raw, label, position) VALUES (?, ?, ?, ?, '', ?)"
_REF = "INSERT INTO external_refs (table_name, row_id, source, ref) VALUES ('contacts', ?, '', ?)"


def main(sheet: str, base: str) -> None:
    """Stores every row below the headings."""
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()[1:]
    connection = dbapi2.connect(base)
    connection.executescript(_TABLES)
    with connection:
        connection.executemany(_CONTACT, (_contact(number, row) for number, row in enumerate(rows, 1)))
        for position, kind in enumerate(("phone", "email"), 1):
            texts = ((number, str(row[position + 1])) for number, row in enumerate(rows, 1))
            connection.executemany(_POINT, ((number, kind, text, text, position) for number, text in texts))
        connection.executemany(_REF, ((number, row[0]) for number, row in enumerate(rows, 1)))


def _contact(number: int, row: list[Any]) -> tuple[Any, ...]:
    _key, name, _phone, _email, city, born, owner, source, created, note = row
    return number, name, name, owner, source, born.isoformat(), city, note, created.isoformat()


if __name__ == "__main__":
    main(*sys.argv[1:])
