"""What can go wrong with the simulator and the replay. Each message ends with what to do."""

from cityops.errors import CityOpsError


class OptionError(CityOpsError):
    """An option has a value that cannot be used. Correct it and start again."""


class BrokerRefused(CityOpsError):
    """The broker does not let us in. Correct the user and password in CITYOPS_MQTT_URL."""


class BrokerUnreachable(CityOpsError):
    """The broker cannot be reached. Start it, or correct CITYOPS_MQTT_URL."""


class RecordingError(CityOpsError):
    """The recording cannot be used. Correct the file and start again."""


class ScenarioError(CityOpsError):
    """The scenario cannot be told. Choose another, or correct its file."""


class TruthError(CityOpsError):
    """The truth file cannot be used. Give one that `simulate --truth` wrote."""


class SimulatorFileError(CityOpsError):
    """A domain's simulator.toml cannot be used. Correct the entry and start again."""
