"""What the page of the system's state shows, in words of one language. Pure; `templates/system_cards.html` draws it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cityops.operations.certificates import certificates_of
from cityops.operations.heartbeats import BACKUP, INGEST, NEVER_DUE, Heartbeat, find_late, longest_lag
from cityops.operations.machine import disks_of
from cityops.storage.operations.system import SystemCounts
from dashboard import texts
from dashboard.accounts.machine_lines import CertificateLine, DiskLine, Facts, MachineView
from dashboard.accounts.system_lines import NOTHING, ChannelLine, ServiceLine, Station, SystemView
from dashboard.live.services.system_words import clock, duration, size
from dashboard.live.services.troubles import Services, find_troubles, name_job, name_service

STATIONS = ("measured", "received", "stored", "read")
OLD = 60.0  # seconds: then a station of the chain is slow enough to say so


def make_view(
    services: Services, newest: Mapping[str, datetime], counts: SystemCounts | None, now: datetime, language: str
) -> SystemView:
    """Return the view. `newest`: the newest time at each station (UTC); `counts`: None, nobody could count."""
    view = _Words(services, now, language)
    return SystemView(
        view.troubles(is_unread=counts is None),
        view.stations(newest),
        view.services_and_jobs(),
        view.channels(),
        None if counts is None else view.machine(counts),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """Says what is known of the services in one language."""

    services: Services
    now: datetime
    language: str

    def say(self, key: str, **values: object) -> str:
        return texts.say(f"system.{key}", self.language, **values)

    def duration(self, seconds: float) -> str:
        return duration(seconds, texts.speaker(self.language))

    def ago(self, seconds: float) -> str:
        return self.say("ago", age=self.duration(seconds))

    def name(self, service: str) -> str:
        return name_service(service, self.language)

    def workers(self) -> list[Heartbeat]:
        return [one for one in self.services.heartbeats if one.kind == INGEST and not one.stopped]

    def troubles(self, *, is_unread: bool) -> list[str]:
        lines = [self.say("unread")] if is_unread else []
        for one in find_troubles(self.services):
            since = "" if one.since is None else " · " + self.duration((self.now - one.since).total_seconds())
            lines.append(one.words.in_language(self.language) + since)
        return lines

    def stations(self, newest: Mapping[str, datetime]) -> list[Station]:
        ages = {name: (self.now - at).total_seconds() for name, at in newest.items()}
        if self.workers():
            ages["stored"] = min(one.age for one in self.workers())
        return [self.station(name, ages.get(name)) for name in STATIONS]

    def station(self, name: str, age: float | None) -> Station:
        words = texts.say("common.no_data", self.language) if age is None else self.ago(age)
        return Station(self.say(f"chain_{name}"), words, is_ill=age is None or age > OLD)

    def services_and_jobs(self) -> list[ServiceLine]:
        """Return what never came first, then what is known."""
        late = {one.service for one in find_late(self.services.heartbeats)}
        absent = sorted(late - {one.service for one in self.services.heartbeats})
        known = [one for one in self.services.heartbeats if one.kind != BACKUP]
        return [
            *(ServiceLine(self.name(service), is_job=False, state="missing") for service in absent),
            *(self.service(one, is_late=one.kind in late) for one in known),
        ]

    def service(self, one: Heartbeat, *, is_late: bool) -> ServiceLine:
        job = name_job(one.service.partition("/")[2], self.language)
        failing = {"watch/" + failure.job.partition("/")[0] for failure in self.services.failures}
        return ServiceLine(
            self.name(one.service) if job is None else job,  # below its service a job goes without its name
            is_job=job is not None,
            state="late" if is_late and not one.stopped else _state(one, failing),
            age=self.duration(one.age) if one.age >= 0 else NOTHING,
            due=self.duration(one.due),
            note=self.note(one),
        )

    def note(self, one: Heartbeat) -> str:
        if one.kind == INGEST and "messages" in one.facts:
            broker = self.say("broker_there" if one.facts.get("broker") else "broker_away")
            return self.say("ingest_note", broker=broker, messages=f"{one.facts['messages']:,}")
        return self.say("screens", count=one.facts["screens"]) if "screens" in one.facts else ""

    def channels(self) -> list[ChannelLine]:
        return [
            ChannelLine(one.channel, one.is_broken(self.now), one.failing_since, one.failures, one.retry_at, one.reason)
            for one in self.services.breakers
        ]

    def machine(self, counts: SystemCounts) -> MachineView:
        beats = self.services.heartbeats
        return MachineView(
            queue=self.queue(counts),
            letters=self.letters(counts),
            disks=[
                self.disk(disk.path, disk.free, disk.total, disk.is_low)
                for one in beats
                for disk in disks_of(one.facts)
            ],
            database_size=size(counts.database_bytes),
            clocks=self.clocks(counts),
            certificates=self.certificates(),
            backup=self.backup(),
        )

    def queue(self, counts: SystemCounts) -> Facts:
        facts = [one.facts for one in self.workers()]
        lag = longest_lag(self.workers())
        oldest = counts.messages_oldest
        waits = "" if oldest is None else f" · {self.duration((self.now - oldest).total_seconds())}"
        return [
            (self.say("queue_bytes"), size(sum(one.get("queue_bytes", 0) for one in facts))),
            (self.say("lag"), self.duration(lag)),
            *((self.say("dropped", broker=one.broker), f"{one.dropped:,}") for one in counts.drops),
            (self.say("messages_waiting"), f"{counts.messages_waiting:,}{waits}"),
        ]

    def letters(self, counts: SystemCounts) -> Facts:
        return [
            (self.say("letters_waiting"), f"{counts.letters_waiting:,}"),
            (self.say("letters_lately"), f"{counts.letters_lately:,}"),
            (self.say("letters_size"), size(counts.letters_bytes)),
            *((str(row["sender"] or NOTHING), f"{row['count']:,}") for row in counts.senders),
        ]

    def disk(self, path: str, free: int, total: int, is_low: bool) -> DiskLine:  # noqa: FBT001  (as a disk says it)
        words = self.say("free", free=size(free), total=size(total))
        return DiskLine(path, words, 100 * (1 - free / total if total else 1.0), is_low)

    def clocks(self, counts: SystemCounts) -> Facts:
        say = texts.speaker(self.language)
        own = [one for one in self.services.heartbeats if one.kind == INGEST or "/" not in one.service]
        return [
            *(
                (self.name(one.service), clock(one.clock_ahead, say))
                for one in own
                if not one.stopped and one.kind != BACKUP
            ),
            (self.say("wrong_clocks"), f"{counts.wrong_clocks:,}"),
            *((row["sensor_id"], clock(-row["skew"], say)) for row in counts.clocks),
        ]

    def certificates(self) -> list[CertificateLine]:
        found = [one for beat in self.services.heartbeats for one in certificates_of(beat.facts)]
        return [
            CertificateLine(
                one.path,
                one.ends_at,
                NOTHING if one.ends_at is None else self.say("days", count=(one.ends_at - self.now).days),
                one.ends_soon(self.now),
            )
            for one in found
        ]

    def backup(self) -> Facts:
        last = next((one for one in self.services.heartbeats if one.kind == BACKUP), None)
        if last is None:
            return []
        due = self.say("backup_nobody") if last.due >= NEVER_DUE else self.duration(last.due)
        file = [(self.say("backup_file"), str(last.facts["file"]))] if last.facts.get("file") else []
        return [(self.say("backup_age"), self.ago(last.age)), *file, (self.say("backup_due"), due)]


def _state(one: Heartbeat, failing: Iterable[str]) -> str:
    if one.stopped:
        return "stopped"
    if one.is_late:
        return "late"
    return "failing" if one.service in failing else "well"
