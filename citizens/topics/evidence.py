"""What stands behind a topic, as it is stored with it: counts, chances, and the reports, cases and alerts. Pure."""

from datetime import datetime

import msgspec

from citizens.topics.criteria import RiseCriteria
from citizens.topics.rises import Rise
from citizens.topics.sightings import Told

MOST_NAMED = 500  # of each kind: the counts are of all


class TopicEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a topic was proposed. `middle`: where the days compared meet; `false_share`: by which it was chosen."""

    after: int
    before: int
    after_days: int
    before_days: int
    middle: datetime
    chance: float
    adjusted: float
    false_share: float
    reports: tuple[int, ...] = ()
    cases: tuple[int, ...] = ()
    alerts: tuple[int, ...] = ()

    @property
    def factor(self) -> float | None:
        """How many times as many a day as before; None where there was nothing before."""
        return self.after * self.before_days / (self.before * self.after_days) if self.before else None


def evidence_of(rise: Rise, criteria: RiseCriteria) -> TopicEvidence:
    """Return what is stored of a rise."""
    named: dict[Told, list[int]] = {kind: [] for kind in Told}
    for incident in rise.incidents:
        for one in incident.sightings:
            named[one.told].append(one.number)
    return TopicEvidence(
        after=rise.after,
        before=rise.before,
        after_days=rise.span.after_days,
        before_days=rise.span.before_days,
        middle=rise.span.middle,
        chance=float(rise.chance),
        adjusted=float(rise.adjusted),
        false_share=float(criteria.false_share),
        reports=tuple(named[Told.REPORT][:MOST_NAMED]),
        cases=tuple(named[Told.CASE][:MOST_NAMED]),
        alerts=tuple(named[Told.ALERT][:MOST_NAMED]),
    )


def write_evidence(evidence: TopicEvidence) -> str:
    """Return evidence as it is stored."""
    return msgspec.json.encode(evidence).decode()


def read_evidence(text: str) -> TopicEvidence:
    """Return stored evidence."""
    return msgspec.json.decode(text, type=TopicEvidence)
