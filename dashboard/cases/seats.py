"""Who looks at cases and acts on them: the one place that asks which posts somebody holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cases.life.acts import choose_actor
from cases.life.case import Case
from cases.life.posts import CaseActor, department_of
from cases.life.transitions import TRANSITIONS, Act
from cases.store.posts import posts_of, scope_of_posts
from cityops.clock import utc_now
from cityops.scope import Scope
from cityops.storage import Database, Transaction
from dashboard.requests import idempotency
from dashboard.web.request_context import Forbidden, RequestContext


@dataclass(frozen=True, slots=True)
class CaseSeat:
    """Somebody at work on cases, with the posts they hold; without one they see the cases of their area."""

    here: RequestContext
    posts: tuple[CaseActor, ...]

    @property
    def scope(self) -> Scope:
        """What these posts see: the account's area, and what its department has to do with."""
        return scope_of_posts(self.posts, self.here.person.scope)

    @property
    def database(self) -> Database:
        """The database as these posts see it."""
        site = self.here.site.database
        return site.within(self.scope) if self.posts else site

    @property
    def department(self) -> str:
        """The department for which somebody acts; "" for none."""
        return department_of(self.posts)

    def actor(self, act: Act, case: Case | None) -> CaseActor:
        """Return in which post somebody does an act. Raises ActForbidden."""
        return choose_actor(self.posts, act, case)

    def act(self, work: Callable[[Transaction], Any]) -> Any:
        """Do the work of an act once for this request, as `RequestContext.act` does, in the scope of the posts."""
        here = self.here
        return idempotency.once(self.database, here.person.name, here.request, work, utc_now())


def take_seat(here: RequestContext) -> CaseSeat:
    """Return the seat of who asks."""
    with here.site.database.transaction() as tx:
        return CaseSeat(here, tuple(posts_of(tx, here.person.name)))


def seat_for(here: RequestContext, act: Act) -> CaseSeat:
    """Return the seat of somebody who wants to do an act. Raises Forbidden when no post of theirs may ever do it."""
    seat = take_seat(here)
    if not any(one.post in TRANSITIONS[act].posts for one in seat.posts):
        raise Forbidden
    return seat
