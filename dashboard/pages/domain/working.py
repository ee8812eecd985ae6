"""The indices of the standards with their working, as tables that an analyst can follow. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from cityops.catalogue import Catalogue
from cityops.standards import aqi, rain, tpi
from cityops.standards.aqi import POLLUTANTS, Averaging
from cityops.standards.aqi_levels import level_of
from cityops.standards.tables import Standards, source_in
from cityops.standards.tpi import Road
from dashboard import look, texts
from dashboard.links import Jam

ROADS = (Road.EXPRESSWAY, Road.MAIN, Road.MINOR)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a working. `leads` marks what decided the result."""

    cells: tuple[str, ...]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """A result, and how it comes about. `colour` and `ink` are those of its level; `note` says what it is not."""

    name: str
    value: str
    level: str
    colour: str
    ink: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str


def work_air(concentrations: Mapping[str, float], catalogue: Catalogue, *, language: str) -> Working | None:
    """Show the AQI of one hour's mean concentrations (µg/m³, CO mg/m³); None when nothing was measured."""
    index = aqi.index(concentrations, Averaging.HOUR)
    if index.computed is None:
        return None
    level = level_of(index.computed)
    lines = [
        Line(
            (
                catalogue.metric[name].name.in_language(language),
                f"{catalogue.metric[name].format(concentrations[name])} {catalogue.metric[name].unit}",
                _interpolation(name, concentrations[name]),
                str(index.parts[name]),
            ),
            leads=index.parts[name] == max(index.parts.values()),
        )
        for name in POLLUTANTS
        if name in index.parts
    ]
    missing = [catalogue.metric[name].name.in_language(language) for name in POLLUTANTS if name not in index.parts]
    note = texts.say("domain.air_note", language)
    if missing:
        note += texts.say(
            "domain.air_missing", language, names="、".join(missing) if language == "zh" else ", ".join(missing)
        )
    return Working(
        texts.say("domain.aqi", language),
        str(index.computed),
        level.name.in_language(language),
        level.colour,
        look.BACKGROUND if level.number <= 3 else "#ffffff",  # standards, section 9
        tuple(texts.say(f"domain.{name}", language) for name in ("pollutant", "concentration", "working", "iaqi")),
        tuple(lines),
        note,
    )


def work_traffic(jams: Mapping[Road, Jam], standards: Standards, *, language: str) -> Working | None:
    """Show the TPI of the measured links by class of road; None when no link is measured."""
    known = [road for road in ROADS if road in jams]
    if not known:
        return None
    shares = {road.value: jams[road].percent for road in known}
    driven = {road.value: standards.tpi.driven[road.value] for road in known}
    share = tpi.jammed_share(shares, standards.tpi.driven)
    result = float(tpi.index(share, standards))
    level = tpi.level_of(result)
    lines = [
        Line(
            (
                texts.say(f"domain.road_{road}", language),
                f"{jams[road].jammed_km:.1f} / {jams[road].km:.1f} km",
                f"{shares[road.value]:.1f}% × {driven[road.value] / sum(driven.values()):.2f}",
                f"{shares[road.value] * driven[road.value] / sum(driven.values()):.1f}%",
            ),
            leads=jams[road].jammed_km > 0 and shares[road.value] == max(shares.values()),
        )
        for road in known
    ]
    colour = (
        look.STATE_COLOURS[look.State.NORMAL],
        "#8fd14f",
        look.STATE_COLOURS[look.State.YELLOW],
        look.STATE_COLOURS[look.State.ORANGE],
        look.STATE_COLOURS[look.State.RED],
    )[level.number - 1]
    return Working(
        texts.say("domain.tpi", language),
        f"{result:.1f}",
        level.name.in_language(language),
        colour,
        look.BACKGROUND,
        tuple(texts.say(f"domain.{name}", language) for name in ("road", "jammed", "weighed", "share")),
        tuple(lines),
        texts.say("domain.tpi_note", language, share=f"{float(share):.1f}", source=source_in(standards.tpi, language)),
    )


def work_rain(hourly: Mapping[int, float], standards: Standards, *, language: str) -> Working | None:
    """Show the rainstorm signal of the last hours' mean rates (mm/h, by how many hours ago they began)."""
    if not hourly:
        return None
    signals = sorted(standards.rainstorm.signals, key=lambda entry: -entry.colour)
    sums = {
        hours: rain.accumulate([hourly.get(ago, 0.0) for ago in range(1, hours + 1)], 3600)
        for hours in rain.windows(signals)
    }
    found = rain.signal(sums, standards)
    note = texts.say("domain.rain_note", language, source=source_in(standards.rainstorm, language))
    missing = max(sums) - len([ago for ago in hourly if ago <= max(sums)])
    if missing:
        note += texts.say("domain.rain_missing", language, count=missing)
    lines = [
        Line(
            (
                entry.colour.word.in_language(language),
                texts.say("domain.hours", language, hours=entry.hours),
                f"{sums[entry.hours]:.1f} / {entry.millimetres:g} mm",
                texts.say(
                    "domain.reached" if sums[entry.hours] >= entry.millimetres else "domain.not_reached", language
                ),
            ),
            leads=found is entry.colour,
        )
        for entry in signals
    ]
    return Working(
        texts.say("domain.rainstorm", language),
        found.word.in_language(language) if found else texts.say("domain.no_signal", language),
        "",
        look.severity_colour(found) if found else look.STATE_COLOURS[look.State.NORMAL],
        look.BACKGROUND,
        tuple(texts.say(f"domain.{name}", language) for name in ("signal", "window", "fallen", "state")),
        tuple(lines),
        note,
    )


def _interpolation(pollutant: str, concentration: float) -> str:
    """Return the arithmetic of formula (1) as people write it."""
    found = aqi.bracket(pollutant, concentration, Averaging.HOUR)
    if found is None:
        return "—"
    amount = f"{float(found.amount):g}"
    return f"({found.index_high}−{found.index_low})/({found.high}−{found.low})×({amount}−{found.low})+{found.index_low}"
