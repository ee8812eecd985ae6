"""Numbers of events are given once, also when the database is restored and counts again."""

from dashboard.api.stream_places import StreamPlace, read_place


def test_before_any_restore_an_event_has_the_number_of_its_place() -> None:
    assert StreamPlace(0, 4711).number == 4711
    assert read_place(4711) == StreamPlace(0, 4711)


def test_a_place_comes_back_as_it_was_and_fits_a_bigint() -> None:
    place = StreamPlace(7_999_999, 10**12 - 1)
    assert read_place(place.number) == place
    assert place.number < 2**63


def test_what_lies_ahead_or_in_another_incarnation_is_unknown_and_the_beginning_never_is() -> None:
    head = StreamPlace(5, 100)
    assert StreamPlace(5, 100).is_known(head)
    assert not StreamPlace(5, 101).is_known(head)
    assert not StreamPlace(0, 3).is_known(head)
    assert StreamPlace(0, 0).is_known(head)
