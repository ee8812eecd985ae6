"""The page on which people report. It needs no script: a click on the map sends the form, which comes back with it.

What somebody typed comes back with it; photographs do not, because no page can put a file into a form.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from citizens.codes import new_code
from citizens.reports import Channel
from cityops.areas import name_in
from cityops.web.uploads import UploadedForm, read_upload
from portal import metrics
from portal.city.reader import PublicCity
from portal.context import portal_of
from portal.open311.service_codes import category_of, code_of
from portal.pages.city_land import HEIGHT, WIDTH
from portal.pages.place_choice import PlaceChoice, choose_place, show_map
from portal.rendering import answer_page, language_in
from portal.reports.intake import Faulty, FieldFault, ReportDraft, read_draft
from portal.reports.services import by_category, by_group
from portal.reports.submission import Sender, submit, takes_contact
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_fault, answer_page_fault
from portal.web.reading_limits import TOO_OFTEN, network_in
from portal.web.rooms import Room

CONTACT = ("name", "phone", "email", "wants_call", "consent")
FIELDS = ("service_code", "long", "lat", "address_string", "description", "device_id", "code", *CONTACT)


async def show_form(request: Request) -> Response:
    """The empty form; an address may name the category (`service_code`) and the place (`long` and `lat`)."""
    city = await portal_of(request).city.newest()
    fields = {name: request.query_params.get(name, "") for name in ("service_code", "long", "lat")}
    # What tells this form from another: sent twice, by a second click, it is one report, and has the code it had.
    fields["device_id"], fields["code"] = secrets.token_urlsafe(12), new_code()
    return _draw(request, city, fields, choose_place(city, fields, {}))


async def choose(request: Request) -> Response:
    """The form again, with the place that was clicked, or the position of the visitor's device."""
    city = await portal_of(request).city.newest()
    form = await read_upload(request)
    given = _last(form)
    choice = choose_place(city, given, given)
    fields = dict(given)
    if choice.at is not None and not choice.misplaced:
        fields["long"], fields["lat"] = f"{choice.at[0]:.6f}", f"{choice.at[1]:.6f}"
    elif choice.misplaced or choice.view is None or "whole" in given:
        fields["long"] = fields["lat"] = ""
    return _draw(request, city, fields, choice)


async def send(request: Request) -> Response:
    """Take a report, or the form again with what is wrong."""
    portal, language = portal_of(request), language_in(request.scope, request.app.state.settings)
    city = await portal.city.newest()
    form = await read_upload(request)
    given = _last(form)
    try:
        draft = check(given, form, city, language, contact_taken=takes_contact(portal.settings))
    except Faulty as faulty:
        choice = choose_place(city, given, {})
        return _draw(request, city, given, choice, faults=faulty.faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    wait = portal.allowances.take(AllowanceKind.REPORT, network_in(request.scope), now=time.monotonic())
    if wait:
        metrics.LIMITED.labels(AllowanceKind.REPORT).inc()
        return answer_fault(request, HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, wait=wait)
    done = await submit(portal, draft, Sender(Channel.WEB))
    return answer_page(
        request,
        "sent.html",
        title=say("report.sent_title", language),
        status=HTTPStatus.CREATED if done.is_new else HTTPStatus.OK,
        number=done.number,
        code=done.code,
    )


def check(
    given: Mapping[str, str], form: UploadedForm, city: PublicCity, language: str, *, contact_taken: bool
) -> ReportDraft:
    """Return the report of a form. Raises Faulty."""
    left_out = () if contact_taken else CONTACT
    fields = {name: value for name, value in given.items() if name not in left_out}
    faults: list[FieldFault] = []
    if any(fields.get(name, "").strip() for name in CONTACT[:3]) and fields.get("consent") != "yes":
        faults.append(FieldFault("consent", "intake.no_consent"))
    try:
        draft = read_draft(
            fields,
            services=by_category(city.services),
            category=category_of(given.get("service_code", "")),
            district_at=city.land.district_at if city.land.shapes else None,
            photos=[content for _, content in form.files],
            language=language,
        )
    except Faulty as faulty:
        raise Faulty([*faulty.faults, *faults]) from faulty
    if faults:
        raise Faulty(faults)
    return draft


def _draw(
    request: Request,
    city: PublicCity,
    given: Mapping[str, str],
    choice: PlaceChoice,
    *,
    faults: Sequence[FieldFault] = (),
    status: int = HTTPStatus.OK,
) -> Response:
    language = language_in(request.scope, request.app.state.settings)
    groups = [
        (group.in_language(language), [(code_of(one.category), one.name.in_language(language)) for one in members])
        for group, members in by_group(city.services)
    ]
    at, view = choice.at, choice.view
    shown = {"lang": language, "zoom": choice.zoom} | ({"long": f"{at[0]:.6f}", "lat": f"{at[1]:.6f}"} if at else {})
    words = list(dict.fromkeys(say(fault.key, language, **fault.values) for fault in faults))
    return answer_page(
        request,
        "report.html",
        title=say("report.title", language),
        status=status,
        at="/report",
        groups=groups,
        faults=words,
        fields={name: given.get(name, "") for name in FIELDS},
        picture=None if view is None else f"/map.svg?{urlencode(shown)}",
        width=WIDTH,
        height=HEIGHT,
        view_lon="" if view is None else f"{view.lon:.6f}",
        view_lat="" if view is None else f"{view.lat:.6f}",
        zoom=choice.zoom,
        misplaced=choice.misplaced,
        where=_where(city, choice, language),
        takes_contact=takes_contact(portal_of(request).settings),
    )


def _where(city: PublicCity, choice: PlaceChoice, language: str) -> str:
    if choice.misplaced:
        return say("report.outside", language)
    if choice.at is None:
        return say("report.not_chosen", language)
    lon, lat = choice.at
    area = city.land.district_at(lon, lat)
    district = name_in(area, language) if area is not None else ""
    return say("report.chosen", language, district=district, lat=f"{lat:.5f}", lon=f"{lon:.5f}")


def _last(form: UploadedForm) -> dict[str, str]:
    return {name: values[-1] for name, values in form.fields.items()}


ROUTES = [
    Route("/report", show_form),
    Route("/report", send, methods=["POST"]),
    Route("/report/place", choose, methods=["POST"]),
    Route("/map.svg", show_map),
]
# Steps of a report, and pieces of maps: nobody looks for them.
ROOMS = tuple(Room(prefix, answer_page_fault, is_searched=False) for prefix in ("/report/", "/map.svg"))
