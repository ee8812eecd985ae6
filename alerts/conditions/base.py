"""What all conditions have in common."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Direction(StrEnum):
    """On which side of the limit the trouble is."""

    ABOVE = "above"  # raises at or above the limit, clears below `clear`
    BELOW = "below"  # raises at or below the limit, clears above `clear`


@dataclass(frozen=True, slots=True)
class ConditionVerdict:
    """What a condition says of each reading: it holds, it is safely over, or neither; and the limit it used."""

    holds: Bools
    clears: Bools
    limit: Floats


class BaseCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """A condition as it stands in a rule, under `when`; `type` says which.

    `builds_up`: what it judges grows over hours, so that seconds decide nothing.
    """

    builds_up: ClassVar[bool] = False


class Wrong(ValueError):
    """A field of a condition cannot be right; the first argument names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field


def check_positive(field: str, value: float) -> None:
    """Raise Wrong when a number that must be above 0 is not."""
    if value <= 0:
        raise Wrong(field, f"{value:g} must be positive. Correct it.")
