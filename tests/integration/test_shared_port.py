"""Several dashboards behind one port: a session of one is one of all, and when one ends the others serve on."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
import requests

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.storage import Database
from cityops.web.server import PortTaken, listen_with_others
from tests.programs import running, wait_for

PASSWORD = "Tired-at-3am"


Dashboards = tuple[str, subprocess.Popen[bytes], subprocess.Popen[bytes]]


@pytest.fixture
def two(database_url: str, database: Database, tmp_path: Path) -> Iterator[Dashboards]:
    """The address, and the two processes that serve it."""
    with database.transaction() as tx:
        store_user(tx, "li", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"}
    port = ports.free_port()
    words = ("dashboard", "--port", str(port), "--share-port")
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(running(*words, environment=environment, log=tmp_path / f"{number}.log"))
            for number in range(2)
        )
        wait_for(lambda: count(first, psutil.CONN_LISTEN) and count(second, psutil.CONN_LISTEN), "both", seconds=120)
        yield f"http://127.0.0.1:{port}", first, second


def count(process: subprocess.Popen[bytes], state: str) -> int:
    """Return how many connections of visitors a process has in a state."""
    mine = psutil.Process(process.pid).net_connections()
    listening = {one.laddr.port for one in mine if one.status == psutil.CONN_LISTEN}
    return sum(one.status == state and one.laddr.port in listening for one in mine)


def log_in(address: str) -> requests.Session:
    session = requests.Session()
    form = {"name": "li", "password": PASSWORD, "next": "/account"}
    answer = session.post(f"{address}/login", data=form, headers={"Origin": address}, allow_redirects=False)
    assert answer.status_code == 303
    return session


def ask(address: str, session: requests.Session) -> int:
    """Ask on a connection of its own."""
    headers = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in session.cookies), "Connection": "close"}
    return requests.get(f"{address}/api/v1/alerts", headers=headers, timeout=30).status_code


def test_a_session_is_one_of_all_and_outlives_the_dashboard_that_began_it(two: Dashboards) -> None:
    address, first, second = two
    session = log_in(address)
    held = [socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) for _ in range(40)]
    wait_for(lambda: count(first, psutil.CONN_ESTABLISHED) + count(second, psutil.CONN_ESTABLISHED) >= len(held), "all")
    assert count(first, psutil.CONN_ESTABLISHED) > 5
    assert count(second, psutil.CONN_ESTABLISHED) > 5
    for one in held:
        one.close()

    assert {ask(address, session) for _ in range(20)} == {200}
    first.terminate()
    first.wait(30)
    assert {ask(address, session) for _ in range(20)} == {200}


def test_a_port_that_somebody_has_alone_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as alone, pytest.raises(PortTaken, match="--share-port"):
        listen_with_others("127.0.0.1", alone.getsockname()[1])
