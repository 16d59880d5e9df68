"""`contact duplicates` on 100,000 contacts beside splink and recordlinkage: seconds, memory, recall, precision."""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made.people import Person, people
from benchmarks.measured import Measured, run_measured
from crmcli.base.bulk import Row, insert_rows, new_ids
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import open_or_create
from crmcli.base.writing import Writer, writing
from crmcli.schema import contact_points, contacts
from crmcli.values.text import search_key

CONTACTS = 100_000
DOUBLES = 5_000
Pair = tuple[int, int]


def main() -> None:
    """Makes the data, runs the three, prints the table."""
    made = people(CONTACTS, DOUBLES)
    with TemporaryDirectory(prefix="crmcli-bench-") as name:
        folder = Path(name)
        _store(made, folder / "base.db")
        _write(made, folder / "people.csv")
        ran = {
            **_run_crmcli(folder),
            "splink": _run_peer("splink_pairs", folder),
            "recordlinkage": _run_peer("recordlinkage_pairs", folder),
        }
    _print(ran, _true_pairs(made))


def _store(made: Sequence[Person], path: Path) -> None:
    base = open_or_create(SqliteLocation(path))
    with writing(base, "bench", "bench") as writer:
        new_ids(writer.connection, contacts, len(made))
        _store_contacts(writer, made)
        _store_points(writer, made)


def _store_contacts(writer: Writer, made: Iterable[Person]) -> None:
    columns = ("id", "kind", "name", "search_key", "city", "extra", "created_at")
    at = datetime(2026, 1, 1)  # noqa: DTZ001 - the base keeps UTC without a mark
    extra: dict[str, str] = {}
    rows = ((i, p.kind, p.name, search_key(p.name), p.city, extra, at) for i, p in enumerate(made, 1))
    insert_rows(writer.connection, contacts, columns, rows)


def _store_points(writer: Writer, made: Iterable[Person]) -> None:
    columns = ("contact_id", "kind", "value", "raw", "position")
    rows: list[Row] = [
        (number, *point, point[1], position)
        for number, person in enumerate(made, 1)
        for position, point in enumerate(_points(person), 1)
    ]
    insert_rows(writer.connection, contact_points, columns, rows)


def _points(person: Person) -> list[tuple[str, str]]:
    return [*(("phone", phone) for phone in person.phones), *(("email", email) for email in person.emails)]


def _write(made: Iterable[Person], path: Path) -> None:
    """The same data for the peers, names folded and their words in order, which either of them needs."""
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(("id", "name", "city", "phone", "email"))
        for number, person in enumerate(made, 1):
            name = " ".join(sorted(search_key(person.name).split()))
            sheet.writerow((number, name, person.city, *(next(iter(p), None) for p in (person.phones, person.emails))))


def _run_crmcli(folder: Path) -> dict[str, tuple[Measured, set[Pair]]]:
    """One run: all its pairs, and the likelier ones."""
    words = ["-m", "crmcli", "--base", str(folder / "base.db"), "contact", "duplicates", "--format", "json"]
    measured = run_measured([sys.executable, *words], folder / "crmcli.json")
    rows = json.loads((folder / "crmcli.json").read_text(encoding="utf-8"))
    return {
        name: (measured, {(row["contact_a"], row["contact_b"]) for row in rows if row["likeness"] >= least})
        for name, least in (("crmcli", 0), ("its 0.8 to 1", 0.8))
    }


def _run_peer(module: str, folder: Path) -> tuple[Measured, set[Pair]]:
    measured = run_measured(
        [sys.executable, "-m", f"benchmarks.peers.{module}", str(folder / "people.csv")], folder / f"{module}.csv"
    )
    with (folder / f"{module}.csv").open(encoding="utf-8") as file:
        pairs = {(int(one), int(other)) for one, other in csv.reader(file)}
    return measured, {(min(pair), max(pair)) for pair in pairs}


def _true_pairs(made: Iterable[Person]) -> set[Pair]:
    same: dict[int, list[int]] = defaultdict(list)
    for number, person in enumerate(made, 1):
        same[person.truth].append(number)
    return {pair for numbers in same.values() for pair in combinations(numbers, 2)}


def _print(ran: dict[str, tuple[Measured, set[Pair]]], true: set[Pair]) -> None:
    ours = ran["crmcli"][0]
    say = sys.stdout.write
    say(f"{CONTACTS} contacts, {len(true)} pairs of them one\n")
    say(
        f"{'':14}{'seconds':>9}{'ratio':>7}{'cpu':>7}{'ratio':>7}{'MiB':>6}{'pairs':>8}{'recall':>9}{'precision':>11}\n"
    )
    for name, (measured, pairs) in ran.items():
        right = len(pairs & true)
        shares = f"{right / len(true):9.3f}{right / max(len(pairs), 1):11.3f}"
        cost = f"{measured.seconds:9.1f}{measured.seconds / ours.seconds:7.1f}"
        cost += f"{measured.cpu_seconds:7.1f}{measured.cpu_seconds / ours.cpu_seconds:7.1f}{measured.peak_mib:6.0f}"
        say(f"{name:14}{cost}{len(pairs):8}{shares}\n")


if __name__ == "__main__":
    main()
