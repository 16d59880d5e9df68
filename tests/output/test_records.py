import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crmcli.errors import Wrong
from crmcli.output.records import write_json, write_jsonl
from crmcli.output.result import Card, Column, Result
from crmcli.output.values import Look
from tests.conftest import Run
from tests.output.conftest import CARD, COLUMNS, CONTROLS, DONE, EMPTY, HOSTILE, LISTING, OBEYED, REPORT, named

KEYS = [column.key for column in COLUMNS]
ANNA_AS_DATA = {
    "id": 7, "name": "Анна Петрова", "phones": ["+79161234567", "+78005553535"], "revenue": "1200.50",
    "quantity": "1.5", "share": 0.3333, "bought_on": "2026-07-01", "bought_at": "14:05:00",
    "extra": {"size": "XL"}, "archived": False,
}  # fmt: skip
NOBODY_AS_DATA: dict[str, Any] = {**dict.fromkeys(KEYS), "id": 8, "phones": [], "extra": {}}


def as_json(result: Result, look: Look = Look()) -> Any:  # noqa: B008 - frozen
    file = io.StringIO()
    write_json(result, file, look)
    return json.loads(file.getvalue())


def test_a_list_is_an_array_of_objects_with_all_keys() -> None:
    assert as_json(LISTING) == [ANNA_AS_DATA, NOBODY_AS_DATA]
    assert as_json(EMPTY) == []
    assert list(as_json(LISTING)[1]) == KEYS


def test_meta_wraps_a_list_with_its_counts() -> None:
    meta = Look(meta=True)
    assert as_json(LISTING, meta) == {"rows": [ANNA_AS_DATA, NOBODY_AS_DATA], "total": 5, "left_out": 2}
    assert as_json(EMPTY, meta) == {"rows": [], "total": 0, "left_out": 0}


def test_meta_has_the_summary_of_a_list_that_has_one() -> None:
    summed = replace(EMPTY, summary=Card((Column("lost", kind="rate"),), {"lost": 0.5}))
    assert as_json(summed, Look(meta=True)) == {"rows": [], "total": 0, "left_out": 0, "summary": {"lost": 0.5}}
    assert as_json(summed) == []


def test_a_record_is_an_object_with_its_lists_nested() -> None:
    assert as_json(CARD) == {**ANNA_AS_DATA, "timeline": [ANNA_AS_DATA, NOBODY_AS_DATA]}


def test_what_was_done_is_an_object() -> None:
    assert as_json(DONE) == {"id": 7, "on": None}


def test_a_job_of_several_answers_is_an_array_of_them() -> None:
    assert as_json(REPORT) == [as_json(CARD), as_json(LISTING), as_json(DONE)]


@pytest.mark.parametrize(("result", "count"), [(LISTING, 2), (EMPTY, 0), (CARD, 1), (DONE, 1)])
def test_jsonl_is_an_object_a_line(result: Result, count: int) -> None:
    file = io.StringIO()
    write_jsonl(result, file, Look())
    lines = file.getvalue().splitlines()
    assert len(lines) == count
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_jsonl_of_several_answers_is_wrong_before_anything_is_written() -> None:
    file = io.StringIO()
    with pytest.raises(Wrong, match="several parts"):
        write_jsonl(REPORT, file, Look())
    assert file.getvalue() == ""


@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS, "x" * 1_000_000])
def test_any_text_comes_out_as_it_is_and_cannot_run_on_a_terminal(text: str) -> None:
    for write in (write_json, write_jsonl):
        file = io.StringIO()
        write(named(text), file, Look())
        data = json.loads(file.getvalue())
        assert (data if isinstance(data, dict) else data[0])["name"] == text
        assert not OBEYED & set(file.getvalue())
        file.getvalue().encode()


def test_lines_of_jsonl_end_at_line_feeds_alone() -> None:
    file = io.StringIO()
    write_jsonl(named("a\u2028b\x85c\nd"), file, Look())
    assert len(file.getvalue().splitlines()) == 1


def test_the_program_answers_in_json_with_all_keys(crm: Run) -> None:
    crm("contact", "add", "Анна", "--phone", "+7 916 123-45-67", "--set", "size=XL")
    listed = json.loads(crm("contact", "list", "--format", "json", "--meta").out)
    assert listed["total"] == 1
    shown = json.loads(crm("contact", "show", "1", "--format", "json").out)
    assert listed["rows"][0].keys() <= shown.keys()
    row = listed["rows"][0]
    assert (row["id"], row["phones"], row["emails"], row["tags"]) == (1, ["+79161234567"], [], [])
    assert (row["archived"], row["extra"], row["last_purchase_on"]) == (False, {"size": "XL"}, None)


def test_the_program_says_what_it_did_on_stderr_and_in_data(crm: Run, tmp_path: Path) -> None:
    ran = crm("contact", "add", "Анна", "--format", "json")
    assert json.loads(ran.out)["id"] == 1
    assert ran.err.startswith("Added contact 1 Анна")
