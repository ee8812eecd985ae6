"""What departments of the demo ask of each other, by the same functions as everybody, so that a presenter sees it."""

from datetime import datetime, timedelta

from cases.life.posts import CaseActor, Post
from cases.store.posts import all_posts
from cityops.storage import Database, Transaction
from sharing.departments.reading import read_shared
from sharing.departments.share_request import ShareWish
from sharing.departments.shareable import ShareableSet, read_shareable
from sharing.departments.store import ask, decide, issue_token, list_requests

ASKER = CaseActor("worker", Post.WORKER, "drainage")
HEAD = CaseActor("evaluator", Post.HEAD, "supervision")
ORIGIN = "192.0.2.20"  # the program of the department: an address that is nobody's
PLAN = "汛期排水调度 · drainage in the flood season"
HOT_SPOTS = "易涝点整治评估 · where flooding comes back"
DAYS = timedelta(days=90)
PAGES = 3  # that the department's program reads of each set at first


def share_in_demo(database: Database, now: datetime) -> bool:
    """Have the drainage company ask, be granted and read, once, when its people are there."""
    with database.transaction() as tx:
        if list_requests(tx) or not {ASKER, HEAD} <= set(all_posts(tx)):
            return True
        known = {one.name: one for one in read_shareable(tx)}
        if "cases" not in known:
            return True
        water = [one for one in known.values() if one.provider == "water-affairs" and one.is_unconditional]
        tokens = [(_granted(tx, [known["cases"]], now), ["cases"])]
        if water:
            names = [one.name for one in water]
            tokens.append((_granted(tx, water, now), names))
        ask(tx, _wish([known["cases"]], HOT_SPOTS, now, with_persons=True), actor=ASKER.name, now=now)
    for token, names in tokens:
        for name in names:
            _read(database, token, name, now)
    return True


def _granted(tx: Transaction, wanted: list[ShareableSet], now: datetime) -> str:
    """Return the token of what was asked for and, where it has a condition, granted."""
    asked = ask(tx, _wish(wanted, PLAN, now), actor=ASKER.name, now=now)
    if not all(one.is_unconditional for one in wanted):
        reason = "用途明确，字段不含个人信息 · no field tells of a person"
        decide(tx, asked.number, granted=True, reason=reason, actor=HEAD.name, now=now)
    return issue_token(tx, asked.number, actor=ASKER.name, now=now)


def _wish(wanted: list[ShareableSet], purpose: str, now: datetime, *, with_persons: bool = False) -> ShareWish:
    fields = {
        one.name: tuple(field.name for field in one.fields if with_persons or not field.is_personal) for one in wanted
    }
    return ShareWish(ASKER.department, purpose, fields, now + DAYS)


def _read(database: Database, token: str, name: str, now: datetime) -> None:
    after = ""
    for _ in range(PAGES):
        with database.transaction() as tx:
            page = read_shared(tx, token, name, after=after, start=now - timedelta(hours=6), limit=500, origin=ORIGIN)
        after = page.next
        if not page.rows:
            return
