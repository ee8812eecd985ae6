"""One download of a host that somebody named: within a time, a size, and never from our own network."""

import msgspec
import requests

from alerts.notify.guarding import guard_connections
from alerts.notify.receivers import is_secretive, read_address
from cap.messages.parsing import MOST_BYTES

SECONDS = (5.0, 10.0)  # to connect, and between two pieces
PIECE = 16_384


class HostAnswer(msgspec.Struct, frozen=True):
    """What an address holds; or in words why that cannot be told."""

    content: bytes = b""
    problem: str = ""


def download(url: str) -> HostAnswer:
    """Ask for an address. Call it in a process of its own: it changes how the whole process connects."""
    refused: list[str] = []
    guard_connections(_may_connect, refused.append)
    headers = {"User-Agent": "cityops-cap", "Accept-Encoding": "identity"}  # what is packed small may be large
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password of this machine
            with session.get(url, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
                if answer.is_redirect:
                    return HostAnswer(problem="leads elsewhere, which is not followed")
                if answer.status_code != requests.codes.ok:
                    return HostAnswer(problem=f"answers {answer.status_code}")
                return _read(answer)
    except requests.RequestException as error:
        why = f"{refused[0]} is asked nothing" if refused else type(error).__name__
        return HostAnswer(problem=f"cannot be fetched ({why})")


def _read(answer: requests.Response) -> HostAnswer:
    content = bytearray()
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > MOST_BYTES:
            return HostAnswer(problem=f"is larger than {MOST_BYTES} bytes")
    return HostAnswer(bytes(content))


def _may_connect(host: str) -> bool:
    """A host that somebody named may be in our own network, but nowhere where machines tell their secrets."""
    address = read_address(host)
    return address is not None and not is_secretive(address)
