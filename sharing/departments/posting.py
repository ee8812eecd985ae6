"""Posts one delivery to one receiver, signed. Runs in a process of its own, which is ended when its time is over."""

import msgspec
import requests

from alerts.notify.guarding import guard_connections
from cityops.web.webhook_signing import sign
from sharing.departments.addresses import may_connect

TIMEOUTS = (5, 10)  # seconds to connect, and for the answer; the whole has a limit of its own


class Parcel(msgspec.Struct, frozen=True):
    """A delivery on its way. `timestamp`: seconds since 1970; `is_named`: may go to inner addresses."""

    url: str
    secret: bytes
    message_id: str
    body: bytes
    timestamp: int
    is_named: bool


class ReceiverAnswer(msgspec.Struct, frozen=True):
    """What the receiver said, in words for people."""

    delivered: bool
    words: str


def post(parcel: Parcel) -> ReceiverAnswer:
    """Post a delivery. No redirect is followed, no proxy asked, and nothing of the answer read but its status."""
    refused: list[str] = []
    guard_connections(lambda host: may_connect(host, is_named=parcel.is_named), refused.append)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "CityOps",
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(parcel.timestamp),
        "webhook-signature": sign(parcel.secret, parcel.message_id, parcel.timestamp, parcel.body),
    }
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                parcel.url, data=parcel.body, headers=headers, timeout=TIMEOUTS, allow_redirects=False, stream=True
            )
            answer.close()
    except requests.RequestException as error:
        where = f"{refused[0]} is an address to which nothing is pushed" if refused else type(error).__name__
        return ReceiverAnswer(delivered=False, words=where)
    said = f"status {answer.status_code}" + (", which is not followed" if answer.is_redirect else "")
    return ReceiverAnswer(delivered=200 <= answer.status_code < 300, words=said)
