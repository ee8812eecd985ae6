"""Names that devices send and the catalogue does not have: listed with the metric that may be meant, and mapped."""

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.storage.messages.name_mappings import Mapping
from ingest.checks.units import convert
from ingest.errors import MappingRefused, Undecodable

_TIME = "%Y-%m-%d %H:%M UTC"


def list_unmapped(unmapped: pd.DataFrame, catalogue: Catalogue) -> list[str]:
    """Return one line for each name that devices send and nobody mapped; see storage.border.unmapped_frame."""
    if unmapped.empty:
        return ["Devices send no name that is not known."]
    lines = []
    for row in unmapped.to_dict("records"):
        kind, name = row["kind"], row["name"]
        metric = catalogue.propose(name)
        offer = f"; if it is {metric}: cityops ingest map {kind} {name!r} {metric}" if metric else ""
        lines.append(
            f"{kind} {name or '(more names)'}: {row['count']} values of {row['sensors']} sensors, "
            f"{row['first_seen']:{_TIME}} to {row['last_seen']:{_TIME}}, last {row['last_value']}{offer}"
        )
    return lines


def check_mapping(mapping: Mapping, catalogue: Catalogue) -> Mapping:
    """Return a mapping that makes sense. Raises MappingRefused."""
    kind = catalogue.kind.get(mapping.kind)
    if kind is None:
        raise MappingRefused(f"{mapping.kind!r} is no kind of the catalogue. Take one that `unmapped` lists.")
    if mapping.name in kind.metrics:
        raise MappingRefused(f"{mapping.name} is a metric of {mapping.kind} already. Map another name.")
    metric = catalogue.metric.get(mapping.metric)
    if metric is None:
        raise MappingRefused(
            f"{mapping.metric!r} is no metric of the catalogue. Add it to CITYOPS_CATALOGUE_FILE first."
        )
    try:
        convert(1.0, mapping.unit or metric.unit, metric.unit)
    except Undecodable as error:
        raise MappingRefused(f"{error.reason}. Give --unit one that can be converted to it.") from error
    return mapping
