"""A self-signed certificate for the addresses of this machine, so that other devices get a secure page.

Browsers warn about it once; without TLS they would give no microphone to a page on a LAN address.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import ifaddr
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=365)
RENEW_BEFORE = timedelta(days=14)
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def lan_addresses() -> tuple[str, ...]:
    """This machine's IPv4 addresses that other devices can reach, as far as it can tell."""
    found = [ip_address(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return tuple(sorted({str(ip) for ip in found if not (ip.is_loopback or ip.is_link_local)}))


def self_signed_context(folder: Path, names: tuple[str, ...], now: datetime) -> ssl.SSLContext:
    """A server context with a certificate for `names`, kept in `folder` and made anew when it no longer fits.

    Keeping it means that a browser's exception for it holds on the next start.
    """
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if not _fits(certificate_file, key_file, names, now):
        _make(certificate_file, key_file, names, now)
    return tls_context(certificate_file, key_file)


def tls_context(certificate_file: Path, key_file: Path) -> ssl.SSLContext:
    """A server context from files; raises OSError or ssl.SSLError when they are no matching pair."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return context


def _fits(certificate_file: Path, key_file: Path, names: tuple[str, ...], now: datetime) -> bool:
    if not (certificate_file.is_file() and key_file.is_file()):
        return False
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    is_fresh = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc - RENEW_BEFORE
    return is_fresh and all(_general_name(name) in covered for name in names)


def _make(certificate_file: Path, key_file: Path, names: tuple[str, ...], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "alongside on this machine")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # for devices whose clock is behind
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key_pem)
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def utc_now() -> datetime:
    """Wall time, which is what certificates live by."""
    return datetime.now(UTC)
