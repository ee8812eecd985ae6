"""The handover sheet as a person reads and prints it. Pure: a sheet in, components out."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dash import html

from alerts.shift.handover_sheet import HandoverSheet, Note
from alerts.shift.store import Handover, Signatures
from dashboard.pages.shift.paper_lines import alert_line, sensor_line
from dashboard.pages.shift.sheet_formatter import SheetFormatter

MOST_LINES = 100  # of one section; the export has all
GROUPS = ("late", "stale", "open", "shelved")


def draw(sheet: HandoverSheet, signed: Handover | None, ink: SheetFormatter, *, part: bool = False) -> list[Any]:
    """Return a whole sheet: a draft where nobody has signed, and of a `part` of the city one that nobody will."""
    return [
        _head(sheet, signed, ink, part=part),
        _figures(sheet, ink),
        html.P(
            [
                html.B(ink.say("shift.this_shift")),
                *(
                    html.Span([ink.say(f"shift.{name}"), html.B(str(getattr(sheet.tally, name)))])
                    for name in ("raised", "acknowledged", "closed")
                ),
            ],
            className="paper-tally",
        ),
        *(
            _section(name, getattr(sheet, name), lambda line: alert_line(line, sheet.until, ink), ink)
            for name in GROUPS
        ),
        _section("sensors", sheet.sensors, lambda line: sensor_line(line, sheet.until, ink), ink),
        _section("notes", sheet.notes, lambda line: note(line, ink), ink, most=len(sheet.notes)),
        *([] if part else [_signatures(signed.signatures if signed else None, ink)]),
        _fingerprint(signed, ink, part=part),
    ]


def note(line: Note, ink: SheetFormatter) -> html.Li:
    """Return what somebody wrote down."""
    return html.Li(
        [html.Time(ink.moment(line.at)), html.B(line.author), html.Span(line.words, className="note-words")],
        className="note",
    )


def _head(sheet: HandoverSheet, signed: Handover | None, ink: SheetFormatter, *, part: bool) -> html.Header:
    if signed is None:
        mark = html.Span(ink.say("shift.part" if part else "shift.draft"), className="paper-draft")
    else:
        mark = html.Span(ink.say("shift.number", number=signed.signatures.handover_id), className="paper-number")
    return html.Header(
        [
            html.H1([ink.say("shift.sheet"), mark]),
            html.P(
                [
                    html.Span(f"{ink.moment(sheet.since)} → {ink.moment(sheet.until)}"),
                    html.Small(f"{sheet.until.astimezone(ink.zone):%Y} · {ink.zone_words(sheet.until)}"),
                ],
                className="paper-period",
            ),
        ],
        className="paper-head",
    )


def _figures(sheet: HandoverSheet, ink: SheetFormatter) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                [html.B(str(len(getattr(sheet, name)))), html.Span(ink.say(f"shift.{name}"))],
                className=f"figure figure-{name}" + ("" if getattr(sheet, name) else " is-none"),
            )
            for name in (*GROUPS, "sensors")
        ],
        className="paper-figures",
    )


def _section(
    name: str, lines: Sequence[Any], draw_line: Callable[[Any], html.Li], ink: SheetFormatter, *, most: int = MOST_LINES
) -> html.Section:
    title = html.H2([ink.say(f"shift.{name}"), html.Small(str(len(lines))), html.Em(ink.say(f"shift.{name}_hint"))])
    if not lines:
        return html.Section([title, html.P(ink.say("shift.none"), className="paper-none")], className="paper-section")
    shown: list[Any] = [html.Ol([draw_line(line) for line in lines[:most]], className="paper-lines")]
    if len(lines) > most:
        shown.append(html.P(ink.say("shift.more", count=len(lines) - most), className="paper-none"))
    return html.Section([title, *shown], className=f"paper-section section-{name}")


def _signatures(signed: Signatures | None, ink: SheetFormatter) -> html.Div:
    if signed is None:
        both = [_signature(part, None, None, ink) for part in ("outgoing", "incoming")]
    else:
        both = [
            _signature("outgoing", signed.outgoing, signed.signed_at, ink),
            _signature("incoming", signed.incoming, signed.received_at, ink),
        ]
    return html.Div(both, className="paper-signatures")


def _signature(part: str, name: str | None, at: datetime | None, ink: SheetFormatter) -> html.Div:
    written = html.Span(ink.say("shift.unsigned"), className="is-unsigned") if name is None else html.B(name)
    return html.Div(
        [
            html.Small(ink.say(f"shift.{part}")),
            written,
            html.Time(ink.moment(at) if at else ""),
        ],
        className="signature" + ("" if name else " is-empty"),
    )


def _fingerprint(signed: Handover | None, ink: SheetFormatter, *, part: bool) -> html.P:
    hint = ink.say("shift.part_draft_hint" if part else "shift.draft_hint")
    words = ink.say("shift.fingerprint", digest=signed.fingerprint) if signed else hint
    return html.P(words, className="paper-fingerprint")
