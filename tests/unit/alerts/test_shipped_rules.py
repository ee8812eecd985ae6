"""The rules of all domains that are shipped: each can work, says what to do, and where its limit comes from."""

import pytest

from alerts.conditions import Threshold
from alerts.rules.definitions import Rule
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, load_catalogue


@pytest.fixture(scope="module")
def every() -> Catalogue:
    return load_catalogue(chosen=["all"])


@pytest.fixture(scope="module")
def rules(every: Catalogue) -> list[Rule]:
    return load_rules(every)


def test_every_rule_says_what_to_do_in_both_languages_and_has_a_source(rules: list[Rule]) -> None:
    for rule in rules:
        assert rule.guidance is not None, rule.id
        assert rule.guidance.zh.strip(), rule.id
        assert rule.guidance.en.strip(), rule.id
        assert rule.title.zh.strip(), rule.id
        assert rule.title.en.strip(), rule.id
        assert rule.department, rule.id
        assert rule.source, rule.id


def test_every_domain_has_rules_of_its_own(every: Catalogue, rules: list[Rule]) -> None:
    judged = {every.kind[rule.kind].domain for rule in rules if rule.kind in every.kind}

    assert judged == set(every.domain)


def test_every_threshold_could_be_reached_and_left(every: Catalogue, rules: list[Rule]) -> None:
    for rule in rules:
        if isinstance(rule.when, Threshold):
            low, high = every.metric[rule.when.metric].plausible
            assert low <= rule.when.limit <= high, rule.id
            assert low <= rule.when.clear <= high, rule.id
            assert rule.when.clear != rule.when.limit, rule.id


def test_what_raises_the_highest_alert_is_not_held_back_as_a_jump(every: Catalogue, rules: list[Rule]) -> None:
    """QARTOD limits make a fast rise suspect, and what is suspect raises nothing: not where lives depend on it."""
    for rule in rules:
        if rule.severity == 1 and isinstance(rule.when, Threshold):
            metric = every.metric[rule.when.metric]
            assert (metric.step, metric.spike) == (None, None), rule.id
