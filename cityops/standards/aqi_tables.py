"""The tables of HJ 633 in its editions of 2012 and 2026: concentrations and sub-indices, as they are printed."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from cityops.clock import check_aware

_BEIJING = ZoneInfo("Asia/Shanghai")
_IN_FORCE = date(2026, 3, 1)
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")  # the six items of daily and hourly reports


class Edition(StrEnum):
    """Which text of the standard applies."""

    HJ_633_2012 = "2012"
    HJ_633_2026 = "2026"


class Averaging(StrEnum):
    """What the concentrations are means of."""

    DAY = "day"  # natural day; O3: the day's largest 8-hour mean
    HOUR = "hour"  # one clock hour; PM10 and PM2.5 use the columns of the day (4.3 of the 2026 edition)


IAQI = (0, 50, 100, 150, 200, 300, 400, 500)
_COLUMNS: Mapping[str, tuple[int, ...]] = {  # Table 3; a shorter column ends early
    "so2_day": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "so2_hour": (0, 150, 500, 650, 800),
    "no2_day": (0, 40, 80, 180, 280, 565, 750, 940),
    "no2_hour": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    "co_day": (0, 2, 4, 14, 24, 36, 48, 60),
    "co_hour": (0, 5, 10, 35, 60, 90, 120, 150),
    "o3_day": (0, 100, 160, 215, 265, 800),
    "o3_hour": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm10_day": (0, 50, 120, 250, 350, 420, 500, 600),
    "pm25_day": (0, 35, 60, 115, 150, 250, 350, 500),
}
_COLUMNS_2012: Mapping[str, tuple[int, ...]] = {  # Table 1 of 2012 where it differs
    "pm10_day": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25_day": (0, 35, 75, 115, 150, 250, 350, 500),
}


def edition_of(moment: datetime) -> Edition:
    """Return the edition for data of this moment (with a zone), by the date in China."""
    local = check_aware(moment).astimezone(_BEIJING).date()
    return Edition.HJ_633_2026 if local >= _IN_FORCE else Edition.HJ_633_2012


def column_of(pollutant: str, averaging: Averaging, edition: Edition) -> tuple[int, ...]:
    """Return the column of concentrations that the entries of IAQI stand beside."""
    name = f"{pollutant}_day" if pollutant in ("pm10", "pm25") else f"{pollutant}_{averaging.value}"
    if edition is Edition.HJ_633_2012 and name in _COLUMNS_2012:
        return _COLUMNS_2012[name]
    return _COLUMNS[name]
