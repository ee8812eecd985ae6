"""Time stamps (RFC 3161) of how far the audit chain goes: somebody else's word that it was so by then. Pure.

What is stamped is the SHA-256 of an anchor as people keep it, `NUMBER:HEX`. A stamp is believed when it is of that
digest and is signed, as CMS has it (RFC 5652), with a certificate for time stamps that an authority issued whose own
certificate came from elsewhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyasn1.codec.der import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1_modules import rfc3161, rfc5280, rfc5652

from cityops.audit.anchors import Anchor
from sharing.errors import StampRefused

_TST_INFO = str(rfc3161.id_ct_TSTInfo)
_CONTENT_TYPE, _MESSAGE_DIGEST = str(rfc5652.id_contentType), str(rfc5652.id_messageDigest)
_SHA256 = "2.16.840.1.101.3.4.2.1"
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    _SHA256: hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_GRANTED = (0, 1)  # as it was asked, or with changes
NONCE_BITS = 63
# What the libraries raise where bytes are not in the form, each in its own way.
_UNREADABLE = (
    PyAsn1Error, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, UnsupportedAlgorithm,
    x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
_LONGEST_CHAIN = 4  # certificates from the one that signed to the authority


@dataclass(frozen=True, slots=True)
class AnchorStamp:
    """When somebody saw an anchor (UTC), and who that was."""

    at: datetime
    by: str


def write_request(anchor: Anchor, *, nonce: int) -> bytes:
    """Return a request for a stamp, to be sent as `application/timestamp-query`."""
    request = rfc3161.TimeStampReq()
    request["version"] = 1
    request["messageImprint"]["hashAlgorithm"]["algorithm"] = rfc5280.AlgorithmIdentifier()["algorithm"].clone(_SHA256)
    request["messageImprint"]["hashedMessage"] = _digest(anchor)
    request["nonce"] = nonce
    request["certReq"] = True
    return bytes(encoder.encode(request))


def read_stamp(answer: bytes, anchor: Anchor, authority: x509.Certificate) -> AnchorStamp:
    """Return what the answer of a time stamp server proves of an anchor. Raises StampRefused."""
    try:
        return _read(answer, anchor, authority)
    except _UNREADABLE as error:
        raise StampRefused(f"It is no answer of a time stamp server. {StampRefused.__doc__}") from error


def _read(answer: bytes, anchor: Anchor, authority: x509.Certificate) -> AnchorStamp:
    response, rest = decoder.decode(answer, asn1Spec=rfc3161.TimeStampResp())
    if rest or int(response["status"]["status"]) not in _GRANTED:
        raise StampRefused(f"The server gave no stamp. {StampRefused.__doc__}")
    signed, _ = decoder.decode(bytes(response["timeStampToken"]["content"]), asn1Spec=rfc5652.SignedData())
    content = bytes(signed["encapContentInfo"]["eContent"])
    info, _ = decoder.decode(content, asn1Spec=rfc3161.TSTInfo())
    imprint = info["messageImprint"]
    if (str(imprint["hashAlgorithm"]["algorithm"]), bytes(imprint["hashedMessage"])) != (_SHA256, _digest(anchor)):
        raise StampRefused(f"It is the stamp of something else than {anchor}. {StampRefused.__doc__}")
    at = info["genTime"].asDateTime.astimezone(UTC)
    certificates = [
        x509.load_der_x509_certificate(encoder.encode(one["certificate"])) for one in signed["certificates"]
    ]
    signer = _check_signature(signed, content, certificates)
    _check_issued(signer, certificates, authority, at)
    return AnchorStamp(at, signer.subject.rfc4514_string())


def _check_signature(signed: Any, content: bytes, certificates: list[x509.Certificate]) -> x509.Certificate:
    """Return the certificate with whose key the content was signed."""
    (info,) = signed["signerInfos"]
    attributes = {str(one["attrType"]): bytes(one["attrValues"][0]) for one in info["signedAttrs"]}
    algorithm = _HASHES[str(info["digestAlgorithm"]["algorithm"])]()
    kind = str(decoder.decode(attributes[_CONTENT_TYPE])[0])
    said = bytes(decoder.decode(attributes[_MESSAGE_DIGEST])[0])
    digest = hashes.Hash(algorithm)
    digest.update(content)
    if kind != _TST_INFO or said != digest.finalize() or str(signed["encapContentInfo"]["eContentType"]) != _TST_INFO:
        raise StampRefused(f"What was signed is not what it says. {StampRefused.__doc__}")
    serial = int(info["sid"]["issuerAndSerialNumber"]["serialNumber"])
    issuer = encoder.encode(info["sid"]["issuerAndSerialNumber"]["issuer"])
    named = [one for one in certificates if one.serial_number == serial and one.issuer.public_bytes() == issuer]
    if len(named) != 1:
        raise StampRefused(f"It has not the certificate of who signed. {StampRefused.__doc__}")
    # As it was signed: a set, not the member with a tag of its own that it is within the message.
    attributes_signed = b"\x31" + encoder.encode(info["signedAttrs"])[1:]
    try:
        _verify(named[0].public_key(), bytes(info["signature"]), attributes_signed, algorithm)
    except InvalidSignature as error:
        raise StampRefused(f"The signature is wrong. {StampRefused.__doc__}") from error
    return named[0]


def _verify(key: Any, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    else:
        raise StampRefused(f"It is signed with a key that is neither RSA nor of a curve. {StampRefused.__doc__}")


def _check_issued(
    signer: x509.Certificate, certificates: list[x509.Certificate], authority: x509.Certificate, at: datetime
) -> None:
    """Refuse a certificate that is none for time stamps, or of which no way leads to the authority at that moment."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])
    if list(usage) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampRefused(f"Who signed has no certificate for time stamps. {StampRefused.__doc__}")
    current = signer
    for _ in range(_LONGEST_CHAIN):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            break
        if _issued(current, authority):
            return
        above = [one for one in certificates if one != current and _is_authority(one) and _issued(current, one)]
        if not above:
            break
        current = above[0]
    raise StampRefused(f"The authority that you trust did not issue it. {StampRefused.__doc__}")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _digest(anchor: Anchor) -> bytes:
    return hashlib.sha256(str(anchor).encode("ascii")).digest()
