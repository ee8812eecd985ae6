"""Key places: stations, hospitals, schools, shelters and fire stations. In km."""

from dataclasses import dataclass

import shapely

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Names
from sensors_sim import rng
from sensors_sim.land import names, plane
from sensors_sim.land.terrain import Terrain


@dataclass(frozen=True, slots=True)
class Landmark:
    """One key place of the city."""

    kind: str
    name: Names
    x: float
    y: float


def make_places(seed: int, areas: list[Area], terrain: Terrain) -> list[Landmark]:
    """Put each kind of place into communities of its own, denser where people live."""
    homes = [area for area in areas if area.level is AreaLevel.COMMUNITY]
    shapes = shapely.transform([plane.area_shape(home) for home in homes], plane.to_km)
    spots = [shapely.point_on_surface(dry) for dry in shapely.difference(shapes, terrain.water.buffer(0.1))]
    places = []
    for kind, entry in names.load_names()["places"].items():
        start = rng.uniform(seed, "places", kind)
        picks = (rng.golden_sequence(start, 4 * entry["count"]) * len(homes)).astype(int)
        for pick in list(dict.fromkeys(picks.tolist()))[: entry["count"]]:
            zh, en = homes[pick].name.removesuffix("社区"), homes[pick].name_en.removesuffix(" Community")
            title = Names(zh + entry["zh"], f"{en} {entry['en']}")
            shift = rng.make_generator(seed, "place", title.en).uniform(-0.12, 0.12, 2)
            places.append(Landmark(kind, title, float(spots[pick].x + shift[0]), float(spots[pick].y + shift[1])))
    return places
