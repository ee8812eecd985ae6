"""Every number of every domain page has a lineage, and its own leaves make the number that is shown."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.users import User, store_user
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.domains import ALL
from cityops.scope import WHOLE, Scope
from cityops.settings import read_settings
from cityops.standards.means import mean_of
from cityops.storage import Database
from cityops.storage.devices.registry import series_ids
from cityops.storage.readings.lineage import readings_behind
from cityops.storage.readings.rollups import roll_up
from dashboard import texts
from dashboard.app import create_app
from dashboard.pages.domain.lineage.facts import COUNTS, lineage_facts
from dashboard.pages.domain.lineage.model import Lineage, Share
from dashboard.pages.domain.reading import PageFigures, read_page
from dashboard.pages.domain.view import metrics_of, read_view
from dashboard.web.request_context import RequestContext
from tests import lineage_city
from tests.storage_samples import every, put
from tests.unit.dashboard.visitors import TestClient

EVERYTHING = load_catalogue(chosen=[ALL])
END = datetime(2026, 5, 14, 6, 0, tzinfo=UTC)  # two in the afternoon of the city
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAY = texts.speaker("en")
SESSIONS: dict[str, str] = {}
Traced = tuple[PageFigures, dict[str, Lineage]]


def is_fact(key: str) -> bool:
    return key.startswith("fact.")


@pytest.fixture(scope="module")
def client(shared_database_url: str) -> Iterator[TestClient]:
    """The application that serves the city, which an officer of all of it knows, and one of a district's air."""
    now = utc_now()
    with closing(Database(shared_database_url, application="test")) as database:
        lineage_city.build(database, EVERYTHING, END)
        with database.transaction() as tx:
            for name, scope in (("gu", WHOLE), ("zhou", Scope(("environment",), ("990102",)))):
                store_user(tx, name, role=Role.VIEWER, scope=scope, password="Tired-at-3am", actor="test", now=now)
    settings = read_settings({"CITYOPS_DATABASE_URL": shared_database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with TestClient(create_app(settings, EVERYTHING), follow_redirects=False) as client:
        for name in ("gu", "zhou"):
            client.cookies.clear()
            client.post("/login", data={"name": name, "password": "Tired-at-3am", "next": "/environment"})
            SESSIONS[name] = client.cookies["cityops_session"]
        client.cookies.clear()
        yield client


@pytest.fixture(scope="module")
def here(client: TestClient) -> RequestContext:
    """An officer of the whole city, inside of the application."""
    site = client.app.state.site  # type: ignore[attr-defined]  # a FastAPI application
    return RequestContext(site, User("gu", Role.VIEWER), "zh")


def page_of(here: RequestContext, domain: str, wanted: Callable[[str], bool] = bool, **query: str) -> Traced:
    """Read a page as it was at END, and trace the numbers of it that are wanted in the same transaction."""
    view = read_view(domain, query, EVERYTHING, today=END.date())
    with here.site.database.transaction() as tx:
        page = read_page(tx, view, here, view.end(END, here.site.settings.zone))
        tracer = page.tracer(tx, here)
        return page, {key: tracer.trace(key) for key in page.figures if wanted(key)}


def wrong_numbers(traced: dict[str, Lineage]) -> list[tuple[str, str, object]]:
    """Return the numbers that their leaves do not make: key, what the page shows, what the leaves make."""
    made = {key: lineage.recompute() for key, lineage in traced.items()}
    return [
        (key, traced[key].figure.text, value)
        for key, value in made.items()
        if value is None or traced[key].figure.write(value) != traced[key].figure.text
    ]


def of_other_means(metrics: list[str]) -> list[str]:
    """Return one metric for each kind of mean that the first one does not have."""
    means = {EVERYTHING.metric[name].mean: name for name in reversed(metrics)}
    return [name for name in means.values() if name != metrics[0]]


@pytest.mark.parametrize("domain", EVERYTHING.domain)
def test_the_leaves_of_every_number_make_the_number_shown(here: RequestContext, domain: str) -> None:
    """All numbers of the usual view, compared with a district, and those of the span of metrics with other means."""
    usual = metrics_of(domain, EVERYTHING)[0]
    _, traced = page_of(here, domain, metric=usual, compare="990102")

    assert {"fact", "trend", "other", "rank", "heat", "complete"} <= {key.split(".")[0] for key in traced}
    assert wrong_numbers(traced) == []
    for metric in of_other_means(metrics_of(domain, EVERYTHING)):
        _, facts = page_of(here, domain, is_fact, metric=metric, area="990101")
        assert len(facts) >= 6, metric
        assert wrong_numbers(facts) == [], metric


INDICES = {"environment": {"index"}, "traffic": {"index"}, "emergency": {"index", "rain"}}


@pytest.mark.parametrize("query", [{}, {"until": "2026-05-13"}, {"area": "990102"}, {"at": "13:30"}], ids=str)
@pytest.mark.parametrize("domain", INDICES)
def test_the_leaves_of_an_index_make_the_index(here: RequestContext, domain: str, query: dict[str, str]) -> None:
    """The AQI of an hour and of days, the traffic index now, at a moment and over peak hours, the rain of windows."""
    page, traced = page_of(here, domain, is_index, **query)

    assert wrong_numbers(traced) == []
    if page.index.working is not None:
        assert "index" in traced
    if not query:
        assert {key.split(".")[0] for key in traced} == INDICES[domain]


def test_the_leaves_of_days_make_their_indices(here: RequestContext) -> None:
    """A station that measured 21 hours of a day makes it valid, ozone by its windows of 8 hours."""
    view = read_view("environment", {}, EVERYTHING, today=END.date())
    with here.site.database.transaction() as tx:
        series = series_ids(tx, [("air_station-a", "pm25"), ("air_station-a", "o3"), ("air_station-b", "pm25")])
        start = END - timedelta(days=3) - 14 * HOUR  # midnight in the city
        for number, (key, hours) in enumerate(zip(series, (21, 21, 9), strict=True)):
            put(tx, series[key], every(5 * MINUTE, start, [40.0 + number + step % 7 for step in range(hours * 12)]))
    roll_up(here.site.database, END)  # they are late: the hours have been rolled up without them
    with here.site.database.transaction() as tx:
        page = read_page(tx, view, here, END)
        tracer = page.tracer(tx, here)
        traced = {key: tracer.trace(key) for key in page.figures if key.startswith("day.")}

    assert wrong_numbers(traced) == []
    assert traced["day.20260511.pm25"].recompute()[0] is not None
    assert traced["day.20260511.o3"].recompute()[0] is not None
    assert traced["day.20260511.no2"].recompute() == (None, 0)
    assert traced["day.20260511"].figure.text == "NA"


def is_index(key: str) -> bool:
    return key.startswith(("index", "day.", "rain."))


def test_the_readings_behind_a_share_make_the_share(here: RequestContext) -> None:
    """Down to the last leaf: those that are flagged are listed, and do not count."""
    _, traced = page_of(here, "environment", is_fact, metric="leq")
    shares = traced["fact.readings"].shares
    flagged = 0
    for share in shares:
        rows, counted = readings_of(here, share)
        flagged += len(rows) - len(counted)
        assert len(counted) == share.count
        assert mean_of(counted, EVERYTHING.metric["leq"].mean) == pytest.approx(share.value)

    assert len(shares) >= 2
    assert flagged > 0


def readings_of(here: RequestContext, share: Share) -> tuple[list[float], list[float]]:
    """Return the values of all readings of a share, and of those that count."""
    assert share.start is not None
    assert share.end is not None
    with here.site.database.transaction() as tx:
        behind = readings_behind(
            tx, share.sensor_id, share.metric, start=share.start, end=share.end, after=None, limit=1000
        )
    return (
        [row["value"] for row in behind.rows],
        [row["value"] for row in behind.rows if row["quality"] in COUNTS],
    )


def test_of_many_series_those_that_decide_come_first_and_the_rest_is_counted(here: RequestContext) -> None:
    _, traced = page_of(here, "environment", is_fact, metric="pm25")
    lineage = traced["fact.highest"]
    first = lineage_facts(lineage, SAY, limit=1)
    second = lineage_facts(lineage, SAY, limit=1, offset=1)

    assert first["series"][0]["high"] == lineage.figure.value
    assert (first["series_total"], first["series_left"]) == (len(lineage.shares), len(lineage.shares) - 1)
    assert first["series"] != second["series"]
    assert first["recomputed"]["text"] == first["text"]


AS_OF = {"metric": "pm25", "as_of": END.isoformat()}


def test_what_is_outside_of_the_scope_is_neither_counted_nor_named(client: TestClient) -> None:
    ask = partial(ask_as, client, "zhou")
    listed = {row["key"]: row for row in ask("environment", **AS_OF).json()}
    told = [ask(f"environment/{key}", **AS_OF).json() for key in listed if key.startswith(("fact", "rank", "trend"))]

    assert {one["area_code"] for row in told for one in row["series"]} == {"990102"}
    assert [row["key"] for row in told if row["recomputed"]["text"] != row["text"]] == []
    assert "rank.990102" in listed
    assert ask("environment/rank.990101", **AS_OF).status_code == 404
    assert {one["key"] for one in ask("traffic", metric="speed").json()} == set()
    span = {"start": (END - HOUR).isoformat(), "end": END.isoformat()}
    assert ask("series/air_station-a/pm25", **span).status_code == 404
    assert len(ask("series/air_station-b/pm25", **span).json()["readings"]) == 12


def test_the_way_leads_to_what_is_kept_of_the_messages(client: TestClient) -> None:
    ask = partial(ask_as, client, "gu")
    share = ask("environment/fact.newest", **AS_OF).json()["series"][0]
    span = {"start": share["start"], "end": share["end"]}
    told = ask(f"series/{share['sensor_id']}/pm25", **span).json()
    message = told["message"]

    assert told["counted"] == share["readings"]
    assert told["total"] == len(told["readings"]) == sum(told["by_quality"].values())
    assert message["topic"] == f"cityops/{share['area_code']}/environment/{share['sensor_id']}/telemetry"
    assert message["kind"] == "air_station"
    assert datetime.fromisoformat(message["newest"]["received_at"]) == END
    assert {"message_id", "sequence_number", "received_at", "worker", "payload"} == set(message["not_kept"])


def test_a_long_list_of_readings_is_turned_page_by_page(client: TestClient) -> None:
    ask = partial(ask_as, client, "gu", "series/air_station-a/pm25")
    span = {"start": (END - 2 * HOUR).isoformat(), "end": END.isoformat()}
    times: list[str] = []
    after: dict[str, str] = {}
    while page := ask(**span, **after, limit="5").json()["readings"]:
        times += [row["time"] for row in page]
        after = {"after": times[-1]}

    assert len(times) == 24
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("weather", {}, 404),
        ("environment/fact.none", {}, 404),
        ("environment/fact.newest", {"limit": "0"}, 422),
        ("series/air_station-a/pm25", {"start": END.isoformat(), "end": END.isoformat()}, 422),
        ("series/nobody/pm25", {"start": (END - HOUR).isoformat(), "end": END.isoformat()}, 404),
    ],
)
def test_what_cannot_be_told_is_refused(client: TestClient, path: str, query: dict[str, str], status: int) -> None:
    assert ask_as(client, "gu", path, **query).status_code == status


def ask_as(client: TestClient, name: str, path: str, **query: str) -> httpx.Response:
    """Ask for a lineage as a person, in English."""
    headers = {"cookie": f"cityops_session={SESSIONS[name]}; cityops_language=en"}
    answer: httpx.Response = client.get(f"/api/v1/lineage/{path}", params=query, headers=headers)
    return answer
