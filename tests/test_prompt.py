"""The prompt's contract, the same for every command: where answers and errors go, in what form, and the exit codes."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main
from openpyxl import load_workbook

from crmcli import app
from crmcli.base import patience
from crmcli.base.opening import Base
from tests.builders import (
    add_channel,
    add_contact,
    add_deal,
    add_employee,
    add_product,
    add_sales,
    add_segment,
    add_touch,
    building,
)
from tests.commands.conftest import on_sqlite
from tests.conftest import Run, location_text
from tests.terminal import at_a_terminal


@pytest.fixture
def shop(crm: Run, base: Base) -> Run:
    """The program on a base with a little of everything."""
    with building(base) as writer:
        olga = add_employee(writer, "Olga")
        add_channel(writer, "Web")
        add_product(writer, "Tea", price=450_00)
        anna = add_contact(writer, "Анна", phones=["89120000001"], owner_id=olga)
        add_contact(writer, "Ivan", phones=["12-34"])
        add_deal(writer, ("New lead", date(2026, 5, 1)), contact_id=anna)
        add_sales(writer, anna, date(2026, 5, 1), date(2026, 6, 1))
        add_touch(writer, anna, date(2026, 6, 2))
        add_segment(writer, "Known", "has_phone")
    return crm


# Wrong usage


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("contcat list", "No such command 'contcat'. Did you mean 'contact'? See: crmcli --help"),
        ("contact lst", "Did you mean 'list'"),
        ("deal mvoe 1 Call", "Did you mean 'move'"),
        ("contact list --citty Kazan", "--city"),
        ("contact list --limt 3", "--limit"),
        ("--formt json contact list", "--format"),
        ("contact list --format jsn", "table, json, jsonl, csv, tsv, ids, xlsx"),
        ("contact list --limit 0", "1 or more"),
        ("contact list --limit many", "1 or more"),
        ("contact list extra", "extra"),
        ("contact add", "NAME"),
        ("touch add 1", "KIND"),
        ("contact list --format", "--format"),
        ("contact list --base=", "--base is empty"),
        ("contact list --as=", "--as is empty"),
        ("contact list --output=", "--output is empty"),
    ],
)
def test_wrong_usage_is_told_in_a_line_with_the_nearest_word(words: str, told: str, program: Run) -> None:
    ran = program(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.startswith("crmcli: ")
    assert ran.err.count("\n") == 1


# Where answers go, and in what form


@on_sqlite
def test_the_options_of_every_command_stand_before_its_word_or_after(shop: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    assert shop("--base", other, "contact", "add", "Boris").code == 0
    for words in (
        ["--base", other, "--format", "ids", "contact", "list"],
        ["contact", "list", "--base", other, "--format", "ids"],
    ):
        assert shop(*words).out == "1\n"
    assert shop("contact", "list", "--format", "ids").out == "2\n1\n"


@on_sqlite
def test_an_answer_is_on_standard_output_and_what_was_done_beside_it(shop: Run) -> None:
    table = shop("contact", "add", "Boris")
    assert table.out.startswith("Added contact 3 Boris.")
    assert table.err == ""
    machine = shop("contact", "add", "Petr", "--format", "json")
    done = json.loads(machine.out)
    assert done == {"id": 4, "name": "Petr", "operation_id": 3}
    assert machine.err == "Added contact 4 Petr. (crmcli undo 3 takes it back)\n"


@on_sqlite
def test_a_file_has_the_form_that_its_ending_tells(shop: Run, tmp_path: Path) -> None:
    def written(name: str, *more: str) -> Path:
        ran = shop("contact", "list", "--output", tmp_path / name, *more)
        assert (ran.code, ran.out) == (0, "")
        return tmp_path / name

    names = [row["name"] for row in json.loads(written("a.json").read_text(encoding="utf-8"))]
    assert names == ["Ivan", "Анна"]
    assert len(written("a.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    for ending, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(written(f"a.{ending}").read_text("utf-8-sig")), delimiter=delimiter))
        assert [row["name"] for row in rows] == names
    sheet = load_workbook(written("a.xlsx")).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert "Анна" in written("a.txt").read_text(encoding="utf-8")
    assert json.loads(written("a.out", "--format", "json").read_text(encoding="utf-8"))
    assert shop("contact", "list", "--format", "ids", "--output", "-").out == "2\n1\n"


@on_sqlite
def test_lists_are_cut_wrapped_and_judged_as_asked(shop: Run) -> None:
    assert len(json.loads(shop("contact", "list", "--format", "json", "--limit", "1").out)) == 1
    wrapped = json.loads(shop("contact", "list", "--format", "json", "--limit", "1", "--meta").out)
    assert (list(wrapped), wrapped["total"], wrapped["left_out"]) == (["rows", "total", "left_out"], 2, 0)
    assert "1 of 2; --limit 2 shows all." in shop("contact", "list", "--limit", "1").out
    assert shop("contact", "list", "--city", "Nowhere").code == 0
    none = shop("contact", "list", "--city", "Nowhere", "--format", "json", "--fail-if-empty")
    assert (none.code, json.loads(none.out)) == (1, [])
    assert shop("contact", "list", "--fail-if-empty").code == 0


@on_sqlite
def test_ids_are_for_rows_that_have_them(shop: Run) -> None:
    for words, ids in (("contact list", "2\n1\n"), ("reactivate --as-of 2027-01-01", "1\n"), ("deal list", "1\n")):
        assert shop(*words.split(), "--format", "ids").out == ids, words
    for words in ("config list", "funnel"):
        ran = shop(*words.split(), "--format", "ids")
        assert (ran.code, ran.out) == (2, ""), words


def test_a_list_and_its_record_have_the_same_keys_and_all_of_them_always(shop: Run) -> None:
    def keys(*words: str) -> list[str]:
        found = json.loads(shop(*words, "--format", "json").out)
        return list(found[0] if isinstance(found, list) else found)

    contact, deal = keys("contact", "list"), keys("deal", "list")
    assert keys("contact", "show", "2") == [*contact, "points", "timeline"]
    assert keys("deal", "show", "1") == [*deal, "moves", "touches"]
    for row in json.loads(shop("contact", "list", "--format", "json").out):
        assert list(row) == contact
        assert isinstance(row["id"], int)
        assert all(isinstance(row[key], list) for key in ("phones", "emails", "tags"))
        assert re.fullmatch(r"\d+\.\d\d", row["revenue"])


# The same on both engines

SESSION = [
    "employee add Olga",
    "channel add Web",
    "product add Tea --price 450",
    "contact add Анна --phone 89120000001 --owner Olga",
    "contact add Ivan --phone 12-34",
    "deal add Анна Tea --opened 2026-05-01",
    "purchase add Анна 1200,50 --on 2026-05-01",
    "purchase add Анна 300 --on 2026-06-01",
    "touch add Анна call --on 2026-06-02",
    "contact add Борис --company Дверь --email B@Example.com --tag vip --set размер=XL",
    "contact edit Борис --city Казань --phone 8-912-000-00-09 --next 2026-07-10",
    "contact tag Борис Опт",
    "stage add Sample --after Meeting --entered-by visit",
    "touch add Анна visit --on 2026-06-03 --rating 4/5 --at 10:30",
    "deal move 1 Proposal --on 2026-06-10",
    "deal add Борис Beans --amount 12k --opened 2026-06-01 --product Tea",
    "deal move 2 Lost --reason dear --on 2026-06-20",
    "purchase add Анна --line Tea*2 --on 2026-06-15 --deal 1",
    "purchase refund 3 --amount 100 --on 2026-06-20",
    "purchase add - 99 --on 2026-06-21",
    "contact archive Ivan",
    "contact show Ivan",
    "config set touched_days 3",
    "undo --yes",
    "undo 11 --yes",
    "segment add Свои --where город=казань",
    "contact add Again --phone +79120000001",
    "contact list",
    "contact list --search борис --as-of 2026-07-01",
    "contact list --archived",
    "contact show Анна --as-of 2026-07-01",
    "contact show 3 --as-of 2026-07-01",
    "touch list",
    "deal list",
    "deal show 1",
    "purchase list",
    "stage list",
    "channel list",
    "product list",
    "employee list",
    "reactivate --as-of 2026-09-01",
    "reactivate --as-of 2026-09-01 --include-touched --meta",
    "funnel",
    "funnel --by owner",
    "funnel --by month",
    "funnel --by reason",
    "funnel --mode activity --by product",
    "best --as-of 2026-09-01 --meta",
    "best --profile",
    "segment list",
    "segment show Свои --as-of 2026-07-01",
    "deal list --segment свои",
    "config get touched_days",
]


def test_the_same_commands_answer_the_same_on_both_engines(
    program: Run, sqlite_base: Base, postgres_base: Base
) -> None:
    def answers(base: Base) -> Iterator[tuple[str, int, Any, str]]:
        for words in SESSION:
            ran = program("--base", location_text(base), *words.split(), "--format", "json")
            told = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "then", ran.err)
            yield words, ran.code, json.loads(ran.out) if ran.out else None, told

    on_sqlite, on_postgres = list(answers(sqlite_base)), list(answers(postgres_base))
    assert {code for _, code, _, _ in on_sqlite} == {0, 1}
    for one, other in zip(on_sqlite, on_postgres, strict=True):
        assert one == other


# Nothing that is typed breaks the program

ODD = (
    "",
    "-",
    "99999999999999999999",
    "9223372036854775807",
    "-1",
    "\x1b[31mred\x07\u202e",
    "a\x00b",
    "\udcff",
    "x" * 1_000_000,
    "١٢",
    "nan",
    "1E999999999",
    "';%_\\\"[b]",
    "a=b",
    "0001-01-01",
    "9999-12-31",
)
LINES = {
    "contact add": "Petr",
    "contact show": "1",
    "contact list": "",
    "contact edit": "1",
    "contact tag": "1 vip",
    "contact archive": "2",
    "contact delete": "1 --reason x",
    "contact restore": "1",
    "contact purge": "1",
    "contact duplicates": "",
    "contact merge": "1 2",
    "contact distinct": "1 2",
    "touch add": "1 call",
    "touch list": "",
    "deal add": "1 Beans",
    "deal move": "1 Call",
    "deal list": "",
    "deal show": "1",
    "purchase add": "1 100",
    "purchase refund": "1",
    "purchase list": "",
    "stage add": "Sample",
    "stage rename": "Meeting Talk",
    "stage list": "",
    "channel add": "Fair",
    "channel edit": "Web --cost 5",
    "channel list": "",
    "product add": "Cup",
    "product list": "",
    "employee add": "Petr",
    "employee list": "",
    "employee handover": "Olga Boris",
    "segment add": "Due --where state=due",
    "segment list": "",
    "segment show": "Known",
    "segment fields": "",
    "segment remove": "Known",
    "config list": "",
    "config get": "currency",
    "config set": "country RU",
    "import": "nowhere.csv",
    "import template": "contacts",
    "export contacts": "",
    "export touches": "",
    "export deals": "",
    "export purchases": "",
    "export products": "",
    "export all": "--format json",
    "forecast": "",
    "worth": "",
    "retention": "",
    "rfm": "",
    "reactivate": "",
    "profit": "",
    "discount": "1 --amount 5",
    "attention": "",
    "loyalty": "",
    "best": "",
    "funnel": "",
    "revenue": "",
    "revenue what-if": "",
    "base copy": "shop.db moved.db",
    "backup create": "",
    "backup verify": "nothing.backup",
    "backup list": "",
    "backup restore": "nothing.backup",
    "backup prune": "",
    "undo": "1",
    "history": "1",
    "doctor": "",
    "demo": None,  # makes a whole shop: tests/commands/test_demo.py
}
"""The arguments of each command, all of which are replaced by odd values in turn."""


def word_of(words: str) -> Any:
    """The command of these words."""
    noun, *verb = [words] if words in app.Root.table else words.split()
    root: Any = typer.main.get_command(app.app)
    found = root.imported(noun)
    for word in verb:
        found = found.commands[word]
    return found


def parameters(words: str) -> list[Any]:
    """The command's own options."""
    found = word_of(words)
    return [one for one in found.params[: found.own] if one.param_type_name == "option" and not one.is_flag]


