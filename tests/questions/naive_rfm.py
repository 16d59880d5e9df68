"""Recency, frequency and monetary scores answered naively, from plain data."""

from collections.abc import Callable, Collection
from math import ceil

from crmcli.questions.rfm import Cuts, Rfm
from tests.builders import Row
from tests.questions import naive
from tests.questions.world import World


def scored(world: World, asked: Rfm, among: Collection[int] | None = None) -> list[Row]:
    """A row a customer who is neither archived nor in the trash, by id: measures and scores."""
    rows = [
        {
            "contact_id": row["contact_id"],
            "recency_days": (asked.day - row["last_on"]).days,
            "frequency": row["sale_count"],
            "monetary": row["revenue"],
        }
        for row in (naive.rhythm(world, contact, asked.day) for contact in world.present)
        if row["last_on"] is not None and not row["archived"]
    ]
    rows = [row for row in rows if among is None or row["contact_id"] in among]
    for key, worth in WORTH.items():
        parts = _cut(asked.cuts, key) if asked.cuts else _quantiles(rows, worth, asked.bins)
        for row in rows:
            row[key] = parts(row)
    return sorted(rows, key=lambda row: row["contact_id"])


WORTH: dict[str, Callable[[Row], int]] = {
    "r": lambda row: -row["recency_days"],
    "f": lambda row: row["frequency"],
    "m": lambda row: row["monetary"],
}


def _quantiles(rows: list[Row], worth: Callable[[Row], int], bins: int) -> Callable[[Row], int]:
    """Deals the customers, from the least worth up, into bins as equal as can be, larger ones first."""
    waiting = sorted((worth(row), row["contact_id"]) for row in rows)
    score = {}
    for number in range(1, bins + 1):
        for _ in range(ceil(len(waiting) / (bins + 1 - number))):
            score[waiting.pop(0)[1]] = number
    return lambda row: score[row["contact_id"]]


def _cut(cuts: Cuts, key: str) -> Callable[[Row], int]:
    if key == "r":
        return lambda row: 1 + sum(row["recency_days"] <= days for days in cuts.recency_days)
    if key == "f":
        return lambda row: 1 + sum(row["frequency"] >= least for least in cuts.frequency)
    return lambda row: 1 + sum(row["monetary"] >= least for least in cuts.monetary)
