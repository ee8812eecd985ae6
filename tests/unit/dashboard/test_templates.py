"""Every template renders in both languages, escapes whatever is put into it, and fails for what nobody gave."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from cityops.accounts.authentication import Role, User
from cityops.accounts.login_history import LoginHistory
from cityops.accounts.roles import BUSINESS
from cityops.accounts.second_factor import Factors
from cityops.audit_chain import ChainFault, Finding
from dashboard import texts
from dashboard.accounts.account_list import AccountLine, LimitLine
from dashboard.accounts.own_account_page import Account, PasskeyLine, SessionLine
from dashboard.accounts.system_view import (
    CertificateLine,
    ChannelLine,
    DiskLine,
    MachineView,
    ServiceLine,
    Station,
    SystemView,
)
from dashboard.accounts.token_page import TokenLine
from dashboard.ui.html_pages import Outcome
from dashboard.ui.rendering import environment, render

EVIL = "<img src=x onerror=alert(1)>\"'</script>"
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
# Read by pages with moments, without one-time codes, with a whole chain.
RARE = {"zone", "new_secret", "new_secret_address", "chain_length"}
PARTS = {
    "accounts/role_options.html",
    "ui/page.html",
    "ui/parts.html",
    "accounts/proof.html",
    "accounts/system_cards.html",
}  # of other templates


def frame(text: str) -> dict[str, Any]:
    """What every page in the officers' frame is given."""
    return {
        "title": text,
        "at": "/account",
        "outcome": Outcome("said.password", is_good=True),
        "refresh": 10,
        "person": User(text, Role.SECURITY_ADMIN),
        "zone": UTC,
        "links": {"/account": text},
        "page_facts": Markup("{}"),
    }


def account(text: str, factors: Factors) -> dict[str, Any]:
    sessions = [SessionLine(n, AT, AT, text, text, text, is_this=n == 1) for n in (1, 2)]
    passkeys = [PasskeyLine(text, text, AT, None)] if factors.passkeys else []
    history = LoginHistory([(AT, True, text), (AT, False, text)], failed=1)
    return {
        "account": Account(sessions, factors, passkeys, history, is_external=False),
        "factors": factors,
        "must_change": False,
        "new_secret": text,
        "new_secret_address": text,
    }


def accounts(text: str) -> dict[str, Any]:
    def line(role: Role, *signs: str, acts: tuple[str, ...] = ()) -> AccountLine:
        is_own = not role.is_administrator
        return AccountLine(
            text, role, text, text, list(signs), AT, 2, not is_own, has_rights_here=is_own, acts=list(acts)
        )

    return {
        "accounts": [line(Role.OFFICER, "disabled", "factor", acts=("unlock", "revoke")), line(Role.AUDIT_ADMIN)],
        "limits": [LimitLine(text, text, 5, AT, 30)],
        "roles": BUSINESS,
        "domains": [text],
    }


def system(text: str) -> SystemView:
    facts = [(text, text)]
    return SystemView(
        [text],
        [Station(text, text, is_ill=True)],
        [ServiceLine(text, is_job, "late", text, text, text) for is_job in (False, True)],
        [ChannelLine(text, is_broken=True, failing_since=AT, failures=3, retry_at=None, reason=text)],
        MachineView(
            facts,
            facts,
            [DiskLine(text, text, 12.5, is_low=True)],
            text,
            facts,
            [CertificateLine(text, AT, text, ends_soon=True)],
            [],
        ),
    )


def tokens(text: str) -> dict[str, Any]:
    lines = [
        TokenLine(text, "viewer", text, text, AT, text, ends_at, state)
        for ends_at, state in ((None, "open"), (AT, "expired"), (AT, "revoked"))
    ]
    return {
        "tokens": lines,
        "roles": BUSINESS,
        "domains": [text],
        "day_choices": (30, 90),
        "usual_days": 90,
    }


