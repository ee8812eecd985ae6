"""Sends one message to one receiver, and listens to what becomes of it.

Apprise speaks to every kind of service and says only whether it worked. Here is what it leaves open: which addresses
are reached, that no redirect is followed, that the message has an id, and whether it may have arrived. All of that is
changed for the whole process, so it runs in one of its own (`cityops.operations.bounded_calls`).
"""

import logging
import warnings
from typing import Any

import msgspec
import requests
from urllib3.exceptions import ProtocolError

from alerts.notify.guarding import guard_connections
from alerts.notify.outbox import Receipt
from alerts.notify.receivers import Permission

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # its plugins look for optional modules
    import apprise

    apprise.Apprise.instantiate("json://127.0.0.1")  # loads the plugins now, in one thread

TIMEOUTS = "cto=5&rto=20"  # seconds to connect, and for each read; the whole has a limit of its own
ID_HEADER = "Idempotency-Key"
INNER = "{host} is an inner address: write inner = true for this channel if it is meant"


class Outgoing(msgspec.Struct, frozen=True):
    """One message on its way. `url` is the channel's; `message_id` is the same however often it is sent."""

    url: str
    title: str
    body: str
    message_id: str
    inner: bool = False  # may go to inner addresses that the URL does not name


def open_url(url: str) -> apprise.Apprise | None:
    """Return a channel by its address, None for one that Apprise does not know."""
    opened = apprise.Apprise()
    return opened if opened.add(url + ("&" if "?" in url else "?") + TIMEOUTS) else None


def deliver(outgoing: Outgoing) -> Receipt:
    """Send a message. Call it in a process of its own: it changes how the whole process connects."""
    opened = open_url(outgoing.url)
    if opened is None:
        return Receipt(delivered=False, words="the url of the channel is no address that Apprise knows")
    heard = _Listener()
    permission = Permission(outgoing.url, inner=outgoing.inner)
    guard_connections(permission.allows, lambda host: heard.words.append(INNER.format(host=host)))
    _watch_requests(outgoing.message_id, heard)
    for service in opened:
        headers = getattr(service, "headers", None)
        if isinstance(headers, dict):  # e-mail has them too
            headers[ID_HEADER] = outgoing.message_id
    text = apprise.NotifyFormat.TEXT
    delivered = bool(opened.notify(title=outgoing.title, body=outgoing.body, body_format=text))
    words = "; ".join(dict.fromkeys(heard.words)) or ("sent" if delivered else "no reason given")
    return Receipt(delivered and not heard.redirected, words, unanswered=heard.unanswered and not delivered)


class _Listener(logging.Handler):
    """Hears what Apprise says, and what we say of its connections."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.words: list[str] = []
        self.redirected = False
        self.unanswered = False
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def _watch_requests(message_id: str, heard: _Listener) -> None:
    """Give every request of this process the id of the message; follow no redirect; note when no answer came."""
    original = requests.Session.send

    def send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        request.headers[ID_HEADER] = message_id
        try:
            response = original(session, request, **options | {"allow_redirects": False})
        except requests.RequestException as error:
            heard.unanswered = heard.unanswered or _was_sent(error)
            raise
        if 300 <= response.status_code < 400:
            heard.redirected = True
            heard.words.append(f"the receiver redirects (status {response.status_code}), which is not followed")
        return response

    requests.Session.send = send  # type: ignore[method-assign, assignment]


def _was_sent(error: requests.RequestException) -> bool:
    """Whether the receiver may have the message although no whole answer came."""
    if isinstance(error, requests.ReadTimeout | requests.exceptions.ChunkedEncodingError):
        return True
    return isinstance(error, requests.ConnectionError) and any(isinstance(one, ProtocolError) for one in error.args)
