"""The rainstorm signal with its working, window by window. Pure."""

from collections.abc import Mapping

from cityops.standards import coverage, rain
from cityops.standards.tables import RainSignal, Standards, source_in
from dashboard import texts, theme
from dashboard.pages.domain.index.rain_figures import fallen_of, signal_key
from dashboard.pages.domain.index.working import Line, Working


def work_rain(hourly: Mapping[int, float], standards: Standards, *, language: str) -> Working | None:
    """Show the rainstorm signal of the last hours' mean rates (mm/h, by how many hours ago they began)."""
    if not hourly:
        return None
    signals = sorted(standards.rainstorm.signals, key=lambda entry: -entry.colour)
    fallen = {hours: fallen_of(hourly, hours) for hours in rain.windows(signals)}
    sums = {hours: one.millimetres for hours, one in fallen.items()}
    found = rain.signal(sums, standards)
    note = texts.say("domain.rain_note", language, source=source_in(standards.rainstorm, language))
    missing = max(sums) - len([ago for ago in hourly if ago <= max(sums)])
    if missing:
        note += texts.say("domain.rain_missing", language, count=missing)
    return Working(
        texts.say("domain.rainstorm", language),
        signal_words(fallen, standards, language),
        "",
        theme.severity_colour(found) if found else theme.STATE_COLOURS[theme.DotState.NORMAL],
        theme.BACKGROUND,
        tuple(texts.say(f"domain.{name}", language) for name in ("signal", "window", "fallen", "state")),
        tuple(
            Line(
                _signal_cells(entry, fallen[entry.hours], language),
                leads=found is entry.colour,
                keys=("", "", signal_key(entry.colour), ""),
            )
            for entry in signals
        ),
        note,
    )


def signal_words(fallen: Mapping[int, rain.Fallen], standards: Standards, language: str) -> str:
    """Return the signal that the rain of these windows (by their hours) reaches, or that none is, or is not known."""
    found = rain.signal({hours: one.millimetres for hours, one in fallen.items()}, standards)
    return found.word.in_language(language) if found else texts.say(f"domain.{_nothing(fallen)}", language)


def _signal_cells(entry: RainSignal, fallen: rain.Fallen, language: str) -> tuple[str, ...]:
    """Return a signal, its window, the rain in it beside its limit, and whether it is reached."""
    return (
        entry.colour.word.in_language(language),
        texts.say("domain.hours", language, hours=entry.hours),
        f"{fallen.millimetres:.1f} / {entry.millimetres:g} mm",
        _state(entry, fallen, language),
    )


def _state(entry: RainSignal, fallen: rain.Fallen, language: str) -> str:
    """Return whether a signal is reached, which a window that was hardly measured cannot deny."""
    if fallen.millimetres >= entry.millimetres:
        return texts.say("domain.reached", language)
    known = coverage.is_known(fallen.covered, entry.hours * coverage.HOUR)
    return texts.say("domain.not_reached" if known else "domain.not_known", language)


def _nothing(fallen: Mapping[int, rain.Fallen]) -> str:
    """Return what to say where no signal is reached."""
    known = all(coverage.is_known(one.covered, hours * coverage.HOUR) for hours, one in fallen.items())
    return "no_signal" if known else "not_known"
