"""What changed reaches every reader once; where nothing can be heard, anything may have changed."""

from types import SimpleNamespace

import pytest

from cityops.storage import Database, DatabaseUnavailable
from cityops.storage.changes import CONNECTED, EVERYTHING, NOTHING, PROBE, ChangedRows
from dashboard.live.changes import change_feed
from dashboard.live.changes.change_feed import PROBE_EVERY, PROBE_PATIENCE, ChangeFeed, ChangeQueue

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/none", application="test")


class Line:
    """A listener that hears what the test gives it, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, lets_probes_through: bool = True) -> None:
        self.lets_probes_through = lets_probes_through
        self.now = 100.0
        self.waiting: list[str] = [CONNECTED]
        self.is_away = False
        monkeypatch.setattr(change_feed, "ChangeListener", lambda _: self)
        monkeypatch.setattr(change_feed, "PATIENCE", 0.0)
        self.feed = ChangeFeed(NOWHERE, monotonic=lambda: self.now)

    def hear(self, patience: float) -> list[str]:
        if self.is_away:
            raise DatabaseUnavailable
        heard, self.waiting = self.waiting, []
        return heard

    def probe(self) -> None:
        if self.lets_probes_through:
            self.waiting.append(PROBE)

    def close(self) -> None:
        """Nothing to let go."""


def test_whoever_connects_reads_everything_and_then_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)

    assert line.feed.hear() == EVERYTHING
    assert line.feed.hear() == NOTHING
    line.waiting.append("series 7")
    assert line.feed.hear() == ChangedRows(series=frozenset({7}))


def test_while_the_database_is_away_and_when_it_is_back_anything_may_have_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = Line(monkeypatch)
    line.feed.hear()
    line.is_away = True
    assert line.feed.hear() == EVERYTHING

    line.is_away, line.waiting = False, [CONNECTED]
    assert line.feed.hear() == EVERYTHING
    assert line.feed.hear() == NOTHING


def test_a_pooler_that_keeps_notices_to_itself_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, lets_probes_through=False)
    line.feed.hear()
    assert line.feed.hear() == NOTHING
    line.now += PROBE_PATIENCE + 1
    assert line.feed.hear() == EVERYTHING

    line.lets_probes_through = True
    line.now += PROBE_EVERY
    line.feed.hear()
    assert line.feed.hear() == NOTHING


def test_a_queue_keeps_what_changed_until_it_is_taken() -> None:
    woken: list[ChangedRows] = []

    def wake(changed: ChangedRows) -> bool:
        woken.append(changed)
        return True

    queue = ChangeQueue(wake)
    assert queue.take() == EVERYTHING  # who is new knows nothing

    queue.put(ChangedRows(series=frozenset({1})))
    queue.put(ChangedRows(alerts=frozenset({2})))

    assert queue.take() == ChangedRows(series=frozenset({1}), alerts=frozenset({2}))
    assert queue.take() == NOTHING
    assert woken == [ChangedRows(series=frozenset({1})), ChangedRows(alerts=frozenset({2}))]


def test_a_queue_that_nobody_asks_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_feed, "MOST_KEPT", 2)
    queue = ChangeQueue(lambda _: False)
    queue.take()
    queue.put(ChangedRows(series=frozenset({1, 2})))
    queue.put(ChangedRows(series=frozenset({3})))

    assert queue.take() == EVERYTHING


@pytest.mark.parametrize(("waits", "rests"), [([], 1), ([True], 0), ([False], 1), ([False, True], 0)])
def test_the_feed_rests_while_nobody_waits_for_what_changed(
    monkeypatch: pytest.MonkeyPatch, waits: list[bool], rests: int
) -> None:
    feed, seven = Line(monkeypatch).feed, ChangedRows(series=frozenset({7}))
    rested: list[float] = []
    monkeypatch.setattr(feed, "_stopping", SimpleNamespace(wait=rested.append))
    queues = [feed.open_queue(lambda _, awaited=each: awaited) for each in waits]  # type: ignore[misc]
    for queue in queues:
        queue.take()

    feed.pass_on(NOTHING)
    assert rested == []  # the listener waits by itself

    feed.pass_on(seven)
    assert len(rested) == rests
    assert [queue.take() for queue in queues] == [seven] * len(queues)
