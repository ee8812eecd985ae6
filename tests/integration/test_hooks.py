"""Other channels bring reports over HTTP, in the role of the portal: who is known is heard once, nobody else at all."""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from citizens.store.inbox import own_report
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database, Row
from cityops.web.webhook_signing import PREFIX, sign
from portal.app import create_app
from portal.hooks.errors import HooksError
from portal.hooks.wecom_crypto import Envelope, WecomKey, read_key, seal, unseal
from portal.hooks.wecom_messages import read_xml
from portal.web.allowances import ALLOWANCES, AllowanceKind
from portal.web.report_bodies import LARGEST
from tests.citizen_samples import LI
from tests.portals import LAT, LON, PortalHouse, opened_house, portal_settings

NEW, OLD = b"a secret that is in use now, of 40 bytes", b"the secret that it takes the place of ..."
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
WECOM = WecomKey("QDG6eK", read_key(AES_KEY))
CORP = "wx5823bf96d3bd56c7"
SAID = {"kind": "help", "said": "路灯不亮", "longitude": LON, "latitude": LAT, "phone": LI.phone, "wants_call": True}
PATH, WECOM_PATH = "/hooks/reports/street-app", "/hooks/reports/wecom"


def write_channels(path: Path, *secrets: bytes) -> None:
    texts = [PREFIX + b64encode(secret).decode() for secret in secrets]
    path.write_text(
        f"[signed.street-app]\nsecrets = {json.dumps(texts)}\n[wecom.wecom]\n"
        f'corp_id = "{CORP}"\nkeys = [{{token = "{WECOM.token}", aes_key = "{AES_KEY}"}}]\n'
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hooks") / "hooks.toml"
    write_channels(path, NEW, OLD)
    return path


@pytest.fixture(scope="module")
def served(shared_database_url: str, catalogue: Catalogue, file: Path) -> Iterator[PortalHouse]:
    database = Database(shared_database_url, application="test")
    with opened_house(database, shared_database_url, catalogue, CITYOPS_HOOKS_FILE=str(file)) as found:
        yield found
    database.close()


@pytest.fixture
def house(served: PortalHouse, file: Path) -> PortalHouse:
    write_channels(file, NEW, OLD)
    served.run("DELETE FROM citizen_report")
    served.app.state.portal.allowances.__init__()
    return served


def bring(
    house: PortalHouse, message: object = SAID, *, secret: bytes = NEW, name: str = "m-1", late: int = 0, **options: Any
) -> httpx.Response:
    """Send a signed report."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    at = int(utc_now().timestamp()) - late
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": f"{at}",
        "webhook-signature": sign(secret, name, at, body),
    } | options.pop("headers", {})
    answer: httpx.Response = house.client.post(options.pop("path", PATH), content=body, headers=headers)
    return answer


def stored(house: PortalHouse) -> list[Row]:
    with house.database.transaction() as tx:
        return tx.rows("SELECT * FROM citizen_report ORDER BY report_id")


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    words: str = answer.json()["words"]
    return words


def test_a_signed_report_is_taken_with_its_contact_sealed(house: PortalHouse) -> None:
    answer = bring(house)

    told = answer.json()
    (row,) = stored(house)
    assert answer.status_code == 200
    assert told == {"number": row["number"], "code": told["code"], "is_new": True, "contact_kept": True}
    assert (row["channel"], row["sender"], row["reference"], row["said"]) == (
        "import", "street-app", "m-1", "路灯不亮",
    )  # fmt: skip
    assert (row["longitude"], row["latitude"], row["wants_call"]) == (LON, LAT, True)
    assert row["sealed"] is not None
    assert LI.phone.encode() not in bytes(row["sealed"])
    with house.database.transaction() as tx:
        assert own_report(tx, told["number"], told["code"]) is not None


def test_a_report_that_comes_again_is_the_one_that_is_there(house: PortalHouse) -> None:
    first = bring(house).json()
    again = bring(house).json()
    changed = bring(house, SAID | {"said": "another text under the same name"}).json()

    assert first["is_new"]
    assert again == changed == first | {"is_new": False}
    assert [row["said"] for row in stored(house)] == ["路灯不亮"]
    assert bring(house, name="m-2").json()["number"] != first["number"]


def test_a_request_that_somebody_kept_opens_nothing_later(house: PortalHouse) -> None:
    assert "5 minutes" in refused(bring(house, late=400), 401)
    assert "5 minutes" in refused(bring(house, late=-400), 401)
    assert stored(house) == []


@pytest.mark.parametrize(
    "options",
    [
        {"secret": b"a secret of somebody else, long enough"},
        {"headers": {"webhook-signature": "v1,"}},
        {"headers": {"webhook-id": "m-2"}},
        {"headers": {"webhook-timestamp": "1"}},
        {"headers": {"webhook-id": "é".encode("latin-1")}},
    ],
)
def test_who_is_not_known_is_not_heard(
    house: PortalHouse, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        refused(bring(house, **options), 401)
    assert stored(house) == []
    assert any(getattr(record, "channel", "") == "street-app" for record in caplog.records)
    assert "路灯不亮" not in caplog.text
    assert LI.phone not in caplog.text


def test_who_has_no_channel_is_told_so(house: PortalHouse) -> None:
    assert "no channel" in refused(bring(house, path="/hooks/reports/nobody"), 404)
    assert "no channel" in refused(house.get("/hooks/reports/street-app"), 404)
    assert refused(house.client.put(PATH), 405)
    assert stored(house) == []


def test_a_secret_changes_without_a_pause(house: PortalHouse, file: Path) -> None:
    assert bring(house, secret=OLD, name="a").status_code == 200
    assert bring(house, secret=NEW, name="b").status_code == 200
    write_channels(file, NEW)
    refused(bring(house, secret=OLD, name="c"), 401)
    assert bring(house, secret=NEW, name="c").status_code == 200


def test_a_file_that_cannot_be_used_tells_no_secret(
    house: PortalHouse, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for content in ('[signed.street-app]\nsecrets = ["whsec_hunter22"]', "[signed.street-app\nsecrets = 'whsec_hunter22'", '[signed.x]\nsecrets = "whsec_hunter22"', '[signed."UP"]\nsecrets = ["whsec_hunter22"]'):  # fmt: skip # noqa: E501
        file.write_text(content)
        assert "later" in refused(bring(house), 503)
        with pytest.raises(HooksError) as error:
            create_app(read_settings(portal_settings("postgresql://127.0.0.1:1/none", CITYOPS_HOOKS_FILE=str(file))))
        assert "hooks.toml" in str(error.value)
        assert "hunter22" not in str(error.value)
    assert "hunter22" not in caplog.text
    file.unlink()
    refused(bring(house), 503)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"no json", "JSON"),
        (b"", "JSON"),
        (b"\xff", "JSON"),
        ([SAID], "object"),
        (SAID | {"kind": "other"}, "kind"),
        (SAID | {"said": "a\u0000"}, "said"),
        (SAID | {"said": "a" * 4001}, "said"),
        (SAID | {"phone": "call me"}, "phone"),
        (SAID | {"more": 1}, "more"),
    ],
)
def test_what_is_no_report_is_refused_by_its_field(house: PortalHouse, message: object, words: str) -> None:
    assert words in refused(bring(house, message), 422)
    assert stored(house) == []


def test_a_body_has_its_size_and_kind(house: PortalHouse) -> None:
    assert "64 KiB" in refused(bring(house, b"a" * (LARGEST + 1)), 413)
    assert "application/json" in refused(bring(house, headers={"content-type": "text/plain"}), 415)
    assert stored(house) == []


def test_a_channel_has_its_allowance(house: PortalHouse) -> None:
    allowances, most = house.app.state.portal.allowances, int(ALLOWANCES[AllowanceKind.PROGRAM].at_once)
    at = monotonic() + 60  # ahead of what a slow machine takes until the channel asks: nothing comes back meanwhile
    for _ in range(most):
        allowances.take(AllowanceKind.PROGRAM, "hook street-app", now=at)
    answer = bring(house)
    refused(answer, 429)
    assert int(answer.headers["retry-after"]) >= 1
    assert stored(house) == []


def test_a_city_without_a_key_keeps_no_contact(house: PortalHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = house.app.state.portal
    changed = replace(portal, settings=portal.settings.model_copy(update={"reporter_public_key": None}))
    monkeypatch.setitem(house.app.state._state, "portal", changed)
    assert bring(house).json()["contact_kept"] is False
    (row,) = stored(house)
    assert (row["sealed"], row["wants_call"]) == (None, False)


# WeCom


def envelope(text: str, *, late: int = 0, nonce: str = "n-1") -> Envelope:
    at = f"{int(utc_now().timestamp()) - late}"
    return seal(WECOM, text.encode(), receiver=CORP, timestamp=at, nonce=nonce)


def params(sealed: Envelope) -> dict[str, str]:
    return {"msg_signature": sealed.signature, "timestamp": sealed.timestamp, "nonce": sealed.nonce}


def say(house: PortalHouse, text: str, **options: Any) -> httpx.Response:
    sealed = envelope(text, **options)
    body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{sealed.sealed}]]></Encrypt></xml>"
    answer: httpx.Response = house.client.post(WECOM_PATH, params=params(sealed), content=body)
    return answer


def message(kind: str, inside: str, name: str = "7") -> str:
    at = int(utc_now().timestamp())
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[ouyang]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}<MsgId>{name}</MsgId></xml>"
    )


def heard(answer: httpx.Response) -> str:
    """Return what the person is told, decrypted as WeCom does it."""
    assert answer.status_code == 200, answer.text
    fields = read_xml(answer.content).fields
    sealed = Envelope(fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
    content, _ = unseal([WECOM], sealed, receiver=CORP, now=utc_now().timestamp())
    told = read_xml(content).fields
    assert (told["ToUserName"], told["FromUserName"]) == ("ouyang", CORP)
    return told["Content"]


def test_wecom_finds_its_address(house: PortalHouse) -> None:
    sealed = envelope("1616140317555161061")
    right = params(sealed) | {"echostr": sealed.sealed}
    answer = house.get(WECOM_PATH, params=right)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    assert answer.headers["content-type"].startswith("text/plain")
    refused(house.get(WECOM_PATH, params=right | {"msg_signature": "0" * 40}), 401)
    refused(house.get(WECOM_PATH), 401)


def test_somebody_writes_and_is_told_number_and_code(house: PortalHouse) -> None:
    text = message("text", "<Content><![CDATA[路口积水 <b>]]></Content>")
    first, again = heard(say(house, text)), heard(say(house, text))
    (row,) = stored(house)
    assert first == again
    assert row["number"] in first
    with house.database.transaction() as tx:
        assert own_report(tx, row["number"], first.rpartition("查询码 ")[2].rstrip("。")) is not None
    assert (row["said"], row["sender"], row["reference"], row["sealed"]) == ("路口积水 <b>", "wecom", "7", None)


def test_what_cannot_be_read_is_answered_and_not_kept(house: PortalHouse) -> None:
    assert "文字" in heard(say(house, message("voice", "<MediaId>1</MediaId>")))
    assert "文字" in heard(say(house, message("text", f"<Content>{'很' * 4001}</Content>")))
    opened = say(house, message("event", "<Event>enter_agent</Event>"))
    assert (opened.status_code, opened.content) == (200, b"")
    assert stored(house) == []


def test_a_message_of_nobody_is_not_heard(house: PortalHouse) -> None:
    text = message("text", "<Content>积水</Content>")
    refused(say(house, text, late=400), 401)
    sealed = envelope(text)
    for content, status in ((b"<xml/>", 401), (b"no xml", 422), (b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>', 401)):
        refused(house.client.post(WECOM_PATH, params=params(sealed), content=content), status)
    assert stored(house) == []
