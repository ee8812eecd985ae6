"""The online state of a device, from three sources: its status, its registration, its reports. Pure.

All limits are in report intervals of the device: those its kind promises, or longer ones that it has taught us.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
import pandas as pd

from cityops.devices.identity import RIVAL_FOR

LATE_AFTER = 3  # intervals without a report: what is older than this is stale, wherever it is shown
SILENT_AFTER = 10
# Last words may still be on their way when the last will is heard.
GRACE = timedelta(seconds=5)


class State(StrEnum):
    """What is thought of a device."""

    ONLINE = "online"
    LATE = "late"
    SILENT = "silent"
    CONTRADICTORY = "contradictory"  # its sources do not agree: somebody should look
    NEVER_REPORTED = "never_reported"


# Of these nobody knows what they would say now.
DEAD = frozenset({State.SILENT, State.CONTRADICTORY, State.NEVER_REPORTED})


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


def find_presence(facts: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return the facts with state (State), reason (Reason) and since (UTC) of each device.

    Facts: sensor_id, status (unknown, online, offline), status_at (NaT: at a moment that nobody knows),
    registered_at, heard_at (arrival of the newest report), reporting_since, rival_at (when a second device of the same
    id was heard last; UTC, NaT where never), interval_seconds (of the device, as it should be).

    What a device does outweighs what was said of it: a last will often comes late, from a connection that is long
    replaced. Reports that came after it make it void, and until the next report is due nothing speaks for it.
    """
    times = {name: pd.to_datetime(facts[name], utc=True) for name in TIMES}
    heard, told = times["heard_at"], times["status_at"]
    offline, online = facts["status"] == "offline", facts["status"] == "online"
    alive = pd.concat([heard, times["registered_at"], told.where(online)], axis=1).max(axis=1)
    due, late, silent = (_intervals(facts, number) for number in (1, LATE_AFTER, SILENT_AFTER))
    reports = now - heard <= late
    doubtful = offline & (now - heard <= due.where(told.notna(), late))
    offline &= ~(heard > told + GRACE) & ~doubtful
    waits = now - alive <= silent
    cases = [
        (now - times["rival_at"] <= RIVAL_FOR, State.CONTRADICTORY, Reason.TWO_DEVICES, times["rival_at"]),
        (offline, State.SILENT, Reason.SAID_OFFLINE, told.fillna(alive)),
        (
            reports & (facts["status"] == "offline"),
            State.ONLINE,
            Reason.REPORTS_WHILE_OFFLINE,
            times["reporting_since"],
        ),
        (reports, State.ONLINE, Reason.REPORTS, times["reporting_since"]),
        (waits & heard.isna(), State.LATE, Reason.NO_REPORT_YET, times["registered_at"]),
        (waits, State.LATE, Reason.OVERDUE, heard),
        (online, State.CONTRADICTORY, Reason.SILENT_WHILE_ONLINE, alive),
        (heard.isna(), State.NEVER_REPORTED, Reason.NEVER_REPORTED, times["registered_at"]),
        (~waits, State.SILENT, Reason.OVERDUE, heard),
    ]
    which = np.select([case[0] for case in cases], range(len(cases)))
    moments = pd.concat([case[3] for case in cases], axis=1).to_numpy()
    return facts.assign(
        **times,
        state=[cases[number][1].value for number in which],
        reason=[cases[number][2].value for number in which],
        since=pd.to_datetime(moments[np.arange(len(facts)), which], utc=True),
    )


TIMES = ("status_at", "registered_at", "heard_at", "reporting_since", "rival_at")


def _intervals(facts: pd.DataFrame, number: int) -> pd.Series:
    return pd.to_timedelta(facts["interval_seconds"] * number, unit="s")
