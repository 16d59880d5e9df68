from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.values.records import ContactRecord, PurchaseRecord
from tests.sheets.conftest import OPTIONS, ReadText, read_grids
from tests.sheets_read import read_file


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_common_delimiter_is_found(read_text: ReadText, delimiter: str) -> None:
    reading = read_text("Имя;Телефон;Город\nИван;89161234567;Москва\n".replace(";", delimiter))
    assert [c.meaning for c in reading.columns] == ["first", "phone", "city"]


def test_a_semicolon_sheet_full_of_decimal_commas_is_not_cut_at_them(read_text: ReadText) -> None:
    reading = read_text("Дата;Клиент;Сумма\n01.02.2026;Иванов, Пётр;1 200,50\n02.02.2026;Сидоров, Олег;300,00\n")
    assert [r.amount for r in reading.records if isinstance(r, PurchaseRecord)] == [120050, 30000]


def test_a_first_line_may_announce_the_delimiter(read_text: ReadText) -> None:
    reading = read_text("sep=;\nИмя;Телефон\nИван;89161234567\n")
    assert reading.heading_row == 2
    assert [r.where.row for r in reading.records] == [3]


def test_a_row_is_numbered_by_the_line_it_starts_on(read_text: ReadText) -> None:
    reading = read_text('Имя;Телефон;Примечание\nИван;89161234567;"две\nстроки"\n\nОлег;89161234568;\n')
    assert [r.where.row for r in reading.records] == [2, 5]
    first = reading.records[0]
    assert isinstance(first, ContactRecord)
    assert first.note == "две\nстроки"


def test_an_unclosed_quote_is_an_error_and_swallows_nothing(read_text: ReadText) -> None:
    with pytest.raises(CrmError, match="quote"):
        read_text('Имя,Телефон\n"Иван,89161234567\nОлег,89161234568\n')


def test_quotes_inside_a_quoted_name_do_not_stop_the_reading(read_text: ReadText) -> None:
    reading = read_text('Компания;Телефон\n"ООО "Ромашка"";84951234567\n')
    assert "Ромашка" in str(reading.records[0])


def test_a_row_with_more_cells_than_headings_is_rejected(read_text: ReadText) -> None:
    reading = read_text("Name,Phone,City\nSmith, John,+79161234567,Moscow\nAnn,+79161234568,Moscow\n")
    assert len(reading.records) == 1
    assert "quote" in reading.rejections[0].reason
    assert reading.rejections[0].where.row == 2


def test_the_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xls"
    path.write_text("Имя\tТелефон\nИван\t89161234567\n", encoding="cp1251")
    assert read_file(path, OPTIONS)[0].kind == "contacts"


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r", "utf-16"])
def test_headings_are_known_in_every_encoding(read_text: ReadText, encoding: str) -> None:
    reading = read_text("Фамилия;Имя;Телефон\nПетров;Пётр;89161234567\n", encoding)
    assert isinstance(reading.records[0], ContactRecord)
    assert reading.records[0].name == "Петров Пётр"


def test_a_zero_character_rejects_its_row_alone(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nАн\0на;89160000001\nОлег;89160000002\n" + "Пётр;89160000003\n" * 300)
    assert [(r.where.row, r.column) for r in reading.rejections] == [(2, "A, Имя")]
    assert len(reading.records) == 301


def test_error_values_of_a_saved_workbook_reject_their_rows(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nАнна;#ССЫЛКА!\n#REF!;89160000002\nОлег;#Н/Д\n")
    assert [(r.where.row, r.column, r.value) for r in reading.rejections] == [
        (2, "B, Телефон", "#ССЫЛКА!"),
        (3, "A, Имя", "#REF!"),
    ]
    assert len(reading.records) == 1


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"])
def test_lines_end_as_any_system_ends_them(read_text: ReadText, line_end: str) -> None:
    reading = read_text(line_end.join(["sep=;", "Имя;Телефон", "Анна;89160000001", "Олег;89160000002", ""]))
    assert [r.where.row for r in reading.records] == [3, 4]


def test_real_text_files_in_every_encoding_say_the_same(shared_data: Path) -> None:
    files = sorted((shared_data / "workbooks/PhpSpreadsheet/CSV").glob("premiere.*.csv"))
    files = [path for path in files if path.name != "premiere.utf16le.csv"]  # another text
    seen = {path.name: [row.cells for row in read_grids(path)[0].rows] for path in files}
    assert len(seen) > 8
    assert {name for name, rows in seen.items() if rows != seen["premiere.utf8.csv"]} == set()


def test_more_columns_than_spreadsheets_have_are_refused(read_text: ReadText) -> None:
    assert len(read_text("Имя;Телефон" + ";" * 16_382 + "\nАнна;89160000001\n").records) == 1
    with pytest.raises(CrmError, match="more than 16384 columns"):
        read_text("Имя;Телефон" + ";" * 16_383 + "\nАнна;89160000001\n")


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_line_longer_than_any_field_is_refused_and_a_long_file_is_not(read_text: ReadText, end: str) -> None:
    with pytest.raises(CrmError, match="a line of more than"):
        read_text(f"Имя;Телефон{end}" + "x" * 10_000_002)
    assert len(read_text(f"Имя;Телефон{end}" + f"Анна{'я' * 2000};89160000001{end}" * 3000).records) == 3000
