"""What every route should show to a visitor of some scope: requests, and what is in their answers."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import dash

from cityops.accounts.roles import Role
from cityops.areas import AreaLevel
from cityops.scope import Scope
from tests.security.scoped_city import AREAS, DOMAINS, SPOTS, STREETS, VALUES, Spot, areas_of, middle_of

NOTHING: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class Visitor:
    """A person of one role and one scope."""

    name: str
    role: Role
    scope: Scope
    cookie: str
    alerts: dict[Spot, int]  # the number of everybody's

    @property
    def mine(self) -> frozenset[Spot]:
        return frozenset(spot for spot in SPOTS if spot.lies_in(self.scope))

    @property
    def areas(self) -> frozenset[str]:
        return areas_of(self.scope)

    @property
    def streets(self) -> tuple[str, ...]:
        return tuple(code for code in STREETS if code in self.areas and self.scope.reaches(code))

    def of(self, domain: str) -> frozenset[Spot]:
        return frozenset(spot for spot in self.mine if spot.domain == domain)

    def examples(self) -> Iterator[tuple[Spot, bool]]:
        """Yield one sensor of the scope, and one outside of it where there is one."""
        yield min(self.mine), True
        yield from [(spot, False) for spot in sorted(SPOTS - self.mine)[:1]]

    def domains(self) -> tuple[str, ...]:
        """Return the domains whose pages and files are asked for: all by who looks, one by the others to save time."""
        return tuple(DOMAINS) if self.role is Role.VIEWER else (min(self.mine).domain,)

    def can(self, role: Role) -> bool:
        return self.role.includes(role)


@dataclass(frozen=True)
class Try:
    """One request, and what its answer must be and hold."""

    path: str
    method: str = "GET"
    status: tuple[int, ...] = (200,)
    sensors: frozenset[Spot] = NOTHING  # named in it: exactly these
    areas: frozenset[str] | None = None  # the same; None: some of those of the scope
    json: Any = None
    holds: Callable[[bytes], object] = field(default=lambda _: True)


DISTRICTS = frozenset(code for code, (level, *_) in AREAS.items() if level is AreaLevel.DISTRICT)
Shows = Callable[[Visitor], Iterable[Try]]


def nothing(path: str, method: str = "GET", *, status: tuple[int, ...] = (200,)) -> Shows:
    """It says nothing of the city, whoever asks."""
    return lambda _: [Try(path, method, status)]


def act(name: str, role: Role, **body: Any) -> Shows:
    """An act on an alert at a version that it has not: a conflict where it is seen, unknown where it is not."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        for spot, inside in visitor.examples():
            status = (409, 200) if inside else (404,)
            path = f"/api/v1/alerts/{visitor.alerts[spot]}/{name}"
            yield Try(path, "POST", status if visitor.can(role) else (403,), json={"version": 99, **body})

    return tries


def each_alert(path: str, *, unseen: int) -> Shows:
    """What belongs to one alert names its sensor, and nothing where it is not seen."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        for spot, inside in visitor.examples():
            shown = frozenset({spot}) if inside else NOTHING
            yield Try(path.format(visitor.alerts[spot]), status=(200 if inside else unseen,), sensors=shown)

    return tries


def each_domain(file: str, *, sensors: bool, status: int = 200, areas: bool = False, under: str = "") -> Shows:
    """A file of each domain's page: the sensors of this domain, or the areas that have some."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        for domain in visitor.domains():
            metric = DOMAINS[domain][1]
            path = f"{under}/{domain}/{file}?metric={metric}"
            mine = visitor.of(domain)
            yield Try(path, status=(status,), sensors=mine if sensors else NOTHING, areas=None if areas else NOTHING)

    return tries


def history(visitor: Visitor) -> Iterator[Try]:
    """The readings of a sensor of the scope; none of another."""
    for spot, inside in visitor.examples():
        metric = DOMAINS[spot.domain][1]
        value = VALUES[spot.street]

        def holds(content: bytes, value: float = value, inside: bool = inside) -> bool:
            return {row["value"] for row in json.loads(content) if row["quality"] == 1} == (
                {value} if inside else set()
            )

        yield Try(f"/api/v1/sensors/{spot.sensor_id}/history?metric={metric}", holds=holds)


