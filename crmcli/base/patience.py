"""Waiting for a busy base."""

import random
import time
from collections.abc import Callable
from typing import Any

from crmcli.errors import Busy

PATIENCE = 10.0
"""Seconds to wait for a busy base."""


def patiently(attempt: Callable[[], Any], seconds: float | None = None) -> Any:
    """What `attempt` returns, tried again while the base is busy; Busy after so many seconds, PATIENCE without them.

    SQLite's own busy_timeout starves one of many writers. Random waits that become shorter are fair: who has waited
    for long asks more often.
    """
    began = time.monotonic()
    deadline = began + (PATIENCE if seconds is None else seconds)
    while True:
        try:
            return attempt()
        except Exception as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            now = time.monotonic()
            if now >= deadline:
                raise Busy("the base is busy: another command is writing to it. Try again in a moment") from None
        left = (deadline - now) / (deadline - began)
        time.sleep(random.uniform(0.0005, 0.001 + 0.05 * left**4))  # noqa: S311 - not for secrets
