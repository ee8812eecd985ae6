"""Guidance as steps, and who ticked them."""

import pandas as pd
import pytest

from alerts.board.guidance import Tick, breaks_alike, steps_of, ticks_of
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from tests.alert_samples import NOW


def test_guidance_breaks_into_steps_in_both_languages() -> None:
    steps = steps_of("立即疏散，关闭阀门。", "Evacuate at 1.5 km, close the valve.")

    assert [(step.zh, step.en) for step in steps] == [
        ("立即疏散", "Evacuate at 1.5 km"),
        ("关闭阀门", "Close the valve"),
    ]


@pytest.mark.parametrize(
    ("zh", "en", "steps"),
    [
        ("疏散，关阀。", "Go.", ["疏散，关阀。"]),
        ("疏散，关阀。", "", ["疏散，关阀。"]),
        ("", "Go.", []),
        ("。", "", []),
    ],
)
def test_languages_that_break_unlike_are_one_step(zh: str, en: str, steps: list[str]) -> None:
    found = steps_of(zh, en)

    assert [step.zh for step in found] == steps
    assert [step.en for step in found] == [en or zh for _ in steps]
    assert not steps or not breaks_alike(zh, en)


def test_every_shipped_guidance_breaks_alike_in_both_languages(catalogue: Catalogue) -> None:
    """Else an officer would tick off one long step where there are several."""
    unlike = [
        rule.id
        for rule in load_rules(catalogue)
        if rule.guidance and not breaks_alike(rule.guidance.zh, rule.guidance.en)
    ]

    assert unlike == []


def test_no_step_of_the_shipped_rules_is_there_twice(catalogue: Catalogue) -> None:
    """A tick names its step by its words."""
    for rule in load_rules(catalogue):
        if rule.guidance is not None:
            words = [step.zh for step in steps_of(rule.guidance.zh, rule.guidance.en)]

            assert len(words) == len(set(words)) > 0, rule.id


def test_the_last_tick_or_untick_counts() -> None:
    rows = [("tick", "疏散", "li"), ("tick", "关阀", "li"), ("untick", "疏散", "wang"), ("comment", "关阀", "x")]
    events = pd.DataFrame(rows, columns=["action", "reason", "actor"]).assign(at=pd.Timestamp(NOW))

    assert ticks_of(events) == {"关阀": Tick("li", NOW)}
    assert ticks_of(events.iloc[:0]) == {}
