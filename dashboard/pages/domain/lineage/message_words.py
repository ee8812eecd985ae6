"""What is kept of the messages that brought readings, in words. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cityops.clock import clock_words
from cityops.storage.database import Row
from dashboard.pages.domain.lineage.facts import message_facts
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words
from dashboard.ui.components import Speak


def message_pairs(device: Row, reader: Reader) -> list[tuple[str, str]]:
    """Return what is known of the messages of a device: their topic, its clock, its losses."""
    say, told = reader.say, message_facts(device)
    kind = reader.catalogue.kind[device["kind"]].name.in_language(reader.language)
    ledger, clock = told["ledger"], told["clock"]
    newest, is_unknown = device["newest_received_at"], ledger["received"] is None
    counts = {name: f"{ledger[name] or 0:,}" for name in ("received", "stored", "duplicate", "missing")}
    return [
        (say("lineage.topic"), told["topic"]),
        (say("lineage.pack"), f"{device['domain']} / {device['kind']}　{kind}"),
        (say("lineage.newest"), "–" if newest is None else clock_words(newest, reader.zone, "%Y-%m-%d %H:%M:%S")),
        (say("lineage.clock"), say("lineage.unknown") if is_unknown else _clock(clock, reader, device["clock_set_at"])),
        (say("lineage.sequence"), say("lineage.unknown") if is_unknown else _sequence(ledger, say)),
        (
            say("lineage.ledger"),
            say("lineage.ledger_none")
            if is_unknown
            else say("lineage.ledger_words", dead=f"{ledger['dead_lettered']:,}", **counts),
        ),
        (
            say("lineage.lost"),
            say("lineage.lost_words", letters=told["dead_letters"], queues=told["lost_queues"]),
        ),
    ]


def _sequence(ledger: Mapping[str, Any], say: Speak) -> str:
    if ledger["run_last"] is None:
        return say("lineage.sequence_none")
    return say("lineage.sequence_words", first=ledger["run_first"], last=ledger["run_last"])


def _clock(clock: Mapping[str, Any], reader: Reader, since: datetime | None) -> str:
    if clock["is_erratic"]:
        return reader.say("lineage.clock_erratic")
    if not clock["correction_seconds"] or since is None:
        return reader.say("lineage.clock_right")
    seconds = f"{clock['correction_seconds']:+.0f}"
    return reader.say("lineage.clock_wrong", seconds=seconds, since=moment_words(since, reader.zone))
