"""The people of the demo: which of its accounts holds which post, so that every act can be tried."""

from contextlib import suppress
from datetime import datetime

from cases.life.posts import CaseActor, Post
from cases.store.posts import all_posts, give_post
from cityops.accounts.administration import AccountUnknown
from cityops.storage import Transaction

POSTS = (
    CaseActor("collector", Post.COLLECTOR),
    CaseActor("duty", Post.ACCEPTOR),
    CaseActor("chief", Post.CHIEF),
    CaseActor("chief", Post.SUPERVISOR),
    CaseActor("dispatcher", Post.DISPATCHER),
    CaseActor("head", Post.HEAD, "drainage"),
    CaseActor("worker", Post.WORKER, "drainage"),
    CaseActor("evaluator", Post.EVALUATOR),
    CaseActor("evaluator", Post.HEAD, "supervision"),  # decides who gets cases: sharing/departments/demo.py
)


def give_demo_posts(tx: Transaction, *, actor: str, now: datetime) -> None:
    """Give the accounts of the demo their posts, unless somebody holds a post already."""
    if not all_posts(tx):
        for holder in POSTS:
            with suppress(AccountUnknown):  # a city with /presenter, and people of its own
                give_post(tx, holder, actor=actor, now=now)
