"""The other ways to log in, below the form of `/login`."""

from urllib.parse import quote

from dashboard.ui.components import Speak
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import visit


def other_ways(target: str, say: Speak) -> Markup:
    """Return them. Without a script, and where the browser knows no passkeys, that one stays hidden."""
    passkey = tag(
        "form",
        tag("input", type="hidden", name="next", value=target),
        tag("button", say("login.passkey"), type="submit", class_="login-other"),
        tag("p", say("account.proof_failed"), class_="login-refusal", data_passkey_failed="yes", hidden=True),
        method="post",
        action="/login/passkey",
        data_passkey="login",
        hidden=True,
    )
    provider = tag("a", say("login.oidc"), href=f"/login/oidc?next={quote(target, safe='')}", class_="login-other")
    is_offered = visit().site.settings.oidc_file is not None
    return together(
        provider if is_offered else together(), passkey, tag("script", src="/assets/passkeys.js", defer=True)
    )
