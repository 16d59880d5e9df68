"""Classes of values of which a file makes one for every row."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value_class(cls: type[T]) -> type[T]:
    """A dataclass that nobody changes: the type checker sees to it, as a frozen one takes six times as long to make."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
