"""The challenges of passkeys, as this process signs them for a browser and takes them back."""

import json

from fastapi import Request
from starlette.responses import Response

from cityops.accounts.factors.passkeys import Challenge, PasskeyAnswer, RelyingParty, holder_of, new_challenge
from cityops.accounts.signing import Signer, load_signer
from cityops.clock import utc_now
from cityops.settings import Settings
from cityops.storage import Transaction
from dashboard.web.request_context import visit

LOGIN = "login"


def proof_of(name: str) -> str:
    """Return the purpose of a challenge by which somebody shows again who they are."""
    return f"prove {name}"


def site_of(request: Request, settings: Settings) -> RelyingParty:
    """Return what passkeys made at this address belong to. The guard has checked that the host is ours."""
    netloc = request.headers.get("host", "")
    schemes = ("https",) if settings.cookie_secure else ("http", "https")  # the demo, on loopback, has no TLS
    return RelyingParty(request.url.hostname or "", tuple(f"{scheme}://{netloc}" for scheme in schemes))


def options_answer(options: str, challenge: str) -> Response:
    """Return what the script of the page (assets/passkeys.js) hands to the browser and sends back."""
    body = f'{{"options": {options}, "challenge": {json.dumps(challenge)}}}'
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


class Ceremonies:
    """Signs challenges and checks answers. Its functions ask the database: call them in a thread."""

    def __init__(self) -> None:
        self._signer: Signer | None = None

    def challenge(self, purpose: str) -> Challenge:
        """Return a new challenge. Raises StorageError."""
        return new_challenge(self.signer(), purpose, now=utc_now())

    def holder(self, tx: Transaction, site: RelyingParty, purpose: str, answer: PasskeyAnswer) -> str:
        """Return whose passkey answers. Raises PasskeyRefused."""
        return holder_of(tx, self.signer(), site, purpose, answer, now=utc_now())

    def signer(self) -> Signer:
        """Return the signer of this city. Raises StorageError."""
        if self._signer is None:
            site = visit().site
            with site.database.transaction() as tx:
                self._signer = load_signer(tx, site.settings, utc_now())
        return self._signer
