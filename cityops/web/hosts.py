"""The names under which this site may be asked for. Pure.

A page of another site cannot reach this one under a name of its own (DNS rebinding) once our names are told.
"""

from collections.abc import Sequence

LOOPBACK = ("localhost", "127.0.0.1", "::1")  # probes on this machine; no name of anybody else


def is_ours(host: str, allowed: Sequence[str]) -> bool:
    """Whether a `Host` header names this site. No allowed names: all do. `*.example.cn` is every name below."""
    name = name_in(host)
    return not allowed or name in LOOPBACK or any(_fits(name, one) for one in allowed)


def name_in(host: str) -> str:
    """Return the name or address in a `Host` header, without port and brackets."""
    plain = host.strip().lower()
    if plain.startswith("["):
        return plain[1:].partition("]")[0]
    return plain.partition(":")[0].rstrip(".")


def _fits(name: str, allowed: str) -> bool:
    return name == allowed or (allowed.startswith("*.") and name.endswith(allowed[1:]))
