"""HTTP requests to the identity provider: the whole of one has a time limit, and no redirect is followed.

A provider that answers a byte at a time would keep the log-in of a person, and a thread of ours, for ever.
"""

from contextlib import closing
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from cityops.operations.bounded_calls import CallFailed, CallTimedOut, preload, run_within

ANSWER_WITHIN = 10.0  # seconds for a whole exchange
LARGEST = 1_000_000  # bytes of an answer

preload("dashboard.login.provider_requests")


class BoundedAdapter(HTTPAdapter):
    """Sends each request in a process of its own, see `cityops.operations.bounded_calls`.

    Raises requests.ConnectionError.
    """

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Return the answer, read to its end."""
        try:
            response = run_within(ANSWER_WITHIN, _send, request, options | {"stream": False})
        except (CallTimedOut, CallFailed) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        if response.is_redirect:
            raise requests.ConnectionError("the provider redirects, which is not followed", request=request)
        return response


def bind(session: requests.Session) -> requests.Session:
    """Have every request of a session sent so."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, BoundedAdapter())
    return session


def _send(request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
    with closing(HTTPAdapter()) as adapter:
        response = adapter.send(request, **options | {"stream": True})
        content = response.raw.read(LARGEST + 1, decode_content=True)
    if len(content) > LARGEST:
        raise ValueError(f"the answer is larger than {LARGEST} bytes")
    plain = requests.Response()
    plain.status_code, plain.headers, plain.reason = response.status_code, response.headers, response.reason
    plain.url, plain.encoding = response.url, response.encoding
    plain._content = content  # what reading it would set
    return plain
