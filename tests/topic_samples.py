"""A city with reports, cases and alerts of two months, for topics and for alerts that bring complaints."""

from datetime import datetime, timedelta
from fractions import Fraction

from alerts.board.alert import Alert
from cases.catalogue.catalogue_files import demo_catalogue
from cases.life.details import CaseType, Report
from cases.store import acting
from cases.store.case_store import CasePlace
from cases.store.catalogue.catalogue_versions import store_catalogue
from citizens.store.topics import SQL, propose_topics
from citizens.topics.criteria import load_criteria
from citizens.topics.evidence import evidence_of, write_evidence
from citizens.topics.rises import Rise, Span
from cityops.clock import utc_now
from cityops.storage import Database, Transaction
from cityops.storage.devices.stored_areas import store_areas
from tests.alert_samples import detector, make_rule, open_alert
from tests.case_samples import start_city
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.citizens.towns import AREAS, DAY

CRITERIA = load_criteria()
FLOOD, STREET, OTHER_STREET = "event/05-06", "990101001", "990102001"
HOUR = timedelta(hours=1)
RULE = make_rule(2)


def send(
    tx: Transaction,
    at: datetime,
    *,
    category: str = FLOOD,
    area: str = STREET,
    kind: str = "complain",
    place: tuple[float, float] | None = None,
    case_id: int | None = None,
    outcome: str = "",
) -> int:
    """A citizen's report as the letter box leaves it; return its id."""
    longitude, latitude = place if place is not None else (None, None)
    return int(
        tx.value(
            """INSERT INTO citizen_report (day_code, code_hash, channel, kind, category, area_code, longitude, latitude,
                   address, said, received_at, confidential, wants_call, sender, device, case_id, outcome)
               VALUES (to_char(%(at)s AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD'), sha256('code'), 'web', %(kind)s,
                   %(category)s, %(area)s, %(longitude)s, %(latitude)s, '', '积水', %(at)s, false, false, '', '',
                   %(case_id)s, %(outcome)s)
               RETURNING report_id""",
            at=at,
            kind=kind,
            category=category,
            area=area,
            longitude=longitude,
            latitude=latitude,
            case_id=case_id,
            outcome=outcome,
        )
    )


def begin_case(tx: Transaction, at: datetime, *, category: str = FLOOD, area: str = STREET) -> int:
    """A collector reports a case somewhere in a street; return its id."""
    said = Report(source="collector", kind=CaseType.CASE, area=area, category=category)
    place = CasePlace("积水", "光明路", None, None)
    return acting.report(tx, said, place, actor=people.COLLECTOR, now=at, zone=SHANGHAI)


def start_town(database: Database) -> None:
    """Areas, calendar and catalogue."""
    start_city(database)
    with database.transaction() as tx:
        store_areas(tx, AREAS.values())
        store_catalogue(tx, demo_catalogue(), actor="test", now=utc_now())


def let_it_rise(tx: Transaction, now: datetime, *, before: int = 2, after: int = 14, area: str = STREET) -> None:
    """Reports of 60 days whose number rises in the last 30, in a city that is 100 days old."""
    send(tx, now - 100 * DAY, category="event/03-01", area="990102005")
    for number in range(before):
        send(tx, now - 50 * DAY + number * DAY, area=area)
    for number in range(after):
        send(tx, now - 25 * DAY + number * DAY, area=area)


def propose(tx: Transaction, now: datetime) -> list[int]:
    """Look for topics as `watch` does."""
    return propose_topics(tx, criteria=CRITERIA, now=now, zone=SHANGHAI)


def add_topic(tx: Transaction, area: str, now: datetime) -> int:
    """A topic that waits for a decision; return its id."""
    rise = Rise(FLOOD, area, 14, 2, Span(now, 30, 30), Fraction(137, 65536), Fraction(137, 65536), ())
    evidence = write_evidence(evidence_of(rise, CRITERIA.rise))
    told = {"month": f"{now:%Y-%m}", "category": FLOOD, "area": area, "evidence": evidence, "now": now}
    return int(tx.value(SQL["propose_topic"], **told))


def raise_and_complain(tx: Transaction, now: datetime, *, followed: int = 7, times: int = 9) -> int:
    """Alerts of one detector every tenth day, of which some were followed by a complaint; return its series."""
    series = detector(tx, "G-1", area=STREET)
    send(tx, now - 100 * DAY, category="event/03-01")
    for number in range(times):
        at = now - 95 * DAY + number * 10 * DAY
        alert = open_alert(tx, RULE, series, at=at)
        tx.execute(
            "UPDATE alert SET closed_at = %(at)s, active = false WHERE alert_id = %(id)s", at=at, id=alert.alert_id
        )
        if number < followed:
            send(tx, at + 3 * HOUR)
    return series


def raise_now(tx: Transaction, series: int, now: datetime) -> Alert:
    """Open the alert once more."""
    return open_alert(tx, RULE, series, at=now)
