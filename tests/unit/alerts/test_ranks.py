"""One order of open alerts for wall, desk, director and API."""

from datetime import timedelta
from typing import Any

import pandas as pd

from alerts.ranks import by_rank
from tests.unit.alerts.samples import NOW

ALERT: dict[str, Any] = {
    "alert_id": 0, "severity": 2, "suppression": "none", "acknowledged": False, "opened_at": pd.Timestamp(NOW),
    "ack_due": pd.Timestamp(NOW), "handle_due": pd.NaT, "shelved_until": pd.NaT, "stale_since": pd.NaT,
}  # fmt: skip


def ranked(*changes: dict[str, Any]) -> pd.DataFrame:
    return by_rank(pd.DataFrame([ALERT | {"alert_id": number} | change for number, change in enumerate(changes)]))


def later(minutes: float) -> pd.Timestamp:
    return pd.Timestamp(NOW + timedelta(minutes=minutes))


def test_what_needs_a_person_most_comes_first() -> None:
    silent_red = {"severity": 1, "acknowledged": True, "stale_since": later(0)}
    taken_red = {"severity": 1, "acknowledged": True}
    red: dict[str, Any] = {"severity": 1}
    in_order = [silent_red, red, {}, {"ack_due": later(1)}, {"severity": 3}, taken_red]
    shelved = {"severity": 1, "suppression": "shelved", "shelved_until": later(60)}

    assert ranked(shelved, *reversed(in_order))["alert_id"].tolist() == [6, 5, 4, 3, 2, 1, 0]


def test_of_two_that_are_due_at_once_the_older_comes_first() -> None:
    assert ranked({"opened_at": later(-1)}, {"opened_at": later(-2)})["alert_id"].tolist() == [1, 0]


def test_what_is_put_aside_waits_for_nobody() -> None:
    aside: list[dict[str, Any]] = [{"suppression": why} for why in ("shelved", "by_design", "out_of_service")]

    found = ranked({}, {"acknowledged": True}, *aside)

    assert found["waiting"].tolist() == [True, False, False, False, False]
    assert found["aside"].tolist() == [False, False, True, True, True]


def test_the_next_deadline_is_that_of_the_state() -> None:
    found = ranked(
        {"severity": 1, "ack_due": later(1)},
        {"acknowledged": True, "handle_due": later(2)},
        {"suppression": "shelved", "shelved_until": later(3)},
        {"suppression": "by_design"},
    )

    assert found["due"].tolist()[:3] == [later(1), later(2), later(3)]
    assert pd.isna(found["due"].iloc[3])


def test_a_rank_depends_on_its_alert_alone() -> None:
    alone, among = ranked({}), ranked({}, {"severity": 1}, {"severity": 4})

    assert alone["rank"].iloc[0] == among.set_index("alert_id")["rank"][0]


def test_no_alerts_have_ranks_too() -> None:
    assert by_rank(pd.DataFrame(columns=list(ALERT))).columns.tolist()[-4:] == ["aside", "waiting", "due", "rank"]
