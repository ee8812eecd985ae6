"""Before a case is filed, and one case with another: report, verify, answer, refuse, file, merge."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cases.life.case import Case
from cases.life.deed import Deed, need
from cases.life.details import Absorption, AlertEvidence, CaseType, Errand, Evidence, Filing, Merging, Report
from cases.life.states import CaseState
from cases.life.transitions import Act


def begin(deed: Deed, said: Report) -> Case:
    """Return a new case."""
    first = () if said.alert_id is None else (AlertEvidence(alert_id=said.alert_id),)
    return Case(
        state=CaseState.REPORTED,
        version=1,
        kind=said.kind,
        area=said.area,
        reported_by=deed.actor.name,
        reported_at=deed.at,
        category=said.category,
        severity=said.severity,
        alert_id=said.alert_id,
        alerts=said.evidence or first,
        callers=said.callers,
    )


def _answer(case: Case, deed: Deed) -> Case:
    need(case.kind is CaseType.CONSULT, "Only a question (咨询) is answered at once.")
    return replace(case, state=CaseState.ANSWERED, ended_at=deed.at)


def _refuse(case: Case, deed: Deed) -> Case:
    return replace(case, state=CaseState.REFUSED, ended_at=deed.at)


def _ask_verify(case: Case, deed: Deed) -> Case:
    said = deed.said(Errand)
    need(said.collector != case.reported_by, "Who reported a case does not verify it. Send somebody else.")
    return replace(case, state=CaseState.VERIFYING, collector=said.collector)


def _verify(case: Case, deed: Deed) -> Case:
    said = deed.said(Evidence)
    need(deed.actor.name != case.reported_by, "Who reported a case does not verify it.")
    need(case.collector in ("", deed.actor.name), f"{case.collector} was sent to look.")
    need(said.photos, "A photograph of the place is needed.")
    return replace(case, state=CaseState.REPORTED, collector="")


def _file(case: Case, deed: Deed) -> Case:
    said = deed.said(Filing)
    need(said.stages, "A case is filed with a limit. Choose a condition of the category.")
    return replace(
        case,
        state=CaseState.FILED,
        category=said.category,
        standard=said.standard,
        area=said.area,
        severity=said.severity,
        stages=said.stages,
    )


def _merge(case: Case, deed: Deed) -> Case:
    said = deed.said(Merging)
    need(not case.absorbed, "A case that took others in is not merged: give them back first.")
    return replace(case, state=CaseState.MERGED, before_merge=case.state, master=said.master, ended_at=deed.at)


def _unmerge(case: Case, _: Deed) -> Case:
    return replace(case, state=case.before_merge or CaseState.REPORTED, before_merge=None, master=None, ended_at=None)


def _absorb(case: Case, deed: Deed) -> Case:
    said = deed.said(Absorption)
    need(all(child != said.child for child, _, _ in case.absorbed), "That case is merged into this one already.")
    taken = (said.child, said.first_dispatch, said.callers)
    absorbed = replace(case, absorbed=(*case.absorbed, taken), callers=case.callers + said.callers)
    return absorbed.with_alerts(said.alerts)


def _release(case: Case, deed: Deed) -> Case:
    said = deed.said(Absorption)
    taken = [entry for entry in case.absorbed if entry[0] == said.child]
    need(taken, "That case is not merged into this one.")
    rest = tuple(entry for entry in case.absorbed if entry[0] != said.child)
    given = {alert.alert_id for alert in said.alerts}
    alerts = tuple(alert for alert in case.alerts if alert.alert_id not in given)
    return replace(case, absorbed=rest, callers=case.callers - taken[0][2], alerts=alerts)


def _link_alert(case: Case, deed: Deed) -> Case:
    said = deed.said(AlertEvidence)
    need(said not in case.alerts, "It follows this alert already.")
    return case.with_alerts([said])


EFFECTS: Mapping[Act, Callable[[Case, Deed], Case]] = {
    Act.ANSWER: _answer,
    Act.REFUSE: _refuse,
    Act.ASK_VERIFY: _ask_verify,
    Act.VERIFY: _verify,
    Act.FILE: _file,
    Act.MERGE: _merge,
    Act.SUPERSEDE: _merge,
    Act.UNMERGE: _unmerge,
    Act.ABSORB: _absorb,
    Act.RELEASE: _release,
    Act.LINK_ALERT: _link_alert,
}
