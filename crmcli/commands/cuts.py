"""Thresholds of scores, fixed in a file instead of found in the base."""

import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from crmcli.commands.session import current
from crmcli.commands.typed import in_base_currency
from crmcli.errors import CrmError
from crmcli.questions.rfm import BINS, Cuts
from crmcli.values import money

_KEYS = ("recency_days", "frequency", "monetary")


def read_cuts(path: Path) -> Cuts:
    """The thresholds in a TOML file. Raises CrmError where it cannot be read, or they cannot part customers."""
    found = _parsed(path)
    if set(found) != set(_KEYS):
        raise CrmError(f"{path.name}: write three lists, {', '.join(_KEYS)}; it has {', '.join(found) or 'nothing'}")
    readers: tuple[Callable[[Any], int], ...] = (_count, _count, _amount)
    lists = [_ascending(path, key, found[key], read) for key, read in zip(_KEYS, readers, strict=True)]
    if len(set(map(len, lists))) > 1 or len(lists[0]) + 1 not in BINS:
        raise CrmError(
            f"{path.name}: the lists are to be equally long, with {BINS[0] - 1} to {BINS[-1] - 1} thresholds"
        )
    return Cuts(*lists)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file, parse_float=str)
    except OSError as error:
        raise CrmError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise CrmError(f"{path.name} is no TOML: {error}") from None


def _ascending(path: Path, key: str, values: Any, read: Callable[[Any], int]) -> tuple[int, ...]:
    if not isinstance(values, list):
        raise CrmError(f"{path.name}, {key}: write a list, such as [2, 3, 5, 10]")
    try:
        found = tuple(map(read, values))
    except ValueError as error:
        raise CrmError(f"{path.name}, {key}: {error}") from None
    if any(low >= high for low, high in pairwise(found)):
        raise CrmError(f"{path.name}, {key}: each threshold is to be larger than the one before")
    return found


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no whole number")
    return value


def _amount(value: Any) -> int:
    """Minor units of an amount as a number, or as text such as 10k."""
    if type(value) not in {int, str}:
        raise ValueError(f"{value!r} is no amount: {money.EXPECTED}")
    found = money.read_amount(str(value), current().currency_digits)
    if found.minor < 0:
        raise ValueError(f"{value!r} is negative")
    return in_base_currency(found, str(value))
