"""What a case counts for: one population for each unit, in the month of its deadline, and never twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from cases.counting.departments import area_flags, department_flags
from cases.counting.history import CaseHistory, StepClock
from cases.counting.hotline_flags import hotline_flags
from cases.counting.month import UnitScore, count_month, score_month
from cases.counting.posts import acceptor_flags, chief_flags, collector_flags, dispatcher_flags
from cases.errors import FormulaError
from cases.evaluation.formula_files import load_formulas, step_limits
from cases.evaluation.scoring import Ratio, ScoreLevel
from cases.life.details import CallBack, Deciding, Evidence, Failing
from cases.life.states import CaseState
from cases.life.transitions import Act
from tests.unit.cases import people
from tests.unit.cases.calendars import at, calendar
from tests.unit.cases.people import CaseStory, story_of
from tests.unit.cases.test_play import story

TABLES = load_formulas()
CLOCK = StepClock(step_limits(TABLES), calendar(), at("06-30 12:00"))
JUNE = (at("06-01 00:00"), at("07-01 00:00"))


def history(told: CaseStory, source: str = "collector") -> CaseHistory:
    return CaseHistory(1, told.present, source, tuple(told.deeds))


def counts(flagger: object, told: CaseStory, source: str = "collector") -> dict[str, set[str]]:
    """Return the counts of each unit."""
    found: dict[str, set[str]] = {}
    for flag in flagger(history(told, source), CLOCK):  # type: ignore[operator]
        found.setdefault(flag.unit, set()).add(flag.count)
    return found


def closed() -> CaseStory:
    return story_of(people.PATHS[CaseState.CLOSED])


def test_a_case_that_is_closed_in_time_counts_for_who_led_it() -> None:
    assert counts(department_flags, closed()) == {
        "roads": {"filed", "due_handle", "handled", "handled_in_time", "due_close", "closed", "closed_in_time"}
    }
    assert counts(area_flags, closed(), "hotline")["990101"] >= {"filed", "public_verified", "closed_in_time"}


def test_a_case_counts_for_its_district_and_its_street() -> None:
    told = closed()
    told.case = replace(told.present, area="990101003002001")

    found = counts(area_flags, told)

    assert list(found) == ["990101", "990101003"]
    assert found["990101"] == found["990101003"]


def test_what_is_late_open_extended_and_done_again_is_told_apart() -> None:
    late = story_of(people.TO_HANDLING)
    late.do(Act.GRANT_EXTEND, people.DISPATCHER, Deciding(request=late.ask(Act.ASK_EXTEND, people.HEAD)))
    late.wait(days=9)
    assert counts(department_flags, late)["roads"] == {"filed", "due_handle", "due_close", "waiting_late", "extended"}

    again = story_of(people.PATHS[CaseState.CHECKING])
    again.do(Act.FAIL, people.CHECKER, Failing())
    assert "reworked" in counts(department_flags, again)["roads"]
    assert "handled" not in counts(department_flags, again)["roads"]
    again.wait(days=9).do(Act.HANDLE, people.WORKER, Evidence(photos=people.PHOTO))
    assert counts(department_flags, again)["roads"] >= {"handled", "reworked"}
    assert "handled_in_time" not in counts(department_flags, again)["roads"]


def test_what_was_cancelled_was_never_due() -> None:
    told = story_of(people.TO_HANDLING)
    told.do(Act.ASK_CANCEL, people.ACCEPTOR)
    told.do(Act.CANCEL, people.CHIEF)

    assert counts(department_flags, told) == {"roads": {"filed"}}
    assert counts(chief_flags, told) == {"zhou": {"filed", "filed_in_time", "cancelled"}}


def test_a_case_counts_in_the_month_in_which_it_is_due() -> None:
    told = story_of(people.TO_HANDLING)
    deadline = told.present.deadline
    assert deadline is not None
    counted = count_month([history(told)], CLOCK, start=at("06-01 00:00"), end=deadline.at)
    assert set(counted["department", "roads"]) == {"filed"}
    counted = count_month([history(told)], CLOCK, start=deadline.at, end=at("07-01 00:00"))
    assert set(counted["department", "roads"]) >= {"due_handle", "waiting_late"}
    assert counted["department", "roads"]["due_handle"] == (1,)


def test_a_case_is_late_once_its_moment_is_over() -> None:
    told = story_of(people.TO_HANDLING)
    deadline = told.present.deadline
    assert deadline is not None
    cases: list[tuple[timedelta, set[str]]] = [(timedelta(), set()), (timedelta(microseconds=1), {"waiting_late"})]
    for waited, wanted in cases:
        clock = StepClock(CLOCK.limits, CLOCK.calendar, deadline.at + waited)
        counted = count_month([history(told)], clock, start=JUNE[0], end=JUNE[1])
        assert {"waiting_late"} & set(counted["department", "roads"]) == wanted


def test_every_post_answers_for_its_own_step() -> None:
    told = closed()
    assert counts(collector_flags, told) == {
        "he": {"reports", "valid_reports", "filed"},
        "jin": {"due_check", "checked_in_time"},
    }
    assert counts(acceptor_flags, told) == {"shen": {"due_send_check", "check_sent_in_time"}}
    assert counts(chief_flags, told) == {"zhou": {"filed", "filed_in_time"}, "wu": {"due_close", "closed_in_time"}}
    assert counts(dispatcher_flags, told) == {
        "pan": {"dispatched", "due_dispatch", "dispatched_in_time", "dispatched_rightly"}
    }


def test_what_a_program_filed_counts_for_no_chief() -> None:
    """Rules of alerts file by themselves: nobody was quick there, and nobody slow."""
    told = story_of([people.REPORT])
    told.do(Act.FILE, people.TIMER, people.FILING)

    assert counts(chief_flags, told) == {}


def test_who_is_late_at_a_step_is_due_and_not_in_time() -> None:
    told = story_of(people.PATHS[CaseState.REPORTED]).wait(hours=3)
    told.do(*people.FILE)
    told.wait(hours=3).do(*people.DISPATCH)

    assert counts(chief_flags, told) == {"zhou": {"filed"}}
    assert counts(dispatcher_flags, told) == {"pan": {"dispatched", "due_dispatch", "dispatched_rightly"}}
    told = story_of(people.PATHS[CaseState.VERIFYING]).wait(hours=30)
    told.do(Act.VERIFY, people.CHECKER, Evidence(photos=people.PHOTO))
    assert counts(collector_flags, told)["jin"] == {"due_verify"}


def test_a_case_that_is_sent_back_was_dispatched_wrongly() -> None:
    told = story_of(people.PATHS[CaseState.DISPATCHED])
    told.do(Act.GRANT_RETURN, people.DISPATCHER, Deciding(request=told.ask(Act.ASK_RETURN, people.HEAD)))

    assert "dispatched_rightly" not in counts(dispatcher_flags, told)["pan"]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (CallBack(reached=True, solved=True, satisfaction=5), {"contacted", "solved", "satisfied", "claimed"}),
        (CallBack(reached=True, solved=True, satisfaction=3), {"contacted", "solved", "fairly_satisfied", "claimed"}),
        (CallBack(reached=True, solved=True, explained=True), {"contacted", "explained", "claimed"}),
        (CallBack(reached=True, solved=False, satisfaction=1), {"contacted", "claimed", "denied"}),
        (CallBack(reached=False), set()),
    ],
)
def test_the_last_call_counts(said: CallBack, wanted: set[str]) -> None:
    told = story_of(people.PATHS[CaseState.CALLING], callers=2)
    told.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=False))
    told.do(Act.CALL_BACK, people.ACCEPTOR, said)

    assert counts(hotline_flags, told) == {"roads": {"valid_calls"} | wanted}
    excluded = replace(history(told), case=replace(told.present, excluded=True))
    assert [(flag.unit, flag.count) for flag in hotline_flags(excluded, CLOCK)] == [("roads", "excluded")]


def three_callers(*, done: bool) -> people.CaseStory:
    """Three callers of one case: solved; explained; not reached, then not solved. `done`: called again after rework."""

    def call(report: int, *, stars: int = 0, **said: Any) -> None:
        told.do(
            Act.CALL_BACK,
            people.ACCEPTOR,
            CallBack(report=report, satisfaction=stars or None, **{"reached": True} | said),
        )

    told = story_of(people.PATHS[CaseState.CALLING], callers=3)
    call(1, solved=True, stars=5)
    call(2, solved=True, explained=True, stars=3)
    call(3, reached=False)
    call(3, solved=False, stars=1, again=True)
    if done:
        for act, actor, details in (people.HANDLE, people.ASK_CHECK, people.PASS):
            told.do(act, actor, details)
        call(1, solved=True, stars=5)
        call(2, solved=True, explained=True, stars=3)
        call(3, solved=True, stars=4)
    return told


@pytest.mark.parametrize(
    ("done", "numbers", "points"),
    [
        # 10 × 3/3 + 50 × 1/3 + 40 × (1 + 0.9)/3
        (False, {"response_rate": (3, 3), "solved_rate": (1, 3), "explained_rate": (1, 3), "gap_rate": (1, 3)}, 52),
        # 10 × 3/3 + 50 × 2/3 + 40 × (2 + 0.9)/3; of six claims one was denied
        (True, {"response_rate": (3, 3), "solved_rate": (2, 3), "explained_rate": (1, 3), "gap_rate": (1, 6)}, 82),
    ],
)
def test_the_rates_of_three_callers_of_one_case(done: bool, numbers: dict[str, tuple[int, int]], points: int) -> None:
    one = find(scores_of([history(three_callers(done=done))]), "hotline", "roads")

    assert {name: one.ratios[name] for name in numbers} == {
        name: Ratio(Fraction(part), Fraction(whole)) for name, (part, whole) in numbers.items()
    }
    assert one.score.points == points
    assert one.score.version == 2


def test_excluded_callers_are_counted_as_such_and_leave_every_rate() -> None:
    told = three_callers(done=True)
    excluded = replace(history(told), case=replace(told.present, excluded=True))
    counted = count_month([excluded], CLOCK, start=JUNE[0], end=JUNE[1])

    assert counted["hotline", "roads"] == {"excluded": (1, 1, 1)}
    one = find(scores_of([excluded]), "hotline", "roads")
    assert (one.score.points, one.place) == (None, None)


# ---- the scores


def scores_of(histories: list[CaseHistory]) -> list[UnitScore]:
    return score_month(count_month(histories, CLOCK, start=JUNE[0], end=JUNE[1]), TABLES)


def find(scores: list[UnitScore], formula: str, unit: str) -> UnitScore:
    (found,) = [one for one in scores if (one.score.formula, one.unit) == (formula, unit)]
    return found


def test_a_department_is_scored_by_its_numbers() -> None:
    late = story_of(people.TO_HANDLING).wait(days=9)
    one = find(scores_of([history(closed()), replace(history(late), case_id=2)]), "department", "roads")

    ratio = one.ratios["handled_in_time_rate"]
    assert ratio is not None
    assert [ratio.numerator, ratio.denominator] == [1, 2]
    assert one.score.points == 10 + 15 + 15 + 30  # few cases, half closed, half in time, none done again
    assert (one.place, one.level) == (1, ScoreLevel.C)
    assert find(scores_of([history(closed())]), "closing_jinhua", "roads").level is None  # 50 points at most


def test_who_had_nothing_to_do_and_what_nobody_knows_has_no_points() -> None:
    scores = scores_of([history(closed())])

    assert find(scores, "collector", "jin").score.points is None  # reported nothing
    he = find(scores, "collector", "he")
    assert (he.score.points, he.place, he.ratios["missed_rate"]) == (None, None, None)
    assert he.ratios["valid_report_rate"] is not None


def test_no_rate_is_above_one_whatever_happened() -> None:
    histories = []
    for number in range(80):
        deeds, cases = zip(*story(f"7/{number}"), strict=True)
        histories.append(CaseHistory(number, cases[-1], "hotline", deeds))
    late = StepClock(step_limits(TABLES), calendar(), datetime(2026, 8, 1, tzinfo=UTC))
    counted = count_month(histories, late, start=JUNE[0], end=at("08-01 00:00"))

    made = score_month(counted, TABLES)
    rates = [ratio.value for one in made for ratio in one.ratios.values() if ratio is not None]
    assert len([rate for rate in rates if rate is not None]) > 30
    assert all(0 <= rate <= 1 for rate in rates if rate is not None)
    assert {one.scores for one in made} >= {"department", "area", "collector", "acceptor", "chief", "dispatcher"}
    assert score_month(count_month(reversed(histories), late, start=JUNE[0], end=at("08-01 00:00")), TABLES) == made


def test_a_step_without_a_limit_is_named() -> None:
    for wrong in ({}, {**TABLES.step, "close": "soon"}):
        with pytest.raises(FormulaError, match="step"):
            step_limits(msgspec.structs.replace(TABLES, step=wrong))
