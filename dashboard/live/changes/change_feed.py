"""What commits changed, handed to every reader of the city in this process.

One thread listens. Where nothing can be heard (the database is away, or what stands between lets no notice through),
anything may have changed, and every second is said to have: the readers then read the whole as often.
"""

import logging
import threading
import time
from collections.abc import Callable

from cityops.storage import Database, StorageError
from cityops.storage.changes import CONNECTED, EVERYTHING, NOTHING, PROBE, ChangedRows, read_notices
from cityops.storage.listener import ChangeListener

logger = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that the thread listens at a time, and waits while there is nothing to hear
PROBE_EVERY = 10.0  # seconds
PROBE_PATIENCE = 5.0  # seconds in which a probe must be heard
MOST_KEPT = 50_000  # rows; whoever has not asked for so many changes reads the whole


class ChangeQueue:
    """What changed since one reader asked last.

    `wake` is called, by another thread, with all that newly changed; it returns whether anybody waits for that.
    """

    def __init__(self, wake: Callable[[ChangedRows], bool]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._changed = EVERYTHING

    def put(self, changed: ChangedRows) -> bool:
        """Add what changed; return whether anybody waits for it."""
        with self._lock:
            together = self._changed | changed
            self._changed = together if len(together) <= MOST_KEPT else EVERYTHING
        return self._wake(changed)

    def take(self) -> ChangedRows:
        """Return what changed, and begin anew."""
        with self._lock:
            changed, self._changed = self._changed, NOTHING
        return changed


class ChangeFeed:
    """Hears for all queues of this process, from `start` to `stop`."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._listener = ChangeListener(database)
        self._monotonic = monotonic
        self._queues: frozenset[ChangeQueue] = frozenset()  # replaced as a whole: the thread goes through it
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
        self._probed_at: float | None = None
        self._unheard_since: float | None = None  # the oldest probe that nothing was heard of
        self._is_hearing = False
        self._trouble = ""  # the last that was said

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no longer; the thread ends within PATIENCE."""
        self._stopping.set()

    @property
    def is_hearing(self) -> bool:
        """Whether commits are heard, as far as is known; else everything is read each second."""
        return self._is_hearing

    def open_queue(self, wake: Callable[[ChangedRows], bool]) -> ChangeQueue:
        """Return a new queue, which the caller closes."""
        queue = ChangeQueue(wake)
        self._queues |= {queue}
        return queue

    def close_queue(self, queue: ChangeQueue) -> None:
        """Put nothing into a queue any more."""
        self._queues -= {queue}

    def hear(self) -> ChangedRows:
        """Wait at most PATIENCE for what changed, and return it."""
        try:
            notices = self._listener.hear(PATIENCE)
            if CONNECTED in notices:
                self._probed_at = self._unheard_since = None
            self._probe()
        except StorageError as error:
            self._note(str(error))
            self._stopping.wait(PATIENCE)
            return EVERYTHING
        if PROBE in notices:
            self._unheard_since = None
        if self._unheard_since is not None and self._monotonic() - self._unheard_since > PROBE_PATIENCE:
            self._note("What is sent to the listeners does not come. Is there a pooler before the database?")
            return EVERYTHING
        self._note("")
        return read_notices(notices)

    def pass_on(self, changed: ChangedRows) -> None:
        """Put what changed into all queues. Where nobody waits for it, rest: what comes meanwhile is heard together."""
        if not changed:
            return
        awaited = [queue.put(changed) for queue in self._queues]
        if not any(awaited):
            self._stopping.wait(PATIENCE)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.pass_on(self.hear())
        self._listener.close()

    def _probe(self) -> None:
        now = self._monotonic()
        if self._probed_at is None or now - self._probed_at >= PROBE_EVERY:
            self._listener.probe()
            self._probed_at = now
            self._unheard_since = self._unheard_since or now

    def _note(self, trouble: str) -> None:
        """Say once that nothing can be heard, and once that it can again."""
        if trouble and not self._trouble:
            logger.warning("reading the whole city each second", extra={"action": "live.listen", "reason": trouble})
        elif self._trouble and not trouble:
            logger.info("listening for changes again", extra={"action": "live.listen"})
        self._trouble, self._is_hearing = trouble, not trouble
