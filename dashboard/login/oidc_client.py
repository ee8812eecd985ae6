"""Talks to the identity provider: where to send a person, and who the person is that it sends back.

Authorization code flow with PKCE, state and nonce. Blocking: call it in a thread. Authlib and joserfc check what the
provider signs; which algorithms count is decided here, not by the token.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from msgspec import Struct

from cityops.accounts.oidc import OidcRefused
from cityops.accounts.oidc_config import OidcConfig
from cityops.errors import CityOpsError
from dashboard.login.provider_requests import bind

PATIENCE = 5.0  # seconds for each read; the whole answer has a limit of its own
LEEWAY = 60  # seconds that clocks may differ
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# What requests, JSON and Authlib raise of a provider that is away, or answers something else.
BROKEN = (requests.RequestException, OAuthError, JoseError, ValueError, KeyError, TypeError, AttributeError)


class ProviderAway(CityOpsError):
    """The identity provider cannot be reached. Try again, or log in by a local account."""


class Flow(Struct, frozen=True):
    """What one log-in must bring back. The browser keeps it, signed, while its person is at the provider."""

    state: str
    nonce: str
    verifier: str
    target: str


def new_flow(target: str) -> Flow:
    """Return a log-in that leads to a page of ours."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(state, nonce, verifier, target)


class OidcClient:
    """One provider. What it publishes about itself is read once; its keys again when one is unknown."""

    def __init__(self, config: OidcConfig, secret: str | None) -> None:
        self.config = config
        self._secret = secret
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    def address(self, flow: Flow, redirect: str) -> str:
        """Return where to send a person. Raises ProviderAway."""
        endpoint = self._published()["authorization_endpoint"]
        with self._session(redirect) as session:
            made, _ = session.create_authorization_url(
                endpoint, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
            )
        return str(made)

    def claims(self, flow: Flow, code: str, redirect: str) -> dict[str, Any]:
        """Return what the provider says of the person who came back with a code. Raises ProviderAway, OidcRefused."""
        published = self._published()
        with self._session(redirect) as session:
            try:
                token = session.fetch_token(
                    published["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=flow.verifier,
                )
                found = self._verified(token, flow)
                return self._user_info(session, published, found) | found
            except requests.ConnectionError as error:
                raise ProviderAway from error
            except BROKEN as error:
                raise OidcRefused from error

    def _verified(self, token: dict[str, Any], flow: Flow) -> dict[str, Any]:
        try:
            decoded = self._decode(token["id_token"], self._key_set())
        except InvalidKeyIdError:  # the provider has new keys
            decoded = self._decode(token["id_token"], self._key_set(fresh=True))
        config = self.config
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": config.issuer},
                "aud": {"essential": True, "value": config.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": flow.nonce},
            },
            {"nonce": flow.nonce, "client_id": config.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _decode(self, token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(token, key=keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))

    def _user_info(self, session: Any, published: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """Return what the provider tells beside the token, where it does; it must be of the same person."""
        if "userinfo_endpoint" not in published:
            return {}
        answer = session.get(published["userinfo_endpoint"])
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        if told["sub"] != found["sub"]:
            raise OidcRefused
        return told

    def _published(self) -> dict[str, Any]:
        if self._metadata is None:
            issuer = self.config.issuer
            found = self._read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            secure = urlsplit(issuer).scheme
            if found.get("issuer") != issuer or any(
                urlsplit(str(found.get(one))).scheme != secure for one in ENDPOINTS
            ):
                raise ProviderAway
            self._metadata = found
        return self._metadata

    def _key_set(self, *, fresh: bool = False) -> KeySet:
        if self._keys is None or fresh:
            self._keys = KeySet.import_key_set(self._read(self._published()["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _read(self, address: str) -> dict[str, Any]:
        try:
            with bind(requests.Session()) as session:
                answer = session.get(address, timeout=PATIENCE, allow_redirects=False)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderAway from error
        return found

    def _session(self, redirect: str) -> Any:
        session = OAuth2Session(
            self.config.client_id,
            self._secret,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            code_challenge_method="S256",
            scope=" ".join(self.config.scopes),
            redirect_uri=redirect,
            default_timeout=PATIENCE,
        )
        return bind(session)
