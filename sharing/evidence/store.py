"""Packs from the database: what belongs to an alert or a case, as far as an account sees it."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from alerts.board import alert_reader
from alerts.board import store as alert_store
from alerts.board.alert import Alert
from cases.errors import CaseUnknown
from cityops.audit.audit_chain import ChainEntry
from cityops.scope import Scope
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import audit_head
from sharing.evidence import contents
from sharing.evidence.chain import ChainLink, Head, Section, link_of
from sharing.evidence.contents import LeftOut
from sharing.evidence.manifest import CHAIN, About, PackCity, PackSubject, View, make_pack, write_json

SQL = load_queries("sharing")
README = "README.txt"
AROUND = timedelta(hours=1)  # of readings before the alert began, and after it was over
MOST_READINGS = 10_000  # of one alert: the first, which raised it
LONGEST = timedelta(days=31)  # of readings of one alert


class PackMaker:
    """Makes packs in one transaction, for one account that sees a scope of the city."""

    def __init__(
        self, tx: Transaction, key: Ed25519PrivateKey, *, account: str, scope: Scope, readme: bytes, now: datetime
    ) -> None:
        self._tx = tx
        self._key = key
        self._view = View(account, scope.domains, scope.areas, scope.department)
        self._readme = readme
        self._now = now
        self._left_out: set[LeftOut] = set()

    def alert_pack(self, alert_id: int) -> bytes:
        """Return the pack of an alert, with the cases that follow it. Raises AlertUnknown, also out of scope."""
        alert_store.find_alert(self._tx, alert_id)
        following = [row["case_id"] for row in self._tx.rows(SQL["evidence_cases_of_alert"], alert_id=alert_id)]
        cases = self._seen("cases", following)
        return self._pack(PackSubject("alert", alert_id, str(alert_id)), [alert_id], cases)

    def case_pack(self, case_id: int) -> bytes:
        """Return the pack of a case, with the alerts that it follows. Raises CaseUnknown, also out of scope."""
        row = self._tx.row(SQL["evidence_case"], case_id=case_id)
        if row is None:
            raise CaseUnknown
        followed = [one["alert_id"] for one in self._tx.rows(SQL["evidence_alerts_of_case"], case_id=case_id)]
        return self._pack(PackSubject("case", case_id, row["number"]), self._seen("alerts", followed), [case_id])

    def _seen(self, what: str, wanted: list[int]) -> list[int]:
        rows = self._tx.rows(SQL[f"evidence_{what}_seen"], **{what: wanted})
        seen = [int(next(iter(row.values()))) for row in rows]
        if len(seen) < len(wanted):
            self._left_out.add(LeftOut.LINKED)
        return seen

    def _pack(self, subject: PackSubject, alerts: list[int], cases: list[int]) -> bytes:
        files = {README: self._readme}
        links = self._links(alerts, cases)
        for alert_id in alerts:
            files |= self._alert(alert_id, links)
        for case_id in cases:
            files |= self._case(case_id, links)
        head = audit_head(self._tx)  # after the links: the chain goes at least as far as these
        files[CHAIN] = write_json(Section(None if head is None else Head(head.seq, head.hash.hex()), tuple(links)))
        about = About(self._city(), subject, self._now.astimezone(UTC).isoformat(), self._view, self._told())
        return make_pack(files, about, self._key)

    def _links(self, alerts: list[int], cases: list[int]) -> list[ChainLink]:
        rows = self._tx.rows(SQL["evidence_links"], alerts=alerts, cases=cases)
        return [link_of(_entry(row)) for row in rows]

    def _alert(self, alert_id: int, links: list[ChainLink]) -> dict[str, bytes]:
        alert, shown = alert_store.find_alert(self._tx, alert_id), alert_reader.find_shown(self._tx, alert_id)
        cases = [row["case_id"] for row in self._tx.rows(SQL["evidence_cases_of_alert"], alert_id=alert_id)]
        since = shown.opened_at - AROUND - timedelta(seconds=shown.window_seconds or 0)
        over = shown.closed_at or shown.cleared_at or self._now
        until = min(over + AROUND, self._now, since + LONGEST)
        versions = self._tx.rows(
            SQL["evidence_rule_versions"], rule_id=shown.rule_id, since=shown.detected_at, until=max(over, self._now)
        )
        return {
            f"alerts/{alert_id}.json": contents.alert_file(shown, links, cases),
            f"rules/{alert_id}-{shown.rule_id}.json": contents.rule_file(shown.rule_id, versions),
            f"readings/{alert_id}-{shown.sensor_id}-{shown.metric}.csv": self._readings(alert, since, until),
        }

    def _readings(self, alert: Alert, since: datetime, until: datetime) -> bytes:
        values = {"series_id": alert.series_id, "since": since, "until": until}
        rows = self._tx.rows(SQL["evidence_readings"], **values, most=MOST_READINGS + 1)
        if len(rows) > MOST_READINGS or until - since == LONGEST:
            self._left_out.add(LeftOut.READINGS)
        return contents.readings_file(rows[:MOST_READINGS])

    def _case(self, case_id: int, links: list[ChainLink]) -> dict[str, bytes]:
        row = self._tx.row(SQL["evidence_case"], case_id=case_id)
        if row is None:
            raise CaseUnknown
        alerts, reports, photos = (
            self._tx.rows(SQL[f"evidence_{name}"], case_id=case_id) for name in ("alerts_of_case", "reports", "photos")
        )
        content, left_out = contents.case_file(row, links, alerts, reports)
        self._left_out |= set(left_out)
        return {f"cases/{case_id}.json": content, **contents.photo_files(photos)}

    def _city(self) -> PackCity:
        row = self._tx.row(SQL["evidence_city"]) or {"code": "", "name": "", "name_en": ""}
        return PackCity(row["code"], row["name"], row["name_en"])

    def _told(self) -> tuple[str, ...]:
        return tuple(one.value for one in LeftOut if one in self._left_out)


def _entry(row: Row) -> ChainEntry:
    previous, digest = (None if row[name] is None else bytes(row[name]) for name in ("previous", "hash"))
    return ChainEntry(row["source"], row["row_id"], row["seq"], previous, digest, row["fields"])
