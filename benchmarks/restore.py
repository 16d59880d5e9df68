"""A restore drill: a base is backed up, checked, lost and brought back, and holds what it held.

python -m benchmarks.restore [CONTACTS]: 100,000 contacts with two points each unless told otherwise. Each step is a
process of its own, as a user runs it; the seconds are of the whole process. Fails where the digest is not the same.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measured import Measured, run_measured
from crmcli.base.bulk import Row, insert_rows
from crmcli.base.digest import content_of
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import open_or_create
from crmcli.base.writing import reading, writing
from crmcli.schema import contact_points, contacts

CONTACTS = 100_000
_MADE_AT = datetime.fromisoformat("2026-07-01T12:00:00")


def main(count: int) -> None:
    """Makes the base, goes through the drill, prints what each step took."""
    with TemporaryDirectory(prefix="crmcli-bench-") as name:
        base, answer = Path(name) / "base.db", Path(name) / "answer"
        _fill(base, count)
        digest = _digest(base)
        steps = {"create": _ran(base, answer, "create")}
        backup = next(Path(name).glob("base-backups/*"))
        steps["verify"] = _ran(base, answer, "verify", str(backup))
        steps["restore, the base in its place"] = _ran(base, answer, "restore", str(backup), "--yes")
        _check(base, digest)
        base.unlink()
        steps["restore, the base lost"] = _ran(base, answer, "restore", str(backup), "--yes")
        _check(base, digest)
        size = backup.stat().st_size / 2**20
    print(
        f"{count} contacts, {2 * count} points, a backup of {size:.0f} MiB; the digest of each restored base is equal"
    )
    for step, cost in steps.items():
        print(f"{step:32}{cost.seconds:7.2f} s {cost.cpu_seconds:7.2f} s of the processor {cost.peak_mib:6.0f} MiB")


def _fill(base: Path, count: int) -> None:
    with writing(open_or_create(SqliteLocation(base)), "drill", "benchmark") as writer:
        columns = ["id", "kind", "name", "search_key", "city", "extra", "created_at"]
        insert_rows(writer.connection, contacts, columns, _contacts(count))
        points = ["contact_id", "kind", "value", "raw", "position"]
        insert_rows(writer.connection, contact_points, points, _points(count))


def _contacts(count: int) -> Iterator[Row]:
    for number in range(1, count + 1):
        name = f"Клиент{number} Имя{number % 997}"
        yield number, "person", name, name.casefold(), f"Город {number % 90}", {"size": number % 7}, _MADE_AT


def _points(count: int) -> Iterator[Row]:
    for number in range(1, count + 1):
        yield number, "phone", f"+7916{number:07}", f"8 916 {number:07}", 0
        yield number, "email", f"c{number}@example.com", f"c{number}@example.com", 1


def _ran(base: Path, answer: Path, *words: str) -> Measured:
    command = [sys.executable, "-m", "crmcli", "backup", *words, "--base", str(base)]
    return run_measured(command, answer)


def _digest(base: Path) -> str:
    with reading(open_or_create(SqliteLocation(base))) as connection:
        return content_of(connection).digest


def _check(base: Path, digest: str) -> None:
    if _digest(base) != digest:
        raise SystemExit("the restored base does not hold what the first one held")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS)
