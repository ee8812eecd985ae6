"""The settings of the broker: where it is, who may be in front of its queue, and what one message may hold."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from cityops.settings.holders import HeldBy
from cityops.settings.retention import LONGEST


class BrokerSettings(BaseModel):
    """How programs reach the broker, and the bounds of its messages."""

    mqtt_url: Annotated[SecretStr | None, HeldBy("ingest", "simulate", "watch")] = Field(
        None, description="Where the broker is: mqtt:// or mqtts://user:password@host:port."
    )
    mqtt_ca_file: Path | None = Field(
        None, description="The certificate authority that signed the broker's certificate, for mqtts://."
    )
    mqtt_device_url: Annotated[SecretStr | None, HeldBy("ingest")] = Field(
        None, description="The broker as a device reaches it, with an account of a device: for a check at the start."
    )
    broker_check: Literal["warn", "refuse"] = Field(
        "warn", description="What ingest does when others could take its queue: tell so, or refuse to work."
    )
    blocked_file: Path | None = Field(
        None,
        description="Where `watch` writes the names of blocked sensors, one a line, for the broker to refuse them.",
    )
    message_days: int = Field(
        31, ge=1, le=LONGEST, description="Of how many days (UTC) one message may have readings; more is a dead letter."
    )
    message_series: int = Field(
        200, ge=1, le=10_000, description="Under how many names one message may have values; more is a dead letter."
    )
    message_readings: int = Field(
        10_000, ge=1, le=1_000_000, description="How many values one message may have; more is a dead letter."
    )
