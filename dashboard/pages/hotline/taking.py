"""Taking a call: the report, its case, and what becomes of it at once, in one transaction."""

from datetime import datetime
from typing import Any

from cases.life.details import CaseType
from cases.life.transitions import Act
from cases.store.acting import perform
from cases.store.case_store import case_row
from cases.store.merging import merge
from citizens.errors import PersonalData
from citizens.persons.personal import find_personal
from citizens.store.intake import Call, PlaceOutside, load_finder, take_call
from cityops.storage import Transaction
from dashboard import texts
from dashboard.pages.hotline.agents import Agent
from dashboard.pages.hotline.call_form import CallForm


def take(tx: Transaction, agent: Agent, form: CallForm, now: datetime) -> dict[str, Any]:
    """Take a call, and answer, propose or merge as the agent says; return what is read out but for the code.

    Raises ReportUnusable, KeyUnusable, PersonalData and whatever forbids the acts.
    """
    settings, finder = agent.here.site.settings, load_finder(tx)
    if form.longitude is not None and form.latitude is not None:
        area = finder.find(form.longitude, form.latitude)
        if area is not None and not agent.seat.scope.reaches(area):
            raise PlaceOutside
    call = take_call(
        tx,
        form.report,
        actor=agent.actor,
        public_key=settings.reporter_public_key,
        areas=finder,
        now=now,
        zone=settings.zone,
        origin=agent.here.origin,
        code=form.code,
    )
    if call.is_new:
        _go_on(tx, agent, form, call, now)
    row = case_row(tx, call.case_id)
    master = case_row(tx, form.master)["number"] if row["state"] == "merged" and form.master else ""
    return {
        "number": call.number,
        "case": call.case_id,
        "case_number": row["number"],
        "state": row["state"],
        "master": master,
        "is_new": call.is_new,
    }


def _go_on(tx: Transaction, agent: Agent, form: CallForm, call: Call, now: datetime) -> None:
    common: dict[str, Any] = {"version": 1, "actor": agent.actor, "now": now, "origin": agent.here.origin}
    answer = form.answer.strip()
    if form.kind is CaseType.CONSULT and answer:
        found = find_personal(answer)
        if found:
            raise PersonalData(found)
        perform(tx, call.case_id, Act.ANSWER, reason=answer, **common)
    elif form.ground is not None:
        ground = texts.say(f"case_ground.{form.ground}", agent.here.language)
        words = texts.say("hotline.proposes_refusal", agent.here.language, ground=ground)
        perform(tx, call.case_id, Act.COMMENT, reason=words, **common)
    elif form.master is not None:
        merge(tx, call.case_id, form.master, **common)
