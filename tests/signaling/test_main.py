"""`alongside signal` reads its flags and variables, serves, and stops cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from signaling import messages as m
from signaling.__main__ import main, read_config
from signaling.errors import ConfigError
from tests.signaling.house import Client

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {"ALONGSIDE_SECRET": "s" * 32}


def test_a_flag_wins_over_its_variable() -> None:
    environment = ENVIRONMENT | {"ALONGSIDE_PORT": "1000", "ALONGSIDE_STUN": "stun:a, stun:b"}
    assert read_config([], environment).port == 1000
    assert read_config([], environment).stun_urls == ("stun:a", "stun:b")
    assert read_config(["--port", "2000"], environment).port == 2000


def test_tls_listens_to_other_devices_and_allows_their_pages(tmp_path: Path) -> None:
    config = read_config(["--tls"], ENVIRONMENT | {"XDG_CACHE_HOME": str(tmp_path)})
    assert config.tls is not None
    assert config.host == "0.0.0.0"
    assert "https://localhost:*" in config.origins


@pytest.mark.parametrize(
    ("flags", "environment", "complaint"),
    [
        ([], {}, "ALONGSIDE_SECRET: is not set"),
        (["--port", "many"], ENVIRONMENT, "port: 'many' is no whole number"),
        (["--tls-certificate", "/nonexistent"], ENVIRONMENT, "tls-certificate, tls-key"),
        (["--turn", "turn:a"], ENVIRONMENT, "turn_secret: is empty"),
    ],
)
def test_a_bad_setting_is_refused_by_name(flags: list[str], environment: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_config(flags, environment)


def test_a_bad_setting_ends_with_words_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "many"], ENVIRONMENT) == 2
    assert "port: 'many'" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_serves_and_says_goodbye_when_stopped(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "signaling", "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(15), ClientSession() as http:
        url = (await process.stdout.readline()).decode().strip()
        async with http.ws_connect(f"{url}ws", headers={"Origin": "http://localhost"}) as socket:
            async with http.post(
                f"{url}api/guest-token", json={"room": "r"}, headers={"Origin": "http://localhost"}
            ) as response:
                token = (await response.json())["token"]
            page = Client(socket)
            await page.say(m.Join("r", token))
            await page.hear(m.Joined)
            process.send_signal(number)
            assert (await page.hear(m.Bye)).reason == "shutdown"
            assert await page.hear_close() == 1001
        _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert b"Traceback" not in errors
