"""Every template renders in both languages, escapes whatever is put into it, and fails for what nobody gave."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from cases.catalogue.catalogue_files import demo_catalogue
from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.catalogue.limit_trials import LimitTrial
from cases.clock.limits import Limit, LimitUnit
from cases.clock.progress import ClockSegment, SegmentKind
from cases.evaluation.formula_files import load_formulas
from cases.life.posts import CaseActor, Post
from cases.life.rehearsal import act_options
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.routing.responsibility import Route
from cases.store.case_list import StateCount
from citizens.store.services import ServiceState
from citizens.topics.criteria import load_criteria
from citizens.topics.evidence import TopicEvidence
from cityops.accounts.factors.second_factor import Factors
from cityops.accounts.login_history import LoginHistory
from cityops.accounts.roles import BUSINESS, Role
from cityops.accounts.users import User
from cityops.audit.audit_chain import ChainFault, ChainFinding
from cityops.storage.operations.statements import StatementCost, StatementStatistics
from cityops.web.texts import LANGUAGES
from dashboard import texts
from dashboard.accounts.account_list import AccountLine, LimitLine
from dashboard.accounts.machine_lines import CertificateLine, DiskLine, MachineView
from dashboard.accounts.own_account_lines import Account, PasskeyLine, SessionLine
from dashboard.accounts.system_lines import ChannelLine, ServiceLine, Station, SystemView
from dashboard.accounts.token_page import TokenLine
from dashboard.cases.merging import MergeOffer, SimilarLine
from dashboard.cases.one_case import CaseClock, CaseView
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.case_marks import CaseMark
from dashboard.pages.cases.case_page import CaseAlertLine
from dashboard.pages.cases.city_shapes import MapName, MapShape
from dashboard.pages.cases.clock_strip import draw_strip
from dashboard.pages.cases.form_fields import FormFacts
from dashboard.pages.cases.forms import RefusedAct, act_forms
from dashboard.pages.cases.history_line import history_line
from dashboard.pages.cases.list_address import ListAddress, View
from dashboard.pages.cases.list_view import BoardColumn, ManyAct, case_line, choices, loop_stops, total
from dashboard.pages.cases.loop_line import loop_steps
from dashboard.pages.cases.map_view import MapView
from dashboard.pages.cases.work_view import WorkAct, WorkTask
from dashboard.pages.catalogue.category_lines import CategoryLine, StageLine, StandardLine
from dashboard.pages.catalogue.route_lines import GapLine, RouteLine
from dashboard.pages.catalogue.rule_lines import RuleLine
from dashboard.pages.catalogue.services import ServiceLine as PublicServiceLine
from dashboard.pages.catalogue.trial_view import ChangeLine, MoveLine, TrialView
from dashboard.pages.catalogue.trial_view import LimitLine as LimitLineOfTrial
from dashboard.pages.datasets import forms
from dashboard.pages.datasets.page import SetLine
from dashboard.pages.evaluation.address import EvaluationAddress
from dashboard.pages.evaluation.page import BehindCount
from dashboard.pages.evaluation.unit_lines import Cell, Part, UnitLine
from dashboard.pages.evaluation.view import TermHead
from dashboard.pages.posts.page import Leaving, PostLine
from dashboard.pages.topics.forecast_lines import ForecastLine
from dashboard.pages.topics.view import Bar, BehindLine, TopicLine
from dashboard.pages.warnings.warning_lines import WarningLine
from dashboard.ui.early_parts import early_parts
from dashboard.ui.html_pages import RequestOutcome
from dashboard.ui.rendering import render, templates
from tests.unit.cases.people import (
    ACCEPTOR,
    CHIEF,
    COLLECTOR,
    DISPATCHER,
    EVALUATOR,
    HEAD,
    SUPERVISOR,
    story_in,
)
from tests.unit.dashboard import hotline_samples, sharing_samples

EVIL = "<img src=x onerror=alert(1)>\"'</script>"
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
# Read by pages with moments, without one-time codes, with a whole chain.
RARE = {"zone", "new_secret", "new_secret_address", "chain_length"}
ACTORS = (COLLECTOR, ACCEPTOR, CHIEF, DISPATCHER, HEAD, SUPERVISOR, EVALUATOR)  # every act of people is some one's
# Pages of cases tell no outcome; the board has no lines, and who can act is not told that there is nothing to do.
RARE_OF_CASES = {"outcome", "mine", "others", "below", "more_hidden", "holds_post"}
PARTS = {
    "accounts/rights.html",
    "ui/page.html",
    "ui/parts.html",
    "accounts/proof.html",
    "accounts/system_cards.html",
    "cases/frame.html",
    "catalogue/frame.html",
    "hotline/frame.html",
    "catalogue/parts.html",
    "sharing/frame.html",
    "sharing/parts.html",
    "cases/lines.html",
    "cases/map.html",
    "cases/fields.html",
}  # of other templates


def frame(text: str) -> dict[str, Any]:
    """What every page in the officers' frame is given."""
    return {
        "title": text,
        "at": "/account",
        "outcome": RequestOutcome("said.password", is_good=True),
        "refresh": 10,
        "person": User(text, Role.SECURITY_ADMIN),
        "zone": UTC,
        "links": {"/account": text},
        "page_facts": Markup("{}"),
    }


