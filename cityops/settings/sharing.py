"""The settings of what the city gives to others: open data, and data shared with departments."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr, field_validator

from cityops.settings import values
from cityops.settings.holders import HeldBy
from cityops.settings.retention import LONGEST


class SharingSettings(BaseModel):
    """Where open data go, as files and as messages, and to whom shared data are pushed."""

    open_mqtt_url: Annotated[SecretStr | None, HeldBy("portal")] = Field(
        None,
        description="Where the portal tells new readings of what is open, as SensorThings has it: a broker of its own, "
        "mqtt:// or mqtts://user:password@host:port. One portal has it; without it nothing is told.",
    )
    open_mqtt_endpoint: str | None = Field(
        None, description="The address of that broker as clients know it, such as mqtts://city.example:8884."
    )
    portal_address: str | None = Field(
        None, description="The address of the portal as people know it: links in these messages begin with it."
    )
    open_files_dir: Path | None = Field(
        None,
        description="Where `watch` keeps the files of open data, and `portal` reads them: days and months that are "
        "closed, as CSV, and as Parquet with the extra `open`. Not set: no files.",
    )
    open_files_days: int = Field(
        90, ge=1, le=LONGEST, description="How many days the files of open data go back; older ones are removed."
    )
    open_files_floor_mb: int = Field(
        1024, ge=0, description="How much of the disk stays free: with less, no file of open data is made."
    )
    open_data_contact: str | None = Field(
        None,
        max_length=200,
        description="The e-mail address that the catalogue of open data names for questions. Not set: none.",
    )
    share_inner_hosts: tuple[str, ...] | None = Field(
        None,
        description="The hosts of our own network to which shared data may be pushed, without https too, separated by "
        "commas; *.example.cn is every name below. Not set: only https addresses of the internet.",
    )
    share_key: Annotated[SecretStr | None, HeldBy("watch")] = Field(
        None,
        description="Opens the secrets with which shared data are signed when they are pushed, as `cityops sharing "
        "make-key` makes it; after a comma the keys before it, for as long as something is sealed for them. For "
        "`watch` only; without it nothing is pushed.",
    )
    share_public_key: str | None = Field(
        None,
        description="Seals these secrets: the public half of the first one. Without it nobody can have data pushed.",
    )
    keep_share_reads_days: int = Field(
        400,
        ge=0,
        le=LONGEST,
        description="How long each read of shared data is kept, 30 days at least; then its day's counts are. 0 is for "
        "ever.",
    )

    @field_validator("share_inner_hosts", mode="before")
    @classmethod
    def _are_hosts(cls, hosts: object) -> object:
        return values.hosts_of(hosts) if isinstance(hosts, str) else hosts

    @field_validator("keep_share_reads_days")
    @classmethod
    def _is_kept_for_a_month(cls, days: int) -> int:
        if 0 < days < 30:
            raise ValueError("expected 0, or 30 days at least")
        return days

    @field_validator("share_key", "share_public_key")
    @classmethod
    def _are_keys_of_receivers(cls, keys: SecretStr | str | None) -> SecretStr | str | None:
        if keys is not None:
            for key in (keys.get_secret_value() if isinstance(keys, SecretStr) else keys).split(","):
                values.check_key(key.strip(), "sharing")
        return keys

    @property
    def open_files_floor(self) -> int:
        """How many bytes of the disk stay free of files of open data."""
        return self.open_files_floor_mb * 1024 * 1024

    @property
    def share_reads_age(self) -> timedelta | None:
        """How long each read of shared data is kept; None for ever."""
        return timedelta(days=self.keep_share_reads_days) if self.keep_share_reads_days else None

    def find_share_key(self) -> str | None:
        """Return the keys that open the secrets of receivers, in the clear; None where there is none."""
        return None if self.share_key is None else self.share_key.get_secret_value()

    def find_open_mqtt_url(self) -> str:
        """Return where the broker of open data is, in the clear; "" where there is none."""
        return "" if self.open_mqtt_url is None else self.open_mqtt_url.get_secret_value()
