from datetime import date, time

import pytest

from crmcli.sheets.touches import touch_kind, touch_outcome
from crmcli.values.records import SheetReading, TouchRecord
from tests.sheets.conftest import ReadRows, ReadText


def touches(reading: SheetReading) -> list[TouchRecord]:
    return [record for record in reading.records if isinstance(record, TouchRecord)]


def test_every_field_of_a_touch_finds_its_place(read_text: ReadText) -> None:
    (touch,) = touches(
        read_text(
            "Дата;Время;Клиент;Телефон;Тип;Направление;Результат;Длительность, мин;Комментарий;Менеджер;"
            "Следующий контакт\n"
            "05.01.2026;14:30;Иванов;89161234567;Звонок;Входящий;Отказ;5;Дорого;Анна;12.01.2026\n"
        )
    )
    assert (touch.happened_on, touch.happened_at) == (date(2026, 1, 5), time(14, 30))
    assert (touch.kind, touch.direction, touch.outcome, touch.minutes) == ("call", "in", "refused", 5)
    assert (touch.text, touch.employee, touch.next_contact_on) == ("Дорого", "Анна", date(2026, 1, 12))
    assert (touch.customer.name, touch.customer.points[0].value) == ("Иванов", "+79161234567")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Звонок", "call"),
        ("Исходящий звонок", "call"),
        ("Phone call", "call"),
        ("Встреча в офисе", "meeting"),
        ("Письмо", "email"),
        ("E-mail", "email"),
        ("Бумажное письмо", "letter"),
        ("WhatsApp", "message"),
        ("Сообщение в Telegram", "message"),
        ("Визит", "visit"),
        ("Танцы", None),
    ],
)
def test_words_name_the_kind_of_a_touch(words: str, kind: str | None) -> None:
    assert touch_kind(words) == kind


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Нет ответа", "no-answer"),
        ("Недозвон", "no-answer"),
        ("не дозвонился", "no-answer"),
        ("No answer", "no-answer"),
        ("Встреча отменена", "cancelled"),
        ("Перезвонить завтра", "callback"),
        ("Не интересно", "refused"),
        ("Отказался", "refused"),
        ("Заинтересован", "interested"),
        ("Дозвонились", "done"),
        ("Успешно", "done"),
        ("Думает", None),
    ],
)
def test_words_name_the_outcome_of_a_touch(words: str, outcome: str | None) -> None:
    assert touch_outcome(words) == outcome


def test_an_outcome_in_other_words_is_kept_as_text(read_text: ReadText) -> None:
    (touch,) = touches(read_text("Дата звонка;Клиент;Результат;Комментарий\n05.01.2026;Иванов;Думает;Цена\n"))
    assert (touch.outcome, touch.text) == (None, "Цена\nДумает")


def test_a_sheet_of_calls_needs_no_kind(read_text: ReadText) -> None:
    (touch,) = touches(read_text("Дата звонка;Клиент;Тип;Статус звонка\n05.01.2026;Иванов;Холодный;Дозвон\n"))
    assert (touch.kind, touch.outcome) == ("call", "done")


def test_an_unknown_kind_is_rejected_with_those_there_are(read_text: ReadText) -> None:
    heading = "Дата контакта;Клиент;Тип контакта;Результат\n"
    reading = read_text(heading + "05.01.2026;Иванов;Танцы;Успешно\n06.01.2026;Иванов;Звонок;Успешно\n")
    assert (reading.rejections[0].column, reading.rejections[0].value) == ("C, Тип контакта", "Танцы")
    assert "звонок" in reading.rejections[0].reason


def test_a_touch_with_nobody_is_rejected(read_text: ReadText) -> None:
    reading = read_text("Дата звонка;Клиент;Статус звонка\n05.01.2026;;Дозвон\n")
    assert "no customer" in reading.rejections[0].reason


@pytest.mark.parametrize(("cell", "minutes"), [(7, 7), ("0:05:30", 6), (time(0, 12), 12), ("", None), ("2:10", 3)])
def test_a_duration_is_counted_in_minutes_begun(read_rows: ReadRows, cell: object, minutes: int | None) -> None:
    heading = ["Дата звонка", "Клиент", "Статус звонка", "Длительность"]
    (touch,) = touches(read_rows([heading, ["05.01.2026", "Иванов", "Дозвон", cell]]))
    assert touch.minutes == minutes


@pytest.mark.parametrize("cell", [-5, 10**9, "200:00:00"])
def test_a_duration_that_cannot_be_right_is_rejected(read_rows: ReadRows, cell: object) -> None:
    heading = ["Дата звонка", "Клиент", "Статус звонка", "Длительность"]
    reading = read_rows([heading, ["05.01.2026", "Иванов", "Дозвон", cell]])
    assert [rejection.column for rejection in reading.rejections] == ["D, Длительность"]


def test_the_time_may_stand_in_the_date(read_text: ReadText) -> None:
    (touch,) = touches(read_text("Дата звонка;Клиент;Статус звонка\n05.01.2026 9:15;Иванов;Дозвон\n"))
    assert touch.happened_at == time(9, 15)


def test_a_call_to_somebody_with_only_a_phone_is_not_dropped(read_text: ReadText) -> None:
    (record,) = read_text("Дата звонка;Клиент;Телефон\n01.02.2026;;89161234567\n").records
    assert isinstance(record, TouchRecord)
    assert [point.value for point in record.customer.points] == ["+79161234567"]


@pytest.mark.parametrize(("cell", "rating"), [("0.8", 8000), ("80%", 8000), ("4/5", 8000), ("1.0", 10_000), ("", None)])
def test_a_rating_is_a_share_of_the_best(read_text: ReadText, cell: str, rating: int | None) -> None:
    (touch,) = touches(read_text(f"Touch date,Customer,Touch type,Rating,Deal ID\n2026-01-05,Anna,call,{cell},d-1\n"))
    assert (touch.rating, touch.text, touch.deal_key) == (rating, None, "d-1")


def test_a_rating_on_a_scale_of_its_own_is_told_in_the_text(read_text: ReadText) -> None:
    found = touches(read_text("Дата звонка;Клиент;Оценка\n05.01.2026;Анна;5\n06.01.2026;Анна;1\n"))
    assert [(touch.rating, touch.text) for touch in found] == [(None, "Оценка: 5"), (None, "Оценка: 1")]
