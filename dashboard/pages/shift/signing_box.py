"""What stands around a sheet: the box for signing, the links, and the list of past sheets. Pure."""

from typing import Any

from dash import html

from alerts.shift.handover_sheet import Place
from alerts.shift.store import Handover, Signatures
from cityops.accounts.roles import Role
from cityops.scope import Scope
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from dashboard.ui import components
from dashboard.web.request_context import RequestContext


def signing_action(newest: Signatures | None, here: RequestContext) -> str:
    """Return what this person would do by signing: sign, sign again, or receive."""
    if newest is None or not newest.waits:
        return "sign"
    return "again" if here.person.name == newest.outgoing else "receive"


def signing_box(
    newest: Signatures | None, raised: int, here: RequestContext, ink: SheetFormatter, *, past: bool
) -> dict[str, Any]:
    """Return what the box for signing says, and whether it is open to this person."""
    action = signing_action(newest, here)
    values = {"name": newest.outgoing, "time": ink.moment(newest.signed_at)} if newest else {}
    hint: list[Any] = [ink.say(f"shift.{action}_hint", **values)]
    if raised:
        hint.append(html.B(ink.say("shift.raised_since", count=raised), className="is-late"))
    allowed = here.allows(Role.OFFICER)
    return {
        "box": f"sign-box card is-{action}" + ("" if allowed and not past else " is-closed"),
        "title": ink.say(f"shift.{action}_title"),
        "hint": hint if allowed else ink.say("desk.not_allowed"),
        "button": ink.say(f"shift.{action}_button"),
    }


def no_box(scope: Scope, place: Place, ink: SheetFormatter) -> dict[str, Any]:
    """Return what stands where others sign, before somebody who sees a part of the city: which, and who signs."""
    domains = [ink.domain(name) for name in scope.domains or ()]
    areas = [place(code).in_language(ink.language) for code in scope.areas or ()]
    mine = " · ".join(ink.say("shift.comma").join(names) for names in (domains, areas) if names)
    return {
        "box": "sign-box card is-part is-closed",
        "title": ink.say("shift.part_title", part=mine),
        "hint": ink.say("shift.part_hint"),
        "button": "",
    }


def sheet_links(signed: Handover | None, ink: SheetFormatter, *, past: bool) -> list[Any]:
    """Return the links above a sheet: back to now, print, export."""
    back = [html.A(ink.say("shift.now"), href="/shift", className="quiet-button")] if past else []
    print_button = html.Button(ink.say("shift.print"), className="quiet-button", **components.hook("print"))
    if signed is None:
        return [*back, html.Span(className="bar-space"), print_button]
    number = signed.signatures.handover_id
    exports = [
        html.A(name, href=f"/shift/sheets/{number}.{kind}", className="quiet-button", download="")
        for name, kind in (("CSV", "csv"), ("JSON", "json"))
    ]
    return [*back, html.Span(className="bar-space"), print_button, *exports]


def past_line(row: dict[Any, Any], ink: SheetFormatter, *, opens: bool) -> html.Li:
    """Return one sheet of the list: a link, unless it `opens` to nobody who sees a part of the city."""
    taken = isinstance(row["incoming"], str)
    who = row["incoming"] if taken else ink.say("shift.waits" if row["newest"] else "shift.replaced")
    told = [
        html.Time(ink.moment(row["signed_at"])),
        html.B(ink.say("shift.number", number=row["handover_id"])),
        html.Span([row["outgoing"], " → ", html.Span(who, className="" if taken else "is-unsigned")]),
    ]
    return html.Li(
        html.A(told, href=f"/shift?sheet={row['handover_id']}", className="past-sheet")
        if opens
        else html.Div(told, className="past-sheet")
    )
