"""What a service sees of the machine it runs on: free space and certificates, as facts for its heartbeat."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityops.operations.certificates import read_certificate
from cityops.settings import Settings

LEAST_FREE = 0.1  # of a disk; with less, somebody must look after it


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


def _disks(paths: Iterable[Path]) -> Iterable[Disk]:
    for path in paths:
        try:
            usage = shutil.disk_usage(path)
        except OSError:
            yield Disk(str(path), 0, 0)
        else:
            yield Disk(str(path), usage.free, usage.total)
