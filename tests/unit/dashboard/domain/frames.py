"""Frames as the query interface returns them."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd

from dashboard.pages.domain.story import PageStory
from dashboard.pages.domain.view import DomainSpan, DomainView

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
STEP = timedelta(minutes=10)
NUMBERS = {"value": "float64", "low": "float64", "high": "float64", "count": "int64", "sensors": "int64"}


def trend(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
    """Rows are (minutes, value, low, high); as `area_history`."""
    filled = [(NOW + timedelta(minutes=at), value, low, high, 10, 2) for at, value, low, high in rows]
    frame = pd.DataFrame(filled, columns=["time", *NUMBERS])
    return frame.astype({"time": "datetime64[us, UTC]", **NUMBERS})


def ranking(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Rows are (code, name, English name, value); as `area_ranking`."""
    filled = [(code, name, english, value, value - 1, value + 1, 60, 2) for code, name, english, value in rows]
    return pd.DataFrame(filled, columns=["area_code", "name", "name_en", *NUMBERS]).astype(NUMBERS)


DISTRICTS = ranking(("990101", "望湖区", "Wanghu", 41.0), ("990102", "东港区", "", 23.0))


def heat(*rows: tuple[int, int, float]) -> pd.DataFrame:
    """Rows are (day of May, hour, value); as `heat_map`."""
    filled = [(date(2026, 5, day), hour, value, 60) for day, hour, value in rows]
    return pd.DataFrame(filled, columns=["day", "hour", "value", "count"])


def kinds(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Rows are (kind, expected, received)."""
    frame = pd.DataFrame(rows, columns=["kind", "expected", "received"])
    return frame.assign(ratio=frame["received"] / frame["expected"].where(frame["expected"] > 0))


def story(**changes: object) -> PageStory:
    """A view of PM2.5 over a day, compared with nothing."""
    parts: dict[str, object] = {
        "view": DomainView("environment", "pm25", "", DomainSpan.DAY, ""),
        "start": NOW - timedelta(days=1),
        "end": NOW,
        "step": STEP,
        "trend": trend((0, 35.0, 30.0, 40.0), (10, 37.0, 31.0, 44.0)),
        "other": None,
        "ranking": DISTRICTS,
        "heat": heat((1, 8, 35.5)),
        "kinds": kinds(("air_station", 100, 90)),
        "due_since": NOW - timedelta(days=1),
    }
    return PageStory(**{**parts, **changes})  # type: ignore[arg-type]
