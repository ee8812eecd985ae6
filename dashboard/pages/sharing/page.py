"""The pages of a department: its requests, what waits for it, and the form of a new one."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import Response

from cases.life.posts import CaseActor, Post
from cityops.clock import utc_now
from dashboard import texts
from dashboard.cases.seats import take_seat
from dashboard.pages.sharing.lines import ShareWords, field_word, request_line, words_of
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext
from sharing.departments.deciders import headless_requests
from sharing.departments.share_request import ShareRequest
from sharing.departments.shareable import ShareableSet
from sharing.departments.store import list_requests
from sharing.departments.webhooks import deliveries_of, webhooks_of

PATH = "/sharing"
MOST_SHOWN = 4000  # characters of a delivery
DAYS = (30, 90, 180, 365)  # how long a grant is good; the usual one is the second


def heads_of(posts: Sequence[CaseActor]) -> set[str]:
    """Return the departments for which somebody decides."""
    return {one.department for one in posts if one.post is Post.HEAD}


def draw(here: RequestContext, outcome: RequestOutcome | None) -> Response:
    """Return the page: what waits for the visitor, what their department asked for and gave, and what there is."""
    seat, now = take_seat(here), utc_now()
    with here.site.database.transaction() as tx:
        words = words_of(here, tx)
        own = list_requests(tx, department=seat.department) if seat.department else []
        receivers = webhooks_of(tx, seat.department) if seat.department else []
        headless = headless_requests(tx)
        to_us = [one for code in sorted(heads_of(seat.posts)) for one in list_requests(tx, provider=code)]
    waiting = [request_line(one, words, now) for one in to_us if one.state.value == "asked"]
    given = [request_line(one, words, now) for one in to_us if one.is_in_force(now)]
    return draw_page(
        here,
        "sharing/sharing.html",
        texts.say("share.title", here.language),
        at=PATH,
        outcome=outcome,
        department=words.department(seat.department) if seat.department else "",
        is_head=bool(heads_of(seat.posts)),
        own=[request_line(one, words, now, headless) for one in own],
        receivers=[row | {"title": words.title(row["data_set"])} for row in receivers],
        pushable={one.number: _pushable(one, words) for one in own},
        waiting=waiting,
        given=given,
        offers=_offers(words, seat.department),
    )


def draw_form(
    here: RequestContext,
    names: Sequence[str],
    *,
    sent: Mapping[str, Sequence[str]] | None = None,
    wrong: str = "",
) -> Response:
    """Return the form by which some sets are asked for. `sent`: what a form said whose field `wrong` is wrong."""
    with here.site.database.transaction() as tx:
        words = words_of(here, tx)
    typed = dict.fromkeys(("purpose", "area", "days"), "")
    typed |= {name: values[-1] for name, values in (sent or {}).items() if values}
    chosen = {name: set(values) for name, values in (sent or {}).items()} if sent else None
    sets = [_form_set(words.sets[name], chosen, words, here.language) for name in names if name in words.sets]
    return draw_page(
        here,
        "sharing/ask.html",
        texts.say("share.ask_title", here.language),
        at=PATH,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        sets=sets,
        typed=typed,
        wrong=wrong,
        day_choices=DAYS,
        usual_days=str(DAYS[1]),
        areas=[(code, words.area(code)) for code, area in words.cases.areas.items() if len(words.cases.areas) < 400],
    )


def draw_token(here: RequestContext, token: str) -> Response:
    """Return the page that tells a token, once."""
    title, outcome = texts.say("share.token_title", here.language), RequestOutcome("said.share_token", is_good=True)
    return draw_page(here, "sharing/token.html", title, at=PATH, outcome=outcome, secret=token, is_token=True)


def draw_secret(here: RequestContext, secret: str) -> Response:
    """Return the page that tells the secret of a receiver, once."""
    title, outcome = texts.say("share.secret_title", here.language), RequestOutcome("said.share_webhook", is_good=True)
    return draw_page(here, "sharing/token.html", title, at=PATH, outcome=outcome, secret=secret, is_token=False)


def draw_deliveries(here: RequestContext, webhook: int, outcome: RequestOutcome | None) -> Response:
    """Return the newest deliveries to a receiver of one's department; of another's there are none."""
    seat = take_seat(here)
    with here.site.database.transaction() as tx:
        found = [row for row in webhooks_of(tx, seat.department) if seat.department and row["number"] == webhook]
        lines = deliveries_of(tx, webhook) if found else []
        words = words_of(here, tx)
    return draw_page(
        here,
        "sharing/deliveries.html",
        texts.say("share.deliveries_title", here.language),
        at=PATH,
        outcome=outcome,
        status=HTTPStatus.OK if found else HTTPStatus.NOT_FOUND,
        receiver=found[0] | {"title": words.title(found[0]["data_set"])} if found else None,
        lines=[row | {"body": (row["body"] or "")[:MOST_SHOWN]} for row in lines],
    )


def _pushable(one: ShareRequest, words: ShareWords) -> list[tuple[str, str]]:
    """Return the sets of a request that can be pushed: outlines of areas are no news."""
    sets = (words.sets[name] for name in one.wish.fields if name in words.sets)
    return [(found.name, words.title(found.name)) for found in sets if found.subject != "areas"]


def _offers(words: ShareWords, department: str) -> list[Mapping[str, object]]:
    """Return the sets that can be asked for, by provider; one's own are left out."""
    by_provider: dict[str, list[Mapping[str, object]]] = {}
    for one in words.sets.values():
        if one.provider != department:
            line = {"name": one.name, "title": words.title(one.name), "condition": one.condition}
            by_provider.setdefault(one.provider, []).append(line)
    return [{"provider": words.department(code), "sets": sets} for code, sets in sorted(by_provider.items())]


def _form_set(
    one: ShareableSet, chosen: Mapping[str, set[str]] | None, words: ShareWords, language: str
) -> dict[str, object]:
    """Return a set of the form: every field that tells of nobody is marked, unless something else was sent."""
    marked = chosen.get(f"fields.{one.name}", set()) if chosen is not None else None
    return {
        "name": one.name,
        "title": words.title(one.name),
        "notes": one.notes.in_language(language),
        "condition": one.condition,
        "provider": words.department(one.provider),
        "fields": [
            {
                "name": field.name,
                "word": field_word(field.name, language),
                "is_personal": field.is_personal,
                "is_marked": not field.is_personal if marked is None else field.name in marked,
            }
            for field in one.fields
        ],
    }
