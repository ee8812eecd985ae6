"""What people decide about public warnings: each act once, audited in its own transaction."""

from datetime import datetime

from cap.errors import WarningChanged, WarningRefused
from cap.events import load_events
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cap")
LONGEST_REASON = 500
LEVELS_OF_AREAS = ("city", "district", "street")


def approve(tx: Transaction, proposal_id: int, *, actor: str, now: datetime, origin: str) -> None:
    """Let a proposal out; `watch` signs it. Raises WarningChanged where somebody, or time, was first."""
    _decide(tx, proposal_id, "approved", "", actor=actor, now=now, origin=origin)


def decline(tx: Transaction, proposal_id: int, reason: str, *, actor: str, now: datetime, origin: str) -> None:
    """Keep a proposal in; it is asked again only when it becomes more. Raises WarningChanged and WarningRefused."""
    row = _decide(tx, proposal_id, "declined", _reason(reason), actor=actor, now=now, origin=origin)
    if row["act"] != "AllClear":
        tx.execute(
            SQL["note_declined"], warning_id=row["warning_id"], severity=row["severity"], areas=list(row["areas"])
        )


def cancel(tx: Transaction, message_id: int, reason: str, *, actor: str, now: datetime, origin: str) -> None:
    """Revoke what stands, because it should not have been said. Raises WarningChanged and WarningRefused."""
    why = _reason(reason)
    row = tx.row(SQL["standing_message"], message_id=message_id, now=now)
    if row is None:
        raise WarningChanged
    tx.execute(SQL["withdraw_waiting"], warning_id=row["warning_id"], now=now)
    if tx.row(SQL["order_cancel"], message_id=message_id, now=now, actor=actor, reason=why) is None:
        raise WarningChanged
    record(tx, actor, "warning.cancel", row["identifier"], at=now, origin=origin, detail={"reason": why})


def let_out(
    tx: Transaction,
    rule_id: str,
    *,
    event: str,
    area_level: str,
    approve_to: int,
    hours: float,
    actor: str,
    now: datetime,
    origin: str,
) -> None:
    """Have the alerts of a rule go out to the public, on these terms. Raises WarningRefused."""
    if rule_id not in {row["rule_id"] for row in tx.rows(SQL["known_rules"])}:
        raise WarningRefused(
            f"There is no rule {rule_id} that could go out. `cityops rules list` names them; "
            "those about warnings of others would say their words in our name."
        )
    if event not in load_events():
        raise WarningRefused(f"There is no event {event!r}. Choose one of {', '.join(load_events())}.")
    if area_level not in LEVELS_OF_AREAS or not 0 <= approve_to <= 4 or not 0.5 <= hours <= 72:
        raise WarningRefused("Areas are city, district or street; levels 0 to 4; hours 0.5 to 72.")
    terms = {"event": event, "area_level": area_level, "approve_to": approve_to, "hours": hours}
    tx.execute(SQL["store_cap_rule"], rule_id=rule_id, actor=actor, now=now, **terms)
    record(tx, actor, "warning.rule", rule_id, at=now, origin=origin, detail=terms)


def keep_in(tx: Transaction, rule_id: str, *, actor: str, now: datetime, origin: str) -> None:
    """Have the alerts of a rule tell nobody from now on. Raises WarningRefused."""
    if not tx.execute(SQL["remove_cap_rule"], rule_id=rule_id):
        raise WarningRefused(f"Rule {rule_id} does not go out. `cityops cap rule list` names those that do.")
    record(tx, actor, "warning.rule_removed", rule_id, at=now, origin=origin)


def _decide(
    tx: Transaction, proposal_id: int, state: str, reason: str, *, actor: str, now: datetime, origin: str
) -> Row:
    row = tx.row(SQL["decide_proposal"], proposal_id=proposal_id, state=state, actor=actor, now=now, reason=reason)
    if row is None:
        raise WarningChanged
    detail = {"act": row["act"], "severity": row["severity"], "areas": list(row["areas"]), "reason": reason}
    record(tx, actor, f"warning.{state}", str(proposal_id), at=now, origin=origin, detail=detail)
    return row


def _reason(text: str) -> str:
    cleaned = " ".join(text.split())
    if not 2 <= len(cleaned) <= LONGEST_REASON:
        raise WarningRefused
    return cleaned
