"""A change of revenue, split into what came from buyers, from the mean sale and from the sales per buyer.

The logarithmic mean Divisia index, additive form (LMDI-I): B. W. Ang, "The LMDI approach to decomposition analysis: a
practical guide", Energy Policy 33 (2005). A factor x brings L(R1, R0) ln(x1/x0), where L(a, b) = (a - b) / ln(a/b) and
L(a, a) = a; the parts of all factors add up to R1 - R0 without a rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction
from math import floor

_PRECISION = Context(prec=60)

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Factors:
    """What a revenue (minor units) is made of: revenue = buyers x (revenue / sales) x (sales / buyers)."""

    buyers: Number = 0
    sales: Number = 0
    revenue: Number = 0

    @property
    def mean_sale(self) -> int | None:
        """Minor units, rounded half up; None without sales."""
        return half_up(Fraction(self.revenue) / self.sales) if self.sales else None

    @property
    def sales_per_buyer(self) -> float | None:
        """Rounded half up to four places; None without buyers."""
        return half_up(Fraction(self.sales) / self.buyers * 10_000) / 10_000 if self.buyers else None


def contributions(now: Factors, before: Factors) -> tuple[int, int, int]:
    """What buyers, mean sale and sales per buyer brought of the change, in minor units that add up to it exactly.

    Where one of the revenues is zero the logarithm is not defined, and its limit is taken (B. W. Ang and N. Liu,
    "Handling zero values in the logarithmic mean Divisia index decomposition approach", Energy Policy 35, 2007): all of
    the change came from the factor that was zero: from the buyers where nobody bought, else from the mean sale.
    """
    change = half_up(now.revenue - before.revenue)
    if not now.revenue or not before.revenue:
        nobody = not now.buyers or not before.buyers
        return (change, 0, 0) if nobody else (0, change, 0)
    with localcontext(_PRECISION):
        mean = _logarithmic_mean(now.revenue, before.revenue)
        buyers = _logarithm(now.buyers, before.buyers)
        sales = _logarithm(now.sales, before.sales)
        revenue = _logarithm(now.revenue, before.revenue)
        return _whole(change, [mean * buyers, mean * (revenue - sales), mean * (sales - buyers)])


def half_up(number: Number) -> int:
    """The number rounded half up."""
    return floor(number + Fraction(1, 2))


def _logarithmic_mean(a: Number, b: Number) -> Decimal:
    return _decimal(a) if a == b else _decimal(a - b) / _logarithm(a, b)


def _logarithm(part: Number, whole: Number) -> Decimal:
    return _decimal(Fraction(part) / Fraction(whole)).ln()


def _decimal(number: Number) -> Decimal:
    exact = Fraction(number)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _whole(change: int, exact: Sequence[Decimal]) -> tuple[int, int, int]:
    """The parts rounded so that they add up to the change: what is left goes to the largest remainders."""
    floors = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: floors[place] - exact[place])
    for place in by_remainder[: change - sum(floors)]:
        floors[place] += 1
    buyers, mean_sale, sales_per_buyer = floors
    return buyers, mean_sale, sales_per_buyer
