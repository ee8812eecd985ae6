"""The one order of open alerts, and which of them wait for a person. Pure.

Wall, desk, director, API and handover read what stands here; none of them compares alerts by itself.
First comes a red alert of which nobody knows whether it still holds; then what nobody has, by severity, by the
deadline, by age; then what somebody has. What is put aside (shelved, suppressed, out of service) comes last and
waits for nobody.
"""

import pandas as pd

from alerts.lifecycle import Suppression

_NEVER = 9_999_999_999_999  # ms since 1970, of an alert without a deadline
_LAST = 2**63 - 1  # the largest number of an alert: of two that are equal in all else the newer one comes first


def with_ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of alerts (as of `store.open_alerts`) with what the screens go by.

    New columns: aside (it is kept from the room), waiting (nobody has it, and it is before the room), due (its
    next deadline, UTC; NaT: none) and rank (a text: the smaller, the sooner it needs a person). A rank depends on
    its alert alone, so that no alert moves because another one came.
    """
    aside = frame["suppression"] != Suppression.NONE.value
    taken = frame["acknowledged"].astype(bool)
    due = _moments(frame["ack_due"]).where(~taken, _moments(frame["handle_due"]))
    due = due.where(~aside, _moments(frame["shelved_until"]))
    silent_red = (frame["severity"] == 1) & frame["stale_since"].notna()
    keys = zip(
        aside.tolist(),
        silent_red.tolist(),
        taken.tolist(),
        frame["severity"].tolist(),
        _milliseconds(due),
        _milliseconds(frame["opened_at"]),
        frame["alert_id"].tolist(),
        strict=True,
    )
    ranks = [
        f"{put_aside:d}{not silent:d}{has:d}{severity:d}{deadline:013d}{opened:013d}{_LAST - number:019d}"
        for put_aside, silent, has, severity, deadline, opened, number in keys
    ]
    return frame.assign(aside=aside, waiting=~taken & ~aside, due=due, rank=pd.Series(ranks, frame.index, dtype="str"))


def by_rank(frame: pd.DataFrame) -> pd.DataFrame:
    """Return alerts with their ranks, the one first that needs a person most."""
    ranked = with_ranks(frame)
    return ranked.sort_values("rank", kind="stable").reset_index(drop=True)


def _moments(column: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(column, utc=True)


def _milliseconds(column: "pd.Series[pd.Timestamp]") -> list[int]:
    moments = _moments(column)
    whole = moments.dt.as_unit("ms").astype("int64").tolist()
    return [_NEVER if gone else moment for moment, gone in zip(whole, moments.isna().tolist(), strict=True)]
