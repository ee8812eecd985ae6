"""Certificates that a service watches: when each ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

LEAST_DAYS = 30.0  # that a certificate is still good


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file with a certificate, and when it ends, UTC; None when it cannot be read."""

    path: str
    ends_at: datetime | None

    def ends_soon(self, now: datetime) -> bool:
        """Whether it must be renewed; one that cannot be read may have ended."""
        return self.ends_at is None or (self.ends_at - now).total_seconds() < LEAST_DAYS * 86_400


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
