"""Topics in words. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from citizens.topics.effects import Effect, Stretch
from citizens.topics.evidence import TopicEvidence, read_evidence
from citizens.topics.life import TopicState
from cityops.storage import Row
from dashboard.cases.words import CaseWords

NEVER = 1_000_000  # what is rarer is told as rarer than one in so many


@dataclass(frozen=True, slots=True)
class Bar:
    """How many a month, in words, and how long the bar is in percent of the longest. `kind`: usual, risen or since."""

    kind: str
    words: str
    number: str
    percent: int


@dataclass(frozen=True, slots=True)
class BehindLine:
    """One case, alert or report behind a topic."""

    words: str
    address: str
    about: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic."""

    row: Row
    category: str
    area: str
    lead: str
    evidence: TopicEvidence
    told: str
    chance: str
    bars: tuple[Bar, ...]
    verdict: str
    is_good: bool
    behind: tuple[tuple[str, int, tuple[BehindLine, ...]], ...] = ()

    @property
    def state(self) -> str:
        """Where it stands."""
        return str(self.row["state"])


def topic_line(row: Row, words: CaseWords, believed: Fraction, behind: Row | None = None) -> TopicLine:
    """Return a topic as the page tells it. `behind`: what may be seen of what stands behind it."""
    evidence = read_evidence(row["evidence"])
    effect = _effect(row, evidence)
    followed = row["state"] in (TopicState.ADOPTED, TopicState.ENDED)
    verdict, is_good = _verdict(effect, believed, words) if followed else ("", False)
    return TopicLine(
        row,
        words.category(row["category"]),
        words.area(row["area_code"]),
        words.department(row["lead_department"]) if row["lead_department"] else "",
        evidence,
        _told(evidence, words),
        chance_words(evidence.chance, words),
        _bars(evidence, effect, words),
        verdict,
        is_good,
        _behind(behind, evidence, words) if behind is not None else (),
    )


def chance_words(chance: float, words: CaseWords) -> str:
    """Return a chance as people say it: one time in so many."""
    if chance * NEVER < 1:
        return words.say("topics.rarer_than", times=f"{NEVER:,}")
    times = 1 / chance
    rounded = round(times) if times < 100 else round(times, 1 - len(str(int(times))) + 1)
    return words.say("topics.one_in", times=f"{int(rounded):,}")


def title_of(title: Any, language: str) -> str:
    """Return the title of a rule in a language; the Chinese one where there is no other."""
    return str(title.get(language) or title.get("zh", ""))


def _told(evidence: TopicEvidence, words: CaseWords) -> str:
    factor = evidence.factor
    more = words.say("topics.times", factor=f"{factor:.1f}") if factor is not None else words.say("topics.new")
    counts = {"after": evidence.after, "days": evidence.after_days, "before": evidence.before}
    return words.say("topics.told", **counts, before_days=evidence.before_days, more=more)


def _effect(row: Row, evidence: TopicEvidence) -> Effect | None:
    if row["since_days"] is None:
        return None
    return Effect(
        Stretch(evidence.before, evidence.before_days),
        Stretch(evidence.after, evidence.after_days),
        Stretch(row["since_count"], row["since_days"]),
    )


def _bars(evidence: TopicEvidence, effect: Effect | None, words: CaseWords) -> tuple[Bar, ...]:
    stretches = [
        ("usual", Stretch(evidence.before, evidence.before_days)),
        ("risen", Stretch(evidence.after, evidence.after_days)),
        *([("since", effect.since)] if effect is not None else []),
    ]
    most = max(stretch.a_month for _, stretch in stretches) or 1.0
    return tuple(
        Bar(
            kind,
            words.say(f"topics.is_{kind}"),
            words.say("topics.count_in", count=stretch.count, days=stretch.days),
            round(100 * stretch.a_month / most),
        )
        for kind, stretch in stretches
    )


def _verdict(effect: Effect | None, believed: Fraction, words: CaseWords) -> tuple[str, bool]:
    if effect is None:
        return words.say("topics.not_yet"), False
    if not effect.has_fallen(believed):
        return words.say("topics.not_fallen", chance=chance_words(float(effect.fall), words)), False
    key = "usual_again" if effect.is_usual_again(believed) else "still_high"
    return words.say(f"topics.{key}", chance=chance_words(float(effect.fall), words)), True


def _behind(
    behind: Row, evidence: TopicEvidence, words: CaseWords
) -> tuple[tuple[str, int, tuple[BehindLine, ...]], ...]:
    cases = tuple(
        BehindLine(row["number"], f"/cases/{row['case_id']}", words.say(f"case_state.{row['state']}"))
        for row in behind["cases"]
    )
    alerts = tuple(
        BehindLine(title_of(row["title"], words.language), f"/desk?alert={row['alert_id']}", row["sensor_name"])
        for row in behind["alerts"]
    )
    reports = tuple(BehindLine(row["number"], "", words.source(row["channel"])) for row in behind["reports"])
    named = (
        ("reports", len(evidence.reports), reports),
        ("cases", len(evidence.cases), cases),
        ("alerts", len(evidence.alerts), alerts),
    )
    return tuple((words.say(f"topics.{name}"), number, lines) for name, number, lines in named if number)
