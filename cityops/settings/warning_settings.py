"""The settings of public warnings (CAP): who issues them, with which key, and which of others are taken."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from cityops.settings.holders import HeldBy


class WarningSettings(BaseModel):
    """How warnings go out, and where those of others come from."""

    cap_file: Path | None = Field(
        None,
        description="A TOML file that says who issues public warnings (CAP), and from which hosts those of others may "
        "be taken; without it none go out.",
    )
    cap_key: Annotated[SecretStr | None, HeldBy("watch")] = Field(
        None,
        description="Signs public warnings: an RSA key (PEM), as `cityops cap make-key` makes. For `watch` only.",
    )
    cap_certificate: str | None = Field(
        None, description="The certificate of that key (PEM), which stands in each warning and which others pin."
    )
    cap_senders: Path | None = Field(
        None,
        description="A folder with the certificates of those whose warnings are believed: SENDER.pem each. Without it "
        "all that comes waits for a person.",
    )
    cap_feeds: tuple[str, ...] | None = Field(
        None,
        description="Where `watch` takes warnings of others from: addresses of feeds (https) and folders, separated by "
        "commas or spaces. People read them on pages. Not set: from nowhere.",
    )

    def find_cap_key(self) -> str | None:
        """Return the key that signs public warnings, in the clear; None where there is none."""
        return None if self.cap_key is None else self.cap_key.get_secret_value()
