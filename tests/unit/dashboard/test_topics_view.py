"""Topics in words: counts, chances as people say them, and what a plan came to."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from cases.catalogue.catalogue_files import demo_catalogue
from citizens.topics.evidence import TopicEvidence, write_evidence
from dashboard.cases.words import CaseWords
from dashboard.pages.topics.forecast_lines import share_words
from dashboard.pages.topics.view import chance_words, topic_line

ZH, EN = (CaseWords(language, demo_catalogue(), {}) for language in ("zh", "en"))
BELIEVED = Fraction(1, 20)


def row(**changes: Any) -> dict[str, Any]:
    evidence = TopicEvidence(
        after=20,
        before=4,
        after_days=30,
        before_days=30,
        middle=datetime(2026, 10, 30, tzinfo=UTC),
        chance=0.000772,
        adjusted=0.01,
        false_share=0.1,
    )
    told = {"state": "adopted", "category": "event/05-06", "area_code": "990101", "lead_department": "drainage"}
    return told | {"evidence": write_evidence(evidence), "since_count": None, "since_days": None} | changes


@pytest.mark.parametrize(
    ("chance", "zh"),
    [
        (0.5, "大约 2 次里出现 1 次"),
        (1 / 37, "大约 37 次里出现 1 次"),
        (0.000772, "大约 1,300 次里出现 1 次"),
        (1e-6, "大约 1,000,000 次里出现 1 次"),
        (1e-9, "每 1,000,000 次还不到 1 次"),
        (0.0, "每 1,000,000 次还不到 1 次"),
    ],
)
def test_a_chance_is_one_in_so_many(chance: float, zh: str) -> None:
    assert chance_words(chance, ZH) == zh


def test_a_topic_tells_its_counts_and_their_bars() -> None:
    line = topic_line(row(), EN, BELIEVED)
    assert line.told == "In 30 days 20, in the 30 days before 4: 5.0 times as many a day."
    assert [(bar.kind, bar.percent) for bar in line.bars] == [("usual", 20), ("risen", 100)]
    assert line.verdict == "Before and after are compared when the plan is a day old."
    assert topic_line(row(state="proposed"), EN, BELIEVED).verdict == ""


@pytest.mark.parametrize(
    ("count", "days", "begins", "is_good"),
    [
        (4, 30, "It has fallen, to what it used to be", True),
        (100, 270, "It has fallen, but is more", True),
        (0, 2, "No fall", False),
    ],
)
def test_a_plan_is_judged_by_what_was_before_and_usual(count: int, days: int, begins: str, is_good: bool) -> None:
    line = topic_line(row(since_count=count, since_days=days), EN, BELIEVED)
    assert line.verdict.startswith(begins)
    assert line.is_good is is_good
    assert line.bars[2].number == f"{count} in {days} days"


def test_what_was_not_there_before_is_new() -> None:
    evidence = write_evidence(
        TopicEvidence(
            after=9,
            before=0,
            after_days=30,
            before_days=30,
            middle=datetime(2026, 10, 30, tzinfo=UTC),
            chance=0.002,
            adjusted=0.01,
            false_share=0.1,
        )
    )
    assert topic_line(row(evidence=evidence), ZH, BELIEVED).told == "近 30 天 9 起，此前 30 天 0 起，此前没有。"


def test_forecasts_that_were_not_judged_have_no_share() -> None:
    assert (share_words(0, 0), share_words(3, 1)) == ("–", "75 %")