def test_every_command_is_tried_with_odd_values() -> None:
    root: Any = typer.main.get_command(app.app)
    nouns = {name: root.imported(name) for name in app.Root.table}
    words = {f"{noun} {verb}" for noun, found in nouns.items() for verb in getattr(found, "commands", {})}
    assert words | {noun for noun, found in nouns.items() if not hasattr(found, "commands")} == set(LINES)


@on_sqlite
@pytest.mark.parametrize("words", [words for words, line in LINES.items() if line is not None])
def test_odd_values_end_in_an_answer_or_one_line(words: str, shop: Run) -> None:
    command, line = words.split(), (LINES[words] or "").split()
    asking = {"import", "undo", "contact merge", "contact delete", "backup restore", "backup prune"}
    yes = ["--yes"] if words in asking else []
    for place in range(len(line)):
        for odd in ODD:
            # No system hands a NUL over, which would be a file's name here; - is standard input, which tests lack.
            if words not in {"import", "backup verify", "backup restore"} or ("\x00" not in odd and odd != "-"):
                check(shop, [*command, *line[:place], odd, *line[place + 1 :], *yes])
    for number, option in enumerate(parameters(words)):
        for odd in ODD[number % 3 :: 3]:
            check(shop, [*command, *line, option.opts[0], odd, *yes])


