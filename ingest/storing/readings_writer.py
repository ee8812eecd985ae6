"""The readings of a batch on their way into the table: right times, no doubles, judged, detected, in `latest`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from alerts.detection.readings import Readings
from alerts.evaluation.engine import Engine
from alerts.lifecycle import Event
from cityops.clock import from_microseconds
from cityops.storage import Transaction
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.placement import Overtaken, Placement, placements, store_added
from cityops.storage.readings.retention import KeptTimes
from ingest.checks.batch_reports import BatchReports
from ingest.checks.content import standing_clock
from ingest.checks.numbers import make_harmless
from ingest.checks.quality import Judgement, count_failed
from ingest.checks.quality_checker import QualityChecker
from ingest.errors import Undecodable
from ingest.storing.clock_tracker import Bools, ClockTracker, Settled, Timing
from ingest.storing.guess import NewnessGuess
from ingest.storing.newest import Newest, Refresh
from ingest.storing.outcome import StoringOutcome
from ingest.storing.reading_columns import ReadingColumns
from ingest.storing.sorting import DecodedBatch


@dataclass(frozen=True, slots=True)
class StoredReadings:
    """What a transaction stored, and what was learned from it; keep() it when committed."""

    judgement: Judgement
    refresh: Refresh
    settled: Settled
    reports: BatchReports
    outcome: StoringOutcome


class ReadingsWriter:
    """Stores readings. One a worker. `names`: the devices of the loss ledger by their numbers there."""

    def __init__(self, engine: Engine, inspector: QualityChecker, names: Sequence[str]) -> None:
        self._engine = engine
        self._inspector = inspector
        self._names = names
        self._clocks = ClockTracker()
        self._newest = Newest()
        self._guess = NewnessGuess()

    @property
    def is_behind(self) -> bool:
        """Whether `latest` lacks something that is stored."""
        return self._newest.is_waiting

    def catch_up(self, tx: Transaction, now: datetime) -> Refresh:
        """Write all that `latest` lacks; keep_refresh() it when committed."""
        return self._newest.refresh(tx, Columns.none(), now, at_once=True)

    def keep_refresh(self, refresh: Refresh) -> None:
        """Remember a refresh that is committed."""
        self._newest.keep(refresh)

    def keep(self, stored: StoredReadings) -> None:
        """Remember what is committed."""
        self._inspector.keep(stored.judgement)
        self._newest.keep(stored.refresh)
        self._clocks.keep(stored.settled)
        self._guess.learn(all_new=stored.outcome.stored == stored.outcome.readings)

    def store(
        self, tx: Transaction, batch: DecodedBatch, gathered: ReadingColumns, kept: KeptTimes, now: datetime
    ) -> StoredReadings:
        """Store what is new of a batch. What is too old to be kept, or crowds its time, is buried."""
        heard = gathered.heard()
        settled = self._clocks.settle(tx, self._names, heard, np.array(gathered.starts, np.int64))
        gone = kept.lacks(heard.time + settled.stored) & kept.lacks(heard.time + settled.event)
        if gone.any():
            oldest = int(heard.time[gone].min())
            for message in gathered.remove(gone):
                batch.bury(message, Undecodable("time", kept.explain(oldest)))
            heard = gathered.heard()
        time, series, value = gathered.columns()
        value, tiny = make_harmless(value)
        time += np.repeat(settled.stored, heard.received)
        columns = Columns(time, series.astype(np.int32), value, np.zeros(len(time), np.int16))
        for placement in placements(tx, columns, likely_new=self._guess.likely_new):
            with suppress(Overtaken), tx.savepoint():
                timing = settled.of_readings(heard, placement.new)
                stored = self._judge_and_store(tx, batch, placement, tiny[placement.new], timing, now)
                break
        for message in gathered.senders(placement.crowded):
            batch.bury(message, standing_clock())
        reports = heard.counted(placement.new, settled.event)
        judgement, refresh, outcome = stored
        outcome.readings = len(columns)
        outcome.resent = int(reports.resent.sum())
        outcome.backlog = settled.backlog / 1e6
        outcome.newest = from_microseconds(int(time.max())) if len(time) else None
        return StoredReadings(judgement, refresh, settled, reports, outcome)

    def _judge_and_store(
        self, tx: Transaction, batch: DecodedBatch, placement: Placement, tiny: Bools, timing: Timing, now: datetime
    ) -> tuple[Judgement, Refresh, StoringOutcome]:
        """Judge what is new in event time, and store it: what was sent again is no news.

        `tiny` tells which of the new values were too small to be true.
        """
        added = placement.added
        series, event = added.series.astype(np.int64), added.time + timing.shift
        judgement = self._inspector.judge(series, event, added.value, tiny)
        added = replace(added, quality=judgement.quality)
        # Before the readings are stored: detection asks the store what came before this batch.
        told = Readings(event, series, added.value, added.quality).take(~timing.is_repeated)
        findings = self._engine.judge(tx, told, now=now)
        store_added(tx, added)
        hurried = series if batch.is_urgent else series[timing.is_odd]
        refresh = self._newest.refresh(tx, replace(added, time=event), now, urgent=hurried)
        events = Counter(change.event for change in findings.changes)
        outcome = StoringOutcome(
            stored=len(added),
            raised=events[Event.RAISE],
            cleared=events[Event.CLEAR],
            flagged=Counter(count_failed(judgement)),
        )
        return judgement, refresh, outcome
