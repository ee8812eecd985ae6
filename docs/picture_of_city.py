"""The simulated city as one drawing: SVG text, the same for the same seed, without browser or fonts of ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cityops.areas import AreaLevel
from cityops.catalogue import Catalogue
from cityops.map_features import Layer
from docs.svg_path import line_through
from sensors_sim.fleet.devices import Fleet
from sensors_sim.land import plane
from sensors_sim.land.city import CityLand

WIDTH, HEIGHT, SCALE = 1640, 1330, 36.0  # pixels, and pixels a kilometre
FINENESS = 0.012  # km: what is smaller cannot be seen
FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
GROUND = ("#101f30", "#13263a", "#0f2233", "#142a3a", "#11243a", "#152839", "#0f2030", "#16293d", "#122636")
FILL = {Layer.WATER: "#1f5c86", Layer.GREEN: "#1d4b3a", Layer.ZONE: "#3a3350"}
ROADS = {"ring": ("#c9a25a", 2.6), "radial": ("#a98b56", 1.9), "riverside": ("#a98b56", 1.6)}
STREET = ("#3a4d60", 0.7)
PLACES = {"hospital": "#ff8a80", "school": "#ffe082", "station": "#b39ddb", "shelter": "#a5d6a7", "fire": "#ffab91"}


def draw_city(city: CityLand, fleets: Mapping[str, Fleet], catalogue: Catalogue, *, title: str) -> str:
    """Return the whole drawing."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#081019"/>',
        *_ground(city),
        *_layers(city, (Layer.ZONE, Layer.GREEN, Layer.WATER)),
        *_borders(city),
        *_roads(city),
        *_places(city),
        *_devices(fleets, catalogue),
        *_labels(city),
        *_legend(catalogue, title, sum(map(len, fleets.values()))),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _ground(city: CityLand) -> Iterator[str]:
    districts = [area for area in city.areas if area.level is AreaLevel.DISTRICT]
    for number, area in enumerate(districts):
        yield f'<path d="{_path(_km(shape(area.geometry or {})))}" fill="{GROUND[number % len(GROUND)]}"/>'


def _borders(city: CityLand) -> Iterator[str]:
    for level, colour, width in ((AreaLevel.COMMUNITY, "#22384d", 0.4), (AreaLevel.DISTRICT, "#5f86a8", 1.6)):
        dash = ' stroke-dasharray="7 4"' if level is AreaLevel.DISTRICT else ""
        lines = " ".join(_path(_km(shape(area.geometry or {}))) for area in city.areas if area.level is level)
        yield f'<path d="{lines}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'


def _layers(city: CityLand, layers: Sequence[Layer]) -> Iterator[str]:
    for layer in layers:
        shapes = " ".join(_path(_km(shape(one.geometry))) for one in city.features if one.layer is layer)
        yield f'<path d="{shapes}" fill="{FILL[layer]}" fill-rule="evenodd"/>'


def _roads(city: CityLand) -> Iterator[str]:
    lines: dict[str, list[str]] = {}
    for one in city.features:
        if one.layer is Layer.ROAD:
            lines.setdefault(one.kind, []).append(_path(_km(shape(one.geometry))))
    for kind in sorted(lines, key=lambda name: ROADS.get(name, STREET)[1]):
        colour, width = ROADS.get(kind, STREET)
        yield f'<path d="{" ".join(lines[kind])}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _places(city: CityLand) -> Iterator[str]:
    for one in city.features:
        if one.layer is Layer.PLACE:
            x, y = _pixels(_km(shape(one.geometry)).coords)[0]
            colour = next((colour for kind, colour in PLACES.items() if one.kind.startswith(kind)), "#cfd8dc")
            yield f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}" opacity="0.85"/>'


def _devices(fleets: Mapping[str, Fleet], catalogue: Catalogue) -> Iterator[str]:
    for kind, fleet in fleets.items():
        colour = catalogue.domain[catalogue.kind[kind].domain].colour
        spots = _pixels(zip(fleet.sites.x.tolist(), fleet.sites.y.tolist(), strict=True))
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>' for x, y in spots)
        yield f'<g fill="{colour}" stroke="#081019" stroke-width="0.8">{dots}</g>'


def _labels(city: CityLand) -> Iterator[str]:
    halo = 'paint-order="stroke" stroke="#081019" stroke-width="4" text-anchor="middle"'
    for area in city.areas:
        if area.level is AreaLevel.DISTRICT:
            x, y = _pixels(_km(shape(area.geometry or {})).representative_point().coords)[0]
            yield f'<text x="{x:.0f}" y="{y:.0f}" font-size="24" fill="#eaf4ff" {halo}>{escape(area.name)}</text>'
            small = f'<text x="{x:.0f}" y="{y + 18:.0f}" font-size="12" fill="#9fb8cf" {halo}>'
            yield f"{small}{escape(area.name_en or '')}</text>"
    river = city.terrain.streams[0]
    for share in (0.3, 0.72):
        x, y = _pixels(river.line.interpolate(share, normalized=True).coords)[0]
        name = escape(river.name.zh)
        yield f'<text x="{x:.0f}" y="{y - 12:.0f}" font-size="15" fill="#8fd3ff" {halo}>{name}</text>'


def _legend(catalogue: Catalogue, title: str, devices: int) -> Iterator[str]:
    yield f'<text x="36" y="56" font-size="30" fill="#eaf4ff">{escape(title)}</text>'
    words = f"{devices} 台设备 devices"
    yield f'<text x="36" y="84" font-size="15" fill="#9fb8cf">{words}</text>'
    for number, domain in enumerate(catalogue.domain.values()):
        y = HEIGHT - 92 + 24 * number
        yield f'<circle cx="44" cy="{y}" r="6" fill="{domain.colour}"/>'
        names = f"{escape(domain.name.zh)} {escape(domain.name.en)}"
        yield f'<text x="60" y="{y + 5}" font-size="15" fill="#cfe1f2">{names}</text>'
    length, right, y = 5 * SCALE, WIDTH - 40, HEIGHT - 40
    yield f'<path d="M{right - length:.0f} {y}v6h{length:.0f}v-6" fill="none" stroke="#cfe1f2" stroke-width="1.5"/>'
    yield f'<text x="{right}" y="{y - 8}" font-size="14" fill="#cfe1f2" text-anchor="end">5 km</text>'


def _km(degrees: BaseGeometry) -> BaseGeometry:
    return shapely.transform(degrees, plane.to_km).simplify(FINENESS)


def _path(km: BaseGeometry) -> str:
    """Return a geometry of lines or polygons as the commands of an SVG path."""
    found = []
    for part in shapely.get_parts(km):
        closed = part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors) if closed else (part,):
            found.append(line_through(_pixels(ring.coords)) + ("z" if closed else ""))
    return "".join(found)


def _pixels(km: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    return [(WIDTH / 2 + SCALE * spot[0], HEIGHT / 2 - 24 - SCALE * spot[1]) for spot in km]