@on_sqlite
def test_odd_values_of_the_options_of_every_command_end_in_an_answer_or_one_line(
    shop: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for odd in ODD:
        for option in ("--base", "--as", "--format", "--output", "--limit"):
            if "\x00" not in odd and not (option == "--base" and odd == "\udcff"):
                check(shop, ["stage", "list", option, odd])
        check(shop, ["contact", "tag", "1", "vip", "--as", odd])


def test_what_an_engine_cannot_hold_is_refused_alike_on_both(shop: Run) -> None:
    for words in ("contact add", "contact edit 1 --note", "contact edit 1 --set a=b --set", "touch add 1 call --text"):
        for odd in ("a\x00b", "\udcff"):
            ran = check(shop, [*words.split(), odd if not words.endswith("--set") else f"a={odd}"])
            assert ran == 2, words
    for words in ("deal show", "purchase refund", "undo --yes", "touch add 1 call --deal", "purchase add 1 5 --deal"):
        assert check(shop, [*words.split(), "9223372036854775807"]) == 1
        assert check(shop, [*words.split(), "9223372036854775808"]) == 2


def check(crm: Run, words: list[str]) -> int:
    """Runs a command that may fail, but only as it should; its exit code."""
    ran = crm(*words)
    shown = [word if len(word) < 80 else f"{word[:10]}... ({len(word)})" for word in words]
    assert ran.code in {0, 1, 2, 3, 4, 5}, shown
    assert "mistake of ours" not in ran.err, (shown, ran.err[:300])
    if ran.code in {1, 2, 4, 5}:
        assert ran.out == "", shown
        assert ran.err.startswith("crmcli: "), shown
        assert ran.err.count("\n") == 1, shown
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", ran.out + ran.err), shown
    return ran.code


# Exit codes


@on_sqlite
def test_a_base_that_others_write_to_is_busy(shop: Run, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    with building(base):
        ran = shop("contact", "add", "Boris")
    assert ran.code == 5
    assert "the base is busy" in ran.err
    assert shop("contact", "list", "--search", "Boris", "--format", "ids").out == ""


def test_what_the_system_refuses_is_not_allowed(program: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("crmcli.base.sqlite.os.open", refuse)
    ran = program("--base", tmp_path / "base.db", "contact", "add", "Anna")
    assert ran.code == 4
    assert "you may not write" in ran.err


# The program as the system starts it


def started(*words: object, env: dict[str, str] | None = None, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    line = [sys.executable, "-m", "crmcli", *(str(word) for word in words)]
    return subprocess.run(line, capture_output=True, env=env, check=False, stdin=subprocess.DEVNULL, **options)


@pytest.fixture
def filled(sqlite_base: Base) -> Path:
    """A base with more contacts than a pipe holds."""
    path = Path(str(sqlite_base.location))
    with building(sqlite_base) as writer:
        for number in range(500):
            add_contact(writer, f"Анна {number:03} {'x' * 200}")
    return path


def test_cron_with_an_empty_environment_gets_an_answer(filled: Path, tmp_path: Path) -> None:
    ran = started("--base", filled, "contact", "list", "--limit", "1", env={"PATH": os.defpath}, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "Анна 000" in ran.stdout.decode()
    assert started("--base", filled, "contact", "add", "Анна", env={}, cwd=tmp_path).returncode == 0


def test_the_c_locale_loses_no_letter_and_no_color_is_obeyed(filled: Path) -> None:
    env = {"PATH": os.defpath, "LC_ALL": "C", "NO_COLOR": "1"}
    for form in ("json", "csv", "table"):
        ran = started("--base", filled, "contact", "list", "--limit", "1", "--format", form, env=env)
        assert "Анна 000" in ran.stdout.decode("utf-8"), form
        assert b"\x1b" not in ran.stdout


def test_a_reader_that_goes_away_is_no_failure(filled: Path) -> None:
    for form in ("table", "json", "csv", "jsonl"):
        line = [sys.executable, "-m", "crmcli", "--base", str(filled), "contact", "list", "--format", form]
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.read(10)
            running.stdout.close()
            said = running.stderr.read()
        assert (running.returncode, said) == (0, b""), form


def test_a_disk_that_is_full_is_told_in_a_line(filled: Path) -> None:
    line = [sys.executable, "-m", "crmcli", "--base", str(filled), "contact", "list"]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"crmcli: output: No space left on device; nothing was changed\n")


def test_at_a_terminal_the_order_of_day_and_month_is_asked(sqlite_base: Base, tmp_path: Path, program: Run) -> None:
    sheet = tmp_path / "sales.csv"
    sheet.write_text("Client,Date,Total\nAnna,03/04/2026,5\n", encoding="utf-8")
    base = ["--base", str(sqlite_base.location)]
    code, seen = at_a_terminal(b"y\ny\n", *base, "import", sheet)
    assert code == 0, seen
    assert "column B, Date: in 03/04/2026, does the day come first?" in seen
    assert "2026-04-03" in program(*base, "purchase", "list").out
    assert at_a_terminal(b"maybe\n", *base, "import", sheet)[0] == 1


def test_at_a_terminal_a_no_changes_nothing_and_a_yes_does_it(sqlite_base: Base, tmp_path: Path, program: Run) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text("Name,Phone\nAnna,+79120000001\n", encoding="utf-8")
    base = ["--base", str(sqlite_base.location)]

    def ids() -> str:
        return program(*base, "contact", "list", "--format", "ids").out

    code, seen = at_a_terminal(b"n\n", *base, "import", sheet)
    assert (code, ids()) == (1, "")
    assert "Would store 1 of 1 rows" in seen
    assert "Store people.csv? [y/N]" in seen
    assert "nothing was stored" in seen
    assert at_a_terminal(b"\n", *base, "import", sheet)[0] == 1
    assert at_a_terminal(b"\x04", *base, "import", sheet)[0] == 1
    assert (at_a_terminal(b"y\n", *base, "import", sheet)[0], ids()) == (0, "1\n")
    code, seen = at_a_terminal(b"n\n", *base, "undo")
    assert (code, ids()) == (1, "1\n")
    assert "1 contact added" in seen
    assert at_a_terminal(b"y\n", *base, "undo", "--no-input")[0] == 2
    assert (at_a_terminal("да\n".encode(), *base, "undo")[0], ids()) == (0, "")


def test_a_terminal_shows_twenty_rows_and_says_how_many_there_are(filled: Path) -> None:
    code, seen = at_a_terminal(b"", "--base", filled, "contact", "list")
    assert code == 0
    assert seen.count("Анна") == 20
    assert "20 of 500; --limit 500 shows all." in seen


def test_a_change_whose_answer_is_lost_says_that_it_was_stored(filled: Path) -> None:
    line = [sys.executable, "-m", "crmcli", "--base", str(filled), "contact", "add", "Boris"]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert ran.returncode == 1
    assert re.search(r"operation \d+ was stored", ran.stderr)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_mistake_of_ours(filled: Path, closed: str) -> None:
    line = f"{shlex.quote(sys.executable)} -m crmcli --base {shlex.quote(str(filled))} contact list {closed}"
    ran = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_answer_does_not_replace_the_base(filled: Path, program: Run) -> None:
    before = filled.read_bytes()
    ran = program("--base", filled, "contact", "list", "--output", filled)
    assert ran.code == 2
    assert "would replace the file itself" in ran.err
    assert filled.read_bytes() == before
