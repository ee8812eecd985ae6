"""Pages that need no script, for accounts and administrators: one frame (`templates/page.html`) around the content."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import HTMLResponse

from cityops.accounts.roles import Role
from dashboard import texts
from dashboard.ui.components import pages_open
from dashboard.ui.dash_app import page_facts
from dashboard.ui.rendering import answer_page
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """What became of the last request: a key of the catalogue, and whether it is good news."""

    key: str
    is_good: bool


def read_outcome(said: str, bad: str) -> RequestOutcome | None:
    """Return what an address tells of the last request; None for an unknown word, which only an address can hold."""
    key = f"said.{said or bad}"
    return RequestOutcome(key, is_good=bool(said)) if key in texts.load_texts() else None


def draw_page(
    here: RequestContext,
    template: str,
    title: str,
    /,
    *,
    at: str,
    outcome: RequestOutcome | None = None,
    refresh: int | None = None,
    status: int = HTTPStatus.OK,
    **content: object,
) -> HTMLResponse:
    """Return a page of a template that extends `ui/page.html`; `at` is its address, `content` the template's own names.

    `refresh`: after how many seconds the browser asks for it again; None: never.
    """
    return answer_page(
        template,
        here.language,
        status=status,
        title=title,
        at=at,
        outcome=outcome,
        refresh=refresh,
        person=here.person,
        zone=here.site.settings.zone,
        links=_links(here),
        page_facts=page_facts(here.language),
        **content,
    )


def _links(here: RequestContext) -> dict[str, str]:
    """Return the pages that are open to this person: what each is called, by its address."""
    say, person = texts.speaker(here.language), here.person
    links = {"/account": say("account.title")}
    if person.role is Role.SECURITY_ADMIN:
        of_rights = {"tokens": "tokens.title", "posts": "posts.title", "datasets": "datasets.title"}
        of_rights |= {"sharing": "share.admin_title"}
        links = {f"/admin/{name}": say(key) for name, key in of_rights.items()} | links
    if person.role is Role.SYSTEM_ADMIN:
        links = {"/admin/statements": say("statements.title"), **links}
    if person.role is Role.SYSTEM_ADMIN and person.scope.is_whole:
        links = {"/admin/catalogue": say("catalogue.title"), **links}
    if person.role.is_administrator:
        return {"/admin": say("admin.title"), **links}
    of_pages = {"/sharing": say("share.title")}  # the bar of the desk has no room for it
    return links if person.must_change else pages_open(here, say) | of_pages | links
