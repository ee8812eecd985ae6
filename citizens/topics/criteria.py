"""By what topics are proposed and complaints expected: `citizens/data/topics.toml`, or the city's own file."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import msgspec

from citizens.topics.errors import CriteriaError
from cityops.tables import load_tables

Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=720)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class RiseCriteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a rise is proposed."""

    days: Days
    least_days: Days
    least_count: Count
    least_factor: Decimal
    false_share: Decimal
    looks: Count
    rest_days: Days
    believed: Decimal

    def __post_init__(self) -> None:
        """Raise ValueError for a share that is none."""
        _check_shares(false_share=self.false_share, believed=self.believed)

    @property
    def share_a_look(self) -> Fraction:
        """What share of the proposals of one look may be chance, so that those of a month keep theirs."""
        return Fraction(self.false_share) / self.looks


class IncidentCriteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is one incident."""

    hours: Hours
    metres: Annotated[float, msgspec.Meta(ge=0)]


class ForecastCriteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When complaints are expected of an alert. `file_ahead`: rules that file a case then; "*" is all."""

    days: Days
    hours: Hours
    least_alerts: Count
    least_share: Decimal
    false_share: Decimal
    file_ahead: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a share that is none."""
        _check_shares(least_share=self.least_share, false_share=self.false_share)

    @property
    def ahead(self) -> timedelta:
        """Within what time complaints have to follow."""
        return timedelta(hours=self.hours)

    def files_ahead(self, rule_id: str) -> bool:
        """Whether an alert of a rule files a case before anybody complains."""
        return rule_id in self.file_ahead or "*" in self.file_ahead


class TopicCriteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of them."""

    rise: RiseCriteria
    incident: IncidentCriteria
    forecast: ForecastCriteria


def load_criteria(own: Path | None = None) -> TopicCriteria:
    """Load the product's, each table replaced by the city's own of its name. Raises CriteriaError naming the entry."""
    built_in = Path(str(files("citizens").joinpath("data", "topics.toml")))
    return load_tables(TopicCriteria, built_in, own, setting="CITYOPS_TOPICS_FILE", error=CriteriaError)


def _check_shares(**shares: Decimal) -> None:
    for name, share in shares.items():
        if not 0 < share < 1:
            raise ValueError(f"{name}: {share} is no share between 0 and 1")
