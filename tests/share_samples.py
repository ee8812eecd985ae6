"""A small city whose departments share: `traffic-police` asks, `ecology` and `supervision` provide. For tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.keys.sealing import make_pair
from cityops.storage import Database, Transaction
from cityops.storage.migrate import migrate
from cityops.storage.shared_role import make_shared_role
from sharing.datasets.data_set import DataSetDecision, UpdateCycle
from sharing.datasets.grades import DataLevel, Grades, OpenType, ShareType
from sharing.datasets.store import decide as grade
from sharing.datasets.store import find_data_set, seed_data_sets
from sharing.departments.keys import ShareKeys
from sharing.departments.share_request import ShareRequest, ShareWish
from sharing.departments.shareable import read_shareable
from sharing.departments.store import ask, decide, issue_token
from tests.storage_samples import drop_role, make_city, put

KEY, PUBLIC_KEY = make_pair()  # under which the secrets of receivers are sealed
KEYS = ShareKeys((KEY,))
AIR, NOISE, CASES, ALERTS = "readings-air_station", "readings-noise_meter", "cases", "alerts"
ASKER, HEAD = "lu", "ma"  # of traffic-police, of the provider
PURPOSE = "Routes for the marathon"


def share(tx: Transaction, name: str, kind: ShareType = ShareType.CONDITIONAL, provider: str = "ecology") -> None:
    """Decide how a set is shared."""
    condition = "For the work of the department" if kind is ShareType.CONDITIONAL else ""
    personal = name == CASES
    grades = Grades(kind, condition, OpenType.CLOSED, DataLevel.GENERAL, general_grade=2, personal=personal)
    decision = DataSetDecision(grades, UpdateCycle.REALTIME, provider, basis="Order 809")
    grade(tx, name, decision, seen=find_data_set(tx, name).version, actor="test", now=utc_now())


def build_sharing(tx: Transaction, catalogue: Catalogue, *, readings: int = 6) -> datetime:
    """Store the city, and readings of two air stations in two districts, one a minute; return when they begin."""
    series = make_city(tx)
    seed_data_sets(tx, catalogue)
    for name in (AIR, CASES, ALERTS, "areas", "evaluation"):
        share(tx, name)
    begin = (utc_now() - timedelta(hours=1)).replace(second=0, microsecond=0)
    for sensor in ("air-1", "air-2"):
        times = [begin + timedelta(minutes=number) for number in range(readings)]
        put(tx, series[sensor, "pm25"], [(time, float(number)) for number, time in enumerate(times)])
    tx.execute("SELECT freeze_rollups(now() - interval '1 minute')")  # as `watch` does: shared is what lies before it
    return begin


def wish(
    *names: str, fields: Mapping[str, tuple[str, ...]] | None = None, area: str = "", days: float = 30
) -> ShareWish:
    """What the traffic police ask for: these fields of these sets, without `fields` all that tell of nobody."""
    return ShareWish(
        "traffic-police", PURPOSE, fields or dict.fromkeys(names, ()), utc_now() + timedelta(days=days), area
    )


def grant(
    tx: Transaction, *names: str, fields: Mapping[str, tuple[str, ...]] | None = None, area: str = ""
) -> tuple[ShareRequest, str]:
    """Have sets asked for, granted and collected; return the request and its token."""
    known = {one.name: tuple(item.name for item in one.fields if not item.is_personal) for one in read_shareable(tx)}
    wanted = {name: known[name] for name in names} | dict(fields or {})
    now = utc_now()
    asked = ask(tx, wish(fields=wanted, area=area), actor=ASKER, now=now)
    decided = decide(tx, asked.number, granted=True, reason="It is for the event", actor=HEAD, now=now)
    return decided, issue_token(tx, asked.number, actor=ASKER, now=now)


@contextmanager
def shared_role(database: Database, url: str, catalogue: Catalogue) -> Iterator[Database]:
    """The database as the role of departments sees it, which for once may log in. A role is the whole server's."""
    make_shared_role(database)
    migrate(database, catalogue, report=lambda _: None)
    with database.transaction() as tx:
        tx.execute("ALTER ROLE cityops_shared LOGIN PASSWORD 'shared'")
        tx.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC")  # as where there is a portal
    parts = urlsplit(url)
    role = urlunsplit(parts._replace(netloc=f"cityops_shared:shared@{parts.hostname}:{parts.port}"))
    found = Database(role, application="shared")
    try:
        yield found
    finally:
        found.close()
        drop_role(database, "cityops_shared")
