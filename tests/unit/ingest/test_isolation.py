"""A refused batch is cut where half of its bytes lie: what is large is soon alone."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.messages import Message
from ingest.storing.isolation import halve

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def batch(sizes: list[int]) -> list[Message]:
    return [Message(f"t/{number}", bytes(size), NOW) for number, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 5_000), min_size=2, max_size=50))
def test_both_parts_have_messages_in_order_and_none_is_lost(sizes: list[int]) -> None:
    messages = batch(sizes)
    first, second = halve(messages)

    assert first
    assert second
    assert [*first, *second] == messages


def test_a_large_message_is_alone_after_two_cuts() -> None:
    messages = batch([10] * 500 + [50_000] + [10] * 500)

    rest = halve(messages)[1]
    assert halve(rest)[0] == messages[500:501]


def test_messages_of_one_size_are_halved() -> None:
    assert [len(part) for part in halve(batch([10] * 100))] == [50, 50]
