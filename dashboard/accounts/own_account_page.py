"""What `/account` shows: password, second factor, passkeys, recovery codes, sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from webauthn.helpers import bytes_to_base64url

from cityops.accounts import authentication, own_account, passkeys, second_factor, totp
from cityops.accounts.login_history import LoginHistory, login_history
from cityops.accounts.second_factor import Factors
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard import texts
from dashboard.accounts.browsers import device_words
from dashboard.accounts.login_cards import draw_history
from dashboard.ui.components import Speak
from dashboard.ui.html_pages import button, card, field, form, moment, page, script, table, told
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class Account:
    """What the page tells of an account."""

    sessions: Sequence[Row]
    factors: Factors
    passkeys: Sequence[Row]
    history: LoginHistory
    is_external: bool = False  # an identity provider keeps what opens it


def read_account(here: RequestContext) -> Account:
    """Return what is stored of whoever asks. Raises StorageError."""
    now = utc_now()
    with here.site.database.transaction() as tx:
        return Account(
            own_account.own_sessions(tx, here.person, now=now),
            second_factor.factors_of(tx, here.person.name),
            passkeys.passkeys_of(tx, here.person.name),
            login_history(tx, here.person.name, now=now),
            bool(tx.value(authentication.SQL["is_external"], user_name=here.person.name)),
        )


def draw_account(here: RequestContext, account: Account, *, said: str, bad: str) -> Response:
    """Return the page, with what became of the last request."""
    say = texts.speaker(here.language)
    due = told(here, "must_change", good=False) if here.person.must_change else together()
    answer = told(here, said, good=True) if said else told(here, bad, good=False)
    if account.is_external:
        hint = tag("p", say("account.external"), class_="plain-said is-good")
        return page(here, say("account.title"), answer, hint, _sessions(here, account.sessions, say), at="/account")
    cards = [_password(account.factors, say)]
    if not here.person.must_change:
        cards += [_totp(here, account.factors, say), _passkeys(here, account, say)]
        cards += [_recovery(account.factors, say)] if account.factors.is_on else []
        cards += [_sessions(here, account.sessions, say), draw_history(here, account.history)]
    return page(here, say("account.title"), due, answer, *cards, script("passkeys"), at="/account")


def draw_recovery_codes(here: RequestContext, codes: Sequence[str], *, said: str) -> Response:
    """Return the page that shows new recovery codes, once."""
    say = texts.speaker(here.language)
    listed = card(
        say("account.recovery"),
        tag("p", say("account.recovery_once")),
        tag("ol", *(tag("li", tag("code", code)) for code in codes), class_="plain-codes"),
        tag("p", tag("a", say("account.recovery_kept"), href="/account", class_="plain-button is-link")),
    )
    return page(here, say("account.title"), told(here, said, good=True), listed, at="/account")


def proof(factors: Factors, say: Speak, *, code: str = "code") -> Markup:
    """Return the fields by which somebody shows again who they are: password, and code where there is one."""
    password = field(say("account.old"), "old", type="password", autocomplete="current-password", required=True)
    if not factors.is_on:
        return password
    hint = say("account.proof_passkey" if factors.passkeys else "account.proof_code")
    asked = field(hint, code, autocomplete="one-time-code", maxlength="24", required=not factors.passkeys)
    return together(password, asked)


def _proven(action: str, factors: Factors, *content: str, does: str | None = None) -> Markup:
    """Return a form that wants a proof. Where a passkey can give it, the script asks for it when no code is typed."""
    asks = "yes" if factors.passkeys else None
    return form(action, *content, data_passkey_proof=asks, data_passkey=does)


def _password(factors: Factors, say: Speak) -> Markup:
    old, *rest = (
        field(say(f"account.{name}"), name, type="password", autocomplete="new-password", required=True)
        for name in ("new", "again")
    )
    return card(
        say("account.password"),
        tag("p", say("account.policy")),
        _proven("/account/password", factors, proof(factors, say), old, *rest, button(say("account.change"))),
        half=True,
    )


def _totp(here: RequestContext, factors: Factors, say: Speak) -> Markup:
    if factors.totp:
        return card(
            say("account.factor"),
            tag("p", say("account.factor_is_on")),
            _proven("/account/second-factor/end", factors, proof(factors, say), button(say("account.factor_stop"))),
            half=True,
        )
    secret = totp.make_secret()
    return card(
        say("account.factor"),
        tag("p", say("account.factor_hint")),
        tag("p", tag("code", secret)),
        tag("p", tag("a", say("account.factor_open"), href=totp.address(secret, here.person.name))),
        _proven(
            "/account/second-factor",
            factors,
            tag("input", type="hidden", name="secret", value=secret),
            proof(factors, say, code="proof_code"),
            field(say("login.code"), "code", inputmode="numeric", autocomplete="one-time-code", maxlength="6"),
            button(say("account.factor_start")),
        ),
        half=True,
    )


def _passkeys(here: RequestContext, account: Account, say: Speak) -> Markup:
    """Return the passkeys; each ends, and a new one is made, with a proof. Making one needs a script."""
    rows = [
        [tag("b", row["name"]), moment(here, row["created_at"]), moment(here, row["used_at"])]
        for row in account.passkeys
    ]
    head = [say(f"account.{name}") for name in ("passkey_name", "passkey_since", "passkey_used")]
    choice = tag(
        "label",
        say("account.passkey_name"),
        tag(
            "select",
            *(tag("option", row["name"], value=bytes_to_base64url(row["credential_id"])) for row in account.passkeys),
            name="passkey",
        ),
    )
    end = _proven(
        "/account/passkeys/end",
        account.factors,
        choice,
        proof(account.factors, say),
        button(say("account.passkey_end")),
    )
    add = _proven(
        "/account/passkeys",
        account.factors,
        field(
            say("account.passkey_name"),
            "label",
            required=True,
            maxlength="64",
            placeholder=say("account.passkey_example"),
        ),
        proof(account.factors, say),
        tag("p", say("account.passkey_none"), class_="plain-hint is-bad", data_passkey_missing="yes", hidden=True),
        button(say("account.passkey_add")),
        does="create",
    )
    return card(
        say("account.passkeys"),
        tag("p", say("account.passkey_hint")),
        *([table(head, rows), tag("details", tag("summary", say("account.passkey_end")), end)] if rows else []),
        tag("h3", say("account.passkey_new")) if rows else together(),
        add,
        half=account.factors.is_on,  # beside the recovery codes
    )


def _recovery(factors: Factors, say: Speak) -> Markup:
    left = factors.recovery_codes
    return card(
        say("account.recovery"),
        tag("p", say("account.recovery_hint")),
        tag("p", say("account.recovery_left", count=left), class_="" if left > 2 else "is-bad"),
        _proven("/account/recovery-codes", factors, proof(factors, say), button(say("account.recovery_make"))),
        half=True,
    )


def _sessions(here: RequestContext, sessions: Sequence[Row], say: Speak) -> Markup:
    rows = [
        [
            moment(here, row["created_at"]),
            moment(here, row["seen_at"]),
            row["origin"],
            tag("span", device_words(row["device"] or ""), title=row["device"]),
            _end_session(row, here, say),
        ]
        for row in sessions
    ]
    head = [say(f"account.{name}") for name in ("since", "seen", "origin", "device")]
    return card(
        say("account.sessions"),
        table([*head, ""], rows, class_="plain-sessions"),
        form("/account/sessions/end", button(say("account.everywhere"))),
    )


def _end_session(row: Row, here: RequestContext, say: Speak) -> Markup:
    if row["session_id"] == here.person.session:
        return tag("span", say("account.this"), class_="pill pill-factor")
    number = tag("input", type="hidden", name="session", value=row["session_id"])
    return form("/account/session/end", number, button(say("account.session_end"), quiet=True), class_="plain-row")
