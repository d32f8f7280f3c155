"""Another device gets a secure page from this machine."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import ClientConnectorCertificateError

from signaling.certificate import LOCAL_NAMES, lan_addresses, self_signed_context, tls_context, utc_now
from tests.signaling.house import open_house

NAMES = (*LOCAL_NAMES, "192.0.2.7")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


async def test_https_works_for_who_trusts_the_certificate_and_only_for_them(tmp_path: Path) -> None:
    context = self_signed_context(tmp_path, NAMES, utc_now())
    async with open_house(tls=context) as house:
        url = f"https://127.0.0.1:{house.server.port}/healthz"
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        async with house.http.get(url, ssl=trusting) as response:
            assert response.status == 200
        with pytest.raises(ClientConnectorCertificateError):
            await house.http.get(url)


def test_the_certificate_is_kept_while_it_fits(tmp_path: Path) -> None:
    self_signed_context(tmp_path, NAMES, NOW)
    first = (tmp_path / "certificate.pem").read_bytes()
    self_signed_context(tmp_path, NAMES[:2], NOW + timedelta(days=300))
    assert (tmp_path / "certificate.pem").read_bytes() == first


@pytest.mark.parametrize(
    ("names", "later"),
    [((*NAMES, "192.0.2.8"), timedelta(0)), (NAMES, timedelta(days=360)), (NAMES, timedelta(days=-30))],
    ids=["new address", "nearly expired", "not yet valid"],
)
def test_it_is_made_anew_when_it_no_longer_fits(tmp_path: Path, names: tuple[str, ...], later: timedelta) -> None:
    self_signed_context(tmp_path, NAMES, NOW)
    first = (tmp_path / "certificate.pem").read_bytes()
    self_signed_context(tmp_path, names, NOW + later)
    assert (tmp_path / "certificate.pem").read_bytes() != first


def test_a_broken_certificate_is_replaced(tmp_path: Path) -> None:
    self_signed_context(tmp_path, NAMES, NOW)
    (tmp_path / "certificate.pem").write_text("nonsense")
    self_signed_context(tmp_path, NAMES, NOW)
    assert "BEGIN CERTIFICATE" in (tmp_path / "certificate.pem").read_text()


def test_nobody_else_reads_the_key(tmp_path: Path) -> None:
    self_signed_context(tmp_path, NAMES, NOW)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_files_that_are_no_pair_are_refused(tmp_path: Path) -> None:
    self_signed_context(tmp_path / "a", NAMES, NOW)
    self_signed_context(tmp_path / "b", NAMES, NOW)
    with pytest.raises(ssl.SSLError):
        tls_context(tmp_path / "a" / "certificate.pem", tmp_path / "b" / "key.pem")


def test_lan_addresses_are_reachable_ones() -> None:
    for address in lan_addresses():
        assert not ip_address(address).is_loopback
        assert not ip_address(address).is_link_local
