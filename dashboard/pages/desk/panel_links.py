"""What leads from an alert elsewhere: to the case that follows it, and to its evidence pack. Pure."""

from dataclasses import dataclass
from typing import Any

from dash import html

from alerts.board.open_alert import OpenAlert
from dashboard.pages.desk.alert_formatter import AlertFormatter
from dashboard.ui import components


@dataclass(frozen=True, slots=True)
class CaseLink:
    """The case that follows an alert, and whether it is open; `case_id` None: there is none."""

    case_id: int | None = None
    number: str = ""
    state: str = ""
    is_open: bool = False


def case_link(link: CaseLink, ink: AlertFormatter) -> list[Any]:
    """Return the case that follows an alert, and the button that files one where none is open (assets/pages/desk)."""
    found: list[Any] = []
    if link.case_id is not None:
        words = ink.say("desk.case", number=link.number, state=ink.say(f"case_state.{link.state}"))
        is_open = components.hook("open-case") if link.is_open else {}
        found.append(html.A(words, href=f"/cases/{link.case_id}", className="case-link", **is_open))
    if not link.is_open:
        named: list[Any] = [ink.say("desk.case_file"), html.Kbd("W")]
        found.append(html.Button(named, className="quiet-button case-file", **components.hook("file-case")))
    return found


def pack_link(alert: OpenAlert, ink: AlertFormatter) -> html.A:
    """Return the button that takes the evidence pack of an alert (assets/downloads)."""
    address = f"/api/v1/alerts/{alert.alert_id}/pack"
    hint = ink.say("desk.pack_hint")
    return html.A(ink.say("desk.pack"), href=address, download="", title=hint, className="quiet-button")
