"""The loop of one worker: take a batch, store it, acknowledge it. In this order, always."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from cityops.operations import heartbeats
from cityops.operations.watchdog import show_progress
from cityops.storage import StorageError
from ingest import metrics
from ingest.heartbeat import LifeSign
from ingest.storing.batch import BatchWriter
from ingest.storing.newest import SOONEST
from ingest.storing.outcome import StoringOutcome
from ingest.transport.lanes import Batch, Lanes
from ingest.transport.sessions import SessionKeeper

logger = logging.getLogger(__name__)

ANSWER_EVERY = 2.0  # seconds between two looks at what was asked for on the pages
REPORT_EVERY = 10.0  # seconds between two progress lines
_LONGEST_PAUSE = 5.0  # seconds between two tries to reach the database: so late it is noticed to be back


class Worker:
    """Runs until `stopping` is set. What it was handed but has not stored, the broker sends again."""

    def __init__(
        self,
        lanes: Lanes,
        storekeeper: BatchWriter,
        life: LifeSign,
        sessions: Sequence[SessionKeeper],
        *,
        stopping: threading.Event,
        now: Callable[[], datetime],
    ) -> None:
        self._lanes = lanes
        self._storekeeper = storekeeper
        self._life = life
        self._sessions = [*zip(lanes.subscriptions, sessions, strict=True)]
        self._stopping = stopping
        self._now = now
        self._total = StoringOutcome()
        self._reported_at = self._answered_at = time.monotonic()
        self._shown_at = -heartbeats.EVERY  # of the monotonic clock
        self._lag = 0.0  # seconds from the broker's hands to the commit, the longest since the last sign of life

    def run(self) -> None:
        """Work. Raises BrokerRefused; every trouble that can pass is waited for."""
        self._retry(lambda: self._storekeeper.start(self._now()))
        for subscription in self._lanes.subscriptions:
            subscription.start()
        try:
            while not self._stopping.is_set():
                self._work_once()
                self._show_life()
                self._answer()
                self._report()
            self._finish()
            self._life.end()
        finally:
            for subscription in self._lanes.subscriptions:
                subscription.stop()

    def _work_once(self) -> None:
        for subscription, sessions in self._sessions:
            if events := subscription.session_events():
                self._retry(partial(sessions.note, events))
        batch = self._lanes.take(wait=SOONEST if self._storekeeper.is_behind else 1.0)
        if not batch.messages:
            self._retry(lambda: self._storekeeper.catch_up(self._now()))
            return
        if self._retry(lambda: self._store(batch)):
            self._lanes.acknowledge(batch)

    def _finish(self) -> None:
        """Store what was received already. When the database is away, the broker sends it again."""
        for subscription in self._lanes.subscriptions:
            subscription.pause()
        try:
            while (batch := self._lanes.take(wait=0, at_once=True)).messages:
                self._store(batch)
                self._lanes.acknowledge(batch)
            self._storekeeper.catch_up(self._now())
            self._see_sessions()
        except StorageError as error:
            logger.warning("left with messages in hand", extra={"action": "finish", "reason": str(error)})

    def _store(self, batch: Batch) -> None:
        if batch.fresh:
            started = time.monotonic()
            outcome = self._storekeeper.store(batch.fresh, self._now(), urgent=batch.is_urgent)
            self._count(outcome, started)
            in_hand = (self._now() - batch.messages[0].received_at).total_seconds()
            self._lag = max(self._lag, in_hand + outcome.backlog)

    def _replay(self) -> None:
        started = time.monotonic()
        outcome = self._storekeeper.replay_asked(self._now())
        if outcome.messages:
            self._count(outcome, started)

    def _count(self, outcome: StoringOutcome, started: float) -> None:
        metrics.observe(outcome, seconds=time.monotonic() - started, now=self._now())
        self._total.add(outcome)

    def _retry(self, action: Callable[[], None]) -> bool:
        """Do it, however long the database is away; False when we are told to stop meanwhile."""
        pause = 0.5
        while not self._stopping.is_set():
            show_progress()
            try:
                action()
                return True
            except StorageError as error:
                if not error.retryable:
                    raise
                metrics.RETRIES.inc()
                logger.warning("waiting for the database", extra={"action": "retry", "reason": str(error)})
            self._stopping.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return False

    def _answer(self) -> None:
        """Do what was asked for on the pages."""
        if time.monotonic() - self._answered_at < ANSWER_EVERY:
            return
        self._answered_at = time.monotonic()
        self._retry(self._replay)

    def _show_life(self) -> None:
        """Say that this worker gets its work done, and how: a round that hangs says nothing."""
        if time.monotonic() - self._shown_at < heartbeats.EVERY:
            return
        self._shown_at = time.monotonic()
        metrics.QUEUED.set(self._waiting_bytes)
        self._retry(lambda: self._life.show(self._facts()))
        self._lag = 0.0

    def _facts(self) -> dict[str, object]:
        """Return what the page of the system's state shows: see LifeSign."""
        return {
            "broker": self._is_connected,
            "queue_bytes": self._waiting_bytes,
            "messages": self._total.messages,
            "lag_seconds": round(self._lag, 1),
        }

    def _report(self) -> None:
        if time.monotonic() - self._reported_at < REPORT_EVERY:
            return
        self._reported_at = time.monotonic()
        lag = None if self._total.newest is None else (self._now() - self._total.newest).total_seconds()
        logger.info(
            "progress",
            extra={
                "action": "progress",
                "messages": self._total.messages,
                "readings": self._total.readings,
                "dead_letters": self._total.dead.total(),
                "alerts_raised": self._total.raised,
                "lag_seconds": None if lag is None else round(lag, 1),
                "broker": "connected" if self._is_connected else "away",
            },
        )
        try:
            self._see_sessions()
            metrics.show_ledger(*self._storekeeper.totals())
        except StorageError as error:
            logger.warning("no ledger", extra={"action": "ledger", "reason": str(error)})

    def _see_sessions(self) -> None:
        for subscription, sessions in self._sessions:
            if subscription.is_connected:
                sessions.see(self._now())

    @property
    def _is_connected(self) -> bool:
        return all(subscription.is_connected for subscription in self._lanes.subscriptions)

    @property
    def _waiting_bytes(self) -> int:
        return sum(subscription.inbox.waiting_bytes for subscription in self._lanes.subscriptions)
