"""A domain is a folder: chosen by name, merged with the others, lent their metrics."""

from pathlib import Path

import pytest

from alerts.rules.rule_files import load_rules
from cityops.catalogue import load_catalogue
from cityops.errors import CatalogueError

DOMAIN = """
name = { zh = "殡葬", en = "Burial" }
colour = "#aabbcc"
order = 90
tiles = [{ metric = "pm25", aggregate = "max" }]
[index]
pm25 = [[10, 0], [50, 20]]
"""
KINDS = """
[kind.furnace]
name = { zh = "炉", en = "Furnace" }
metrics = ["pm25"]
interval = 60
"""
RULES = """
[[rule]]
id = "furnace-dust"
title = { zh = "炉尘", en = "Furnace dust" }
kind = "furnace"
severity = 3
when = { type = "threshold", metric = "pm25", direction = "above", limit = 200, clear = 100 }
"""


def write_pack(parent: Path, name: str, **files: str) -> Path:
    folder = parent / name
    folder.mkdir()
    for stem, text in {"domain": DOMAIN, "kinds": KINDS, "rules": RULES, **files}.items():
        (folder / f"{stem}.toml").write_text(text, "utf-8")
    return parent


def test_a_city_that_chooses_nothing_has_the_usual_domains_in_their_order() -> None:
    domains = load_catalogue().domain

    assert all(domain.usual for domain in domains.values())
    assert [domain.order for domain in domains.values()] == sorted(domain.order for domain in domains.values())


def test_a_folder_of_the_city_joins_the_usual_domains(tmp_path: Path) -> None:
    catalogue = load_catalogue(folder=write_pack(tmp_path, "burial"))

    assert [*catalogue.domain] == [*load_catalogue().domain, "burial"]
    assert catalogue.kind["furnace"].domain == "burial"
    assert "furnace-dust" in {rule.id for rule in load_rules(catalogue)}


def test_only_what_is_named_is_chosen_and_metrics_are_lent(tmp_path: Path) -> None:
    catalogue = load_catalogue(chosen=["burial"], folder=write_pack(tmp_path, "burial"))

    assert (set(catalogue.domain), set(catalogue.kind), set(catalogue.metric)) == ({"burial"}, {"furnace"}, {"pm25"})
    assert "furnace" not in catalogue.elsewhere
    assert "air_station" in catalogue.elsewhere


def test_every_single_domain_is_a_city_of_its_own() -> None:
    for name in load_catalogue(chosen=["all"]).domain:
        catalogue = load_catalogue(chosen=[name])

        assert set(catalogue.domain) == {name}
        assert {rule.kind for rule in load_rules(catalogue)} <= {"*", *catalogue.kind}


def test_the_rule_of_a_domain_that_is_not_chosen_is_left_out(tmp_path: Path) -> None:
    rules = RULES.replace('kind = "furnace"', 'kind = "air_station"')
    folder = write_pack(tmp_path, "burial", rules=rules)

    assert "furnace-dust" in {rule.id for rule in load_rules(load_catalogue(folder=folder))}
    alone = load_catalogue(chosen=["burial"], folder=folder)
    assert "furnace-dust" not in {rule.id for rule in load_rules(alone)}


def test_an_own_folder_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    shipped = list(load_catalogue().domain)[-1]

    assert load_catalogue(folder=write_pack(tmp_path, shipped)).domain[shipped].name.en == "Burial"


def test_a_rule_without_guidance_has_what_is_usual_in_its_domain(tmp_path: Path) -> None:
    texts = '[guidance]\nusual = { zh = "停炉", en = "Stop the furnace" }'
    rules = load_rules(load_catalogue(folder=write_pack(tmp_path, "burial", texts=texts)))

    [guidance] = [rule.guidance for rule in rules if rule.id == "furnace-dust"]
    assert guidance is not None
    assert guidance.en == "Stop the furnace"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"kinds": KINDS + KINDS.replace("furnace", "air_station")}, "air_station is in"),
        ({"kinds": KINDS.replace("pm25", "pm26")}, "pm26"),
        ({"kinds": "[sensor.x]\na = 1"}, "sensor"),
        ({"kinds": "kind = 3"}, "Head it with"),
        ({"kinds": "[kind]\nfurnace = 3"}, "Head it with"),
        ({"kinds": "[kind.x"}, "not TOML"),
        ({"domain": DOMAIN.replace('"pm25", agg', '"dust", agg')}, "tiles.*dust"),
        ({"domain": DOMAIN.replace("pm25 = [", "dust = [")}, "index.*dust"),
        ({"domain": DOMAIN.replace("[50, 20]", "[5, 20]")}, "must rise"),
        ({"domain": DOMAIN.replace('"max"', '"sum"')}, "sum"),
        ({"domain": DOMAIN.replace("order", "ordre")}, "ordre"),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        load_catalogue(folder=write_pack(tmp_path, "burial", **files))


@pytest.mark.parametrize("chosen", [["sports"], []])
def test_an_unknown_domain_is_refused_with_the_known_ones(chosen: list[str]) -> None:
    with pytest.raises(CatalogueError, match=r"CITYOPS_DOMAINS: .*all, or some of"):
        load_catalogue(chosen=chosen)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="CITYOPS_DOMAINS_DIR"):
        load_catalogue(folder=tmp_path / "none")


def test_the_citys_file_changes_fields_of_a_domain_and_leaves_the_rest(tmp_path: Path) -> None:
    name, domain = next(iter(load_catalogue().domain.items()))
    own = tmp_path / "own.toml"
    own.write_text(f'[domain.{name}]\ncolour = "#000000"', "utf-8")

    changed = load_catalogue(own).domain[name]

    assert (changed.colour, changed.tiles) == ("#000000", domain.tiles)
