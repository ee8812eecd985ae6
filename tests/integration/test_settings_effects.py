"""Each setting changes something: what the product does with two values of it is not the same.

A new setting fails here until it has a line in one of the three tables.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import cast

import pytest

from alerts.board.alarms import read_policy
from alerts.notify.contacts import load_policy
from alerts.rules.rule_files import load_rules
from alerts.watch.jobs import JobHealth
from alerts.watch.program import jobs_of
from cap.issuer import load_cap_file
from cap.messages.signatures import load_pinned
from cases.clock.rework import ReworkPolicy
from citizens.persons.sealing import make_pair, public_half
from citizens.topics.criteria import load_criteria
from cityops.accounts.factors.totp_secrets import CodeUncheckable, TotpCipher, make_cipher
from cityops.accounts.oidc_config import load_config
from cityops.accounts.signing import load_signer
from cityops.catalogue import Catalogue, load_catalogue, read_catalogue
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.operations.machine import look_at_machine
from cityops.settings import PREFIX, Settings, read_settings
from cityops.standards.tables import load_standards
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.readings.rollups import ages_of
from cityops.web.proxies import visitor_of
from dashboard.app import create_app
from dashboard.city.vitals.vital_weights import load_weights
from ingest import program as ingest_program
from ingest.transport.mqtt import Subscription
from portal.hooks.channels import load_channels
from portal.open_data.dcat_us import write_dcat_us
from portal.open_data.site import Site
from sharing.departments.addresses import check_address
from sharing.departments.keys import key_id
from sharing.evidence.witness_job import load_witness
from sharing.watch import shelf_of
from tests.alert_samples import shown_alert
from tests.open_sets import AIR_SET
from tests.unit.dashboard.visitors import TestClient

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TESTS = Path(__file__).parents[1]
Probe = Callable[[Settings], object]


def reached(url: str) -> int:
    """Return how many connections come to a server of ours, when a program connects to this address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        try:
            with Database(url.replace("PORT", str(server.getsockname()[1])), application="test").transaction():
                pass
        except StorageError:
            pass
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return 0
    return 1


def refusal(load: Callable[[Path | None], object], path: Path | None) -> str:
    """Return what a loader says of a file."""
    try:
        load(path)
    except CityOpsError as error:
        return str(error)
    return "read"


def named_contact(settings: Settings) -> int:
    """Return in how many ways the catalogue of open data says whom to ask."""
    site = Site("", "", "zh", settings.open_data_contact or "")
    return len(write_dcat_us([AIR_SET], site)["dataset"][0]["contactPoint"])


def tls_refusal(settings: Settings) -> str:
    """Return what the client of ingest says of the certificate authority."""
    try:
        client = Subscription("mqtts://127.0.0.1", ["#"], client_id="test", now=utc_now, ca_file=settings.mqtt_ca_file)
    except (ssl.SSLError, OSError) as error:
        return str(error)
    client.start()
    client.stop()  # closes what it opened
    return "taken"


def job(settings: Settings, name: str) -> bool:
    database = Database("postgresql://127.0.0.1:1/none", application="test")
    jobs = jobs_of(database, settings.model_copy(update={"notify_file": None}), load_policy(None), JobHealth())
    return any(one.name == name for one in jobs)


def sounding(settings: Settings) -> frozenset[int]:
    """Return which of three alerts sound at a desk."""
    given = enumerate([(1, "flood"), (2, "gas"), (4, "crowd")])
    alerts = [shown_alert(alert_id=number, severity=severity, rule_id=rule) for number, (severity, rule) in given]
    return read_policy(settings).sounding(alerts, NOW)


def opens(settings: Settings, kept: str) -> bool:
    """Whether a secret of one-time codes can be read."""
    try:
        return make_cipher(settings).decrypt("li", kept) == "SECRET"
    except CodeUncheckable:
        return False


