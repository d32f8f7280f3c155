"""Guest tokens: for pages of allowed origins, and only so many."""

from __future__ import annotations

import pytest

from signaling import messages as m
from signaling.limits import Rate
from tests.signaling.house import PAGE, TOKENS, House, open_house


async def _ask(house: House, body: str, **headers: str) -> tuple[int, dict[str, object], str | None]:
    url = f"{house.url}/api/guest-token"
    async with house.http.post(url, data=body.encode(), headers={"Origin": PAGE} | headers) as response:
        is_json = response.content_type == "application/json"
        allowed = response.headers.get("Access-Control-Allow-Origin")
        return response.status, await response.json() if is_json else {}, allowed


async def test_a_page_gets_a_token_that_opens_its_room() -> None:
    async with open_house() as house:
        status, body, allowed = await _ask(house, '{"room":"r","name":"Ada"}')
        assert (status, allowed, body["expires_in_s"]) == (200, PAGE, 300)
        page = await house.connect()
        await page.say(m.Join("r", str(body["token"]), "ignored, the token has a name"))
        joined = await page.hear(m.Joined)
        assert joined.you.name == "Ada"
        assert TOKENS.verify(str(body["token"])).is_guest


async def test_two_guests_are_two_people() -> None:
    async with open_house() as house:
        subjects = {TOKENS.verify(str((await _ask(house, '{"room":"r"}'))[1]["token"])).subject for _ in "12"}
        assert len(subjects) == 2


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_a_strange_origin_gets_none(origin: str) -> None:
    async with open_house() as house:
        status, body, allowed = await _ask(house, '{"room":"r"}', Origin=origin)
        assert (status, body, allowed) == (403, {}, None)


async def test_no_origin_at_all_gets_none() -> None:
    async with open_house() as house, house.http.post(f"{house.url}/api/guest-token", data=b"{}") as response:
        assert response.status == 403


async def test_a_server_without_guests_gives_none() -> None:
    async with open_house(is_guest_allowed=False) as house:
        assert (await _ask(house, '{"room":"r"}'))[0] == 403


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"room":"a b"}', '{"room":7}', '{"room":"r","name":"two\\nlines"}'])
async def test_a_bad_request_is_answered_in_words(body: str) -> None:
    async with open_house() as house:
        status, answer, _ = await _ask(house, body)
        assert status == 400
        assert answer["code"] == "bad-message"
        assert answer["message"]


async def test_a_large_body_is_not_read() -> None:
    async with open_house() as house:
        assert (await _ask(house, '{"room":"r","x":"' + "x" * 10_000 + '"}'))[0] == 413


async def test_the_rate_is_limited_for_each_origin() -> None:
    async with open_house(guest_rate=Rate(per_s=0.1, burst=2)) as house:
        answers = [(await _ask(house, '{"room":"r"}'))[0] for _ in range(3)]
        assert answers == [200, 200, 429]
        assert (await _ask(house, '{"room":"r"}', Origin="http://localhost:1"))[0] == 200


async def test_behind_our_proxy_the_rate_is_the_visitors_own_and_cannot_be_forged() -> None:
    async with open_house(guest_rate=Rate(per_s=0.1, burst=1), num_proxies=1) as house:
        ask = '{"room":"r"}'
        assert (await _ask(house, ask, **{"X-Forwarded-For": "192.0.2.1"}))[0] == 200
        assert (await _ask(house, ask, **{"X-Forwarded-For": "192.0.2.2"}))[0] == 200
        assert (await _ask(house, ask, **{"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}))[0] == 429


async def test_a_browser_may_ask_from_another_allowed_origin() -> None:
    async with open_house() as house:
        url = f"{house.url}/api/guest-token"
        async with house.http.options(url, headers={"Origin": PAGE}) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == PAGE
            assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"
        async with house.http.options(url, headers={"Origin": "https://evil.example"}) as response:
            assert response.status == 403