def refusal(text: str) -> dict[str, Any]:
    found = frame(text) | {"words": text}
    del found["outcome"]  # what became of the last request is what the page is about
    return found


def account(text: str, factors: Factors) -> dict[str, Any]:
    sessions = [SessionLine(n, AT, AT, text, text, text, is_this=n == 1) for n in (1, 2)]
    passkeys = [PasskeyLine(text, text, AT, None)] if factors.passkeys else []
    history = LoginHistory([(AT, True, text), (AT, False, text)], failed=1)
    return {
        "account": Account(sessions, factors, passkeys, history, is_external=False),
        "factors": factors,
        "must_change": False,
        "new_secret": text,
        "new_secret_address": text,
    }


def accounts(text: str) -> dict[str, Any]:
    def line(role: Role, *signs: str, acts: tuple[str, ...] = ()) -> AccountLine:
        is_own = not role.is_administrator
        return AccountLine(
            text, role, text, text, list(signs), AT, 2, not is_own, has_rights_here=is_own, acts=list(acts)
        )

    return {
        "accounts": [line(Role.OFFICER, "disabled", "factor", acts=("unlock", "revoke")), line(Role.AUDIT_ADMIN)],
        "limits": [LimitLine(text, text, 5, AT, 30)],
        "roles": BUSINESS,
        "domains": [text],
    }


def statements(text: str) -> StatementStatistics:
    return StatementStatistics(
        AT, [StatementCost(text, 3, 4.5, 1.5, 2.5, 7.0, from_memory, 0.5) for from_memory in (0.9, None)]
    )


def system(text: str) -> SystemView:
    facts = [(text, text)]
    return SystemView(
        [text],
        [Station(text, text, is_ill=True)],
        [ServiceLine(text, is_job, "late", text, text, text) for is_job in (False, True)],
        [ChannelLine(text, is_broken=True, failing_since=AT, failures=3, retry_at=None, reason=text)],
        MachineView(
            facts,
            facts,
            [DiskLine(text, text, 12.5, is_low=True)],
            text,
            facts,
            [CertificateLine(text, AT, text, ends_soon=True)],
            [],
        ),
    )


def tokens(text: str) -> dict[str, Any]:
    lines = [
        TokenLine(text, "viewer", text, text, AT, text, ends_at, state)
        for ends_at, state in ((None, "open"), (AT, "expired"), (AT, "revoked"))
    ]
    return {
        "tokens": lines,
        "roles": BUSINESS,
        "domains": [text],
        "day_choices": (30, 90),
        "usual_days": 90,
    }


def audit(text: str) -> dict[str, Any]:
    row = {"audit_id": 1, "at": AT, "actor": text, "action": text, "object": text, "success": False, "origin": text}
    return {
        "troubles": [ChainFinding(next(iter(ChainFault)), text)],
        "trouble_count": 1,
        "chain_length": 7,
        "anchor": text,
        "wanted": {"actor": text, "action": text, "object": text},
        "days": 7,
        "most": 200,
        "rows": [{**row, "detail": text}],
        "newest": text,
        "older": text,
    }


