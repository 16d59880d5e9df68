"""The shop's deals: many get as far as a proposal, and there they stay."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from random import Random

from crmcli.sample.client import Client, stream
from crmcli.sample.rhythm import AS_OF, OPENED_ON
from crmcli.sample.sales import Sale

WON = "Успешно реализовано"
LOST = "Закрыто и не реализовано"
_WON_COUNT, _LOST_COUNT = 46, 52
_OPEN = {"New lead": 9, "Call": 8, "Meeting": 7, "Interested": 8, "Proposal": 26, "Contract": 4}
_AGES = {
    "New lead": (1, 25), "Call": (4, 45), "Meeting": (10, 60), "Interested": (15, 80), "Proposal": (30, 170),
    "Contract": (30, 90),
}  # fmt: skip
_REASONS = {
    "Дорого": 18, "Перестали отвечать после КП": 16, "Выбрали другого поставщика": 9, "Отложили закупку": 6,
    "Нет нужной обжарки": 3,
}  # fmt: skip
_LOST_AT = {"Call": 7, "Meeting": 6, "Interested": 8, "Proposal": 27, "Contract": 4}
_FOR_COMPANIES = (
    "Поставка зерна", "Кофемашина в аренду", "Подарки сотрудникам", "Посуда для зала", "Обучение бариста",
    "Кофе для офиса", "Кофе-брейк на конференцию", "Own label coffee",
)  # fmt: skip
_FOR_PEOPLE = (
    "Кофемашина для дома", "Подписка на зерно", "Подарочные наборы", "Посуда для дачи", "Курс домашнего бариста",
    "Кофе на свадьбу",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deal:
    """A row of the deal sheet; `amount` in kopecks, None where nobody has asked yet."""

    title: str
    client: Client
    amount: int | None
    stage: str
    opened_on: date
    expected_on: date | None = None
    closed_on: date | None = None
    lost_at: str | None = None
    lost_reason: str | None = None


class _Titles:
    """Deal titles, of which no two are the same."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def next_for(self, client: Client) -> str:
        subjects = _FOR_COMPANIES if client.company else _FOR_PEOPLE
        number = int(client.code[-3:]) + self._used[client.code]
        self._used[client.code] += 1
        return f"{subjects[number % len(subjects)]} — {client.company or client.name}"


def make_deals(clients: list[Client], sales: list[Sale]) -> list[Deal]:
    """All deals, by the date on which they began."""
    rng, titles = stream("deals"), _Titles()
    stages = [stage for stage, count in _OPEN.items() for _ in range(count)]
    prospects = _prospects(clients, len(stages) + _LOST_COUNT, rng)
    rng.shuffle(stages)
    deals = [
        *(_won(client, sale, rng) for client, sale in _won_sales(sales, rng)),
        *(_open(client, stage, titles, rng) for client, stage in zip(prospects, stages, strict=False)),
        *(_lost(client, titles, rng) for client in prospects[len(stages) :]),
    ]
    return sorted(deals, key=lambda deal: deal.opened_on)


def _prospects(clients: list[Client], count: int, rng: Random) -> list[Client]:
    """Every lead once, the rest from among the customers, companies first of all."""
    leads = [client for client in clients if client.pattern == "lead"]
    customers = [client for client in clients if client.pattern != "lead"]
    companies = [client for client in customers if client.company]
    people = [client for client in customers if not client.company]
    rest = count - len(leads) - len(companies)
    prospects = [*leads, *companies, *rng.sample(people, rest)]
    rng.shuffle(prospects)
    return prospects


def _won_sales(sales: list[Sale], rng: Random) -> list[tuple[Client, Sale]]:
    """A won deal ended in a sale that the sales sheet has: one of the larger ones, one a client."""
    large = [sale for sale in sales if sale.amount >= 6_000_00 and sale.sold_on.year >= 2024]
    picked: dict[str, tuple[Client, Sale]] = {}
    for sale in rng.sample(large, len(large)):
        if sale.client:
            picked.setdefault(sale.client.code, (sale.client, sale))
    return list(picked.values())[:_WON_COUNT]


def _won(client: Client, sale: Sale, rng: Random) -> Deal:
    title = f"{sale.product} × {sale.quantity} — {client.company or client.name}"
    opened_on = max(client.created_on, sale.sold_on - timedelta(days=rng.randint(6, 50)))
    return Deal(
        title, client, sale.amount, WON, opened_on,
        expected_on=opened_on + timedelta(days=rng.choice((14, 21, 30, 45))), closed_on=sale.sold_on,
    )  # fmt: skip


def _open(client: Client, stage: str, titles: _Titles, rng: Random) -> Deal:
    opened_on = max(client.created_on, AS_OF - timedelta(days=rng.randint(*_AGES[stage])))
    unknown = stage in {"New lead", "Call"} and rng.random() < 0.5
    return Deal(
        titles.next_for(client), client, None if unknown else _amount(client, rng), stage, opened_on,
        expected_on=None if unknown else max(opened_on, AS_OF + timedelta(days=rng.randint(-30, 60))),
    )  # fmt: skip


def _lost(client: Client, titles: _Titles, rng: Random) -> Deal:
    since = max(client.created_on, OPENED_ON)
    opened_on = since + timedelta(days=rng.randrange(max(1, (AS_OF - since).days - 100)))
    closed_on = min(AS_OF - timedelta(days=1), opened_on + timedelta(days=rng.randint(10, 100)))
    return Deal(
        titles.next_for(client), client, _amount(client, rng), LOST, opened_on, closed_on=closed_on,
        lost_at=rng.choices(list(_LOST_AT), list(_LOST_AT.values()))[0],
        lost_reason=rng.choices(list(_REASONS), list(_REASONS.values()))[0],
    )  # fmt: skip


def _amount(client: Client, rng: Random) -> int:
    """A round sum, in kopecks: what somebody has guessed."""
    return max(4, round(rng.lognormvariate(log(55 if client.company else 14), 0.6))) * 1_000_00
