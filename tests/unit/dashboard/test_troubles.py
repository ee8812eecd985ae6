"""What is in trouble is said in words of both languages, with since when."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.notify.contacts import Policy
from alerts.watch.jobs import JobHealth
from alerts.watch.program import jobs_of
from cityops.operations.heartbeats import Heartbeat
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.operations.job_failures import JobFailure
from dashboard.live.services.troubles import Services, draw_troubles, find_troubles, name_job, name_service

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


def beating(service: str, *, age: float = 1, clock_ahead: float = 0, **facts: object) -> Heartbeat:
    return Heartbeat(service, age=age, due=10, clock_ahead=clock_ahead, stopped=False, facts=facts)


def words(services: Services, language: str = "en") -> list[str]:
    return [one.words.in_language(language) for one in find_troubles(services)]


def test_a_city_that_is_well_is_in_no_trouble() -> None:
    assert find_troubles(Services(NOW, (beating("watch"), beating("ingest/a", broker=True)))) == []


def test_a_service_that_hangs_is_named_with_since_when() -> None:
    services = Services(NOW, (beating("watch", age=17), beating("ingest/a", broker=True)))
    assert draw_troubles(find_troubles(services)) == {
        "watch late": {
            "zh": "定时任务无响应",
            "en": "Timed jobs (watch): no sign of life",
            "since": (NOW - timedelta(seconds=17)).timestamp() * 1000,
        }
    }


def test_what_fails_and_what_is_not_in_force_is_named_with_its_reason() -> None:
    failure = JobFailure("rollups", "value out of range", NOW - timedelta(minutes=1), NOW)
    well = (beating("watch"), beating("ingest/a", broker=True))
    services = Services(NOW, well, (failure,), {"gas-leak": "unknown metric no_such_metric"})
    assert words(services) == [
        "Timed jobs (watch): roll-ups fails: value out of range",
        "Rule gas-leak cannot be read and is not in force: unknown metric no_such_metric",
    ]


@pytest.mark.parametrize(
    ("ahead", "said"), [(3600, ["Ingest a: the clock of its machine is 3600 s ahead"]), (-9, []), (8, []),
                        (-3600, ["Ingest a: the clock of its machine is 3600 s behind"])]
)  # fmt: skip
def test_a_clock_that_is_off_is_named(ahead: float, said: list[str]) -> None:
    assert words(Services(NOW, (beating("watch"), beating("ingest/a", clock_ahead=ahead, broker=True)))) == said


def test_a_lost_broker_is_named_by_its_worker_and_not_by_one_that_hangs() -> None:
    lost = beating("ingest/a", broker=False)
    assert words(Services(NOW, (beating("watch"), lost)), "zh") == ["数据接入 a连不上消息服务器"]
    (late,) = find_troubles(Services(NOW, (beating("watch"), beating("ingest/a", age=60, broker=False))))
    assert late.state == "late"


def test_every_job_has_a_name() -> None:
    database = Database("postgresql://nowhere", application="test")
    jobs = [job.name for job in jobs_of(database, read_settings({}), Policy(), JobHealth())]
    assert [job for job in jobs if name_job(job, "zh") is None] == []
    assert name_service("watch/rollups", "zh") == "定时任务“数据汇总”"
    assert name_service("watch/alerts/outbox", "en") == "Timed jobs (watch): deadlines and escalation of alerts"