CATALOGUE = load_catalogue()
KEYS = make_pair()[0], make_pair()[0]
# name: (two values, what is done with them). FILE is a file that no loader can read, FOLDER one that is there.
EFFECTS: Mapping[str, tuple[str | None, str | None, Probe]] = {
    "secret_key": (
        "k" * 32,
        "l" * 32,
        lambda s: load_signer(cast(Transaction, None), s, NOW).sign("a", "b", until=NOW),
    ),
    "previous_secret_key": ("k" * 32, "l" * 32, lambda s: opens(s, TotpCipher("k" * 32).encrypt("li", "SECRET"))),
    "timezone": ("Asia/Shanghai", "Asia/Urumqi", lambda s: NOW.astimezone(s.zone).hour),
    "catalogue_file": (None, "FILE", lambda s: refusal(load_catalogue, s.catalogue_file)),
    "domains": (None, "all", lambda s: sorted(read_catalogue(s).domain)),
    "domains_dir": (None, "/no/folder", lambda s: refusal(lambda _: read_catalogue(s), s.domains_dir)),
    "rules_file": (None, "FILE", lambda s: refusal(lambda path: load_rules(CATALOGUE, path), s.rules_file)),
    "standards_file": (None, "FILE", lambda s: refusal(load_standards, s.standards_file)),
    "vitals_file": (None, "FILE", lambda s: refusal(lambda path: load_weights(CATALOGUE, path), s.vitals_file)),
    "topics_file": (None, "FILE", lambda s: refusal(load_criteria, s.topics_file)),
    "call_rework": ("same_due", "new_limit", lambda s: ReworkPolicy(s.call_rework)),
    "hooks_file": (None, "FILE", lambda s: refusal(load_channels, s.hooks_file)),
    "share_inner_hosts": (
        None,
        "gateway.city",
        lambda s: refusal(lambda _: check_address("http://gateway.city/in", s.share_inner_hosts or ()), None),
    ),
    "share_key": (None, KEYS[0], lambda s: job(s, "share-seals")),
    "share_public_key": (KEYS[0], KEYS[1], lambda s: key_id(s.share_public_key or "")),
    "keep_share_reads_days": ("90", "0", lambda s: (s.share_reads_age, job(s, "share-reads"))),
    "open_files_dir": (None, "FOLDER", lambda s: job(s, "data-files")),
    "open_files_days": ("9", "8", lambda s: shelf_of(s, TESTS).days),
    "open_files_floor_mb": ("9", "8", lambda s: shelf_of(s, TESTS).floor),
    "open_data_contact": (None, "data@city.example", named_contact),
    "notify_file": (None, "FILE", lambda s: refusal(load_policy, s.notify_file)),
    "cap_file": (None, "FILE", lambda s: refusal(load_cap_file, s.cap_file)),
    "cap_feeds": (None, "/var/spool/warnings", lambda s: job(s, "feed-0")),
    "cap_senders": (None, "FILE", lambda s: refusal(lambda path: path and load_pinned(path), s.cap_senders)),
    "mqtt_ca_file": (None, "FILE", tls_refusal),
    "oidc_file": (None, "FILE", lambda s: refusal(lambda path: path and load_config(path), s.oidc_file)),
    "keep_readings_days": ("9", "0", lambda s: ages_of(s).readings),
    "keep_minutes_days": ("801", "900", lambda s: ages_of(s).minutes),
    "keep_hours_days": ("4000", "5000", lambda s: ages_of(s).hours),
    "compress_after_days": ("9", "0", lambda s: ages_of(s).compress),
    "letters_per_hour": ("9", "0", lambda s: ingest_program.letter_limits(s).per_hour),
    "keep_letters_mb": ("9", "0", lambda s: ingest_program.letter_limits(s).most_bytes),
    "keep_letters_days": ("9", "0", lambda s: s.letters_age),
    "blocked_file": (None, "/run/blocked", lambda s: job(s, "blocked")),
    "anchor_file": (None, "/run/anchors", lambda s: job(s, "anchors")),
    "witness_file": (None, "FILE", lambda s: refusal(load_witness, s.witness_file)),
    "message_days": ("9", "8", ingest_program.message_bounds),
    "message_series": ("9", "8", ingest_program.message_bounds),
    "message_readings": ("9", "8", ingest_program.message_bounds),
    "alarm_severity": ("1", "2", sounding),
    "alarm_rules": (None, "crowd", sounding),
    "alarm_quiet": ("22:00-06:00", "19:00-21:00", lambda s: read_policy(s).is_quiet(NOW)),
    "disks": (None, "FOLDER", lambda s: len(look_at_machine(s)["disks"])),
    "certificates": (None, "FILE", lambda s: len(look_at_machine(s)["certificates"])),
    "reporter_key": (KEYS[0], KEYS[1], lambda s: public_half(s.find_reporter_key() or "")),
    "keep_reporters_days": ("9", "0", lambda s: s.reporters_age),
    "trusted_proxies": (
        "10.0.0.0/8",
        "192.0.2.0/24",
        lambda s: visitor_of("10.0.0.1", ["203.0.113.9"], s.trusted_proxies or (ip_network("::1"),)),
    ),
}
# name: (its value in one of two applications, what a visitor sees of it). In the other one it is not set.
PAGES: Mapping[str, tuple[str, Callable[[TestClient], object]]] = {
    "language": ("en", lambda visitor: "Password" in visitor.get("/login").text),
    "wall_open": ("true", lambda visitor: visitor.get("/wall").status_code),
    "demo": ("true", lambda visitor: visitor.get("/wall").text.count("presenter")),
    "cookie_secure": ("false", lambda visitor: visitor.get("/login").headers.get("strict-transport-security")),
    "allowed_hosts": ("city.example", lambda visitor: visitor.get("/login").status_code),
}
# Settings that need servers: which test elsewhere shows them, and the word by which it does.
ELSEWHERE = {
    "database_url": ("integration/test_ingest_program.py", "CITYOPS_DATABASE_URL"),
    "read_database_url": ("integration/test_standby.py", "CITYOPS_READ_DATABASE_URL"),
    "mqtt_url": ("integration/test_ingest_program.py", "CITYOPS_MQTT_URL"),
    "open_mqtt_url": ("integration/test_sensorthings_mqtt.py", "CITYOPS_OPEN_MQTT_URL"),
    "open_mqtt_endpoint": ("integration/test_sensorthings_mqtt.py", "CITYOPS_OPEN_MQTT_ENDPOINT"),
    "portal_address": ("integration/test_sensorthings_mqtt.py", "CITYOPS_PORTAL_ADDRESS"),
    "reporter_public_key": ("integration/test_citizen_inbox.py", "CITYOPS_REPORTER_PUBLIC_KEY"),
    "pack_key": ("integration/test_evidence_packs.py", "CITYOPS_PACK_KEY"),
    "cap_key": ("integration/test_warnings.py", "CITYOPS_CAP_KEY"),
    "cap_certificate": ("integration/test_warnings.py", "CITYOPS_CAP_CERTIFICATE"),
    "data_dir": ("integration/test_demo.py", "--data-dir"),
    "broker_check": ("security/test_broker_check.py", "BROKER_CHECK"),
    "mqtt_device_url": ("security/test_broker_check.py", "check_broker("),
    "oidc_client_secret": ("security/test_single_sign_on.py", "OIDC_CLIENT_SECRET"),
}


