from datetime import date

from crmcli.values.records import DealRecord, SheetReading
from tests.sheets.conftest import ReadText


def deals(reading: SheetReading) -> list[DealRecord]:
    return [record for record in reading.records if isinstance(record, DealRecord)]


def test_every_field_of_a_deal_finds_its_place(read_text: ReadText) -> None:
    (deal,) = deals(
        read_text(
            "Название сделки;Бюджет руб.;Этап сделки;Ответственный за сделку;Дата создания сделки;Дата закрытия;"
            "Предполагаемая дата закрытия;Основной контакт;Компания контакта;Рабочий телефон;Причина отказа;Источник\n"
            "Кухня;120 000;Закрыто и не реализовано;Анна;01.02.2026;15.02.2026;20.02.2026;Пётр;ООО Юг;84951112233;"
            "Дорого;Авито\n"
        )
    )
    assert (deal.title, deal.amount, deal.stage, deal.owner) == (
        "Кухня",
        12000000,
        "Закрыто и не реализовано",
        "Анна",
    )
    assert (deal.opened_on, deal.closed_on, deal.expected_on) == (
        date(2026, 2, 1),
        date(2026, 2, 15),
        date(2026, 2, 20),
    )
    assert (deal.lost_reason, deal.channel) == ("Дорого", "Авито")
    assert deal.customer is not None
    assert (deal.customer.name, deal.customer.company) == ("Пётр", "ООО Юг")


def test_a_deal_without_a_title_is_called_by_its_customer(read_text: ReadText) -> None:
    assert deals(read_text("Сделка;Этап;Клиент\n;Новая;Иванов\n"))[0].title == "Иванов"


def test_a_deal_that_is_not_closed_has_no_closing_date(read_text: ReadText) -> None:
    (deal,) = deals(read_text("Сделка;Этап;Дата закрытия\nКухня;Новая;не закрыта\n"))
    assert (deal.closed_on, deal.amount) == (None, None)


def test_a_closing_date_to_come_is_an_expectation(read_text: ReadText) -> None:
    (deal,) = deals(read_text("Deal Name,Deal Stage,Close Date\nKitchen,New,2026-12-31\n"))
    assert (deal.closed_on, deal.expected_on) == (None, date(2026, 12, 31))


def test_a_deal_of_nobody_about_nothing_is_rejected(read_text: ReadText) -> None:
    reading = read_text("Сделка;Этап;Сумма\n;Новая;5\nКухня;Новая;5\n")
    assert [(r.where.row, r.column) for r in reading.rejections] == [(2, "A, Сделка")]


def test_an_unreadable_date_rejects_the_deal(read_text: ReadText) -> None:
    reading = read_text("Сделка;Этап;Дата закрытия\nКухня;Новая;скоро\n")
    assert (reading.records, reading.rejections[0].value) == ((), "скоро")


def test_a_stage_that_nobody_knows_is_kept_as_it_is_written(read_text: ReadText) -> None:
    (deal,) = deals(read_text("Сделка;Этап;Ответственный\nКухня;Дагавор;Анна Незнакомова\n"))
    assert (deal.stage, deal.owner) == ("Дагавор", "Анна Незнакомова")


def test_a_deal_carries_the_ways_to_reach_its_customer(read_text: ReadText) -> None:
    (deal,) = deals(read_text("Сделка;Этап;Клиент;Телефон;Email\nКухня;Новая;Иван;89161234567;a@example.com\n"))
    assert deal.customer is not None
    assert [point.value for point in deal.customer.points] == ["+79161234567", "a@example.com"]


def test_a_deal_tells_its_way_through_the_stages(read_text: ReadText) -> None:
    (deal,) = deals(
        read_text(
            "Deal name,Deal stage,Stage history\nКухня,Paid,"
            '"2026-05-01 New lead (Анна); ""2026-05-02 Проба; (1)""; 2026-05-20 Paid"\n'
        )
    )
    assert deal.moves == (
        (date(2026, 5, 1), "New lead", "Анна"),
        (date(2026, 5, 2), "Проба; (1)", None),
        (date(2026, 5, 20), "Paid", None),
    )


def test_a_way_that_cannot_be_read_rejects_the_deal(read_text: ReadText) -> None:
    (rejected,) = read_text("Deal name,Deal stage,Stage history\nКухня,Paid,из новых в оплату\n").rejections
    assert "no way through stages" in rejected.reason
