"""The key with which warnings are signed and its certificate, in two files of a folder."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from cityops.keys.key_files import write_files

KEY, CERTIFICATE = "cap_key", "cap_certificate"  # as deploy/secrets.sh names them
BITS, DEMO_BITS = 3072, 2048
YEARS = 5


def make_pair(name: str, *, now: datetime, years: int = YEARS, bits: int = BITS) -> tuple[str, str]:
    """Return a new RSA key and a certificate that it signed itself, both PEM. `name` is the sender's.

    A demo signs nothing but exercises, and starts sooner with a shorter key (DEMO_BITS).

    Receivers pin the certificate; where a city has one of an authority, it takes that instead.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_only(), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def write_pair(folder: Path, name: str, *, now: datetime, bits: int = BITS) -> tuple[Path, Path]:
    """Make a pair in a folder; return the two files. Raises KeysKept where there is one, which stays as it is."""

    def make() -> tuple[bytes, bytes]:
        key, certificate = make_pair(name, now=now, bits=bits)
        return key.encode(), certificate.encode()

    return write_files(folder, (KEY, CERTIFICATE), make)


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
