"""The dialog of the alarm: what sounds, and the keys."""

from dash import html

from dashboard.pages.desk.ids import Ids
from dashboard.ui import components
from dashboard.ui.components import Speak

KEYS = (
    ("↑ ↓", "choose"), ("A", "acknowledge"), ("U", "undo"), ("C", "comment"), ("G", "assign"), ("E", "escalate"),
    ("S", "shelve"), ("V", "back"), ("R", "reset"), ("K", "close"), ("D", "suppress"), ("O", "out"),
    ("W", "case"),
    ("X", "mark"), ("Shift X", "mark_all"), ("B", "bulk"), ("← →", "fold"), ("N", "new"), ("/", "search"),
    ("1 2 3 4", "severity"), ("M", "mine"), ("F", "clear"), ("P", "panel"), ("Esc", "escape"), ("?", "help"),
)  # fmt: skip


def alarm_dialog(say: Speak) -> html.Dialog:
    """Return what an officer can ask of the alarm (assets/pages/desk/alarm.js)."""
    return html.Dialog(
        [
            html.H2(say("alarm.open")),
            html.P(say("alarm.what"), className="hint"),
            html.P(**components.hook("sound-words")),
            components.sound_check(say),
            html.H2(say("alarm.notices")),
            html.P(**components.hook("notice-words")),
            html.Button(className="quiet-button", type="button", **components.hook("notice")),
            html.Form(html.Button(say("desk.shut"), className="quiet-button"), method="dialog", className="alarm-shut"),
        ],
        id=Ids.ALARM,
        className="dialog",
        **components.label(say("alarm.open")),
    )


def key_list(say: Speak) -> html.Dialog:
    """Return the keys of the desk and what each does."""
    rows = [html.Li([html.Kbd(key), html.Span(say(f"desk.key_{name}"))]) for key, name in KEYS]
    return html.Dialog(
        [
            html.H2(say("desk.keys_title")),
            html.Ul(rows, className="key-list"),
            html.Form(html.Button(say("desk.shut"), className="quiet-button"), method="dialog"),
        ],
        id=Ids.KEYS,
        className="dialog dialog-keys",
        **components.label(say("desk.keys_title")),
    )
