"""What stands where: areas, map features and sensors, and the part of them that one screen shows."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from shapely.geometry import shape

from cityops.areas import Area, AreaLevel, ancestors, district_of, name_in
from cityops.devices.outliers import belong_together
from cityops.geography.road_links import Link, lay_links
from cityops.map_features import Layer, MapFeature
from cityops.storage import Transaction
from cityops.storage.devices import registry as store
from cityops.storage.devices import stored_areas
from cityops.storage.devices.ledger import presence_facts
from dashboard.city.series_locator import SeriesLocator

WGS84 = "EPSG:4326"
# What depends on places alone.
STANDING = (
    "base", "bounds", "levels", "links", "links_by_district", "locator", "places", "sizes", "sizes_by_district"
)  # fmt: skip
Bounds = tuple[float, float, float, float]  # west, south, east, north
_ABOVE = {AreaLevel.PROVINCE, AreaLevel.CITY}  # what everybody in the room knows


@dataclass(frozen=True)
class Registry:
    """The places of a city. `sensors` is `sensor_frame` with district (a code, or None) and `presence_facts`."""

    areas: dict[str, Area]
    features: list[MapFeature]
    sensors: pd.DataFrame

    @cached_property
    def base(self) -> str:
        """A short name of exactly this content: a screen draws its map anew when it changes."""
        columns = ["sensor_id", "domain", "kind", "name", "lon", "lat"]
        digest = hashlib.blake2s(self.sensors[columns].to_csv(index=False).encode(), digest_size=6)
        digest.update(msgspec.json.encode([*self.areas.values(), *self.features]))
        return digest.hexdigest()

    @cached_property
    def bounds(self) -> Bounds | None:
        """The box around the areas; around the sensors where no area has a geometry; None when empty.

        A sensor at 0, 0 or far from all others does not widen it.
        """
        boxes = [shape(area.geometry).bounds for area in self.areas.values() if area.geometry]
        return _enclose(boxes) or _enclose((lon, lat, lon, lat) for lon, lat in self._points())

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The code of the area that each sensor is in, by level: a category each, missing where there is none."""
        codes = self.sensors["area_code"].unique()
        chains = {code: [code, *ancestors(self.areas, code)] for code in codes}
        found = {
            level.value: {
                code: next((part for part in chain if part in self.areas and self.areas[part].level is level), None)
                for code, chain in chains.items()
            }
            for level in AreaLevel
        }
        columns = {level: self.sensors["area_code"].map(by_code) for level, by_code in found.items()}
        return pd.DataFrame(columns, index=self.sensors.index).astype("category")

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many sensors each domain has."""
        return dict(Counter(self.sensors["domain"]))

    @cached_property
    def sizes_by_district(self) -> dict[str, dict[str, int]]:
        """The same for each district that has any."""
        districts = self.levels[AreaLevel.DISTRICT.value]
        groups = self.sensors["domain"].groupby(districts.to_numpy())
        return {str(code): dict(Counter(domains)) for code, domains in groups}

    @cached_property
    def locator(self) -> SeriesLocator:
        """Finds whose the newest readings are."""
        return SeriesLocator(self.sensors["sensor_id"])

    @cached_property
    def links(self) -> list[Link]:
        """The stretches of road that a detector measures."""
        return lay_links(self.features, self.sensors)

    @cached_property
    def places(self) -> GeoDataFrame:
        """The key places, such as hospitals, as points with an index: feature_id, kind, name, name_en."""
        found = [feature for feature in self.features if feature.layer is Layer.PLACE]
        columns = ("feature_id", "kind", "name", "name_en")
        layer = pd.DataFrame({name: [getattr(place, name) for place in found] for name in columns})
        points = [shape(place.geometry).representative_point() for place in found]
        return GeoDataFrame(layer, geometry=points, crs=WGS84)

    @cached_property
    def links_by_district(self) -> dict[str, list[Link]]:
        """The same by district of the detector."""
        found: dict[str, list[Link]] = {}
        districts = self.levels[AreaLevel.DISTRICT.value].tolist()
        for link in self.links:
            if isinstance(districts[link.position], str):
                found.setdefault(districts[link.position], []).append(link)
        return found

    def district(self, sensor: str) -> str | None:
        """Return the code of the district that a sensor is in; None where there is none."""
        position = self.locator.position_of(sensor)
        code = None if position is None else self.levels[AreaLevel.DISTRICT.value].iloc[position]
        return code if isinstance(code, str) else None

    def place(self, code: str, language: str) -> str:
        """Return the names of an area and those above it up to the district, as people say them.

        A grid has the name of its community: it is for those who work in it, and too long for a list. One that
        stands alone has its own. Whether an area has a parent says nothing: districts may come before their city.
        """
        chain = [*reversed(ancestors(self.areas, code)), code]
        known = [self.areas[part] for part in chain if part in self.areas]
        below = [area for area in known if area.level not in _ABOVE]
        named = [area for area in below if area.level is not AreaLevel.GRID] or below
        names = [name_in(area, language) for area in named]
        return ", ".join(reversed(names)) if language == "en" else " ".join(names)

    def with_facts(self, facts: pd.DataFrame) -> "Registry":
        """Return the same places with what is known of their devices now (`presence_facts`)."""
        changed = replace(self, sensors=_join_facts(self.sensors, facts))
        for name in STANDING:
            changed.__dict__[name] = getattr(self, name)  # the places are the same: do not count them again
        return changed

    def of(self, area: str) -> "Registry":
        """Return the part that a screen on this area shows; on "" the city itself.

        A sensor is the city's when its area is known or when it stands inside the city's bounds, so that a
        device which came before its area is not hidden, and a recording from elsewhere does not blur the means.
        """
        if not area:
            return replace(self, sensors=self.sensors[self._in_city()].reset_index(drop=True))
        chosen = self.sensors[self.sensors["area_code"].str.startswith(area)].reset_index(drop=True)
        inside = {code: found for code, found in self.areas.items() if code.startswith(area)}
        return Registry(inside, self.features if inside else [], chosen)

    def _in_city(self) -> "pd.Series[bool]":
        if not self.areas or self.bounds is None:
            return pd.Series(data=True, index=self.sensors.index)
        west, south, east, north = self.bounds
        inside = self.sensors["lon"].between(west, east) & self.sensors["lat"].between(south, north)
        return inside | self.sensors["area_code"].isin(list(self.areas))

    def _points(self) -> Iterable[tuple[float, float]]:
        lon, lat = self.sensors["lon"].to_numpy(), self.sensors["lat"].to_numpy()
        kept = belong_together(lon, lat)
        return zip(lon[kept].tolist(), lat[kept].tolist(), strict=True)


def read_registry(tx: Transaction, *, retired: bool = False) -> Registry:
    """Read everything that stands somewhere; the sensors in use, or those that are retired."""
    areas = stored_areas.load_areas(tx)
    sensors = _join_facts(store.sensor_frame(tx, retired=retired), presence_facts(tx))
    districts = {code: district_of(areas, code) for code in sensors["area_code"].unique()}
    sensors["district"] = sensors["area_code"].map(districts).astype(object)
    return Registry(areas, stored_areas.load_features(tx), sensors)


def read_fingerprint(tx: Transaction) -> str:
    """Return a text that changes when anything in the registry does."""
    return store.registry_fingerprint(tx)


def _join_facts(sensors: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the sensors with these facts in place of those they had; one without any is as good as not heard."""
    columns = facts.columns.drop(["sensor_id", "registered_at"])
    if np.array_equal(facts["sensor_id"].to_numpy(), sensors["sensor_id"].to_numpy()):  # both are read in one order
        return sensors.assign(**{name: facts[name].array for name in columns})
    known = facts.set_index("sensor_id").reindex(sensors["sensor_id"])
    known["status"] = known["status"].fillna("unknown")
    return sensors.assign(**{name: known[name].array for name in columns})


def _enclose(boxes: Iterable[Bounds]) -> Bounds | None:
    sides = list(zip(*boxes, strict=True))
    if not sides:
        return None
    west, south, east, north = sides
    return min(west), min(south), max(east), max(north)