def login(text: str) -> dict[str, Any]:
    named = ("target", "target_in_address", "name", "refusal")
    return dict.fromkeys(named, text) | {"asks_code": True, "offers_provider": True}


def case_of_states(text: str, state: CaseState) -> dict[str, Any]:
    """One case in a state, as its page gets it."""
    story = story_in(state)
    case, words = story.present, CaseWords("zh", demo_catalogue(), {})
    events = [
        {
            "at": deed.at,
            "act": deed.act.value,
            "from_state": "reported",
            "to_state": case.state.value,
            "actor": text,
            "post": "chief",
            "department": "",
            "reason": text,
            "data": '{"photos": ["a"]}',
        }
        for deed in story.deeds
    ]
    row = {
        "case_id": 1, "number": "1", "version": 3, "state": case.state.value, "kind": "case", "source": text,
        "category": "event/01-10", "standard": "event/01-10.1", "severity": 3, "area_code": text, "longitude": 119.0,
        "latitude": 30.0, "address": text, "description": text, "alert_id": 7, "lead_department": text,
        "reported_by": text, "reported_at": AT, "due_at": AT, "due_provisional": True, "overdue_at": AT,
        "handled_at": None, "ended_at": None, "master": None,
    }  # fmt: skip
    clock = CaseClock([ClockSegment(SegmentKind.RUNNING, AT, AT + timedelta(hours=2))], "red", AT, AT, True, None)
    view = CaseView(1, row, case, events, act_options(case, ACTORS, story.now), clock)
    facts = FormFacts(view, words, Route("drainage"), still_holds=True, soon=AT)
    return {
        "line": case_line({**row, "is_mine": False, "summary": text}, words, AT),
        "row": row,
        "case": case,
        "words": words,
        "strip": draw_strip(clock, words, ZoneInfo("UTC")),
        "clock": clock,
        "steps": loop_steps(view, words),
        "history": [history_line(event, words) for event in events],
        "alerts": [CaseAlertLine(7, text, 2, text, holds=True), CaseAlertLine(8, "", 4, "", holds=False)],
        "similar": [
            SimilarLine(2, text, 3, text, text, "filed", text, 12, timedelta(hours=1), True, MergeOffer(1, 3, 2, why))
            for why in ("", text)
        ],
        "refusal": str,
        "forms": act_forms(facts),
        "refused": [RefusedAct(text, text)],
        "holds_post": True,
        "packs": True,
        "offset": "+08:00",
    }


def case_list(text: str, view: View = "list") -> dict[str, Any]:
    """The list, the board or the map."""
    address = ListAddress(view=view, q=text, box="119,30,120,31" if view == "map" else "")
    words, line = CaseWords("zh", demo_catalogue(), {}), case_of_states(text, CaseState.HANDLING)["line"]
    counts = {CaseState.FILED: StateCount(3, 2, 1)}
    mark = CaseMark(50, 50, 2, "is-late", 4, text, text)
    return {
        "posts": [text],
        "is_worker": True,
        "address": address,
        "stops": loop_stops(counts, address, words),
        "total": total(counts),
        "choices": choices(words, [text]),
        "mine": [line],
        "others": [line],
        "board": [BoardColumn(text, StateCount(1, 1, 1), [line], text)] if view == "board" else [],
        "map": MapView([mark], [MapShape("M0 0L1 1", "water")], [MapName(text, 1, 1)], 4, 3, 2, text)
        if view == "map"
        else None,
        "below": 7,
        "many": [ManyAct(Act.COMMENT, text, needs_reason=True)],
        "more_hidden": True,
    }


def case_work(text: str) -> dict[str, Any]:
    """The tasks of a worker."""
    line = case_of_states(text, CaseState.HANDLING)["line"]
    acts = [WorkAct(Act.HANDLE, text, needs_result=True, needs_photo=True)]
    return {"department": text, "tasks": [WorkTask(line, 3, 119.0, None, acts)]}


