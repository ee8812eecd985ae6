"""The simulated city, and one week of each of its models, as pictures in docs/pictures; part of `make pictures`.

Nothing goes wrong in these weeks: they show the ordinary that the alert rules must tell from trouble. The same
seed draws the same pictures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue, load_catalogue
from docs.picture_of_city import FONT, draw_city
from docs.svg_path import line_through
from sensors_sim.publishing.past_reports import past_reports
from sensors_sim.story.simulation import Simulation

Floats = NDArray[np.float64]
PICTURES = Path(__file__).parent / "pictures"
ZONE = ZoneInfo("Asia/Shanghai")
SEED, SENSORS = 7, 500
MONDAY = datetime(2026, 7, 6, tzinfo=ZONE)
WEEK, STEP = 7 * 86400.0, 1800.0  # seconds; a point for each four pixels
DEVICES = 3  # of a kind, one colour each
MODELS = {
    "weather": ("天气", "Weather", ("weather_station", "road_weather")),
    "air": ("空气质量", "Air quality", ("air_station",)),
    "sound": ("噪声", "Noise", ("noise_meter",)),
    "river": ("河流与水质", "Rivers and water", ("river_gauge", "water_quality", "underpass_gauge")),
    "traffic": (
        "交通与人流",
        "Traffic and people",
        ("traffic_detector", "parking", "transit_counter", "crowd_counter"),
    ),
    "emergency": (
        "应急感知",
        "Emergency",
        ("gas_detector", "smoke_detector", "manhole", "hydrant", "structure_monitor"),
    ),
}
COLOURS = ("#0b66a8", "#d1700b", "#4a8f3a")
DAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")
WIDTH, LEFT, RIGHT, PANEL, TOP = 1400, 70, 24, 118, 74  # pixels


@dataclass(frozen=True)
class Panel:
    """One metric of one kind: a line for each of some devices. Hours since Monday, values; the lines' names."""

    title: str
    lines: Sequence[tuple[Floats, Floats]]
    names: Sequence[str]


def main() -> None:
    """Draw everything anew."""
    catalogue = load_catalogue()
    city = Simulation.make(catalogue, ZONE, seed=SEED, sensors=SENSORS, start=MONDAY, incidents=False)
    title = f"{city.city.areas[0].name} {city.city.areas[0].name_en}"
    _keep("city", draw_city(city.city, city.fleets, catalogue, title=title))
    for name, (zh, en, kinds) in MODELS.items():
        panels = [panel for kind in kinds for panel in panels_of(city, catalogue, kind)]
        _keep(f"week-{name}", draw_week(f"{zh} {en}", panels))


def panels_of(city: Simulation, catalogue: Catalogue, kind: str) -> Iterator[Panel]:
    """Yield a panel for each metric of a kind, over the week."""
    fleet, start = city.fleets[kind], MONDAY.timestamp()
    reports = past_reports(city, fleet, start, start + WEEK, STEP)
    names = [sensor.name for sensor in fleet.sensors[:DEVICES]]
    hours = (reports.milliseconds / 1000 - start) / 3600
    of_kind = catalogue.kind[kind].name
    for metric, values in reports.values.items():
        entry = catalogue.metric[metric]
        title = f"{of_kind.zh} · {entry.name.zh} {entry.name.en}, {entry.unit}"
        lines = []
        for device in range(len(names)):
            mine = np.flatnonzero(reports.device == device)
            mine = mine[np.argsort(hours[mine])]
            lines.append((hours[mine], values[mine]))
        yield Panel(title, lines, names)


def draw_week(title: str, panels: Sequence[Panel]) -> str:
    """Return a drawing with the panels below one another."""
    height = TOP + PANEL * len(panels) + 14
    middle = "".join(_draw(panel, TOP + PANEL * number) for number, panel in enumerate(panels))
    days = "".join(
        f'<text x="{_x(24 * number + 12):.1f}" y="{TOP - 8}" text-anchor="middle" fill="#5b6b7a">{day}</text>'
        for number, day in enumerate(DAYS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="12">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="{LEFT}" y="34" font-size="22" fill="#1b2733">{escape(title)}</text>{days}{middle}</svg>\n'
    )


def _draw(panel: Panel, top: float) -> str:
    bottom, height = top + PANEL - 12, PANEL - 40
    values = np.concatenate([value for _, value in panel.lines])
    low, high = _scale(float(values.min()), float(values.max()))

    def y(value: Floats | float) -> Floats | float:
        return bottom - height * (value - low) / (high - low)

    frame = "".join(
        f'<rect x="{_x(24 * day):.1f}" y="{bottom - height}" width="{_x(24) - _x(0):.1f}" height="{height}" '
        f'fill="{"#eef3f7" if day > 4 else "#fafcfd"}" stroke="#e1e8ee"/>'
        for day in range(7)
    )
    scale = "".join(
        f'<text x="{LEFT - 8}" y="{y(value):.1f}" dy="4" text-anchor="end" fill="#5b6b7a">{value:g}</text>'
        for value in (low, high)
    )
    lines = "".join(
        f'<path d="{line_through(_points(hours, y(value)))}" fill="none" stroke="{colour}" stroke-width="1.1" '
        'stroke-linejoin="round"/>'
        for (hours, value), colour in zip(panel.lines, COLOURS, strict=False)
    )
    legend = "".join(
        f'<text x="{WIDTH - RIGHT - 230 * (len(panel.names) - place - 1)}" y="{bottom - height - 7}" '
        f'text-anchor="end" fill="{colour}">{escape(name)}</text>'
        for place, (name, colour) in enumerate(zip(panel.names, COLOURS, strict=False))
    )
    words = f'<text x="{LEFT}" y="{bottom - height - 7}" font-size="14" fill="#1b2733">{escape(panel.title)}</text>'
    return frame + scale + lines + legend + words


def _points(hours: Floats, heights: Floats | float) -> Iterator[tuple[float, float]]:
    yield from zip(np.asarray(_x(hours)).tolist(), np.asarray(heights).tolist(), strict=True)


def _x(hours: Floats | float) -> Floats | float:
    return LEFT + (WIDTH - LEFT - RIGHT) * hours / (WEEK / 3600)


def _scale(low: float, high: float) -> tuple[float, float]:
    """Return round numbers around a span, from zero where that is near."""
    step = 10 ** np.floor(np.log10(max(high - low, 1e-6)))
    step = step / 2 if (high - low) / step < 2 else step
    bottom = np.floor(low / step) * step
    return float(0 if 0 < bottom <= step else bottom), float(np.ceil(high / step) * step)


def _keep(name: str, drawing: str) -> None:
    path = PICTURES / f"{name}.svg"
    path.write_text(drawing, encoding="utf-8")
    print(path, flush=True)


if __name__ == "__main__":
    main()
