"""The six categories of the air quality index: names, colours (HJ 633-2026, Table 1 and A.1)."""

from dataclasses import dataclass

from cityops.catalogue import Names


@dataclass(frozen=True, slots=True)
class AqiLevel:
    """One category. `highest` is its last AQI; the English names are ours, the standard has none."""

    number: int
    highest: int
    name: Names
    colour: str


LEVELS = (
    AqiLevel(1, 50, Names(zh="优", en="Excellent"), "#00E400"),
    AqiLevel(2, 100, Names(zh="良", en="Good"), "#FFFF00"),
    AqiLevel(3, 150, Names(zh="轻度污染", en="Lightly polluted"), "#FF7E00"),
    AqiLevel(4, 200, Names(zh="中度污染", en="Moderately polluted"), "#FF0000"),
    AqiLevel(5, 300, Names(zh="重度污染", en="Heavily polluted"), "#99004C"),
    AqiLevel(6, 500, Names(zh="严重污染", en="Severely polluted"), "#7E0023"),
)


def level_of(aqi: int) -> AqiLevel:
    """Return the category of an AQI (0 to 500)."""
    return next(level for level in LEVELS if aqi <= level.highest or level is LEVELS[-1])