def evaluation(text: str) -> dict[str, Any]:
    """The scores of a month, with all that an evaluator finds there."""
    words, address = CaseWords("zh", demo_catalogue(), {}), EvaluationAddress("2026-06", "hotline", text, ("solved",))
    line = case_of_states(text, CaseState.HANDLING)["line"]
    part = Part(text, text)
    asked = {"case_id": 1, "number": text, "version": 3, "lead_department": text, "category": text, "request": 1}
    return {
        "address": address,
        "formula": load_formulas().formula["hotline"],
        "formula_name": text,
        "months": [("2026-06", True), ("2026-05", False)],
        "kinds": [(text, text, True)],
        "groups": [(text, text, True), (text, text, False), (text, text, False)],
        "formulas": [("hotline", text)],
        "run": {"is_final": False, "made_at": AT, "made_by": text},
        "is_over": True,
        "makes_scores": True,
        "judges_people": False,
        "may_exclude": True,
        "heads": [TermHead(text, "50", is_inverse=True)],
        "lines": [UnitLine(text, text, 1, 91.8, "A", (Cell(text, (part, part)),), text, is_here=True)],
        "levels": [("A", 1)],
        "figures": {"ranking": text},
        "unit_name": text,
        "counts": [(text, part)],
        "behind": [BehindCount(text, 2, [line], calls=3)],
        "waiting": [asked | {"asked_by": "kao", "asked_at": AT, "reason": text}],
        "granted": [{"unit": text, "number": 1, "decided_by": [text]}],
        "words": words,
    }


def catalogue_page(text: str, **content: Any) -> dict[str, Any]:
    """What every page of the catalogue is given, and what one shows."""
    version = {"version": 3, "edition": text, "imported_at": AT, "imported_by": text}
    return {"version": version, "tabs": [("catalogue.part_rules", text, True)], **content}


def catalogue_lines(text: str) -> dict[str, Any]:
    """Lines of the catalogue's tables."""
    standard = StandardLine(text, text, 2, (StageLine(text, text, text), StageLine(text, text, "2u")))
    rule = RuleLine(1, text, text, text, text, text, 5, text, text, text)
    return {
        "category": CategoryLine(text, text, "event", text, text, text, (standard,), 1, text),
        "rule": rule,
        "gap": GapLine(text, text, text, 2, text),
        "change": ChangeLine("changed", text, ((text, text, text), (text, "", text))),
        "choices": [(text, text)],
    }


def catalogue_list(text: str) -> dict[str, Any]:
    """A list of the catalogue, of categories or of rules."""
    found = catalogue_lines(text)
    asked = {"q": text, "kind": text, "department": text}
    shown = {"departments": found["choices"], "total": 1, "pages": [("catalogue.after", text)]}
    return catalogue_page(text, asked=asked, **shown)


def catalogue_trial(text: str) -> dict[str, Any]:
    """A change of limits and rules before it is made."""
    found = catalogue_lines(text)
    limit = Limit(Decimal(2), LimitUnit.WORK_DAY)
    trial = LimitTrial(text, limit, limit, 5, 1, 2, uncounted=1)
    moves, limits = [MoveLine(text, text, 2)], [LimitLineOfTrial(text, text, text, trial)]
    view = TrialView(3, 9, 3, 1, moves, limits, [found["change"]], 7, [found["gap"]])
    return catalogue_page(
        text,
        trial=view,
        changes_nothing=False,
        edition=text,
        nowhere=[found["rule"]],
        fields=(("edit", text),),
        back=text,
    )


def catalogue_rule(text: str, number: int | None) -> dict[str, Any]:
    """The form of a rule, or of a new one."""
    choices, cells = catalogue_lines(text)["choices"], dict.fromkeys(RULE_COLUMNS, text)
    known = {"categories": choices, "areas": choices, "roles": choices, "departments": choices}
    return catalogue_page(text, seen=3, number=number, cells=cells, **known)


