"""The fields that each act asks a person to fill in; the API checks what comes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases.life.case import RequestKind
from cases.life.details import RefusalGround, SupervisionLevel
from cases.life.requests import DECIDES
from cases.life.transitions import Act
from cases.routing.responsibility import Route
from cityops.storage import Row
from dashboard.cases.one_case import CaseView
from dashboard.cases.words import CaseWords


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `kind`: text, number, choice, choices, yes, moment or photos; `options`: (value, words)."""

    name: str
    kind: str
    label: str
    is_needed: bool = False
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What forms choose from."""

    view: CaseView
    words: CaseWords
    route: Route
    still_holds: bool
    soon: datetime  # in the city's zone: what a field for a moment begins with
    similar: int = 0  # how many cases may be of the same matter
    alerts: Sequence[Row] = ()  # that could be linked


def fields_of(act: Act, facts: FormFacts) -> list[FormField]:
    """Return the fields of an act."""
    if act in DECIDES:
        return [_request(facts, DECIDES[act])]
    make = _FIELDS.get(act)
    return make(facts) if make is not None else []


def _request(facts: FormFacts, kinds: tuple[RequestKind, ...]) -> FormField:
    words = facts.words
    pending = [request for request in facts.view.case.pending() if request.kind in kinds]
    options = tuple(
        (
            str(one.number),
            f"{words.say(f'case_request.{one.kind}')} · {words.department(one.department)} {one.asked_by}",
        )
        for one in pending
    )
    return FormField("request", "choice", words.say("cases.request_field"), is_needed=True, options=options)


def _standard(facts: FormFacts) -> list[FormField]:
    words, case = facts.words, facts.view.case
    found = sorted(words.catalogue.categories.values(), key=lambda one: one.key != case.category)
    options = tuple(
        (
            standard.standard,
            f"{words.category(one.key)} · {words.condition(standard.standard)} · "
            + " + ".join(words.limit(stage.limit) for stage in standard.stages),
        )
        for one in found
        for standard in one.standards
    )
    if not case.category:  # nothing is proposed: nobody shall file as what happens to stand first
        options = (("", words.say("cases.choose")), *options)
    return [FormField("standard", "choice", words.say("cases.standard"), is_needed=True, options=options)]


def _departments(facts: FormFacts) -> tuple[tuple[str, str], ...]:
    """Return all departments, the one that routing proposes first."""
    words, lead = facts.words, facts.view.case.designated or facts.route.lead
    names = {code: words.department(code) for code in words.catalogue.departments}
    if lead in names:
        names = {lead: words.say("cases.proposed", name=names.pop(lead)), **names}
    return tuple(names.items())


def _dispatch(facts: FormFacts) -> list[FormField]:
    words, proposed = facts.words, facts.route.helpers
    names = {code: words.department(code) for code in words.catalogue.departments}
    helping = {code: words.say("cases.proposed", name=names.pop(code)) for code in proposed if code in names}
    return [
        FormField("lead", "choice", words.say("cases.lead"), is_needed=True, options=_departments(facts)),
        FormField(
            "helpers",
            "choices",
            words.say("cases.helpers"),
            options=(*helping.items(), *names.items()),
            value=",".join(proposed),
        ),
    ]


def _photos(facts: FormFacts, *, needed: bool) -> list[FormField]:
    label = facts.words.say("cases.photos_needed" if needed else "cases.photos")
    return [FormField("photos", "photos", label, is_needed=needed)]


def _one(name: str, kind: str, label: str, *, needed: bool = True) -> FormField:
    return FormField(name, kind, label, is_needed=needed)


def _words(facts: FormFacts, name: str, key: str, kind: str = "text", *, needed: bool = True) -> list[FormField]:
    value = f"{facts.soon:%Y-%m-%dT%H:%M}" if kind == "moment" else ""
    return [replace(_one(name, kind, facts.words.say(f"cases.{key}"), needed=needed), value=value)]


def _choice(facts: FormFacts, name: str, key: str, section: str, values: list[str]) -> list[FormField]:
    options = tuple((value, facts.words.say(f"{section}.{value}")) for value in values)
    return [FormField(name, "choice", facts.words.say(f"cases.{key}"), is_needed=True, options=options)]


def _department(facts: FormFacts, codes: list[str]) -> list[FormField]:
    options = tuple((code, facts.words.department(code)) for code in codes)
    return [
        FormField("department", "choice", facts.words.say("cases.department_field"), is_needed=True, options=options)
    ]


def _close(facts: FormFacts) -> list[FormField]:
    count = len(facts.view.case.stages)
    label = facts.words.say("cases.stages_met", count=count)
    return [FormField("stages_met", "number", label, is_needed=True, value=str(count), most=count)]


def _call_back(facts: FormFacts) -> list[FormField]:
    say = facts.words.say
    yes = (("true", say("cases.yes")), ("false", say("cases.no")))
    return [
        FormField("reached", "yes", say("cases.reached"), is_needed=True, options=yes),
        FormField("solved", "yes", say("cases.solved"), options=(("", "–"), *yes)),
        FormField("explained", "yes", say("cases.explained"), options=(*reversed(yes),)),
        FormField("satisfaction", "number", say("cases.stars"), most=5),
        FormField("again", "yes", say("cases.again"), options=(*reversed(yes),)),
    ]


def _alerts(facts: FormFacts) -> list[FormField]:
    words = facts.words
    options = tuple(
        (
            str(one["alert_id"]),
            f"{one['title_en' if words.language == 'en' else 'title_zh']} · {one['sensor_name']} · "
            + words.say("cases.metres", metres=round(one["km"] * 1000)),
        )
        for one in facts.alerts
    )
    return [FormField("alert_id", "choice", words.say("cases.alert_field"), is_needed=True, options=options)]


def _supervise(facts: FormFacts) -> list[FormField]:
    level = _choice(facts, "level", "level", "case_level", [level.value for level in SupervisionLevel])
    return level + _words(facts, "due_at", "until_field", "moment")


def _whistle(facts: FormFacts) -> list[FormField]:
    called = FormField(
        "departments", "choices", facts.words.say("cases.departments_field"), options=_departments(facts)
    )
    return [replace(called, is_needed=True), *_words(facts, "arrive_due", "until_field", "moment")]


def _rating(facts: FormFacts) -> list[FormField]:
    call = facts.view.case.whistles[-1]
    stars = FormField("stars", "number", facts.words.say("cases.stars"), is_needed=True, value="5", most=5)
    return [*_department(facts, [call.street, *call.departments]), stars]


_FIELDS = {
    Act.FILE: _standard,
    Act.DISPATCH: _dispatch,
    Act.VERIFY: lambda facts: _photos(facts, needed=True),
    Act.HANDLE: lambda facts: _photos(facts, needed=True),
    Act.PASS: lambda facts: _photos(facts, needed=False),
    Act.FAIL: lambda facts: _photos(facts, needed=False),
    Act.ASSIGN: lambda facts: _words(facts, "worker", "worker"),
    Act.ASK_VERIFY: lambda facts: _words(facts, "collector", "collector", needed=False),
    Act.ASK_CHECK: lambda facts: _words(facts, "collector", "collector", needed=False),
    Act.MERGE: lambda facts: _words(facts, "master", "master_field"),
    Act.SUPERSEDE: lambda facts: _words(facts, "master", "master_field"),
    Act.LINK_ALERT: _alerts,
    Act.ASK_SUSPEND: lambda facts: _words(facts, "until", "until_field", "moment"),
    Act.REFUSE: lambda facts: _choice(facts, "ground", "ground", "case_ground", [one.value for one in RefusalGround]),
    Act.WAIVE_HELP: lambda facts: _department(facts, [task.department for task in facts.view.case.helpers]),
    Act.ARBITRATE: lambda facts: _department(facts, list(facts.words.catalogue.departments)),
    Act.CLOSE: _close,
    Act.CALL_BACK: _call_back,
    Act.SUPERVISE: _supervise,
    Act.WHISTLE: _whistle,
    Act.RATE_WHISTLE: _rating,
}
