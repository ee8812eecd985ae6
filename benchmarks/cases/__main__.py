"""`make bench-cases`: acts, lists and a month's score on a store of 1,000,000 cases, of which 50,000 are open.

The store is an embedded PostgreSQL that is filled by SQL; acts, lists and scores are those of the product. The last
line is one JSON object; docs/reference/benchmarks-cases.md explains it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.cases import cases_city
from cases.evaluation.formula_files import load_formulas
from cases.life.posts import CaseActor, Post, is_of_department_only
from cases.life.transitions import Act
from cases.store import acting
from cases.store.case_list import CaseFilter, count_cases, urgent_cases
from cases.store.case_store import find_case
from cases.store.evaluation.scores import flag_month, make_scores
from cases.store.posts import scope_of_posts
from cases.watch import MOST_FLAGGED
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import BIN, EmbeddedPostgres
from cityops.scope import WHOLE, Scope
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.unit.cases.calendars import SHANGHAI

CLIENTS = 4
LOOKS = 7
PAGE = 101  # lines of a first page, and one that says that there are more
ROLES: dict[str, tuple[CaseActor, ...]] = {
    "viewer": (),
    **{post.value: (CaseActor("li", post),) for post in Post if post not in (Post.HEAD, Post.WORKER, Post.PROGRAM)},
    "head": (CaseActor("li", Post.HEAD, "dept-7"),),
    "worker": (CaseActor("li", Post.WORKER, "dept-7"),),
}
PLACES = {"city": WHOLE, "district": Scope(areas=("990107",)), "street": Scope(areas=("990107007",))}


def main() -> None:
    options, now = _options(), utc_now()
    with tempfile.TemporaryDirectory(prefix="cityops-bench-") as folder, EmbeddedPostgres(Path(folder)) as server:
        database = Database(server.url, application="benchmark")
        migrate(database, load_catalogue(), report=lambda _: None)
        filling = _timed(
            lambda: cases_city.build(database, closed=options.cases - options.open, still_open=options.open, now=now)
        )
        # A server does this by itself within minutes.
        subprocess.run([BIN / "vacuumdb", "--quiet", "--analyze", f"--dbname={server.url}"], check=True)
        lists = {
            f"{name}, {place}": _list(database, held, scope)
            for name, held in ROLES.items()
            for place, scope in PLACES.items()
            if place == "city" or not is_of_department_only(held)
        }
        acts, rate = _act(database, options.acts)
        flagged, flagging, scoring = _score(database, f"{now.astimezone(SHANGHAI):%Y-%m}", now)
        database.close()
    print(f"# {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"# {options.cases:,} cases, {options.open:,} of them open, filled in {filling / 1000:.0f} s")
    print(f"# {flagged:,} cases flagged in {flagging / 1000:.0f} s, {1000 * flagged / flagging:,.0f} a second")
    for name, taken in lists.items():
        print(f"first page of a {name:24}{taken:9.1f} ms")
    act = (statistics.median(acts), float(np.percentile(acts, 95)))
    print(f"an act, one client: p50 {act[0]:.1f} ms, p95 {act[1]:.1f} ms; {CLIENTS} clients: {rate:.0f} acts a second")
    print(f"a month's score {scoring:.0f} ms")
    figures = {"act_p50_ms": act[0], "act_p95_ms": act[1], "list_ms": max(lists.values()), "score_ms": scoring}
    print(json.dumps({name: round(value, 1) for name, value in figures.items()} | {"acts_per_s": round(rate, 1)}))


def _list(database: Database, held: tuple[CaseActor, ...], scope: Scope) -> float:
    """Return what the first page of the list takes, with its counts, in the scope of its reader."""
    mine = database.within(scope_of_posts(held, scope))

    def look() -> None:
        with mine.transaction() as tx:
            count_cases(tx, held)
            urgent_cases(tx, CaseFilter(), held, most=PAGE)

    look()
    return statistics.median(_timed(look) for _ in range(LOOKS))


def _act(database: Database, count: int) -> tuple[list[float], float]:
    """Have departments accept cases: return the times of one client, and how many a second several do together."""
    with database.transaction() as tx:
        rows = tx.rows(
            "SELECT case_id, lead_department FROM city_case WHERE state = 'dispatched' AND ended_at IS NULL"
            " ORDER BY md5(case_id::text) LIMIT %(most)s",
            most=2 * count,
        )
    alone, together = rows[:count], rows[count:]

    def accept(case_id: int, department: str) -> None:
        with database.transaction() as tx:
            version = find_case(tx, case_id).version
            actor = CaseActor("luo", Post.HEAD, department)
            acting.perform(tx, case_id, Act.ACCEPT, version=version, actor=actor, now=utc_now())

    times = [_timed(lambda row=row: accept(*row.values())) for row in alone]  # type: ignore[misc]
    with ThreadPoolExecutor(CLIENTS) as clients:
        taken = _timed(lambda: list(clients.map(lambda row: accept(*row.values()), together)))
    return times, 1000 * len(together) / taken


def _score(database: Database, month: str, now: datetime) -> tuple[int, float, float]:
    """Return how many cases `watch` flags, what that takes, and what the month's score takes then; in ms."""
    tables, flagged, began = load_formulas(), 0, time.perf_counter()
    while True:
        with database.transaction() as tx:
            found = flag_month(tx, month, tables, now=now, zone=SHANGHAI, most=MOST_FLAGGED)
        flagged += found
        if not found:
            break
    flagging = 1000 * (time.perf_counter() - began)

    def score() -> None:
        with database.transaction() as tx:
            made = make_scores(tx, month, tables, actor="benchmark", now=now, zone=SHANGHAI)
        units = {one.unit for one in made if one.scores in ("street", "department")}
        print(f"# {len(made)} scores; {len(units)} streets and departments")

    return flagged, flagging, _timed(score)


def _timed(work: Callable[[], object]) -> float:
    """Return how long something takes, in ms."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=50_000)
    parser.add_argument("--acts", type=int, default=300)
    return parser.parse_args()


if __name__ == "__main__":
    main()
