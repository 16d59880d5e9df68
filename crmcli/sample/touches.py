"""Whom the shop called, met and wrote to: about its deals, and now and then just so."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crmcli.sample.client import Client, stream
from crmcli.sample.deals import LOST, WON, Deal
from crmcli.sample.rhythm import AS_OF

_Step = tuple[str, str, tuple[str | None, ...]]  # the kind, the outcome, one of these comments
_YESTERDAY = AS_OF - timedelta(days=1)
_STEPS = {"New lead": 0, "Call": 1, "Meeting": 2, "Interested": 2, "Proposal": 3, "Contract": 3, WON: 1, LOST: 2}
"""How many touches a deal at this stage has behind it."""
_OF_A_DEAL: tuple[_Step, ...] = (
    ("Звонок", "Договорились", ("Выяснили объёмы", "Рассказали про обжарку", "Попросили перезвонить на неделе")),
    ("Встреча", "Интересно", ("Дегустация в цеху", "Показали образцы", "Смотрели кофемашину", "Cupping, liked it")),
    ("Письмо", "Отправлено", ("Отправили КП", "Выслали прайс и договор", "КП со скидкой за объём")),
)
_INSTEAD_OF_MEETING: _Step = (
    "Сообщение",
    "Интересно",
    ("Выслали фото", "Ответили про наличие", "Подумает до выходных"),
)
_OTHERWISE: tuple[_Step, ...] = (
    ("Звонок", "Договорились", ("Закажет на неделе", "Ещё есть запас", "Просит напомнить к выходным")),
    ("Звонок", "Нет ответа", (None,)),
    ("Звонок", "Перезвонить", ("Просьба набрать позже", None)),
    ("Сообщение", "Ответили", ("Прислали новинки", "Поздравили с днём рождения", "Sent the new menu")),
    ("Письмо", "Отправлено", ("Рассылка про новый урожай", "Счёт повторно")),
    ("Встреча", "Договорились", ("Визит в шоурум", "Обсудили график поставок")),
)
_CALLS_JUST_SO = 90
_LATE_CALLS = 6


@dataclass(frozen=True, slots=True)
class Touch:
    """A row of the sheet of calls and meetings."""

    happened_on: date
    kind: str
    client: Client
    outcome: str
    manager: str
    comment: str | None
    next_on: date | None


def make_touches(clients: list[Client], deals: list[Deal]) -> list[Touch]:
    """All touches, by date."""
    rng = stream("touches")
    touches = [touch for deal in deals for touch in _about(deal, rng)]
    touches += [_just_so(client, _any_day(client, rng), rng) for client in rng.choices(clients, k=_CALLS_JUST_SO)]
    # Somebody has already begun to call those who stay away: the list of whom to call says so.
    strays = rng.sample([client for client in clients if client.strays], _LATE_CALLS)
    touches += [_just_so(client, AS_OF - timedelta(days=rng.randint(1, 6)), rng) for client in strays]
    return sorted(touches, key=lambda touch: touch.happened_on)


def _about(deal: Deal, rng: Random) -> list[Touch]:
    count = _STEPS[deal.stage] + (rng.random() < 0.35)
    days = sorted(_day_between(deal.opened_on, deal.closed_on or _YESTERDAY, rng) for _ in range(count))
    return [_touch(deal.client, day, _step(deal, number), rng) for number, day in enumerate(days)]


def _step(deal: Deal, number: int) -> _Step:
    step = _OF_A_DEAL[min(number, len(_OF_A_DEAL) - 1)]
    private = deal.client.company is None and deal.stage != "Meeting"
    return _INSTEAD_OF_MEETING if private and step[0] == "Встреча" else step


def _just_so(client: Client, day: date, rng: Random) -> Touch:
    return _touch(client, day, rng.choice(_OTHERWISE), rng)


def _any_day(client: Client, rng: Random) -> date:
    return _day_between(client.created_on, AS_OF - timedelta(days=8), rng)


def _day_between(first: date, last: date, rng: Random) -> date:
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def _touch(client: Client, day: date, step: _Step, rng: Random) -> Touch:
    kind, outcome, comments = step
    again = day + timedelta(days=rng.choice((2, 5, 7, 14))) if rng.random() < 0.35 or outcome == "Перезвонить" else None
    return Touch(day, kind, client, outcome, client.manager, rng.choice(comments), again)
