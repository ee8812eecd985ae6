"""What rules would have raised, counted by rule. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from alerts.detection.alert_change import AlertChange, DetectionResult
from alerts.lifecycle import Event


@dataclass(slots=True)
class BacktestCount:
    """What one rule would have done."""

    raised: int = 0
    cleared: int = 0
    series: set[int] = field(default_factory=set)


def tally(findings: Iterator[DetectionResult]) -> dict[str, BacktestCount]:
    """Count what each rule would have done; rules that failed count under their names too."""
    counts: dict[str, BacktestCount] = {}
    for found in findings:
        for change in found.changes:
            _count(counts.setdefault(change.rule.id, BacktestCount()), change)
    return counts


def busiest(counts: dict[str, BacktestCount]) -> list[tuple[str, BacktestCount]]:
    """Return the tallies, the most alerts first."""
    order = Counter({name: one.raised for name, one in counts.items()})
    return [(name, counts[name]) for name, _ in order.most_common()]


def _count(one: BacktestCount, change: AlertChange) -> None:
    one.raised += change.event is Event.RAISE
    one.cleared += change.event is Event.CLEAR
    one.series.add(change.series_id)
