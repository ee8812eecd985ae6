"""Cases and alerts: a case follows alerts, and neither ever ends the other.

An alert has one open case at most; what is raised again at the same place is followed by the case that is open there.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.errors import AlertUnknown
from cases.errors import CategoryUnknown
from cases.life.case import Case
from cases.life.details import AlertEvidence, CaseType, Report
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.store.acting import perform, report
from cases.store.case_store import CasePlace
from cases.store.catalogue.catalogue_versions import standards_of
from cases.store.proposals import filing_of
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.errors import AlreadyStored

logger = logging.getLogger(__name__)
SQL = load_queries("cases")


@dataclass(frozen=True, slots=True)
class FollowedAlert:
    """The open case that follows an alert, and whether it began just now."""

    case_id: int
    is_new: bool


def follow_alert(
    tx: Transaction,
    alert_id: int,
    *,
    actor: CaseActor,
    now: datetime,
    zone: ZoneInfo,
    origin: str = "dashboard",
    source: str = "alert",
) -> FollowedAlert:
    """Have a case follow an alert: the one that does, one of the same rule at the same place, or a new one.

    Whoever asks again, or at the same time, gets the same case. Raises AlertUnknown, ActForbidden and CaseTaken.
    """
    alert = _find_alert(tx, alert_id)
    # In this order: a case that somebody begins between the two is then known, and not linked to its own alert.
    same = tx.row(SQL["open_case_of_place"], rule_id=alert["rule_id"], series_id=alert["series_id"])
    known = tx.value(SQL["open_case_of_alert"], alert_id=alert_id)
    if known is not None:
        return FollowedAlert(known, is_new=False)
    if same is not None:
        link_alert(tx, same["case_id"], alert_id, version=same["version"], actor=actor, now=now, origin=origin)
        return FollowedAlert(same["case_id"], is_new=False)
    try:
        with tx.savepoint():
            return FollowedAlert(_begin(tx, alert, actor, now, zone, origin, source), is_new=True)
    except AlreadyStored:  # somebody was faster
        return FollowedAlert(tx.value(SQL["open_case_of_alert"], alert_id=alert_id), is_new=False)


def link_alert(
    tx: Transaction,
    case_id: int,
    alert_id: int,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    origin: str = "dashboard",
) -> Case:
    """Have a case follow another alert, or one of its own that was raised again; return it. Raises as every act."""
    evidence = _evidence(_find_alert(tx, alert_id))
    return perform(tx, case_id, Act.LINK_ALERT, version=version, actor=actor, now=now, details=evidence, origin=origin)


def file_by_rule(tx: Transaction, due: Row, *, now: datetime, zone: ZoneInfo, source: str = "alert") -> int | None:
    """File a case for an alert whose rule says so: reported and filed by the rule, under the condition that fits best.

    Return the case, or None where one followed the alert already. A category that the catalogue does not have leaves
    it reported, for people to file.
    """
    actor = CaseActor(due["rule_id"], Post.PROGRAM)
    followed = follow_alert(tx, due["alert_id"], actor=actor, now=now, zone=zone, origin="watch", source=source)
    if not followed.is_new:
        return None
    area = _find_alert(tx, due["alert_id"])["area_code"]
    try:
        standards = standards_of(tx, due["category"])
    except CategoryUnknown:
        logger.warning("rule %s files cases as %s, which the catalogue does not have", due["rule_id"], due["category"])
        return followed.case_id
    # The condition as severe as the alert, or the first.
    standard = next((one for one in standards if one.severity == due["severity"]), standards[0])
    said = filing_of(tx, standard.standard, area=area)
    perform(tx, followed.case_id, Act.FILE, version=1, actor=actor, now=now, details=said, origin="watch")
    return followed.case_id


def file_ahead(tx: Transaction, due: Row, *, now: datetime, zone: ZoneInfo) -> int | None:
    """File a case for an alert that is expected to bring complaints, before the first of them (未诉先办).

    `due`: alert_id, rule_id, severity, and the category of the complaints. None: a case follows the alert already, or
    did once.
    """
    return (
        None
        if tx.value(SQL["had_case"], alert_id=due["alert_id"])
        else file_by_rule(tx, due, now=now, zone=zone, source="proactive")
    )


def rules_without_category(tx: Transaction) -> list[Row]:
    """Return the rules in force that file cases as what the catalogue does not have: rule_id, category."""
    return [row for row in tx.rows(SQL["rules_that_file"]) if not _is_known(tx, row["category"])]


def _begin(
    tx: Transaction, alert: Row, actor: CaseActor, now: datetime, zone: ZoneInfo, origin: str, source: str
) -> int:
    said = Report(
        source=source,
        kind=CaseType.CASE,
        area=alert["area_code"],
        category=alert["category"] if _is_known(tx, alert["category"]) else "",
        severity=alert["severity"],
        alert_id=alert["alert_id"],
        evidence=(_evidence(alert),),
    )
    place = CasePlace(f"{alert['title']}：{alert['sensor_name']}", alert["sensor_name"], alert["lon"], alert["lat"])
    return report(tx, said, place, actor=actor, now=now, zone=zone, origin=origin)


def _evidence(alert: Row) -> AlertEvidence:
    return AlertEvidence(alert_id=alert["alert_id"], event=alert["event"], hash=alert["hash"] or "")


def _find_alert(tx: Transaction, alert_id: int) -> Row:
    row = tx.row(SQL["alert_for_case"], alert_id=alert_id)
    if row is None:
        raise AlertUnknown
    return row


def _is_known(tx: Transaction, category: str) -> bool:
    try:
        return bool(standards_of(tx, category))
    except CategoryUnknown:
        return False