def audit(text: str) -> dict[str, Any]:
    row = {"audit_id": 1, "at": AT, "actor": text, "action": text, "object": text, "success": False, "origin": text}
    return {
        "troubles": [Finding(next(iter(ChainFault)), text)],
        "trouble_count": 1,
        "chain_length": 7,
        "anchor": text,
        "wanted": {"actor": text, "action": text, "object": text},
        "days": 7,
        "most": 200,
        "rows": [{**row, "detail": text}],
        "newest": text,
        "older": text,
    }


def login(text: str) -> dict[str, Any]:
    named = ("target", "target_in_address", "name", "refusal")
    return dict.fromkeys(named, text) | {"asks_code": True, "offers_provider": True}


# What each page may be given; every text that is not ours is the argument.
SAMPLES: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("accounts/account.html", lambda text: frame(text) | account(text, Factors())),
    ("accounts/account.html", lambda text: frame(text) | account(text, Factors(totp=True, passkeys=1))),
    ("accounts/recovery_codes.html", lambda text: frame(text) | {"codes": [text]}),
    ("accounts/accounts.html", lambda text: frame(text) | accounts(text)),
    ("accounts/tokens.html", lambda text: frame(text) | tokens(text)),
    ("accounts/token.html", lambda text: frame(text) | {"name": text, "token": text}),
    ("accounts/audit.html", lambda text: frame(text) | audit(text)),
    ("accounts/system.html", lambda text: frame(text) | {"system": system(text)}),
    (
        "accounts/system_admin.html",
        lambda text: frame(text) | {"system": None, "health": {"beats": text}, "settings": {text: text}},
    ),
    ("login/login.html", login),
    (
        "ui/dash.html",
        lambda _: {
            "page_facts": Markup("{}"),
            "icon_styles": Markup(),
            "dash": dict.fromkeys(("metas", "favicon", "css", "app_entry", "config", "scripts", "renderer"), Markup()),
        },
    ),
]
NAMES = [name for name, _ in SAMPLES]


class Outline(HTMLParser):
    """The elements of a page: whether they close in order, and which fields no label names."""

    VOID = frozenset({"input", "link", "meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [name for name in [found.get("id")] if name]
        is_field = tag in ("input", "select", "textarea") and found.get("type") != "hidden"
        if is_field and "label" not in self.open and "aria-label" not in found:
            self.wrong.append(f"no label: {tag} {found}")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def test_every_template_is_tried_here() -> None:
    assert {*NAMES, *PARTS} == set(environment.list_templates())


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_a_page_is_whole_html_whose_fields_have_labels(
    name: str, sample: Callable[[str], dict[str, Any]], language: str
) -> None:
    page = render(name, language, **sample("x"))
    outline = Outline(page)

    assert (outline.wrong, outline.open) == ([], [])
    assert len(outline.ids) == len(set(outline.ids))
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page
    assert re.search("[{%#]}|{[{%#]", page.replace("{}", "")) is None


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_whatever_is_put_in_stays_text(name: str, sample: Callable[[str], dict[str, Any]]) -> None:
    page = render(name, "zh", **sample(EVIL))

    assert "<img" not in page
    assert page.count("</script>") == page.count("<script")
    assert "&lt;img" in page or name == "ui/dash.html"


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=NAMES)
def test_a_name_that_nobody_gave_fails(name: str, sample: Callable[[str], dict[str, Any]]) -> None:
    values = sample("x")
    for missing in values.keys() - RARE:
        with pytest.raises(UndefinedError):
            render(name, "zh", **{key: value for key, value in values.items() if key != missing})


def test_only_python_says_that_a_text_is_html() -> None:
    for name in environment.list_templates():
        source = template_file(name).read_text(encoding="utf-8")

        assert re.search(r"\|\s*safe|autoescape|<script>", source) is None, name


def test_every_key_that_templates_say_exists() -> None:
    sources = "\n".join(template_file(name).read_text(encoding="utf-8") for name in environment.list_templates())
    used = set(re.findall(r"""say\(["']([a-z_]+\.[a-z0-9_]+)["'][,)]""", sources))

    assert used - set(texts.load_texts()) == set()
    assert len(used) > 90


def template_file(name: str) -> Path:
    return Path(environment.get_template(name).filename or "")
