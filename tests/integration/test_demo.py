"""The demo as a presenter starts it: one command, one process tree, one data directory."""

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit
from urllib.request import urlopen

import paho.mqtt.client as mqtt
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from cityops.embedded import ports
from cityops.embedded.ports import free_port
from cityops.settings.environments import environment_for
from cityops.storage import Database
from tests.programs import wait_for


class Demo:
    """A running demo and what it printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.output = folder.parent / f"{uuid.uuid4().hex}.out"
        self.port, self.portal_port = free_port(), free_port()
        command = [sys.executable, "-m", "cityops", "demo", "--port", str(self.port), "--data-dir", str(folder)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--sensors", "40", "--history", "1h", "--case-history", "2",
                 "--password", "Demo-Password-1", "--portal-port", str(self.portal_port), *options],
                stdout=output, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": ""},
            )  # fmt: skip

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_until_up(self) -> None:
        wait_for(lambda: "account guest" in self.text, f"the demo up: {self.text}", seconds=90)

    def line(self, word: str) -> str:
        found = re.search(rf"^{word} (\S+)$", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]

    def newest_reading(self) -> object:
        database = Database(self.line("database"), application="test")
        try:
            with database.transaction() as tx:
                return tx.value("SELECT max(time) FROM latest")
        finally:
            database.close()

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def programs(self, word: str) -> list[int]:
        """Return the numbers of the living children with this word on their command line."""
        found = []
        for child in self.tree():
            with suppress(psutil.NoSuchProcess):  # it ended, or is a zombie, between the list and the look
                found += [child.pid] if word in child.cmdline() else []
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "city"


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    """What a test started is ended, whatever happened."""
    started: list[Demo] = []
    yield started
    for demo in started:
        end(demo)


def end(demo: Demo) -> None:
    if demo.process.poll() is None:
        demo.process.kill()
        demo.process.wait()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo that several tests look at, on a folder in which two were killed while they started."""
    folder = tmp_path_factory.mktemp("standing") / "city"
    kill_at_start(Demo(folder), lambda demo: "starting" in demo.text)
    kill_at_start(Demo(folder), lambda _: True)
    demo = Demo(folder)
    try:
        demo.wait_until_up()
        yield demo
    finally:
        end(demo)


@pytest.fixture(scope="module")
def killed(standing: Demo) -> Iterator[tuple[Demo, object]]:
    """The standing demo after a kill -9, started again on its folder, and the newest reading before the kill."""
    wait_for(lambda: standing.newest_reading() is not None, "a first reading")
    before = standing.newest_reading()
    kill(standing)
    again = Demo(standing.folder)
    try:
        again.wait_until_up()
        yield again, before
    finally:
        end(again)


def test_a_warning_of_the_neighbour_comes_in(standing: Demo) -> None:
    database = Database(standing.line("database"), application="test")

    def came() -> object:
        with database.transaction() as tx:
            return tx.row("SELECT source FROM cap_received WHERE status = 'Exercise' AND area_codes <> '{}'")

    try:
        wait_for(came, "the neighbour's warning")
    finally:
        database.close()


def test_everybody_hears_what_is_open(standing: Demo) -> None:
    """At a broker that is not the devices', with links into the demo's portal."""
    url = urlsplit(standing.line("open-data"))
    assert url.port != urlsplit(standing.line("mqtt")).port
    told: Queue[bytes] = Queue()
    listener = mqtt.Client(CallbackAPIVersion.VERSION2)
    listener.on_connect = lambda client, *_: client.subscribe("#")
    listener.on_message = lambda _c, _u, message: (
        told.put(bytes(message.payload)) if "/Observations" in message.topic else None
    )
    listener.connect(str(url.hostname), url.port or 0)
    listener.loop_start()
    try:
        observation = json.loads(told.get(timeout=90))
    finally:
        listener.disconnect()
        listener.loop_stop()
    assert observation["@iot.selfLink"].startswith(f"{standing.line('portal')}/v1.1/Observations(")
    assert "result" in observation


