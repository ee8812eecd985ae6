"""A site that needs no server: its database cannot be reached, and a visitor is put in by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI

from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.catalogue import Catalogue
from cityops.settings import Settings, read_settings
from dashboard.app import create_app
from dashboard.web.app_context import AppContext
from dashboard.web.request_context import RequestContext, current

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture
def settings() -> Settings:
    return read_settings({"CITYOPS_DATABASE_URL": NOWHERE, "CITYOPS_COOKIE_SECURE": "false"})


@pytest.fixture
def app(settings: Settings, catalogue: Catalogue) -> FastAPI:
    return create_app(settings, catalogue)


@pytest.fixture
def site(app: FastAPI) -> AppContext:
    found: AppContext = app.state.site
    return found


@pytest.fixture
def visiting(site: AppContext) -> Callable[..., object]:
    @contextmanager
    def enter(role: Role | None = Role.OFFICER, language: str = "zh") -> Iterator[RequestContext]:
        visit = RequestContext(site, User("li", role) if role else None, language)
        reset = current.set(visit)
        try:
            yield visit
        finally:
            current.reset(reset)

    return enter