def air(visitor: Visitor) -> Iterator[Try]:
    """The mean of the stations of the scope, of the hour that is complete."""
    mine = [VALUES[spot.street] for spot in visitor.of("environment")]
    expected = {"pm25": sum(mine) / len(mine)} if mine else {}
    yield Try("/api/v1/air", holds=lambda content: json.loads(content)["hour"]["concentrations"] == expected)


def lineages(visitor: Visitor) -> Iterator[Try]:
    """The series of the scope that a number of each domain's page is made of; where there are none, no number."""
    for domain in visitor.domains():
        mine = visitor.of(domain)
        path = f"/api/v1/lineage/{domain}/fact.readings?metric={DOMAINS[domain][1]}&span=week"
        yield Try(path, status=(200,) if mine else (404,), sensors=mine, areas=None if mine else NOTHING)


def numbers(visitor: Visitor) -> Iterator[Try]:
    """The numbers of each domain's page, which name areas of the scope and no sensor."""
    for domain in visitor.domains():
        yield Try(f"/api/v1/lineage/{domain}?metric={DOMAINS[domain][1]}")


def behind(visitor: Visitor) -> Iterator[Try]:
    """The readings of a series of the scope; another is not there."""
    for spot, inside in visitor.examples():
        path = f"/api/v1/lineage/series/{spot.sensor_id}/{DOMAINS[spot.domain][1]}"
        query = "start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z"
        yield Try(f"{path}?{query}", status=(200 if inside else 404,))


def near(path: str) -> Shows:
    """The devices of the scope around an alert of it, itself among them; nothing of another."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        for spot, inside in visitor.examples():
            around = visitor.mine if inside else NOTHING
            yield Try(path.format(visitor.alerts[spot]), status=(200 if inside else 404,), sensors=around)

    return tries


def near_place(visitor: Visitor) -> Iterator[Try]:
    """What is around the first sensor of the scope: the devices of the scope, and no other."""
    lon, lat = middle_of(min(visitor.mine).street)
    yield Try(f"/api/v1/near?lon={lon}&lat={lat}&km=50", sensors=visitor.mine)


def area_file(visitor: Visitor) -> Iterator[Try]:
    """The outlines of the areas of the scope and of those around them."""
    yield Try(
        "/api/v1/export/areas",
        areas=visitor.areas,
        holds=lambda content: {row["properties"]["area"] for row in json.loads(content)["features"]} == visitor.areas,
    )


def cases(path: str) -> Shows:
    """The cases of the scope, each by the area that it lies in."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        yield Try(path, holds=lambda content: content.count(b'"version"') == len(visitor.streets))

    return tries


