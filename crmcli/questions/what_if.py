"""What the revenue would be with more buyers, a larger mean sale, or more sales per buyer."""

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from crmcli.questions.logarithmic_mean import Factors, contributions, half_up

LEVERS = ("buyers", "check", "repeat")


@dataclass(frozen=True, slots=True)
class Plan:
    """By what fraction each lever is to move: buyers, check (the mean sale), repeat (sales per buyer); -1 or more."""

    buyers: Fraction = Fraction(0)
    check: Fraction = Fraction(0)
    repeat: Fraction = Fraction(0)

    def of(self, present: Factors) -> Factors:
        """What the revenue is made of once all levers have moved, exactly."""
        buyers, check, repeat = 1 + self.buyers, 1 + self.check, 1 + self.repeat
        sales = present.sales * buyers * repeat
        return Factors(present.buyers * buyers, sales, present.revenue * buyers * check * repeat)


def planned(present: Factors, plan: Plan) -> dict[str, Any]:
    """The present beside the plan: revenue, buyers, mean sale, sales per buyer, and the change (minor units)."""
    new = plan.of(present)
    return {
        "revenue": half_up(present.revenue),
        "new_revenue": half_up(new.revenue),
        "change": half_up(new.revenue) - half_up(present.revenue),
        "buyers": present.buyers,
        "new_buyers": half_up(new.buyers * 10_000) / 10_000,
        "mean_sale": present.mean_sale,
        "new_mean_sale": new.mean_sale,
        "sales_per_buyer": present.sales_per_buyer,
        "new_sales_per_buyer": new.sales_per_buyer,
    }


def lever_rows(present: Factors, plan: Plan) -> list[dict[str, Any]]:
    """A row a lever: how far it moves, and what it brings (minor units), rounded half up.

    brings_alone: where the others stay. brings_together: its part of what all bring, by the logarithmic mean; these
    parts add up to the change. brings_per_percent: one percent of what there is today, once the others have moved.
    """
    moves = [getattr(plan, lever) for lever in LEVERS]
    together = contributions(plan.of(present), present)
    return [
        {
            "lever": lever,
            "change": move,
            "brings_alone": half_up(present.revenue * move),
            "brings_together": part,
            "brings_per_percent": half_up(Fraction(present.revenue, 100) * prod(1 + other for other in others)),
        }
        for place, (lever, move, part) in enumerate(zip(LEVERS, moves, together, strict=True))
        for others in [moves[:place] + moves[place + 1 :]]
    ]
