"""The description of the API names every action on an alert, what it takes and how it may be refused."""

from fastapi import FastAPI


def test_every_action_is_described(app: FastAPI) -> None:
    described = app.openapi()["paths"]

    for action in ("acknowledge", "comment", "assign", "escalate", "shelve", "unshelve", "reset", "close", "suppress"):
        post = described[f"/api/v1/alerts/{{alert_id}}/{action}"]["post"]
        assert post["requestBody"]["required"]
        assert {"401", "403", "404", "409", "503"} <= set(post["responses"])
    assert {"/api/v1/alerts", "/api/v1/alerts/changes", "/api/v1/alerts/{alert_id}/events"} <= set(described)
