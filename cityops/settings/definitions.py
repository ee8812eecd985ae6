"""All settings in one; a secret says which programs hold it."""

from collections.abc import Callable, Mapping
from datetime import time
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from cityops.errors import SettingError
from cityops.settings import values
from cityops.settings.broker_settings import BrokerSettings
from cityops.settings.holders import HeldBy
from cityops.settings.retention import RetentionSettings
from cityops.settings.sharing import SharingSettings
from cityops.settings.warning_settings import WarningSettings

PREFIX = "CITYOPS_"
SERVICES = ("ingest", "watch", "dashboard", "portal", "simulate")

# How a setting of several parts is read from its text.
_READERS: Mapping[str, Callable[[str], object]] = {
    "trusted_proxies": values.networks_of,
    "allowed_hosts": values.hosts_of,
    "alarm_rules": values.names_of,
    "domains": values.names_of,
    "alarm_quiet": values.span_of_day,
    "cap_feeds": values.feeds_of,
}


class Settings(BrokerSettings, WarningSettings, RetentionSettings, SharingSettings, BaseSettings):
    """All settings of all programs. Immutable; secrets are masked when printed."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX)

    database_url: Annotated[SecretStr | None, HeldBy(*SERVICES, "db")] = Field(
        None, description="Where the database is: postgresql://user:password@host:port/name."
    )
    read_database_url: Annotated[SecretStr | None, HeldBy("dashboard")] = Field(
        None,
        description="A standby of the database, from which the dashboard reads what walls and desks show and what is "
        "exported; people's acts and everything else go to the database itself.",
    )
    secret_key: Annotated[SecretStr | None, HeldBy("dashboard")] = Field(
        None,
        description="Signs the cookies by which an account knows its devices, and encrypts the secrets of one-time "
        "codes. At least 32 characters, the same in every process; without it cookies are signed with a random key "
        "that the database remembers, and nobody can switch one-time codes on.",
    )
    previous_secret_key: Annotated[SecretStr | None, HeldBy("dashboard")] = Field(
        None,
        description="What CITYOPS_SECRET_KEY was before, while it is changed: the dashboard reads with it what is "
        "encrypted, and encrypts it anew when it starts.",
    )
    reporter_key: Annotated[SecretStr | None, HeldBy("dashboard", "watch")] = Field(
        None,
        description="Opens who reported something: the private half of a pair that `cityops citizens make-key` makes. "
        "For `dashboard` and `watch`; the portal never has it.",
    )
    reporter_public_key: str | None = Field(
        None,
        description="Seals who reported something: the public half of that pair. Without it no contact is taken.",
    )
    pack_key: Annotated[Path | None, HeldBy("dashboard")] = Field(
        None,
        description="The file of the key (PEM, Ed25519) that signs evidence packs, which `cityops audit make-pack-key` "
        "makes. For `dashboard`; without it there are no packs.",
    )
    anchor_file: Path | None = Field(
        None,
        description="Where `watch` notes once a day how far the audit chain goes, outside of the database: best on a "
        "disk of another machine. Not set: nowhere.",
    )
    witness_file: Annotated[Path | None, HeldBy("watch")] = Field(
        None,
        description="A TOML file that names another city, which countersigns once a day how far the audit chain goes, "
        "and where its token is. For `watch`; without it nobody is asked.",
    )
    call_rework: Literal["same_due", "new_limit"] = Field(
        "same_due",
        description="What a caller who says *not solved* does to the deadline: nothing (`same_due`), or the department "
        "has its whole limit again (`new_limit`).",
    )
    hooks_file: Annotated[Path | None, HeldBy("portal")] = Field(
        None,
        description="A TOML file with the channels that send reports to the portal by themselves, and the secrets by "
        "which they sign. For `portal` alone; without it nobody does.",
    )
    timezone: str = Field(
        "Asia/Shanghai",
        description="The city's time zone: whose days are days, and what people read; data is UTC. "
        "A change needs `cityops db migrate`.",
    )
    language: Literal["zh", "en"] = Field("zh", description="The language of pages until a person chooses.")
    data_dir: Path = Field(Path("demo-data"), description="Where the embedded servers keep their files.")
    catalogue_file: Path | None = Field(
        None, description="A TOML file with the city's own metrics and sensor kinds, added to the built-in ones."
    )
    domains: tuple[str, ...] | None = Field(
        None,
        description="The city's domains by name, separated by commas, or all. Not set: the usual ones and those of "
        "CITYOPS_DOMAINS_DIR. A change needs `cityops db migrate`.",
    )
    domains_dir: Path | None = Field(
        None, description="A folder with the city's own domains, a folder each; one replaces a shipped one of its name."
    )
    rules_file: Path | None = Field(
        None, description="A TOML file with the city's alert rules, used instead of the built-in ones."
    )
    standards_file: Path | None = Field(
        None, description="A TOML file with the city's own tables of the standards, such as its rainstorm signals."
    )
    vitals_file: Path | None = Field(
        None, description="A TOML file with the city's own weights of the vital signs, table by table."
    )
    topics_file: Path | None = Field(
        None,
        description="A TOML file with the city's own numbers for topics of the month and for alerts that bring "
        "complaints, table by table.",
    )
    notify_file: Annotated[Path | None, HeldBy("watch")] = Field(
        None, description="A TOML file with the contacts and channels that are told of alerts; without it nobody is."
    )
    oidc_file: Path | None = Field(
        None,
        description="A TOML file that names the identity provider (OpenID Connect) and who has which role; "
        "without it there are local accounts only.",
    )
    oidc_client_secret: Annotated[SecretStr | None, HeldBy("dashboard")] = Field(
        None, description="Our secret at the identity provider; a public client has none."
    )
    disks: str | None = Field(
        None,
        description="Folders whose free space `cityops watch` reports, separated by commas: the database's, its WAL's, "
        "the broker's. Less than a tenth free stands on the wall.",
    )
    certificates: str | None = Field(
        None,
        description="Files with certificates (PEM) whose end `cityops watch` reports, separated by commas. One that "
        "ends within 30 days stands on the wall.",
    )
    alarm_severity: int = Field(
        1,
        ge=1,
        le=4,
        description="Open alerts from 1 (red) to this one sound at the desk until somebody has them.",
    )
    alarm_rules: tuple[str, ...] | None = Field(
        None, description="Rules whose alerts sound whatever their severity: ids separated by commas."
    )
    alarm_quiet: tuple[time, time] | None = Field(
        None,
        description="Hours of the city's clocks in which only red alerts sound, such as 22:00-06:00. Not set: none.",
    )
    wall_open: bool = Field(
        default=False, description="Show /wall without a token. Only for a dashboard bound to loopback."
    )
    demo: bool = Field(
        default=False, description="Show /presenter, which tells the simulator what happens. Set by the demo."
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] | None = Field(
        None,
        description="The proxies in front of the dashboard, addresses or networks separated by commas. "
        "Only they may say in X-Forwarded-For where a visitor comes from.",
    )
    allowed_hosts: tuple[str, ...] | None = Field(
        None,
        description="The names under which people open the dashboard, separated by commas; *.example.cn is every "
        "name below. Not set: every name.",
    )
    cookie_secure: bool = Field(
        default=True, description="Send login cookies over HTTPS only. The demo, on loopback, switches it off."
    )

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        return values.zone_named(name)

    @field_validator(*_READERS, mode="before")
    @classmethod
    def _are_parts(cls, value: object, info: ValidationInfo) -> object:
        return _READERS[str(info.field_name)](value) if isinstance(value, str) else value

    @field_validator("database_url", "read_database_url", "mqtt_url", "mqtt_device_url", "open_mqtt_url")
    @classmethod
    def _has_scheme_and_host(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url is not None:
            schemes = ("postgresql", "postgres") if str(info.field_name).endswith("database_url") else ("mqtt", "mqtts")
            values.check_url(url.get_secret_value(), schemes)
        return url

    @field_validator("secret_key", "previous_secret_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < 32:
            raise ValueError("expected at least 32 characters")
        return key

    @field_validator("reporter_key", "reporter_public_key")
    @classmethod
    def _is_key_of_reporters(cls, key: SecretStr | str | None) -> SecretStr | str | None:
        if key is not None:
            values.check_key(key.get_secret_value() if isinstance(key, SecretStr) else key, "citizens")
        return key

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def disk_paths(self) -> list[Path]:
        """The folders whose free space is watched; the data directory too, where it is."""
        named = values.paths_of(self.disks)
        return [*named, *([self.data_dir] if self.data_dir.exists() and self.data_dir not in named else [])]

    @property
    def certificate_paths(self) -> list[Path]:
        """The certificates whose end is watched; the one that signed the broker's too."""
        return [
            *values.paths_of(self.certificates),
            *([self.mqtt_ca_file] if self.mqtt_ca_file is not None else []),
        ]

    def require_database_url(self) -> str:
        """Return the database URL in the clear; raise SettingError when it is not set."""
        return self._require("database_url", "postgresql://user:password@host:port/name")

    def find_read_database_url(self) -> str | None:
        """Return the URL of the standby in the clear; None where there is none."""
        return None if self.read_database_url is None else self.read_database_url.get_secret_value()

    def find_reporter_key(self) -> str | None:
        """Return the key that opens who reported something, in the clear; None where there is none."""
        return None if self.reporter_key is None else self.reporter_key.get_secret_value()

    def require_mqtt_url(self) -> str:
        """Return the broker URL in the clear; raise SettingError when it is not set."""
        return self._require("mqtt_url", "mqtt://host:port")

    def _require(self, name: str, example: str) -> str:
        secret: SecretStr | None = getattr(self, name)
        if secret is None:
            variable = PREFIX + name.upper()
            raise SettingError(f"{variable} is not set. Set it, or {variable}_FILE, to {example}.")
        return secret.get_secret_value()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  (the signature is pydantic's)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind the caller's back: read_settings() passes every value."""
        return (init_settings,)
