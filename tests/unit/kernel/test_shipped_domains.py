"""The eight domains that are shipped: every terminal can be looked up, judged and told apart."""

import colorsys
from itertools import combinations

import pytest

from cityops.catalogue import Catalogue, Metric, load_catalogue
from docs import make_terminals

WALL = "#0b1a2b"  # what the wall is painted on
READABLE = 4.5  # WCAG 2.2, contrast of text
TERMINALS = 218  # kinds that a city may find in the catalogue, at least


@pytest.fixture(scope="module")
def every() -> Catalogue:
    return load_catalogue(chosen=["all"])


def test_eight_domains_have_at_least_218_kinds_of_terminals(every: Catalogue) -> None:
    counts = {domain: len(every.kinds_of(domain)) for domain in every.domain}

    assert len(counts) == 8
    assert min(counts.values()) >= 20
    assert sum(counts.values()) >= TERMINALS


def test_every_kind_has_a_source_and_every_name_is_in_both_languages(every: Catalogue) -> None:
    unsourced = [name for name, kind in every.kind.items() if not kind.source.strip()]
    unnamed = [
        name
        for entries in (every.domain, every.metric, every.kind)
        for name, entry in entries.items()
        if not (entry.name.zh.strip() and entry.name.en.strip() and entry.name.en.isprintable())
    ]

    assert unsourced == []
    assert unnamed == []


def test_no_two_kinds_have_one_name(every: Catalogue) -> None:
    for language in ("zh", "en"):
        names = [kind.name.in_language(language) for kind in every.kind.values()]
        assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)


def test_every_metric_has_a_unit_and_ranges_that_contain_each_other(every: Catalogue) -> None:
    for name, metric in every.metric.items():
        low, high = metric.plausible
        assert metric.unit, name
        assert metric.valid[0] <= low < high <= metric.valid[1], name
        assert metric.precision >= 0, name


def test_every_metric_is_measured_by_a_kind(every: Catalogue) -> None:
    measured = {metric for kind in every.kind.values() for metric in kind.metrics}

    assert set(every.metric) == measured


def limits(metric: Metric) -> list[float | None]:
    return [metric.step, metric.spike, metric.flat_minutes]


def test_quality_limits_say_where_they_come_from(every: Catalogue) -> None:
    for name, metric in every.metric.items():
        assert not any(limits(metric)) or metric.limits_source, name
        assert not metric.limits_source.startswith("none:") or not any(limits(metric)), name


def test_what_has_no_limits_says_why(every: Catalogue) -> None:
    """A fast rise of what warns of danger is news, not a fault of the device; and a pump that starts is neither."""
    silent = [name for name, metric in every.metric.items() if not any(limits(metric)) and not metric.limits_source]

    assert silent == []


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_can_be_read_on_the_wall(every: Catalogue) -> None:
    dim = {
        name: entry.colour
        for entries in (every.domain, every.metric)
        for name, entry in entries.items()
        if contrast(entry.colour, WALL) < READABLE
    }

    assert dim == {}


def test_domains_are_told_apart_by_their_colours(every: Catalogue) -> None:
    """By hue, or else clearly by lightness and strength."""

    def parts(colour: str) -> tuple[float, float, float]:
        return colorsys.rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)))

    for one, other in combinations(every.domain, 2):
        (hue, light, _), (hue2, light2, _) = parts(every.domain[one].colour), parts(every.domain[other].colour)
        apart = min(abs(hue - hue2), 1 - abs(hue - hue2)) * 360
        assert apart >= 20 or abs(light - light2) >= 0.15, (one, other, apart)


def test_the_screens_have_an_order_and_every_domain_a_picture_of_itself(every: Catalogue) -> None:
    orders = [domain.order for domain in every.domain.values()]

    assert orders == sorted(set(orders))
    for name, domain in every.domain.items():
        assert domain.icon, name
        assert len(domain.tiles) == 4, name
        assert domain.index, name


@pytest.mark.parametrize("name", ["water", "utilities", "fire", "sanitation", "crowd"])
def test_each_domain_stands_alone(name: str) -> None:
    alone = load_catalogue(chosen=[name])

    assert list(alone.domain) == [name]
    assert {kind.domain for kind in alone.kind.values()} == {name}


def test_the_page_of_terminals_is_up_to_date() -> None:
    assert make_terminals.PAGE.read_text(encoding="utf-8") == make_terminals.page(), "run `make terminals`"
