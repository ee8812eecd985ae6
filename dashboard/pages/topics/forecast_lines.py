"""Forecasts in words. Pure."""

from dataclasses import dataclass

from cityops.storage import Row
from dashboard.cases.forecast_words import why_words
from dashboard.cases.words import CaseWords
from dashboard.pages.topics.view import chance_words, title_of


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """What alerts of a rule bring in a street."""

    title: str
    area: str
    category: str
    told: str
    chance: str


def forecast_line(row: Row, words: CaseWords) -> ForecastLine:
    """Return a forecast as the page tells it."""
    return ForecastLine(
        title_of(row["title"], words.language),
        words.area(row["area_code"]),
        words.category(row["category"]),
        why_words(row, words),
        chance_words(row["chance"], words),
    )


def share_words(hits: int, false_ones: int) -> str:
    """Return how often forecasts were right, in percent; a dash before any was judged."""
    judged = hits + false_ones
    return f"{100 * hits / judged:.0f} %" if judged else "–"
