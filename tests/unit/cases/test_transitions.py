"""Every act in every state by every post: done exactly where docs/reference/case-acts.md says so."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cases.errors import ActForbidden, ActRefused
from cases.life.details import Absorption, Asking, CaseType, Deciding
from cases.life.posts import CaseActor, Post, Seat
from cases.life.states import OPEN, CaseState
from cases.life.transitions import TRANSITIONS, Act, is_allowed
from tests.unit.cases import people
from tests.unit.cases.people import CaseStory, details_for, story_in

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "case-acts.md"
SEATS = {"": Seat.ANYBODY, "lead": Seat.LEAD, "helper": Seat.HELPER, "task": Seat.TASK}


@dataclass(frozen=True)
class Line:
    """One line of the table in the documentation."""

    start: frozenset[CaseState]
    ends: frozenset[CaseState]
    posts: frozenset[Post]
    seat: Seat
    reason: bool


def _states(text: str) -> Iterator[CaseState]:
    for word in text.split(", "):
        if word == "open":
            yield from OPEN
        elif word == "all":
            yield from CaseState
        elif word != "–":
            yield CaseState(word)


def _lines() -> dict[Act, Line]:
    rows = re.findall(r"^\| `([a-z_]+)` \|(.+)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    cells = {act: [cell.strip() for cell in rest.split("|")] for act, rest in rows}
    return {
        Act(act): Line(
            frozenset(_states(start)),
            frozenset(_states(ends)),
            frozenset(map(Post, posts.split(", "))),
            SEATS[seat],
            any(need.startswith(("words", "a reason")) and " where " not in need for need in needs.split("; ")),
        )
        for act, (start, ends, posts, seat, needs) in ((act, row) for act, row in cells.items() if len(row) == 5)
    }


LINES = _lines()
# Whoever holds the post, and has not done in the shortest story what would forbid them to.
HOLDERS = {
    Post.COLLECTOR: people.CHECKER,
    Post.ACCEPTOR: CaseActor("shen-2", Post.ACCEPTOR),
    Post.CHIEF: people.CLOSER,
    Post.DISPATCHER: people.DISPATCHER,
    Post.HEAD: people.HEAD,
    Post.WORKER: people.WORKER,
    Post.SUPERVISOR: people.SUPERVISOR,
    Post.EVALUATOR: people.EVALUATOR,
    Post.PROGRAM: people.TIMER,
}


def _asked(act: Act, asker: CaseActor, details: Asking | None = None) -> Callable[[CaseStory], object]:
    return lambda story: story.ask(act, asker, details)


def _returned_once(story: CaseStory) -> None:
    if story.present.state is CaseState.FILED:
        story.do(Act.DISPATCH, people.DISPATCHER, people.TO_ROADS)
        number = story.ask(Act.ASK_RETURN, people.HEAD)
        story.do(Act.GRANT_RETURN, people.DISPATCHER, Deciding(request=number))


def _overdue(story: CaseStory) -> None:
    _returned_once(story)
    story.wait(days=60)


def _closable(story: CaseStory) -> None:
    if story.present.state is CaseState.HANDLED:
        story.do(Act.ASK_CHECK, people.ACCEPTOR, details_for(Act.ASK_CHECK, story))
        story.do(Act.PASS, people.CHECKER, details_for(Act.PASS, story))
    elif story.present.state is CaseState.CALLING:
        story.do(Act.CALL_BACK, people.ACCEPTOR, details_for(Act.CALL_BACK, story))


PREPARED: dict[Act, Callable[[CaseStory], object]] = {
    Act.GRANT_RETURN: _asked(Act.ASK_RETURN, people.HEAD),
    Act.GRANT_SUSPEND: _asked(Act.ASK_SUSPEND, people.HEAD, Asking(until=people.UNTIL)),
    Act.GRANT_EXCLUDE: _asked(Act.ASK_EXCLUDE, people.ACCEPTOR),
    Act.DENY_EXCLUDE: _asked(Act.ASK_EXCLUDE, people.ACCEPTOR),
    Act.DENY: _asked(Act.ASK_CANCEL, people.ACCEPTOR),
    Act.CANCEL: _asked(Act.ASK_CANCEL, people.ACCEPTOR),
    Act.REPLY: lambda story: story.do(Act.SUPERVISE, people.SUPERVISOR, details_for(Act.SUPERVISE, story)),
    Act.OVERDUE: _overdue,
    Act.RECOUNT: _returned_once,
    Act.RESUME: lambda story: story.wait(days=40),
    Act.CLOSE: _closable,
    Act.FINISH_HELP: lambda story: story.do(Act.ACCEPT_HELP, people.HELPER),
    Act.HANDLE: lambda story: story.do(Act.WAIVE_HELP, people.DISPATCHER, details_for(Act.WAIVE_HELP, story)),
}
# What a case must have gone through before: tested in test_acts.py.
SPECIAL = {Act.REPORT, Act.ARRIVE, Act.RATE_WHISTLE, Act.ARBITRATE}


def _prepare(act: Act, state: CaseState, post: Post) -> CaseStory:
    """Return a case in a state, with all that the act needs there."""
    if act is Act.RELEASE:
        first, *rest = people.PATHS[state]
        absorb = [] if state is CaseState.MERGED else [(Act.ABSORB, people.ACCEPTOR, Absorption(child=9))]
        kind = CaseType.CONSULT if state is CaseState.ANSWERED else CaseType.CASE
        return people.story_of([first, *absorb, *rest], kind=kind, callers=people.CALLERS.get(state, 0))
    story = story_in(state)
    if act is Act.GRANT_EXTEND and state is CaseState.HANDLING:
        number = story.ask(Act.ASK_EXTEND, people.HEAD)
        if post is Post.CHIEF:  # the second one
            story.do(Act.GRANT_EXTEND, people.DISPATCHER, Deciding(request=number))
            story.ask(Act.ASK_EXTEND, people.HEAD)
    elif act in PREPARED and state in TRANSITIONS[act].start:
        PREPARED[act](story)
    return story


def _holder(act: Act, post: Post) -> CaseActor:
    helps = TRANSITIONS[act].seat is Seat.HELPER and post in (Post.HEAD, Post.WORKER)
    return CaseActor("shui", post, people.WATER) if helps else HOLDERS[post]


def test_the_page_has_every_act() -> None:
    assert set(LINES) == set(Act)


@pytest.mark.parametrize("act", Act)
def test_the_table_is_what_the_page_says(act: Act) -> None:
    row = TRANSITIONS[act]

    assert Line(row.start, row.ends, row.posts, row.seat, row.reason) == LINES[act]


@pytest.mark.parametrize("act", [act for act in Act if act not in SPECIAL])
def test_an_act_is_done_exactly_where_the_page_says(act: Act) -> None:
    """All states times all posts, through `apply`, with everything else in order."""
    line, done = LINES[act], set()
    for state in CaseState:
        for post in Post:
            story = _prepare(act, state, post)
            before = story.present
            try:
                after = story.do(act, _holder(act, post), details_for(act, story))
            except (ActForbidden, ActRefused):
                assert story.present == before
                continue
            done.add((state, post))
            assert after.version == before.version + 1
            assert after.state in (line.ends or {before.state})

    wanted = {(state, post) for state in line.start for post in line.posts}
    assert done == wanted


@pytest.mark.parametrize("post", Post)
def test_who_may_report(post: Post) -> None:
    story = CaseStory()
    if post in LINES[Act.REPORT].posts:
        assert story.do(Act.REPORT, HOLDERS[post], details_for(Act.REPORT, story)).state is CaseState.REPORTED
    else:
        with pytest.raises(ActForbidden):
            story.do(Act.REPORT, HOLDERS[post], details_for(Act.REPORT, story))


def test_the_table_answers_without_a_case() -> None:
    assert is_allowed(Act.REPORT, None, Post.COLLECTOR)
    assert not is_allowed(Act.FILE, None, Post.CHIEF)
    assert not is_allowed(Act.CLOSE, CaseState.REPORTED, Post.CHIEF)


@pytest.mark.parametrize("act", [act for act in Act if LINES[act].reason and act not in SPECIAL])
def test_an_act_that_needs_words_is_refused_without(act: Act) -> None:
    line = LINES[act]
    state, post = min(line.start), min(line.posts)
    story = _prepare(act, state, post)

    with pytest.raises(ActRefused, match="needs a reason in words"):
        story.do(act, _holder(act, post), details_for(act, story), reason=" ")
