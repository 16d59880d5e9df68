"""What touches cost: so much for each kind, and so much for each minute."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from crmcli.schema import touches
from crmcli.schema.columns import BIG


@dataclass(frozen=True, slots=True)
class ServiceCosts:
    """Minor units: `kinds` what a touch of a kind costs, `minute` what a minute of one does.

    What is not known is missing or None, and counts as nothing; `is_priced` tells it from what is free.
    """

    kinds: Mapping[str, int] = field(default_factory=dict)
    minute: int | None = None

    @property
    def are_known(self) -> bool:
        """Whether any touch at all has a cost."""
        return bool(self.kinds) or self.minute is not None

    def of_touch(self) -> ColumnElement[int]:
        """What a row of touches cost."""
        minutes: ColumnElement[int] = func.coalesce(touches.c.minutes, 0) * literal(self.minute or 0, BIG)
        each = [(touches.c.kind == kind, literal(cost, BIG)) for kind, cost in self.kinds.items()]
        return case(*each, else_=literal(0, BIG)) + minutes if each else minutes

    def is_priced(self) -> ColumnElement[bool]:
        """Whether a row of touches has a cost: its kind has one, or its minutes are known and have one."""
        of_kind = touches.c.kind.in_(list(self.kinds))
        return or_(of_kind, and_(literal(self.minute is not None), touches.c.minutes.is_not(None)))


NOTHING_KNOWN = ServiceCosts()
"""The costs of who has set none."""
