"""The demo issues warnings too, every one as an exercise, with a key and a file of its own data directory."""

from datetime import datetime
from pathlib import Path

from cap.events import suggested_events
from cap.key_files import CERTIFICATE, DEMO_BITS, KEY, write_pair
from cap.neighbour import settle
from cap.store.deciding import SQL, let_out
from cityops.clock import utc_now
from cityops.storage import Transaction

SENDER = "eoc@cityops.example"
FILE = "cap.toml"
HOURS = 2.0
CONTENT = f"""# Who issues the warnings of this demo. They are exercises; a real one: docs/how-to/warnings.md.
[issuer]
sender = "{SENDER}"
code = "99000041600000"
code_source = "the simulated city"
name = {{ zh = "示例市应急指挥中心（演练）", en = "Emergency centre of the simulated city (exercise)" }}
"""


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's key and file, which are made in its data directory the first time; and those
    by which its neighbour is believed.
    """
    now = utc_now()
    if not (folder / KEY).exists():
        write_pair(folder, SENDER, now=now, bits=DEMO_BITS)
    if not (folder / FILE).exists():
        (folder / FILE).write_text(CONTENT, encoding="utf-8")
    return {
        "CITYOPS_CAP_FILE": str(folder / FILE),
        "CITYOPS_CAP_KEY_FILE": str(folder / KEY),
        "CITYOPS_CAP_CERTIFICATE_FILE": str(folder / CERTIFICATE),
    } | settle(folder, now=now)


def let_all_out(tx: Transaction, *, now: datetime) -> None:
    """Let the rules of a demo out that have advice for everybody, once; a presenter may keep them in again."""
    if tx.value(SQL["any_cap_rule"]):
        return
    known = {row["rule_id"] for row in tx.rows(SQL["known_rules"])}
    for rule_id, event in suggested_events().items():
        if rule_id in known:
            let_out(
                tx,
                rule_id,
                event=event,
                area_level="street" if event == "waterlogging" else "district",
                approve_to=2,
                hours=HOURS,
                actor="demo",
                now=now,
                origin="watch",
            )
