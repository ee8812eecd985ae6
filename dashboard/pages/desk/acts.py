"""What people can do with an alert: every action with its key, and why one is not possible now. Pure."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from alerts.actions import HIGHEST_LEVEL
from alerts.lifecycle import TRANSITIONS, Event, State
from cityops.accounts import Role
from dashboard.alert_rows import milliseconds


@dataclass(frozen=True, slots=True)
class Act:
    """One action: its name in the API and in the texts, its key, and whose it is. `event`: what it is in the life
    cycle; None where any open alert allows it.
    """

    name: str
    key: str
    role: Role = Role.OFFICER
    event: Event | None = None


ACTS = (
    Act("acknowledge", "A", event=Event.ACKNOWLEDGE),
    Act("comment", "C"),
    Act("assign", "G"),
    Act("escalate", "E"),
    Act("shelve", "S", event=Event.SHELVE),
    Act("reset", "R", event=Event.RESET),
    Act("close", "K", event=Event.CLOSE),
    Act("suppress", "D", Role.SUPERVISOR, Event.SUPPRESS),
    Act("out-of-service", "O", Role.SUPERVISOR, Event.OUT_OF_SERVICE),
    Act("unshelve", "V", event=Event.UNSHELVE),
    Act("unsuppress", "V", Role.SUPERVISOR, Event.UNSUPPRESS),
    Act("return-to-service", "V", Role.SUPERVISOR, Event.RETURN),
)
# What brings a suppressed alert back is shown only where it applies.
_BACK = frozenset({Event.UNSHELVE, Event.UNSUPPRESS, Event.RETURN})


@dataclass(frozen=True, slots=True)
class Offer:
    """One action as it is offered: `why` is the key of the text that says why it is not possible, or empty."""

    act: Act
    why: str = ""


def offers(alert: dict[Any, Any], role: Role | None) -> list[Offer]:
    """Return every action on an alert, a row of `store.open_alerts` with `closed_at`."""
    state = State(alert["state"])
    shown = [act for act in ACTS if act.event not in _BACK or state in TRANSITIONS[act.event].start]
    return [Offer(act, _refusal(act, alert, state, role)) for act in shown]


def _refusal(act: Act, alert: dict[Any, Any], state: State, role: Role | None) -> str:
    if pd.notna(alert["closed_at"]):
        return "closed"
    if role is None or not role.includes(act.role):
        return "not_allowed" if act.role is Role.OFFICER else "for_supervisors"
    if act.event is not None and state not in TRANSITIONS[act.event].start:
        return "why_acknowledged" if act.event is Event.ACKNOWLEDGE and state is State.ACKED else "why_state"
    if act.event is Event.CLOSE and alert["active"] and not alert["stale"]:
        return "why_holds"
    if act.name == "escalate" and alert["escalation_level"] >= HIGHEST_LEVEL:
        return "why_top"
    return ""


def clocks(alert: dict[Any, Any]) -> list[tuple[str, int]]:
    """Return the deadlines that count down now: the key of their text, and when (ms since 1970)."""
    state = State(alert["state"])
    wanted = {
        "ack_due": not alert["acknowledged"] and state is not State.SHLVD,
        "handle_due": bool(alert["active"]) and state is not State.SHLVD,
        "lease_until": state is State.ACKED,
        "shelved_until": state is State.SHLVD,
    }
    return [(name, milliseconds(alert[name])) for name, wants in wanted.items() if wants and pd.notna(alert[name])]
