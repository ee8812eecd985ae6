"""nginx and Caddy in front of the dashboard, as deploy/proxy ships them: who asks is the visitor, not the proxy.

Only paths, names and ports are replaced, so that they run here. Visitors come from any address of 127.0.0.0/8.
"""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from cityops.accounts.login_limits import OF_SOURCE
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from tests.dashboards import serving
from tests.programs import wait_for
from tests.shipped_broker import REPOSITORY, adapted, free_port

PASSWORD = "Tired-at-3am"
VISITOR, INVENTED = "127.0.0.77", "203.0.113.9"
NAME = "cityops.city.example"


@dataclass
class Front:
    """The proxy's port, the dashboard's own, and what visitors trust."""

    port: int
    dashboard: int
    tls: ssl.SSLContext

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request through the proxy, with an invented origin, as a visitor from VISITOR."""
        headers = {"Host": f"{NAME}:{self.port}", "X-Forwarded-For": INVENTED, **options.pop("headers", {})}
        with httpx.Client(transport=httpx.HTTPTransport(verify=self.tls, local_address=VISITOR), timeout=60) as client:
            address = f"https://127.0.0.1:{self.port}{path}"
            return client.request(method, address, headers=headers, extensions={"sni_hostname": NAME}, **options)

    def log_in(self, password: str, **options: Any) -> httpx.Response:
        """Try to log in."""
        return self.ask("POST", "/login", data={"name": "li", "password": password, "next": "/desk"}, **options)

    def ask_beside(self, path: str, *, source: str = "127.0.0.1", **headers: str) -> httpx.Response:
        """Send a request to the dashboard itself, beside the proxy."""
        with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=60) as client:
            return client.get(f"http://127.0.0.1:{self.dashboard}{path}", headers=headers)


Proxy = Callable[[Path, int, int], list[str]]


def run_nginx(folder: Path, port: int, dashboard: int) -> list[str]:
    """Write the shipped server into a whole configuration, and return the command that runs it."""
    changes = {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/nginx/": f"{folder}/",
        "127.0.0.1:8050": f"127.0.0.1:{dashboard}",
    }
    shipped = adapted((REPOSITORY / "deploy/proxy/nginx.conf").read_text(), changes)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n{paths}{shipped}\n}}\n"
    )
    return [program("nginx"), "-c", str(folder / "nginx.conf")]


def run_caddy(folder: Path, port: int, dashboard: int) -> list[str]:
    """Write the shipped file with ports of our own, and return the command that runs it."""
    changes = {
        "admin off": f"admin off\n\thttp_port {free_port()}\n\thttps_port {port}\n\tdefault_bind 127.0.0.1",
        "/etc/caddy/": f"{folder}/",
        "127.0.0.1:8050": f"127.0.0.1:{dashboard}",
    }
    shipped = adapted((REPOSITORY / "deploy/proxy/Caddyfile").read_text(), changes)
    (folder / "Caddyfile").write_text(shipped)
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        pytest.skip(f"{name} is not installed; Debian has it")
    return found


def make_certificate(folder: Path) -> None:
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "cityops.key"), "-out", str(folder / "cityops.crt")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(params=[run_nginx, run_caddy], ids=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, database_url: str, database: Database, catalogue: Catalogue, tmp_path: Path
) -> Iterator[Front]:
    """Run the dashboard behind a proxy that ends TLS."""
    proxy: Proxy = request.param
    port, dashboard = free_port(), free_port()
    command = proxy(tmp_path, port, dashboard)
    make_certificate(tmp_path)
    with database.transaction() as tx:
        store_user(tx, "li", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    environment = {
        "CITYOPS_DATABASE_URL": database_url,
        "CITYOPS_TRUSTED_PROXIES": "127.0.0.1",
        "CITYOPS_ALLOWED_HOSTS": NAME,
    }
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with serving(read_settings(environment), catalogue, dashboard):
        wait_for(lambda: answers(f"http://127.0.0.1:{dashboard}/readyz"), "the dashboard", seconds=90)
        front = Front(port, dashboard, ssl.create_default_context(cafile=str(tmp_path / "cityops.crt")))
        with (tmp_path / "proxy.log").open("wb") as log:
            process = subprocess.Popen(command, env=home, stdout=log, stderr=log)
        try:
            wait_for(lambda: is_up(front), "the proxy", seconds=30)
            yield front
        finally:
            process.terminate()
            process.wait(20)


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


def is_up(front: Front) -> bool:
    try:
        return front.ask("GET", "/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_the_visitor_is_who_connected_to_the_proxy(front: Front, database: Database) -> None:
    answer = front.log_in(PASSWORD)
    assert answer.status_code == 303
    session = answer.headers["set-cookie"].split(";")[0]
    with socket.create_connection(("127.0.0.1", front.port), source_address=(VISITOR, 0)) as there:
        page = f"{NAME}:{front.port}"
        cookie = {"Cookie": session, "X-Forwarded-For": INVENTED}
        with connect(
            f"wss://{page}/live", sock=there, ssl=front.tls, origin=Origin(f"https://{page}"), additional_headers=cookie
        ) as screen:
            assert screen.recv(timeout=30)

    for number in range(OF_SOURCE.free):  # from a new device: the cookie is not sent
        assert front.log_in("Wrong-Word-1", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code == 401
    refused = front.log_in("Wrong-Word-1", headers={"X-Forwarded-For": "203.0.113.200"})
    assert refused.status_code == 429
    with database.transaction() as tx:
        origins = tx.rows("SELECT DISTINCT origin FROM audit_log WHERE action = 'login'")
        sources = tx.rows("SELECT source FROM login_limit WHERE failures > 1")
    assert [row["origin"] for row in origins] == [VISITOR]
    assert {row["source"] for row in sources} == {VISITOR, "strangers"}

    assert front.ask("GET", "/metrics").status_code == 403
    assert front.ask_beside("/metrics", Host=NAME).status_code == 200
    assert front.ask_beside("/metrics", Host=NAME, **{"X-Forwarded-For": INVENTED}).status_code == 401
    assert front.ask_beside("/healthz", Host="evil.example").status_code == 400
    assert front.ask_beside("/healthz", Host="127.0.0.1").status_code == 200
