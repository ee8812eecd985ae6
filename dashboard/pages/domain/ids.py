"""The ids of the domain pages. All three have the same; only one of them is open at a time."""

from enum import StrEnum


class Ids(StrEnum):
    """What callbacks refer to."""

    ADDRESS = "domain-address"
    TICK = "domain-tick"
    METRIC = "domain-metric"
    AREA = "domain-area"
    SPAN = "domain-span"
    UNTIL = "domain-until"
    AT = "domain-at"
    COMPARE = "domain-compare"
    EXPORTS = "domain-exports"
    FACTS = "domain-facts"
    TREND = "domain-trend"
    MAP = "domain-map"
    RANKING = "domain-ranking"
    HEAT = "domain-heat"
    INDEX = "domain-index"
    COMPLETENESS = "domain-completeness"
    LINEAGE = "domain-lineage"
    LINEAGE_BODY = "domain-lineage-body"
    LINEAGE_ASKED = "domain-lineage-asked"
