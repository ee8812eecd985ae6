"""Rules are data; a rule that could never work is refused with the field and the reason."""

from pathlib import Path

import pytest

from alerts.errors import RuleError
from alerts.rules import load_rules
from cityops.catalogue import load_catalogue

CATALOGUE = load_catalogue()
GOOD = {
    "id": '"gas"',
    "title": '{ zh = "燃气", en = "Gas" }',
    "kind": '"gas_detector"',
    "metric": '"gas_lel"',
    "severity": "2",
    "direction": '"above"',
    "limit": "20",
    "clear": "15",
}


def write(path: Path, **change: str) -> Path:
    path.write_text("[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in (GOOD | change).items()), "utf-8")
    return path


def test_the_built_in_rules_cover_the_three_domains() -> None:
    domains = {CATALOGUE.kind[rule.kind].domain for rule in load_rules(CATALOGUE)}

    assert domains == set(CATALOGUE.domain)


def test_a_city_brings_its_own_rules(tmp_path: Path) -> None:
    assert [rule.id for rule in load_rules(CATALOGUE, write(tmp_path / "rules.toml"))] == ["gas"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", '"toaster"'),
        ("metric", '"pm25"'),
        ("severity", "5"),
        ("direction", '"sideways"'),
        ("limit", '"much"'),
        ("limit", "300"),
        ("clear", "25"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_by_field(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(RuleError, match=field):
        load_rules(CATALOGUE, write(tmp_path / "rules.toml", **{field: value}))


def test_a_limit_below_must_clear_above(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="clear"):
        load_rules(CATALOGUE, write(tmp_path / "rules.toml", direction='"below"'))


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "rules.toml")
    once = path.read_text("utf-8")
    path.write_text(f"{once}\n{once}", "utf-8")

    with pytest.raises(RuleError, match="twice"):
        load_rules(CATALOGUE, path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="CITYOPS_RULES_FILE"):
        load_rules(CATALOGUE, tmp_path / "none.toml")
