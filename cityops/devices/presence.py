"""The online state of a device, from three sources: its status, its registration, its reports. Pure.

All limits are in report intervals of the device: those its kind promises, or longer ones that it has taught us.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cityops.clock import microseconds
from cityops.devices.identity import RIVAL_FOR

if TYPE_CHECKING:
    import pandas as pd

LATE_AFTER = 3  # intervals without a report: what is older than this is stale, wherever it is shown
SILENT_AFTER = 10
# Last words may still be on their way when the last will is heard.
GRACE = timedelta(seconds=5)


class DeviceState(StrEnum):
    """What is thought of a device."""

    ONLINE = "online"
    LATE = "late"
    SILENT = "silent"
    CONTRADICTORY = "contradictory"  # its sources do not agree: somebody should look
    NEVER_REPORTED = "never_reported"


# Of these nobody knows what they would say now.
DEAD = frozenset({DeviceState.SILENT, DeviceState.CONTRADICTORY, DeviceState.NEVER_REPORTED})


class Reason(StrEnum):
    """Why, each with the moment since when."""

    REPORTS = "reports"  # since the first report after the last long silence
    REPORTS_WHILE_OFFLINE = "reports_while_offline"  # the same, although it, or a late last will, said offline
    NO_REPORT_YET = "no_report_yet"  # since its registration
    OVERDUE = "overdue"  # since its last report
    SAID_OFFLINE = "said_offline"  # it, or its last will; since then
    NEVER_REPORTED = "never_reported"  # since its registration
    SILENT_WHILE_ONLINE = "silent_while_online"  # since its last sign of life
    TWO_DEVICES = "two_devices"  # a second one uses its id, in another area or of another kind; heard last then


def find_presence(facts: "pd.DataFrame", now: datetime) -> "pd.DataFrame":
    """Return the facts with state (a category of DeviceState), reason (of Reason) and since (UTC) of each device.

    Facts: sensor_id, status (unknown, online, offline), status_at (NaT: at a moment that nobody knows),
    registered_at, heard_at (arrival of the newest report), reporting_since, rival_at (when a second device of the same
    id was heard last; UTC, NaT where never), interval_seconds (of the device, as it should be).

    What a device does outweighs what was said of it: a last will often comes late, from a connection that is long
    replaced. Reports that came after it make it void, and until the next report is due nothing speaks for it.
    """
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    heard, registered, told, since, rival = (_moments(facts[name]) for name in _JUDGED)
    offline, online = (facts["status"].to_numpy() == said for said in ("offline", "online"))
    alive: NDArray[np.datetime64] = np.fmax(np.fmax(heard, registered), np.where(online, told, _NEVER))
    due, late, silent = (_intervals(facts, number) for number in (1, LATE_AFTER, SILENT_AFTER))
    moment = np.datetime64(microseconds(now), "us")
    unheard = np.isnat(heard)
    reports = moment - heard <= late
    doubtful = offline & (moment - heard <= np.where(np.isnat(told), late, due))
    gone = offline & ~(heard > told + np.timedelta64(GRACE)) & ~doubtful
    waits = moment - alive <= silent
    cases = [
        (moment - rival <= np.timedelta64(RIVAL_FOR), DeviceState.CONTRADICTORY, Reason.TWO_DEVICES, rival),
        (gone, DeviceState.SILENT, Reason.SAID_OFFLINE, np.where(np.isnat(told), alive, told)),
        (reports & offline, DeviceState.ONLINE, Reason.REPORTS_WHILE_OFFLINE, since),
        (reports, DeviceState.ONLINE, Reason.REPORTS, since),
        (waits & unheard, DeviceState.LATE, Reason.NO_REPORT_YET, registered),
        (waits, DeviceState.LATE, Reason.OVERDUE, heard),
        (online, DeviceState.CONTRADICTORY, Reason.SILENT_WHILE_ONLINE, alive),
        (unheard, DeviceState.NEVER_REPORTED, Reason.NEVER_REPORTED, registered),
        (~waits, DeviceState.SILENT, Reason.OVERDUE, heard),
    ]
    which = np.select([case[0] for case in cases], range(len(cases)))
    moments = np.stack([case[3] for case in cases])[which, np.arange(len(facts))]
    return facts.assign(
        state=_words(DeviceState, [case[1] for case in cases], which),
        reason=_words(Reason, [case[2] for case in cases], which),
        since=pd.DatetimeIndex(moments).tz_localize("UTC"),
    )


def note_reports(
    facts: "pd.DataFrame", places: NDArray[np.intp], received: "pd.Series"
) -> "tuple[pd.DataFrame, NDArray[np.bool_]]":
    """Return the facts with reports that arrived since (UTC), and of each whether that is all that it changes.

    `places`: the row of each report's device, -1 where it has none. It is not all where the device is new, was silent
    for long, or its clock is not known: then what else is known of it has to be asked for.
    """
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    goes_on = places >= 0
    arrived = _moments(received)
    rows = places[goes_on]
    heard, silent = _moments(facts["heard_at"]), _intervals(facts, SILENT_AFTER)
    known = np.isfinite(facts["clock_skew_seconds"].to_numpy(dtype=float))
    goes_on[goes_on] = known[rows] & (arrived[goes_on] - heard[rows] <= silent[rows])
    newest = heard.copy()
    np.maximum.at(newest.view(np.int64), places[goes_on], arrived[goes_on].view(np.int64))
    return facts.assign(heard_at=pd.DatetimeIndex(newest).tz_localize("UTC")), goes_on


TIMES = ("status_at", "registered_at", "heard_at", "reporting_since", "rival_at")
_JUDGED = ("heard_at", "registered_at", "status_at", "reporting_since", "rival_at")
_NEVER = np.datetime64("NaT", "us")


def _words(words: type[StrEnum], by_case: Sequence[StrEnum], which: NDArray[np.intp]) -> "pd.Categorical[str]":
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    codes = np.array([list(words).index(word) for word in by_case], dtype=np.int64)
    return pd.Categorical.from_codes(codes[which], pd.Index([word.value for word in words]))


def _moments(times: "pd.Series") -> NDArray[np.datetime64]:
    """Return moments as numpy compares them, UTC without saying so: a hundred times as fast as those of pandas."""
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    return pd.to_datetime(times, utc=True).to_numpy(dtype="datetime64[us]")


def _intervals(facts: "pd.DataFrame", number: int) -> NDArray[np.timedelta64]:
    seconds = facts["interval_seconds"].to_numpy(dtype=float) * number
    found = np.full(len(facts), np.timedelta64("NaT", "us"))
    found[np.isfinite(seconds)] = (seconds[np.isfinite(seconds)] * 1e6).round().astype("timedelta64[us]")
    return found
