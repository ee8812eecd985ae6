"""What a series usually says at this time of the day: the days before, laid over one another. Pure."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

DAYS = 7
LEAST_DAYS = 2  # one day alone is no custom
COLUMNS = ["time", "low", "value", "high"]
_STEP = timedelta(minutes=30)


def usual_course(past: pd.DataFrame, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the custom over a span: time (UTC), low, value, high (10, 50 and 90 of 100 of the days before).

    `past` has time (UTC), value and quality of at most `DAYS` days before the span. Empty where fewer than
    `LEAST_DAYS` of them are known.
    """
    good = past[past["quality"] <= 2]
    before = (good["time"] - pd.Timestamp(start)).dt.total_seconds()
    days = before // 86_400  # -1 is the last 24 hours, up to the start
    if days.nunique() < LEAST_DAYS:
        return pd.DataFrame(columns=COLUMNS)
    of_day = good["time"].dt.hour * 2 + good["time"].dt.minute // 30
    spread = good["value"].groupby(of_day).quantile(np.array([0.1, 0.5, 0.9])).unstack()
    times = pd.date_range(pd.Timestamp(start).floor(_STEP), pd.Timestamp(end), freq=_STEP)
    found = spread.reindex(times.hour * 2 + times.minute // 30).set_axis(COLUMNS[1:], axis=1)
    found["time"] = (times + _STEP / 2).map(lambda moment: min(max(moment, pd.Timestamp(start)), pd.Timestamp(end)))
    return found[COLUMNS].dropna()
