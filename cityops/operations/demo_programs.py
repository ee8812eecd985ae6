"""The programs of the demo, each started as production starts it."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

from cityops.embedded import ports
from cityops.embedded.errors import ServerFailed
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.supervisor import Supervisor
from cityops.settings.environments import environment_for

CITYOPS = (sys.executable, "-m", "cityops")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the presenter chose on the command line."""

    port: int
    portal_port: int  # 0: no portal
    simulate: Sequence[str] | None  # the simulator's own options, handed through; None: no simulator
    play: Sequence[str] | None  # the options of those who handle its cases; None: nobody does
    password: str | None


def start_programs(supervisor: Supervisor, options: DemoOptions) -> None:
    """Start what the first moving picture needs, then who watches over it."""
    if options.simulate is not None:
        supervisor.start("simulate", [*CITYOPS, "simulate", *options.simulate])
    supervisor.start("ingest", [*CITYOPS, "ingest"])
    supervisor.start("watch", [*CITYOPS, "watch"])  # a dashboard that answers asks whether it lives


def start_players(supervisor: Supervisor, options: DemoOptions) -> None:
    """Start who calls and who handles cases: they would only take the processor from the first picture."""
    if options.play is not None:
        supervisor.start("play", [*CITYOPS, "citizens", "play", *options.play])


def has_portal(options: DemoOptions) -> bool:
    """Whether there is to be a portal, and its port is free."""
    return bool(options.portal_port) and ports.is_free(options.portal_port)


def start_portal(supervisor: Supervisor, options: DemoOptions, url: str, open_broker: EmbeddedBroker) -> None:
    """Start the public's pages as production does: in a role that sees nothing else, and with a broker of their own, at
    which strangers listen.
    """
    supervisor.start(
        "portal",
        [*CITYOPS, "portal", "--port", str(options.portal_port)],
        environment=environment_for("portal", supervisor.environment)
        | {
            "CITYOPS_DATABASE_URL": url,
            "CITYOPS_OPEN_MQTT_URL": open_broker.service_url,
            "CITYOPS_OPEN_MQTT_ENDPOINT": open_broker.url,
            "CITYOPS_PORTAL_ADDRESS": f"http://{ports.LOOPBACK}:{options.portal_port}",
        },
    )


def wait_for_dashboard(supervisor: Supervisor, port: int, stopping: Event) -> None:
    """Wait until the dashboard answers. Raises ServerFailed after a minute."""
    deadline = time.monotonic() + 60
    while not stopping.is_set() and not ports.answers(port):
        if time.monotonic() > deadline:
            raise ServerFailed(f"The dashboard did not start. Read {supervisor.log_of('dashboard')}.")
        supervisor.tend()
        stopping.wait(0.1)
