"""Whatever is refused is refused in one form."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboard.web import refusals
from dashboard.web.refusals import QueryTime, give_back_plus


@pytest.fixture
def client() -> TestClient:
    server = FastAPI()

    @server.get("/api/v1/thing")
    def thing(start: QueryTime) -> str:
        return start.isoformat()

    @server.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError

    refusals.install(server)
    return TestClient(server, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api", 404, "unknown"),
        ("GET", "/api/v1/nothing", 404, "unknown"),
        ("POST", "/api/v9/thing/", 404, "unknown"),
        ("DELETE", "/api/v1/thing", 405, "wrong_method"),
        ("GET", "/api/v1/thing", 422, "invalid"),
        ("GET", "/api/v1/thing?start=yesterday", 422, "invalid"),
        ("GET", "/api/v1/broken", 500, "fault"),
        ("GET", "/elsewhere", 404, "unknown"),
    ],
)
def test_every_refusal_has_error_and_message(
    client: TestClient, method: str, path: str, status: int, error: str
) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "message"}
    assert answer.json()["message"].endswith(".")


def test_a_method_that_is_not_served_is_told_which_is(client: TestClient) -> None:
    assert client.delete("/api/v1/thing").headers["allow"] == "GET"


@pytest.mark.parametrize("offset", [" 08:00", "%2B08:00", " 0800", "Z", "-03:30"])
def test_a_time_whose_plus_became_a_space_is_understood(client: TestClient, offset: str) -> None:
    assert client.get(f"/api/v1/thing?start=2026-03-01T08:00:00{offset}").status_code == 200


def test_a_time_without_zone_is_refused_with_the_way_to_write_one(client: TestClient) -> None:
    assert "%2B" in client.get("/api/v1/thing?start=2026-03-01 08:00:00").json()["message"]


@pytest.mark.parametrize("text", ["2026-03-01 08:00", "2026-03-01T08:00:00 8", 7, "a b"])
def test_other_spaces_stay(text: object) -> None:
    assert give_back_plus(text) == text
