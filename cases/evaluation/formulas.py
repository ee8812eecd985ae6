"""Indicators and composite scores as versioned data: no standard's formula is written into the program.

A formula is a weighted sum of terms; each is an indicator, the rest of one to 100 %, the score of a volume by bands,
or full points down to a threshold and fewer below it.
"""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

STEPS = ("send_verify", "verify", "file", "dispatch", "send_check", "check", "close")  # of the centre
Scored = Literal["department", "hotline", "area", "street", "collector", "acceptor", "chief", "dispatcher"]
Coefficients = dict[str, Decimal]  # by the name of a count


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    zh: str
    en: str


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ratio of counts: sums of them, each with its coefficient."""

    name: Name
    numerator: Coefficients
    denominator: Coefficients


class ScoreBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A volume up to `most` has these points; the last band has no end."""

    points: Decimal
    most: int | None = None


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of a score: `weight` is how many of its points (usually of 100) it can give; 0: it is only told."""

    weight: Decimal
    indicator: str = ""
    inverse: bool = False  # 1 - rate: less is better
    count: str = ""  # a volume, with `bands`
    bands: str = ""
    full_from: Decimal | None = None  # percent: full points from here on, one less for each percent below


class ScoreFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A composite score. `certain` is false where no standard's own text was seen."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    scores: Scored
    name: Name
    source: str
    certain: bool
    term: tuple[Term, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is a score out of 100, which has a level, and no part of one."""
        return sum(term.weight for term in self.term) == 100


class FormulaTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, by name."""

    indicator: dict[str, Indicator]
    bands: dict[str, tuple[ScoreBand, ...]]
    formula: dict[str, ScoreFormula]
    step: dict[str, str] = {}  # until when the centre does its own steps, as limits are written
