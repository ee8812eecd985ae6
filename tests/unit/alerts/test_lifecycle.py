"""The ISA-18.2 states follow from two facts, and the table leaves no way out of them."""

from alerts.lifecycle import TRANSITIONS, Event, State, state_of


def test_the_state_follows_from_active_and_acknowledged() -> None:
    assert state_of(active=True, acknowledged=False) is State.UNACK
    assert state_of(active=True, acknowledged=True) is State.ACKED
    assert state_of(active=False, acknowledged=False) is State.RTNUN
    assert state_of(active=False, acknowledged=True) is State.NORM


def test_a_condition_can_always_change() -> None:
    raising = {state for state, event in TRANSITIONS if event is Event.RAISE}
    clearing = {state for state, event in TRANSITIONS if event is Event.CLEAR}

    assert raising == {State.NORM, State.RTNUN}
    assert clearing == {State.UNACK, State.ACKED}


def test_only_what_nobody_has_can_be_acknowledged() -> None:
    assert {state for state, event in TRANSITIONS if event is Event.ACKNOWLEDGE} == {State.UNACK, State.RTNUN}