def test_every_setting_has_a_line_in_a_table() -> None:
    assert set(Settings.model_fields) == {*EFFECTS, *PAGES, *ELSEWHERE}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_setting_changes_something(name: str, tmp_path: Path) -> None:
    unreadable = tmp_path / "file"
    unreadable.write_text("= nothing that can be read =")
    *values, probe = EFFECTS[name]
    given = {"FILE": str(unreadable), "FOLDER": str(tmp_path)}
    seen = []
    for value in values:
        found = given.get(str(value), value)
        seen.append(probe(read_settings({} if found is None else {PREFIX + name.upper(): str(found)})))

    assert seen[0] != seen[1]


def test_the_settings_of_pages_change_what_a_visitor_sees(database_url: str, catalogue: Catalogue) -> None:
    seen = []
    for values in ({}, {PREFIX + name.upper(): value for name, (value, _) in PAGES.items() if name != "allowed_hosts"}):
        settings = read_settings({"CITYOPS_DATABASE_URL": database_url, **values})
        with TestClient(create_app(settings, catalogue), follow_redirects=False) as visitor:
            seen.append({name: probe(visitor) for name, (_, probe) in PAGES.items() if name != "allowed_hosts"})
    other = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_ALLOWED_HOSTS": PAGES["allowed_hosts"][0]})
    with TestClient(create_app(other, catalogue), follow_redirects=False) as visitor:
        assert visitor.get("/login").status_code != 200

    assert [name for name in seen[0] if seen[0][name] == seen[1][name]] == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_needs_servers_is_shown_by_a_test_of_its_own(name: str) -> None:
    file, word = ELSEWHERE[name]

    assert word in (TESTS / file).read_text(encoding="utf-8")


def test_the_database_is_the_one_of_its_setting() -> None:
    assert reached("postgresql://127.0.0.1:PORT/none") == 1
    assert reached("postgresql://127.0.0.1:1/none") == 0


def test_letters_have_the_age_of_their_setting() -> None:
    assert read_settings({"CITYOPS_KEEP_LETTERS_DAYS": "3"}).letters_age == timedelta(days=3)
