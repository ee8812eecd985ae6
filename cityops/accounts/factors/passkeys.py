"""Passkeys (WebAuthn): a key in a device that asks its owner for a finger, a face or a PIN.

One of them alone logs in, for it is two factors: the device, and what the device asked for. So all of them must verify
their user. Challenges are signed, carry their purpose and count once.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cityops.accounts.signing import Signer
from cityops.errors import CityOpsError
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cityops.storage")
PATIENCE = timedelta(minutes=5)  # between a challenge and its answer
LONGEST_NAME = 64
VERIFIED = UserVerificationRequirement.REQUIRED
# What py_webauthn raises of an answer that is malformed below its own checks: base64, CBOR, keys.
BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


class PasskeyRefused(CityOpsError):
    """The passkey is not accepted. Try again, or use your password."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What passkeys belong to: the name of the host, and the origins of which the browser must report one."""

    host: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is to be signed, and the signed text by which the answer brings it back."""

    value: bytes
    text: str


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What the browser sends: the authenticator's answer as JSON, and the challenge's text."""

    credential: str
    challenge: str


def new_challenge(signer: Signer, purpose: str, *, now: datetime) -> Challenge:
    """Return a challenge for one purpose, such as "login"."""
    value = secrets.token_bytes(32)
    encoded = base64.b64encode(value).decode()
    return Challenge(value, signer.sign(_purpose(purpose), encoded, until=now + PATIENCE))


def creation_options(challenge: Challenge, site: RelyingParty, user_name: str, present: list[Row]) -> str:
    """Return the options of `navigator.credentials.create`, as JSON; `present` are the passkeys that there are."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="CityOps",
        user_name=user_name,
        user_id=hashlib.sha256(user_name.encode()).digest(),  # a second one on the same device replaces the first
        challenge=challenge.value,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=_descriptors(present),
    )
    return webauthn.options_to_json(options)


def request_options(challenge: Challenge, site: RelyingParty, present: list[Row]) -> str:
    """Return the options of `navigator.credentials.get`, as JSON; without `present`, any passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge.value,
        allow_credentials=_descriptors(present),
        user_verification=VERIFIED,
    )
    return webauthn.options_to_json(options)


def passkeys_of(tx: Transaction, name: str) -> list[Row]:
    """Return the passkeys of an account: credential_id (bytes), name, created_at, used_at (UTC)."""
    return [
        {**row, "credential_id": bytes(row["credential_id"])} for row in tx.rows(SQL["passkeys_of"], user_name=name)
    ]


def add_passkey(
    tx: Transaction,
    signer: Signer,
    site: RelyingParty,
    user_name: str,
    answer: PasskeyAnswer,
    *,
    name: str,
    now: datetime,
) -> None:
    """Store a new passkey. Raises PasskeyRefused."""
    challenge = _take_challenge(tx, signer, "add " + user_name, answer, now=now)
    try:
        made = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except BROKEN as error:
        raise PasskeyRefused from error
    stored = tx.execute(
        SQL["add_passkey"],
        credential_id=made.credential_id,
        user_name=user_name,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip()[:LONGEST_NAME] or "passkey",
        now=now,
    )
    if not stored:
        raise PasskeyRefused


def holder_of(
    tx: Transaction, signer: Signer, site: RelyingParty, purpose: str, answer: PasskeyAnswer, *, now: datetime
) -> str:
    """Return whose passkey answers. Raises PasskeyRefused."""
    challenge = _take_challenge(tx, signer, purpose, answer, now=now)
    try:
        credential = parse_authentication_credential_json(answer.credential)
        known = tx.row(SQL["find_passkey"], credential_id=credential.raw_id)
        if known is None:
            raise PasskeyRefused
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=list(site.origins),
            credential_public_key=bytes(known["public_key"]),
            credential_current_sign_count=known["sign_count"],
            require_user_verification=True,
        )
    except BROKEN as error:
        raise PasskeyRefused from error
    tx.execute(SQL["note_passkey"], credential_id=credential.raw_id, sign_count=verified.new_sign_count, now=now)
    return str(known["user_name"])


def credential_id(text: str) -> bytes:
    """Return the number of a passkey as a page holds it. Raises PasskeyRefused."""
    try:
        return base64url_to_bytes(text)
    except ValueError as error:
        raise PasskeyRefused from error


def _take_challenge(tx: Transaction, signer: Signer, purpose: str, answer: PasskeyAnswer, *, now: datetime) -> bytes:
    """Return the challenge that is answered, which counts once."""
    encoded = signer.verify(_purpose(purpose), answer.challenge, now=now)
    if encoded is None:
        raise PasskeyRefused
    value = base64.b64decode(encoded)
    tx.execute(SQL["forget_challenges"], before=now - 2 * PATIENCE)
    if not tx.execute(SQL["use_challenge"], challenge=value, now=now):
        raise PasskeyRefused
    return value


def _purpose(purpose: str) -> str:
    return f"passkey {purpose}"


def _descriptors(present: list[Row]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row["credential_id"]) for row in present]
