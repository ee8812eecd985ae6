"""What people do with an alert. Each action is one statement, conditional on the version that the person
saw (optimistic locking).

All of them raise LostRace (naming the winner) or AlertChanged when the alert is no longer at that version,
AlertUnknown, and NotAllowed when its state does not permit the action. They return the alert as it is then.
Who may do what by role is the caller's to check.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.board import alert_history, guidance, store
from alerts.board.alert import Alert
from alerts.board.deadlines import LONGEST_SHELF
from alerts.board.retirement import is_retired
from alerts.errors import AlertChanged, NotAllowed
from alerts.lifecycle import AlertState, Event
from cityops.storage import Transaction
from cityops.storage.audit import record

LONGEST_TEXT = 2000  # characters of a comment or reason
HIGHEST_LEVEL = 9
UNDO_WITHIN = timedelta(seconds=30)  # how long a slip of the finger can be taken back


@dataclass(frozen=True, slots=True)
class AlertAct:
    """Who does something, when (UTC), and where from: the program, or the address of a browser."""

    actor: str
    now: datetime
    origin: str = "dashboard"


def acknowledge(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str = "acknowledged") -> Alert:
    """Take an alert into one's hands. Severity 1 and 2 are a lease: unattended, it is nobody's again."""
    seen = _seen(tx, alert_id, version, Event.ACKNOWLEDGE)
    after = seen.taken(act.actor, now=act.now)
    return _save(tx, seen, after, Event.ACKNOWLEDGE, act, check_words(reason))


def undo(tx: Transaction, alert_id: int, act: AlertAct, *, version: int) -> Alert:
    """Give back what one took a moment ago, within `UNDO_WITHIN`: its times go on as if nothing had been."""
    seen = _seen(tx, alert_id, version, "undo")
    if seen.state is not AlertState.ACKED or seen.acknowledged_by != act.actor or seen.acknowledged_at is None:
        raise NotAllowed("Only who has an alert that still holds can give it back. Assign it instead.")
    if act.now - seen.acknowledged_at > UNDO_WITHIN:
        seconds = UNDO_WITHIN.total_seconds()
        raise NotAllowed(f"An acknowledgement can be taken back within {seconds:g} seconds. Assign it instead.")
    after = seen.given_back(now=act.now)
    return _save(tx, seen, after, "undo", act, "acknowledged by mistake")


def tick(tx: Transaction, alert_id: int, act: AlertAct, *, step: int, done: bool) -> Alert:
    """Note that a step of the guidance (1 is the first) is done, or is not after all; it renews the lease.

    It asks for no version: two people may work through one list at once.
    """
    seen = store.lock_alert(tx, alert_id)
    if seen.closed_at is not None:
        raise AlertChanged
    steps = guidance.steps_of(*alert_history.guidance_of(tx, seen.rule_id))
    if not 1 <= step <= len(steps):
        raise NotAllowed("The guidance has no such step. Look at it again.")
    words = steps[step - 1].zh
    action = guidance.TICK if done else guidance.UNTICK
    return _save(tx, seen, seen.attended(act.now), action, act, words)


def comment(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, text: str) -> Alert:
    """Write something down about an alert; it renews the lease."""
    seen = _seen(tx, alert_id, version, "comment")
    return _save(tx, seen, seen.attended(act.now), "comment", act, check_words(text))


def assign(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, to: str) -> Alert:
    """Give an alert to a person or a team."""
    seen = _seen(tx, alert_id, version, "assign")
    after = replace(seen.attended(act.now), assigned_to=check_words(to)[:200])
    return _save(tx, seen, after, "assign", act, f"to {after.assigned_to}")


def escalate(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str) -> Alert:
    """Have the next level told, without waiting for a deadline."""
    seen = _seen(tx, alert_id, version, "escalate")
    if seen.escalation_level >= HIGHEST_LEVEL:
        raise NotAllowed("This alert is at the highest level already. Call them.")
    after = replace(seen.attended(act.now), escalation_level=seen.escalation_level + 1)
    return _save(tx, seen, after, "escalate", act, check_words(reason))


def shelve(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str, until: datetime) -> Alert:
    """Put an alert aside until a set time, at most a day ahead. It comes back by itself if it still holds."""
    seen = _seen(tx, alert_id, version, Event.SHELVE)
    if not act.now < until <= act.now + LONGEST_SHELF:
        hours = LONGEST_SHELF.total_seconds() / 3600
        raise NotAllowed(f"A shelf ends within {hours:g} hours from now. Choose a time before that.")
    after = seen.suppressed(Event.SHELVE, act.actor, check_words(reason), now=act.now, until=until)
    words = f"until {until.isoformat(timespec='seconds')}: {after.suppressed_reason}"
    return _save(tx, seen, after, Event.SHELVE, act, words)


def unshelve(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str = "unshelved") -> Alert:
    """Take an alert off the shelf."""
    return _return(tx, alert_id, act, Event.UNSHELVE, version=version, reason=reason)


def suppress(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str) -> Alert:
    """Suppress an alert by design: it says nothing in the present situation. Ends with `unsuppress`."""
    seen = _seen(tx, alert_id, version, Event.SUPPRESS)
    after = seen.suppressed(Event.SUPPRESS, act.actor, check_words(reason), now=act.now)
    return _save(tx, seen, after, Event.SUPPRESS, act, check_words(reason))


def unsuppress(
    tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str = "no longer suppressed"
) -> Alert:
    """End a suppression by design."""
    return _return(tx, alert_id, act, Event.UNSUPPRESS, version=version, reason=reason)


def out_of_service(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str) -> Alert:
    """Take the point out of service while its sensor is worked on. Ends with `return_to_service`."""
    seen = _seen(tx, alert_id, version, Event.OUT_OF_SERVICE)
    after = seen.suppressed(Event.OUT_OF_SERVICE, act.actor, check_words(reason), now=act.now)
    return _save(tx, seen, after, Event.OUT_OF_SERVICE, act, check_words(reason))


def return_to_service(
    tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str = "back in service"
) -> Alert:
    """The sensor works again; if the condition holds, the alert waits for a person."""
    return _return(tx, alert_id, act, Event.RETURN, version=version, reason=reason)


def reset_latch(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str = "reset") -> Alert:
    """Release a latched alert whose condition is gone and which somebody has acknowledged."""
    seen = _seen(tx, alert_id, version, Event.RESET)
    after = seen.after(Event.RESET, now=act.now)
    return _save(tx, seen, after, Event.RESET, act, check_words(reason))


def close(tx: Transaction, alert_id: int, act: AlertAct, *, version: int, reason: str) -> Alert:
    """End an alert whose condition is gone, or whose sensor is dead or retired so that nobody can know any more."""
    seen = _seen(tx, alert_id, version, Event.CLOSE)
    says_so = seen.active and seen.stale_since is None and seen.state in (AlertState.UNACK, AlertState.ACKED)
    if says_so and not is_retired(tx, seen.series_id):
        raise NotAllowed("The condition still holds, and its sensor says so. Handle it, or shelve it.")
    if seen.active:
        store.forget_course(tx, seen)
    after = seen.after(Event.CLOSE, now=act.now, lease_until=None, stale_since=None)
    return _save(tx, seen, after, Event.CLOSE, act, check_words(reason))


def _return(tx: Transaction, alert_id: int, act: AlertAct, event: Event, *, version: int, reason: str) -> Alert:
    seen = _seen(tx, alert_id, version, event)
    after = seen.returned(event, terms=store.terms_of(tx, seen.rule_id, seen.severity), now=act.now)
    return _save(tx, seen, after, event, act, check_words(reason))


def _seen(tx: Transaction, alert_id: int, version: int, action: str) -> Alert:
    """Return the alert, if it is as the person saw it and still open."""
    alert = store.find_alert(tx, alert_id)
    taken = action == Event.ACKNOWLEDGE and alert.acknowledged and alert.acknowledged_by is not None
    if alert.version != version or alert.closed_at is not None or taken:
        store.explain_refusal(tx, alert_id, action)
    return alert


def _save(tx: Transaction, before: Alert, after: Alert, action: str, act: AlertAct, reason: str) -> Alert:
    saved = store.save(tx, before, after, str(action), actor=act.actor, reason=reason, now=act.now)
    detail: dict[str, Any] = {"from": before.state, "to": after.state, "version": saved.version, "reason": reason}
    record(tx, act.actor, f"alert.{action}", str(before.alert_id), at=act.now, origin=act.origin, detail=detail)
    return saved


def check_words(text: str) -> str:
    """Return a reason or comment without the space around it. Raises NotAllowed when it is empty or too long."""
    words = text.strip()
    if not words:
        raise NotAllowed("A reason is needed. Write a few words, then do it again.")
    if len(words) > LONGEST_TEXT:
        raise NotAllowed(f"The text is longer than {LONGEST_TEXT} characters. Shorten it.")
    return words
