"""The forms of a case: each act that can be done now, and why the others cannot."""

from dataclasses import dataclass

from cases.life.transitions import TRANSITIONS, Act
from dashboard.pages.cases.form_fields import FormFacts, FormField, fields_of

MAIN = (
    Act.FILE, Act.DISPATCH, Act.ACCEPT, Act.ACCEPT_HELP, Act.FINISH_HELP, Act.HANDLE, Act.ASK_CHECK, Act.PASS,
    Act.VERIFY, Act.CLOSE, Act.CALL_BACK, Act.GRANT_RETURN, Act.GRANT_EXTEND, Act.GRANT_SUSPEND,
    Act.GRANT_EXCLUDE, Act.RESUME,
)  # fmt: skip
"""Acts by which the work goes on: their button is the coloured one."""


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act that can be done now."""

    act: Act
    word: str
    is_main: bool
    fields: tuple[FormField, ...]
    needs_reason: bool
    warning: str = ""


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """An act that cannot be done now, and why not."""

    word: str
    why: str


def act_forms(facts: FormFacts) -> list[ActForm]:
    """Return a form for each act that can be done now, those first by which the work goes on."""
    possible = [option.act for option in facts.view.options if not option.why_not]
    forms = [_form(act, facts) for act in possible if act is not Act.LINK_ALERT or facts.alerts]
    return sorted(forms, key=lambda form: not form.is_main)


def _form(act: Act, facts: FormFacts) -> ActForm:
    words = facts.words
    warned = act is Act.CLOSE and facts.still_holds
    return ActForm(
        act,
        words.say(f"case_act.{act}"),
        act in MAIN,
        tuple(fields_of(act, facts)),
        TRANSITIONS[act].reason or warned,
        words.say("cases.still_holds") if warned else _similar_warning(act, facts),
    )


def _similar_warning(act: Act, facts: FormFacts) -> str:
    warns = facts.similar and act in (Act.FILE, Act.DISPATCH)
    return facts.words.say("cases.similar_warning", count=facts.similar) if warns else ""
