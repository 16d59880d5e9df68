"""A base copied from a file to a server and back, beside what the engines themselves take to write as much.

python -m benchmarks.copying [CUSTOMERS]: 100,000 customers with ten purchases and ten touches each unless told
otherwise, a few of them with hundreds. Each copy is a process of its own, as a user runs it; the server is one of the
tests, which syncs nothing. Fails where the base that comes back does not hold what the first one held.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.measured import Measured, run_measured
from crmcli.base.bulk import Row, insert_rows
from crmcli.base.digest import EVERYTHING, Content, content_of
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import open_or_create
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import contact_points, contacts, deals, purchases, touches
from tests.postgres_server import postgres_server

CUSTOMERS = 100_000
_MADE_AT = datetime.fromisoformat("2026-07-01T12:00:00")
_DAYS = [date(2020, 1, 1) + timedelta(days) for days in range(2_300)]
_EACH = 10
_MOST = 400


def main(customers: int) -> None:
    """Makes the base, copies it there and back, prints what each step took."""
    with TemporaryDirectory(prefix="crmcli-bench-") as name, postgres_server() as server:
        base, back, answer = (Path(name) / one for one in ("base.db", "back.db", "answer"))
        _fill(base, customers)
        schema = f"{server}&schema=shop"
        steps = {"VACUUM INTO, the engine itself": _vacuumed(base, answer)}
        steps["from the file to the server"] = _copied(base, schema, answer)
        lines = Path(name) / "lines"
        lines.mkdir()
        steps["COPY of every table, out and in"] = _bare_copy(server, lines)
        steps["from the server to the file"] = _copied(schema, back, answer)
        content = _content(base)
        if _content(back) != content:
            raise SystemExit("the base that came back does not hold what the first one held")
        size = base.stat().st_size / 2**20
    rows = sum(content.counts.values())
    print(f"{customers} customers, {rows} rows with the journal, {size:.0f} MiB; what came back is the same base")
    for step, cost in steps.items():
        print(f"{step:33}{cost.seconds:7.1f} s {cost.cpu_seconds:7.1f} s of the processor {cost.peak_mib:6.0f} MiB")


def _copied(source: object, target: object, answer: Path) -> Measured:
    return run_measured([sys.executable, "-m", "crmcli", "base", "copy", str(source), str(target)], answer)


def _vacuumed(base: Path, answer: Path) -> Measured:
    program = (
        "import sys; from sqlcipher3 import dbapi2; dbapi2.connect(sys.argv[1]).execute('VACUUM INTO ?', sys.argv[2:])"
    )
    return run_measured([sys.executable, "-c", program, str(base), str(base.with_name("vacuumed.db"))], answer)


def _bare_copy(server: str, folder: Path) -> Measured:
    """What the server takes to write its tables to files and to read them into tables without indexes."""
    began, spent = time.perf_counter(), time.process_time()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bare")
        for table in EVERYTHING:
            file = folder / table.name
            with file.open("wb") as out, connection.cursor().copy(f"COPY shop.{table.name} TO STDOUT") as copy:
                out.writelines(copy)
            connection.execute(f"CREATE TABLE bare.{table.name} (LIKE shop.{table.name})")
            with file.open("rb") as lines, connection.cursor().copy(f"COPY bare.{table.name} FROM STDIN") as copy:
                while block := lines.read(2**20):
                    copy.write(block)
    return Measured(time.perf_counter() - began, time.process_time() - spent, 0)


def _content(base: Path) -> Content:
    with reading(open_or_create(SqliteLocation(base))) as connection:
        return content_of(connection)


def _fill(base: Path, customers: int) -> None:
    chance = Random(7)
    weights = [chance.paretovariate(1.16) for _ in range(customers)]
    scale = _EACH * customers / sum(weights)
    owners = [n for n, weight in enumerate(weights, 1) for _ in range(min(round(weight * scale) or 1, _MOST))]
    with writing(open_or_create(SqliteLocation(base)), "fill", "benchmark") as writer:
        _fill_contacts(writer, customers)
        _fill_events(writer, owners, chance)
        titles = ["id", "contact_id", "title", "amount", "stage_id", "opened_on"]
        rows = ((n, 5 * n, "Заказ", 100 * n, 1 + n % 8, _DAYS[n % 2_300]) for n in range(1, customers // 5 + 1))
        insert_rows(writer.connection, deals, titles, rows)


def _fill_contacts(writer: Writer, customers: int) -> None:
    columns = ["id", "kind", "name", "search_key", "city", "extra", "created_at"]
    insert_rows(writer.connection, contacts, columns, _contacts(customers))
    points = ["id", "contact_id", "kind", "value", "raw", "position"]
    rows = ((n, n, "phone", f"+7916{n:07}", f"8 916 {n:07}", 0) for n in range(1, customers + 1))
    insert_rows(writer.connection, contact_points, points, rows)


def _contacts(customers: int) -> Iterator[Row]:
    for number in range(1, customers + 1):
        name = f"Клиент{number} Имя{number % 997}"
        yield number, "person", name, name.casefold(), f"Город {number % 90}", {"size": number % 7}, _MADE_AT


def _fill_events(writer: Writer, owners: list[int], chance: Random) -> None:
    sales = ["id", "contact_id", "purchased_on", "kind", "amount"]
    rows: Iterator[Row] = (
        (number, owner, chance.choice(_DAYS), "sale", chance.randrange(100, 1_000_000))
        for number, owner in enumerate(owners, 1)
    )
    insert_rows(writer.connection, purchases, sales, rows)
    calls = ["id", "contact_id", "kind", "direction", "outcome", "happened_on", "text"]
    rows = (
        (number, owner, "call", "out", "done", chance.choice(_DAYS), None if number % 5 else "просила цену")
        for number, owner in enumerate(owners, 1)
    )
    insert_rows(writer.connection, touches, calls, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
