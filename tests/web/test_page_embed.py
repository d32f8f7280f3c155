"""The two lines that embed a call in somebody else's page."""

from __future__ import annotations

import time

import jwt
import pytest
from playwright.async_api import Browser

from signaling.server import Server, serve
from tests.web.conftest import SECRET, page_config
from tests.web.doubles import page_of_another_origin
from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(120)


def snippet(host: str, attributes: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><title>Another page</title><main><h1>Another page</h1>'
        f'<script type="module" src="{host}/alongside.js"></script>'
        f'<alongside-call room="embedded" {attributes}></alongside-call></main>'
    )


def strict(host: str) -> str:
    return f"default-src 'none'; script-src {host}; connect-src {host} {host.replace('http', 'ws')}"


async def test_two_lines_embed_a_call_under_the_embedders_own_strict_policy(browser: Browser, server: Server) -> None:
    host = f"http://localhost:{server.port}"
    async with page_of_another_origin(snippet(host), strict(host)) as address:
        ada = await Visit.open(browser, address)
        await ada.join("Ada")
        grace = await Visit.open(browser, f"{host}/?room=embedded")
        await grace.join("Grace")
        assert min(await ada.hears()) >= 0.01
        assert min(await grace.hears()) >= 0.01
        styled = "getComputedStyle(document.querySelector('alongside-call').shadowRoot.querySelector('.stage')).display"
        assert await ada.page.evaluate(styled) == "grid"
        await ada.press("Camera")
        assert await ada.breaches() == []
        assert ada.problems == []


async def test_events_tell_the_page_around_what_happens(browser: Browser, server: Server) -> None:
    host = f"http://localhost:{server.port}"
    async with page_of_another_origin(snippet(host, 'name="Ada"'), strict(host)) as address:
        visit = await Visit.open(browser, address)
        await visit.page.evaluate(
            """() => {
              window.told = [];
              const call = document.querySelector("alongside-call");
              for (const type of ["joined", "left", "caption", "agent-state", "error", "participant-joined"])
                call.addEventListener(type, ({detail}) => told.push([type, detail]));
            }"""
        )
        await visit.press("Join")
        await visit.in_call()
        other = await Visit.open(browser, f"{host}/?room=embedded")
        await other.join("Grace")
        await visit.page.get_by_text("Grace").first.wait_for()
        await visit.page.evaluate("document.querySelector('alongside-call').leave()")
        told = await visit.page.evaluate("told")
        kinds = [kind for kind, _ in told]
        assert kinds[0] == "joined" and kinds[-1] == "left" and "participant-joined" in kinds
        assert told[0][1]["room"] == "embedded"
        assert told[-1][1]["code"] == "left"


async def test_a_call_works_inside_an_iframe_of_another_origin(browser: Browser, server: Server) -> None:
    host = f"http://localhost:{server.port}"
    allowed = "microphone; camera; display-capture; autoplay"
    frame = f'<iframe title="Call" width="900" height="600" allow="{allowed}" src="{host}/?room=framed"></iframe>'
    async with page_of_another_origin(f"<!doctype html>{frame}", f"default-src 'none'; frame-src {host}") as address:
        visit = await Visit.open(browser, address)
        inside = visit.page.frame_locator("iframe")
        await inside.get_by_label("Your name").fill("Ada")
        await inside.get_by_role("button", name="Join", exact=True).click()
        await inside.get_by_role("button", name="Mute").wait_for()
        assert visit.problems == []


async def test_the_embedders_server_hands_out_the_token(browser: Browser) -> None:
    claims = {"room": "embedded", "role": "participant", "sub": "ada-1", "name": "Ada of the desk", "aud": "alongside"}
    now_s = int(time.time())
    token = jwt.encode({**claims, "iat": now_s, "exp": now_s + 60}, SECRET, algorithm="HS256")
    async with serve(page_config(is_guest_allowed=False)) as server:
        host = f"http://localhost:{server.port}"
        markup = snippet(host, 'name="Ada" token-url="/token"')
        async with page_of_another_origin(markup, f"{strict(host)} 'self'", token) as address:
            visit = await Visit.open(browser, address)
            await visit.press("Join")
            await visit.in_call()
            await visit.sees("Ada of the desk (you)")


async def test_without_any_token_the_call_says_so_and_offers_to_try_again(browser: Browser) -> None:
    async with serve(page_config(is_guest_allowed=False)) as server:
        visit = await Visit.open(browser, f"http://localhost:{server.port}/?room=tests")
        await visit.press("Join")
        await visit.sees("No invitation could be fetched (status 403).")
        await visit.page.get_by_role("button", name="Join again").wait_for()


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
async def test_a_token_that_is_not_good_says_so(browser: Browser, server: Server, token: str) -> None:
    host = f"http://localhost:{server.port}"
    async with page_of_another_origin(snippet(host, f'token="{token}"'), strict(host)) as address:
        visit = await Visit.open(browser, address)
        await visit.press("Join")
        await visit.sees("The invitation to this call is no longer valid.")


async def test_a_room_that_cannot_be_is_named(browser: Browser, server: Server) -> None:
    visit = await Visit.open(browser, f"http://localhost:{server.port}/?room=no%20spaces")
    await visit.sees("“no spaces” cannot be a room.")
    assert await visit.breaches() == []