def each_case(path: str) -> Shows:
    """One case where its area is seen, and nothing elsewhere."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        for number, street in enumerate(STREETS, 1):
            inside = street in visitor.streets
            yield Try(path.format(number), status=(200 if inside else 404,), areas=None if inside else NOTHING)

    return tries


def sheets(kind: str) -> Shows:
    """A signed sheet tells of the whole city."""

    def tries(visitor: Visitor) -> Iterator[Try]:
        whole = visitor.scope.is_whole
        yield Try(f"/shift/sheets/1.{kind}", status=(200 if whole else 404,), sensors=SPOTS if whole else NOTHING)

    return tries


def live_map(visitor: Visitor) -> Iterator[Try]:
    """The outlines of the areas below the city, and as many dots as there are sensors."""
    drawn = frozenset(code for code in visitor.areas if AREAS[code][1] is not None)
    yield Try(
        "/live/map",
        areas=drawn,
        holds=lambda content: len(json.loads(content)["parts"]["sensors"]["lon"]) == len(visitor.mine),
    )


def focus(visitor: Visitor) -> Iterator[Try]:
    """What is around an alert: as many sensors as the scope has there."""
    for spot, inside in visitor.examples():
        around = sum(other.street == spot.street for other in visitor.mine)

        def holds(content: bytes, around: int = around, inside: bool = inside) -> bool:
            return not inside or json.loads(content)["sensors"] == around

        yield Try(f"/live/focus?alert={visitor.alerts[spot]}", status=(200 if inside else 404,), holds=holds)


def acknowledge_many(visitor: Visitor) -> Iterator[Try]:
    """All alerts of the city at a version that none has: those of the scope have changed, the others are unknown."""
    numbers = {visitor.alerts[spot] for spot in visitor.mine}
    body = {"alerts": [{"id": number, "version": 99} for number in visitor.alerts.values()], "reason": "walk"}

    def holds(content: bytes) -> bool:
        answer = json.loads(content)
        known = {lost["id"] for lost in answer.get("lost", ()) if lost["error"] != "unknown"}
        return not visitor.can(Role.OFFICER) or (known, answer["taken"]) == (numbers, [])

    status = (200,) if visitor.can(Role.OFFICER) else (403,)
    yield Try("/api/v1/alerts/acknowledge", "POST", status, json=body, holds=holds)


def wall(visitor: Visitor) -> Iterator[Try]:
    """What walls of the scope show; the districts of the scope to choose from."""
    yield Try("/api/v1/wall", areas=DISTRICTS & visitor.areas)


def steer(visitor: Visitor) -> Iterator[Try]:
    """A district of the scope can be held; another cannot be found, and one that nobody has is wrong."""
    scenes = {f"district:{min(DISTRICTS & visitor.areas)}": 204, "district:990199": 422}
    scenes |= {f"district:{code}": 404 for code in DISTRICTS - visitor.areas}
    scenes |= {f"incident:{visitor.alerts[spot]}": 204 if inside else 404 for spot, inside in visitor.examples()}
    for scene, status in scenes.items():
        yield Try("/api/v1/wall", "PUT", for_role(visitor, Role.OFFICER, status), json={"scene": scene})


def for_role(visitor: Visitor, role: Role, status: int) -> tuple[int, ...]:
    """Return the status for who has a role, and that for who has not."""
    return (status if visitor.can(role) else 403,)


def pages(visitor: Visitor) -> list[Try]:
    """The page around every page says nothing of the city."""
    paths = [page["path"] for page in dash.page_registry.values()]
    return [Try(path) for path in (paths if visitor.role is Role.VIEWER else paths[:1])]


def listed(path: str) -> Shows:
    """All sensors of the scope."""
    return lambda visitor: [Try(path, sensors=visitor.mine)]


ROUTES: dict[str, Shows] = {
    "GET /": nothing("/", status=(307,)),
    "GET {path:path}": pages,
    "GET /healthz": nothing("/healthz"),
    "GET /time": nothing("/time"),
    "GET /readyz": nothing("/readyz", status=(200, 503)),  # the walk has pictures drawn too rarely to be ready
    "GET /metrics": nothing("/metrics"),
    "GET /system": nothing("/system"),
    "GET /_favicon.ico": nothing("/_favicon.ico"),
    "GET /_dash-layout": nothing("/_dash-layout"),
    "GET /_dash-dependencies": nothing("/_dash-dependencies"),
    "GET /_reload-hash": nothing("/_reload-hash", status=(404,)),
    "GET /api/v1/openapi.json": nothing("/api/v1/openapi.json"),
    "GET /api/v1/shared": nothing("/api/v1/shared", status=(401,)),  # of departments: their tokens, and no account
    "GET /api/v1/shared/{name}": nothing("/api/v1/shared/readings-air_station", status=(401,)),
    # 422: there is no anchor in it; it would tell nothing but what it was told.
    "POST /api/v1/countersignatures": nothing("/api/v1/countersignatures", "POST", status=(403, 422)),
    "GET /api/v1/requests/{key}": nothing("/api/v1/requests/a-key-of-nobody"),
    "DELETE /api/v1/requests/{key}": nothing("/api/v1/requests/a-key-of-nobody", "DELETE"),
    "GET /api/v1/alerts": listed("/api/v1/alerts?state=all"),
    "GET /api/v1/alerts/{alert_id}": each_alert("/api/v1/alerts/{}", unseen=404),
    "GET /api/v1/alerts/{alert_id}/events": each_alert("/api/v1/alerts/{}/events", unseen=200),
    "GET /api/v1/alerts/{alert_id}/notifications": each_alert("/api/v1/alerts/{}/notifications", unseen=200),
    "GET /api/v1/alerts/changes": lambda _: [],  # a stream: see `events`
    "GET /api/v1/sensors": listed("/api/v1/sensors"),
    "GET /api/v1/sensors/{sensor_id}/history": history,
    "GET /api/v1/air": air,
    "GET /api/v1/lineage/{domain}": numbers,
    "GET /api/v1/lineage/{domain}/{key}": lineages,
    "GET /api/v1/lineage/series/{sensor_id}/{metric}": behind,
    "GET /api/v1/export/sensors": listed("/api/v1/export/sensors"),
    "GET /api/v1/export/areas": area_file,
    "GET /api/v1/export/alerts": listed("/api/v1/export/alerts"),
    "GET /api/v1/near": near_place,
    "GET /api/v1/alerts/{alert_id}/near": near("/api/v1/alerts/{}/near?km=50"),
    "GET /api/v1/alerts/{alert_id}/pack": each_alert("/api/v1/alerts/{}/pack", unseen=404),
    "GET /api/v1/cases/{case_id}/pack": each_case("/api/v1/cases/{}/pack"),
    "GET /api/v1/cases": cases("/api/v1/cases?which=all"),
    "GET /api/v1/cases/counts": nothing("/api/v1/cases/counts"),
    "GET /api/v1/cases/{case_id}": each_case("/api/v1/cases/{}"),
    "GET /api/v1/cases/{case_id}/events": each_case("/api/v1/cases/{}/events"),
    "GET /api/v1/cases/{case_id}/similar": each_case("/api/v1/cases/{}/similar"),
    "POST /api/v1/cases": nothing("/api/v1/cases", "POST", status=(403, 422)),  # nobody here holds a post
    "POST /api/v1/cases/{case_id}/{act}": nothing("/api/v1/cases/1/file", "POST", status=(403, 422)),
    "POST /api/v1/cases/many/{act}": nothing("/api/v1/cases/many/comment", "POST", status=(403, 422)),
    "POST /api/v1/cases/{case_id}/photos": nothing("/api/v1/cases/1/photos", "POST", status=(403,)),
    "GET /api/v1/cases/{case_id}/photos/{sha256}": nothing(f"/api/v1/cases/1/photos/{'a' * 64}", status=(404,)),
    "GET /cases": lambda _: [Try("/cases?which=open"), Try("/cases?view=board")],
    "GET /cases/{case_id}": each_case("/cases/{}"),
    "GET /work": nothing("/work"),
    "GET /evaluation": nothing("/evaluation"),
    "GET /evaluation/scores.xlsx": nothing("/evaluation/scores.xlsx"),
    "POST /evaluation/score": nothing("/evaluation/score", "POST", status=(403,)),  # nobody here holds a post
    "POST /evaluation/exclusion": nothing("/evaluation/exclusion", "POST", status=(403,)),
    "GET /topics": nothing("/topics"),
    "GET /warnings": nothing("/warnings"),
    "POST /warnings/decide": nothing("/warnings/decide", "POST", status=(303, 403)),  # of supervisors: nothing is known
    "GET /sharing": nothing("/sharing"),  # nobody here holds a post, and no set is shared
    "GET /sharing/ask": nothing("/sharing/ask", status=(403,)),
    "POST /sharing/ask": nothing("/sharing/ask", "POST", status=(403,)),
    "POST /sharing/act": nothing("/sharing/act", "POST", status=(403,)),
    "GET /sharing/deliveries": nothing("/sharing/deliveries?webhook=1", status=(403,)),
    "POST /sharing/deliveries": nothing("/sharing/deliveries", "POST", status=(403,)),
    "POST /sharing/webhook": nothing("/sharing/webhook", "POST", status=(403,)),
    "POST /sharing/token": nothing("/sharing/token", "POST", status=(403,)),
    "POST /topics/decide": nothing("/topics/decide", "POST", status=(403,)),  # nobody here holds a post
    **{  # nobody here holds a post
        f"{method} {path}": nothing(path.replace("{report_id}", "1").replace("{place}", "1"), method, status=(403,))
        for method, path in (
            ("GET", "/hotline"),
            ("GET", "/hotline/map"),
            ("POST", "/hotline/help"),
            ("POST", "/hotline/report"),
            ("GET", "/hotline/calls"),
            ("POST", "/hotline/calls/reveal"),
            ("POST", "/hotline/calls/record"),
            ("POST", "/hotline/calls/exclude"),
            ("GET", "/hotline/review"),
            ("GET", "/hotline/review/{report_id}/photos/{place}"),
            ("POST", "/hotline/review/text"),
            ("POST", "/hotline/review/photo"),
        )
    },
    "GET /knowledge": nothing("/knowledge"),  # articles are of no area
    "GET /knowledge/find": nothing("/knowledge/find?q=1"),
    "GET /knowledge/new": lambda visitor: [
        Try("/knowledge/new", status=(200 if visitor.role is Role.SUPERVISOR and visitor.scope.is_whole else 403,))
    ],
    "GET /knowledge/{article_id}": nothing("/knowledge/1", status=(404,)),
    "POST /knowledge/store": lambda visitor: [
        Try(
            "/knowledge/store",
            "POST",
            (422 if visitor.role is Role.SUPERVISOR and visitor.scope.is_whole else 403,),
        )
    ],
    "GET /api/v1/wall": wall,
    "GET /live/map": live_map,
    "GET /live/focus": focus,
    "GET /live/made": nothing("/live/made"),
    "GET /shift/sheets/{number}.csv": sheets("csv"),
    "GET /shift/sheets/{number}.json": sheets("json"),
    "GET /domain/{domain}/export.csv": each_domain("export.csv", sensors=True, under="/domain"),
    "GET /domain/{domain}/export.xlsx": each_domain("export.xlsx", sensors=False, areas=True, under="/domain"),
    "GET /domain/{domain}/export.geojson": each_domain("export.geojson", sensors=True, areas=True, under="/domain"),
    "GET /{domain}/export.csv": each_domain("export.csv", sensors=True),
    "GET /{domain}/export.xlsx": each_domain("export.xlsx", sensors=False, areas=True),
    "GET /{domain}/export.geojson": each_domain("export.geojson", sensors=True, areas=True),
    "GET /domain/{domain}/export.png": each_domain("export.png", sensors=False, status=204, under="/domain"),
    "GET /{domain}/export.png": each_domain("export.png", sensors=False, status=204),
    "POST /api/v1/alerts/acknowledge": acknowledge_many,
    "POST /api/v1/alerts/{alert_id}/acknowledge": act("acknowledge", Role.OFFICER),
    "POST /api/v1/alerts/{alert_id}/undo": act("undo", Role.OFFICER),
    "POST /api/v1/alerts/{alert_id}/comment": act("comment", Role.OFFICER, text="walk"),
    "POST /api/v1/alerts/{alert_id}/assign": act("assign", Role.OFFICER, to="li"),
    "POST /api/v1/alerts/{alert_id}/escalate": act("escalate", Role.OFFICER, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/shelve": act("shelve", Role.OFFICER, reason="walk", until="2126-01-01T00:00:00Z"),
    "POST /api/v1/alerts/{alert_id}/unshelve": act("unshelve", Role.OFFICER, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/reset": act("reset", Role.OFFICER, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/close": act("close", Role.OFFICER, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/steps": act("steps", Role.OFFICER, step=100, done=True),
    "POST /api/v1/alerts/{alert_id}/suppress": act("suppress", Role.SUPERVISOR, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/unsuppress": act("unsuppress", Role.SUPERVISOR, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/out-of-service": act("out-of-service", Role.SUPERVISOR, reason="walk"),
    "POST /api/v1/alerts/{alert_id}/return-to-service": act("return-to-service", Role.SUPERVISOR, reason="walk"),
    "PUT /api/v1/wall": steer,
    "DELETE /api/v1/wall": lambda visitor: [Try("/api/v1/wall", "DELETE", for_role(visitor, Role.OFFICER, 204))],
}
