"""Several alerts at once: one transaction, in which everybody who comes too late with one of them is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.board import actions
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.errors import AlertChanged, AlertUnknown, LostRace, NotAllowed
from cityops.errors import CityOpsError
from cityops.storage import Transaction

MOST_AT_ONCE = 1000  # alerts in one transaction


@dataclass(slots=True)
class BulkOutcome:
    """What became of each: the alerts as they are now, and why the others could not be taken."""

    taken: list[Alert] = field(default_factory=list)
    lost: list[tuple[int, CityOpsError]] = field(default_factory=list)


def acknowledge_all(tx: Transaction, seen: Sequence[tuple[int, int]], act: AlertAct, *, reason: str) -> BulkOutcome:
    """Acknowledge alerts, each (number, version) as the person saw it. Those that cannot be had stop no other.

    Raises NotAllowed when there is no reason.
    """
    outcome = BulkOutcome()
    words = actions.check_words(reason)
    for alert_id, version in sorted(set(seen)):  # always in one order, so that two at once never wait in a ring
        try:
            taken = actions.acknowledge(tx, alert_id, act, version=version, reason=words)
        except (LostRace, AlertChanged, AlertUnknown, NotAllowed) as refused:
            outcome.lost.append((alert_id, refused))
        else:
            outcome.taken.append(taken)
    return outcome
