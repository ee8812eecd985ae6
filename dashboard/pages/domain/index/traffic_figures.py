"""The numbers of the traffic index, each declared once with the table that decides it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from cityops.geography import road_links
from cityops.geography.road_links import Jam
from cityops.standards.tables import Standards, source_in
from cityops.standards.tpi import Road
from dashboard.pages.domain.index.figures import INDEX, table_version
from dashboard.pages.domain.lineage.model import Figure, Formula, Share, Value
from dashboard.pages.domain.lineage.number_sources import LinkSource
from dashboard.pages.domain.reader import Reader


def traffic_figures(jams: Mapping[Road, Jam], source: LinkSource, standards: Standards, reader: Reader) -> list[Figure]:
    """Return the TPI, and of each class of road its lengths, its share and what that adds."""
    known, version, table = list(jams), table_version(standards.tpi), source_in(standards.tpi, reader.language)
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
