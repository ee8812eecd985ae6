"""Enveloped XML signatures: ours on what we say, and those of senders whose certificates we were given.

A signature that verifies with the certificate it brings along proves nothing: anybody makes one. So a message is
verified with the certificates pinned for its sender, and of what was received only what the signature covers is
returned (signature wrapping). The bytes that were signed are kept and served: written anew they are another text.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from cap.errors import IssuerUnusable, SignatureRefused
from cap.messages.parsing import local_name

SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
# `./`: the signature is a child of the alert. No keyed hashes: who could verify those could make them.
EXPECTED = SignatureConfiguration(
    location="./",
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
            SignatureMethod.ECDSA_SHA512,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)

Pinned = Mapping[str, Sequence[x509.Certificate]]  # by sender


class CapSigner:
    """Signs with a key (PEM) that belongs to a certificate (PEM). Raises IssuerUnusable."""

    def __init__(self, key: str, certificate: str) -> None:
        try:
            private = serialization.load_pem_private_key(key.encode(), None)
            public = x509.load_pem_x509_certificate(certificate.encode())
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise IssuerUnusable(
                f"The key or the certificate is no PEM file of its kind. {IssuerUnusable.__doc__}"
            ) from error
        if not isinstance(private, RSAPrivateKey) or private.public_key() != public.public_key():
            raise IssuerUnusable(f"The key is no RSA key of this certificate. {IssuerUnusable.__doc__}")
        self._key = private
        self._certificate = public

    @property
    def ends_at(self) -> datetime:
        """When the certificate ends (UTC)."""
        return self._certificate.not_valid_after_utc

    def sign(self, root: etree._Element) -> bytes:
        """Return a message with its signature as the bytes to keep and to serve."""
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=EXCLUSIVE,
        )
        signed = signer.sign(root, key=self._key, cert=[self._certificate])
        return bytes(etree.tostring(signed, encoding="UTF-8", xml_declaration=True))


def verify(root: etree._Element, certificates: Sequence[x509.Certificate], *, now: datetime) -> etree._Element:
    """Return what the signature of a message covers, which is all of it. Raises SignatureRefused."""
    found = [child for child in root if child.tag == f"{{{SIGNATURES}}}Signature"]
    if len(found) != 1:
        raise _refused("It has no signature." if not found else "It has more than one signature.")
    references = found[0].findall(f"{{{SIGNATURES}}}SignedInfo/{{{SIGNATURES}}}Reference")
    if len(references) != 1 or references[0].get("URI") != "":
        raise _refused("Its signature does not cover the whole message.")
    for certificate in certificates:
        if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
            continue
        try:
            verified = XMLVerifier().verify(root, x509_cert=certificate, expect_config=EXPECTED)
        except (SignXMLException, ValueError, etree.LxmlError):
            continue  # of another certificate, or of none
        signed = verified[0].signed_xml if isinstance(verified, list) else verified.signed_xml
        if signed is not None and signed.tag == root.tag and local_name(signed) == "alert":
            return signed
    raise _refused("Its signature is not of a certificate that is pinned for this sender and in force.")


def load_pinned(folder: Path) -> Pinned:
    """Return the certificates of a folder: `SENDER.pem` has those of that sender, one after the other.

    Raises IssuerUnusable naming the file.
    """
    found: dict[str, Sequence[x509.Certificate]] = {}
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".pem")
    except OSError as error:
        raise IssuerUnusable(
            f"{folder} cannot be read ({error.strerror}). Set CITYOPS_CAP_SENDERS to a folder of SENDER.pem files."
        ) from error
    for path in files:
        try:
            found[path.stem] = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise IssuerUnusable(f"{path} holds no certificates (PEM). Replace it, or take it away.") from error
    return found


def _refused(why: str) -> SignatureRefused:
    return SignatureRefused(f"{why} {SignatureRefused.__doc__}")
