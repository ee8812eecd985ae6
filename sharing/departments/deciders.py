"""Who decides about a request: the head of the provider; where nobody is that, who grades the data sets."""

from cases.life.posts import CaseActor, Post
from cityops.storage import Transaction, load_queries
from sharing.departments.share_request import ShareRequest
from sharing.errors import ShareForbidden, ShareHasHead

SQL = load_queries("sharing")


def check_decider(request: ShareRequest, posts: tuple[CaseActor, ...]) -> None:
    """Raise ShareForbidden unless one of the posts is the head of the department that provides the sets."""
    if not any(one.post is Post.HEAD and one.department == request.provider for one in posts):
        raise ShareForbidden


def check_stand_in(tx: Transaction, request: ShareRequest) -> None:
    """Raise ShareHasHead where somebody leads the provider: then nobody decides in their place."""
    if request.number not in headless_requests(tx):
        raise ShareHasHead


def headless_requests(tx: Transaction) -> frozenset[int]:
    """Return the numbers of the requests that wait for a provider that nobody leads.

    Who leads it has an open account, and did not ask themselves.
    """
    return frozenset(row["number"] for row in tx.rows(SQL["headless_share_requests"]))
