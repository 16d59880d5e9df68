import pytest

from crmcli.errors import CrmError
from crmcli.sheets.formats import grids_of
from crmcli.sheets.grid import Cell

HEAD = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"><style>td {{}}</style></head><body>'
TABLE = "<table><tr><th>Имя</th><th>Телефон</th></tr><tr><td>Анна</td><td>+7 916 000-00-01</td></tr></table>"


def rows(html: str, encoding: str = "utf-8") -> list[list[Cell]]:
    (grid,) = grids_of("export.xls", html.encode(encoding))
    return [row.cells for row in grid.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize("head", [HEAD, "<html><body>", ""])
def test_a_page_called_xls_is_read_in_its_encoding(encoding: str, head: str) -> None:
    html = head.format(encoding) + TABLE
    assert rows(html, encoding) == [["Имя", "Телефон"], ["Анна", "+7 916 000-00-01"]]


def test_a_page_in_xml_is_read_too() -> None:
    assert rows(f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html><html>{TABLE}</html>')[1][0] == "Анна"


def test_a_false_charset_is_not_believed() -> None:
    assert rows(HEAD.format("utf-8") + TABLE, "cp1251")[1][0] == "Анна"
    assert rows(HEAD.format("no-such-charset") + TABLE, "cp1251")[1][0] == "Анна"


def test_ends_of_cells_and_rows_may_be_left_out() -> None:
    assert rows("<table><tr><td>1<td>2<tr><td>3<td>4") == [["1", "2"], ["3", "4"]]


def test_what_spans_cells_stands_in_the_first_and_moves_the_others() -> None:
    html = (
        '<table><tr><td rowspan=2>a</td><td colspan="2">b</td><td>c</td></tr>'
        "<tr><td>d</td><td>e</td><td>f</td></tr><tr><td>g</td></tr></table>"
    )
    assert rows(html) == [["a", "b", None, "c"], [None, "d", "e", "f"], ["g"]]


def test_blanks_are_one_and_breaks_are_lines() -> None:
    assert rows("<table><tr><td>\n  a &amp;\n b<br>c&nbsp;d</td><td></td><td>&#43;7</td></tr></table>") == [
        ["a & b\nc\u00a0d", None, "+7"]
    ]


def test_a_table_inside_a_cell_is_that_cells_text() -> None:
    assert rows("<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>") == [["ab", "c"]]


def test_scripts_are_no_text() -> None:
    assert rows("<table><tr><td><script>x()</script>a</td></tr></table>") == [["a"]]


def test_every_table_is_a_sheet_and_rows_keep_their_numbers() -> None:
    grids = grids_of("a.xls", (TABLE + "<table></table><table><tr><td></td></tr><tr><td>5</td></tr></table>").encode())
    assert [(grid.name, [row.number for row in grid.rows]) for grid in grids] == [("table 1", [1, 2]), ("table 2", [2])]


@pytest.mark.parametrize(
    "html", ["<html>no table</html>", "<table></table>", "<html><table><tr><td> </td></tr></table>"]
)
def test_a_page_without_a_filled_table_is_refused(html: str) -> None:
    with pytest.raises(CrmError, match="web page without a table"):
        grids_of("a.xls", html.encode())


def test_a_span_of_a_million_columns_is_not_believed() -> None:
    (row,) = rows('<table><tr><td colspan="1000000">a</td><td rowspan="-1">b</td></tr></table>')
    assert len(row) == 1001
