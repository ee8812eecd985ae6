"""Messages that cannot be stored: made into dead letters, counted by sender, and made into messages again."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime

from cityops.storage.devices.ledger import NOBODY
from cityops.storage.messages.dead_letters import DeadLetter, StoredLetter
from ingest.errors import Undecodable
from ingest.messages import Message, Write

MOST_PARTS = 20  # letters of one message


def bury(message: Message, field: str, reason: str) -> DeadLetter:
    """Return the letter of a message that cannot be stored, with the field that is wrong."""
    return _letter(message, message.payload, field, reason)


def put_aside(message: Message, refused: Sequence[tuple[Undecodable, Write]]) -> list[DeadLetter]:
    """Return the letters of what is wrong in a message of which the rest is stored.

    Each value is a letter of its own, a message with this value alone: replayed, it sends nothing else again. Where
    there are more than MOST_PARTS, one letter keeps the message as it came, so that no message makes thousands; what
    it holds beside is known when it is replayed, and not stored twice. Raises Undecodable when it cannot be written.
    """
    if len(refused) <= MOST_PARTS:
        return [_letter(message, _encode(write()), error.field, error.reason) for error, write in refused]
    first = refused[0][0]
    reason = f"{len(refused)} values are wrong; the first is {first.field}: {first.reason}"
    return [bury(message, first.field.split(".")[0], reason)]


def revive(stored: StoredLetter) -> Message:
    """Return the message that a dead letter was."""
    letter = stored.letter
    return Message(letter.topic, letter.payload, letter.received_at, letter=stored.letter_id)


def senders(letters: Iterable[DeadLetter]) -> set[str]:
    """Return the sensors that the topics of letters name."""
    return {letter.sender for letter in letters} - {NOBODY}


def count_letters(letters: Iterable[DeadLetter], devices: Container[str]) -> Counter[str]:
    """Count letters by sensor; those of senders that are not registered are nobody's."""
    return Counter(letter.sender if letter.sender in devices else NOBODY for letter in letters)


def retired_sensor(sensor_id: str, retired_at: datetime) -> Undecodable:
    """Return what is wrong with a message of a sensor that was retired; it is replayed when that registers anew."""
    when = f"{retired_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    reason = f"sensor {sensor_id} was retired at {when} and still speaks; switch it off, or publish its meta anew"
    return Undecodable("topic.sensor", reason)


def unknown_sensor(sensor_id: str) -> Undecodable:
    """Return what is wrong with a message of a sensor that is not registered; `waiting_letters` knows the field."""
    return Undecodable("topic.sensor", f"sensor {sensor_id} is not registered; publish its meta first")


def _letter(message: Message, payload: bytes, field: str, reason: str) -> DeadLetter:
    return DeadLetter(
        message.received_at, message.topic, payload, field, reason, retained=message.retained, again=message.letter > 0
    )


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # halves of characters, as they came
