"""The numbers of a domain page that come from its story, each declared once. Pure: the story in, figures out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.catalogue import Metric
from cityops.storage.readings.detail import STEPS, Detail, area_detail
from dashboard.pages.domain.lineage import formulas
from dashboard.pages.domain.lineage.keys import due_key, heat_key, rank_key, trend_key
from dashboard.pages.domain.lineage.model import Figure, Formula, Value
from dashboard.pages.domain.lineage.number_sources import DueSource, SeriesSource, SpanSource, StepSource
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.story import PageStory
from dashboard.pages.domain.view import BEFORE, metrics_of
from dashboard.pages.domain.words import moment_words, step_words

_HOUR = timedelta(hours=1)


def story_figures(story: PageStory, reader: Reader) -> dict[str, Figure]:
    """Return every number of a story by its key, in the order of the page."""
    metric = reader.catalogue.metric[story.view.metric]
    found = [
        *_facts(story, metric, reader),
        *_trend(story, metric, reader),
        *_ranking(story, metric, reader),
        *_heat(story, metric, reader),
        *_completeness(story, reader),
    ]
    return {figure.key: figure for figure in found}


def _number(metric: Metric, key: str, title: str, value: float, **rest: Any) -> Figure:
    return Figure(key, title, value, metric.format, unit=metric.unit, **rest)


def _whole(value: Value) -> str:
    return f"{int(value):,}"


def _step(story: PageStory, moment: pd.Timestamp) -> StepSource:
    return StepSource(story.view.metric, story.view.area, moment.to_pydatetime(), story.end, story.step)


def _facts(story: PageStory, metric: Metric, reader: Reader) -> Iterator[Figure]:
    """Yield the five numbers of the span. Each but the readings is that of one step of the trend."""
    known, say, view = _known(story.trend), reader.say, story.view
    if not known:
        return
    newest, highest = known[-1], max(known, key=itemgetter("high"))
    lowest, widest = min(known, key=itemgetter("low")), max(known, key=itemgetter("sensors"))
    mean = _weighed(metric)
    detail, _ = area_detail(story.step, story.step)
    whole = SpanSource(view.metric, view.area, story.start, story.end, detail, story.step)
    at = {row["time"]: moment_words(row["time"], reader.zone) for row in (newest, highest, lowest, widest)}
    yield _number(
        metric, "fact.newest", f"{say('domain.newest')}　{at[newest['time']]}", float(newest["value"]),
        formula=mean, source=_step(story, newest["time"]),
    )  # fmt: skip
    yield _number(
        metric, "fact.highest", f"{say('domain.highest')}　{at[highest['time']]}", float(highest["high"]),
        formula=formulas.HIGHEST, source=_step(story, highest["time"]),
    )  # fmt: skip
    yield _number(
        metric, "fact.lowest", f"{say('domain.lowest')}　{at[lowest['time']]}", float(lowest["low"]),
        formula=formulas.LOWEST, source=_step(story, lowest["time"]),
    )  # fmt: skip
    yield Figure(
        "fact.readings", say("domain.readings"), int(story.trend["count"].sum()), _whole, formulas.READINGS, whole
    )
    yield Figure(
        "fact.sensors", f"{say('domain.sensors')}　{at[widest['time']]}", int(widest["sensors"]), _whole,
        formulas.SENSORS, _step(story, widest["time"]),
    )  # fmt: skip
    yield Figure(
        "fact.step", say("domain.step"), story.step, lambda step: step_words(step, say),
        formulas.step_of(view.span.steps, story.step), SeriesSource(view.metric, view.area),
    )  # fmt: skip


def _trend(story: PageStory, metric: Metric, reader: Reader) -> Iterator[Figure]:
    formula = _weighed(metric)
    for row in _known(story.trend):
        moment = row["time"]
        title = f"{reader.say('domain.head_trend')}　{moment_words(moment, reader.zone)}"
        yield _number(metric, trend_key(moment), title, row["value"], formula=formula, source=_step(story, moment))
    if story.other is None:
        return
    view = story.view
    back = view.span.length if view.compare == BEFORE else timedelta(0)
    area = view.area if view.compare == BEFORE else view.compare
    for row in _known(story.other):
        moment = row["time"] - back
        title = f"{reader.say('domain.compared')}　{moment_words(moment, reader.zone)}"
        source = replace(_step(story, moment), area=area, end=story.end - back)
        yield _number(metric, trend_key(row["time"], other=True), title, row["value"], formula=formula, source=source)


def _ranking(story: PageStory, metric: Metric, reader: Reader) -> Iterator[Figure]:
    detail, step = area_detail(story.end - story.start, None)
    for row in _known(story.ranking):
        name = row["name_en"] if reader.language == "en" and row["name_en"] else row["name"]
        source = SpanSource(story.view.metric, row["area_code"], story.start, story.end, detail, step)
        title = f"{reader.say('domain.head_ranking')}　{name}"
        yield _number(metric, rank_key(row["area_code"]), title, row["value"], formula=_alike(metric), source=source)


def _heat(story: PageStory, metric: Metric, reader: Reader) -> Iterator[Figure]:
    zone, view = reader.zone, story.view
    for row in _known(story.heat):
        start, end = _hour(row["day"], row["hour"], zone)
        detail = Detail.HOURS if story.heat_by_hours else Detail.MINUTES
        end = min(end, story.end)
        source = SpanSource(view.metric, view.area, start, end, detail, STEPS[detail])
        title = f"{reader.say('domain.head_heat')}　{moment_words(start, zone)}"
        key = heat_key(row["day"], row["hour"])
        yield _number(metric, key, title, row["value"], formula=_alike(metric), source=source)


def _completeness(story: PageStory, reader: Reader) -> Iterator[Figure]:
    metrics = tuple(metrics_of(story.view.domain, reader.catalogue))
    for row in story.kinds.dropna(subset=["ratio"]).to_dict("records"):
        kind = str(row["kind"])
        title = (
            f"{reader.say('domain.head_completeness')}　{reader.catalogue.kind[kind].name.in_language(reader.language)}"
        )
        source = DueSource(kind, metrics, story.view.area, story.due_since, story.due_until)
        yield Figure(due_key(kind), title, float(row["ratio"]), formulas.percent_words, formulas.COMPLETENESS, source)


def _hour(day: date, hour: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of an hour of the city's clocks; one that comes twice is both."""
    local = datetime.combine(day, time(hour))
    start, end = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in (local, local + _HOUR))
    return start, end


def _weighed(metric: Metric) -> Formula:
    return formulas.mean_of_area(metric.mean, weighed=metric.weighed_by is not None)


def _alike(metric: Metric) -> Formula:
    return formulas.mean_of_area(metric.mean, weighed=False)


def _known(frame: pd.DataFrame) -> list[Mapping[str, Value]]:
    records: list[Mapping[str, Value]] = frame.dropna(subset=["value"]).to_dict("records")  # type: ignore[assignment]
    return records
