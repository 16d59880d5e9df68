"""Templates: what they offer, and that what is filled in is imported without a question."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crmcli.output.template import TEMPLATES
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

FILLED: dict[str, dict[str, Any]] = {
    "contacts": {"name": "Анна Петрова", "phones": "+7 900 000-00-01; +7 900 000-00-02", "tags": "опт; кофе"},
    "purchases": {"purchased_on": datetime.fromisoformat("2026-06-01"), "contact": "Анна Петрова", "amount": 3400.5},
    "deals": {"title": "Кофе в офис", "contact": "Анна Петрова", "stage": "Proposal", "amount": 45000},
    "touches": {
        "happened_on": datetime.fromisoformat("2026-06-01"), "happened_at": time(14, 30),
        "contact": "Анна Петрова", "kind": "meeting",
    },
}  # fmt: skip
LISTS = {
    "contacts": ("contact", "name", "phones"),
    "purchases": ("purchase", "contact", "amount"),
    "deals": ("deal", "title", "stage"),
    "touches": ("touch", "contact", "kind"),
}


def template(do: Said, kind: str, folder: Path, *options: str) -> Path:
    path = folder / f"{kind}.xlsx"
    assert do("import", "template", kind, "-o", path, *options).startswith(f"Template written to {path}")
    return path


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", TEMPLATES)
def test_what_is_filled_in_is_imported_without_a_question(
    kind: str, language: str, do: Said, ask: Asked, tmp_path: Path
) -> None:
    path = template(do, kind, tmp_path, "--headings", language)
    book = load_workbook(path)
    places = {cell.value: cell.column for cell in book.worksheets[0][1]}
    headings = {one.column.key: one.heading for one in _columns(kind, language)}
    for key, value in FILLED[kind].items():
        book.worksheets[0].cell(2, places[headings[key]], value)
    book.save(path)
    done = ask("import", path, "--yes")
    assert (done["created"], done["rejected"], done["stages_made"]) == (1, 0, [])
    noun, *keys = LISTS[kind]
    (row,) = ask(noun, "list")
    expected = {"name": "Анна Петрова", "contact": "Анна Петрова", "phones": ["+79000000001", "+79000000002"],
                "amount": "3400.50", "title": "Кофе в офис", "stage": "Proposal", "kind": "meeting"}  # fmt: skip
    assert {key: row[key] for key in keys} == {key: expected[key] for key in keys}


def _columns(kind: str, language: Any) -> Any:
    from crmcli.output.headings import chosen

    return chosen(kind, language, list(FILLED[kind]))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_example_is_never_imported(kind: str, do: Said, ask: Asked, tmp_path: Path) -> None:
    do("employee", "add", "Ольга")
    path = template(do, kind, tmp_path)
    assert load_workbook(path).sheetnames[1] == "Пример"
    tried = ask("import", path, "--dry-run")
    assert (tried["created"], tried["rejected"]) == (0, 0)
    assert [sheet["kind"] for sheet in tried["sheets"]] == [kind, None, None]


def test_cells_offer_what_the_base_knows(do: Said, tmp_path: Path) -> None:
    do("employee", "add", "Ольга")
    do("channel", "add", "Реклама")
    book = load_workbook(template(do, "deals", tmp_path))
    offered = offers(book)
    assert offered["Ответственный"] == ["Ольга"]
    assert offered["Источник"] == ["Реклама"]
    assert offered["Этап сделки"][:2] == ["New lead", "Call"]
    assert "Товар" not in offered
    assert book["Списки"].sheet_state == "hidden"


def test_codes_are_offered_in_the_words_of_the_sheet(do: Said, tmp_path: Path) -> None:
    assert offers(load_workbook(template(do, "touches", tmp_path)))["Направление"] == ["входящий", "исходящий"]
    english = template(do, "touches", tmp_path, "--headings", "en")
    assert offers(load_workbook(english))["Outcome"][:2] == ["done", "no-answer"]


def test_a_template_needs_no_base(program: Run, tmp_path: Path) -> None:
    ran = program("import", "template", "deals", "-o", tmp_path / "deals.xlsx", "--base", tmp_path / "no.db")
    assert (ran.code, ran.err) == (0, "")
    assert not (tmp_path / "no.db").exists()


@on_sqlite
def test_a_template_is_a_workbook(refused: Said, tmp_path: Path) -> None:
    assert "end it in .xlsx" in refused("import", "template", "deals", "-o", tmp_path / "deals.csv", code=2)
    assert "is none of contacts" in refused("import", "template", "stages", "-o", tmp_path / "x.xlsx", code=2)
    assert list(tmp_path.glob("*.csv")) == []


def offers(book: Any) -> dict[str, list[Any]]:
    """What may be chosen below each heading."""
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        name, _, cells = rule.formula1.replace("$", "").partition("!")
        (place,) = rule.sqref.ranges
        listed = book[name.strip("'")][cells]
        names = [row[0].value for row in listed] if isinstance(listed, tuple) else [listed.value]
        found[sheet.cell(1, place.min_col).value] = names
    return found
