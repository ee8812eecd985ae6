"""The machine is the table of ISA-18.2, as the standard prints it, and leaves no way out of its states."""

from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alerts.errors import NotAllowed
from alerts.lifecycle import ANNUNCIATED, SUPPRESSED, TRANSITIONS, AlertFacts, AlertState, Event, Suppression, follow

# Standards, 5.1, read row by row: from, event, to; the second state is the one of a latching rule.
A, B, C, D, E, F = (
    AlertState.NORM,
    AlertState.UNACK,
    AlertState.ACKED,
    AlertState.RTNUN,
    AlertState.LTUNK,
    AlertState.LTACK,
)
G, H, X = AlertState.SHLVD, AlertState.DSUPR, AlertState.OOSRV
PRINTED: dict[tuple[AlertState, Event], tuple[AlertState, AlertState]] = {
    (A, Event.RAISE): (B, B),
    (B, Event.ACKNOWLEDGE): (C, C),
    (B, Event.CLEAR): (D, E),
    (C, Event.CLEAR): (A, F),
    (C, Event.RAISE): (B, B),
    (F, Event.RAISE): (B, B),
    (D, Event.ACKNOWLEDGE): (A, A),
    (D, Event.RAISE): (B, B),
    (E, Event.RAISE): (B, B),
    (E, Event.ACKNOWLEDGE): (F, F),
    (F, Event.RESET): (A, A),
    **{(state, Event.SHELVE): (G, G) for state in (A, B, C, D, E, F)},
    **{(state, Event.SUPPRESS): (H, H) for state in (A, B, C, D, E, F, G)},  # by design outranks a shelf
    **{(state, Event.OUT_OF_SERVICE): (X, X) for state in (A, B, C, D, E, F, G, H)},  # and this both
    # While suppressed, the condition is followed and the state stays.
    **{(state, event): (state, state) for state in (G, H, X) for event in (Event.RAISE, Event.CLEAR)},
    # Ours: a lease that ends, and a person's word that it is over.
    (C, Event.LAPSE): (B, B),
    **{(state, Event.CLOSE): (A, A) for state in (B, C, D, E, F)},
}
RETURNS = {Event.UNSHELVE: G, Event.UNSUPPRESS: H, Event.RETURN: X}
STANDINGS = [AlertFacts(*facts) for facts in product((False, True), (False, True), (False, True), Suppression)]


def test_every_state_has_its_facts() -> None:
    assert {standing.state for standing in STANDINGS} == set(AlertState)
    assert {E, F} == {standing.state for standing in STANDINGS if standing.latched} - {B, C, G, H, X}


@pytest.mark.parametrize("standing", STANDINGS, ids=lambda standing: f"{standing.state}")
def test_the_machine_does_what_the_standard_prints_and_nothing_else(standing: AlertFacts) -> None:
    latching = standing.latched
    for event in set(Event) - set(RETURNS):
        printed = PRINTED.get((standing.state, event))
        if printed is None:
            with pytest.raises(NotAllowed, match="act"):
                follow(standing, event, latching=latching)
        else:
            assert follow(standing, event, latching=latching).state is printed[latching]


@pytest.mark.parametrize("standing", [standing for standing in STANDINGS if standing.state in SUPPRESSED])
def test_what_comes_back_is_judged_anew_and_a_latch_survives(standing: AlertFacts) -> None:
    for event, state in RETURNS.items():
        if standing.state is state:
            expected = B if standing.active else E if standing.latched else A
            assert follow(standing, event).state is expected
        else:
            with pytest.raises(NotAllowed):
                follow(standing, event)


def test_the_table_names_every_event() -> None:
    assert set(TRANSITIONS) == set(Event)


class Life(RuleBasedStateMachine):
    """Any order of events: what was true of the condition and the latch stays true."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = AlertFacts()
        self.condition = False  # what detection said last
        self.latch = False

    @rule(event=st.sampled_from(sorted(set(Event) - {Event.RAISE, Event.CLEAR, Event.CLOSE})))
    def people_act(self, event: Event) -> None:
        before = self.standing
        try:
            self.standing = follow(self.standing, event)
        except NotAllowed:
            assert self.standing == before
            return
        self.latch = self.latch and event is not Event.RESET

    @precondition(lambda self: not self.condition)
    @rule(latching=st.booleans())
    def the_condition_comes(self, latching: bool) -> None:
        self.standing = follow(self.standing, Event.RAISE, latching=latching)
        self.condition, self.latch = True, self.latch or latching

    @precondition(lambda self: self.condition)
    @rule()
    def the_condition_goes(self) -> None:
        self.standing = follow(self.standing, Event.CLEAR)
        self.condition = False

    @precondition(lambda self: self.standing.state in ANNUNCIATED)
    @rule()
    def somebody_closes_it(self) -> None:
        self.standing = follow(self.standing, Event.CLOSE)
        self.condition = self.latch = False

    @invariant()
    def nothing_is_forgotten(self) -> None:
        assert self.standing.active == self.condition
        assert self.standing.latched == self.latch
        if self.condition or self.latch:
            assert self.standing.state is not AlertState.NORM  # it is never closed by itself


TestLife = Life.TestCase
