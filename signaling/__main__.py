"""`alongside signal`: rooms, tokens and pages. Composes the configuration from flags over environment."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from signaling.certificate import LOCAL_NAMES, lan_addresses, self_signed_context, tls_context, utc_now
from signaling.config import Config
from signaling.errors import ConfigError
from signaling.origins import LOCAL_ORIGINS
from signaling.server import serve

WEB = Path(__file__).parent.parent / "web"


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Serve until interrupted; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        config = read_config(argv, environment)
        asyncio.run(_run(config))
    except ConfigError as error:
        print(f"alongside signal: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"alongside signal: cannot listen: {error}", file=sys.stderr)
        return 1
    return 0


def read_config(argv: Sequence[str] | None, environment: Mapping[str, str]) -> Config:
    """Flags over ALONGSIDE_* variables; secrets come by variable only, as others can read a command line."""
    flags = _parser(environment).parse_args(argv)
    secret = environment.get("ALONGSIDE_SECRET", "")
    if not secret:
        raise ConfigError("ALONGSIDE_SECRET: is not set; try ALONGSIDE_SECRET=$(openssl rand -hex 32)")
    port = _whole_number("port", flags.port)
    origins = _list(flags.origin) or LOCAL_ORIGINS
    host, tls = flags.host or "127.0.0.1", None
    if flags.tls_certificate or flags.tls_key:
        tls = _context(flags.tls_certificate, flags.tls_key)
    elif flags.tls:
        addresses = lan_addresses()
        host = flags.host or "0.0.0.0"
        tls = self_signed_context(_cache(environment) / "tls", (*LOCAL_NAMES, *addresses), utc_now())
        origins += tuple(f"https://{address}:*" for address in addresses if ":" not in address)
    web = Path(flags.web) if flags.web else WEB
    return Config(
        secret=secret,
        host=host,
        port=port,
        tls=tls,
        web=web if flags.web or (WEB / "index.html").is_file() else None,
        origins=origins,
        is_guest_allowed=not flags.no_guests,
        num_proxies=_whole_number("proxies", flags.proxies),
        stun_urls=_list(flags.stun),
        turn_urls=_list(flags.turn),
        turn_secret=environment.get("ALONGSIDE_TURN_SECRET", ""),
    )


async def _run(config: Config) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with serve(config) as server:
        scheme = "https" if config.tls else "http"
        shown = config.host if config.host != "0.0.0.0" else "localhost"
        print(f"{scheme}://{shown}:{server.port}/", flush=True)
        await stopped.wait()


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alongside signal",
        description="Serve rooms, guest tokens and pages. Secrets are read from ALONGSIDE_SECRET (signs join "
        "tokens, at least 32 bytes) and ALONGSIDE_TURN_SECRET (shared with the TURN server).",
    )

    def add(name: str, default: str, words: str) -> None:
        key = f"ALONGSIDE_{name.upper().replace('-', '_')}"
        parser.add_argument(f"--{name}", default=environment.get(key, default), help=f"{words} ({key})")

    add("host", "", "address to listen on; 127.0.0.1, with --tls all")
    add("port", "8080", "port to listen on; 0 takes any free one")
    add("web", "", "folder of pages to serve; the shipped ones")
    add("origin", "", "pages that may connect, comma between; this machine's own")
    add("proxies", "0", "how many reverse proxies stand in front")
    add("stun", "", "STUN servers, as stun:host:port, comma between")
    add("turn", "", "TURN servers, as turn:host:port, comma between")
    add("tls-certificate", "", "certificate file; https and wss")
    add("tls-key", "", "its key file")
    parser.add_argument("--tls", action="store_true", help="make a certificate for this machine's addresses")
    parser.add_argument("--no-guests", action="store_true", help="give pages no guest tokens")
    return parser


def _whole_number(key: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{key}: {text!r} is no whole number") from None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _cache(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alongside"


def _context(certificate: str, key: str) -> ssl.SSLContext:
    try:
        return tls_context(Path(certificate), Path(key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"tls-certificate, tls-key: {error}; name a certificate file and its key") from None


if __name__ == "__main__":
    sys.exit(main())
