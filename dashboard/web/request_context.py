"""Who is asking: the visit of the present request, as the guard found it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from dashboard.requests import idempotency
from dashboard.requests.arguments import argument_check
from dashboard.requests.idempotency import RequestId
from dashboard.web.app_context import AppContext

P = ParamSpec("P")
T = TypeVar("T")
TRY_LATER = 1013  # how a WebSocket is closed when the server can serve no more
LOG_IN_AGAIN = 4401  # WebSocket close codes 4000 to 4999 are an application's own


class Forbidden(CityOpsError):
    """Your role does not allow this. Ask a supervisor for the right."""


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request's visitor. A wall has no user: it may look, and nothing else."""

    site: AppContext
    user: User | None
    language: str
    origin: str = ""
    may_stay: Callable[[], Awaitable[bool]] = _always  # asked again and again while a WebSocket is open
    request: RequestId | None = None  # by which an act is recognised when its request comes again

    @property
    def person(self) -> User:
        """Who acts. Raises Forbidden for a wall, which has nobody in front of it."""
        if self.user is None:
            raise Forbidden
        return self.user

    @property
    def holder(self) -> str:
        """Who holds what this visitor opens: the account; of walls, which have none, the address."""
        return f"account {self.user.name}" if self.user is not None else f"address {self.origin}"

    def act(self, work: Callable[[Transaction], Any], *, check: Callable[[], None] | None = None) -> Any:
        """Do the work of an act in one transaction, once for this request, and return its answer (JSON).

        `check` comes before, in transactions of its own, such as whether a password is right.
        Raises KeyReused, KeyWithdrawn, StorageError, Forbidden and what check and work raise.
        """
        return idempotency.once(self.site.database, self.person.name, self.request, work, utc_now(), check=check)

    def allows(self, role: Role) -> bool:
        """Whether the visitor's role includes this one."""
        return self.user is not None and self.user.role.includes(role)


current: ContextVar[RequestContext | None] = ContextVar("visit", default=None)


def visit() -> RequestContext:
    """Return the visit of this request. Outside a request there is none: a RuntimeError."""
    found = current.get()
    if found is None:
        raise RuntimeError("no visit: this runs outside a guarded request")
    return found


def catalogue() -> Catalogue:
    """Return the catalogue of this request's city; an empty one when Dash asks for a layout outside a request."""
    found = current.get()
    return found.site.catalogue if found else Catalogue()


def language() -> str:
    """Return the language of this request; Chinese when Dash asks for a layout outside one."""
    found = current.get()
    return found.language if found else "zh"


def require(role: Role) -> RequestContext:
    """Return the visit if its role is enough. Raises Forbidden."""
    found = visit()
    if not found.allows(role):
        raise Forbidden
    return found


def require_role(role: str, *, act: bool = False) -> Callable[[Callable[P, T]], Callable[P, Awaitable[T]]]:
    """Guard a Dash callback with a role, check what it is given against its annotations, and run it in a thread.

    `act`: it changes something, by `Visit.act`; pages send its requests with a key of their own.
    Dash on FastAPI calls a plain function on the event loop, where one slow query would stop every screen.
    """
    needed = Role(role)

    def decorate(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        check = argument_check(function)

        @wraps(function)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            require(needed)
            checked, named = check(args, kwargs)
            return await asyncio.to_thread(function, *checked, **named)

        vars(guarded)["needs"] = needed  # so that a test can walk all callbacks
        vars(guarded)["is_act"] = act
        return guarded

    return decorate
