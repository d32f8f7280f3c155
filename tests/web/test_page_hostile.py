"""Nothing a model or a tool writes runs in the page, loads anything, or takes the rest of the page along."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.web.board_page import BoardPage, LayBoard
from tests.web.doubles import canary
from tests.web.hostile import filled, frame_attacks, misshapen, texts
from tests.web.showcase import CHART, FORM, OTHERS, POLL, TIMER, Component, address, column, png, svg

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]
EVERY: list[Component] = [*OTHERS, CHART, FORM, POLL, TIMER]
# What the catalogue itself is made of; anything else came out of somebody's text.
FOREIGN = """() => {
  const kinds = "script, iframe, object, embed, link, style, img, a, video, base, meta, template";
  const found = board.node.querySelectorAll(`${kinds}, [src], [href], [action], [style*=url], [onload], [onerror]`);
  return [...found].map((node) => node.outerHTML.slice(0, 200));
}"""


async def lives(page: BoardPage) -> None:
    """What is shown next appears, and a press on it arrives."""
    await page.show("alive", {"component": "Button", "label": "Still here", "action": "yes"})
    await page.told()
    await page.press("Still here")
    assert [each["action"] for each in await page.told()] == ["yes"]
    await page.take("ui-remove", surfaceId="alive")


async def test_texts_are_only_ever_shown(board: LayBoard) -> None:
    page = await board()
    async with canary() as bird:
        for index, text in enumerate(texts(bird.address)):
            await page.show(f"s-{index}", *column(*(filled(part, text) for part in EVERY)), title=text[:100])
            await page.take("job", id="j", title=text[:100], state="running", progress=None, note=text)
            await page.take("approval", id="a", tool=text[:100], arguments={text: text}, reason=text, state="asked")
            surface = page.page.locator(f'[data-surface="s-{index}"]')
            assert await surface.locator(".ui-text").first.text_content() == text
            assert await surface.locator(".ui-broken").count() == 0
        assert await page.page.evaluate(FOREIGN) == []
        assert await page.page.evaluate("ran") == []
        await lives(page)
        assert bird.touched == []
        assert page.problems == []  # not even the policy had to step in


async def test_what_a_property_cannot_be_breaks_that_component_alone(board: LayBoard) -> None:
    page = await board()
    wrongs = [wrong for component in EVERY for wrong in misshapen(component)]
    assert len(wrongs) > 400
    num_broken = 0
    for start in range(0, len(wrongs), 100):
        words = {"component": "Text", "text": f"after {start}"}
        await page.show("wrong", *column(*wrongs[start : start + 100], words))
        await page.page.get_by_text(f"after {start}", exact=True).wait_for()
        num_broken += await page.page.locator(".ui-broken").count()
        assert all(problem.startswith("wrong/part-") for problem in await page.broken())
    assert num_broken > len(wrongs) / 2  # the others are bearable: an empty title, a list of nothing
    await lives(page)
    assert page.problems == []


NESTED: list[Component] = [
    {"id": "root" if at == 0 else f"n{at}", "component": "Column", "children": [f"n{at + 1}"]} for at in range(400)
]
TREES: dict[str, list[Component]] = {
    "deep": NESTED,
    "cycle": [
        {"id": "root", "component": "Column", "children": ["a"]},
        {"id": "a", "component": "Row", "children": ["root", "a"]},
    ],
    "wide": [
        {"id": "root", "component": "Column", "children": ["a"] * 500},
        {"id": "a", "component": "Column", "children": ["a"] * 500},
    ],
    "rootless": [{"id": "other", "component": "Text", "text": "x"}],
    "nameless": [{"id": "root"}, {"component": "Text"}, {"id": 7, "component": "Text", "text": "x"}],
    "unknown": [{"id": "root", "component": "script", "text": "ran.push(1)"}],
    "inherited": [{"id": "root", "component": "constructor"}],
    "prototype": [{"id": "root", "component": "Column", "children": ["__proto__", "toString"]}],
    "twice": [
        {"id": "root", "component": "Text", "text": "old"},
        {"id": "root", "component": "Column", "children": ["gone"]},
    ],
    "children no list": [{"id": "root", "component": "Column", "children": "root"}],
}


async def test_a_broken_tree_says_so_and_the_others_live(board: LayBoard) -> None:
    page = await board()
    await page.show("good", {"component": "Text", "text": "I live"})
    for name, components in TREES.items():
        await page.take("ui", surfaceId=name, title=name, components=components)
        surface = page.page.locator(f'[data-surface="{name}"]')
        assert await surface.locator(".ui-broken").count() > 0, name
        assert await surface.locator("*").count() < 2500, name
        (problem,) = await page.broken()
        assert problem.startswith(f"{name}/") and "expected" in problem
        await page.sees("I live")
    await lives(page)
    assert page.problems == []


async def test_html_stays_inside_its_frame_and_reaches_nothing(board: LayBoard) -> None:
    page = await board()
    async with canary() as bird:
        title = await page.page.title()
        calm = "<p>Calm words</p><button onclick=\"alongside.act('chosen', {a: 1})\">Choose</button>"
        await page.take("ui-html", surfaceId="calm", title="Calm", html=calm)
        await page.take("ui-html", surfaceId="evil", title="Evil", html=frame_attacks(bird.address, page.home))
        outer = page.page.locator('iframe[title="Evil"]')
        assert await outer.get_attribute("sandbox") == "allow-scripts"
        await expect(outer).to_have_css("height", "640px")  # it asked for 1e9
        await page.page.wait_for_timeout(2500)  # its meta refresh and its timers would have fired
        assert bird.touched == []
        assert await page.page.evaluate("ran") == []
        assert await page.page.title() == title and page.page.url == page.home
        assert len(page.page.context.pages) == 1
        assert await page.told() == []  # what nobody pressed is not passed on
        inside = page.page.frame_locator('iframe[title="Calm"]').frame_locator("iframe")
        await inside.get_by_role("button", name="Choose").click()
        await page.page.wait_for_function("() => told.length > 0")  # a function: the policy forbids eval
        (told,) = await page.told()
        assert (told["surfaceId"], told["action"], told["value"]) == ("calm", "chosen", {"a": 1})
        await lives(page)


async def test_pictures_are_what_they_say_and_load_nothing(board: LayBoard) -> None:
    page = await board()
    async with canary() as bird:
        away = bird.address
        loading = svg(
            f'<image href="{away}/image" width="9" height="9"/><script>top.ran.push(1)</script>'
            f'<style>@import "{away}/import"; rect {{ fill: url({away}/fill) }}</style><rect width="9" height="9"/>'
            f'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="{away}/frame"/></foreignObject>'
        )
        refused: list[Any] = [  # Any: some are no text
            f"{away}/remote.png",
            "javascript:ran.push(1)",
            "data:text/html;base64,PHNjcmlwdD5yYW4ucHVzaCgxKTwvc2NyaXB0Pg==",
            f'data:image/svg+xml;base64,"><img src={away}/quote>',
            address("png", b"not a png at all, but long enough"),
            png(1, 1, declared_px=(60_000, 60_000)),
            "data:image/png;base64,",
            f"blob:{page.home}",
            7,
        ]
        images = [{"component": "Image", "src": src, "alt": "a picture"} for src in [*refused, loading]]
        await page.show("pictures", *column(*images))
        await expect(page.page.locator(".ui-broken")).to_have_count(len(refused))
        picture = page.page.frame_locator("iframe").frame_locator("iframe").locator("img")
        await expect(picture).to_have_js_property("complete", True)
        await lives(page)
        assert bird.touched == []
        assert await page.page.evaluate("ran") == []


async def test_floods_are_bounded(board: LayBoard) -> None:
    page = await board()
    for index in range(60):
        await page.show(f"s-{index}", {"component": "Text", "text": f"text {index}"})
        await page.take("job", id=f"j-{index}", title=f"job {index}", state="running", progress=0, note="")
        await page.take("approval", id=f"a-{index}", tool="t", arguments={}, reason="", state="asked")
    await page.sees("text 59")
    assert await page.page.locator("[data-surface]").count() == 32
    assert await page.page.locator(".job").count() == 32
    assert await page.page.locator(".approval").count() == 8
    await lives(page)
