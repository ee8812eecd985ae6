"""What the database keeps of a secret of one-time codes opens with the city's key and for its account only."""

import pytest

from cityops.accounts.factors.totp import make_secret
from cityops.accounts.factors.totp_secrets import CodeUncheckable, TotpCipher, TotpKeyMissing, make_cipher
from cityops.settings import read_settings

OLD, NEW = TotpCipher("o" * 32), TotpCipher("n" * 32)
CHANGING = TotpCipher("n" * 32, previous="o" * 32)
SECRET = make_secret()


def test_what_is_kept_is_no_secret_and_never_twice_the_same() -> None:
    kept = [NEW.encrypt("li", SECRET) for _ in range(20)]

    assert {NEW.decrypt("li", one) for one in kept} == {SECRET}
    assert len(set(kept)) == 20
    assert not [one for one in kept if SECRET in one]


def test_another_key_another_account_and_a_changed_text_open_nothing() -> None:
    kept = NEW.encrypt("li", SECRET)
    changed = kept[:-4] + ("A" if kept[-4] != "A" else "B") + kept[-3:]
    tries = [(OLD, "li", kept), (TotpCipher(), "li", kept), (NEW, "mei", kept), (NEW, "li", changed)]
    for cipher, name, text in [*tries, (NEW, "li", kept[:9]), (NEW, "li", "gcm1:?")]:
        with pytest.raises(CodeUncheckable, match="CITYOPS_SECRET_KEY"):
            cipher.decrypt(name, text)


def test_a_clear_one_is_read_and_encrypted_as_soon_as_there_is_a_key() -> None:
    assert TotpCipher().decrypt("li", SECRET) == TotpCipher().renew("li", SECRET) == SECRET
    kept = NEW.renew("li", SECRET)

    assert kept != SECRET
    assert NEW.decrypt("li", kept) == SECRET
    assert NEW.renew("li", kept) == kept


def test_while_the_key_is_changed_both_read_and_the_new_one_is_used() -> None:
    kept = CHANGING.renew("li", OLD.encrypt("li", SECRET))

    assert NEW.decrypt("li", kept) == CHANGING.decrypt("li", OLD.encrypt("li", SECRET)) == SECRET
    with pytest.raises(CodeUncheckable):
        NEW.renew("li", OLD.encrypt("li", SECRET))


def test_without_a_key_nothing_new_is_kept() -> None:
    with pytest.raises(TotpKeyMissing, match="CITYOPS_SECRET_KEY"):
        TotpCipher().encrypt("li", SECRET)


def test_the_keys_are_those_of_the_settings_and_are_not_shown() -> None:
    cipher = make_cipher(read_settings({"CITYOPS_SECRET_KEY": "n" * 32, "CITYOPS_PREVIOUS_SECRET_KEY": "o" * 32}))

    assert cipher == CHANGING
    assert "nnnn" not in repr(cipher)
    assert "oooo" not in repr(cipher)
