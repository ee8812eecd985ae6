"""The ways from the broker to a worker: all of its messages, and before them those that warn of danger to life.

A broker hands out what it queued in its order, so whoever must not wait behind a backlog needs a session of his own:
the emergency lane. Nobody can subscribe to all but some domains, so the messages of the lane come by both sessions;
what was stored by one is passed over when it comes by the other (copies.py).
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from cityops.devices.topics import ROOT
from ingest.messages import Message
from ingest.transport.copies import Copies, Key, key_of
from ingest.transport.inbox import ENOUGH_MESSAGES
from ingest.transport.mqtt import Subscription

GATHER = 0.05  # seconds from the end of a batch to the next, in which it may grow: a quiet city waits for nothing
LANE_GATHER = 0.02  # the same for the emergency lane
GROWN = 100  # messages: when as many come as in the last batch, the broker sends no more before it is acknowledged
LANE_MESSAGES = 3_000  # a batch of all others, at most, while the lane is used
LANE_WAITS = 0.5  # seconds that such a batch should take, by what the last one took: so long the lane waits
LEAST_MESSAGES = 200  # but not fewer than these: what a batch costs by itself is for more than one
LANE_USED = 10.0  # seconds after a message of the lane in which it counts as used


@dataclass(slots=True)
class Lane:
    """One session at the broker, and the rest after each of its batches (seconds)."""

    subscription: Subscription
    gather: float = GATHER
    ready_at: float = -float("inf")  # of the monotonic clock
    was_full: bool = False  # its last batch: a backlog of its own
    size: int = 0  # of its last batch
    took: float = 0.0  # seconds from its last batch to the acknowledgement


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one lane, all to be acknowledged.

    `fresh` are those of them to be stored, `doubled` the keys of those of these that come by the other lane too.
    """

    lane: int
    messages: list[Message] = field(default_factory=list)
    fresh: list[Message] = field(default_factory=list)
    doubled: list[Key] = field(default_factory=list)
    taken_at: float = 0.0  # of the monotonic clock
    is_urgent: bool = False  # of the emergency lane


class Lanes:
    """Hands out batches: of the first lane with messages, but of the others in turn while that has a backlog itself.

    `arrival` is the one of all their inboxes. `common`: the domains whose messages come by both of two lanes.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        arrival: threading.Condition,
        *,
        common: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lanes = lanes
        self._arrival = arrival
        self._common = frozenset(common)
        self._clock = clock
        self._copies = Copies()
        self._lane_used_at = -float("inf")

    @property
    def subscriptions(self) -> list[Subscription]:
        """The sessions, the first lane's first."""
        return [lane.subscription for lane in self._lanes]

    def take(self, *, wait: float, at_once: bool = False) -> Batch:
        """Return a batch, empty when none is ready within `wait` seconds. `at_once`: nothing waits to grow.

        Raises BrokerRefused when the broker does not want us: trying again would not help.
        """
        until = self._clock() + wait
        with self._arrival:
            while True:
                for lane in self._lanes:
                    lane.subscription.check()
                now = self._clock()
                waiting = [lane for lane in self._in_turn() if not lane.subscription.inbox.is_empty]
                ready = [lane for lane in waiting if at_once or self._is_ready(lane, now)]
                if ready:
                    return self._batch(ready[0], now)
                if now >= until:
                    return Batch(0)
                self._arrival.wait(min(until, *(lane.ready_at for lane in waiting)) - now if waiting else until - now)

    def acknowledge(self, batch: Batch) -> None:
        """Tell the broker that a batch is stored."""
        lane = self._lanes[batch.lane]
        self._copies.note(batch.lane, batch.doubled)
        lane.subscription.acknowledge(batch.messages)
        now = self._clock()
        lane.took, lane.ready_at = now - batch.taken_at, now + lane.gather

    def _in_turn(self) -> list[Lane]:
        return sorted(self._lanes, key=lambda lane: lane.was_full)

    def _is_ready(self, lane: Lane, now: float) -> bool:
        inbox = lane.subscription.inbox
        is_grown = inbox.count == lane.size >= GROWN
        return now >= lane.ready_at or is_grown or inbox.has_enough(self._most(lane, now))

    def _batch(self, lane: Lane, now: float) -> Batch:
        number, most = self._lanes.index(lane), self._most(lane, now)
        full = lane.subscription.inbox.has_enough(most)
        for other in self._lanes:
            other.was_full = other is lane and full
        messages = lane.subscription.inbox.take(most=most)
        lane.size = len(messages)
        if number == 0 and not all(message.retained for message in messages):  # those come at every start
            self._lane_used_at = now
        is_urgent = number == 0 and len(self._lanes) > 1
        batch = Batch(number, messages, taken_at=now, is_urgent=is_urgent)
        for message in messages:
            if self._is_common(message):
                key = key_of(message)
                if self._copies.pass_over(number, key):
                    continue
                batch.doubled.append(key)
            batch.fresh.append(message)
        return batch

    def _most(self, lane: Lane, now: float) -> int:
        if lane is self._lanes[0] or now - self._lane_used_at > LANE_USED:
            return ENOUGH_MESSAGES
        fitting = lane.size * LANE_WAITS / lane.took if lane.took > 0 else LANE_MESSAGES
        return int(min(LANE_MESSAGES, max(LEAST_MESSAGES, fitting)))

    def _is_common(self, message: Message) -> bool:
        """Whether a message comes by both lanes."""
        if not self._common:
            return False
        levels = message.topic.split("/", 3)
        return len(levels) > 2 and levels[0] == ROOT and levels[2] in self._common
