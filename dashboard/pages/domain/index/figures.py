"""The numbers of the indices of the standards, each declared once with its edition or table. Pure."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby

import msgspec

from cityops.geography import road_links
from cityops.geography.road_links import Jam
from cityops.standards import aqi, coverage, rain
from cityops.standards.air_means import AirDay, AirHour, day_mean, limits_of, ozone_of_day
from cityops.standards.aqi import POLLUTANTS, Averaging, Edition
from cityops.standards.tables import RainstormTable, Standards, TpiTable, source_in
from cityops.standards.tpi import Road
from cityops.standards.warnings import Colour
from dashboard.city.air_words import edition_words, value_of
from dashboard.pages.domain.lineage.formulas import mean_of_area
from dashboard.pages.domain.lineage.model import (
    Figure,
    Formula,
    LinkSource,
    Share,
    StationSource,
    StepSource,
    Value,
)
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words

INDEX = "index"
HOUR = timedelta(hours=1)
STATION_MEAN = Formula(
    "station_mean", "1", of_shares=lambda shares: _mean([one.value for one in shares if one.facts.get("valid")])
)


def air_figures(air: AirHour, area: str, reader: Reader) -> list[Figure]:
    """Return the AQI of an hour, the sub-index and the concentration of each pollutant that is there."""
    edition = air.index.edition
    found = [figure for name in POLLUTANTS if name in air.index.parts for figure in _pollutant(air, name, area, reader)]
    parts = {name: f"{INDEX}.{name}.concentration" for name in air.index.parts}
    whole = _edition("aqi_hour", edition, lambda given: aqi.index(given, Averaging.HOUR, edition))
    title = f"{reader.say('domain.aqi')}　{moment_words(air.start, reader.zone)}"
    return [Figure(INDEX, title, air.index, value_of, whole, parts=parts), *found]


def _pollutant(air: AirHour, name: str, area: str, reader: Reader) -> Iterator[Figure]:
    metric, edition = reader.catalogue.metric[name], air.index.edition
    called = metric.name.in_language(reader.language)
    yield Figure(
        f"{INDEX}.{name}.concentration", f"{called}　{reader.say('domain.concentration')}", air.concentrations[name],
        lambda value: f"{metric.format(value)} {metric.unit}", STATION_MEAN,
        StationSource(name, area, air.start, air.start + HOUR),
    )  # fmt: skip
    part = _edition("iaqi_hour", edition, lambda given: aqi.sub_index(name, given[name], Averaging.HOUR, edition))
    title = f"{called}　{reader.say('domain.iaqi')}"
    yield Figure(
        f"{INDEX}.{name}", title, air.index.parts[name], str, part, parts={name: f"{INDEX}.{name}.concentration"}
    )


def day_figures(days: Sequence[AirDay], area: str, hours_words: Callable[[int], str], reader: Reader) -> list[Figure]:
    """Return the AQI of each day, and the concentration of each pollutant or the hours that it has instead."""
    found = []
    for day in days:
        start, end = (moment.astimezone(UTC) for moment in limits_of(day.day, reader.zone))
        edition = day.index.edition
        parts = {name: day_key(day, name) for name in POLLUTANTS}
        whole = _edition("aqi_day", edition, partial(_day_index, edition=edition))
        title = f"{reader.say('domain.aqi')}　{day.day.isoformat()}"
        found.append(Figure(day_key(day), title, day.index, value_of, whole, parts=parts))
        for name in POLLUTANTS:
            metric = reader.catalogue.metric[name]

            def write(value: Value, format_it: Callable[[float], str] = metric.format) -> str:
                return hours_words(value[1]) if value[0] is None else format_it(value[0])

            value = (day.concentrations.get(name), day.hours.get(name, 0))
            found.append(
                Figure(
                    day_key(day, name), f"{metric.name.in_language(reader.language)}　{day.day.isoformat()}", value,
                    write,
                    _day_formula(name, start, end), StationSource(name, area, start, end), unit=metric.unit,
                )
            )  # fmt: skip
    return found


def day_key(day: AirDay, pollutant: str = "") -> str:
    """Return the key of the index of a day, or of a pollutant on it."""
    return f"day.{day.day:%Y%m%d}" + (f".{pollutant}" if pollutant else "")


def _day_index(given: Mapping[str, Value], *, edition: Edition) -> aqi.Index:
    return aqi.index({name: value[0] for name, value in given.items()}, Averaging.DAY, edition)


def _day_formula(pollutant: str, start: datetime, end: datetime) -> Formula:
    moments = [start + HOUR * number for number in range(round((end - start) / HOUR))]
    mean = ozone_of_day if pollutant == "o3" else day_mean

    def compute(shares: Sequence[Share]) -> Value:
        valid = sorted((one for one in shares if one.facts.get("valid")), key=lambda one: one.sensor_id)
        stations = [
            {one.start: one.value for one in hours} for _, hours in groupby(valid, key=lambda one: one.sensor_id)
        ]
        means = [mean([known.get(moment) for moment in moments]) for known in stations]
        return _mean([one for one in means if one is not None]), max(map(len, stations), default=0)

    return Formula("ozone_day" if pollutant == "o3" else "day_mean", "1", of_shares=compute)


def traffic_figures(jams: Mapping[Road, Jam], source: LinkSource, standards: Standards, reader: Reader) -> list[Figure]:
    """Return the TPI, and of each class of road its lengths, its share and what that adds."""
    known, version, table = list(jams), _version(standards.tpi), source_in(standards.tpi, reader.language)
    total = sum(standards.tpi.driven[road.value] for road in known)
    lengths = {road.value: f"{INDEX}.{road.value}" for road in known}
    whole = Formula(
        "tpi", version, source=table,
        of_figures=lambda given: road_links.network_tpi({Road(name): jam for name, jam in given.items()}, standards),
    )  # fmt: skip
    value = road_links.network_tpi(jams, standards)
    found = [Figure(INDEX, reader.say("domain.tpi"), value, lambda tpi_value: f"{tpi_value:.1f}", whole, parts=lengths)]
    for road in known:
        name, weight = reader.say(f"domain.road_{road}"), standards.tpi.driven[road.value] / total
        key = lengths[road.value]

        def percent(given: Mapping[str, Value]) -> float:
            return next(iter(given.values())).percent  # type: ignore[no-any-return]

        share = Formula("jammed_share", version, source=table, of_figures=percent)
        found += [
            Figure(
                key, f"{name}　{reader.say('domain.jammed')}", jams[road],
                lambda jam: f"{jam.jammed_km:.1f} / {jam.km:.1f} km", Formula("jam", "1", of_shares=_jam),
                replace(source, road=road),
            ),
            Figure(
                f"{key}.share", f"{name}　{reader.say('domain.weighed')}", jams[road].percent,
                partial(_weighed_words, weight=weight), share, parts={road.value: key},
            ),
            Figure(
                f"{key}.part", f"{name}　{reader.say('domain.share')}", jams[road].percent,
                partial(_part_words, weight=weight), share, parts={road.value: key},
            ),
        ]  # fmt: skip
    return found


def _weighed_words(percent: float, *, weight: float) -> str:
    return f"{percent:.1f}% × {weight:.2f}"


def _part_words(percent: float, *, weight: float) -> str:
    return f"{percent * weight:.1f}%"


def _jam(shares: Sequence[Share]) -> Value:
    steps = max((one.facts.get("steps", 1) for one in shares), default=1)
    jam = sum(
        (road_links.add_jams([(Road.MAIN, one.facts["km"], one.facts["level"])])[Road.MAIN] for one in shares), Jam()
    )
    return Jam(jam.km / steps, jam.jammed_km / steps)


def rain_figures(
    hourly: Mapping[int, float],
    end: datetime,
    area: str,
    write: Callable[[Value], str],
    standards: Standards,
    reader: Reader,
) -> list[Figure]:
    """Return the rainstorm signal, the rain of each window beside its limit, and the rates of the hours."""
    version, table = _version(standards.rainstorm), source_in(standards.rainstorm, reader.language)
    signals = sorted(standards.rainstorm.signals, key=lambda entry: -entry.colour)
    windows = rain.windows(signals)
    metric = reader.catalogue.metric["rain_rate"]
    keys = {hours: f"{INDEX}.fallen.{hours}" for hours in windows}
    found = [
        Figure(
            INDEX, reader.say("domain.rainstorm"), {hours: fallen_of(hourly, hours) for hours in windows}, write,
            Formula("rain_signal", version, of_figures=_by_hours, source=table),
            parts={str(hours): key for hours, key in keys.items()},
        )
    ]  # fmt: skip
    for entry in signals:
        found.append(
            _fallen_figure(signal_key(entry.colour), entry.hours, hourly, entry.millimetres, version, table, reader)
        )
    for hours in windows:
        found.append(_fallen_figure(keys[hours], hours, hourly, None, version, table, reader))
    for ago, rate in sorted(hourly.items()):
        start = end - HOUR * ago
        found.append(
            Figure(
                f"rain.{ago}", f"{metric.name.in_language(reader.language)}　{moment_words(start, reader.zone)}", rate,
                metric.format, mean_of_area(metric.mean, weighed=metric.weighed_by is not None),
                StepSource("rain_rate", area, start, end, HOUR), unit=metric.unit,
            )
        )  # fmt: skip
    return found


def signal_key(colour: Colour) -> str:
    """Return the key of what fell in the window of a signal."""
    return f"{INDEX}.signal.{colour.value}"


def fallen_of(hourly: Mapping[int, float], hours: int) -> rain.Fallen:
    """Return the rain of the last so many hours, of those that were measured."""
    known = [hourly[ago] for ago in range(1, hours + 1) if ago in hourly]
    return rain.Fallen(rain.accumulate(known, coverage.HOUR), coverage.HOUR * len(known))


def _by_hours(given: Mapping[str, Value]) -> Value:
    return {int(hours): fallen for hours, fallen in given.items()}


def _fallen_figure(
    key: str, hours: int, hourly: Mapping[int, float], limit: float | None, version: str, table: str, reader: Reader
) -> Figure:
    def write(fallen: Value) -> str:
        return f"{fallen.millimetres:.1f} mm" if limit is None else f"{fallen.millimetres:.1f} / {limit:g} mm"

    def compute(given: Mapping[str, Value]) -> Value:
        return fallen_of({int(ago): rate for ago, rate in given.items()}, hours)

    title = f"{reader.say('domain.fallen')}　{reader.say('domain.hours', hours=hours)}"
    parts = {str(ago): f"rain.{ago}" for ago in range(1, hours + 1) if ago in hourly}
    formula = Formula("rain_fallen", version, of_figures=compute, source=table)
    return Figure(key, title, fallen_of(hourly, hours), write, formula, parts=parts)


def _edition(name: str, edition: Edition, compute: Callable[[Mapping[str, Value]], Value]) -> Formula:
    return Formula(name, f"HJ 633-{edition.value}", of_figures=compute, source=edition_words(edition))


def _version(table: TpiTable | RainstormTable) -> str:
    """Return the version of a formula that a city's table decides: another table is another version."""
    return f"1, {hashlib.sha256(msgspec.json.encode(table)).hexdigest()[:8]}"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
