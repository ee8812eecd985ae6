"""`/system`: the state of the system, for officers; a system administrator finds the same on `/admin`.

It needs no script and reads itself anew every few seconds. What it says of the services is what the walls say.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.operations.heartbeats import BACKUP, INGEST, NEVER_DUE, Heartbeat, find_late
from cityops.operations.machine import certificates_of, disks_of
from cityops.storage import StorageError
from cityops.storage.operations.system import SystemCounts, system_counts
from dashboard import texts
from dashboard.live.system_words import clock, duration, size
from dashboard.live.troubles import Services, find_troubles, name_job, name_service
from dashboard.ui.html_pages import card, moment, page, table
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import RequestContext, require

router = APIRouter(include_in_schema=False)
REFRESH = 10  # seconds
OLD = 60.0  # seconds: then a station of the chain is slow enough to say so


@router.get("/system")
async def show() -> Response:
    """Return the page."""
    here = require(Role.VIEWER)
    content = await asyncio.to_thread(draw_system, here, utc_now())
    return page(here, texts.say("system.title", here.language), content, at="/system", refresh=REFRESH)


def draw_system(here: RequestContext, now: datetime) -> Markup:
    """Return the content of the page."""
    services = here.site.live.services
    if services is None:
        return tag("p", texts.say("system.unread", here.language), class_="system-head is-ill", role="alert")
    drawing = Drawing(here, services, now)
    try:
        with here.site.database.transaction() as tx:
            counts = system_counts(tx, now)
    except StorageError:
        return tag("div", drawing.headline(is_unread=True), *drawing.of_services(), class_="system")
    return tag("div", drawing.headline(), *drawing.of_services(), *drawing.of_machine(counts), class_="system")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The cards of the page, from what is known of the services."""

    here: RequestContext
    services: Services
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """Return a text of the page in the visitor's language."""
        return texts.say(key, self.here.language, **values)

    def headline(self, *, is_unread: bool = False) -> Markup:
        """Return, in large letters, that all is well, or what is not."""
        lines = [self.say("system.unread")] if is_unread else []
        for one in find_troubles(self.services):
            since = "" if one.since is None else " · " + duration((self.now - one.since).total_seconds(), self.say)
            lines.append(one.words.in_language(self.here.language) + since)
        if not lines:
            return tag("p", self.say("system.well"), class_="system-head is-well", role="status")
        head = tag("b", self.say("system.troubles", count=len(lines)))
        items = tag("ul", *(tag("li", line) for line in lines))
        return tag("div", head, items, class_="system-head is-ill", role="alert")

    def of_services(self) -> list[Markup]:
        """Return the cards that need no question to the database."""
        return [
            card(self.say("system.chain"), self._chain()),
            card(self.say("system.services"), self._services()),
            card(self.say("system.channels"), self._channels()),
        ]

    def of_machine(self, counts: SystemCounts) -> list[Markup]:
        """Return the other cards."""
        return [
            card(self.say("system.queue"), self._queue(counts), half=True),
            card(self.say("system.letters"), self._letters(counts), half=True),
            card(self.say("system.disks"), self._disks(counts), half=True),
            card(self.say("system.clocks"), self._clocks(counts), half=True),
            card(self.say("system.certificates"), self._certificates(), half=True),
            card(self.say("system.backups"), self._backups(), half=True),
        ]

    def _name(self, service: str) -> str:
        return name_service(service, self.here.language)

    def _workers(self) -> list[Heartbeat]:
        return [one for one in self.services.heartbeats if one.kind == INGEST and not one.stopped]

    def _chain(self) -> Markup:
        """Draw the way of a reading: how old the newest thing is at each station."""
        newest = self.here.site.live.newest()
        ages = {name: (self.now - at).total_seconds() for name, at in newest.items()}
        if self._workers():
            ages["stored"] = min(one.age for one in self._workers())
        stations = [self._station(name, ages.get(name)) for name in ("measured", "received", "stored", "read")]
        return tag("ol", *stations, class_="stations")

    def _station(self, name: str, age: float | None) -> Markup:
        words = self.say("common.no_data") if age is None else self.say("system.ago", age=duration(age, self.say))
        ill = " is-ill" if age is None or age > OLD else ""
        return tag("li", tag("small", self.say(f"system.chain_{name}")), tag("b", words), class_=f"station{ill}")

    def _services(self) -> Markup:
        late = {one.service for one in find_late(self.services.heartbeats)}
        failing = {"watch/" + one.job.partition("/")[0] for one in self.services.failures}
        known = [one for one in self.services.heartbeats if one.kind != BACKUP]
        rows = [
            [
                self._row_name(one.service),
                self._pill("late" if one.kind in late and not one.stopped else _state(one, failing)),
                duration(one.age, self.say) if one.age >= 0 else "–",
                duration(one.due, self.say),
                self._note(one),
            ]
            for one in known
        ]
        absent = sorted(late - {one.service for one in self.services.heartbeats})
        rows = [[self._name(service), self._pill("missing"), "–", "–", ""] for service in absent] + rows
        heads = [self.say(f"system.{name}") for name in ("service", "state", "age", "due", "note")]
        return table(heads, rows, class_="system-services")

    def _row_name(self, service: str) -> Markup:
        """Name a job below its service without the service's name."""
        job = name_job(service.partition("/")[2], self.here.language)
        if job is not None:
            return tag("span", job, class_="system-job")
        return tag("b", self._name(service))

    def _channels(self) -> Markup:
        """Draw the channels that fail: what a breaker holds back, why, and when it is tried again."""
        if not self.services.breakers:
            return tag("p", self.say("system.channels_well"))
        names = ("channel", "state", "channel_since", "channel_failures", "channel_retry", "channel_reason")
        rows = []
        for one in self.services.breakers:
            state = "broken" if one.is_broken(self.now) else "failing"
            pill = tag("span", self.say(f"system.channel_{state}"), class_="pill pill-failing")
            since, retry = moment(self.here, one.failing_since), moment(self.here, one.retry_at)
            rows.append([tag("b", one.channel), pill, since, str(one.failures), retry, one.reason])
        return table([self.say(f"system.{name}") for name in names], rows)

    def _pill(self, state: str) -> Markup:
        return tag("span", self.say(f"system.is_{state}"), class_=f"pill pill-{state}")

    def _note(self, one: Heartbeat) -> str:
        if one.kind == INGEST and "messages" in one.facts:
            broker = self.say("system.broker_there" if one.facts.get("broker") else "system.broker_away")
            return self.say("system.ingest_note", broker=broker, messages=f"{one.facts['messages']:,}")
        return self.say("system.screens", count=one.facts["screens"]) if "screens" in one.facts else ""

    def _queue(self, counts: SystemCounts) -> Markup:
        facts = [one.facts for one in self._workers()]
        lag = max((one.get("lag_seconds", 0.0) for one in facts), default=0.0)
        oldest = counts.messages_oldest
        waits = "" if oldest is None else f" · {duration((self.now - oldest).total_seconds(), self.say)}"
        return _facts(
            [
                (self.say("system.queue_bytes"), size(sum(one.get("queue_bytes", 0) for one in facts))),
                (self.say("system.lag"), duration(lag, self.say)),
                *((self.say("system.dropped", broker=one.broker), f"{one.dropped:,}") for one in counts.drops),
                (self.say("system.messages_waiting"), f"{counts.messages_waiting:,}{waits}"),
            ]
        )

    def _letters(self, counts: SystemCounts) -> Markup:
        return _facts(
            [
                (self.say("system.letters_waiting"), f"{counts.letters_waiting:,}"),
                (self.say("system.letters_lately"), f"{counts.letters_lately:,}"),
                (self.say("system.letters_size"), size(counts.letters_bytes)),
                *((str(row["sender"] or "–"), f"{row['count']:,}") for row in counts.senders),
            ]
        )

    def _disks(self, counts: SystemCounts) -> Markup:
        bars = []
        for disk in (disk for one in self.services.heartbeats for disk in disks_of(one.facts)):
            used = 1 - disk.free / disk.total if disk.total else 1.0
            words = self.say("system.free", free=size(disk.free), total=size(disk.total))
            bar = tag("i", style=f"width: {100 * used:.1f}%")
            line = [tag("code", disk.path), tag("span", words), tag("span", bar, class_="disk-bar")]
            bars.append(tag("li", *line, class_="is-low" if disk.is_low else ""))
        whole = _facts([(self.say("system.database_size"), size(counts.database_bytes))])
        return together(tag("ul", *bars, class_="disks") if bars else tag("p", self.say("system.no_disks")), whole)

    def _clocks(self, counts: SystemCounts) -> Markup:
        own = [one for one in self.services.heartbeats if one.kind == INGEST or "/" not in one.service]
        shown = [one for one in own if not one.stopped and one.kind != BACKUP]
        return _facts(
            [
                *((self._name(one.service), clock(one.clock_ahead, self.say)) for one in shown),
                (self.say("system.wrong_clocks"), f"{counts.wrong_clocks:,}"),
                *((row["sensor_id"], clock(-row["skew"], self.say)) for row in counts.clocks),
            ]
        )

    def _certificates(self) -> Markup:
        found = [one for beat in self.services.heartbeats for one in certificates_of(beat.facts)]
        if not found:
            return tag("p", self.say("system.no_certificates"))
        rows = []
        for one in found:
            left = "–" if one.ends_at is None else self.say("system.days", count=(one.ends_at - self.now).days)
            ill = "is-bad" if one.ends_soon(self.now) else ""
            rows.append([tag("code", one.path), moment(self.here, one.ends_at), tag("span", left, class_=ill)])
        return table([self.say("system.file"), self.say("system.ends"), self.say("system.left")], rows)

    def _backups(self) -> Markup:
        last = next((one for one in self.services.heartbeats if one.kind == BACKUP), None)
        if last is None:
            return tag("p", self.say("system.no_backup"), class_="is-bad")
        due = self.say("system.backup_nobody") if last.due >= NEVER_DUE else duration(last.due, self.say)
        file = [(self.say("system.backup_file"), str(last.facts["file"]))] if last.facts.get("file") else []
        return _facts(
            [
                (self.say("system.backup_age"), self.say("system.ago", age=duration(last.age, self.say))),
                *file,
                (self.say("system.backup_due"), due),
            ]
        )


def _state(one: Heartbeat, failing: Iterable[str]) -> str:
    if one.stopped:
        return "stopped"
    if one.is_late:
        return "late"
    return "failing" if one.service in failing else "well"


def _facts(rows: Iterable[tuple[str, str]]) -> Markup:
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows), class_="facts")
