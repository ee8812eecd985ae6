"""The files of a view, for whoever may look. Each is noted in the audit log before it leaves the house."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.audit import record
from cityops.storage.readings.area_history import count_series, sensor_means
from cityops.storage.readings.exports import Piece, step_pieces
from dashboard import texts
from dashboard.city.registry import Registry
from dashboard.limits.turns import TurnResponse
from dashboard.pages.domain.callbacks import today_of
from dashboard.pages.domain.files import csv_text, features, sheets_of
from dashboard.pages.domain.index.index_data import read_index
from dashboard.pages.domain.places import name_of
from dashboard.pages.domain.story import read_ranking, read_story, read_trend
from dashboard.pages.domain.view import DomainView, read_view
from dashboard.pages.domain.words import moment_words, zone_words
from dashboard.requests.file_names import attachment, safe_name
from dashboard.requests.workbooks import XLSX, workbook
from dashboard.web.request_context import RequestContext, require

router = APIRouter(include_in_schema=False)
SENSOR_COLUMNS = ("time", "sensor_id", "sensor", "code", "mean", "lowest", "highest", "readings")


@dataclass(frozen=True, slots=True)
class ExportQuestion:
    """What a file is asked to hold, by whom, and the end of its span."""

    view: DomainView
    here: RequestContext
    end: datetime

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        place = self.view.area or "city"
        return f"{self.view.domain}-{self.view.metric}-{place}-{self.view.span}-{self.end:%Y%m%dT%H%MZ}"

    def about(self, registry: Registry) -> dict[str, str]:
        """Return what the file is about, in the words of its reader."""
        say, zone = texts.speaker(self.here.language), self.here.site.settings.zone
        metric = self.here.site.catalogue.metric[self.view.metric]
        start, end = self.view.limits(self.end)
        return {
            say("domain.metric"): metric.name.in_language(self.here.language),
            say("domain.unit"): metric.unit,
            say("domain.area"): name_of(self.view.area, registry, say, self.here.language),
            say("domain.span"): f"{moment_words(start, zone)} — {moment_words(end, zone)}",
            say("domain.zone"): zone_words(end, zone),
        }


@router.get("/{domain}/export.csv")
async def export_csv(domain: str, request: Request) -> Response:
    """Return each sensor's values in the steps of the view, piece after piece as its reader takes them."""
    return await _export(domain, request, "csv", "text/csv; charset=utf-8", _csv)


@router.get("/{domain}/export.xlsx")
async def export_xlsx(domain: str, request: Request) -> Response:
    """Return all that the page shows, a sheet for each part of it."""
    return await _export(domain, request, "xlsx", XLSX, _workbook)


@router.get("/{domain}/export.geojson")
async def export_geojson(domain: str, request: Request) -> Response:
    """Return the ranked areas and the sensors with their values over the span."""
    return await _export(domain, request, "geojson", "application/geo+json", _geojson)


async def _export(
    domain: str, request: Request, kind: str, media_type: str, write: Callable[[ExportQuestion], Iterator[bytes]]
) -> Response:
    here = require(Role.VIEWER)
    exports = here.site.exports
    turn = exports.turns.enter(here.person.name)
    with turn.kept_if_good():
        question = await exports.run(lambda: _ask(here, domain, request, kind))
        slices = await exports.slices(write(question))
        return TurnResponse(slices, turn, media_type=media_type, headers=_as_file(f"{question.name}.{kind}"))


def _csv(question: ExportQuestion) -> Iterator[bytes]:
    site, view = question.here.site, question.view
    say = texts.speaker(question.here.language)
    unit = site.catalogue.metric[view.metric].unit
    measured = {"mean", "lowest", "highest"} if unit else set()
    heads = [say(f"domain.{name}") + (f" ({unit})" if name in measured else "") for name in SENSOR_COLUMNS]
    pieces = _pieces(site.pools.export, view, question.end)
    yield from (text.encode() for text in csv_text(heads, pieces, site.settings.zone))


def _workbook(question: ExportQuestion) -> Iterator[bytes]:
    yield _write_workbook(question)


def _write_workbook(question: ExportQuestion) -> bytes:
    site, view, end = question.here.site, question.view, question.end
    zone, language = site.settings.zone, question.here.language
    with site.pools.export.transaction() as tx:
        registry = site.live.registry(tx, view.areas)
        story = read_story(tx, view, registry=registry, catalogue=site.catalogue, zone=zone, end=end)
        index = read_index(tx, view, registry, question.here, end)
    about = question.about(registry).items()
    return workbook(sheets_of(story, index, about, catalogue=site.catalogue, language=language, zone=zone))


def _geojson(question: ExportQuestion) -> Iterator[bytes]:
    yield _write_geojson(question)


def _write_geojson(question: ExportQuestion) -> bytes:
    site, view = question.here.site, question.view
    start, end = view.limits(question.end)
    with site.pools.export.transaction() as tx:
        registry = site.live.registry(tx, view.areas)
        ranking = read_ranking(tx, view, registry.areas, start, end)
        sensors = sensor_means(tx, view.metric, area=view.area or None, start=start, end=end)
    about = question.about(registry)
    return msgspec.json.encode(features(ranking, sensors, registry.areas, site.catalogue.metric[view.metric], about))


@router.get("/{domain}/export.png")
def export_picture(domain: str, request: Request) -> Response:
    """Note that a picture is taken, and name it. The browser draws it once this has answered."""
    question = _ask(require(Role.VIEWER), domain, request, "png")
    return Response(
        status_code=204, headers={"X-File-Name": quote(safe_name(question.name)), "Cache-Control": "no-store"}
    )


def _ask(here: RequestContext, domain: str, request: Request, kind: str) -> ExportQuestion:
    """Return the question of an address, and keep who took its answer out of the house. No such domain: 404."""
    if domain not in here.site.catalogue.domain:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    now = utc_now()
    view = read_view(domain, request.query_params, here.site.catalogue, today=today_of(here, now))
    with here.site.database.transaction() as tx:
        detail = {"format": kind, "view": view.query}
        record(tx, here.person.name, "domain.export", domain, at=now, origin=here.origin, detail=detail)
    return ExportQuestion(view, here, view.end(now, here.site.settings.zone))


def _pieces(database: Database, view: DomainView, end: datetime) -> Iterator[Piece]:
    """Yield the rows of a view. Between two pieces no transaction is open."""
    start, _ = view.limits(end)
    area = view.area or None
    with database.transaction() as tx:
        step, _ = read_trend(tx, view, count_series(tx, view.metric, area=area), end)
    yield from step_pieces(database, view.metric, area=area, start=start, end=end, step=step)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
