"""Jobs beside one another: one that fails is tried again, later each time, and stops no other."""

import logging
from datetime import datetime
from threading import Event

import pytest

from alerts.watch import jobs as module
from alerts.watch.jobs import LONGEST_PAUSE, PATIENCE, TOLERATED, Job, JobHealth, run_jobs
from cityops.storage import BadData, DatabaseUnavailable


def failing(error: Exception) -> Job:
    def work(_now: datetime) -> bool:
        raise error

    return Job("sick", 0.001, work)


@pytest.mark.parametrize("error", [BadData("a value"), KeyError("name"), DatabaseUnavailable("away")])
def test_a_job_that_fails_stops_no_other_and_is_named_once(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    stopping, health = Event(), JobHealth()

    def stop_when_seen(_now: datetime) -> bool:
        if health.outcomes().get("sick"):
            stopping.set()
        return True

    with caplog.at_level(logging.INFO):
        run_jobs([failing(error), Job("well", 0.001, stop_when_seen)], stopping, health)

    outcomes = health.outcomes()
    assert outcomes["well"] is None
    assert outcomes["sick"] is not None
    assert [vars(record)["job"] for record in caplog.records if record.message.startswith("a job fails")] == ["sick"]


def test_each_try_of_a_job_that_fails_comes_later_and_the_log_is_told_twice(caplog: pytest.LogCaptureFixture) -> None:
    health, job = JobHealth(), Job("sick", 1.0, lambda _now: True)
    with caplog.at_level(logging.INFO):
        pauses = [health.failed(job, BadData("a value")) for _ in range(12)]
        health.succeeded(job)
        health.succeeded(job)

    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == LONGEST_PAUSE
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert health.outcomes() == {"sick": None}


def test_what_passes_by_itself_is_no_failure_until_it_lasts() -> None:
    health, job = JobHealth(), Job("waits", 1.0, lambda _now: True)
    pauses = [health.failed(job, DatabaseUnavailable("away")) for _ in range(TOLERATED - 1)]
    assert health.outcomes() == {}
    pauses.append(health.failed(job, DatabaseUnavailable("away")))

    assert health.outcomes() == {"waits": "away"}
    assert pauses == [1.0] * TOLERATED  # a database that is back is found at once


def test_a_round_that_another_program_does_says_nothing_of_ours() -> None:
    stopping, health, rounds = Event(), JobHealth(), []

    def work(_now: datetime) -> bool | None:
        rounds.append(1)
        if len(rounds) == 3:
            stopping.set()
        return None if len(rounds) % 2 else False

    run_jobs([Job("led elsewhere", 0.001, work)], stopping, health)
    assert health.outcomes() == {}


def test_a_round_that_takes_longer_than_any_may_is_seen_to_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    now, health = [1000.0], JobHealth()
    job = Job("rollups", 30.0, lambda _: True, within=10.0)
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    with health.round(job):
        now[0] += 10 + PATIENCE
        assert health.hanging() == []
        now[0] += 1
        assert health.hanging() == ["rollups"]
    assert health.hanging() == []


def test_progress_is_shown_while_no_job_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, health, shown = Event(), JobHealth(), list[bool]()

    def show() -> None:
        shown.append(True)
        stopping.set()

    monkeypatch.setattr(module, "SIGN_EVERY", 0.001)
    monkeypatch.setattr(module, "show_progress", show)
    run_jobs([Job("quick", 0.001, lambda _: True)], stopping, health)

    assert shown