def catalogue_versions(text: str) -> dict[str, Any]:
    """The versions, and what is different since one."""
    row = {"version": 3, "edition": text, "imported_at": AT, "imported_by": text}
    row |= {"categories": 1, "departments": 1, "rules": 1}
    changes = [catalogue_lines(text)["change"]]
    shown = [(row, text), (row, text)]
    return catalogue_page(text, versions=shown, since=2, between=[row], changes=changes, hidden=1)


def catalogue_pages() -> list[tuple[str, Callable[[str], dict[str, Any]]]]:
    """Every page of the catalogue."""
    return [
        (
            "catalogue/categories.html",
            lambda text: catalogue_list(text) | {"kinds": [(text, text)], "lines": [catalogue_lines(text)["category"]]},
        ),
        (
            "catalogue/category.html",
            lambda text: catalogue_page(
                text,
                seen=3,
                line=catalogue_lines(text)["category"],
                departments=[(text, text)],
                routes=[RouteLine(text, text, text, 1), RouteLine("", "", "", 1)],
                rules=[catalogue_lines(text)["rule"]],
                new_rule=text,
            ),
        ),
        (
            "catalogue/rules.html",
            lambda text: catalogue_list(text) | {"lines": [catalogue_lines(text)["rule"]], "new_rule": text},
        ),
        (
            "catalogue/services.html",
            lambda text: catalogue_page(
                text,
                asked={"q": text, "state": text},
                page=1,
                states=[(text, text)],
                lines=[PublicServiceLine(text, text, text, ServiceState(is_open=False, is_personal=True))],
                counts={"all": 1, "open": 0, "personal": 1},
                total=1,
                pages=[("catalogue.after", text)],
            ),
        ),
        ("catalogue/rule.html", lambda text: catalogue_rule(text, 1)),
        ("catalogue/rule.html", lambda text: catalogue_rule(text, None)),
        (
            "catalogue/coverage.html",
            lambda text: catalogue_page(
                text,
                categories=2,
                leaves=3,
                missing=1,
                lines=[catalogue_lines(text)["gap"]],
                strange=[(text, text)],
                nowhere=[catalogue_lines(text)["rule"]],
            ),
        ),
        ("catalogue/versions.html", catalogue_versions),
        (
            "catalogue/upload.html",
            lambda text: catalogue_page(text, seen=3, edition=text, limits={"files": 4, "largest": 512, "parts": text}),
        ),
        ("catalogue/trial.html", catalogue_trial),
        (
            "catalogue/mistakes.html",
            lambda text: catalogue_page(text, mistakes=[(text, 1, text, text, text)], hidden=1, back=text),
        ),
    ]


def posts_page(text: str) -> dict[str, Any]:
    """Who holds which post, one of which is about to be taken."""
    line = PostLine(text, "head", text, text, text, text, is_disabled=True, is_last=True, waiting=3)
    return {
        "lines": [line],
        "leaving": Leaving(CaseActor(text, Post.HEAD, text), 3, is_last=True),
        "leaving_post": text,
        "why": text,
        "sent": {"name": text, "post": text, "department": text},
        "accounts": [text],
        "posts": [(text, text)],
        "departments": [(text, text)],
        "missing": [text],
        "of_departments": [text],
    }


def data_sets(text: str) -> dict[str, Any]:
    return {"lines": [set_line(text)], "counts": {"all": 1, "open": 0}, "asked": {"q": text, "which": "all"}}


def set_line(text: str) -> SetLine:
    return SetLine(text, text, text, text, text, text, "personal", text, text, AT, text)


def data_set(text: str) -> dict[str, Any]:
    """A data set of which a decision was refused, while somebody else decided."""
    line = set_line(text)
    fields = dict.fromkeys((*forms.FIELDS,), text)
    return {
        "line": line,
        "notes": text,
        "basis": text,
        "licence": text,
        "condition": text,
        "fields": fields,
        "choices": {field: list(words) for field, words in forms.CHOICES.items()},
        "grades": (1, 2),
        "departments": [(text, text)],
        "wrong": "basis",
        "winner": text,
        "seen": text,
    }