def test_the_demo_shows_moving_data(standing: Demo) -> None:
    assert standing.line("dashboard") == f"http://127.0.0.1:{standing.port}"
    assert standing.line("mqtt").startswith("mqtt://127.0.0.1:")
    assert "account duty Demo-Password-1 (officer)" in standing.text
    wait_for(lambda: standing.newest_reading() is not None, "a first reading")
    first = standing.newest_reading()
    wait_for(lambda: standing.newest_reading() != first, "a newer reading")
    with urlopen(f"http://127.0.0.1:{standing.port}/readyz") as answer:
        assert answer.status == 200
    wait_for(lambda: "status: 40 sensors" in standing.text, "a status line")
    assert "Traceback" not in standing.text


def test_the_portal_sees_the_city_in_a_role_of_its_own(standing: Demo) -> None:
    address = standing.line("portal")
    wait_for(lambda: ports.answers(standing.portal_port), "the portal")
    with urlopen(f"{address}/?lang=en") as answer:
        assert "The city now" in answer.read().decode()
    with urlopen(f"{address}/report") as answer:
        assert 'name="phone"' in answer.read().decode(), "the demo has the key that seals contacts"
    database = Database(standing.line("database"), application="test")
    with database.transaction() as tx:
        roles = tx.rows("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'cityops portal%'")
    database.close()
    assert roles == [{"usename": "cityops_portal"}]
    (portal,) = standing.programs("portal")
    environment = psutil.Process(portal).environ()
    assert environment.keys() == environment_for("portal", environment).keys()


def test_a_second_demo_on_the_same_directory_is_refused(standing: Demo, demos: list[Demo]) -> None:
    second = Demo(standing.folder)
    demos.append(second)

    assert second.process.wait(30) == 1
    assert "choose another with --data-dir" in second.text


def test_a_program_that_dies_is_started_again(standing: Demo) -> None:
    for word in ("ingest", str((standing.folder / "broker").resolve())):
        (victim,) = standing.programs(word)
        os.kill(victim, signal.SIGKILL)
        wait_for(
            lambda word=word, victim=victim: set(standing.programs(word)) - {victim},  # type: ignore[misc]
            f"{word} started again",
        )
    before = standing.newest_reading()
    wait_for(lambda: standing.newest_reading() != before, "readings after the restarts", seconds=60)


def test_kill_9_at_any_moment_leaves_nothing_running_and_the_next_start_goes_on(killed: tuple[Demo, object]) -> None:
    """Killed twice while it started, and once while it ran: `kill` waits each time until nothing of it is left."""
    again, before = killed

    wait_for(lambda: again.newest_reading() not in (None, before), "newer readings in the same database")


def test_the_demo_ends_cleanly(killed: tuple[Demo, object]) -> None:
    demo, _ = killed
    children, said = demo.tree(), len(demo.text)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(40) == 0
    assert psutil.wait_procs(children, timeout=1)[1] == []
    assert "Traceback" not in demo.text[said:]


def kill_at_start(demo: Demo, moment: Callable[[Demo], bool]) -> None:
    """Kill a demo that has a first child, at a moment; leave none behind that does not come so far."""
    try:
        wait_for(lambda: moment(demo) and demo.tree(), "a first child of the demo")
        kill(demo)
    finally:
        end(demo)


def kill(demo: Demo) -> None:
    """Kill the demo; whatever it had started ends too."""
    children = demo.tree()
    demo.process.kill()
    demo.process.wait()
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_a_port_that_is_taken_is_said_so(folder: Path, demos: list[Demo], broker_url: str) -> None:
    demo = Demo(folder, "--port", broker_url.rsplit(":", 1)[1])
    demos.append(demo)

    assert demo.process.wait(30) == 1
    assert "Choose another with --port" in demo.text
