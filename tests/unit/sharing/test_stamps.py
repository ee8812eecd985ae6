"""Time stamps of the audit chain, by a time stamp server that OpenSSL is."""

import random
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from cityops.audit.anchors import Anchor
from cityops.clock import utc_now
from cityops.command_line import app as verbs
from sharing.errors import StampRefused
from sharing.evidence.keys import public_pem
from sharing.evidence.stamps import read_stamp, write_request
from tests.pack_samples import KEY, SECTION, pack

HEAD = Anchor(SECTION.head.seq, bytes.fromhex(SECTION.head.hash)) if SECTION.head else Anchor(0, b"")
CONFIGURATION = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, timeStamping
[pages]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, serverAuth
[t]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
"""
KEYS = {"rsa": "rsa:2048", "ec": "ec -pkeyopt ec_paramgen_curve:P-256"}


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


class Server:
    """An authority, and who stamps with a certificate of it."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        (folder / "configuration").write_text(CONFIGURATION)
        (folder / "serial").write_text("01")
        self._openssl(f"req -x509 -newkey {KEYS[kind]} -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 9"
                      " -config configuration -extensions authority")  # fmt: skip
        self._openssl(f"req -new -newkey {KEYS[kind]} -nodes -keyout key -out request -subj /CN=Clock"
                      " -config configuration")  # fmt: skip
        self._issue("stamps", "certificate")

    @property
    def authority(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "ca.pem").read_bytes())

    def stamp(self, request: bytes) -> bytes:
        """Answer a request."""
        (self.folder / "query").write_bytes(request)
        self._openssl("ts -reply -config configuration -section t -queryfile query -signer certificate -inkey key"
                      " -out answer")  # fmt: skip
        return (self.folder / "answer").read_bytes()

    def issue(self, purpose: str, *, size: int = 0) -> bytes:
        """Return the certificate for stamps; or one for something else, as long as that (signatures of EC vary)."""
        if purpose == "stamps":
            return _der(self.folder / "certificate")
        while True:
            self._issue(purpose, "other")
            if len(found := _der(self.folder / "other")) == size:
                return found

    def _issue(self, purpose: str, file: str) -> None:
        self._openssl(f"x509 -req -in request -CA ca.pem -CAkey ca.key -set_serial 7 -out {file} -days 9"
                      f" -extfile configuration -extensions {purpose}")  # fmt: skip

    def _openssl(self, command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module", params=KEYS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(tmp_path_factory.mktemp("tsa"), request.param)


def test_a_stamp_tells_who_saw_the_chain_and_when(server: Server) -> None:
    found = read_stamp(server.stamp(write_request(HEAD, nonce=5)), HEAD, server.authority)

    assert found.by == "CN=Clock"
    assert abs(found.at - utc_now()) < timedelta(minutes=5)


def test_no_changed_byte_of_an_answer_changes_what_it_proves(server: Server) -> None:
    """Whatever is changed, it is refused, or was of no importance: who signed, and when, stays the same."""
    answer = server.stamp(write_request(HEAD, nonce=5))
    true = read_stamp(answer, HEAD, server.authority)
    places = random.Random(5).sample(range(len(answer)), 400)
    refused = 0
    for place in places:
        changed = bytearray(answer)
        changed[place] ^= 1 << place % 8
        try:
            assert read_stamp(bytes(changed), HEAD, server.authority) == true
        except StampRefused:
            refused += 1

    assert refused > len(places) * 0.9


def test_a_stamp_of_something_else_or_of_somebody_else_is_refused(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answer = server.stamp(write_request(HEAD, nonce=5))
    other = Server(tmp_path_factory.mktemp("other"), "ec")
    with pytest.raises(StampRefused, match="something else"):
        read_stamp(answer, Anchor(HEAD.seq + 1, HEAD.hash), server.authority)
    with pytest.raises(StampRefused, match="did not issue"):
        read_stamp(answer, HEAD, other.authority)
    with pytest.raises(StampRefused, match="no answer"):
        read_stamp(b"", HEAD, server.authority)


def test_a_certificate_that_is_none_for_stamps_is_refused(server: Server) -> None:
    """The same authority, the same key, the same number: only what it is for differs."""
    answer, true = server.stamp(write_request(HEAD, nonce=5)), server.issue("stamps")
    assert true in answer
    with pytest.raises(StampRefused, match="no certificate for time stamps"):
        read_stamp(answer.replace(true, server.issue("pages", size=len(true))), HEAD, server.authority)


def test_the_verbs_ask_for_a_stamp_and_check_that_of_a_pack(server: Server, tmp_path: Path) -> None:
    run, request = CliRunner().invoke, tmp_path / "query"
    assert run(verbs, ["audit", "request-stamp", str(HEAD), "--to", str(request)]).exit_code == 0
    stamp, key, file = tmp_path / "stamp", tmp_path / "key.pem", tmp_path / "pack.zip"
    stamp.write_bytes(server.stamp(request.read_bytes()))
    key.write_bytes(public_pem(KEY.public_key()))
    file.write_bytes(pack())
    trusted = ["--authority", str(server.folder / "ca.pem")]

    shown = run(verbs, ["audit", "verify-stamp", str(HEAD), str(stamp), *trusted])
    checked = run(verbs, ["audit", "verify-pack", str(file), "--key", str(key), "--stamp", str(stamp), *trusted])
    alone = run(verbs, ["audit", "verify-pack", str(file), "--key", str(key), "--stamp", str(stamp)])

    assert f"CN=Clock saw the chain at {HEAD}" in shown.output
    assert (checked.exit_code, alone.exit_code) == (0, 1)
    assert checked.output.endswith(shown.output)
