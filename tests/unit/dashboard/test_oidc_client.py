"""Which ID tokens count: signed by the provider's keys with a named algorithm, for us, now, in this log-in."""

import time
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.jws import JWSRegistry

from cityops.accounts.oidc import OidcRefused
from cityops.accounts.oidc_config import OidcConfig
from cityops.accounts.roles import Role
from dashboard.login.oidc_client import Flow, OidcClient, ProviderAway

ISSUER = "https://id.example"
FLOW = Flow("state", "nonce", "verifier", "/desk")
CONFIG = OidcConfig(issuer=ISSUER, client_id="cityops", roles={"ops": Role.OFFICER})
OURS, OTHERS = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}


class Answer:
    """An answer of the provider."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def raise_for_status(self) -> None:
        pass

    def json(self) -> Any:
        return self._content


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {"iss": ISSUER, "sub": "s-1", "aud": "cityops", "iat": now, "exp": now + 300, "nonce": "nonce", **changed}
    return {name: value for name, value in found.items() if value is not None}


def signed(content: dict[str, Any], *, algorithm: str = "RS256", key: Any = OURS) -> str:
    registry = JWSRegistry(algorithms=[algorithm])
    return jwt.encode({"alg": algorithm, "kid": "one"}, content, key, registry=registry)


def ask(monkeypatch: pytest.MonkeyPatch, token: str, metadata: dict[str, Any] = METADATA) -> dict[str, Any]:
    """Return what the client takes from a provider that answers with this ID token."""
    keys = {"keys": [OURS.as_dict(private=False)]}
    monkeypatch.setattr(
        requests.Session, "get", lambda _, url, **__: Answer(keys if url.endswith("/keys") else metadata)
    )
    monkeypatch.setattr(OAuth2Session, "fetch_token", lambda *_, **__: {"id_token": token, "access_token": "a"})
    return OidcClient(CONFIG, None).claims(FLOW, "code", "https://city.example/login/oidc/callback")


def test_a_right_token_says_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, signed(claims()))["sub"] == "s-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"sub": None},
        {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None},
        {"aud": ["cityops", "another"], "azp": "another"}, {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)  # fmt: skip
def test_a_token_with_another_claim_is_refused(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]) -> None:
    with pytest.raises(OidcRefused):
        ask(monkeypatch, signed(claims(**changed)))


@pytest.mark.parametrize(
    "token",
    [
        signed(claims(), key=OTHERS),
        signed(claims(), algorithm="HS256", key=OctKey.import_key("what-the-client-knows-too")),
        signed(claims())[:-8] + "AAAAAAAA",
        "eyJhbGciOiJub25lIn0." + signed(claims()).split(".")[1] + ".",
        "",
        "x.y.z",
    ],
    ids=["another key", "a shared secret", "another signature", "no signature", "nothing", "no token"],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    with pytest.raises(OidcRefused):
        ask(monkeypatch, token)


@pytest.mark.parametrize(
    "changed", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://id.example/token"}, {"jwks_uri": None}]
)
def test_a_provider_that_says_it_is_another_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    with pytest.raises(ProviderAway):
        ask(monkeypatch, signed(claims()), {**METADATA, **changed})
