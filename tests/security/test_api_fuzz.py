"""Whatever fits the description of the API, and much that does not: no request ends in a fault of the server."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from cityops.accounts.roles import Role
from tests.security.conftest import House, account_of

EXAMPLES = 5  # of each operation
ENDLESS = "text/event-stream"


def test_no_request_to_the_api_breaks_the_server(house: House) -> None:
    cookie = house.log_in(account_of(Role.SUPERVISOR))
    schema = schemathesis.openapi.from_dict(house.app.openapi())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    asked: set[str] = set()
    for operation in operations:
        if ENDLESS in str(operation.definition.raw.get("responses")):
            continue

        @seed(7)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            send(house, case, cookie)

        ask()
        asked.add(operation.label)
    assert len(asked) > 15


def send(house: House, case: Any, cookie: str) -> None:
    """Send one generated request and check that the server bears it."""
    options = case.as_transport_kwargs(base_url="http://testserver")
    kept = {name: options[name] for name in ("params", "json", "content", "data") if options.get(name) is not None}
    answer = house.ask(options["method"], options["url"], cookie=cookie, **kept)

    assert answer.status_code < 500, f"{options['method']} {options['url']} {kept}: {answer.text[:300]}"


@pytest.mark.parametrize(
    "body", ['{"version": 1, "text": "a\\u0000b"}', '{"version": 1e400}', '{"version": ', "[]", "\udcff"]
)
def test_no_body_breaks_an_action(house: House, body: str) -> None:
    cookie = house.log_in(account_of(Role.SUPERVISOR))
    headers = {"content-type": "application/json"}
    sent = body.encode("utf-8", "surrogateescape")
    answer = house.ask("POST", "/api/v1/alerts/1/comment", cookie=cookie, headers=headers, content=sent)

    assert answer.status_code in (400, 422), answer.text
