"""What this page does when somebody chooses something, and every few seconds."""

from typing import Any, TypedDict
from urllib.parse import urlencode

import dash
from dash import html

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from cityops.storage.audit import record
from cityops.storage.messages.dead_letters import ask_replay, letter_groups
from dashboard import texts
from dashboard.city.past.history import HistorySpan
from dashboard.pages.sensors.charts import draw_sensor
from dashboard.pages.sensors.ids import Ids, SensorsView
from dashboard.pages.sensors.state import read_totality
from dashboard.pages.sensors.strip import draw_strip
from dashboard.pages.sensors.views import DRAW
from dashboard.requests.addresses import read_query
from dashboard.web.request_context import require, require_role, visit


class SelectedRow(TypedDict):
    """A row of the list, of which only the sensor counts."""

    id: str


@require_role("viewer")
def choose(selected: list[SelectedRow] | None, span: str, view: str, search: str | None) -> tuple[Any, Any]:
    """Put sensor, span and view into the address, which can be sent to a colleague. A sensor shows its curves."""
    known = read_query(search)
    chosen = selected[0]["id"] if selected else known.get("sensor")
    shown = SensorsView.CHART.value if dash.ctx.triggered_id == Ids.GRID and chosen != known.get("sensor") else view
    wanted = {**known, "span": span, "view": shown} | ({"sensor": chosen} if chosen else {})
    return dash.no_update if wanted == known else "?" + urlencode(wanted), shown


@require_role("viewer")
def show_sensor(search: str | None) -> tuple[Any, Any]:
    """Draw one chart for each metric of the sensor in the address."""
    query, here = read_query(search), visit()
    say = texts.speaker(here.language)
    if not query.get("sensor"):
        return "", html.P(say("sensors.choose"), className="panel-empty")
    wish = query.get("span", "")
    return draw_sensor(query["sensor"], HistorySpan(wish) if wish in [*HistorySpan] else HistorySpan.DAY, here, say)


@require_role("viewer")
def show_strip(_ticks: int | None) -> Any:
    """Draw the sums of the whole city."""
    here = visit()
    return draw_strip(texts.speaker(here.language), read_totality(here.site.database, utc_now()))


@require_role("viewer")
def show_view(view: str, _ticks: int | None, _asked: Any, _blocked: Any) -> tuple[Any, bool, bool, Any, bool]:
    """Draw the table of a view; return also what is hidden, and which letters can be replayed."""
    here = visit()
    say = texts.speaker(here.language)
    table = DRAW[view](here, say, utc_now()) if view in DRAW else None
    is_letters = view == SensorsView.LETTERS
    fields: list[dict[str, str]] = []
    if is_letters:
        with here.site.database.transaction() as tx:
            groups = letter_groups(tx).to_dict("records")
        fields = [{"label": f"{row['field']} ({row['count']})", "value": row["field"]} for row in groups]
    may_replay = is_letters and bool(fields) and here.allows(Role.SUPERVISOR)
    return table, view == SensorsView.CHART, view != SensorsView.CHART, fields, not may_replay


@require_role("supervisor", act=True)
def replay(clicks: int | None, field: str | None) -> str:
    """Ask ingest to process letters once more; who asked stands in the audit log."""
    here = require(Role.SUPERVISOR)
    say = texts.speaker(here.language)
    if not clicks:
        return ""
    if not field:
        return say("sensors.choose_field")
    now = utc_now()

    def work(tx: Transaction) -> int:
        count = ask_replay(tx, field, now)
        record(tx, here.person.name, "letters.replay", field, at=now, origin=here.origin, detail={"letters": count})
        return count

    return say("sensors.replay_asked", count=here.act(work))
