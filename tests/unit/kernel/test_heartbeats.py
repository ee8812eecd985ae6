"""Late is what shows no life in its own due time; what was stopped is missed only when nobody else does its work."""

from dataclasses import replace
from typing import Any

import pytest

from cityops.operations.heartbeats import Heartbeat, Late, describe_late, find_late, longest_lag

WATCH = Heartbeat("watch", age=1, due=10, clock_ahead=0, stopped=False, facts={})
JOB = replace(WATCH, service="watch/rollups", age=60, due=90)
INGEST = replace(WATCH, service="ingest/north")
WELL = [WATCH, JOB, INGEST]


def test_nothing_is_late_while_each_is_within_its_own_time() -> None:
    assert find_late(WELL) == []


@pytest.mark.parametrize("one", WELL)
def test_each_has_a_due_time_of_its_own(one: Heartbeat) -> None:
    others = [other for other in WELL if other is not one]
    assert find_late([*others, replace(one, age=one.due + 0.1)]) == [Late(one.service, one.due + 0.1)]


def test_a_heartbeat_from_before_the_clock_was_set_back_is_no_sign_of_life() -> None:
    assert find_late([replace(WATCH, age=-3600), JOB, INGEST]) == [Late("watch", None)]


def test_a_service_that_hangs_stands_for_its_jobs_and_a_worker_for_itself() -> None:
    north, south = replace(INGEST, age=99), replace(INGEST, service="ingest/south", age=98)
    found = find_late([replace(WATCH, age=20), replace(JOB, age=200), north, south])
    assert [one.service for one in found] == ["ingest/north", "ingest/south", "watch"]


def test_a_service_that_nobody_ever_started_is_missed() -> None:
    assert find_late([]) == [Late("ingest", None), Late("watch", None)]


def test_one_that_was_stopped_is_missed_only_when_none_of_its_kind_is_left() -> None:
    gone = replace(INGEST, service="ingest/south", stopped=True, age=500)
    assert find_late([*WELL, gone]) == []
    assert find_late([WATCH, JOB, gone]) == [Late("ingest/south", 500, stopped=True)]


def test_the_words_name_each() -> None:
    late = [Late("ingest", None), Late("ingest/south", 500.4, stopped=True), Late("watch", 17.2)]
    assert describe_late(late) == (
        "ingest: no sign of life; ingest/south: stopped 500 s ago; watch: no sign of life since 17 s ago"
    )


@pytest.mark.parametrize(
    ("change", "lag"), [({}, 240.0), ({"stopped": True}, 3.0), ({"age": 11}, 3.0), ({"age": -3600}, 3.0)]
)
def test_the_lag_is_that_of_the_slowest_worker_there_is(change: dict[str, Any], lag: float) -> None:
    slow = replace(INGEST, facts={"lag_seconds": 240.0}, **change)
    quick = replace(INGEST, service="ingest/south", facts={"lag_seconds": 3.0})

    assert longest_lag([WATCH, slow, quick]) == lag
    assert longest_lag([WATCH]) == 0
