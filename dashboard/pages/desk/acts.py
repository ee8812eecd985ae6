"""What people can do with an alert: every action with its key, and why one is not possible now. Pure."""

from dataclasses import dataclass
from datetime import datetime

from alerts.board.actions import HIGHEST_LEVEL
from alerts.board.open_alert import OpenAlert
from alerts.lifecycle import TRANSITIONS, AlertState, Event
from cityops.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class DeskAct:
    """One action: its name in the API and in the texts, its key, and whose it is. `event`: what it is in the life
    cycle; None where any open alert allows it.
    """

    name: str
    key: str
    role: Role = Role.OFFICER
    event: Event | None = None


ACTS = (
    DeskAct("acknowledge", "A", event=Event.ACKNOWLEDGE),
    DeskAct("comment", "C"),
    DeskAct("assign", "G"),
    DeskAct("escalate", "E"),
    DeskAct("shelve", "S", event=Event.SHELVE),
    DeskAct("reset", "R", event=Event.RESET),
    DeskAct("close", "K", event=Event.CLOSE),
    DeskAct("suppress", "D", Role.SUPERVISOR, Event.SUPPRESS),
    DeskAct("out-of-service", "O", Role.SUPERVISOR, Event.OUT_OF_SERVICE),
    DeskAct("unshelve", "V", event=Event.UNSHELVE),
    DeskAct("unsuppress", "V", Role.SUPERVISOR, Event.UNSUPPRESS),
    DeskAct("return-to-service", "V", Role.SUPERVISOR, Event.RETURN),
)
# What brings a suppressed alert back is shown only where it applies.
_BACK = frozenset({Event.UNSHELVE, Event.UNSUPPRESS, Event.RETURN})


@dataclass(frozen=True, slots=True)
class Offer:
    """One action as it is offered: `why` is the key of the text that says why it is not possible, or empty."""

    act: DeskAct
    why: str = ""


def offers(alert: OpenAlert, role: Role | None) -> list[Offer]:
    """Return every action on an alert, open or closed."""
    shown = [act for act in ACTS if act.event not in _BACK or alert.state in TRANSITIONS[act.event].start]
    return [Offer(act, _refusal(act, alert, role)) for act in shown]


def _refusal(act: DeskAct, alert: OpenAlert, role: Role | None) -> str:
    state = alert.state
    if alert.closed_at is not None:
        return "closed"
    if role is None or not role.includes(act.role):
        return "not_allowed" if act.role is Role.OFFICER else "for_supervisors"
    if act.event is not None and state not in TRANSITIONS[act.event].start:
        return "why_acknowledged" if act.event is Event.ACKNOWLEDGE and state is AlertState.ACKED else "why_state"
    if act.event is Event.CLOSE and alert.active and not alert.is_stale:
        return "why_holds"
    if act.name == "escalate" and alert.escalation_level >= HIGHEST_LEVEL:
        return "why_top"
    return ""


def clocks(alert: OpenAlert) -> list[tuple[str, datetime]]:
    """Return the deadlines that count down now: the key of their text, and when (UTC)."""
    is_shelved = alert.state is AlertState.SHLVD
    wanted = {
        "ack_due": alert.ack_due if not alert.acknowledged and not is_shelved else None,
        "handle_due": alert.handle_due if alert.active and not is_shelved else None,
        "lease_until": alert.lease_until if alert.state is AlertState.ACKED else None,
        "shelved_until": alert.shelved_until if is_shelved else None,
    }
    return [(name, moment) for name, moment in wanted.items() if moment is not None]
