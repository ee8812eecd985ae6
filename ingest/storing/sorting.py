"""The messages of a batch, decoded and sorted by what they are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import TypeVar

from cityops.catalogue import Catalogue
from cityops.devices.outliers import NO_FIX, is_null_island
from cityops.devices.sensors import Sensor
from cityops.devices.topics import Address, TopicChannel, named_sensor, parse_topic
from cityops.storage.messages.dead_letters import DeadLetter
from ingest.checks.content import check_registration
from ingest.dead_letters.letters import bury
from ingest.decoders import decode
from ingest.errors import Undecodable
from ingest.messages import Cleared, DropCount, Fragments, Message, ReadingsMessage, Registration, StatusReport

Said = TypeVar("Said", Sensor | Address, StatusReport)


@dataclass(slots=True)
class DecodedBatch:
    """Each message is in one of these, except those that ask for nothing; what cannot be stored is a letter.

    Of sensors that are blocked there is only a count.

    A device that does not know its place is registered, and its place is a letter.
    """

    registrations: list[tuple[Message, Sensor | Address]] = field(default_factory=list)  # an address: it was emptied
    reports: list[tuple[Message, StatusReport]] = field(default_factory=list)
    told: list[tuple[Message, ReadingsMessage | Fragments]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    drops: list[tuple[Message, DropCount]] = field(default_factory=list)
    blocked: Counter[str] = field(default_factory=Counter)  # messages of sensors that are blocked
    is_urgent: bool = False  # `latest` has what it says as soon as it is stored

    def spoken(self) -> list[Message]:
        """Return the messages in which a device says something other than who it is."""
        return [*(message for message, _ in self.told), *(message for message, _ in self.reports)]

    def bury(self, message: Message, error: Undecodable) -> None:
        """Keep a message that cannot be stored."""
        self.letters.append(bury(message, error.field, error.reason))


def sort_messages(
    messages: Iterable[Message], catalogue: Catalogue, blocked: Set[str] = frozenset(), *, urgent: bool = False
) -> DecodedBatch:
    """Decode messages; the catalogue says which registrations make sense. Those of `blocked` sensors are counted."""
    batch = DecodedBatch(is_urgent=urgent)
    for message in _let_in(messages, blocked, batch) if blocked else messages:
        try:
            content = decode(message)
            if isinstance(content, ReadingsMessage | Fragments):
                batch.told.append((message, content))
            elif isinstance(content, StatusReport):
                batch.reports.append((message, content))
            elif isinstance(content, DropCount):
                batch.drops.append((message, content))
            elif isinstance(content, Registration):
                check_registration(content.sensor, catalogue)
                batch.registrations.append((message, content.sensor))
                if is_null_island(content.sensor.lon, content.sensor.lat):  # its readings count all the same
                    batch.bury(message, Undecodable("lon", f"{NO_FIX}; send its true place, or import it"))
            elif isinstance(content, Cleared):
                address, channel = parse_topic(message.topic)
                if channel is TopicChannel.META:
                    batch.registrations.append((message, address))
        except Undecodable as error:
            batch.bury(message, error)
    batch.registrations = _last_of_each(batch.registrations)
    batch.reports = _last_of_each(batch.reports)
    return batch


def _let_in(messages: Iterable[Message], blocked: Set[str], batch: DecodedBatch) -> Iterator[Message]:
    """Yield what is not of blocked sensors. What was a letter is let in: a person asked for it."""
    for message in messages:
        sensor = named_sensor(message.topic)
        if sensor in blocked and not message.letter:
            batch.blocked[sensor] += 1
        else:
            yield message


def _last_of_each(said: list[tuple[Message, Said]]) -> list[tuple[Message, Said]]:
    """Return the last of what was said on each topic, in order: a device that says it a thousand times costs once.

    A retained one outdates no other, and an emptied registration is another thing than one that is filled.
    """
    last = {(message.topic, message.retained, type(content)): row for row, (message, content) in enumerate(said)}
    return [said[row] for row in sorted(last.values())]
