"""A lineage as plain values, for programs. Pure.

What is not kept is said: of a message that was stored, its id, its sequence number, when it came and which worker took
it are not written beside its readings.
"""

from datetime import datetime
from typing import Any

import msgspec

from cityops.devices.topics import ROOT, TopicChannel
from cityops.numbers import unsigned_zero
from cityops.readings import Quality
from cityops.storage.database import Row
from cityops.storage.readings.lineage import Behind
from dashboard.pages.domain.lineage.model import Figure, Formula, Lineage, Rollup, Share, Value, by_weight
from dashboard.ui.components import Speak

NOT_KEPT = ("message_id", "sequence_number", "received_at", "worker", "payload")
LEDGER = (
    "received", "stored", "duplicate", "dead_lettered", "resent", "restarts", "missing", "run_first", "run_last",
)  # fmt: skip
COUNTS = (Quality.GOOD, Quality.NOT_EVALUATED)


def figure_facts(figure: Figure) -> dict[str, Any]:
    """Return a number as the page shows it, without what it is made of."""
    return {
        "step": "figure",
        "key": figure.key,
        "title": figure.title,
        "text": figure.text,
        "value": _plain(figure.value),
        "unit": figure.unit,
    }


def lineage_facts(lineage: Lineage, say: Speak, *, limit: int, offset: int = 0) -> dict[str, Any]:
    """Return a lineage as a tree; of many series so many from a place on, what decides first."""
    made = lineage.recompute()
    return {
        **figure_facts(lineage.figure),
        "formula": formula_facts(lineage.figure.formula, say),
        "recomputed": {"value": _plain(made), "text": "" if made is None else lineage.figure.write(made)},
        "rollup": None if lineage.rollup is None else _rollup_facts(lineage.rollup),
        "series": [_share_facts(one, lineage) for one in lineage.shares[offset : offset + limit]],
        "series_total": len(lineage.shares),
        "series_left": max(0, len(lineage.shares) - offset - limit),
        "inputs": {role: lineage_facts(part, say, limit=limit) for role, part in lineage.inputs.items()},
    }


def formula_facts(formula: Formula, say: Speak) -> dict[str, Any]:
    """Return what a formula is called, its version, what it does, and where it is from."""
    return {
        "step": "formula",
        "name": formula.name,
        "version": formula.version,
        "words": say(f"lineage.formula_{formula.name}"),
        "source": formula.source or say(f"lineage.source_{formula.name}"),
    }


def _rollup_facts(rollup: Rollup) -> dict[str, Any]:
    return {
        "step": "rollup",
        "relation": rollup.relation.value,
        "step_seconds": rollup.step.total_seconds(),
        "start": _moment(rollup.start),
        "end": _moment(rollup.end),
        "from_readings_since": _moment(rollup.on_the_spot),
        "readings": rollup.readings,
        "coverage": rollup.coverage,
    }


def _share_facts(share: Share, lineage: Lineage) -> dict[str, Any]:
    weights = sum(by_weight(one) for one in lineage.shares)
    return {
        "step": "series",
        "sensor_id": share.sensor_id,
        "name": share.name,
        "area_code": share.area_code,
        "metric": share.metric,
        "start": _moment(share.start),
        "end": _moment(share.end),
        "value": _plain(share.value),
        "low": _plain(share.low),
        "high": _plain(share.high),
        "readings": share.count,
        "expected": share.expected,
        "share": by_weight(share) / weights if weights else None,
        **share.facts,
    }


def readings_facts(behind: Behind) -> dict[str, Any]:
    """Return readings with their flags, and how many of the span count."""
    return {
        "readings": [
            {
                "step": "reading",
                "time": _moment(row["time"]),
                "value": _plain(row["value"]),
                "quality": row["quality"],
                "counts": row["quality"] in COUNTS,
                "moved": bool(row["time"].microsecond % 1000),
            }
            for row in behind.rows
        ],
        "total": sum(behind.by_quality.values()),
        "counted": sum(count for flag, count in behind.by_quality.items() if flag in COUNTS),
        "by_quality": {str(flag): count for flag, count in sorted(behind.by_quality.items())},
        "forgotten_days": behind.forgotten,
    }


def message_facts(device: Row) -> dict[str, Any]:
    """Return what is kept of the messages of a series: of the newest when it came, of the others what was learned."""
    topic = "/".join((ROOT, device["area_code"], device["domain"], device["sensor_id"], TopicChannel.TELEMETRY))
    return {
        "step": "message",
        "topic": topic,
        "pack": device["domain"],
        "kind": device["kind"],
        "registered_at": _moment(device["registered_at"]),
        "newest": {"time": _moment(device["newest_time"]), "received_at": _moment(device["newest_received_at"])},
        "interval_seconds": device["interval_seconds"],
        "clock": {
            "skew_seconds": device["clock_skew_seconds"],
            "correction_seconds": device["clock_correction_seconds"],
            "known_since": _moment(device["clock_set_at"]),
            "placed_seconds": device["clock_placed_seconds"],
            "is_erratic": device["is_erratic"],
        },
        "ledger": {name: device[name] for name in LEDGER}
        | {"run_from": _moment(device["run_from"]), "run_until": _moment(device["run_until"])},
        "nulls": {
            "count": device["nulls"] or 0,
            "first": _moment(device["nulls_since"]),
            "last": _moment(device["nulls_until"]),
        },
        "dead_letters": device["dead_letters"],
        "lost_queues": device["lost_queues"],
        "not_kept": list(NOT_KEPT),
    }


def _plain(value: Value) -> Any:
    return unsigned_zero(value) if isinstance(value, float) else msgspec.to_builtins(value)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
