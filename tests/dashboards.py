"""A dashboard in a thread of the tests: the same server as the program's, without a new Python for each test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cityops.catalogue import Catalogue
from cityops.settings import Settings
from dashboard.app import create_app
from dashboard.server import make_server
from tests.programs import wait_for


@contextmanager
def serving(settings: Settings, catalogue: Catalogue, port: int) -> Iterator[str]:
    """Serve the city of these settings; return the address."""
    server = make_server(create_app(settings, catalogue), host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started, "the dashboard to start")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
