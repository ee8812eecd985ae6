"""What a change of the catalogue would do, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cases.catalogue.categories import CaseCategory, Department, FilingStandard
from cases.catalogue.differences import Difference, Thing
from cases.catalogue.limit_trials import LimitTrial
from cases.routing.responsibility import Responsibility
from cases.store.catalogue.catalogue_change import CatalogueChange
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.route_lines import GapLine, gap_lines
from dashboard.pages.catalogue.rule_lines import area_words, beginning_words, validity_words

MOST_DIFFERENCES = 200  # shown


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that is not the same: what became of it (new, changed, gone), and what differs in it."""

    change: str
    name: str
    details: tuple[tuple[str, str, str], ...]  # what, before, after


@dataclass(frozen=True, slots=True)
class MoveLine:
    """So many past cases would have been led by another department."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class LimitLine:
    """What another limit would have made of the past cases of a condition."""

    name: str
    before: str
    after: str
    trial: LimitTrial


@dataclass(frozen=True, slots=True)
class TrialView:
    """A change before it is made. `helped`: cases of which only the helping departments would differ."""

    version: int
    tried: int
    rerouted: int
    helped: int
    moves: list[MoveLine]
    limits: list[LimitLine]
    changes: list[ChangeLine]
    hidden: int
    gaps: list[GapLine]

    @property
    def overdue(self) -> int:
        """How many cases would have been overdue under changed limits."""
        return sum(line.trial.overdue_after for line in self.limits)

    @property
    def overdue_now(self) -> int:
        """How many of the same cases are overdue by the limits in force."""
        return sum(line.trial.overdue_before for line in self.limits)

    @property
    def timed(self) -> int:
        """How many cases have a changed limit."""
        return sum(line.trial.cases for line in self.limits)


def view_trial(found: CatalogueChange, words: CaseWords, after: CaseWords) -> TrialView:
    """Return a change in words; `after` speaks with the names that the change makes."""
    moves = found.moves()
    return TrialView(
        found.version,
        found.tried,
        len(found.rerouted),
        len(found.rerouted) - moves.total(),
        [MoveLine(_lead(old, words), _lead(new, after), count) for (old, new), count in moves.most_common()],
        [_limit_line(trial, after) for trial in found.limits],
        change_lines(found.differences[:MOST_DIFFERENCES], words, after),
        max(0, len(found.differences) - MOST_DIFFERENCES),
        gap_lines(found.gaps, after),
    )


def change_lines(differences: Sequence[Difference], before: CaseWords, after: CaseWords) -> list[ChangeLine]:
    """Return what is new, changed or gone."""
    return [
        ChangeLine(one.change.value, _name(one, before, after), tuple(_details(one, before, after)))
        for one in differences
    ]


def _lead(code: str, words: CaseWords) -> str:
    return words.department(code) if code else words.say("catalogue.nobody")


def _limit_line(trial: LimitTrial, words: CaseWords) -> LimitLine:
    category, _, _ = trial.standard.rpartition(".")
    name = f"{trial.standard} {words.category(category)}{words.say('catalogue.colon')}{words.condition(trial.standard)}"
    return LimitLine(name, words.limit(trial.before), words.limit(trial.after), trial)


def _name(one: Difference, before: CaseWords, after: CaseWords) -> str:
    thing, words = (one.before, before) if one.after is None else (one.after, after)
    if isinstance(thing, Responsibility):
        return words.say(
            "catalogue.rule_named",
            category=beginning_words(thing.category, words),
            area=area_words(thing.area, words),
            role=words.say(f"catalogue.role_{thing.role}"),
            department=words.department(thing.department),
        )
    if isinstance(thing, Department):
        return words.say("catalogue.department_named", name=words.department(thing.code), code=thing.code)
    return one.name if thing is None else f"{thing.key} {words.category(thing.key)}"


def _details(one: Difference, before: CaseWords, after: CaseWords) -> Iterator[tuple[str, str, str]]:
    """Yield what differs of a thing that was there and still is, and what a new one says."""
    old = _facts(one.before, before) if one.before is not None else {}
    new = _facts(one.after, after) if one.after is not None else {}
    if one.after is None:
        return
    for what in [*new, *(what for what in old if what not in new)]:
        if old.get(what, "") != new.get(what, ""):
            yield what, old.get(what, ""), new.get(what, "")


def _facts(thing: Thing, words: CaseWords) -> Mapping[str, str]:
    """Return everything about a thing, by what it is called."""
    say = words.say
    if isinstance(thing, Department):
        return {say("catalogue.kind"): say(f"catalogue.kind_{thing.kind}"), "zh": thing.name_zh, "en": thing.name_en}
    if isinstance(thing, Responsibility):
        return {
            say("catalogue.priority"): str(thing.priority),
            say("catalogue.component"): thing.component,
            say("catalogue.validity"): validity_words(thing, words),
            say("catalogue.source"): thing.source,
        }
    facts = {"zh": thing.name_zh, "en": thing.name_en, say("catalogue.lead"): words.department(thing.department)}
    return facts | dict(_standards(thing, words))


def _standards(category: CaseCategory, words: CaseWords) -> Iterator[tuple[str, str]]:
    for one in category.standards:
        condition = one.condition_en if words.language == "en" else one.condition_zh
        yield words.say("catalogue.condition_named", number=one.standard, condition=condition), _stages(one, words)


def _stages(standard: FilingStandard, words: CaseWords) -> str:
    is_english = words.language == "en"
    stages = [
        f"{stage.closing_en if is_english else stage.closing_zh} {words.limit(stage.limit)}"
        for stage in standard.stages
    ]
    return f"{' → '.join(stages)} · {words.say('catalogue.severity_is', severity=standard.severity)}"
