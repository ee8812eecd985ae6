"""The services run as a role that can do their work, and cannot change or remove what happened."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pytest

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from alerts.notify.contacts import Policy
from alerts.watch import storage_jobs
from alerts.watch.alert_maintenance import tend_alerts
from cases.catalogue.catalogue_files import demo_catalogue
from cases.store.catalogue.catalogue_versions import store_catalogue
from cases.watch import tend_cases
from citizens.store.inbox import send_report
from citizens.watch import Intake, forget_reports
from cityops.accounts.authentication import log_in
from cityops.accounts.login_limits import LoginSource
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.operations.heartbeats import Beat
from cityops.storage import Database, StorageError
from cityops.storage.audit import verify_chain
from cityops.storage.migrate import migrate
from cityops.storage.readings.rollups import RetentionAges
from sharing.departments.late import forget_late
from sharing.departments.posting import ReceiverAnswer
from sharing.departments.push import make_deliveries, seal_secrets, send_one
from sharing.departments.reading import read_shared
from sharing.departments.usage import forget_reads
from sharing.departments.webhooks import make_webhook
from sharing.files.making import tend_files
from sharing.files.one_file import FileShelf
from sharing.watch import count_quality, tend_sets
from tests.alert_samples import NOW, detector, make_rule, open_alert, report
from tests.case_samples import report_case, start_city
from tests.citizen_samples import KEY, PUBLIC_KEY, REPORT
from tests.share_samples import CASES, KEYS, build_sharing, grant
from tests.share_samples import PUBLIC_KEY as SHARE_PUBLIC_KEY
from tests.storage_samples import drop_role, make_city


@pytest.fixture
def role(database: Database) -> Iterator[None]:
    """The role of the services. A role is the whole server's: one may be left over, and another run may use it."""
    with database.transaction() as tx:
        left_over = tx.value("SELECT to_regrole('cityops_service') IS NOT NULL")
        if not left_over:
            tx.execute("CREATE ROLE cityops_service")
        tx.execute("ALTER ROLE cityops_service LOGIN PASSWORD 'service'")
    yield
    drop_role(database, "cityops_service", is_kept=left_over)


@pytest.fixture
def service(role: None, database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    """The same database, seen by a role that owns nothing."""
    migrate(database, catalogue, report=lambda _: None)
    parts = urlsplit(database_url)
    url = urlunsplit(parts._replace(netloc=f"cityops_service:service@{parts.hostname}:{parts.port}"))
    found = Database(url, application="service")
    yield found
    found.close()


def test_the_services_can_do_all_their_work(database: Database, service: Database) -> None:
    with service.transaction() as tx:
        series = detector(tx, "G-1")
        report(tx, series, NOW)  # on a day that has no partition yet
        alert = open_alert(tx, make_rule(2), series)
        actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=1)
        add_user(tx, "li", role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
        report_case(tx)
        store_catalogue(tx, demo_catalogue(), actor="test", now=NOW)
    assert log_in(service, "li", "Correct-horse-1", now=NOW, source=LoginSource("here"))
    later = NOW + timedelta(days=40)
    assert tend_alerts(service, later, policy=Policy(), zone=ZoneInfo("Asia/Shanghai"))
    day = timedelta(days=1)
    assert tend_cases(service, later, zone=ZoneInfo("Asia/Shanghai"))
    with service.transaction() as tx:
        send_report(tx, REPORT, public_key=PUBLIC_KEY)
    assert Intake(service, zone=ZoneInfo("Asia/Shanghai"), key=KEY).tend(later)
    assert forget_reports(service, later + 400 * day, age=day)
    assert storage_jobs.show_life(service, [Beat("watch/days")], {"days": None}, later)
    assert storage_jobs.make_days(service, later)
    assert storage_jobs.forget_sessions(service, later)
    assert storage_jobs.roll_up(service, later)
    assert storage_jobs.forget_readings(
        service, later, ages=RetentionAges(readings=10 * day, minutes=20 * day, hours=30 * day)
    )

    with service.transaction() as tx:
        assert tx.value("SELECT count(*) FROM reading") == 0  # it was dropped, after it was rolled up
        assert len(alert_reader.open_alerts(tx)) == 1
    with service.transaction() as tx:
        assert verify_chain(tx)[0] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alert_event SET actor = 'somebody else'",
        "DELETE FROM alert_event",
        "TRUNCATE alert_event CASCADE",
        "UPDATE audit_log SET actor = 'somebody else'",
        "DELETE FROM audit_log",
        "INSERT INTO audit_link VALUES (99, 'audit_log', 99, '', '')",
        "DELETE FROM audit_link",
        "UPDATE audit_head SET seq = 0",
        "SELECT audit_append('audit_log', 1)",
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "UPDATE case_event SET actor = 'somebody else'",
        "DELETE FROM case_event",
        "UPDATE filing_stage SET limit_value = 99",
        "DELETE FROM responsibility",
        "UPDATE work_calendar_version SET content = ''",
        "SET session_replication_role = replica",
        "DROP TABLE audit_log",
        "CREATE FUNCTION public.sha256(text) RETURNS bytea LANGUAGE sql AS 'SELECT null::bytea'",
    ],
)
def test_the_services_cannot_rewrite_what_happened(service: Database, statement: str) -> None:
    with service.transaction() as tx:
        alert = open_alert(tx, make_rule(2), detector(tx, "G-1"))
        actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=1)

    with pytest.raises(StorageError, match=r"permission denied|must be owner"), service.transaction() as tx:
        tx.execute(statement)


