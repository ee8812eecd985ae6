"""Another city signs how far our audit chain goes, over HTTP, and no chain but the one that it saw before."""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from cityops.accounts.roles import Role
from cityops.accounts.tokens import add_token
from cityops.audit.anchors import Anchor
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.command_line import app as verbs
from cityops.settings import read_settings
from cityops.storage import Database, StorageError
from cityops.storage.audit import audit_head
from dashboard.app import create_app
from sharing.errors import CountersignatureRefused, WitnessUnreachable, WitnessUnusable
from sharing.evidence.anchor_job import jobs
from sharing.evidence.countersignatures import countersign, read_countersignature
from sharing.evidence.keys import KEY, PUBLIC_KEY, read_pack_key, read_public_key, write_pack_key
from sharing.evidence.witness_job import load_witness
from tests.http_servers import answering
from tests.unit.dashboard.visitors import TestClient

HERE, LATER, OTHER = Anchor(7, b"a" * 32), Anchor(9, b"b" * 32), Anchor(7, b"c" * 32)


@dataclass
class Witness:
    """The other city: its database, its address, its keys, and a file with the token that it gave us."""

    database: Database
    client: TestClient
    address: str
    keys: Path
    token: Path

    def ask(self, anchor: Anchor, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token.read_text()}"}
        answer: httpx.Response = self.client.post(
            "/api/v1/countersignatures", json={"anchor": str(anchor)}, headers=headers
        )
        return answer

    def verb(self, anchor: Anchor, key: Path | None = None) -> tuple[int, str]:
        words = [
            "audit",
            "countersign",
            str(anchor),
            self.address,
            "--token-file",
            str(self.token),
            "--to",
            str(self.keys),
        ]
        words += ["--witness-key", str(key or self.keys / PUBLIC_KEY)]
        ran = CliRunner().invoke(verbs, words)
        return ran.exit_code, f"{ran.output} {ran.exception}"


