"""What happens on `/shift`: the page is shown, somebody writes a note, somebody signs."""

from typing import Any, TypedDict

import dash
from dash import html

from alerts.shift import store as handover_store
from alerts.shift.handover_sheet import Place
from alerts.shift.store import Handover, NoteRefused, SamePerson, SheetUnknown, Signatures, SignedFirst
from cityops.accounts import authentication
from cityops.accounts.login_limits import LoginRefused, TooManyAttempts
from cityops.accounts.roles import Role
from cityops.catalogue import Names
from cityops.clock import utc_now
from cityops.storage import StorageError, Transaction
from dashboard.city.registry import Registry, read_registry
from dashboard.pages.shift import paper
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from dashboard.pages.shift.signing_box import no_box, past_line, sheet_links, signing_action, signing_box
from dashboard.requests.addresses import read_query
from dashboard.web.request_context import RequestContext, require_role, visit

PAST = 60  # sheets in the list: a month of two shifts a day


class Seen(TypedDict):
    """What the page shows: what signing would do, the newest sheet, and which signed one is drawn."""

    action: str
    sheet: int | None
    shown: str


@require_role("viewer")
def show(
    search: str | None,
    _ticks: object,
    _signed: object,
    _written: object,
    seen: Seen | None,
    password: str | None,
) -> dict[str, Any]:
    """Show the sheet of the address; else the one that waits for its second signature; else a draft of now.

    Who sees a part of the city is shown a draft of that part, whatever was asked for: the database gives no more.
    Under somebody who is about to sign nothing changes: the button must do what it said.
    """
    if password:
        raise dash.exceptions.PreventUpdate
    here, now = visit(), utc_now()
    ink, whole = ink_of(here), here.person.scope.is_whole
    wanted = read_query(search).get("sheet", "")
    is_past = bool(wanted)
    with here.site.database.transaction() as tx:
        newest = handover_store.latest(tx)
        place = place_of(here.site.live.registry(tx))
        draft = handover_store.draft(tx, place=place, now=now)
        signed = _chosen(tx, wanted, newest)
        past = handover_store.past(tx, limit=PAST)
        raised = handover_store.raised_since(tx, newest.signed_at, now=now) if newest and newest.waits else 0
    shown = _name_of(signed)
    return {
        "paper": dash.no_update
        if seen and shown and seen["shown"] == shown
        else paper.draw(signed.sheet if signed else draft, signed, ink, part=not whole),
        "tools": sheet_links(signed, ink, past=is_past),
        "seen": Seen(action=signing_action(newest, here), sheet=newest.handover_id if newest else None, shown=shown),
        **(signing_box(newest, raised, here, ink, past=is_past) if whole else no_box(here.person.scope, place, ink)),
        "writable": not here.allows(Role.OFFICER),
        "notes": [paper.note(line, ink) for line in reversed(draft.notes)]
        or html.Li(ink.say("shift.no_notes"), className="hint"),
        "past": [past_line(row, ink, opens=whole) for row in past.to_dict("records")]
        or html.Li(ink.say("shift.no_past"), className="hint"),
    }


@require_role("officer", act=True)
def write(_clicks: object, words: str | None) -> tuple[Any, Any, Any]:
    """Write a note. What cannot be stored stays in the box."""
    here, now = visit(), utc_now()
    ink = ink_of(here)

    def work(tx: Transaction) -> None:
        handover_store.write_note(tx, str(words or ""), author=here.person.name, now=now, origin=here.origin)

    try:
        here.act(work)
    except NoteRefused:
        return dash.no_update, _told(ink, "note_refused"), dash.no_update
    except StorageError:
        return dash.no_update, _told(ink, "outage"), dash.no_update
    return "", "", now.timestamp()


@require_role("officer", act=True)
def sign(_clicks: object, _submits: object, password: str | None, seen: Seen | None) -> tuple[str, Any, float]:
    """Sign what was seen, under one's own name, with the password again. The second of two learns who was first."""
    if not seen or not password:
        raise dash.exceptions.PreventUpdate
    here, now = visit(), utc_now()
    told = _told(ink_of(here), *_sign(here, str(password), seen))
    return "", told, now.timestamp()


def _sign(here: RequestContext, password: str, seen: Seen) -> tuple[str, str]:
    """Return the key of what came of it, and who was first where somebody was."""
    person, now = here.person, utc_now()
    if not person.scope.is_whole:  # nobody signs what they cannot see; the database would refuse it
        return "part_refused", ""
    receives = seen["action"] == "receive"
    purpose = handover_store.RECEIVE if receives else handover_store.SIGN
    number = seen["sheet"]

    def work(tx: Transaction) -> None:
        if receives:
            handover_store.receive(tx, int(number or 0), actor=person.name, now=now, origin=here.origin)
        else:
            place = place_of(read_registry(tx))  # as it is, not as the wall last saw it
            handover_store.sign(tx, seen=number, actor=person.name, place=place, now=now, origin=here.origin)

    def check() -> None:
        authentication.confirm(here.site.database, person, password, purpose=purpose, now=now, origin=here.origin)

    try:
        here.act(work, check=check)
    except SignedFirst as lost:
        return "lost", lost.winner
    except (LoginRefused, SamePerson, SheetUnknown, StorageError) as error:
        return _FAILURES[next(kind for kind in _FAILURES if isinstance(error, kind))], ""
    return "received" if receives else "signed", ""


_FAILURES: dict[type[Exception], str] = {
    TooManyAttempts: "locked",
    LoginRefused: "wrong",
    SamePerson: "same_person",
    SheetUnknown: "unknown",
    StorageError: "outage",
}
_GOOD = ("signed", "received")


def ink_of(here: RequestContext) -> SheetFormatter:
    """Return how this visitor reads a sheet."""
    return SheetFormatter(here.language, here.site.settings.zone, here.site.catalogue)


def place_of(registry: Registry) -> Place:
    """Return what names areas; an area that nobody imported keeps its code."""
    return lambda code: Names(registry.place(code, "zh") or code, registry.place(code, "en") or code)


def _chosen(tx: Transaction, wanted: str, newest: Signatures | None) -> Handover | None:
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None
    if number is None and newest is not None and newest.waits:
        number = newest.handover_id
    try:
        return handover_store.find(tx, number) if number is not None else None
    except SheetUnknown:
        return None


def _name_of(signed: Handover | None) -> str:
    """A signed sheet changes only by its second signature: it need not be drawn again."""
    return f"{signed.signatures.handover_id}/{signed.signatures.incoming or ''}" if signed else ""


def _told(ink: SheetFormatter, key: str, winner: str = "") -> html.Span:
    return html.Span(ink.say(f"shift.{key}", winner=winner), className="is-good" if key in _GOOD else "is-bad")
