"""The rooms import one way, and the program starts light."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import crmcli
from crmcli import settings
from crmcli.app import Root, app
from crmcli.base.opening import Base
from crmcli.output import show
from tests.builders import add_contact, building

PACKAGE = Path(crmcli.__file__).parent
EVERYBODY = {"errors", "__init__"}
MAY_IMPORT = {
    "values": set[str](),
    "sample": set[str](),
    "settings": {"values"},
    "lazy": set[str](),
    "schema": set[str](),
    "output": {"values"},
    "sheets": {"values"},
    "forecast": {"values"},
    "questions": {"schema", "values"},
    "base": {"schema", "values"},
    "actions": {"base", "schema", "values"},
    "commands": {
        "actions",
        "base",
        "forecast",
        "output",
        "questions",
        "sample",
        "schema",
        "settings",
        "sheets",
        "values",
    },
    "app": {"base", "commands", "lazy", "output"},
    "__main__": {"app"},
}
"""Which rooms a room may import, besides itself."""

HEAVY = (
    *("sqlalchemy", "rich", "pydantic", "alembic", "xlsxwriter", "openpyxl", "phonenumbers", "psycopg"),
    *("sqlcipher3", "numpy", "scipy"),
)
NEEDED_BY_FEW = (
    *(
        "pydantic",
        "alembic",
        "xlsxwriter",
        "openpyxl",
        "python_calamine",
        "phonenumbers",
        "psycopg",
        "babel",
        "rapidfuzz",
    ),
    *("numpy", "scipy", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "crmcli.questions.condition"),
)
"""What a command that asks for a row, or writes one, has no use for."""


def guarded(words: list[str], forbidden: tuple[str, ...], **environment: str) -> subprocess.CompletedProcess[str]:
    """The program run where nothing of `forbidden` can be imported: 99 then, and who wanted to."""
    guard = f"""
import sys, traceback
class Guard:
    def find_spec(self, name, path=None, target=None):
        if any(name == module or name.startswith(module + '.') for module in {forbidden!r}):
            importer = [frame for frame in traceback.extract_stack() if not frame.filename.startswith('<')][-1]
            print(f'{{name}} is imported by {{importer.filename}}:{{importer.lineno}}', file=sys.stderr)
            sys.exit(99)
sys.meta_path.insert(0, Guard())
from crmcli.app import main
sys.exit(main(sys.argv[1:]))
"""
    words = [sys.executable, "-c", guard, *words]
    return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | environment)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "crmcli":
            names = [f"crmcli.{alias.name}" for alias in node.names] if node.module == "crmcli" else [node.module]
            yield from ((room_of(name), node.lineno) for name in names)
        elif isinstance(node, ast.Import):
            yield from ((room_of(a.name), node.lineno) for a in node.names if a.name.split(".")[0] == "crmcli")


@pytest.mark.parametrize(("module", "path"), [pytest.param(*found, id=found[0]) for found in modules()])
def test_a_room_imports_only_the_rooms_below_it(module: str, path: Path) -> None:
    room = room_of(module)
    allowed = MAY_IMPORT.get(room, set()) | EVERYBODY | {room}
    wrong = [f"line {line}: {found}" for found, line in imported_rooms(path) if found not in allowed]
    assert wrong == [], f"{module} may import {sorted(allowed)}"


def test_questions_print_nothing_and_read_no_clock() -> None:
    for module, path in modules():
        if room_of(module) == "questions":
            called = {
                ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
            }
            assert not called & {"print", "date.today", "datetime.now", "datetime.today", "time.time"}, module


def test_every_format_that_can_be_chosen_can_be_written() -> None:
    assert tuple(show.FORMATS) == settings.FORMATS


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_the_program_tells_of_itself_without_a_heavy_library(words: list[str]) -> None:
    ran = guarded(words, HEAVY)
    assert ran.returncode in (0, 2), ran.stderr
    assert "crmcli" in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("crmcli re", ["reactivate", "revenue", "revenue what-if", "retention"]),
        ("crmcli contact s", ["show"]),
        ("crmcli backup ", ["create", "verify", "list", "restore", "prune"]),
        ("crmcli --vers", ["--version"]),
    ],
)
def test_a_shell_completes_words_and_verbs_without_a_heavy_library(line: str, completed: list[str]) -> None:
    asked = {"_CRMCLI_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    ran = guarded([], HEAVY, **asked)
    assert (ran.returncode, ran.stdout.split("\n")) == (0, [*completed, ""]), ran.stderr


def test_a_shell_completes_the_options_of_a_verb() -> None:
    asked = {"_CRMCLI_COMPLETE": "complete_bash", "COMP_WORDS": "crmcli contact add --ci", "COMP_CWORD": "3"}
    assert guarded([], (), **asked).stdout == "--city\n"


def test_a_shell_is_told_of_every_verb_that_a_noun_has() -> None:
    root: Any = get_command(app)
    verbs = {noun: " ".join(getattr(root.imported(noun), "commands", {})) for noun in Root.table}
    assert {noun: told for noun, told in verbs.items() if told} == Root.verbs


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "show", "1"],
        ["contact", "list", "--limit", "1"],
        ["reactivate", "--limit", "20"],
        ["touch", "add", "1", "call"],
        ["purchase", "add", "1", "100"],
        ["funnel"],
    ],
    ids=" ".join,
)
def test_a_light_command_imports_only_what_it_needs(words: list[str], sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        assert add_contact(writer, "Anna Petrova") == 1
    ran = guarded(["--base", str(sqlite_base.location), *words], NEEDED_BY_FEW)
    assert ran.returncode == 0, ran.stderr


def test_the_guard_itself_names_who_imports_a_heavy_library() -> None:
    ran = guarded(["stage", "list"], HEAVY)
    assert ran.returncode == 99
    assert "sqlalchemy is imported by" in ran.stderr
    assert "crmcli" in ran.stderr
