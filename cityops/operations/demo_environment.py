"""What the programs of the demo read: addresses, keys, and what each room keeps in the data directory."""

import os
from importlib.metadata import entry_points
from pathlib import Path

from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.remembered import remembered_secret
from cityops.settings import Settings

PREPARE = "cityops.demo"  # entry points: what a room keeps in the data directory, told as settings


def prepare_rooms(folder: Path) -> dict[str, str]:
    """Return the settings of what each room keeps in the data directory; it is made the first time."""
    found: dict[str, str] = {}
    for room in entry_points(group=PREPARE):
        found |= room.load()(folder)
    return found


def demo_environment(
    settings: Settings, folder: Path, postgres: EmbeddedPostgres, broker: EmbeddedBroker
) -> dict[str, str]:
    """What the programs read. The wall is open and cookies are plain because all of it is on loopback."""
    chosen = {} if settings.domains is None else {"CITYOPS_DOMAINS": ",".join(settings.domains)}
    return (
        os.environ
        | chosen
        | {
            "CITYOPS_DATABASE_URL": postgres.url,
            "CITYOPS_MQTT_URL": broker.service_url,
            "CITYOPS_DATA_DIR": str(folder),
            "CITYOPS_BLOCKED_FILE": str(broker.blocked_file),
            "CITYOPS_SECRET_KEY": _secret_key(settings, folder),
            "CITYOPS_LANGUAGE": settings.language,
            "CITYOPS_WALL_OPEN": "true",
            "CITYOPS_COOKIE_SECURE": "false",
            "CITYOPS_DEMO": "true",
        }
    )


def _secret_key(settings: Settings, folder: Path) -> str:
    """Return the presenter's own, else one that stands beside the database and not in it."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return remembered_secret(folder / "secret-key", length=32)
