"""What is signed is taken back from nobody who changed it; the key is the setting's, or one the database remembers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cityops.accounts.signing import Signer, load_signer
from cityops.settings import read_settings
from cityops.storage import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SIGNER = Signer("k" * 32)


@pytest.mark.parametrize("value", ["li", "", "李 ; =\n", "x" * 2000])
def test_what_was_signed_is_verified(value: str) -> None:
    text = SIGNER.sign("device", value, until=LATER)

    assert SIGNER.verify("device", text, now=NOW) == value
    assert text.isascii()
    assert not set(text) & set(' ";,\\=')


def test_every_changed_character_is_seen() -> None:
    text = SIGNER.sign("device", "li", until=LATER)
    changed = [text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :] for at in range(len(text) - 1)]

    assert {SIGNER.verify("device", one, now=NOW) for one in changed} == {None}


@pytest.mark.parametrize("text", ["", ".", "a.b", "li", "\x00", "é.é"])
def test_what_nobody_signed_is_nothing(text: str) -> None:
    assert SIGNER.verify("device", text, now=NOW) is None


def test_it_holds_for_one_purpose_one_key_and_a_time() -> None:
    text = SIGNER.sign("device", "li", until=LATER)

    assert SIGNER.verify("mail", text, now=NOW) is None
    assert Signer("l" * 32).verify("device", text, now=NOW) is None
    assert SIGNER.verify("device", text, now=LATER) is None


def test_the_setting_is_the_key(database: Database) -> None:
    settings = read_settings({"CITYOPS_SECRET_KEY": "k" * 32})
    with database.transaction() as tx:
        signer = load_signer(tx, settings, NOW)
        assert tx.value("SELECT count(*) FROM signing_key") == 0

    assert SIGNER.verify("device", signer.sign("device", "li", until=LATER), now=NOW) == "li"


def test_without_the_setting_all_processes_have_one_random_key(database: Database) -> None:
    def sign(_: int) -> str:
        with database.transaction() as tx:
            return load_signer(tx, read_settings({}), NOW).sign("device", "li", until=LATER)

    with ThreadPoolExecutor(4) as pool:
        texts = set(pool.map(sign, range(8)))

    assert len(texts) == 1
    with database.transaction() as tx:
        assert len(tx.value("SELECT key FROM signing_key")) >= 43