@pytest.fixture
def witness(database: Database, database_url: str, catalogue: Catalogue, tmp_path: Path) -> Iterator[Witness]:
    write_pack_key(tmp_path)
    with database.transaction() as tx:
        token = add_token(tx, "neighbour", role=Role.OFFICER, actor="test", now=utc_now())
    (tmp_path / "token").write_text(token)
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_PACK_KEY": str(tmp_path / KEY)})
    with TestClient(create_app(settings, catalogue), raise_server_exceptions=False) as client:

        class Handler(BaseHTTPRequestHandler):
            """The network before the other city."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                named = {name: self.headers[name] for name in ("authorization", "content-type")}
                answer = client.post(self.path, content=body, headers=named)
                self.send_response(answer.status_code)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

        with answering(Handler) as port:
            yield Witness(database, client, f"http://127.0.0.1:{port}", tmp_path, tmp_path / "token")


def test_what_the_witness_signs_is_checked_and_kept(witness: Witness) -> None:
    status, said = witness.verb(HERE)
    assert status == 0, said
    kept = (witness.keys / "7.json").read_bytes()
    anchor, told = read_countersignature(kept, read_public_key(witness.keys / PUBLIC_KEY))
    assert anchor == HERE
    assert told.asked_by.endswith("neighbour")
    assert witness.verb(HERE)[0] == 0
    assert (witness.keys / "7.json").read_bytes() == kept  # the moment at which it was seen first
    with witness.database.transaction() as tx:
        acts = tx.rows("SELECT actor, detail FROM audit_log WHERE action = 'chain.countersign'")
    assert [row["detail"]["anchor"] for row in acts] == [str(HERE)]


def test_another_chain_is_not_signed(witness: Witness) -> None:
    for anchor, status in ((HERE, 200), (LATER, 200), (OTHER, 409), (Anchor(8, b"d" * 32), 409), (HERE, 200)):
        assert witness.ask(anchor).status_code == status, anchor
    with witness.database.transaction() as tx:
        other = add_token(tx, "another-city", role=Role.OFFICER, actor="test", now=utc_now())
    assert witness.ask(OTHER, other).status_code == 200  # of another city it has seen nothing yet
    status, said = witness.verb(OTHER)
    assert status != 0
    assert "409" in said
    assert json.loads((witness.ask(OTHER)).content)["error"] == "refused"


def test_what_was_seen_cannot_be_changed(witness: Witness) -> None:
    witness.ask(HERE)
    for statement in ("DELETE FROM witnessed_anchor", "UPDATE witnessed_anchor SET seq = 1"):
        with pytest.raises(StorageError, match="append-only"), witness.database.transaction() as tx:
            tx.execute(statement)


def test_nobody_without_an_account_and_no_word_that_is_no_anchor(witness: Witness) -> None:
    assert witness.ask(HERE, "wrong").status_code == 401
    headers = {"Authorization": f"Bearer {witness.token.read_text()}"}
    for anchor in ("7", "7:xy", f"7:{'a' * 63}", f"-7:{'a' * 64}", f"{'9' * 19}:{'a' * 64}", ""):
        answer = witness.client.post("/api/v1/countersignatures", json={"anchor": anchor}, headers=headers)
        assert answer.status_code == 422, anchor


def job(witness: Witness, key_file: str = PUBLIC_KEY) -> Callable[[datetime], object]:
    """Return the work of the job of `watch` that asks this witness; paths in its file are beside it."""
    path = witness.keys / "witness.toml"
    path.write_text(f'address = "{witness.address}"\ntoken_file = "token"\nkey_file = "{key_file}"\nfolder = "seen"\n')
    (witness.keys / "seen").mkdir(exist_ok=True)
    settings = read_settings({"CITYOPS_WITNESS_FILE": str(path)})
    (found,) = (one for one in jobs(witness.database, settings) if one.name == "countersignatures")
    return found.work


def test_watch_has_the_end_of_the_chain_signed_once_a_day(witness: Witness) -> None:
    work, now = job(witness), utc_now()
    with witness.database.transaction() as tx:
        head = audit_head(tx)
    assert head is not None

    assert work(now)
    (kept,) = (witness.keys / "seen").iterdir()
    anchor, _ = read_countersignature(kept.read_bytes(), read_public_key(witness.keys / PUBLIC_KEY))
    assert anchor == head
    assert kept.name == f"{head.seq}.json"

    os.utime(kept, (now.timestamp(), now.timestamp()))
    assert work(now)  # the same day: it is not asked again, though its own act made the chain longer
    assert len(list((witness.keys / "seen").iterdir())) == 1
    work(now + timedelta(days=1))
    assert len(list((witness.keys / "seen").iterdir())) == 2


def test_of_two_watches_one_asks(witness: Witness) -> None:
    work = job(witness)
    with witness.database.transaction() as tx:
        tx.value("SELECT pg_advisory_xact_lock(hashtext('cityops countersignatures'))")
        assert work(utc_now()) is False
    assert not list((witness.keys / "seen").iterdir())


def test_a_witness_that_cannot_be_believed_or_reached_fails_the_job_and_leaves_nothing(witness: Witness) -> None:
    (witness.keys / "other").mkdir()
    write_pack_key(witness.keys / "other")
    with pytest.raises(CountersignatureRefused):
        job(witness, f"other/{PUBLIC_KEY}")(utc_now())
    witness.token.write_text("wrong")
    with pytest.raises(WitnessUnreachable, match="401"):
        job(witness)(utc_now())
    assert not list((witness.keys / "seen").iterdir())


@pytest.mark.parametrize("text", ["", "address = 7", 'address = "a"\nkey = "b"', "é="])
def test_a_file_of_a_witness_that_is_none_says_what_belongs_there(tmp_path: Path, text: str) -> None:
    (tmp_path / "witness.toml").write_text(text)
    with pytest.raises(WitnessUnusable, match="address, token_file, key_file and folder"):
        load_witness(tmp_path / "witness.toml")


def test_another_key_is_not_believed(witness: Witness, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write_pack_key(tmp_path / "other")
    status, said = witness.verb(HERE, tmp_path / "other" / PUBLIC_KEY)
    assert status != 0
    assert "signature is wrong" in said
    assert not (witness.keys / "7.json").exists()


def test_each_changed_byte_is_found(tmp_path: Path) -> None:
    write_pack_key(tmp_path)
    key, public = read_pack_key(tmp_path / KEY), read_public_key(tmp_path / PUBLIC_KEY)
    whole = countersign(HERE, asked_by="neighbour", seen_at=utc_now(), key=key)
    chance = random.Random(168)
    assert read_countersignature(whole, public)[0] == HERE
    for _ in range(2000):
        place = chance.randrange(len(whole))
        changed = whole[:place] + bytes([whole[place] ^ chance.randrange(1, 256)]) + whole[place + 1 :]
        with pytest.raises(CountersignatureRefused):
            read_countersignature(changed, public)
