"""What a service sees of the machine it runs on: free space, and certificates that end."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from cityops.settings import Settings

LEAST_FREE = 0.1  # of a disk; with less, somebody must look after it
LEAST_DAYS = 30.0  # that a certificate is still good


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder and the space of its file system, bytes."""

    path: str
    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Whether it will soon be full; one that is not there is."""
        return self.free < LEAST_FREE * self.total or not self.total


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file with a certificate, and when it ends, UTC; None when it cannot be read."""

    path: str
    ends_at: datetime | None

    def ends_soon(self, now: datetime) -> bool:
        """Whether it must be renewed; one that cannot be read may have ended."""
        return self.ends_at is None or (self.ends_at - now).total_seconds() < LEAST_DAYS * 86_400


def look_at_machine(settings: Settings) -> dict[str, Any]:
    """Return the facts for a heartbeat: the disks and the certificates of the settings, as read_* understand them."""
    return {
        "disks": [[disk.path, disk.free, disk.total] for disk in _disks(settings.disk_paths)],
        "certificates": [
            [one.path, None if one.ends_at is None else one.ends_at.isoformat()]
            for one in map(read_certificate, settings.certificate_paths)
        ],
    }


def disks_of(facts: Mapping[str, Any]) -> list[Disk]:
    """Return the disks that a heartbeat tells of."""
    return [Disk(*row) for row in facts.get("disks", ())]


def certificates_of(facts: Mapping[str, Any]) -> list[Certificate]:
    """Return the certificates that a heartbeat tells of."""
    return [
        Certificate(path, None if ends is None else datetime.fromisoformat(ends))
        for path, ends in facts.get("certificates", ())
    ]


def read_certificate(path: Path) -> Certificate:
    """Return when the first certificate in a PEM file ends."""
    try:
        content = path.read_bytes()
        x509 = import_module("cryptography.x509")  # it takes long to load: only where there is a certificate
        return Certificate(str(path), x509.load_pem_x509_certificate(content).not_valid_after_utc)
    except (OSError, ValueError):
        return Certificate(str(path), None)


def _disks(paths: Iterable[Path]) -> Iterable[Disk]:
    for path in paths:
        try:
            usage = shutil.disk_usage(path)
        except OSError:
            yield Disk(str(path), 0, 0)
        else:
            yield Disk(str(path), usage.free, usage.total)
