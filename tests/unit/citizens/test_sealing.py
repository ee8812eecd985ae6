"""Contacts under seal: written by whoever has the public key, read by the private one alone."""

import pytest

from citizens.errors import KeyUnusable, SealUnreadable
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


@pytest.mark.parametrize("text", ["", "ä", "c2hvcnQ=", "x" * 44])
def test_what_is_no_key_seals_nothing(text: str) -> None:
    with pytest.raises(KeyUnusable):
        seal(LI, text)
