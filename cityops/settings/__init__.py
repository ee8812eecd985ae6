"""Settings of all programs: one frozen object, handed down to whoever needs it.

Every setting is `CITYOPS_<NAME>`; `CITYOPS_<NAME>_FILE` names a file that holds the value instead,
which is how Docker and systemd hand over secrets.
"""

from cityops.settings.definitions import PREFIX, Settings
from cityops.settings.reading import read_settings

__all__ = ["PREFIX", "Settings", "read_settings"]
