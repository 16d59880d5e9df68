import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.output.clean import cell, clean, escaped, one_line
from crmcli.sheets.grid import clean_cell
from tests.output.conftest import CONTROLS, HOSTILE, OBEYED

HIDDEN = "\u00ad\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\U000e0041"
BLANKS = " \n\r\u00a0\u2007\u202f\ufeff"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
        ("\x9b31m", "<9B>31m"),
        ("a\x00b\x7f", "a␀b␡"),
        ("back\x08\rspace", "back␈␍space"),
        ("\u202eevil", "<U+202E>evil"),
        ("ad\u200bmin", "ad<U+200B>min"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041", "<U+E0041>"),
        ("[bold]x[/]", "[bold]x[/]"),
        (":smile:", ":smile:"),
        ("Анна Ёлкина 家族 👨‍👩‍👧", "Анна Ёлкина 家族 👨‍👩‍👧"),
    ],
)
def test_what_moves_the_cursor_or_hides_is_shown_as_a_mark(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_lines_and_tabs_stay_in_a_text_and_go_in_a_line() -> None:
    assert clean("a\tb\r\nc") == "a\tb\nc"
    assert one_line("a\tb\r\nc\nd") == "a b c d"


@given(st.text() | st.text("\x1b\x9b[]0;\x07\r\n\t\u202e\ud800", max_size=12))
def test_nothing_that_a_terminal_obeys_is_left_of_any_text(text: str) -> None:
    shown = one_line(text)
    assert not OBEYED & set(shown)
    assert not {"\n", "\t", *HIDDEN} & set(shown)
    shown.encode()


@pytest.mark.parametrize(
    "text",
    ["=1", "+7 916 123-45-67", "-1", "@a", "\t=1", "\t", "＝1", "＋1", "－1", "＠a", "'=1", "''=1", "\r=1", " =1",
     "\n+1", "\u00a0=1", "\x00=1", "\x1b=1", "\ufeff=1"],
)  # fmt: skip
def test_a_text_that_could_run_stands_behind_an_apostrophe(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["Анна", "a=1", "1-2", "'слово'", "'", "", "#REF!", "a@b.ru", "(+7)"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@given(st.text() | st.text("'=+-@\t＝ ax\u00a0", max_size=6))
@example("+7 916 123-45-67")
@example(" '=1")
def test_what_is_exported_comes_back_as_it_was(text: str) -> None:
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c not in OBEYED)
    kept = "".join(c for c in kept if not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    expected = kept.strip(BLANKS)
    assert clean_cell(cell(text)) == (expected if expected.strip() else None)


@given(st.text())
def test_no_export_begins_as_a_formula(text: str) -> None:
    assert not cell(text).lstrip(BLANKS).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", HOSTILE + CONTROLS)
def test_escaped_json_holds_the_same_text_and_nothing_a_terminal_obeys(text: str) -> None:
    made = escaped(json.dumps([text], ensure_ascii=False))
    assert json.loads(made) == [text]
    assert not (OBEYED | set(HIDDEN)) & set(made)
    made.encode()
