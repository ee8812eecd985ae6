"""The channels that send reports by themselves, and the secrets by which they are known: a TOML file of the portal's.

It stands outside the database, so that who reads that can forge no report; and it is read at each request, so that a
secret that was taken out opens nothing a moment later.
"""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from citizens.reports import LONGEST_SENDER
from cityops.accounts.users import NAME
from portal.hooks import signatures, wecom_crypto
from portal.hooks.errors import HooksError
from portal.hooks.wecom_crypto import WecomKey

SETTING = "CITYOPS_HOOKS_FILE"
MOST_SECRETS = 4  # of one channel: the one in use, and those it takes the place of
Secrets = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST_SECRETS)]


class SignedChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program that signs as Standard Webhooks do. All `secrets` are good: an old one stands until nobody uses it."""

    secrets: Secrets

    def __post_init__(self) -> None:
        """Raise ValueError for a secret that is none."""
        self.read()

    def read(self) -> list[bytes]:
        """Return the secrets as bytes."""
        return [signatures.read_secret(one) for one in self.secrets]


class WecomPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Token and EncodingAESKey, as WeCom's administration shows them."""

    token: Annotated[str, msgspec.Meta(min_length=3, max_length=64)]
    aes_key: str


class WecomChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application of WeCom. `corp_id`: whose messages they are; all `keys` are good."""

    corp_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    keys: Annotated[tuple[WecomPair, ...], msgspec.Meta(min_length=1, max_length=MOST_SECRETS)]

    def __post_init__(self) -> None:
        """Raise ValueError for a key that is none."""
        self.read()

    def read(self) -> list[WecomKey]:
        """Return the pairs, the keys as bytes."""
        return [WecomKey(one.token, wecom_crypto.read_key(one.aes_key)) for one in self.keys]


class HookChannels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them by name."""

    signed: dict[str, SignedChannel] = {}
    wecom: dict[str, WecomChannel] = {}

    def __post_init__(self) -> None:
        """Raise ValueError for a name that two have, or that is none."""
        for name in (*self.signed, *self.wecom):
            if not NAME.fullmatch(name) or len(name) > LONGEST_SENDER:
                raise ValueError(f"{name}: a name has small letters, digits, dots and dashes, a letter first")
        for name in self.signed.keys() & self.wecom.keys():
            raise ValueError(f"{name} stands twice")


def load_channels(path: Path | None) -> HookChannels:
    """Return the channels of a file; none where there is none. Raises HooksError, which repeats no secret."""
    if path is None:
        return HookChannels()
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), HookChannels)
    except OSError as error:
        raise HooksError(f"{path} cannot be read ({error.strerror}). Correct {SETTING}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise HooksError(f"{path}: {error}. Correct the entry.") from error
