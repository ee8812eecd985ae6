"""Who works at the hotline: accounts with the post of an acceptor; what may become public is for chiefs too."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from cases.life.posts import CaseActor, Post
from citizens.persons.contact_rights import CENTRE
from cityops.accounts.roles import Role
from dashboard import texts
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import Forbidden, RequestContext, require

PATH = "/hotline"
PARTS = (("hotline", PATH), ("calls", f"{PATH}/calls"), ("review", f"{PATH}/review"))  # in the order of the tabs


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the hotline, and in which post they act."""

    seat: CaseSeat
    actor: CaseActor

    @property
    def here(self) -> RequestContext:
        """The visit."""
        return self.seat.here

    @property
    def key(self) -> str | None:
        """What opens contacts; None where the city has none."""
        return self.here.site.settings.find_reporter_key()


def take_agent(posts: frozenset[Post] = frozenset({Post.ACCEPTOR})) -> Agent:
    """Return the agent who asks. Raises Forbidden for who holds none of the posts."""
    found = find_agent(posts)
    if found is None:
        raise Forbidden
    return found


def find_agent(posts: frozenset[Post] = frozenset({Post.ACCEPTOR})) -> Agent | None:
    """Return the agent who asks; None for who may log in and holds none of the posts. Raises Forbidden."""
    seat = take_seat(require(Role.VIEWER))
    held = [actor for actor in seat.posts if actor.post in posts]
    return Agent(seat, held[0]) if held else None


def take_reviewer() -> Agent:
    """Return who may decide what becomes public. Raises Forbidden."""
    return take_agent(CENTRE)


def find_reviewer() -> Agent | None:
    """Return who may decide what becomes public; None for others. Raises Forbidden."""
    return find_agent(CENTRE)


def draw_closed() -> Response:
    """Return the page that says for whom this is."""
    here = require(Role.VIEWER)
    title = texts.say("hotline.title", here.language)
    return draw_page(here, "hotline/closed.html", title, at=PATH, status=HTTPStatus.FORBIDDEN)


def tabs(part: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the hotline: key of the words, address, whether it is shown."""
    return [(f"hotline.part_{name}", address, name == part) for name, address in PARTS]
