"""`/account`: what everybody does with their own account, also before a due password is changed."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import own_account
from cityops.accounts.authentication import CodeNeeded
from cityops.accounts.factors import passkeys
from cityops.accounts.factors.passkeys import PasskeyAnswer, PasskeyRefused, RelyingParty
from cityops.accounts.factors.passwords import PasswordRefused, PasswordUsedBefore
from cityops.accounts.factors.totp_secrets import CodeUncheckable, TotpKeyMissing, make_cipher
from cityops.accounts.login_limits import LoginRefused, TooManyAttempts
from cityops.accounts.own_account import SessionUnknown, WrongCode
from cityops.accounts.proofs import Asking, Proof
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from dashboard.accounts.own_account_lines import read_account
from dashboard.accounts.own_account_page import draw_account, draw_recovery_codes
from dashboard.login.ceremonies import Ceremonies, options_answer, proof_of, site_of
from dashboard.requests.forms import read_form
from dashboard.ui.html_pages import read_outcome
from dashboard.web import cookies
from dashboard.web.request_context import RequestContext, visit
from dashboard.web.request_ids import ACT
from dashboard.web.session_resolver import Visitors

SECRET = re.compile("[A-Z2-7]{32}")  # as `totp.make_secret` makes it


class Differ(CityOpsError):
    """The two new passwords differ. Enter the same twice."""


REFUSALS: dict[type[CityOpsError], str] = {
    Differ: "differ",
    PasswordUsedBefore: "used",
    PasswordRefused: "simple",
    WrongCode: "code",
    TooManyAttempts: "locked",
    TotpKeyMissing: "no_totp_key",
    CodeUncheckable: "code_uncheckable",
    CodeNeeded: "proof_code",
    LoginRefused: "old",
    PasskeyRefused: "passkey",
    SessionUnknown: "no_session",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a form: the page that tells it, and recovery codes to be shown this once."""

    address: str
    codes: list[str]


class Sent:
    """A form that somebody sent, and who: what the acts on their account need."""

    def __init__(
        self, here: RequestContext, fields: dict[str, str], site: RelyingParty, ceremonies: Ceremonies, said: str
    ) -> None:
        self.here = here
        self.fields = fields
        self.site = site
        self.ceremonies = ceremonies
        self.said = said
        self.database = here.site.database
        self.asking = Asking(here.person, here.origin, utc_now())

    def field(self, name: str) -> str:
        """Return a field; empty where it was not sent."""
        return self.fields.get(name, "")

    @property
    def proof(self) -> Proof:
        """That it is the person. Where `code` is another one's, the proof's own is `proof_code`."""
        answer = PasskeyAnswer(self.field("proof_answer"), self.field("proof_challenge"))

        def holder(tx: Transaction) -> str:
            return self.ceremonies.holder(tx, self.site, proof_of(self.asking.user.name), answer)

        code = self.fields.get("proof_code", self.field("code"))
        cipher = make_cipher(self.here.site.settings)
        return Proof(self.field("old"), code, cipher, holder if answer.credential else None)

    def act(self, work: own_account.Work, *, check: Callable[[], None] | None = None) -> Done:
        """Do it once for this request. The server remembers an address, never the codes: they are shown once.

        Whoever sends the request again because its answer was lost is told so, and makes new codes.
        """
        codes: list[str] = []

        def answered(tx: Transaction) -> str:
            codes.extend(work(tx))
            return f"/account?said={'codes_unseen' if codes else self.said}"

        return Done(self.here.act(answered, check=check), codes)


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router, ceremonies = APIRouter(include_in_schema=False), Ceremonies()

    @router.get("/account")
    async def show(said: str = "", bad: str = "") -> Response:
        here = visit()
        account = await asyncio.to_thread(read_account, here)
        return draw_account(here, account, read_outcome(said, bad))

    def add(path: str, work: Callable[[Sent], Done], said: str) -> None:
        async def act(request: Request) -> Response:
            here = visit()
            sent = Sent(here, await read_form(request), site_of(request, here.site.settings), ceremonies, said)
            try:
                done = await asyncio.to_thread(work, sent)
            except tuple(REFUSALS) as refused:
                bad = next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))
                return RedirectResponse(f"/account?bad={bad}", HTTPStatus.SEE_OTHER)
            visitors.forget_person(here.person.name)
            if done.codes:
                return draw_recovery_codes(here, done.codes, read_outcome(said, ""))
            return RedirectResponse(done.address, HTTPStatus.SEE_OTHER)

        router.add_api_route(path, act, methods=["POST"], dependencies=ACT)

    add("/account/password", _change_password, "password")
    add("/account/second-factor", _start_totp, "factor_on")
    add("/account/second-factor/end", _stop_totp, "factor_off")
    add("/account/passkeys", _add_passkey, "passkey_added")
    add("/account/passkeys/end", _end_passkey, "passkey_ended")
    add("/account/recovery-codes", _renew_recovery_codes, "recovery_codes")
    add("/account/session/end", _end_session, "session_ended")

    @router.post("/account/passkeys/options")
    async def creation(request: Request) -> Response:
        here = visit()
        site = site_of(request, here.site.settings)
        return await asyncio.to_thread(_creation_options, here, site, ceremonies)

    @router.post("/account/proof/options")
    async def proof(request: Request) -> Response:
        here = visit()
        site = site_of(request, here.site.settings)
        return await asyncio.to_thread(_proof_options, here, site, ceremonies)

    @router.post("/account/sessions/end", dependencies=ACT)
    async def log_out_everywhere() -> Response:
        here = visit()
        address = await asyncio.to_thread(_end_sessions, here)
        visitors.forget_person(here.person.name)
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        cookies.drop_cookie(response, cookies.SESSION, settings=here.site.settings)
        return response

    @router.post("/account/alive", status_code=HTTPStatus.NO_CONTENT)
    async def stay() -> Response:
        """Somebody is there; the guard has noted it."""
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router


