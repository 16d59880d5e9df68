import pytest

from crmcli.values.points import Point
from crmcli.values.records import ContactRecord, SheetReading
from tests.sheets.conftest import ReadRows, ReadText


def points(reading: SheetReading) -> list[tuple[str, str | None, str]]:
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    return [(point.kind, point.value, point.label) for point in record.points]


@pytest.mark.parametrize(
    "cell",
    [
        "89161234567, 84951112233",
        "8 916 123-45-67; 8 495 111-22-33",
        "+7 916 123 45 67 / +7 495 111 22 33",
        "89161234567 ::: 84951112233",
        "89161234567 и 84951112233",
        '"89161234567\n84951112233"',
    ],
)
def test_several_phones_in_one_cell_are_parted(read_text: ReadText, cell: str) -> None:
    assert [value for _, value, _ in points(read_text(f"Имя|Телефон\nИван|{cell}\n"))] == [
        "+79161234567",
        "+74951112233",
    ]


def test_an_extension_is_no_second_phone(read_text: ReadText) -> None:
    assert len(points(read_text("Имя;Телефон\nИван;8 (495) 111-22-33, доб. 12\n"))) == 1


def test_a_number_cell_is_read_as_its_digits(read_rows: ReadRows) -> None:
    assert points(read_rows([["Имя", "Телефон"], ["Иван", 79161234567.0]])) == [("phone", "+79161234567", "")]


def test_a_phone_that_was_cut_short_is_rejected(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nИван;7,91612E+10\n")
    assert reading.records == ()
    assert (reading.rejections[0].column, reading.rejections[0].value) == ("B, Телефон", "7,91612E+10")


def test_what_is_no_phone_is_kept_as_it_was_written(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nИван;спросить у Олега\n")
    assert points(reading) == [("phone", None, "")]


@pytest.mark.parametrize("nothing", ["-", "—", "нет", "n/a"])
def test_a_word_for_nothing_is_no_phone(read_text: ReadText, nothing: str) -> None:
    assert points(read_text(f"Имя;Телефон;Email\nИван;{nothing};{nothing}\n")) == []


def test_labels_come_from_the_headings(read_text: ReadText) -> None:
    reading = read_text("Имя;Мобильный;Рабочий телефон;Личный email\nИван;89161234567;84951112233;a@b.ru\n")
    assert [label for _, _, label in points(reading)] == ["Мобильный", "Рабочий", "Личный"]


def test_one_phone_in_two_columns_is_one_point(read_text: ReadText) -> None:
    assert len(points(read_text("Имя;Мобильный;Рабочий телефон\nИван;89161234567;+7 916 123-45-67\n"))) == 1


def test_the_address_is_taken_out_of_a_written_out_email(read_text: ReadText) -> None:
    reading = read_text('Имя;Email\nИван;"Иван <Ivan@Example.ru>, b@c.ru"\n')
    assert [value for _, value, _ in points(reading)] == ["ivan@example.ru", "b@c.ru"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("@Ivan_77", "@ivan_77"),
        ("https://t.me/ivan_77", "@ivan_77"),
        ("8 916 123-45-67", "+79161234567"),
        ("есть", None),
    ],
)
def test_messenger_names_have_one_form(read_text: ReadText, cell: str, value: str | None) -> None:
    assert points(read_text(f"Имя;Telegram\nИван;{cell}\n")) == [("messenger", value, "Telegram")]


def test_a_website_loses_its_protocol(read_text: ReadText) -> None:
    reading = read_text("Компания;Сайт;Телефон\nЮг;https://Yug.ru/;84951112233\n")
    assert ("website", "yug.ru", "") in points(reading)


def test_an_email_among_the_phones_is_an_email(read_text: ReadText) -> None:
    reading = read_text("Имя;Контакты\nИван;89161234567, a@b.ru\n")
    assert [kind for kind, _, _ in points(reading)] == ["phone", "email"]


def test_the_raw_text_is_kept_beside_the_value(read_text: ReadText) -> None:
    (record,) = read_text("Имя;Телефон\nИван;8 916 123-45-67\n").records
    assert isinstance(record, ContactRecord)
    assert record.points == (Point("phone", "+79161234567", "8 916 123-45-67"),)


@pytest.mark.parametrize(
    ("country", "value"),
    [("Germany", "+49300074321"), ("DE", "+49300074321"), ("Германия", "+49300074321"), ("Atlantis", None), ("", None)],
)
def test_a_phone_is_dialled_in_the_country_of_its_row(read_text: ReadText, country: str, value: str | None) -> None:
    reading = read_text(f"Name;Phone;Country\nAnn;030-0074321;{country}\n")
    assert points(reading)[0][1] == value


@pytest.mark.parametrize(
    ("heading", "cell", "found"),
    [
        ("Телефоны", "+79160000001 (рабочий); +79160000002", [("+79160000001", "рабочий"), ("+79160000002", "")]),
        ("Телефоны", "8 (495) 111-22-33, 8 495 111-22-34 (склад)", [("+74951112233", ""), ("+74951112234", "склад")]),
        ("Рабочий телефон", "89160000001 (Иван)", [("+79160000001", "Иван")]),
        ("E-mail", "a@b.ru (личный); c@d.ru", [("a@b.ru", "личный"), ("c@d.ru", "")]),
        ("E-mail", "a@b.ru (для счетов и актов) c@d.ru", [("a@b.ru", "для счетов и актов"), ("c@d.ru", "")]),
        ("Мессенджер", "@anna (Telegram); @olga", [("@anna", "Telegram"), ("@olga", "")]),
        ("Сайт", "yug.ru (магазин)", [("yug.ru", "магазин")]),
        ("Адреса", "ул. Ленина, 1 (склад); ул. Мира, 2", [("ул. Ленина, 1", "склад"), ("ул. Мира, 2", "")]),
    ],
)
def test_a_label_stands_in_brackets_behind_its_point(
    read_rows: ReadRows, heading: str, cell: str, found: list[tuple[str, str]]
) -> None:
    reading = read_rows([["Имя", "Город", heading], ["Иван", "Казань", cell]])
    assert [(value, label) for _, value, label in points(reading)] == found


@pytest.mark.parametrize(
    "cell", ["8 495 111-22-33 (доб. 12)", "8 495 111-22-33 (ext 12)", "(495) 111-22-33", "8 (495) 111-22-33"]
)
def test_an_extension_or_a_code_in_brackets_is_no_label(read_text: ReadText, cell: str) -> None:
    assert points(read_text(f"Имя;Телефон\nИван;{cell}\n")) == [("phone", "+74951112233", "")]


def test_what_stands_in_quotes_is_taken_as_it_is(read_rows: ReadRows) -> None:
    (record,) = read_rows(
        [["Имя", "Телефоны", "E-mail"], ["Иван", '"спросить; или нет (Иван)" (склад)', '"нет @ него" ("1"); a@b.ru']]
    ).records
    assert isinstance(record, ContactRecord)
    assert [(point.value, point.raw, point.label) for point in record.points] == [
        (None, "спросить; или нет (Иван)", "склад"),
        (None, "нет @ него", "1"),
        ("a@b.ru", "a@b.ru", ""),
    ]
