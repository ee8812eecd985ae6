"""The rules of responsibility as lines of a table. Pure."""

from dataclasses import dataclass

from cases.routing.responsibility import Responsibility
from cityops.names import finds, search_key
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import address_of


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of responsibility; `number` is its place among the rules of this version."""

    number: int
    category: str
    area: str
    component: str
    role: str
    department: str
    priority: int
    validity: str
    source: str
    address: str


def rule_line(number: int, rule: Responsibility, words: CaseWords) -> RuleLine:
    """Return one rule in words."""
    return RuleLine(
        number,
        beginning_words(rule.category, words),
        area_words(rule.area, words),
        rule.component,
        words.say(f"catalogue.role_{rule.role}"),
        words.department(rule.department),
        rule.priority,
        validity_words(rule, words),
        rule.source,
        address_of("rule", number=number),
    )


def find_rules(words: CaseWords, asked: str, department: str) -> list[RuleLine]:
    """Return the rules of a department in which every word of a search is found."""
    lines = [
        rule_line(number, rule, words)
        for number, rule in enumerate(words.catalogue.rules)
        if department in ("", rule.department)
    ]
    return [line for line in lines if finds(asked, _rule_text(line, words.catalogue.rules[line.number]))]


def beginning_words(beginning: str, words: CaseWords) -> str:
    """Return what the beginning of a category's key stands for."""
    if not beginning:
        return words.say("catalogue.all_categories")
    if beginning in words.catalogue.categories:
        return f"{beginning} {words.category(beginning)}"
    return words.say("catalogue.beginning", beginning=beginning)


def area_words(beginning: str, words: CaseWords) -> str:
    """Return what the beginning of an area's code stands for."""
    if not beginning:
        return words.say("catalogue.whole_city")
    return f"{beginning} {words.area(beginning)}" if beginning in words.areas else beginning


def validity_words(rule: Responsibility, words: CaseWords) -> str:
    """Return when a rule is valid."""
    if rule.valid_from is None and rule.valid_until is None:
        return words.say("catalogue.always")
    return words.say("catalogue.valid", begin=rule.valid_from or "…", end=rule.valid_until or "…")


def _rule_text(line: RuleLine, rule: Responsibility) -> str:
    return search_key(line.category, line.area, line.department, line.component, line.source, rule.department)
