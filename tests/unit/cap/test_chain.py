"""The life of a warning: what is said next, who says it, and that it never ends in between."""

from datetime import timedelta

import pytest

from cap.chain import SETTLED, ChainAct, ChainStep, Facts, Plan, Said, Terms, is_less, plan
from tests.warning_samples import NOW

A, B, AB = frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})
TERMS = Terms(approve_to=2, hours=6)
LONG_AGO = NOW - 2 * SETTLED
HOUR = timedelta(hours=1)


def said(severity: int = 3, areas: frozenset[str] = A, left: timedelta = 5 * HOUR) -> Said:
    return Said(severity, areas, NOW - HOUR, NOW + left)


def test_less_holds_where_the_level_is_lower_or_nothing_holds() -> None:
    assert [is_less(facts, said(3)) for facts in (Facts(2, A), Facts(3, B), Facts(4, A), None)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_what_begins_is_an_alert() -> None:
    assert plan(Facts(3, A), None, TERMS, NOW) == Plan(issue=ChainStep(ChainAct.ALERT, 3, A))


@pytest.mark.parametrize("severity", [1, 2])
def test_severe_ones_wait_for_a_person(severity: int) -> None:
    assert plan(Facts(severity, A), None, TERMS, NOW) == Plan(propose=ChainStep(ChainAct.ALERT, severity, A))


def test_a_rule_may_say_that_nobody_need_decide() -> None:
    assert plan(Facts(1, A), None, Terms(0, 6), NOW) == Plan(issue=ChainStep(ChainAct.ALERT, 1, A))


def test_nothing_new_is_not_said() -> None:
    assert plan(Facts(3, A), said(), TERMS, NOW) == Plan()


def test_worse_is_said_at_once() -> None:
    assert plan(Facts(3, A), said(4), TERMS, NOW).issue == ChainStep(ChainAct.UPDATE, 3, A)
    assert plan(Facts(2, A), said(4), TERMS, NOW) == Plan(propose=ChainStep(ChainAct.UPDATE, 2, A))


def test_it_grows_at_once_and_keeps_what_was_said() -> None:
    assert plan(Facts(3, B), said(3, A), TERMS, NOW).issue == ChainStep(ChainAct.UPDATE, 3, AB)
    assert plan(Facts(2, AB), said(2, A), TERMS, NOW).propose == ChainStep(ChainAct.UPDATE, 2, AB)


def test_less_is_said_when_it_has_been_so_for_a_while() -> None:
    assert plan(Facts(4, A), said(3), TERMS, NOW, changed_at=NOW) == Plan()
    assert plan(Facts(4, A), said(3), TERMS, NOW, changed_at=LONG_AGO).issue == ChainStep(ChainAct.UPDATE, 4, A)


def test_less_and_the_end_are_said_after_ten_minutes_and_not_sooner() -> None:
    then, sooner = NOW - timedelta(minutes=10), NOW - timedelta(minutes=10) + timedelta(seconds=1)
    for facts, act in ((Facts(4, A), ChainAct.UPDATE), (None, ChainAct.ALL_CLEAR)):
        issued = plan(facts, said(3), TERMS, NOW, changed_at=then).issue
        assert issued is not None
        assert issued.act is act
        assert plan(facts, said(3), TERMS, NOW, changed_at=sooner) == Plan()


def test_less_than_a_person_said_needs_no_person() -> None:
    assert plan(Facts(2, A), said(1, AB), TERMS, NOW, changed_at=LONG_AGO) == Plan(
        issue=ChainStep(ChainAct.UPDATE, 2, A)
    )


def test_the_end_is_an_all_clear() -> None:
    assert plan(None, said(3), TERMS, NOW, changed_at=NOW) == Plan()
    assert plan(None, said(3), TERMS, NOW, changed_at=LONG_AGO).issue == ChainStep(ChainAct.ALL_CLEAR, 3, A)
    assert plan(None, said(2), TERMS, NOW, changed_at=LONG_AGO) == Plan(propose=ChainStep(ChainAct.ALL_CLEAR, 2, A))


def test_what_holds_is_said_again_before_it_expires() -> None:
    assert plan(Facts(3, A), said(3, AB, left=HOUR), TERMS, NOW).issue == ChainStep(ChainAct.RENEW, 3, A)
    assert plan(Facts(1, A), said(1, AB, left=HOUR), TERMS, NOW).issue == ChainStep(ChainAct.RENEW, 1, A), (
        "less needs nobody"
    )
    assert plan(Facts(4, A), said(3, A, left=HOUR), TERMS, NOW, changed_at=NOW).issue == ChainStep(ChainAct.RENEW, 3, A)
    assert plan(None, said(3, left=HOUR), TERMS, NOW, changed_at=NOW) == Plan(), "what is over is not said again"


def test_a_quarter_of_its_time_before_it_expires() -> None:
    quarter = timedelta(minutes=90)  # of six hours
    more = Facts(1, AB)  # a person thinks about it
    for facts, step in ((Facts(2, A), ChainStep(ChainAct.RENEW, 2, A)), (more, ChainStep(ChainAct.RENEW, 2, A))):
        assert plan(facts, said(2, left=quarter), TERMS, NOW).issue == step
        assert plan(facts, said(2, left=quarter + timedelta(seconds=1)), TERMS, NOW).issue is None


def test_it_does_not_end_while_a_person_thinks_about_more() -> None:
    made = plan(Facts(1, AB), said(2, A, left=HOUR), TERMS, NOW)
    assert made == Plan(issue=ChainStep(ChainAct.RENEW, 2, A), propose=ChainStep(ChainAct.UPDATE, 1, AB))


def test_what_expired_begins_anew() -> None:
    assert plan(Facts(3, A), said(3, left=-HOUR), TERMS, NOW).issue == ChainStep(ChainAct.ALERT, 3, A)
    assert plan(Facts(3, A), said(3, left=timedelta(0)), TERMS, NOW).issue == ChainStep(ChainAct.ALERT, 3, A)
    assert plan(None, said(3, left=-HOUR), TERMS, NOW).is_over
    assert plan(None, None, TERMS, NOW).is_over


def test_what_was_declined_is_asked_again_only_when_it_is_more() -> None:
    declined = Said(2, A, NOW, NOW)
    assert plan(Facts(2, A), None, TERMS, NOW, declined=declined) == Plan()
    assert plan(Facts(1, A), None, TERMS, NOW, declined=declined).propose == ChainStep(ChainAct.ALERT, 1, A)
    assert plan(Facts(2, AB), None, TERMS, NOW, declined=declined).propose == ChainStep(ChainAct.ALERT, 2, AB)
    assert plan(Facts(3, A), None, TERMS, NOW, declined=declined) == Plan(), "nor less of it"
    assert plan(Facts(2, A), said(3, A), TERMS, NOW, declined=declined) == Plan()
    assert plan(Facts(3, AB), said(3, A), TERMS, NOW, declined=declined).issue == ChainStep(ChainAct.UPDATE, 3, AB)
    again = plan(Facts(2, A), said(3, A, left=HOUR), TERMS, NOW, declined=declined)
    assert again.issue == ChainStep(ChainAct.RENEW, 3, A), "what was said stands"
