"""What could not be stored, on the page of the sensors."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html

from cityops.storage.messages.border import unmapped_frame
from cityops.storage.messages.dead_letters import count_dead_letters, dead_letter_frame, letter_groups
from dashboard.pages.sensors.tables import MOST, count, moment, table
from dashboard.ui.components import Speak
from dashboard.web.request_context import RequestContext


def draw_letters(here: RequestContext, say: Speak, now: datetime) -> Any:
    """What could not be stored: by the field at fault, and the newest messages."""
    zone = here.site.settings.zone
    with here.site.database.transaction() as tx:
        groups, newest = letter_groups(tx), dead_letter_frame(tx, limit=MOST)
        unmapped = unmapped_frame(tx, limit=MOST)
        today = count_dead_letters(tx, since=now - timedelta(days=1))
    fields = [_letter_group(row, say, zone) for row in groups.to_dict("records")]
    letters = [_letter(row, say, zone) for row in newest.to_dict("records")]
    heads = ["dead_time", "dead_field", "dead_reason", "dead_topic", "replay_state"]
    return [
        html.H2([say("sensors.open_letters"), html.Small(say("sensors.dead_count", count=today))]),
        table(say, ["dead_field", "number", "newest_reason", "newest", "replay_state"], fields, empty="none_dead"),
        html.H2(say("sensors.newest_letters")) if letters else None,
        table(say, heads, letters, empty="none_dead") if letters else None,
        *([] if unmapped.empty else _draw_unmapped(here, say, unmapped)),
    ]


def _letter_group(row: Mapping[Any, Any], say: Speak, zone: ZoneInfo) -> list[Any]:
    return [
        row["field"],
        count(row["count"], bad=True),
        row["newest_reason"],
        moment(row["newest"], zone),
        say("sensors.asked") if row["asked"] else "",
    ]


def _letter(row: Mapping[Any, Any], say: Speak, zone: ZoneInfo) -> list[Any]:
    return [
        moment(row["received_at"], zone),
        row["field"],
        row["reason"],
        row["topic"],
        "" if pd.isna(row["replayed_at"]) else say("sensors.replayed"),
    ]


def _draw_unmapped(here: RequestContext, say: Speak, unmapped: pd.DataFrame) -> list[Any]:
    """Names that devices send and nobody mapped: counted, not stored."""
    catalogue, zone = here.site.catalogue, here.site.settings.zone
    rows = [
        [
            catalogue.kind[row["kind"]].name.in_language(here.language)
            if row["kind"] in catalogue.kind
            else row["kind"],
            row["name"] or say("sensors.more_names"),
            count(row["count"]),
            count(row["sensors"]),
            row["last_value"],
            moment(row["last_seen"], zone),
            catalogue.propose(row["name"]) or "",
        ]
        for row in unmapped.to_dict("records")
    ]
    heads = ["kind", "sent_name", "number", "senders", "value", "newest", "proposed"]
    return [
        html.H2(say("sensors.unmapped")),
        table(say, heads, rows, empty="none_dead", lead="unmapped_lead"),
    ]
