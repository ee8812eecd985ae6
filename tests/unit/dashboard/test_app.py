"""What is there before the first request."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import TypeAdapter


def test_the_first_request_builds_no_models(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once met in half-made ones, and a log-in page was answered 500."""
    built: list[object] = []
    real = TypeAdapter.__init__

    def build(self: TypeAdapter[Any], kind: Any, **options: Any) -> None:
        built.append(kind)
        real(self, kind, **options)

    monkeypatch.setattr(TypeAdapter, "__init__", build)
    visitor = TestClient(app)  # not entered: nothing is started
    for path in ("/healthz", "/login", "/api/v1/alerts", "/nowhere"):
        assert visitor.get(path, follow_redirects=False).status_code < 600

    assert built == []
