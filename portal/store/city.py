"""The city as everybody may see it, read whole."""

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Names
from cityops.map_features import Layer, MapFeature
from cityops.storage import Transaction, load_queries
from portal.city.city_facts import AirReading, CityFacts, DetectorValue, PublicWarning
from portal.city.figures import PublicFigure

SQL = load_queries("portal")


def read_facts(tx: Transaction) -> CityFacts:
    """Return what stations, detectors and rules say now."""
    return CityFacts(
        air=[AirReading(**row) for row in tx.rows(SQL["air"])],
        detectors=[DetectorValue(**row) for row in tx.rows(SQL["detectors"])],
        warnings=[
            PublicWarning(
                row["rule_id"],
                Names(zh=row["title_zh"], en=row["title_en"]),
                Names(zh=row["advice_zh"], en=row["advice_en"]),
                row["severity"],
                row["area_code"],
                row["since"],
                row["is_uncertain"],
            )
            for row in tx.rows(SQL["warnings"])
        ],
    )


def read_areas(tx: Transaction) -> list[Area]:
    """Return the city and its districts."""
    return [Area(**{**row, "level": AreaLevel(row["level"])}) for row in tx.rows(SQL["areas"])]


def read_features(tx: Transaction) -> list[MapFeature]:
    """Return roads, water and green."""
    return [MapFeature(**{**row, "layer": Layer(row["layer"])}) for row in tx.rows(SQL["features"])]


def read_figures(tx: Transaction, *, after: str) -> list[PublicFigure]:
    """Return the figures of the months after one (`2026-01`), the newest month first."""
    return [PublicFigure(**row) for row in tx.rows(SQL["figures"], after=after)]


def is_ready(tx: Transaction) -> bool:
    """Whether the schema of the portal is there."""
    return bool(tx.value(SQL["is_ready"]))
