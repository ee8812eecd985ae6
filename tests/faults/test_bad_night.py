"""One bad night: what can break breaks under load, one after the other, and the centre comes back without a hand.

Nothing that the broker acknowledged is lost, and each fault stands on the wall in words while it lasts.
The long form (`make soak`) takes ten minutes and has all of them; the short one freezes `watch`.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from cityops.catalogue import Catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.faults.conftest import Mosquitto
from tests.faults.disks import fill, free, move_wal, small_disk
from tests.faults.drains import LONG
from tests.faults.night import Night, database_processes, fake_time, send

pytestmark = pytest.mark.mosquitto

MINUTES = 10.0
HOLD = 30.0 if LONG else 0.0  # seconds that a fault lasts after the wall has named it
DISKS = {"data": 1 << 30, "wal": 3 << 30}  # bytes; only what is written takes memory
REPORT = Path(__file__).parent.parent.parent / "build" / "bad-night.txt"

Act = Callable[[Night], None]


@dataclass(frozen=True)
class Fault:
    """Something that breaks, how it ends, and what the room must read meanwhile."""

    name: str
    begin: Act
    end: Act
    says: str


def on_program(name: str, number: signal.Signals) -> Act:
    return lambda night: os.kill(night.pid_of(name), number)


def on_database(number: signal.Signals) -> Act:
    return lambda night: send(database_processes(night.postgres), number)


def set_clock(text: str) -> Act:
    def act(night: Night) -> None:
        night.clock.write_text(f"{text}\n")

    return act


def kill_database(night: Night) -> None:
    night.may_start_database = False
    send(database_processes(night.postgres), signal.SIGKILL)


def let_database_start(night: Night) -> None:
    night.may_start_database = True


def kill_broker(night: Night) -> None:
    night.broker.kill()


def let_broker_start(night: Night) -> None:
    night.broker.let_start()


def frozen(name: str, says: str) -> Fault:
    return Fault(f"{name} frozen", on_program(name, signal.SIGSTOP), on_program(name, signal.SIGCONT), says)


LOST = "数据库无法访问"
WATCH = frozen("watch", "定时任务无响应")
AHEAD = Fault("clock of ingest an hour ahead", set_clock("+1h"), set_clock("+0"), "时钟快 3")
BEHIND = Fault("clock of ingest an hour behind", set_clock("-1h"), set_clock("+0"), "时钟慢 3")
FAULTS = [
    Fault("database frozen", on_database(signal.SIGSTOP), on_database(signal.SIGCONT), LOST),
    Fault("database killed", kill_database, let_database_start, LOST),
    Fault("broker killed", kill_broker, let_broker_start, "连不上消息服务器"),
    WATCH,
    frozen("ingest", "数据接入 cityops-ingest无响应"),
    AHEAD,
    BEHIND,
]


def disk_faults(data: Path, wal: Path) -> list[Fault]:
    return [
        Fault("data disk full", lambda _: fill(data), lambda _: free(data), f"磁盘 {data} 仅剩"),
        Fault("WAL disk full", lambda _: fill(wal), lambda _: free(wal), LOST),
    ]


@dataclass
class Stage:
    """A night with its faults, and which were left out, and why."""

    night: Night
    faults: list[Fault]
    left_out: list[str]

    def suffer(self, fault: Fault) -> str:
        """Let one thing break and come back, under load all the time. Return how long both took."""
        night, started = self.night, time.monotonic()
        fault.begin(night)
        night.wait(lambda: any(fault.says in words for words in night.wall.words()), f"{fault.name}: the wall says so")
        said = time.monotonic()
        night.wait(lambda: time.monotonic() >= said + HOLD, f"{fault.name} lasts", seconds=HOLD + 60)
        fault.end(night)
        ended = time.monotonic()
        night.wait(night.is_well, f"{fault.name}: all is well again", seconds=180)
        well = time.monotonic()
        until = started + 60 * MINUTES / len(self.faults) if LONG else 0.0
        night.wait(lambda: time.monotonic() >= until, "load until the next", seconds=120)
        return f"{fault.name}: on the wall after {said - started:.0f} s, well again after {well - ended:.0f} s"


@pytest.fixture
def stage(mosquitto: Mosquitto, catalogue: Catalogue, tmp_path: Path) -> Iterator[Stage]:
    mosquitto.stop()
    mosquitto.configure(autosave_interval=5)
    mosquitto.start()
    left_out = [] if fake_time() else ["the clocks: no libfaketime; install Debian's package faketime"]
    faults = [one for one in (FAULTS if LONG else [WATCH]) if fake_time() or one not in (AHEAD, BEHIND)]
    with ExitStack() as stack:
        data, wal = [stack.enter_context(small_disk(tmp_path / name, size)) for name, size in DISKS.items()]
        if data is None or wal is None:
            left_out.append("the full disks: no right to mount a file system; run this as root")
        folder = (data or tmp_path) / "postgres"
        postgres = stack.enter_context(EmbeddedPostgres(folder))
        database = Database(postgres.url, application="test")
        migrate(database, catalogue, report=lambda _: None)
        database.close()
        disks = []
        if LONG and data is not None and wal is not None:
            disks = [data, wal]
            move_wal(postgres, folder / "cluster", wal)
            postgres.start()
            faults = [*faults, *disk_faults(data, wal)]
        night = Night(postgres, mosquitto, tmp_path, disks)
        stack.callback(night.end)
        yield Stage(night, faults, left_out)


def test_a_bad_night_under_load_ends_without_a_hand_and_without_a_loss(stage: Stage) -> None:
    night = stage.night
    night.wait(night.is_well, "all is well before the night", seconds=120)
    lines = [stage.suffer(fault) for fault in stage.faults]
    night.load.end()
    acknowledged = night.load.acknowledged
    night.wait(lambda: acknowledged <= night.stored(), "everything acknowledged is stored", seconds=120)
    lines += [f"left out: {words}" for words in stage.left_out]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join([*lines, f"{len(acknowledged)} readings acknowledged, all stored", ""]))
    assert len(acknowledged) > 100
    assert all(psutil.pid_exists(night.pid_of(name)) for name in ("ingest", "watch", "dashboard"))
