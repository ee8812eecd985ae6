"""What may be asked about people, and how it is answered with noise. Pure.

The unit of privacy is a person: each person's rows are capped, so that all that one person changes is known, and the
noise hides it. Groups are those that are asked for, never those that are in the data: a group that only one person is
in would tell by being there.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import msgspec

from sharing.errors import ReleaseUnusable
from sharing.privacy.noise import Below, noisy, reach, scale_for

Statistic = Literal["count", "sum", "mean", "histogram"]
MOST_ROWS = 100  # of one person
LARGEST_BUDGET = Fraction(10)
DECIMALS = 6  # of a budget, as the ledger keeps it
_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class ReleaseQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One release. Two that are equal are the same question, and have the same answer for ever.

    `period` is a month. `rows` is how many rows of a person count, `low` and `high` are the limits to which values of
    sums and means are clamped, in whole units; `groups` are the names of a histogram.
    """

    data_set: str
    period: str
    statistic: Statistic
    by: str = ""
    rows: int = 1
    low: int = 0
    high: int = 0
    groups: tuple[str, ...] = ()

    @property
    def key(self) -> bytes:
        """What the question is known by: the SHA-256 of its JSON."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def text(self) -> str:
        """The question as JSON, always the same."""
        return msgspec.json.encode(self, order="deterministic").decode()


class NoisyFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number with noise. `within`: in 95 of 100 cases the noise is not larger; None for a mean."""

    value: float
    within: int | None
    scale: str


class ReleaseAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is published: the figures by group ("" where there are none), and what was done for them."""

    epsilon: str
    unit: str
    rows: int
    figures: dict[str, NoisyFigure]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of one person: in which group, and a value in whole units. Rows come in a fixed order."""

    person: str
    group: str = ""
    value: int = 0


def check_question(question: ReleaseQuestion, epsilon: Fraction) -> None:
    """Raise ReleaseUnusable naming what cannot be answered."""
    if _PERIOD.fullmatch(question.period) is None:
        raise ReleaseUnusable(f"The period is a month, such as 2026-10, and not {question.period!r}.")
    if not 0 < epsilon <= LARGEST_BUDGET or epsilon * 10**DECIMALS != int(epsilon * 10**DECIMALS):
        raise ReleaseUnusable(f"The budget is more than 0, at most {LARGEST_BUDGET}, with at most {DECIMALS} decimals.")
    if not 1 <= question.rows <= MOST_ROWS:
        raise ReleaseUnusable(f"Of a person 1 to {MOST_ROWS} rows count.")
    if question.statistic in ("sum", "mean") and question.low >= question.high:
        raise ReleaseUnusable("The lower limit of values lies below the upper one.")
    if (question.statistic == "histogram") != bool(question.groups):
        raise ReleaseUnusable("A histogram has groups, and nothing else has.")


def answer(question: ReleaseQuestion, rows: Iterable[PersonRow], *, epsilon: Fraction, below: Below) -> ReleaseAnswer:
    """Return the answer, with noise for a budget. Raises ReleaseUnusable."""
    check_question(question, epsilon)
    kept = cap_rows(rows, question.rows)
    release = {"count": _count, "sum": _sum, "mean": _mean, "histogram": _histogram}[question.statistic]
    return ReleaseAnswer(f"{float(epsilon):g}", "person", question.rows, release(question, kept, epsilon, below))


def cap_rows(rows: Iterable[PersonRow], most: int) -> list[PersonRow]:
    """Return the first rows of each person; the rest is dropped."""
    seen = defaultdict[str, int](int)
    kept = []
    for row in rows:
        seen[row.person] += 1
        if seen[row.person] <= most:
            kept.append(row)
    return kept


def _count(
    question: ReleaseQuestion, rows: Sequence[PersonRow], epsilon: Fraction, below: Below
) -> dict[str, NoisyFigure]:
    return {"": _whole(len(rows), question.rows, epsilon, below)}


def _histogram(
    question: ReleaseQuestion, rows: Sequence[PersonRow], epsilon: Fraction, below: Below
) -> dict[str, NoisyFigure]:
    """Each row is in one group, so a person changes all groups together by as much as their rows."""
    counts = dict.fromkeys(question.groups, 0)
    for row in rows:
        if row.group in counts:
            counts[row.group] += 1
    return {group: _whole(count, question.rows, epsilon, below) for group, count in counts.items()}


def _sum(
    question: ReleaseQuestion, rows: Sequence[PersonRow], epsilon: Fraction, below: Below
) -> dict[str, NoisyFigure]:
    total, scale = _noisy_sum(question, rows, epsilon, below)
    return {"": NoisyFigure(total, reach(scale), str(scale))}


def _mean(
    question: ReleaseQuestion, rows: Sequence[PersonRow], epsilon: Fraction, below: Below
) -> dict[str, NoisyFigure]:
    """Half of the budget for the sum, half for the number: that it were known would have to be paid for too."""
    half = epsilon / 2
    total, scale = _noisy_sum(question, rows, half, below)
    number = noisy(
        len(rows), sensitivity=question.rows, epsilon=half, scale=scale_for(question.rows, half), below=below
    )
    value = min(max(total / max(number, 1), question.low), question.high)
    return {"": NoisyFigure(round(value, 2), None, str(scale))}


def _noisy_sum(
    question: ReleaseQuestion, rows: Sequence[PersonRow], epsilon: Fraction, below: Below
) -> tuple[int, Fraction]:
    clamped = sum(min(max(row.value, question.low), question.high) for row in rows)
    sensitivity = question.rows * max(abs(question.low), abs(question.high))
    scale = scale_for(sensitivity, epsilon)
    return noisy(clamped, sensitivity=sensitivity, epsilon=epsilon, scale=scale, below=below), scale


def _whole(count: int, sensitivity: int, epsilon: Fraction, below: Below) -> NoisyFigure:
    """Return a number of rows: below 0 it is set to 0, after the noise, which costs nothing."""
    scale = scale_for(sensitivity, epsilon)
    drawn = noisy(count, sensitivity=sensitivity, epsilon=epsilon, scale=scale, below=below)
    return NoisyFigure(max(drawn, 0), reach(scale), str(scale))
