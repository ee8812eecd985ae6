"""Contacts under seal: written by whoever has the public key, read by the private one alone."""

from pathlib import Path

import pytest

from citizens.errors import KeyUnusable, SealUnreadable
from citizens.key_files import kept_pair, write_pair
from citizens.persons.contact import Contact
from citizens.persons.sealing import make_pair, person_key, public_half, seal, unseal

LI = Contact("李雷", "+86 138-0013-8000", "")


def test_only_the_private_key_opens_what_was_sealed() -> None:
    key, public = make_pair()
    sealed = seal(LI, public)

    assert unseal(sealed, key) == LI
    assert public_half(key) == public
    assert b"138" not in sealed
    for wrong in (make_pair()[0], public):
        with pytest.raises(SealUnreadable):
            unseal(sealed, wrong)
    with pytest.raises(SealUnreadable):
        unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), key)


def test_nothing_is_told_by_the_seal_itself() -> None:
    _, public = make_pair()

    assert seal(LI, public) != seal(LI, public)
    assert len(seal(LI, public)) == len(seal(Contact(phone="110"), public))


def test_a_person_is_known_again_by_number_or_address_and_only_with_the_key() -> None:
    key, other = make_pair()[0], make_pair()[0]

    assert person_key(LI, key) == person_key(Contact(phone="13800138000"), key)
    assert person_key(LI, key) != person_key(LI, other)
    assert person_key(Contact(email="Li@Example.cn"), key) == person_key(Contact("其他", email="li@example.cn"), key)
    assert person_key(Contact("李雷"), key) is None


def test_keys_of_a_folder_are_made_once_and_never_written_over(tmp_path: Path) -> None:
    first = kept_pair(tmp_path)

    assert kept_pair(tmp_path) == first
    assert (tmp_path / "reporter_key").stat().st_mode & 0o077 == 0
    with pytest.raises(KeyUnusable, match="it stays"):
        write_pair(tmp_path)
    with pytest.raises(KeyUnusable, match="cannot be written"):
        write_pair(tmp_path / "not there")
    for text in ("", "ä", "c2hvcnQ=", "x" * 44):
        with pytest.raises(KeyUnusable):
            seal(LI, text)
