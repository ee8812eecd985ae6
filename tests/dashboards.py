"""A dashboard in a thread of the tests: the same server as the program's, without a new Python for each test."""

from collections.abc import Iterator
from contextlib import contextmanager

from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.web.server import make_server
from dashboard.app import create_app
from tests import programs


@contextmanager
def serving(settings: Settings, catalogue: Catalogue, port: int) -> Iterator[str]:
    """Serve the city of these settings; return the address."""
    proxies = settings.trusted_proxies or ()
    with programs.serving(make_server(create_app(settings, catalogue), host="127.0.0.1", port=port, proxies=proxies)):
        yield f"http://127.0.0.1:{port}"