def test_the_services_give_data_away(service: Database, catalogue: Catalogue, tmp_path: Path) -> None:
    """Sets are brought and decided, days are counted, files are made and removed."""
    now, zone = utc_now(), ZoneInfo("Asia/Shanghai")
    with service.transaction() as tx:
        make_city(tx)
    tend_sets(service, now, catalogue=catalogue, demo=True)
    count_quality(service, now, zone=zone)
    shelf = FileShelf(tmp_path, zone, days=2, floor=0)
    tend_files(service, now, shelf=shelf)
    assert (tmp_path / "areas" / "current.geojson").exists()
    with service.transaction() as tx:
        tx.execute("UPDATE data_set SET open_type = 'closed'")
    tend_files(service, now, shelf=shelf)
    assert not (tmp_path / "areas" / "current.geojson").exists()


def test_the_services_share_between_departments_and_count_no_read_by_themselves(
    database: Database, service: Database, catalogue: Catalogue
) -> None:
    start_city(database)
    with service.transaction() as tx:
        build_sharing(tx, catalogue)
        held, token = grant(tx, CASES)
        make_webhook(
            tx,
            held.number,
            CASES,
            "https://hooks.example/in",
            inner_hosts=(),
            public_key=SHARE_PUBLIC_KEY,
            actor="li",
            now=utc_now(),
        )
        report_case(tx)
    with service.transaction() as tx:
        assert len(read_shared(tx, token, CASES, after="", start=None, limit=9, origin="").rows) == 1
    assert make_deliveries(service, utc_now())
    assert send_one(service, (), utc_now(), lambda _: ReceiverAnswer(delivered=True, words="status 204"), keys=KEYS)
    with service.transaction() as tx:
        assert tx.value("SELECT count(*) FROM share_read") == 2
    assert seal_secrets(service, utc_now(), keys=KEYS)
    assert forget_late(service, utc_now())
    assert forget_reads(service, utc_now(), age=timedelta(days=30), zone=ZoneInfo("Asia/Shanghai"))
    for statement in (
        "INSERT INTO share_read (share_request_id, data_set, at, way, rows, fields, origin)"
        " SELECT share_request_id, data_set, at, way, 0, fields, origin FROM share_read",
        "DELETE FROM share_read",
        "DELETE FROM share_read_day",
        "INSERT INTO share_late (series_id, hour, since, until) VALUES (1, now(), now(), now())",
        "UPDATE share_read_state SET counted_before = 'infinity'",
        "DELETE FROM share_request",
        "UPDATE share_request_set SET fields = fields",
        "SELECT share_source.give(NULL, 'cases', '', NULL, 9, 'pull', '')",
    ):
        with pytest.raises(StorageError, match="permission denied"), service.transaction() as tx:
            tx.execute(statement)
