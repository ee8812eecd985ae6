"""The handover sheet as a person reads and prints it. Pure: a sheet in, components out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from alerts.shift.handover import AlertLine, Missed, Note, SensorLine, Sheet
from alerts.shift.store import Handover, Signatures
from cityops.catalogue import Catalogue
from cityops.clock import clock_words
from dashboard import texts
from dashboard.ui import components

MOST_LINES = 100  # of one section; the export has all
LONG = timedelta(hours=24)  # an alert that stands so long is stale by EEMUA 191
GROUPS = ("late", "stale", "open", "shelved")


@dataclass(frozen=True, slots=True)
class SheetFormatter:
    """How a sheet is written: language, the city's zone, the names of kinds."""

    language: str
    zone: ZoneInfo
    catalogue: Catalogue

    def say(self, key: str, **values: object) -> str:
        """Return one text."""
        return texts.say(key, self.language, **values)

    def moment(self, moment: datetime) -> str:
        """Return a moment as people of the city read it."""
        return clock_words(moment, self.zone, "%m-%d %H:%M")

    def zone_words(self, moment: datetime) -> str:
        """Return the zone of the times, such as "Asia/Shanghai UTC+08:00"."""
        offset = moment.astimezone(self.zone).strftime("%z")
        return f"{self.zone.key} UTC{offset[:3]}:{offset[3:]}"

    def span(self, length: timedelta) -> str:
        """Return a length of time in its two largest units."""
        minutes = max(0, int(length.total_seconds() // 60))
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = [("days", days), ("hours", hours), ("minutes", rest)]
        first = next((place for place, (_, count) in enumerate(units) if count), 2)
        told = [self.say(f"shift.{unit}", count=count) for unit, count in units[first : first + 2] if count]
        return " ".join(told) or self.say("shift.minutes", count=0)

    def domain(self, domain: str) -> str:
        """Return the name of a domain."""
        known = self.catalogue.domain.get(domain)
        return known.name.in_language(self.language) if known else domain

    def kind(self, kind: str) -> str:
        """Return the name of a kind of sensor."""
        known = self.catalogue.kind.get(kind)
        return known.name.in_language(self.language) if known else kind


def draw(sheet: Sheet, signed: Handover | None, ink: SheetFormatter, *, part: bool = False) -> list[Any]:
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
        *(_section(name, getattr(sheet, name), lambda line: _alert(line, sheet.until, ink), ink) for name in GROUPS),
        _section("sensors", sheet.sensors, lambda line: _sensor(line, sheet.until, ink), ink),
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


def _head(sheet: Sheet, signed: Handover | None, ink: SheetFormatter, *, part: bool) -> html.Header:
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


def _figures(sheet: Sheet, ink: SheetFormatter) -> html.Ul:
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


def _alert(line: AlertLine, until: datetime, ink: SheetFormatter) -> html.Li:
    return html.Li(
        [
            components.severity_mark(line.severity, ink.say(f"severity.{line.severity}")),
            _what(line.title.in_language(ink.language), f"{line.sensor} · {line.place.in_language(ink.language)}"),
            html.Div(_holder(line, ink), className="line-who"),
            html.Div(_times(line, until, ink), className="line-when"),
        ],
        className="line",
    )


def _holder(line: AlertLine, ink: SheetFormatter) -> list[Any]:
    if line.shelved_by is not None:
        return [html.Div(f"{ink.say(f'state.{line.state}')} · {line.shelved_by}"), html.Small(line.reason)]
    told: list[Any] = [html.Div(ink.say("shift.held_by", name=line.holder) if line.holder else ink.say("shift.nobody"))]
    if line.assigned_to:
        told.append(html.Small(ink.say("shift.assigned_to", name=line.assigned_to)))
    if line.stale_since is not None:
        told.append(html.Small(ink.say("shift.unknown_since", time=ink.moment(line.stale_since)), className="is-bad"))
    return told


def _times(line: AlertLine, until: datetime, ink: SheetFormatter) -> list[Any]:
    age = ink.span(until - line.opened_at)
    opened = html.Small(
        ink.say("shift.opened", time=ink.moment(line.opened_at), age=age),
        className="is-bad" if until - line.opened_at > LONG else "",
    )
    if line.shelved_by is not None:
        ends = line.shelved_until
        return [html.Div(ink.say("shift.until", time=ink.moment(ends)) if ends else ink.say("shift.no_end")), opened]
    if line.due is None:
        return [opened]
    if line.missed is not None:
        key = "shift.unheard" if line.missed is Missed.ACKNOWLEDGE else "shift.overdue"
        return [html.B(ink.say(key, span=ink.span(until - line.due)), className="is-late"), opened]
    key = "shift.handle_by" if line.holder else "shift.acknowledge_by"
    return [html.Div(ink.say(key, time=ink.moment(line.due))), opened]


def _sensor(line: SensorLine, until: datetime, ink: SheetFormatter) -> html.Li:
    since = (
        []
        if line.since is None
        else [
            html.Div(ink.span(until - line.since)),
            html.Small(ink.say("shift.since", time=ink.moment(line.since))),
        ]
    )
    return html.Li(
        [
            html.Span("✕", className="line-dead", role="img", **components.label(ink.say("shift.sensors"))),
            _what(line.name, f"{ink.kind(line.kind)} · {line.place.in_language(ink.language)} · {line.sensor_id}"),
            html.Div(ink.say(f"presence.{line.reason}"), className="line-who"),
            html.Div(since, className="line-when"),
        ],
        className="line",
    )


def _what(upper: str, lower: str) -> html.Div:
    return html.Div([html.B(upper), html.Small(lower)], className="line-what")


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
