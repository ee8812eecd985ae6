"""Signatures: who signed is known, and nothing but what was signed is believed."""

import copy
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from capvalidator import check_schema, check_signature
from lxml import etree

from cap.errors import IssuerUnusable, SignatureRefused
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import SIGNATURES, CapSigner, load_pinned, verify
from cap.messages.writing import NAMESPACE, write_message
from tests.warning_samples import (
    BEIJING,
    NOW,
    OTHER,
    SENDER,
    a_message,
    an_info,
    certificate,
    certificate_pem,
    pair,
    signer,
)


@pytest.fixture(scope="module")
def signed() -> bytes:
    return signer().sign(write_message(a_message(), BEIJING))


def check(content: bytes, name: str = SENDER, now: datetime = NOW) -> etree._Element:
    return verify(parse_xml(content), [certificate(name)], now=now)


def test_a_signed_message_is_valid_and_is_what_was_written(signed: bytes) -> None:
    assert check_schema(signed).passed
    assert check_signature(signed).passed
    assert read_message(check(signed)) == a_message()


def test_signature_of_somebody_else_is_refused(signed: bytes) -> None:
    """A forger signs with a certificate of his own, in the name of the sender; the validator of the WMO says yes."""
    forged = CapSigner(*pair(OTHER)).sign(write_message(a_message(), BEIJING))
    assert check_signature(forged).passed
    with pytest.raises(SignatureRefused):
        check(forged)
    with pytest.raises(SignatureRefused):
        check(signed, OTHER)


def test_a_changed_character_is_refused(signed: bytes) -> None:
    with pytest.raises(SignatureRefused):
        check(signed.replace("橙色".encode(), "红色".encode(), 1))
    assert signed.count("橙色".encode())


def test_a_message_written_anew_is_refused(signed: bytes) -> None:
    """Pretty-printed after it was signed: the WMO's validator takes it, we do not."""
    root = etree.fromstring(signed, etree.XMLParser(remove_blank_text=True))
    pretty = etree.tostring(root, pretty_print=True)
    with pytest.raises(SignatureRefused):
        check(pretty)


def test_a_message_without_signature_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        check(etree.tostring(write_message(a_message(), BEIJING)))


def _wrap(signed: bytes, *, signature_outside: bool) -> bytes:
    """A false message around a true one: its signature verifies, and covers something else."""
    true = etree.fromstring(signed)
    false = write_message(a_message(infos=(an_info(headline="全部撤离"),)), BEIJING)
    hidden = copy.deepcopy(true)
    signature = hidden.find(f"{{{SIGNATURES}}}Signature")
    assert signature is not None
    if signature_outside:
        hidden.remove(signature)
        false.append(signature)
        holder = etree.SubElement(signature, f"{{{SIGNATURES}}}Object")
        holder.append(hidden)
    else:
        false.append(hidden)
    return etree.tostring(false)


@pytest.mark.parametrize("signature_outside", [True, False])
def test_a_wrapped_signature_is_refused(signed: bytes, signature_outside: bool) -> None:
    with pytest.raises(SignatureRefused):
        check(_wrap(signed, signature_outside=signature_outside))


def test_a_reference_to_a_part_is_refused(signed: bytes) -> None:
    root = etree.fromstring(signed)
    reference = root.find(f"{{{SIGNATURES}}}Signature/{{{SIGNATURES}}}SignedInfo/{{{SIGNATURES}}}Reference")
    assert reference is not None
    reference.set("URI", "#part")
    with pytest.raises(SignatureRefused, match="whole"):
        check(etree.tostring(root))


def test_two_signatures_are_refused(signed: bytes) -> None:
    root = etree.fromstring(signed)
    signature = root.find(f"{{{SIGNATURES}}}Signature")
    assert signature is not None
    root.append(copy.deepcopy(signature))
    with pytest.raises(SignatureRefused, match="more than one"):
        check(etree.tostring(root))


def test_a_comment_splits_no_text(signed: bytes) -> None:
    """Comments are not signed; a reader that stops at one would read another text."""
    changed = signed.replace("橙色".encode(), "橙<!-- -->色".encode(), 1)
    assert read_message(check(changed)) == a_message()


def test_a_certificate_that_ended_is_refused(signed: bytes) -> None:
    with pytest.raises(SignatureRefused):
        check(signed, now=certificate().not_valid_after_utc + timedelta(seconds=1))


def test_pinned_certificates_have_their_sender(tmp_path: Path) -> None:
    (tmp_path / f"{SENDER}.pem").write_bytes(certificate_pem() + certificate_pem(OTHER))  # while one takes over
    pinned = load_pinned(tmp_path)
    assert list(pinned) == [SENDER]
    assert len(pinned[SENDER]) == 2
    (tmp_path / "broken.pem").write_text("nothing")
    with pytest.raises(IssuerUnusable, match="broken"):
        load_pinned(tmp_path)
    with pytest.raises(IssuerUnusable):
        load_pinned(tmp_path / "missing")


def test_key_and_certificate_belong_together() -> None:
    with pytest.raises(IssuerUnusable):
        CapSigner(pair()[0], pair(OTHER)[1])
    with pytest.raises(IssuerUnusable):
        CapSigner("no key", pair()[1])


def test_signature_is_the_last_child(signed: bytes) -> None:
    assert etree.fromstring(signed)[-1].tag == f"{{{SIGNATURES}}}Signature"
    assert etree.fromstring(signed).tag == f"{{{NAMESPACE}}}alert"
