"""The open figures of how districts handle cases. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

# Which indicators are shown, in this order, of those that areas are scored by.
SHOWN = ("closing_rate", "closed_in_time_rate", "public_report_rate")


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One indicator of one district in one month. `value` is None where there was nothing to count."""

    month: str
    is_final: bool
    counts_until: datetime
    area_code: str
    indicator: str
    numerator: float | None
    denominator: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Month:
    """What is known of a month: by district, the figures in the order of SHOWN (None: not counted)."""

    month: str
    is_final: bool
    counts_until: datetime
    districts: Sequence[tuple[str, Sequence[PublicFigure | None]]]


def by_month(figures: Iterable[PublicFigure]) -> list[Month]:
    """Return the months as they come, each with its districts by code."""
    months = []
    for month, members in groupby(figures, key=lambda one: one.month):
        rows = list(members)
        districts = []
        for code in sorted({one.area_code for one in rows}):
            mine = {one.indicator: one for one in rows if one.area_code == code}
            districts.append((code, [mine.get(name) for name in SHOWN]))
        months.append(Month(month, rows[0].is_final, rows[0].counts_until, districts))
    return months
