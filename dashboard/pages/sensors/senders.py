"""The view of senders: who sends most of what cannot be stored, and how a supervisor has the broker refuse one."""

from datetime import datetime
from typing import Any

import dash
import pandas as pd
from dash import Input, Output, State, html

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.devices import sensor_blocks
from cityops.devices.sensor_changes import SensorChange
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from cityops.storage.messages.letter_senders import worst_senders
from dashboard import texts
from dashboard.pages.sensors.act_box import act_box, chooser
from dashboard.pages.sensors.ids import Ids, SensorsView
from dashboard.pages.sensors.tables import MOST, count, moment, sensor_link, table
from dashboard.ui.components import Speak
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import RequestContext, require, require_role, visit


def draw_senders(here: RequestContext, say: Speak, _now: datetime) -> Any:
    """Return the senders of dead letters, the worst first, and everybody who is blocked."""
    zone = here.site.settings.zone
    rows = [
        [
            sensor_link(row["sensor_id"], row["name"]) or say("sensors.nobody"),
            count(row["kept"], bad=True),
            count(row["counted"], bad=True),
            f"{row['bytes'] / 1e6:.1f} MB",
            moment(row["last_at"], zone),
            row["last_reason"] or "",
            _standing(row, say),
        ]
        for row in _read(here)
    ]
    heads = ["name", "letters_kept", "letters_counted", "letters_size", "newest", "newest_reason", "blocked"]
    return table(say, heads, rows, empty="senders_empty", lead="senders_lead")


def block_box(say: Speak) -> html.Div:
    """Return how a supervisor blocks a sender, and lets it in again."""
    return act_box(
        Ids.BLOCK_BOX,
        say("sensors.block_lead"),
        [chooser(Ids.BLOCK_SENSOR, say("sensors.choose_sender"))],
        [(Ids.BLOCK, say("sensors.block")), (Ids.UNBLOCK, say("sensors.unblock"))],
        message=Ids.BLOCK_MESSAGE,
    )


@require_role("viewer")
def show_block_box(view: str, _ticks: int | None, _done: Any) -> tuple[bool, Any]:
    """Say whether the box is hidden, and who can be chosen in it."""
    here = visit()
    if view != SensorsView.SENDERS or not here.allows(Role.SUPERVISOR):
        return True, []
    named = [row for row in _read(here) if row["sensor_id"]]
    return False, [{"label": _label(row), "value": row["sensor_id"]} for row in named]


@require_role("supervisor", act=True)
def block(_blocks: int | None, _unblocks: int | None, sensor: str | None) -> str:
    """Block a sender or let it in again, as the button says; who did it stands in the audit log."""
    here = require(Role.SUPERVISOR)
    say = texts.speaker(here.language)
    asked = dash.ctx.triggered_id
    if asked not in (Ids.BLOCK, Ids.UNBLOCK):
        return ""
    if not isinstance(sensor, str) or not sensor:
        return say("sensors.choose_sender")
    order = SensorChange(here.person.name, utc_now(), here.origin)

    def work(tx: Transaction) -> None:
        if asked == Ids.BLOCK:
            sensor_blocks.block(tx, sensor, order, reason=say("sensors.block_reason"))
        else:
            sensor_blocks.unblock(tx, sensor, order)

    try:
        here.act(work)
    except CityOpsError as error:
        return say("sensors.change_refused", reason=str(error))
    return say("sensors.block_done" if asked == Ids.BLOCK else "sensors.unblock_done", sensor=sensor)


def _read(here: RequestContext) -> list[dict[Any, Any]]:
    with here.site.database.transaction() as tx:
        return worst_senders(tx, limit=MOST).to_dict("records")


def _standing(row: dict[Any, Any], say: Speak) -> html.Span | str:
    if pd.isna(row["blocked_by"]):
        return ""
    words = say("sensors.blocked_by", who=row["blocked_by"], count=f"{row['refused']:,}")
    return html.Span(words, className="reason reason-fault", title=row["blocked_reason"])


def _label(row: dict[Any, Any]) -> str:
    name = "" if pd.isna(row["name"]) else f" {row['name']}"
    return f"{row['sensor_id']}{name} ({row['kept'] + row['counted']:,})"


def register(shell: Shell) -> None:
    """Make the callbacks of this box known to Dash."""
    shell.callback(
        Output(Ids.BLOCK_BOX, "hidden"),
        Output(Ids.BLOCK_SENSOR, "options"),
        Input(Ids.VIEW, "value"),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.BLOCK_MESSAGE, "children"),
    )(show_block_box)
    shell.callback(
        Output(Ids.BLOCK_MESSAGE, "children"),
        Input(Ids.BLOCK, "n_clicks"),
        Input(Ids.UNBLOCK, "n_clicks"),
        State(Ids.BLOCK_SENSOR, "value"),
        prevent_initial_call=True,
    )(block)
