"""Rules are data; a rule that could never work is refused with the field and the reason."""

import re
from pathlib import Path
from typing import get_args

import pytest

from alerts.conditions import Condition
from alerts.errors import RuleError
from alerts.rules.definitions import OfAnyKind
from alerts.rules.rule_checks import read_rule
from alerts.rules.rule_files import load_rules
from alerts.rules.store import definition_of
from cityops import storage
from cityops.catalogue import load_catalogue
from sensors_sim.fleet.devices import KINDS

CATALOGUE = load_catalogue()
GOOD = {
    "id": '"gas"',
    "title": '{ zh = "燃气", en = "Gas" }',
    "kind": '"gas_detector"',
    "severity": "2",
    "when": '{ type = "threshold", metric = "gas_lel", direction = "above", limit = 20, clear = 15 }',
}
LIMIT = 'metric = "gas_lel", direction = "above", limit = 20, clear = 15'


def write(path: Path, **change: str) -> Path:
    path.write_text("[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in (GOOD | change).items()), "utf-8")
    return path


def threshold(**change: str) -> str:
    """Return the condition of the good rule with some fields replaced."""
    fields = {"metric": '"gas_lel"', "direction": '"above"', "limit": "20", "clear": "15"} | change
    return '{ type = "threshold", ' + ", ".join(f"{key} = {value}" for key, value in fields.items()) + " }"


def rate(change: float, clear: float) -> str:
    bounds = f"change = {change}, clear = {clear}"
    return f'{{ type = "rate", metric = "gas_lel", direction = "above", seconds = 60, {bounds} }}'


def composite(*kinds: str, within: str = "city") -> str:
    signs = ", ".join(f'{{ kind = "{kind}", when = {{ type = "threshold", {LIMIT} }} }}' for kind in kinds)
    return f'{{ type = "composite", within = "{within}", signs = [{signs}] }}'


def flood(levels: str) -> str:
    return f'{{ type = "flood", colour = 1, levels = {{ {levels} }} }}'


def test_the_built_in_rules_cover_every_kind_of_the_usual_city_and_every_type() -> None:
    rules = load_rules(CATALOGUE)
    conditions = {type(rule.when) for rule in rules}

    assert set(KINDS) <= {rule.kind for rule in rules} <= {*CATALOGUE.kind, "*"}
    assert conditions == set(get_args(Condition))
    assert {rule.severity for rule in rules} == {1, 2, 3, 4}


def test_every_built_in_rule_says_what_to_do_who_does_it_and_where_it_is_from() -> None:
    for rule in load_rules(CATALOGUE):
        assert rule.guidance, rule.id
        assert rule.source, rule.id
        assert rule.department, rule.id


def test_a_rule_goes_to_the_database_and_comes_back_the_same() -> None:
    for rule in load_rules(CATALOGUE):
        assert read_rule(definition_of(rule), CATALOGUE) == rule


def test_a_city_brings_its_own_rules(tmp_path: Path) -> None:
    assert [rule.id for rule in load_rules(CATALOGUE, write(tmp_path / "rules.toml"))] == ["gas"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("id", {"id": '"a b"'}),
        ("kind", {"kind": '"toaster"'}),
        ("severity", {"severity": "5"}),
        ("limt", {"limt": "3"}),
        ("when: .*ype", {"when": "{ limit = 3 }"}),
        ("when.type.*spells", {"when": '{ type = "spells" }'}),
        ("metric", {"when": threshold(metric='"pm25"')}),
        ("metric", {"when": threshold(metric='"sparkle"')}),
        ("when.direction", {"when": threshold(direction='"sideways"')}),
        ("when.limit", {"when": threshold(limit='"much"')}),
        ("limit", {"when": threshold(limit="300")}),
        ("clear", {"when": threshold(clear="25")}),
        ("clear", {"when": threshold(clear="15", direction='"below"')}),
        ("on_delay", {"on_delay": "-1"}),
        ("deadlines.handle", {"deadlines": "{ handle = -1 }"}),
        ("schedule.zone", {"schedule": '{ zone = "Asia/Atlantis" }'}),
        ("schedule.zone", {"schedule": '{ zone = "../etc" }'}),
        ("schedule.start", {"schedule": '{ zone = "UTC", start = "25:00" }'}),
        ("schedule.end", {"schedule": '{ zone = "UTC", end = "12:00+08:00" }'}),
        ("schedule.days", {"schedule": '{ zone = "UTC", days = [] }'}),
        ("schedule.days", {"schedule": '{ zone = "UTC", days = ["someday"] }'}),
        ("change", {"when": rate(-1, 1)}),
        ("clear", {"when": rate(3, 4)}),
        ("times", {"when": f'{{ type = "repeated", times = 1, seconds = 60, of = {threshold()} }}'}),
        ("limit", {"when": f'{{ type = "repeated", times = 2, seconds = 60, of = {threshold(limit="999")} }}'}),
        ("seconds", {"when": '{ type = "missing", seconds = 0 }'}),
        ("seconds", {"when": '{ type = "flat", metric = "gas_lel", seconds = -5 }'}),
        ("metric", {"when": '{ type = "flat", metric = "leq", seconds = 5 }'}),
        ("level", {"kind": '"air_station"', "when": '{ type = "aqi", level = 7 }'}),
        ("kind", {"when": '{ type = "aqi", level = 4 }'}),
        ("minutes", {"kind": '"traffic_detector"', "when": '{ type = "tpi", level = 4, minutes = 60 }'}),
        ("colour", {"kind": '"weather_station"', "when": '{ type = "rainstorm", colour = 5 }'}),
        ("levels", {"kind": '"river_gauge"', "when": flood("warning = 4, guarantee = 3, historic = 5")}),
        ("over", {"kind": '"noise_meter"', "when": '{ type = "noise", zone = "1", over = -3 }'}),
        ("zone", {"kind": '"noise_meter"', "when": '{ type = "noise", zone = "9" }'}),
        ("signs", {"when": composite("gas_detector")}),
        ("signs.1..kind", {"when": composite("gas_detector", "toaster")}),
        ("metric", {"when": composite("gas_detector", "hydrant")}),
        ("radius_km", {"when": composite("gas_detector", "gas_detector", within="radius")}),
        ("kind", {"kind": '"hydrant"', "when": composite("gas_detector", "gas_detector")}),
        ("least", {"when": f'{{ type = "spatial", least = 1, radius_km = 1, of = {threshold()} }}'}),
        ("radius_km", {"when": f'{{ type = "spatial", least = 3, radius_km = 0, of = {threshold()} }}'}),
        ("case", {"case": '"05-06"'}),
        ("level", {"kind": '"traffic_detector"', "when": '{ type = "tpi", level = 6 }'}),
        ("level", {"kind": '"air_station"', "when": '{ type = "aqi", level = 0 }'}),
        ("clear", {"kind": '"*"', "when": '{ type = "clock", seconds = 60, clear = 61 }'}),
        ("clear", {"kind": '"*"', "when": '{ type = "clock", seconds = 60, clear = 0 }'}),
        ("seconds", {"kind": '"*"', "when": '{ type = "job-fault", seconds = -1 }'}),
        ("reports", {"kind": '"*"', "when": '{ type = "missing-reports", reports = 0, seconds = 60 }'}),
        ("seconds", {"kind": '"*"', "when": '{ type = "missing-reports", reports = 1, seconds = 0 }'}),
        ("urgent", {"kind": '"*"', "when": '{ type = "unheard", seconds = 60, urgent = 0 }'}),
        ("severity", {"kind": '"*"', "when": '{ type = "warning", severity = 5 }'}),
        ("codes", {"kind": '"*"', "when": '{ type = "warning", codes = ["OET 159"] }'}),
        ("codes", {"kind": '"*"', "when": f'{{ type = "warning", codes = {[f"C{n}" for n in range(51)]} }}'}),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused_by_field(tmp_path: Path, field: str, change: dict[str, str]) -> None:
    with pytest.raises(RuleError, match=f"rule .*: .*{field}"):
        load_rules(CATALOGUE, write(tmp_path / "rules.toml", **change))


@pytest.mark.parametrize(
    "when",
    [
        '{ type = "clock", seconds = 60, clear = 60 }',
        '{ type = "job-fault", seconds = 0 }',
        '{ type = "missing-reports", reports = 1, seconds = 1 }',
        '{ type = "warning", severity = 1 }',
        f'{{ type = "warning", severity = 4, codes = {[f"OET-{number}" for number in range(50)]} }}',
    ],
)
def test_a_rule_at_its_bounds_is_taken(tmp_path: Path, when: str) -> None:
    (rule,) = load_rules(CATALOGUE, write(tmp_path / "rules.toml", kind='"*"', when=when))

    assert rule.metric == ""


def test_what_is_said_of_devices_needs_no_reading_to_be_believed() -> None:
    """The database's list of such types, by which their alerts never turn stale, has every one of them."""
    words = (Path(storage.__file__).parent / "replayable" / "evidence.sql").read_text("utf-8")
    listed = re.findall("'([a-z-]+)'", words.split("IN (", 1)[1].split(")", 1)[0])

    assert set(listed) == {one.__struct_config__.tag for one in get_args(OfAnyKind)}


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "rules.toml")
    once = path.read_text("utf-8")
    path.write_text(f"{once}\n{once}", "utf-8")

    with pytest.raises(RuleError, match="twice"):
        load_rules(CATALOGUE, path)


@pytest.mark.parametrize(("named", "fits"), [("other", False), ("limit", False), ("silent", True)])
def test_a_rule_about_how_widely_another_holds_names_one_that_is_judged_device_by_device(
    tmp_path: Path, named: str, fits: bool
) -> None:
    path = write(tmp_path / "rules.toml", id='"limit"')
    wide = f'{{ type = "widespread", rule = "{named}", devices = 20, share = 0.2 }}'
    silent = write(tmp_path / "silent.toml", id='"silent"', kind='"*"', when='{ type = "missing", seconds = 300 }')
    about = write(tmp_path / "about.toml", id='"about"', kind='"*"', when=wide)
    path.write_text("\n".join(one.read_text("utf-8") for one in (path, silent, about)), "utf-8")

    if fits:
        assert [rule.id for rule in load_rules(CATALOGUE, path)] == ["limit", "silent", "about"]
    else:
        with pytest.raises(RuleError, match=f"rule about: when.rule '{named}'"):
            load_rules(CATALOGUE, path)


@pytest.mark.parametrize("text", ["[[rule]", "rule = 3", "\x00"])
def test_a_file_that_is_no_list_of_rules_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(RuleError):
        load_rules(CATALOGUE, path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="CITYOPS_RULES_FILE"):
        load_rules(CATALOGUE, tmp_path / "none.toml")
