"""A distribution that is installed beside the product computes the index of a domain, and can harm nothing else."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from cityops.catalogue import Catalogue, load_catalogue
from cityops.domains.index_functions import GROUP, MetricAggregate, load_index_functions
from cityops.errors import CatalogueError
from dashboard.city.vitals.vital_rows import vital_row
from dashboard.city.vitals.vital_signs import Burden, Cause, Vital, judge_domains
from dashboard.city.vitals.vital_weights import load_weights
from tests.unit.kernel.test_domains import write_pack

Install = Callable[..., None]

# What no table of points can say: both together are worse than each.
INDEX = """
from cityops.domains.index_functions import DomainIndex

def judge(aggregates):
    dust, carbon = aggregates["pm25"], aggregates.get("co")
    if carbon is None:
        return None
    cost = dust.high / 10 * carbon.high
    return DomainIndex(100 - cost, "strained" if carbon.high > 3 else None, {"pm25": cost})

def fail(aggregates):
    raise RuntimeError("a mistake of somebody's")

def exaggerate(aggregates):
    return DomainIndex(120)

constant = 3
"""
RED = Burden("burial", "F-1", "dust", 1, 30.0)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a distribution whose entry point for the domain burial is this function of `INDEX`."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(function: str, *, name: str = "city_burial", domain: str = "burial") -> None:
        (tmp_path / f"{name}.py").write_text(INDEX, "utf-8")
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        (about / "entry_points.txt").write_text(f"[{GROUP}]\n{domain} = {name}:{function}\n", "utf-8")

    return make


@pytest.fixture
def city(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A city with a domain of its own that measures dust and carbon monoxide."""
    kinds = '[kind.furnace]\nname = { zh = "炉", en = "Furnace" }\nmetrics = ["pm25", "co"]\ninterval = 60\n'
    return load_catalogue(folder=write_pack(tmp_path_factory.mktemp("own"), "burial", kinds=kinds))


def index(catalogue: Catalogue, *alerts: Burden, **highest: float) -> Vital | None:
    numbers = {name: MetricAggregate(high / 2, high, 0) for name, high in highest.items()}
    found = judge_domains(numbers, aqi=None, alerts=alerts, sensors={"burial": 60}, weights=load_weights(catalogue))
    return found.get("burial")


def test_an_installed_function_is_the_index_in_place_of_the_table(install: Install, city: Catalogue) -> None:
    by_table = index(city, pm25=50, co=2)
    install("judge")

    computed = index(city, pm25=50, co=2, leq=70)  # which no sensor of the domain measures

    assert by_table == Vital(92.5, 2, 2, (Cause("pm25", 25, 7.5),))
    assert computed == Vital(90, 3, 3, (Cause("pm25", 25, 10),))


def test_alerts_cost_what_they_always_do(install: Install, city: Catalogue) -> None:
    install("judge")

    calm, burdened = index(city, pm25=50, co=2), index(city, RED, pm25=50, co=2)

    assert calm is not None
    assert burdened is not None
    assert burdened.score < calm.score - 10
    assert [cause.name for cause in burdened.causes] == ["dust", "pm25"]


@pytest.mark.parametrize(("carbon", "level"), [(2, "good"), (4, "strained")])
def test_a_level_of_its_own_makes_it_worse_and_never_better(
    install: Install, city: Catalogue, carbon: float, level: str
) -> None:
    install("judge")
    levels = load_weights(city).levels
    vital = index(city, pm25=10, co=carbon)

    assert vital is not None
    assert vital_row(vital, {}, city, levels)["level"] == level
    assert vital_row(Vital(40, 1, 1, level="watch"), {}, city, levels)["level"] == "critical"


def test_too_little_is_no_index(install: Install, city: Catalogue) -> None:
    install("judge")

    assert index(city, pm25=50) is None


@pytest.mark.parametrize(("function", "why"), [("fail", "a mistake of somebody's"), ("exaggerate", "is no index")])
def test_one_that_fails_is_switched_off_and_named_once(
    install: Install, city: Catalogue, caplog: pytest.LogCaptureFixture, function: str, why: str
) -> None:
    install(function)
    [guarded] = load_index_functions(city.domain).values()

    with caplog.at_level(logging.ERROR):
        assert [guarded({}), guarded({})] == [None, None]

    [record] = caplog.records
    assert "burial" in record.getMessage()
    assert why in caplog.text
    assert index(city, pm25=50, co=2) is None


def test_one_of_a_domain_that_the_city_does_not_have_is_not_loaded(install: Install, city: Catalogue) -> None:
    install("no_such_function", domain="sports")

    assert load_index_functions(city.domain) == {}


@pytest.mark.parametrize(
    ("function", "why"), [("no_such_function", "cannot be loaded"), ("constant", "is no function")]
)
def test_one_that_is_none_is_refused(install: Install, city: Catalogue, function: str, why: str) -> None:
    install(function)

    with pytest.raises(CatalogueError, match=f"burial = city_burial:{function} .*{why}"):
        load_index_functions(city.domain)


def test_two_for_one_domain_are_refused(install: Install, city: Catalogue) -> None:
    install("judge")
    install("judge", name="other_burial")

    with pytest.raises(CatalogueError, match="registered twice"):
        load_index_functions(city.domain)