def _change_password(sent: Sent) -> Done:
    if sent.field("new") != sent.field("again"):
        raise Differ
    return own_account.change_password(sent.database, sent.act, sent.asking, sent.proof, new=sent.field("new"))


def _start_totp(sent: Sent) -> Done:
    secret, code = sent.field("secret"), sent.field("code")
    if not SECRET.fullmatch(secret):
        raise WrongCode
    return own_account.start_totp(sent.database, sent.act, sent.asking, sent.proof, secret=secret, code=code)


def _stop_totp(sent: Sent) -> Done:
    return own_account.stop_totp(sent.database, sent.act, sent.asking, sent.proof)


def _add_passkey(sent: Sent) -> Done:
    answer = PasskeyAnswer(sent.field("answer"), sent.field("challenge"))
    user, now = sent.asking.user, sent.asking.now

    def store(tx: Transaction) -> None:
        signer = sent.ceremonies.signer()
        passkeys.add_passkey(tx, signer, sent.site, user.name, answer, name=sent.field("label"), now=now)

    return own_account.add_passkey(sent.database, sent.act, sent.asking, sent.proof, store=store)


def _end_passkey(sent: Sent) -> Done:
    number = passkeys.credential_id(sent.field("passkey"))
    return own_account.end_passkey(sent.database, sent.act, sent.asking, sent.proof, credential_id=number)


def _renew_recovery_codes(sent: Sent) -> Done:
    return own_account.renew_recovery_codes(sent.database, sent.act, sent.asking, sent.proof)


def _end_session(sent: Sent) -> Done:
    number = sent.field("session")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise SessionUnknown

    def work(tx: Transaction) -> list[str]:
        own_account.end_session(tx, sent.asking, int(number))
        return []

    return sent.act(work)


def _end_sessions(here: RequestContext) -> str:
    """End every session, and return where to go. Whoever asks again has no session any more, and lands there too."""

    def work(tx: Transaction) -> str:
        own_account.log_out_everywhere(tx, Asking(here.person, here.origin, utc_now()))
        return "/login"

    return str(here.act(work))


def _creation_options(here: RequestContext, site: RelyingParty, ceremonies: Ceremonies) -> Response:
    name = here.person.name
    challenge = ceremonies.challenge(f"add {name}")
    with here.site.database.transaction() as tx:
        present = passkeys.passkeys_of(tx, name)
    return options_answer(passkeys.creation_options(challenge, site, name, present), challenge.text)


def _proof_options(here: RequestContext, site: RelyingParty, ceremonies: Ceremonies) -> Response:
    name = here.person.name
    challenge = ceremonies.challenge(proof_of(name))
    with here.site.database.transaction() as tx:
        present = passkeys.passkeys_of(tx, name)
    return options_answer(passkeys.request_options(challenge, site, present), challenge.text)
