"""The example of a token endpoint gives tokens that open a room."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession, web

from signaling import messages as m
from signaling.examples.token_server import make_app
from tests.signaling.house import SECRET, open_house


async def test_who_is_signed_in_gets_a_token_and_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_SECRET", SECRET)
    runner = web.AppRunner(make_app(), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/alongside-token"
    async with open_house() as house, ClientSession() as http:
        async with http.post(url, json={"room": "r"}) as response:
            assert response.status == 401
        async with http.post(url, json={"room": "r"}, cookies={"session": "a-session-of-yours"}) as response:
            token = (await response.json())["token"]
        page = await house.connect()
        await page.say(m.Join("r", token))
        assert (await page.hear(m.Joined)).you.name == "Ada"
    await runner.cleanup()
