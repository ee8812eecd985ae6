"""What of the product itself is in trouble, in words: services and jobs that are late or fail, rules out of force."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alerts.notify.breaker_store import read_breakers
from alerts.notify.breakers import Breaker
from alerts.rules.readable_rules import unreadable_rules
from cityops.catalogue import Names
from cityops.clock import RIGHT_WITHIN
from cityops.operations.certificates import certificates_of
from cityops.operations.heartbeats import BACKUP, INGEST, Heartbeat, Late, find_late
from cityops.operations.machine import disks_of
from cityops.storage import Transaction
from cityops.storage.operations.heartbeats import heartbeats
from cityops.storage.operations.job_failures import JobFailure, job_failures
from cityops.web.texts import LANGUAGES
from dashboard import texts
from dashboard.live.services.system_words import size

LONGEST_REASON = 120  # characters, on a screen
_JOB = re.compile(r"(?P<name>[a-z-]+?)(?:-(?P<number>\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Services:
    """What the database told of the services and their rules at `read_at`, by our clock."""

    read_at: datetime
    heartbeats: tuple[Heartbeat, ...] = ()
    failures: tuple[JobFailure, ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)  # rule -> why it is not in force
    breakers: tuple[Breaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that somebody must look after. `since`: UTC by our clock, None where nobody knows."""

    name: str  # `watch`, `watch/rollups`, `rule gas-leak`
    state: str  # which text of section [system] says it
    words: Names
    since: datetime | None = None


def read_services(tx: Transaction, now: datetime) -> Services:
    """Read what is known of the services."""
    failures, unreadable = tuple(job_failures(tx)), unreadable_rules(tx)
    return Services(now, tuple(heartbeats(tx)), failures, unreadable, tuple(read_breakers(tx)))


def find_troubles(services: Services) -> list[Trouble]:
    """Return all troubles: what is late first, then what fails, then what works but not as it should."""
    late = find_late(services.heartbeats)
    gone = {one.service for one in late}
    alive = [one for one in services.heartbeats if not one.stopped and one.service not in gone]
    return [
        *(_late(one, services.read_at) for one in late),
        *(_failing(one) for one in services.failures),
        *(_broken(one) for one in services.breakers if one.is_broken(services.read_at)),
        *(_unreadable(rule, reason) for rule, reason in services.unreadable.items()),
        *(_trouble(one.service, "broker") for one in alive if one.kind == INGEST and one.facts.get("broker") is False),
        *_wrong_clocks(alive),
        *(trouble for one in alive for trouble in _of_machine(one, services.read_at)),
    ]


def draw_troubles(troubles: Iterable[Trouble]) -> dict[str, dict[str, Any]]:
    """Return them as screens get them: by name the words in both languages, and since when (ms)."""
    return {
        f"{one.name} {one.state}": {"zh": one.words.zh, "en": one.words.en}
        | ({} if one.since is None else {"since": round(one.since.timestamp()) * 1000})
        for one in troubles
    }


def name_job(job: str, language: str) -> str | None:
    """Return what people call a job, or the job that a part belongs to; None where the texts do not know it.

    Of several jobs that do the same, each has its number.
    """
    found = _JOB.fullmatch(job.partition("/")[0])
    key = f"system.job_{found['name'].replace('-', '_')}" if found else ""
    if found is None or key not in texts.load_texts():
        return None
    return texts.say(key, language) + (f" {int(found['number']) + 1}" if found["number"] else "")


def name_service(service: str, language: str) -> str:
    """Return what people call a service, one of its workers, or a job."""
    kind, _, part = service.partition("/")
    if f"system.service_{kind}" not in texts.load_texts():
        return service
    name = texts.say(f"system.service_{kind}", language)
    job = name_job(part, language)
    if job is not None:
        return texts.say("system.job", language, service=name, job=job)
    return texts.say("system.part", language, service=name, part=part) if part else name


def _late(one: Late, read_at: datetime) -> Trouble:
    since = None if one.age is None else read_at - timedelta(seconds=one.age)
    state = "stopped" if one.stopped else "missing" if one.age is None else "late"
    state = "overdue" if one.service == BACKUP else state
    return _trouble(one.service, state, since=since)


def _failing(one: JobFailure) -> Trouble:
    reason = one.reason[:LONGEST_REASON]
    return _trouble(f"watch/{one.job}", "failing", since=one.failing_since, reason=reason)


def _broken(one: Breaker) -> Trouble:
    reason = one.reason[:LONGEST_REASON]
    words = {code: texts.say("system.channel_trouble", code, channel=one.channel, reason=reason) for code in LANGUAGES}
    return Trouble(f"channel {one.channel}", "broken", Names(**words), one.failing_since)


def _unreadable(rule: str, reason: str) -> Trouble:
    words = {
        code: texts.say("system.unreadable", code, rule=rule, reason=reason[:LONGEST_REASON]) for code in LANGUAGES
    }
    return Trouble(f"rule {rule}", "unreadable", Names(**words))


def _wrong_clocks(alive: Iterable[Heartbeat]) -> Iterable[Trouble]:
    limit = RIGHT_WITHIN.total_seconds()
    for one in alive:
        if one.kind != BACKUP and ("/" not in one.service or one.kind == INGEST):
            if one.clock_ahead > limit:
                yield _trouble(one.service, "ahead", seconds=round(one.clock_ahead))
            elif one.clock_ahead < -limit:
                yield _trouble(one.service, "behind", seconds=round(-one.clock_ahead))


def _of_machine(one: Heartbeat, now: datetime) -> Iterable[Trouble]:
    """Return what a service says of its machine: disks that are nearly full, certificates that end soon."""
    for disk in disks_of(one.facts):
        if disk.is_low:
            yield _trouble(disk.path, "disk", path=disk.path, free=size(disk.free))
    for certificate in certificates_of(one.facts):
        if certificate.ends_at is None:
            yield _trouble(certificate.path, "certificate_lost", path=certificate.path)
        elif certificate.ends_soon(now):
            days = (certificate.ends_at - now).days
            yield _trouble(certificate.path, "certificate", path=certificate.path, days=days)


def _trouble(service: str, state: str, *, since: datetime | None = None, **values: object) -> Trouble:
    words = {code: texts.say(f"system.{state}", code, name=name_service(service, code), **values) for code in LANGUAGES}
    return Trouble(service, state, Names(**words), since)
