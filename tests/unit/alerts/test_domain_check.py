"""`cityops domain check` explains every mistake of a folder, not only the first."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.domain_command import app
from alerts.rules.domain_check import find_mistakes
from cityops.catalogue import load_catalogue
from cityops.domains import ALL
from cityops.errors import CatalogueError
from tests.unit.kernel.test_domains import DOMAIN, KINDS, RULES, write_pack

GUIDED = RULES.replace("kind =", 'guidance = { zh = "停炉", en = "Stop it" }\nsource = "local"\nkind =')
METRIC = """
[metric.ash]
name = { zh = "灰", en = "Ash" }
unit = "g"
valid = [0, 10]
plausible = [0, 5]
precision = 0
colour = "#aabbcc"
"""


def mistakes_in(parent: Path, name: str = "burial", **files: str) -> list[str]:
    return find_mistakes(write_pack(parent, name, **{"rules": GUIDED, **files}) / name)


def test_a_folder_without_mistakes_has_none(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path, kinds=METRIC + KINDS) == []


@pytest.mark.parametrize("name", load_catalogue(chosen=[ALL]).folders)
def test_what_is_shipped_has_none(name: str) -> None:
    assert find_mistakes(load_catalogue(chosen=[ALL]).folders[name]) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"domain": DOMAIN.replace("colour", "color")}, ["domain.toml: color is unknown. Did you mean colour?",
                                                          "domain.toml: colour is missing. Add it."]),
        ({"domain": 'icon = "M0 0\\"/><g d=\\""' + DOMAIN}, ["domain.toml: icon is no path."]),
        ({"domain": DOMAIN.replace("#aabbcc", "red")}, ["domain.toml: colour 'red' is no colour."]),
        ({"domain": DOMAIN.replace('"pm25", agg', '"dust", agg')}, ["domain.toml: tiles ['dust'] unknown"]),
        ({"domain": DOMAIN.replace('"max"', '"sum"')}, ["domain.toml: tiles[0].aggregate: Invalid enum value 'sum'"]),
        ({"domain": DOMAIN.replace("[50, 20]", "[5, 20]")}, ["domain.toml: index.pm25 must rise"]),
        ({"domain": "name = "}, ["domain.toml: is not TOML"]),
        ({"kinds": KINDS.replace("60", "0")}, ["kinds.toml: kind.furnace.interval must be positive"]),
        ({"kinds": KINDS.replace("pm25", "dust")}, ["kinds.toml: kind.furnace.metrics ['dust'] unknown",
                                                      "rules.toml: rule furnace-dust: metric 'pm25' is not measured"]),
        ({"kinds": KINDS + METRIC.replace("[0, 5]", "[0, 50]")}, ["kinds.toml: metric.ash.plausible is not inside"]),
        ({"kinds": KINDS + METRIC.replace("ash", "pm25")}, ["kinds.toml: metric.pm25 is in the domain"]),
        ({"kinds": KINDS + METRIC.replace("ash", "Ash")}, ["kinds.toml: metric.Ash is no name"]),
        ({"kinds": KINDS + 'domain = "sports"'}, ["kinds.toml: kind.furnace.domain is 'sports'"]),
        ({"kinds": "[sensor.x]\na = 1\n" + KINDS}, ["kinds.toml: sensor is unknown."]),
        ({"rules": GUIDED + GUIDED}, ["rules.toml: rule furnace-dust: id is used twice"]),
        ({"rules": RULES}, ["rules.toml: rule furnace-dust: guidance is missing",
                            "rules.toml: rule furnace-dust: source is missing"]),
        ({"rules": GUIDED.replace("severity = 3", "severity = 9")}, ["rules.toml: rule furnace-dust: severity 9"]),
        ({"rules": "rule = 3"}, ["rules.toml: rule must be a list"]),
        ({"texts": '[page]\nabout = "x"'}, ["texts.toml: page.about.is 'x', not a table"]),
        ({"texts": '[page]\nabout = { zh = "x" }'}, ["texts.toml: page.about.en is missing"]),
    ],
)  # fmt: skip
def test_each_mistake_has_its_file_and_what_to_do(tmp_path: Path, files: dict[str, str], told: list[str]) -> None:
    found = mistakes_in(tmp_path, **files)

    for start in told:
        assert any(mistake.startswith(start) for mistake in found), found
    assert all(mistake.endswith((".", "?")) for mistake in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes_in(tmp_path, domain=DOMAIN.replace("zh", "cn"), kinds=KINDS.replace("60", "-1"), rules="rule = 3")

    assert {mistake.partition(":")[0] for mistake in found} == {"domain.toml", "kinds.toml", "rules.toml"}


@pytest.mark.parametrize("name", ["overview", "My Trees"])
def test_a_name_that_screens_cannot_use_is_told(tmp_path: Path, name: str) -> None:
    assert len(mistakes_in(tmp_path, name)) == 1


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no folder"):
        find_mistakes(tmp_path / "none")


def test_the_verb_ends_with_a_status(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "burial", rules=GUIDED) / "burial"
    good = CliRunner().invoke(app, ["check", str(folder)])
    (folder / "kinds.toml").unlink()
    bad = CliRunner().invoke(app, ["check", str(folder)])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "kinds.toml: is missing" in bad.output
