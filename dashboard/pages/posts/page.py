"""The page of posts: who holds which, with which areas, for which department, and a form for another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from cases.life.posts import GIVEN, OF_DEPARTMENTS, CaseActor, Post
from cases.store.post_holders import PostHolding, list_holdings
from cityops.accounts import account_admin
from cityops.accounts.roles import BUSINESS, Role
from cityops.clock import utc_now
from cityops.names import sort_key
from cityops.storage import Transaction
from dashboard import texts
from dashboard.cases.refusal_words import in_language
from dashboard.cases.words import CaseWords, read_catalogue
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

PATH = "/admin/posts"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A post that is about to be taken, though somebody or some cases need its holder."""

    holder: CaseActor
    waiting: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post of somebody."""

    name: str
    post: str
    word: str
    department: str
    department_name: str
    areas: str
    is_disabled: bool
    is_last: bool
    waiting: int


def draw_posts(
    here: RequestContext,
    outcome: RequestOutcome | None,
    *,
    leaving: Leaving | None = None,
    why: str = "",
    sent: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Return the page. `why`: why a post is not given, with what was `sent`; `leaving`: what has to be confirmed."""
    with here.site.database.transaction() as tx:
        catalogue = read_catalogue(tx, here.site.settings.require_database_url())
        words = CaseWords(here.language, catalogue, here.site.live.registry(tx).areas)
        lines = [_line(one, words) for one in list_holdings(tx)]
        accounts = _accounts(tx)
    held = {line.post for line in lines if not line.is_disabled}
    return draw_page(
        here,
        "posts/posts.html",
        texts.say("posts.title", here.language),
        at=PATH,
        outcome=outcome,
        status=status,
        lines=sorted(lines, key=lambda line: (sort_key(line.name), GIVEN.index(Post(line.post)))),
        leaving=leaving,
        leaving_post=words.post(leaving.holder) if leaving else "",
        why=in_language(why, here.language),
        sent={name: (sent or {}).get(name, "") for name in ("name", "post", "department")},
        accounts=accounts,
        posts=[(post.value, words.say(f"case_post.{post}")) for post in GIVEN],
        departments=[(code, words.department(code)) for code in catalogue.departments],
        missing=[words.say(f"case_post.{post}") for post in GIVEN if post not in held],
        of_departments=[words.say(f"case_post.{post}") for post in GIVEN if post in OF_DEPARTMENTS],
    )


def _line(one: PostHolding, words: CaseWords) -> PostLine:
    actor = one.actor
    return PostLine(
        actor.name,
        actor.post.value,
        words.say(f"case_post.{actor.post}"),
        actor.department,
        words.department(actor.department) if actor.department else "",
        words.say("posts.comma").join(map(words.area, one.scope.areas or ())),
        one.is_disabled,
        one.is_last,
        one.waiting,
    )


def _accounts(tx: Transaction) -> list[str]:
    """Return the open accounts of the business, by name."""
    rows = account_admin.list_accounts(tx, now=utc_now())
    names = [row["user_name"] for row in rows if Role(row["role"]) in BUSINESS and not row["disabled"]]
    return sorted(names, key=sort_key)
