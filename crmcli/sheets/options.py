"""What reading needs to know of the base it reads for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """How cells are understood.

    `country` is where phones without a plus are dialled (ISO 3166 alpha-2); `currency` is the base's, with
    `currency_digits` decimal digits in its minor unit; `rates` turn one unit of another currency into the base's;
    `today` tells the century of two-digit years and which closing dates are still to come; `sheet` reads only the
    sheet of that name; `with_cells` gives the cells of every row beside what was made of them.
    """

    today: date
    country: str = "RU"
    currency: str = "RUB"
    currency_digits: int = 2
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    sheet: str | None = None
    with_cells: bool = False
