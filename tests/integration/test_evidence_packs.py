"""Packs of real alerts and cases: made over HTTP, checked by the verb, and wrong when the database was changed."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from alerts.board import actions
from alerts.board.actions import AlertAct
from alerts.rules import store as rule_store
from cases.store.alert_links import follow_alert
from citizens.store.inbox import send_report
from cityops.accounts.roles import Role
from cityops.accounts.tokens import start_session
from cityops.accounts.users import store_user
from cityops.audit.anchors import Anchor
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.command_line import app as verbs
from cityops.readings import Quality
from cityops.scope import Scope
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from sharing.evidence.checking import check_pack
from sharing.evidence.countersignatures import countersign
from sharing.evidence.keys import KEY, PUBLIC_KEY, read_pack_key, read_public_key, write_pack_key
from tests.alert_samples import NOW, detector, make_rule, open_alert, report
from tests.case_samples import PLACE, report_case, start_city
from tests.citizen_samples import LI, REPORT
from tests.citizen_samples import PUBLIC_KEY as SEAL
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.dashboard.visitors import TestClient

Ask = Callable[..., httpx.Response]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    write_pack_key(tmp_path)
    return tmp_path


@pytest.fixture
def ask(database: Database, database_url: str, catalogue: Catalogue, keys: Path) -> Iterator[Ask]:
    """Two accounts: `gu` sees the whole city, `narrow` another district; and one request of the API."""
    start_city(database)
    with database.transaction() as tx:
        for name, scope in {"gu": Scope(), "narrow": Scope(areas=("990102",))}.items():
            store_user(tx, name, role=Role.VIEWER, password="x" * 12, actor="test", now=utc_now(), scope=scope)
            start_session(tx, name, f"token-of-{name}", now=utc_now(), origin="test", device="")
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_PACK_KEY": str(keys / KEY)})
    with TestClient(create_app(settings, catalogue), raise_server_exceptions=False) as client:

        def asking(path: str, name: str = "gu") -> httpx.Response:
            answer: httpx.Response = client.get(
                f"/api/v1{path}", headers={"cookie": f"cityops_session=token-of-{name}"}
            )
            return answer

        yield asking


def make_alert(database: Database) -> tuple[int, int]:
    """An alert that somebody took, with readings around it, and the case that follows it."""
    with database.transaction() as tx:
        series = detector(tx, "G-1")
        for minutes, quality in ((-90, Quality.GOOD), (-5, Quality.SUSPECT), (0, Quality.GOOD), (5, Quality.BAD)):
            report(tx, series, NOW + minutes * MINUTE, quality=quality)
        alert = open_alert(tx, make_rule(2), series)
    with database.transaction() as tx:
        actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW + MINUTE), version=1)
    with database.transaction() as tx:
        case = follow_alert(tx, alert.alert_id, actor=people.ACCEPTOR, now=NOW + 2 * MINUTE, zone=SHANGHAI)
    return alert.alert_id, case.case_id


def unpack(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def faults(answer: httpx.Response, keys: Path) -> list[str]:
    assert answer.status_code == 200, answer.text
    found = check_pack(answer.content, read_public_key(keys / PUBLIC_KEY)).faults
    return [f"{fault.where}: {fault.what}" for fault in found]


def test_a_pack_holds_what_belongs_to_an_alert_and_the_verb_proves_it(
    ask: Ask, database: Database, keys: Path, tmp_path: Path
) -> None:
    number, case = make_alert(database)
    with database.transaction() as tx:
        rule_store.store_rules(tx, [make_rule(2, title={"zh": "改名", "en": "Renamed"})], NOW - MINUTE * 3)

    answer = ask(f"/alerts/{number}/pack")
    found = unpack(answer)

    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-alert-{number}.zip"'
    assert list(found) == [
        "manifest.json", "manifest.sig", "README.txt", f"alerts/{number}.json", f"rules/{number}-gas-2.json",
        f"readings/{number}-G-1-gas_lel.csv", f"cases/{case}.json", "chain.json",
    ]  # fmt: skip
    alert, case_told = json.loads(found[f"alerts/{number}.json"]), json.loads(found[f"cases/{case}.json"])
    assert [event["action"] for event in alert["events"]] == ["raise", "acknowledge"]
    assert [event["act"] for event in case_told["events"]] == ["report"]
    assert case_told["alerts"][0]["evidence"] == json.loads(found["chain.json"])["links"][1]["hash"]
    assert found[f"readings/{number}-G-1-gas_lel.csv"].decode().splitlines() == [
        "time,value,quality,quality_word",
        "2026-03-01T03:55:00.000000Z,25.0,3,suspect",
        "2026-03-01T04:00:00.000000Z,25.0,1,good",
        "2026-03-01T04:05:00.000000Z,25.0,4,bad",
    ]
    assert json.loads(found[f"rules/{number}-gas-2.json"])["versions"][0]["definition"]["when"]["limit"] == 20

    (tmp_path / "pack.zip").write_bytes(answer.content)
    ran = CliRunner().invoke(
        verbs, ["audit", "verify-pack", str(tmp_path / "pack.zip"), "--key", str(keys / PUBLIC_KEY)]
    )
    assert ran.exit_code == 0, ran.output
    assert "All 3 events are as the audit chain recorded them" in ran.output
    with database.transaction() as tx:
        row = tx.row("SELECT actor, object, detail FROM audit_log WHERE action = 'pack.export'")
    assert row is not None
    assert (row["actor"], row["object"], row["detail"]["bytes"]) == ("gu", f"alert {number}", len(answer.content))


def test_a_pack_is_checked_with_what_another_city_saw_of_its_chain(
    ask: Ask, database: Database, keys: Path, tmp_path: Path
) -> None:
    number, _ = make_alert(database)
    answer = ask(f"/alerts/{number}/pack")
    chain = json.loads(unpack(answer)["chain.json"])
    (tmp_path / "pack.zip").write_bytes(answer.content)
    (tmp_path / "witness").mkdir()
    write_pack_key(tmp_path / "witness")
    key = read_pack_key(tmp_path / "witness" / KEY)

    def verify(seq: int, digest: str) -> tuple[int, str]:
        seen = countersign(Anchor(seq, bytes.fromhex(digest)), asked_by="us", seen_at=NOW, key=key)
        (tmp_path / "seen.json").write_bytes(seen)
        words = ["audit", "verify-pack", str(tmp_path / "pack.zip"), "--key", str(keys / PUBLIC_KEY)]
        words += ["--countersignature", str(tmp_path / "seen.json")]
        words += ["--witness-key", str(tmp_path / "witness" / PUBLIC_KEY)]
        ran = CliRunner().invoke(verbs, words)
        return ran.exit_code, f"{ran.output} {ran.exception}"

    for place in (chain["head"], chain["links"][0]):
        status, said = verify(place["seq"], place["hash"])
        assert status == 0, said
        assert f"saw the chain at {place['seq']}:" in said
    for seq, digest in ((chain["head"]["seq"] + 1, chain["head"]["hash"]), (chain["head"]["seq"], "ab" * 32)):
        status, said = verify(seq, digest)
        assert status != 0
        assert "which the pack has not" in said


def test_the_pack_of_a_case_has_the_alerts_that_it_follows(ask: Ask, database: Database, keys: Path) -> None:
    number, case = make_alert(database)

    answer = ask(f"/cases/{case}/pack")

    assert {f"alerts/{number}.json", f"cases/{case}.json"} <= unpack(answer).keys()
    assert faults(answer, keys) == []


def test_nobody_gets_a_pack_of_what_they_do_not_see(ask: Ask, database: Database, keys: Path) -> None:
    number, case = make_alert(database)
    with database.transaction() as tx:
        inside = open_alert(tx, make_rule(1), detector(tx, "G-2", area="990102"))
    with database.transaction() as tx:  # a case of this account's district, which follows an alert of another one
        mine = follow_alert(tx, inside.alert_id, actor=people.ACCEPTOR, now=NOW, zone=SHANGHAI).case_id
        tx.execute(
            "INSERT INTO case_alert SELECT %(mine)s, alert_id, 0, '', false FROM alert WHERE alert_id = %(number)s",
            mine=mine, number=number,
        )  # fmt: skip

    assert [ask(f"/{kind}/pack", "narrow").status_code for kind in (f"alerts/{number}", f"cases/{case}")] == [404, 404]
    answer = ask(f"/cases/{mine}/pack", "narrow")
    assert f"alerts/{number}.json" not in unpack(answer)
    assert faults(answer, keys) == []
    about = json.loads(unpack(answer)["manifest.json"])["about"]
    assert about["view"] == {"account": "narrow", "domains": None, "areas": ["990102"], "department": ""}
    assert "alerts and cases that the account for which it was made does not see" in about["left_out"]


def test_what_was_changed_in_the_database_shows_in_the_pack(ask: Ask, database: Database, keys: Path) -> None:
    number, _ = make_alert(database)
    with database.transaction() as tx:
        event = tx.value("SELECT max(alert_event_id) FROM alert_event")
        tx.execute("ALTER TABLE alert_event DISABLE TRIGGER ALL")
        tx.execute("UPDATE alert_event SET actor = 'somebody' WHERE alert_event_id = %(event)s", event=event)
        tx.execute("ALTER TABLE alert_event ENABLE TRIGGER ALL")

    told = faults(ask(f"/alerts/{number}/pack"), keys)

    assert [line.rpartition(", ")[2] for line in told] == [f"row {event} of alert_event"]
    assert "changed" in told[0]


CANARY = ["13800138000", LI.name, LI.phone, LI.email, "路灯不亮", "光明路"]


def test_a_pack_names_no_reporter_and_has_only_photographs_that_were_passed(
    ask: Ask, database: Database, keys: Path
) -> None:
    with database.transaction() as tx:
        case = report_case(tx)  # its description has a telephone number
    answer = ask(f"/cases/{case}/pack")
    assert PLACE.description.encode() not in answer.content
    assert b"13800138000" not in answer.content
    assert "address and description" in str(left_out(answer))

    with database.transaction() as tx:
        reported = send_report(tx, REPORT, public_key=SEAL).number
        tx.execute("UPDATE citizen_report SET case_id = %(case)s WHERE number = %(number)s", case=case, number=reported)
        for place, passed in ((1, True), (2, False)):
            tx.execute(
                "INSERT INTO report_photo (report_id, place, sha256, kind, content, public) "
                "SELECT report_id, %(place)s, repeat(%(place)s::text, 64), 'image/png', %(content)s, %(passed)s "
                "FROM citizen_report WHERE number = %(number)s",
                place=place, passed=passed, number=reported, content=f"picture {place}".encode(),
            )  # fmt: skip
    answer = ask(f"/cases/{case}/pack")
    found = unpack(answer)

    assert [name for name in found if name.startswith("photos/")] == [f"photos/{'1' * 64}.png"]
    assert [word for word in CANARY if word.encode() in answer.content] == []
    assert b"picture 2" not in answer.content
    told = json.loads(found[f"cases/{case}.json"])
    assert (told["reports"][0]["number"], told["address"], told["longitude"]) == (reported, "", 118.8)
    assert "who reported it" in str(left_out(answer))
    assert faults(answer, keys) == []


def left_out(answer: httpx.Response) -> Any:
    return json.loads(unpack(answer)["manifest.json"])["about"]["left_out"]


def test_without_a_key_there_are_no_packs_and_it_says_what_to_set(ask: Ask, database: Database, keys: Path) -> None:
    number, _ = make_alert(database)
    (keys / KEY).unlink()

    answer = ask(f"/alerts/{number}/pack")

    assert (answer.status_code, answer.json()["error"]) == (409, "no_key")
    assert "CITYOPS_PACK_KEY" in answer.json()["message"]
    assert str(keys) not in answer.text
    assert [ask(f"/alerts/{number}/pack").status_code for _ in range(5)] == [409] * 5  # no turn is kept
