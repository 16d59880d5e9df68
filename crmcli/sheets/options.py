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

    `mapping` gives headings their field (see fields.known_field), "" for none; the letters of a column without a
    heading serve as its heading. `defaults` holds what is read for a field where a row has nothing for it.
    `keep_unknown` keeps columns without a field as custom fields of contacts. `day_first` says what 03/04/2026 means
    where its sheet does not tell. `password` opens a workbook that one locks.
    """

    today: date
    country: str = "RU"
    currency: str = "RUB"
    currency_digits: int = 2
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    sheet: str | None = None
    with_cells: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    keep_unknown: bool = False
    day_first: bool | None = None
    password: str | None = None
