"""What is known of each customer as of a day, an element a customer in every array."""

from dataclasses import dataclass, fields

import numpy as np

from crmcli.forecast.arrays import Flags, Floats, Histories, Whole, grouped

YEAR = 365
_WEEK = 7
_MANY = 10


@dataclass(frozen=True, slots=True)
class Customers:
    """purchase_days: the first one too; recency: days from the first to the last; age: days since the first; net: sales
    less refunds, minor units; year_days: purchase days in the last year. Recency is that of the models: rfm counts it
    from today.
    """

    ids: Whole
    purchase_days: Whole
    recency: Whole
    age: Whole
    net: Whole
    year_days: Whole

    @property
    def revenue(self) -> Floats:
        """What each has brought, less what he got back: not below nothing."""
        return np.maximum(self.net, 0).astype(np.float64)

    @property
    def histories(self) -> Histories:
        """Their histories, without what is the same of many."""
        return grouped(self.purchase_days - 1, self.recency, self.age)

    @property
    def returned(self) -> int:
        """How many have bought on more than one day."""
        return int((self.purchase_days > 1).sum())

    @property
    def paying(self) -> int:
        """How many have brought anything."""
        return int((self.net > 0).sum())

    @property
    def history(self) -> int:
        """Days since anybody's first purchase."""
        return int(self.age.max(initial=0))

    @property
    def silence(self) -> int:
        """Days since anybody's last purchase."""
        return int((self.age - self.recency).min(initial=self.history))

    @property
    def went_quiet(self) -> bool:
        """Whether nobody has bought for more than a week in which, as things went, ten or more would have."""
        a_day = float(self.purchase_days.sum()) / max(self.history - self.silence, 1)
        return self.silence > _WEEK and a_day * self.silence >= _MANY

    @property
    def mean_amounts(self) -> Floats:
        """What each has brought a purchase day, in minor units."""
        return self.revenue / self.purchase_days

    def those(self, wanted: Whole | Flags) -> "Customers":
        """Some of them, by a mask or by their places."""
        return Customers(*(getattr(self, field.name)[wanted] for field in fields(self)))
