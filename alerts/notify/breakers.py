"""The circuit breaker of each channel: one whose receiver is broken is tried now and then, and holds no sender. Pure.

Closed: messages go out. Open: after OPENS_AFTER failures in a row, nothing is sent until `retry_at`; then one message
tries, and either closes the breaker or opens it for twice as long.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OPENS_AFTER = 3  # failures in a row
FIRST_PAUSE = timedelta(seconds=10)  # then twice as long each time
LONGEST_PAUSE = timedelta(minutes=1)
FALL_BACK = timedelta(seconds=30)  # a channel that failed for so long is not waited for
LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Breaker:
    """A channel whose last message was not delivered. Times are UTC; `retry_at` is None while it is closed."""

    channel: str
    failures: int
    failing_since: datetime
    retry_at: datetime | None
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether messages wait for the next try."""
        return self.retry_at is not None

    def is_broken(self, now: datetime) -> bool:
        """Whether people have to be told by another way."""
        return self.is_open or now - self.failing_since >= FALL_BACK


def after_failure(
    channel: str, before: Breaker | None, reason: str, now: datetime, *, took: timedelta = timedelta()
) -> Breaker:
    """Return the breaker after one more message that was not delivered.

    It was sent at `now`, and `took` so long to fail: a channel is left alone for as long as it kept us.
    """
    breaker = before or Breaker(channel, 0, now, None, "")
    failures = breaker.failures + 1
    pause = max(min(FIRST_PAUSE * 2 ** min(max(failures - OPENS_AFTER, 0), 10), LONGEST_PAUSE), 2 * took)
    return replace(
        breaker,
        failures=failures,
        retry_at=now + pause if failures >= OPENS_AFTER else None,
        reason=" ".join(reason.split())[:LONGEST_REASON],
    )
