"""The environment of a program: everybody's settings, and of the secrets its own."""

from collections.abc import Mapping

from cityops.settings.definitions import PREFIX, Settings
from cityops.settings.holders import HeldBy


def holders_of(name: str) -> HeldBy | None:
    """Return which programs hold a setting, by its name in `Settings`; None where it is no secret."""
    return next((mark for mark in Settings.model_fields[name].metadata if isinstance(mark, HeldBy)), None)


def environment_for(program: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets of other programs, given as they are or as files."""
    others = {
        PREFIX + name.upper()
        for name in Settings.model_fields
        if (held := holders_of(name)) is not None and program not in held.programs
    }
    others |= {f"{name}_FILE" for name in others}
    return {name: value for name, value in environment.items() if name not in others}
