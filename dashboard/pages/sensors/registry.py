"""The view of the registry: whose word is in force, which ids two devices use, what is retired; and its changes."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
from dash import Input, Output, State, dcc, html

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.devices import sensor_changes
from cityops.devices.identity import IdentitySource
from cityops.devices.sensor_changes import ChangeRefused, SensorChange
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from cityops.storage.devices.identity import identity_frame
from dashboard import texts
from dashboard.pages.sensors.act_box import act_box
from dashboard.pages.sensors.ids import Ids, SensorsView
from dashboard.pages.sensors.tables import moment, sensor_link, table
from dashboard.ui.components import Speak
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import RequestContext, require, require_role, visit

_SEPARATORS = re.compile(r"[,，\s]+")
Change = Callable[[Transaction, str, SensorChange, str], object]


def _move(tx: Transaction, sensor: str, order: SensorChange, text: str) -> None:
    """Move a sensor to a place as people write it: longitude, latitude and, where it changes, the area."""
    lon, lat, area, *more = [*_SEPARATORS.split(text.strip()), "", "", ""]
    try:
        east, north = float(lon), float(lat)
    except ValueError:
        raise ChangeRefused("A place is needed: longitude, latitude, and the code of its area if it is new.") from None
    if any(more):
        raise ChangeRefused("Write longitude, latitude and area, nothing more.")
    sensor_changes.move(tx, sensor, order, lon=east, lat=north, area=area)


CHANGES: dict[str, Change] = {
    "retire": lambda tx, sensor, order, text: sensor_changes.retire(tx, sensor, order, reason=text),
    "rename": lambda tx, sensor, order, text: sensor_changes.rename(tx, sensor, order, name=text),
    "move": _move,
    "merge": lambda tx, sensor, order, text: sensor_changes.merge(tx, sensor, text.strip(), order),
    "renumber": lambda tx, sensor, order, text: sensor_changes.renumber(tx, sensor, order, new_id=text.strip()),
}


def draw_registry(here: RequestContext, say: Speak, _now: datetime) -> Any:
    """Return the sensors of which somebody says something else than what is in force, and those that are retired."""
    with here.site.database.transaction() as tx:
        found = identity_frame(tx)
    zone = here.site.settings.zone
    rows = [
        [
            sensor_link(row["sensor_id"], row["name"]),
            say(f"sensors.{_standing(row)}"),
            html.Div(_words(row, here, say), className="reasons"),
            moment(row["retired_at"] if pd.notna(row["retired_at"]) else row["said_at"], zone),
        ]
        for row in found.to_dict("records")
    ]
    return table(say, ["name", "standing", "difference", "since"], rows, empty="registry_empty", lead="registry_lead")


def change_box(say: Speak) -> html.Div:
    """Return how a supervisor retires, renames, moves or merges a sensor."""
    options = [{"label": say(f"sensors.change_{name}"), "value": name} for name in CHANGES]
    fields = [
        dcc.Input(id=Ids.CHANGE_SENSOR, type="text", placeholder=say("sensors.id"), className="search"),
        dcc.Dropdown(id=Ids.CHANGE_ACTION, options=options, value="retire", clearable=False, className="replay-field"),
        dcc.Input(id=Ids.CHANGE_TEXT, type="text", placeholder=say("sensors.change_text"), className="search"),
    ]
    labels = (say("sensors.id"), say("sensors.change"), say("sensors.change_text"))
    return act_box(
        Ids.CHANGE_BOX,
        say("sensors.change_lead"),
        zip(labels, fields, strict=True),
        [(Ids.CHANGE, say("sensors.change_button"))],
        message=Ids.CHANGE_MESSAGE,
    )


@require_role("viewer")
def show_change_box(view: str) -> bool:
    """Say whether the box is hidden."""
    return view != SensorsView.REGISTRY or not visit().allows(Role.SUPERVISOR)


@require_role("supervisor", act=True)
def change(clicks: int | None, action: str | None, sensor: str | None, text: str | None) -> str:
    """Change a sensor; who did it stands in the audit log."""
    here = require(Role.SUPERVISOR)
    say = texts.speaker(here.language)
    if not clicks or action not in CHANGES:
        return ""
    order = SensorChange(here.person.name, utc_now(), here.origin)

    def work(tx: Transaction) -> None:
        CHANGES[action](tx, (sensor or "").strip(), order, text or "")

    try:
        here.act(work)
    except CityOpsError as error:
        return say("sensors.change_refused", reason=error.public)
    return say("sensors.change_done", sensor=sensor)


def _standing(row: dict[Any, Any]) -> str:
    if pd.notna(row["retired_at"]):
        return "retired"
    return "two_devices" if row["source"] == IdentitySource.RIVAL else "overruled"


def _words(row: dict[Any, Any], here: RequestContext, say: Speak) -> list[html.Span]:
    """Return what a device says otherwise, or why a sensor is retired."""
    if pd.notna(row["retired_at"]):
        return [html.Span(row["retired_reason"], className="reason")]
    if pd.notna(row["emptied_at"]):
        return [html.Span(say("sensors.device_emptied"), className="reason")]
    kinds = here.site.catalogue.kind
    named = {code: kind.name.in_language(here.language) for code, kind in kinds.items()}
    said = {
        "area": (row["said_area"], row["area_code"]),
        "kind": (named.get(row["said_kind"], row["said_kind"]), named.get(row["kind"], row["kind"])),
        "name": (row["said_name"], row["name"]),
        "place": (_place(row["said_lon"], row["said_lat"]), _place(row["lon"], row["lat"])),
    }
    return [
        html.Span(say("sensors.device_says", field=say(f"sensors.{field}"), said=told), className="reason reason-fault")
        for field, (told, force) in said.items()
        if told and told != force
    ]


def _place(lon: float | None, lat: float | None) -> str:
    return "" if lon is None or pd.isna(lon) or lat is None else f"{lon:.5f}, {lat:.5f}"


def register(shell: Shell) -> None:
    """Make the callbacks of this box known to Dash."""
    shell.callback(Output(Ids.CHANGE_BOX, "hidden"), Input(Ids.VIEW, "value"))(show_change_box)
    shell.callback(
        Output(Ids.CHANGE_MESSAGE, "children"),
        Input(Ids.CHANGE, "n_clicks"),
        State(Ids.CHANGE_ACTION, "value"),
        State(Ids.CHANGE_SENSOR, "value"),
        State(Ids.CHANGE_TEXT, "value"),
        prevent_initial_call=True,
    )(change)
