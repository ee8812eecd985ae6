"""The catalogue is data: a city adds metrics and kinds without code."""

from pathlib import Path

import pytest

from cityops.catalogue import Mean, load_catalogue
from cityops.errors import CatalogueError

OWN = """
[metric.radon]
name = { zh = "氡", en = "Radon" }
unit = "Bq/m³"
valid = [0, 100000]
plausible = [0, 20000]
precision = 0
colour = "#ffffff"

[kind.radon_meter]
domain = "environment"
name = { zh = "氡测量仪", en = "Radon meter" }
metrics = ["radon"]
interval = 600
"""


def test_three_domains_with_at_least_twelve_kinds() -> None:
    catalogue = load_catalogue()

    assert set(catalogue.domain) == {"environment", "traffic", "emergency"}
    assert len(catalogue.kind) >= 12
    assert all(catalogue.kinds_of(domain) for domain in catalogue.domain)


def test_noise_is_averaged_by_energy_and_speed_harmonically() -> None:
    metric = load_catalogue().metric

    assert (metric["leq"].mean, metric["speed"].mean, metric["pm25"].mean) == (
        Mean.ENERGY, Mean.HARMONIC, Mean.ARITHMETIC,
    )  # fmt: skip


def test_a_city_adds_its_own_kind(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, "utf-8")

    catalogue = load_catalogue(file)

    assert catalogue.kind["radon_meter"].headline == "radon"
    assert "pm25" in catalogue.metric


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"environment"', '"sports"', "kind.radon_meter.domain"),
        ('["radon"]', '["xenon"]', "kind.radon_meter.metrics"),
        ("[0, 20000]", "[0, 200000]", "metric.radon.plausible"),
        ("precision = 0", "precision = 0\nstep = 0", "metric.radon.step"),
        ("precision = 0", "precision = 0\nspike = -1", "metric.radon.spike"),
        ("precision = 0", "precision = 0\nflat_above = -1", "metric.radon.flat_above"),
        ("interval = 600", "interval = 0", "kind.radon_meter.interval"),
        ("interval = 600", 'interval = "often"', "interval"),
        ("[kind.radon_meter]", '[kind."Radon Meter"]', "Radon Meter"),
        ("unit = ", "units = ", "units"),
        ("[metric.radon]", "[metric.radon", "TOML"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace(old, new), "utf-8")

    with pytest.raises(CatalogueError, match=named):
        load_catalogue(file)


def test_every_limit_on_movement_names_its_source() -> None:
    limited = {
        name: metric
        for name, metric in load_catalogue().metric.items()
        if any((metric.step, metric.spike, metric.flat_minutes)) or metric.flat_above is not None
    }

    assert limited
    assert [name for name, metric in limited.items() if not metric.limits_source] == []