def topics_page(text: str) -> dict[str, Any]:
    """A topic in each state, and a forecast."""
    evidence = TopicEvidence(
        after=14, before=2, after_days=30, before_days=30, middle=AT, chance=0.01, adjusted=0.02, false_share=0.1
    )
    row = dict.fromkeys(("month", "plan", "lead_department", "reason", "decided_by", "begins_on"), text)
    behind = ((text, 3, (BehindLine(text, "/cases/1", text), BehindLine(text, "", text))),)

    def line(number: int, state: str) -> TopicLine:
        known = row | {"topic_id": number, "version": 1, "state": state, "proposed_at": AT}
        known |= {"begins_on": None} if state == "proposed" else {}
        bars = (Bar("usual", text, text, 14), Bar("risen", text, text, 100))
        return TopicLine(known, text, text, text, evidence, text, text, bars, text, is_good=True, behind=behind)

    return {
        "may_decide": True,
        "proposed": [line(1, "proposed")],
        "followed": [line(2, "adopted")],
        "past": [line(3, "declined"), line(4, "ended")],
        "forecasts": [ForecastLine(text, text, text, text, text)],
        "forecast_counts": {"hits": 3, "false_ones": 1, "waiting": 0, "filed": 2},
        "forecast_share": text,
        "told_days": 90,
        "criteria": load_criteria(),
        "false_share": text,
        "departments": [(text, text)],
        "today": "2026-11-29",
        "longest": 2000,
    }


def warnings_page(text: str) -> dict[str, Any]:
    """Each list of the page of public warnings, with what it may hold."""
    known: dict[str, Any] = {"headline": text, "description": text, "instruction": text, "by": text}
    line = WarningLine(1, 2, "Alert", **known, at=AT, expires=AT, is_exercise=True, state="waiting", reason=text)
    row = {"received_at": AT, "sender": text, "headline": text, "reason": "signature", "source": text}
    return {
        "may_decide": True,
        "is_off": True,
        "is_demo": True,
        "waiting": [line],
        "approved": [line],
        "decided": [replace(line, state="declined"), replace(line, state="withdrawn", by="", reason="")],
        "standing": [line, replace(line, number=2, by="")],
        "past": [line],
        "received": [replace(line, severity=0, act="", state="assumed")],
        "quarantined": [row, row | {"sender": "", "headline": ""}],
        "feeds": [{"name": text, "read_at": AT, "problem": ""}, {"name": text, "read_at": None, "problem": text}],
        "rules": [{"title": text, "rule_id": text, "event": text, "approve_to": 2, "hours": 6.0}],
    }


# What each page may be given; every text that is not ours is the argument.
SAMPLES: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("accounts/account.html", lambda text: frame(text) | account(text, Factors())),
    ("accounts/account.html", lambda text: frame(text) | account(text, Factors(totp=True, passkeys=1))),
    ("accounts/recovery_codes.html", lambda text: frame(text) | {"codes": [text]}),
    ("accounts/accounts.html", lambda text: frame(text) | accounts(text)),
    ("accounts/tokens.html", lambda text: frame(text) | tokens(text)),
    ("accounts/token.html", lambda text: frame(text) | {"name": text, "token": text}),
    ("accounts/audit.html", lambda text: frame(text) | audit(text)),
    ("accounts/system.html", lambda text: frame(text) | {"system": system(text)}),
    (
        "accounts/system_admin.html",
        lambda text: frame(text) | {"system": None, "health": {"beats": text}, "settings": {text: text}},
    ),
    ("accounts/statements.html", lambda text: frame(text) | {"statistics": statements(text)}),
    ("accounts/statements.html", lambda text: frame(text) | {"statistics": None}),
    ("cases/list.html", lambda text: frame(text) | case_list(text)),
    ("cases/list.html", lambda text: frame(text) | case_list(text, "board")),
    ("cases/list.html", lambda text: frame(text) | case_list(text, "map")),
    *[("cases/one.html", lambda text, state=state: frame(text) | case_of_states(text, state)) for state in CaseState],
    ("cases/work.html", lambda text: frame(text) | case_work(text)),
    ("cases/unknown.html", frame),
    ("evaluation/evaluation.html", lambda text: frame(text) | evaluation(text)),
    ("topics/topics.html", lambda text: frame(text) | topics_page(text)),
    ("warnings/warnings.html", lambda text: frame(text) | warnings_page(text)),
    ("posts/posts.html", lambda text: frame(text) | posts_page(text)),
    ("datasets/list.html", lambda text: frame(text) | data_sets(text)),
    ("datasets/data_set.html", lambda text: frame(text) | data_set(text)),
    ("datasets/unknown.html", frame),
    *[(name, lambda text, page=page: frame(text) | page(text)) for name, page in catalogue_pages()],
    *[(name, lambda text, page=page: frame(text) | page(text)) for name, page in hotline_samples.PAGES],
    *[(name, lambda text, page=page: frame(text) | page(text)) for name, page in sharing_samples.PAGES],
    ("login/login.html", login),
    ("ui/refusal.html", refusal),
    ("ui/outage.html", lambda text: {"title": text, "words": text, "refresh": 5}),
    ("ui/outage.html", lambda text: {"title": text, "words": text, "refresh": None}),
    (
        "ui/dash.html",
        lambda _: {
            "page_facts": Markup("{}"),
            "icon_styles": Markup(),
            "early": early_parts('/wall?area="><script>'),
            "dash": dict.fromkeys(("metas", "favicon", "css", "app_entry", "config", "scripts", "renderer"), Markup()),
        },
    ),
]
NAMES = [name for name, _ in SAMPLES]


