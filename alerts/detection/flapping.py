"""A condition that comes and goes faster than anybody looks: of its changes in one batch some are kept. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from alerts.detection.alert_change import AlertChange

MOST = 10  # changes of one rule on one series that one batch makes: each is an alert, events and a link of the audit
_FIRST = MOST // 2  # of these the first ones are kept; the others are the last


def thin(changes: Sequence[AlertChange]) -> list[AlertChange]:
    """Return the first and the last changes of each rule and series, in order; the one after the gap says what lacks.

    An even number is left out, so that raising and clearing still take turns and the end is what it was.
    """
    rows: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for row, change in enumerate(changes):
        rows[change.rule.id, change.series_id].append(row)
    left_out: set[int] = set()
    found = list(changes)
    for mine in rows.values():
        count = max(0, len(mine) - MOST + 1) // 2 * 2
        left_out.update(mine[_FIRST : _FIRST + count])
        if count:
            after = mine[_FIRST + count]
            found[after] = replace(found[after], reason=f"{found[after].reason} ({count} changes before it left out)")
    return [change for row, change in enumerate(found) if row not in left_out]
