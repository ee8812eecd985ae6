"""Areas and the features of the map in the database."""

from collections.abc import Iterable

import msgspec

from cityops.areas import Area, AreaLevel, parents_first
from cityops.map_features import Layer, MapFeature
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def store_areas(tx: Transaction, areas: Iterable[Area]) -> None:
    """Store areas, replacing those with the same code. Parents may come in any order."""
    for area in parents_first(areas):
        tx.execute(
            SQL["store_area"],
            code=area.code,
            name=area.name,
            name_en=area.name_en,
            level=area.level.value,
            parent=area.parent,
            geometry=None if area.geometry is None else msgspec.json.encode(area.geometry).decode(),
        )


def load_areas(tx: Transaction) -> dict[str, Area]:
    """Return all areas by code, with their geometries."""
    return {
        row["code"]: Area(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            level=AreaLevel(row["level"]),
            parent=row["parent"],
            geometry=row["geometry"],
        )
        for row in tx.rows(SQL["load_areas"])
    }


def store_features(tx: Transaction, features: Iterable[MapFeature]) -> None:
    """Store map features, replacing those with the same id."""
    for feature in features:
        tx.execute(
            SQL["store_feature"],
            feature_id=feature.feature_id,
            layer=feature.layer.value,
            kind=feature.kind,
            name=feature.name,
            name_en=feature.name_en,
            geometry=msgspec.json.encode(feature.geometry).decode(),
        )


def load_features(tx: Transaction) -> list[MapFeature]:
    """Return all map features, with their geometries."""
    return [
        MapFeature(
            feature_id=row["feature_id"],
            layer=Layer(row["layer"]),
            kind=row["kind"],
            name=row["name"],
            name_en=row["name_en"],
            geometry=row["geometry"],
        )
        for row in tx.rows(SQL["load_features"])
    ]


def remove_features(tx: Transaction, layer: Layer) -> int:
    """Forget the map features of one layer. Return how many there were."""
    return tx.execute(SQL["remove_features"], layer=layer.value)


def remove_places(tx: Transaction, *, areas: list[str], features: list[str]) -> None:
    """Forget some areas (codes) and map features (ids); other areas below them stand at the top then."""
    tx.execute(SQL["remove_listed_features"], features=features)
    tx.execute(SQL["free_children"], areas=areas)
    tx.execute(SQL["remove_areas"], areas=areas)
