"""The traffic index with its working, road class by road class. Pure."""

from collections.abc import Mapping

from cityops.geography.road_links import Jam
from cityops.standards import tpi
from cityops.standards.tables import Standards, source_in
from cityops.standards.tpi import Road
from dashboard import texts, theme
from dashboard.pages.domain.index.figures import INDEX
from dashboard.pages.domain.index.working import Line, Working

ROADS = (Road.EXPRESSWAY, Road.MAIN, Road.MINOR)


def work_traffic(jams: Mapping[Road, Jam], standards: Standards, *, language: str) -> Working | None:
    """Show the TPI of the measured links by class of road; None when no link is measured."""
    known = [road for road in ROADS if road in jams]
    if not known:
        return None
    shares = {road.value: jams[road].percent for road in known}
    driven = {road.value: standards.tpi.driven[road.value] for road in known}
    share = tpi.jammed_share(shares, standards.tpi.driven)
    result = float(tpi.index(share, standards))
    level = tpi.level_of(result)
    lines = [
        Line(
            (
                texts.say(f"domain.road_{road}", language),
                f"{jams[road].jammed_km:.1f} / {jams[road].km:.1f} km",
                f"{shares[road.value]:.1f}% × {driven[road.value] / sum(driven.values()):.2f}",
                f"{shares[road.value] * driven[road.value] / sum(driven.values()):.1f}%",
            ),
            leads=jams[road].jammed_km > 0 and shares[road.value] == max(shares.values()),
            keys=("", *(f"{INDEX}.{road.value}{part}" for part in ("", ".share", ".part"))),
        )
        for road in known
    ]
    return Working(
        texts.say("domain.tpi", language),
        f"{result:.1f}",
        level.name.in_language(language),
        level.colour,
        theme.BACKGROUND,
        tuple(texts.say(f"domain.{name}", language) for name in ("road", "jammed", "weighed", "share")),
        tuple(lines),
        texts.say("domain.tpi_note", language, share=f"{float(share):.1f}", source=source_in(standards.tpi, language)),
    )
