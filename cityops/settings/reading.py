"""The one place that reads the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cityops.errors import SettingError
from cityops.settings.definitions import PREFIX, Settings


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read all settings from the environment. Raises SettingError naming variable, value and expectation."""
    values: dict[str, Any] = {}
    for name in Settings.model_fields:
        value = _read_one(environment, PREFIX + name.upper())
        if value is not None:
            values[name] = value
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingError(_explain(error)) from error


def _read_one(environment: Mapping[str, str], variable: str) -> str | None:
    path = environment.get(variable + "_FILE")
    if not path:  # Compose says "" where a name of `.env` is not set
        return environment.get(variable)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{variable}_FILE={path} cannot be read ({error.strerror}). Correct the path.") from error


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    secret = "SecretStr" in str(Settings.model_fields[name].annotation)
    value = "********" if secret else first["input"]
    expected = first["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}={value} cannot be used: {expected}. Correct it and start again."
