"""Topics in the database: what is proposed, what a supervisor decides, and how many incidents there were since.

Each change is audited in its own transaction, and made to a topic as it was seen: who comes second is told so.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from citizens.topics.criteria import TopicCriteria
from citizens.topics.errors import TopicChanged, TopicRefused, TopicUnknown
from citizens.topics.evidence import evidence_of, write_evidence
from citizens.topics.life import TopicDecision, TopicState, decide
from citizens.topics.reported_incidents import ReportedIncident, find_incidents
from citizens.topics.rises import find_rises, span_until
from citizens.topics.sightings import Sighting, Told
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record
from cityops.storage.devices.stored_areas import load_areas

SQL = load_queries("citizens")
WATCH = "watch"
MOST_LISTED = 200
MOST_BEHIND = 60  # of each kind, on the page


def propose_topics(tx: Transaction, *, criteria: TopicCriteria, now: datetime, zone: ZoneInfo) -> list[int]:
    """Look for rises up to the last midnight of the city and propose what is new; return the ids of what was proposed.

    Once more on the same day it finds the same, so nothing is proposed twice.
    """
    end, known_since = last_midnight(now, zone), tx.value(SQL["known_since"])
    span = span_until(end, known_since, criteria.rise) if known_since is not None else None
    if span is None:
        return []
    found = find_rises(read_incidents(tx, span.start, end, criteria), span, load_areas(tx), criteria.rise)
    rested = now - timedelta(days=criteria.rise.rest_days)
    taken = {(row["category"], row["area_code"]) for row in tx.rows(SQL["topics_going_on"], rested=rested)}
    proposed = []
    for rise in found:
        if (rise.category, rise.area) in taken:
            continue
        topic_id = tx.value(
            SQL["propose_topic"],
            month=f"{now.astimezone(zone):%Y-%m}",
            category=rise.category,
            area=rise.area,
            evidence=write_evidence(evidence_of(rise, criteria.rise)),
            now=now,
        )
        if topic_id is not None:
            detail = {"category": rise.category, "area": rise.area, "after": rise.after, "before": rise.before}
            record(tx, WATCH, "topic.propose", str(topic_id), at=now, origin=WATCH, detail=detail)
            proposed.append(int(topic_id))
    return proposed


def count_since_plans(tx: Transaction, *, criteria: TopicCriteria, now: datetime, zone: ZoneInfo) -> None:
    """Count the incidents of each topic since its plan began, in whole days of the city."""
    end = last_midnight(now, zone)
    for row in tx.rows(SQL["topics_followed"]):
        start = midnight(row["begins_on"], zone)
        days = round((end - start) / timedelta(days=1))
        if days < 1:
            continue
        count = len(read_incidents(tx, start, end, criteria, category=row["category"], area=row["area_code"]))
        if (count, days) != (row["since_count"], row["since_days"]):
            values = {"topic_id": row["topic_id"], "begins_on": row["begins_on"]}
            tx.execute(SQL["count_since"], count=count, days=days, **values)


def list_topics(tx: Transaction) -> list[Row]:
    """Return the topics that may be seen, what waits for a decision first: the columns of `topic`."""
    return tx.rows(SQL["list_topics"], most=MOST_LISTED)


def find_topic(tx: Transaction, topic_id: int) -> Row:
    """Return one topic. Raises TopicUnknown, also for one that may not be seen."""
    row = tx.row(SQL["find_topic"], topic_id=topic_id)
    if row is None:
        raise TopicUnknown
    return row


def decide_topic(
    tx: Transaction, topic_id: int, said: TopicDecision, *, version: int, actor: str, now: datetime, origin: str
) -> None:
    """Do what a supervisor says with a topic as it was seen. Raises TopicUnknown, TopicChanged and TopicRefused."""
    row = find_topic(tx, topic_id)
    if row["version"] != version:
        raise TopicChanged
    state = decide(TopicState(row["state"]), said)
    has_plan = bool(said.plan)
    begins_on = _day(said.begins_on) if has_plan else row["begins_on"]
    same_start = begins_on == row["begins_on"]
    touched = tx.execute(
        SQL["save_topic"],
        topic_id=topic_id,
        version=version,
        state=state,
        actor=actor,
        now=now,
        reason=said.reason,
        plan=said.plan if has_plan else row["plan"],
        lead=said.lead if has_plan else row["lead_department"],
        begins_on=begins_on,
        ended_at=now if state is TopicState.ENDED else None,
        since_count=row["since_count"] if same_start else None,
        since_days=row["since_days"] if same_start else None,
    )
    if not touched:
        raise TopicChanged
    detail = {"version": version + 1, "reason": said.reason, "plan": said.plan, "lead": said.lead}
    record(tx, actor, f"topic.{said.act}", str(topic_id), at=now, origin=origin, detail=detail)


def read_incidents(
    tx: Transaction,
    start: datetime,
    end: datetime,
    criteria: TopicCriteria,
    *,
    category: str = "",
    area: str = "",
) -> list[ReportedIncident]:
    """Return what happened in [start, end), each incident once; "" is every category, every area."""
    within, metres = timedelta(hours=criteria.incident.hours), criteria.incident.metres
    return find_incidents(_sightings(tx, start, end, category, area), within=within, metres=metres)


def read_behind(tx: Transaction, *, cases: tuple[int, ...], alerts: tuple[int, ...], reports: tuple[int, ...]) -> Row:
    """Return what stands behind a topic and may be seen: `cases`, `alerts` and `reports`, the newest first."""
    return {
        "cases": tx.rows(SQL["cases_of_topic"], cases=list(cases), most=MOST_BEHIND),
        "alerts": tx.rows(SQL["alerts_of_topic"], alerts=list(alerts), most=MOST_BEHIND),
        "reports": tx.rows(SQL["reports_of_topic"], reports=list(reports), most=MOST_BEHIND),
    }


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day of the city begins."""
    return datetime.combine(day, time(), zone)


def last_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the present day of the city began."""
    return midnight(now.astimezone(zone).date(), zone)


def _sightings(tx: Transaction, start: datetime, end: datetime, category: str, area: str) -> Iterator[Sighting]:
    for row in tx.rows(SQL["sightings"], since=start, until=end, category=category, area=area):
        yield Sighting(
            Told(row["told"]),
            row["number"],
            row["at"],
            row["category"],
            row["area"],
            row["longitude"],
            row["latitude"],
            row["belongs"],
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TopicRefused("The day on which the plan begins is written like 2026-11-29.") from error
