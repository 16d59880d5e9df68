"""What the shop sold: one row an order, refunds and sales to passers-by among them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log
from random import Random

from crmcli.sample.client import MANAGERS, Client, stream
from crmcli.sample.rhythm import AS_OF, OPENED_ON

_LAST_DAY = AS_OF - timedelta(days=1)
_PASSERS_BY = 130
_REFUNDS = 9
_YEARLY_RISE = {2023: 88, 2024: 94, 2025: 100, 2026: 107}
"""The price level of each year, in per cent of 2025."""


@dataclass(frozen=True, slots=True)
class _Product:
    name: str
    price: int  # of 2025, in roubles
    cost: int


_RETAIL = (
    _Product("Эфиопия Сидамо, 250 г", 720, 410),
    _Product("Бразилия Серрадо, 250 г", 590, 330),
    _Product("Колумбия Уила, 250 г", 680, 390),
    _Product("Кения Ньери, 250 г", 840, 500),
    _Product("Смесь «Дворовая», 1 кг", 1990, 1180),
    _Product("Декаф, 250 г", 760, 450),
    _Product("Дрип-пакеты, 10 шт.", 650, 340),
    _Product("Чай улун, 100 г", 540, 260),
    _Product("Воронка керамическая", 1450, 820),
    _Product("Фильтры бумажные, 100 шт.", 390, 190),
    _Product("Турка медная", 2700, 1600),
    _Product("Френч-пресс, 600 мл", 1850, 1050),
    _Product("Чашка ручной работы", 1200, 640),
    _Product("Кофемолка ручная", 4900, 3100),
    _Product("Чайник с тонким носиком", 5600, 3500),
    _Product("Gift Box «Morning»", 3200, 1900),
)
_WHOLESALE = (
    _Product("Эспрессо-смесь «Ночная смена», 1 кг", 1890, 1240),
    _Product("Эспрессо-смесь «Дворовая», 1 кг", 1740, 1150),
    _Product("Бразилия Серрадо, 1 кг", 1980, 1320),
    _Product("Колумбия Уила, 1 кг", 2280, 1530),
    _Product("Office Blend, 1 кг", 1650, 1080),
    _Product("Чай листовой, 500 г", 1350, 780),
    _Product("Сироп, 1 л", 620, 400),
    _Product("Стаканы бумажные, 50 шт.", 310, 200),
)


@dataclass(frozen=True, slots=True)
class Sale:
    """A row of the sales sheet; amounts in kopecks, negative in a refund. Without a client: a passer-by."""

    sold_on: date
    client: Client | None
    amount: int
    product: str
    quantity: int
    cost: int
    manager: str


def make_sales(clients: list[Client]) -> list[Sale]:
    """All sales and refunds, by date."""
    rng = stream("sales")
    sales = [sale for client in clients for sale in _sales_to(client, rng)]
    refunds = [_refund(sale, rng) for sale in rng.sample([s for s in sales if _returnable(s)], _REFUNDS)]
    return sorted([*sales, *refunds, *_sales_to_passers_by(rng)], key=lambda sale: sale.sold_on)


def _sales_to(client: Client, rng: Random) -> list[Sale]:
    wholesale = client.company is not None
    # How much he takes at a time differs far more between two clients than between two purchases of one.
    median, most = (7, 18.0) if wholesale else (1.3, 3.0)
    usual = min(most, rng.lognormvariate(log(median), 0.6))
    shelf = rng.sample(_WHOLESALE[:5], 2) * 2 + list(_WHOLESALE[5:]) if wholesale else rng.sample(_RETAIL, 6)
    # Now and then a second receipt on the same day: something was forgotten.
    days = [day for day in client.purchase_days for _ in range(1 + (rng.random() < 0.03))]
    return [_sale(day, client, shelf, usual, rng) for day in days]


def _sales_to_passers_by(rng: Random) -> list[Sale]:
    length = (AS_OF - OPENED_ON).days
    days = [OPENED_ON + timedelta(days=rng.randrange(length)) for _ in range(_PASSERS_BY)]
    return [_sale(day, None, list(_RETAIL), 1.2, rng) for day in days]


def _sale(day: date, client: Client | None, shelf: list[_Product], usual: float, rng: Random) -> Sale:
    product = rng.choice(shelf)
    quantity = max(1, round(rng.lognormvariate(log(usual), 0.3)))
    price = round(product.price * _YEARLY_RISE[day.year] / 1000) * 10
    return Sale(
        sold_on=day,
        client=client,
        amount=price * quantity * (100 - _discount(client, quantity, rng)),
        product=product.name,
        quantity=quantity,
        cost=product.cost * _YEARLY_RISE[day.year] * quantity,
        manager=client.manager if client and rng.random() < 0.85 else rng.choice(MANAGERS),
    )


def _discount(client: Client | None, quantity: int, rng: Random) -> int:
    """Per cent off the price."""
    if client and client.company:
        return 12 if quantity >= 15 else 7 if quantity >= 8 else 0
    return 5 if client and rng.random() < 0.2 else 0


def _returnable(sale: Sale) -> bool:
    return sale.sold_on < _LAST_DAY - timedelta(days=10)


def _refund(sale: Sale, rng: Random) -> Sale:
    returned = rng.randint(1, sale.quantity)
    return replace(
        sale,
        sold_on=sale.sold_on + timedelta(days=rng.randint(1, 9)),
        amount=-(sale.amount * returned // sale.quantity),
        quantity=-returned,
        cost=-(sale.cost * returned // sale.quantity),
    )
