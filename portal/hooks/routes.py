"""The address at which other channels bring reports: `/hooks/reports/NAME`."""

import asyncio
import logging
import time
from collections.abc import Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from citizens.channels.report_messages import read_message
from citizens.codes import code_from
from citizens.errors import ReportUnusable
from cityops.clock import utc_now
from portal import metrics
from portal.context import Portal, portal_of
from portal.hooks import signatures
from portal.hooks.channels import HookChannels, WecomChannel, load_channels
from portal.hooks.errors import HooksError, Unsigned
from portal.hooks.wecom_crypto import Envelope, WecomKey, seal, unseal
from portal.hooks.wecom_messages import WecomMessage, read_xml, report_of, write_envelope, write_text
from portal.reports.submission import send
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_fault
from portal.web.rooms import RequestRefusal, Room

logger = logging.getLogger(__name__)

PATH = "/hooks/reports/{name}"
JSON = "application/json"
XML = "text/xml; charset=utf-8"


async def take(request: Request) -> Response:
    """Take a report of a channel. Nothing of a request is believed, and nothing logged, before it is known."""
    name, body = request.path_params["name"], await request.body()
    try:
        channels = await _channels(request)
    except HooksError as error:
        return _out_of_order(request, error)
    try:
        if name in channels.signed:
            return await _take_signed(request, name, channels.signed[name].read(), body)
        if name in channels.wecom:
            return await _take_wecom(request, name, channels.wecom[name], body)
    except Unsigned as error:
        logger.warning("a report was refused", extra={"action": "hook", "channel": name, "reason": str(error)})
        return answer_fault(request, HTTPStatus.UNAUTHORIZED, str(error))
    except ReportUnusable as error:
        return answer_fault(request, HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.field}: {error}")
    return _unknown(request)


async def greet(request: Request) -> Response:
    """Tell WeCom that its address is right: it sends a word under encryption and wants it back."""
    name, now = request.path_params["name"], utc_now()
    try:
        channel = (await _channels(request)).wecom.get(name)
    except HooksError as error:
        return _out_of_order(request, error)
    if channel is None:
        return _unknown(request)
    envelope = _envelope(request, request.query_params.get("echostr", ""))
    try:
        word, _ = unseal(channel.read(), envelope, receiver=channel.corp_id, now=now.timestamp())
    except Unsigned as error:
        return answer_fault(request, HTTPStatus.UNAUTHORIZED, str(error))
    return PlainTextResponse(word, headers={"X-Content-Type-Options": "nosniff"})


async def _take_signed(request: Request, name: str, secrets: Sequence[bytes], body: bytes) -> Response:
    now, portal = utc_now(), portal_of(request)
    signed = signatures.check(secrets, request.headers, body, now=now.timestamp())
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return answer_fault(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the report as {JSON}.")
    wait = _wait(portal, name)
    if wait:
        return answer_fault(request, HTTPStatus.TOO_MANY_REQUESTS, "Too many reports at once.", wait=wait)
    report = read_message(body, sender=name, reference=signed.message_id, now=now)
    done = await send(portal, report, code=code_from(signed.secret, signed.message_id))
    told = {"number": done.number, "code": done.code, "is_new": done.is_new, "contact_kept": not done.dropped_contact}
    return JSONResponse(told)


async def _take_wecom(request: Request, name: str, channel: WecomChannel, body: bytes) -> Response:
    now, portal = utc_now(), portal_of(request)
    envelope = _envelope(request, read_xml(body).fields.get("Encrypt", ""))
    content, key = unseal(channel.read(), envelope, receiver=channel.corp_id, now=now.timestamp())
    message = read_xml(content)
    if message.is_event:
        return Response()
    wait = _wait(portal, name)
    if wait:
        return answer_fault(request, HTTPStatus.TOO_MANY_REQUESTS, "Too many reports at once.", wait=wait)
    words = await _report_wecom(portal, message, name, key)
    answer = seal(
        key,
        write_text(message, words, now=now),
        receiver=channel.corp_id,
        timestamp=envelope.timestamp,
        nonce=envelope.nonce,
    )
    return Response(write_envelope(answer), headers={"Content-Type": XML})


async def _report_wecom(portal: Portal, message: WecomMessage, name: str, key: WecomKey) -> str:
    """Send what somebody wrote on its way; return what they are told, which is never nothing."""
    language = portal.settings.language
    try:
        report = report_of(message, sender=name, now=utc_now())
    except ReportUnusable:
        report = None
    if report is None:
        return say("hooks.unreadable", language)
    done = await send(portal, report, code=code_from(key.key, message.reference))
    return say("hooks.sent", language, number=done.number, code=done.code)


def refuse(_: Request, refusal: RequestRefusal) -> Response:
    """Return a refusal for the program of a channel."""
    return JSONResponse({"error": refusal.status.name.lower(), "words": refusal.words}, refusal.status)


def _envelope(request: Request, sealed: str) -> Envelope:
    signature, timestamp, nonce = (
        request.query_params.get(part, "")[:128] for part in ("msg_signature", "timestamp", "nonce")
    )
    return Envelope(signature, timestamp, nonce, sealed)


async def _channels(request: Request) -> HookChannels:
    return await asyncio.to_thread(load_channels, portal_of(request).settings.hooks_file)


def _wait(portal: Portal, name: str) -> float:
    """Return how many seconds a channel has to wait; 0 where it has not sent too much."""
    wait = portal.allowances.take(AllowanceKind.PROGRAM, f"hook {name}", now=time.monotonic())
    if wait:
        metrics.LIMITED.labels(AllowanceKind.PROGRAM).inc()
    return wait


def _unknown(request: Request) -> Response:
    return answer_fault(request, HTTPStatus.NOT_FOUND, "There is no channel of this name. Correct the address.")


def _out_of_order(request: Request, error: HooksError) -> Response:
    logger.error("the file of channels cannot be used", extra={"action": "hook", "reason": str(error)})
    words = "The channels are out of order; the log says why. Send the report again later."
    return answer_fault(request, HTTPStatus.SERVICE_UNAVAILABLE, words)


ROUTES = [Route(PATH, take, methods=["POST"]), Route(PATH, greet, methods=["GET"])]
NOTHING = {HTTPStatus.NOT_FOUND: "There is nothing at this address. Reports of channels go to /hooks/reports/NAME."}
ROOMS = (Room("/hooks/", refuse, words=NOTHING, reference="channels", is_searched=False),)
