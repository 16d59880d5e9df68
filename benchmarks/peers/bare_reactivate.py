"""The list of whom to call as sqlite3 and csv alone write it: the same rows, the same joins, the rollup as it is."""

import csv
import sqlite3
import sys

_LIST = """
SELECT c.id, c.name,
    (SELECT ref FROM external_refs WHERE table_name = 'contacts' AND row_id = c.id ORDER BY id LIMIT 1),
    (SELECT group_concat(coalesce(value, raw), '; ') FROM contact_points WHERE contact_id = c.id AND kind = 'phone'),
    (SELECT group_concat(coalesce(value, raw), '; ') FROM contact_points WHERE contact_id = c.id AND kind = 'email'),
    e.name, h.name, r.last_on, r.span_days, r.purchase_days, r.revenue, r.yearly_value, r.last_touch_on
FROM contact_rhythm AS r JOIN contacts AS c ON c.id = r.contact_id
LEFT JOIN employees AS e ON e.id = c.owner_id LEFT JOIN channels AS h ON h.id = c.channel_id
WHERE c.archived_at IS NULL AND (r.due_on <= '2026-07-01' OR r.purchase_days = 1 AND r.last_on < '2026-05-01')
    AND coalesce(r.last_touch_on, '') < '2026-06-24'
ORDER BY r.yearly_value DESC, c.id"""


def main(base: str) -> None:
    """Writes the rows to standard output."""
    connection = sqlite3.connect(f"file:{base}?mode=ro", uri=True)
    csv.writer(sys.stdout).writerows(connection.execute(_LIST))


if __name__ == "__main__":
    main(*sys.argv[1:])
