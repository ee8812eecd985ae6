"""The numbers of the rainstorm signals, each declared once with the table that decides it. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cityops.standards import coverage, rain
from cityops.standards.tables import Standards, source_in
from cityops.standards.warnings import Colour
from dashboard.pages.domain.index.figures import HOUR, INDEX, table_version
from dashboard.pages.domain.lineage.formulas import mean_of_area
from dashboard.pages.domain.lineage.model import Figure, Formula, Value
from dashboard.pages.domain.lineage.number_sources import StepSource
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words


def rain_figures(
    hourly: Mapping[int, float],
    end: datetime,
    area: str,
    write: Callable[[Value], str],
    standards: Standards,
    reader: Reader,
) -> list[Figure]:
    """Return the rainstorm signal, the rain of each window beside its limit, and the rates of the hours."""
    version, table = table_version(standards.rainstorm), source_in(standards.rainstorm, reader.language)
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
