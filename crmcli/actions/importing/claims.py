"""Which row of the base each row of a file means: every one of the base is meant once at most."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from crmcli.values.records import DealRecord, PurchaseRecord, TouchRecord, Where

R = TypeVar("R", DealRecord, PurchaseRecord, TouchRecord)
Found = list[tuple[R, int | None]]
"""Records of a file with the contact that each belongs to."""


class Claims(Generic[R]):
    """Records of a file, looking for what the base has of them; `left` are those that have found nothing yet.

    Rows that were `claimed` before are not claimed again; nor are those that the base had not when the import began.
    """

    def __init__(self, found: Found[R], claimed: set[int], had: Callable[[int], bool]) -> None:
        self.left: list[tuple[R, int | None]] = found
        self._claimed = claimed
        self._had = had

    def make(
        self, rows: Iterable[Any], of_row: Callable[[Any], Hashable], of_record: Callable[[R, int | None], Hashable]
    ) -> dict[Where, int]:
        """Each record left claims the first free row of its identity (None: of none); record's place -> row's id."""
        free: dict[Hashable, deque[int]] = defaultdict(deque)
        for row in rows:
            if self._had(row.id):
                free[of_row(row)].append(row.id)
        if not free:
            return {}
        made: dict[Where, int] = {}
        left: list[tuple[R, int | None]] = []
        for record, contact_id in self.left:
            row_id = self._first_free(free.get(of_record(record, contact_id)))
            if row_id is None:
                left.append((record, contact_id))
            else:
                made[record.where] = row_id
        self.left = left
        return made

    def _first_free(self, waiting: deque[int] | None) -> int | None:
        while waiting:
            if (row_id := waiting.popleft()) not in self._claimed:
                self._claimed.add(row_id)
                return row_id
        return None