class Outline(HTMLParser):
    """The elements of a page: whether they close in order, and which fields no label names."""

    VOID = frozenset({"br", "img", "input", "link", "meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [name for name in [found.get("id")] if name]
        is_field = tag in ("input", "select", "textarea") and found.get("type") != "hidden"
        if is_field and "label" not in self.open and "aria-label" not in found:
            self.wrong.append(f"no label: {tag} {found}")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def test_every_template_is_tried_here() -> None:
    assert {*NAMES, *PARTS} == set(templates.environment.list_templates())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_a_page_is_whole_html_whose_fields_have_labels(
    name: str, sample: Callable[[str], dict[str, Any]], language: str
) -> None:
    page = render(name, language, **sample("x"))
    outline = Outline(page)

    assert (outline.wrong, outline.open) == ([], [])
    assert len(outline.ids) == len(set(outline.ids))
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page
    assert re.search("[{%#]}|{[{%#]", page.replace("{}", "")) is None


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_whatever_is_put_in_stays_text(name: str, sample: Callable[[str], dict[str, Any]]) -> None:
    page = render(name, "zh", **sample(EVIL))

    assert "<img src=x" not in page
    assert page.count("</script>") == page.count("<script")
    assert "&lt;img" in page or name == "ui/dash.html"


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_a_name_that_nobody_gave_fails(name: str, sample: Callable[[str], dict[str, Any]]) -> None:
    values = sample("x")
    for missing in values.keys() - RARE - (RARE_OF_CASES if name.startswith("cases/") else set()):
        with pytest.raises(UndefinedError):
            render(name, "zh", **{key: value for key, value in values.items() if key != missing})


def test_only_python_says_that_a_text_is_html() -> None:
    for name in templates.environment.list_templates():
        source = template_file(name).read_text(encoding="utf-8")

        assert re.search(r"\|\s*safe|autoescape|<script>", source) is None, name


def test_the_head_of_a_table_is_written_in_one_place() -> None:
    """Columns of the evaluation are named by its formula, with their weights: its head is its own."""
    by_hand = {n for n in templates.environment.list_templates() if "<thead" in template_file(n).read_text("utf-8")}

    assert by_hand == {"ui/parts.html", "evaluation/evaluation.html"}


def test_every_key_that_templates_say_exists() -> None:
    sources = "\n".join(
        template_file(name).read_text(encoding="utf-8") for name in templates.environment.list_templates()
    )
    used = set(re.findall(r"""say\(["']([a-z_]+\.[a-z0-9_]+)["'][,)]""", sources))

    assert used - set(texts.load_texts()) == set()
    assert len(used) > 90


def template_file(name: str) -> Path:
    return Path(templates.environment.get_template(name).filename or "")
