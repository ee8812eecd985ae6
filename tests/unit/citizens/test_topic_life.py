"""What may follow what in the life of a topic, what each step needs, and what is kept of why it was proposed."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from citizens.topics.criteria import load_criteria
from citizens.topics.errors import TopicRefused
from citizens.topics.evidence import evidence_of, read_evidence, write_evidence
from citizens.topics.life import LONGEST_TEXT, TopicAct, TopicDecision, TopicState, decide
from citizens.topics.reported_incidents import ReportedIncident
from citizens.topics.rises import Rise, Span
from citizens.topics.sightings import Told
from tests.unit.citizens.towns import START, sighting

PLANNED = TopicDecision(TopicAct.ADOPT, plan="每日清掏", lead="drainage", begins_on="2026-11-29")
SAID = {
    TopicAct.ADOPT: PLANNED,
    TopicAct.DECLINE: TopicDecision(TopicAct.DECLINE, "只发生过一次"),
    TopicAct.REVISE: replace(PLANNED, act=TopicAct.REVISE),
    TopicAct.END: TopicDecision(TopicAct.END, "已经降下来"),
}
ALLOWED = {
    (TopicState.PROPOSED, TopicAct.ADOPT): TopicState.ADOPTED,
    (TopicState.PROPOSED, TopicAct.DECLINE): TopicState.DECLINED,
    (TopicState.ADOPTED, TopicAct.REVISE): TopicState.ADOPTED,
    (TopicState.ADOPTED, TopicAct.END): TopicState.ENDED,
}


def changed(said: TopicDecision, field: str, text: str) -> TopicDecision:
    values: dict[str, Any] = {field: text}
    return replace(said, **values)


@pytest.mark.parametrize("act", list(TopicAct))
@pytest.mark.parametrize("state", list(TopicState))
def test_a_topic_goes_these_ways_and_no_other(state: TopicState, act: TopicAct) -> None:
    if (state, act) in ALLOWED:
        assert decide(state, SAID[act]) is ALLOWED[state, act]
    else:
        with pytest.raises(TopicRefused, match=f"that is {state} cannot"):
            decide(state, SAID[act])


@pytest.mark.parametrize("missing", ["plan", "lead", "begins_on"])
@pytest.mark.parametrize(
    ("state", "act"), [(TopicState.PROPOSED, TopicAct.ADOPT), (TopicState.ADOPTED, TopicAct.REVISE)]
)
def test_what_is_followed_has_a_plan_somebody_who_leads_and_a_day(
    state: TopicState, act: TopicAct, missing: str
) -> None:
    with pytest.raises(TopicRefused, match="has a plan, a department"):
        decide(state, changed(SAID[act], missing, ""))


@pytest.mark.parametrize(
    ("state", "act"), [(TopicState.PROPOSED, TopicAct.DECLINE), (TopicState.ADOPTED, TopicAct.END)]
)
def test_what_is_followed_no_more_has_a_reason(state: TopicState, act: TopicAct) -> None:
    with pytest.raises(TopicRefused, match="Say why"):
        decide(state, replace(SAID[act], reason=""))


@pytest.mark.parametrize("field", ["reason", "plan"])
def test_a_text_has_its_length(field: str) -> None:
    longest = changed(PLANNED, field, "长" * LONGEST_TEXT)
    assert decide(TopicState.PROPOSED, longest) is TopicState.ADOPTED
    with pytest.raises(TopicRefused, match="shorten it"):
        decide(TopicState.PROPOSED, changed(longest, field, "长" * (LONGEST_TEXT + 1)))


def a_rise(*incidents: ReportedIncident, before: int = 4) -> Rise:
    span = Span(START, before_days=30, after_days=20)
    return Rise("event/05-06", "990101", len(incidents), before, span, Fraction(1, 900), Fraction(1, 90), incidents)


def test_what_stands_behind_a_topic_is_kept_by_its_kind_and_comes_back() -> None:
    told = [sighting(START, number=number, told=kind) for kind in Told for number in (3, 1)]
    evidence = evidence_of(a_rise(*(ReportedIncident((one,)) for one in told)), load_criteria().rise)

    assert (evidence.reports, evidence.cases, evidence.alerts) == ((3, 1), (3, 1), (3, 1))
    assert (evidence.after, evidence.before, evidence.middle) == (6, 4, START)
    assert read_evidence(write_evidence(evidence)) == evidence


def test_five_hundred_are_named() -> None:
    many = ReportedIncident(tuple(sighting(START, number=number) for number in range(501)))
    evidence = evidence_of(a_rise(many), load_criteria().rise)

    assert evidence.reports == tuple(range(500))


@pytest.mark.parametrize(("before", "factor"), [(4, 6 * 30 / (4 * 20)), (0, None)])
def test_a_rise_is_told_a_day_not_in_all(before: int, factor: float | None) -> None:
    six = (ReportedIncident((sighting(START),)),) * 6
    rise = a_rise(*six, before=before)

    assert evidence_of(rise, load_criteria().rise).factor == factor
    assert rise.factor == factor
