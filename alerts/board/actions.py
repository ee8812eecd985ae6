"""What people do with an alert. Each action is one statement, conditional on the version that the person
saw (optimistic locking).

All of them raise LostRace (naming the winner) or AlertChanged when the alert is no longer at that version,
AlertUnknown, and NotAllowed when its state does not permit the action. They return the alert as it is then.
Who may do what by role is the caller's to check.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from alerts.board import guidance, store
from alerts.board.alert import Alert
from alerts.board.deadlines import LONGEST_SHELF
from alerts.board.retirement import is_retired
from alerts.errors import AlertChanged, NotAllowed
from alerts.lifecycle import Event, State
from cityops.storage import Transaction
from cityops.storage.audit import record

LONGEST_TEXT = 2000  # characters of a comment or reason
HIGHEST_LEVEL = 9
UNDO_WITHIN = timedelta(seconds=30)  # how long a slip of the finger can be taken back


def acknowledge(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str = "acknowledged",
    origin: str = "dashboard",
) -> Alert:
    """Take an alert into one's hands. Severity 1 and 2 are a lease: unattended, it is nobody's again."""
    seen = _seen(tx, alert_id, version, Event.ACKNOWLEDGE)
    after = seen.taken(actor, now=now)
    return _save(tx, seen, after, Event.ACKNOWLEDGE, actor=actor, reason=check_words(reason), now=now, origin=origin)


def undo(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, origin: str = "dashboard"
) -> Alert:
    """Give back what one took a moment ago, within `UNDO_WITHIN`: its times go on as if nothing had been."""
    seen = _seen(tx, alert_id, version, "undo")
    if seen.state is not State.ACKED or seen.acknowledged_by != actor or seen.acknowledged_at is None:
        raise NotAllowed("Only who has an alert that still holds can give it back. Assign it instead.")
    if now - seen.acknowledged_at > UNDO_WITHIN:
        seconds = UNDO_WITHIN.total_seconds()
        raise NotAllowed(f"An acknowledgement can be taken back within {seconds:g} seconds. Assign it instead.")
    after = seen.given_back(now=now)
    return _save(tx, seen, after, "undo", actor=actor, reason="acknowledged by mistake", now=now, origin=origin)


def tick(
    tx: Transaction, alert_id: int, *, step: int, done: bool, actor: str, now: datetime, origin: str = "dashboard"
) -> Alert:
    """Note that a step of the guidance (1 is the first) is done, or is not after all; it renews the lease.

    It asks for no version: two people may work through one list at once.
    """
    seen = store.lock_alert(tx, alert_id)
    if seen.closed_at is not None:
        raise AlertChanged
    steps = guidance.steps_of(*store.guidance_of(tx, seen.rule_id))
    if not 1 <= step <= len(steps):
        raise NotAllowed("The guidance has no such step. Look at it again.")
    words = steps[step - 1].zh
    action = guidance.TICK if done else guidance.UNTICK
    return _save(tx, seen, seen.attended(now), action, actor=actor, reason=words, now=now, origin=origin)


def comment(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, text: str, origin: str = "dashboard"
) -> Alert:
    """Write something down about an alert; it renews the lease."""
    seen = _seen(tx, alert_id, version, "comment")
    return _save(tx, seen, seen.attended(now), "comment", actor=actor, reason=check_words(text), now=now, origin=origin)


def assign(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, to: str, origin: str = "dashboard"
) -> Alert:
    """Give an alert to a person or a team."""
    seen = _seen(tx, alert_id, version, "assign")
    after = replace(seen.attended(now), assigned_to=check_words(to)[:200])
    return _save(tx, seen, after, "assign", actor=actor, reason=f"to {after.assigned_to}", now=now, origin=origin)


def escalate(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, reason: str, origin: str = "dashboard"
) -> Alert:
    """Have the next level told, without waiting for a deadline."""
    seen = _seen(tx, alert_id, version, "escalate")
    if seen.escalation_level >= HIGHEST_LEVEL:
        raise NotAllowed("This alert is at the highest level already. Call them.")
    after = replace(seen.attended(now), escalation_level=seen.escalation_level + 1)
    return _save(tx, seen, after, "escalate", actor=actor, reason=check_words(reason), now=now, origin=origin)


def shelve(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str,
    until: datetime,
    origin: str = "dashboard",
) -> Alert:
    """Put an alert aside until a set time, at most a day ahead. It comes back by itself if it still holds."""
    seen = _seen(tx, alert_id, version, Event.SHELVE)
    if not now < until <= now + LONGEST_SHELF:
        hours = LONGEST_SHELF.total_seconds() / 3600
        raise NotAllowed(f"A shelf ends within {hours:g} hours from now. Choose a time before that.")
    after = seen.suppressed(Event.SHELVE, actor, check_words(reason), now=now, until=until)
    words = f"until {until.isoformat(timespec='seconds')}: {after.suppressed_reason}"
    return _save(tx, seen, after, Event.SHELVE, actor=actor, reason=words, now=now, origin=origin)


def unshelve(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str = "unshelved",
    origin: str = "dashboard",
) -> Alert:
    """Take an alert off the shelf."""
    return _return(tx, alert_id, Event.UNSHELVE, version=version, actor=actor, now=now, reason=reason, origin=origin)


def suppress(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, reason: str, origin: str = "dashboard"
) -> Alert:
    """Suppress an alert by design: it says nothing in the present situation. Ends with `unsuppress`."""
    seen = _seen(tx, alert_id, version, Event.SUPPRESS)
    after = seen.suppressed(Event.SUPPRESS, actor, check_words(reason), now=now)
    return _save(tx, seen, after, Event.SUPPRESS, actor=actor, reason=check_words(reason), now=now, origin=origin)


def unsuppress(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str = "no longer suppressed",
    origin: str = "dashboard",
) -> Alert:
    """End a suppression by design."""
    return _return(tx, alert_id, Event.UNSUPPRESS, version=version, actor=actor, now=now, reason=reason, origin=origin)


def out_of_service(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, reason: str, origin: str = "dashboard"
) -> Alert:
    """Take the point out of service while its sensor is worked on. Ends with `return_to_service`."""
    seen = _seen(tx, alert_id, version, Event.OUT_OF_SERVICE)
    after = seen.suppressed(Event.OUT_OF_SERVICE, actor, check_words(reason), now=now)
    return _save(tx, seen, after, Event.OUT_OF_SERVICE, actor=actor, reason=check_words(reason), now=now, origin=origin)


def return_to_service(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str = "back in service",
    origin: str = "dashboard",
) -> Alert:
    """The sensor works again; if the condition holds, the alert waits for a person."""
    return _return(tx, alert_id, Event.RETURN, version=version, actor=actor, now=now, reason=reason, origin=origin)


def reset_latch(
    tx: Transaction,
    alert_id: int,
    *,
    version: int,
    actor: str,
    now: datetime,
    reason: str = "reset",
    origin: str = "dashboard",
) -> Alert:
    """Release a latched alert whose condition is gone and which somebody has acknowledged."""
    seen = _seen(tx, alert_id, version, Event.RESET)
    after = seen.after(Event.RESET, now=now)
    return _save(tx, seen, after, Event.RESET, actor=actor, reason=check_words(reason), now=now, origin=origin)


def close(
    tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime, reason: str, origin: str = "dashboard"
) -> Alert:
    """End an alert whose condition is gone, or whose sensor is dead or retired so that nobody can know any more."""
    seen = _seen(tx, alert_id, version, Event.CLOSE)
    says_so = seen.active and seen.stale_since is None and seen.state in (State.UNACK, State.ACKED)
    if says_so and not is_retired(tx, seen.series_id):
        raise NotAllowed("The condition still holds, and its sensor says so. Handle it, or shelve it.")
    if seen.active:
        store.forget_course(tx, seen)
    after = seen.after(Event.CLOSE, now=now, lease_until=None, stale_since=None)
    return _save(tx, seen, after, Event.CLOSE, actor=actor, reason=check_words(reason), now=now, origin=origin)


def _return(
    tx: Transaction, alert_id: int, event: Event, *, version: int, actor: str, now: datetime, reason: str, origin: str
) -> Alert:
    seen = _seen(tx, alert_id, version, event)
    after = seen.returned(event, terms=store.terms_of(tx, seen.rule_id, seen.severity), now=now)
    return _save(tx, seen, after, event, actor=actor, reason=check_words(reason), now=now, origin=origin)


def _seen(tx: Transaction, alert_id: int, version: int, action: str) -> Alert:
    """Return the alert, if it is as the person saw it and still open."""
    alert = store.find_alert(tx, alert_id)
    taken = action == Event.ACKNOWLEDGE and alert.acknowledged and alert.acknowledged_by is not None
    if alert.version != version or alert.closed_at is not None or taken:
        store.explain_refusal(tx, alert_id, action)
    return alert


def _save(
    tx: Transaction, before: Alert, after: Alert, action: str, *, actor: str, reason: str, now: datetime, origin: str
) -> Alert:
    saved = store.save(tx, before, after, str(action), actor=actor, reason=reason, now=now)
    detail: dict[str, Any] = {"from": before.state, "to": after.state, "version": saved.version, "reason": reason}
    record(tx, actor, f"alert.{action}", str(before.alert_id), at=now, origin=origin, detail=detail)
    return saved


def check_words(text: str) -> str:
    """Return a reason or comment without the space around it. Raises NotAllowed when it is empty or too long."""
    words = text.strip()
    if not words:
        raise NotAllowed("A reason is needed. Write a few words, then do it again.")
    if len(words) > LONGEST_TEXT:
        raise NotAllowed(f"The text is longer than {LONGEST_TEXT} characters. Shorten it.")
    return words
