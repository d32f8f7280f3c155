"""An English speaker, heard and read in Spanish and French: real prompts, the embedded translator, Kokoro, Chromium."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from agent.bench.product import Product, started
from agent.interpretation.record import Record, from_json
from model.kokoro import GRAPH_WEIGHTS, VOICE_WEIGHTS
from model.translator import WEIGHTS
from tests.e2e.browser import Person, person
from tests.e2e.interpreting import (
    RECORDER,
    Listened,
    choose,
    chosen,
    export,
    listened,
    microphone,
    settings,
)
from tests.e2e.test_question_call import silence
from tests.e2e.virtual_devices import mixed_microphone
from tests.model.spoken import weights_or_skip

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.weights, pytest.mark.timeout(150), pytest.mark.asyncio(loop_scope="module")]
ARTIFACTS = Path(__file__).parent.parent / "artifacts"
SAID = ("privacy-incorrect", "vm-sorry")
LISTENERS = {"Eva": "es", "Ines": "fr"}
LOUD_ROOM = mixed_microphone(10 ** (-15 / 20), 200)  # it picks up what its loudspeaker plays
TIMES = re.compile(r"\d\d:\d\d:\d\d[.,]\d{3} --> \d\d:\d\d:\d\d[.,]\d{3}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Product]:
    for name in (WEIGHTS, GRAPH_WEIGHTS, VOICE_WEIGHTS):
        weights_or_skip(name)
    records = tmp_path_factory.mktemp("records") / "records.sqlite"
    words = ("--engine", "echo", "--background", "none", "--port", "0", "--records", str(records))
    async with started("agent", "up", *words) as running:
        yield running


def visitor(address: str, microphone: Path | None = None, script: str = "") -> AbstractAsyncContextManager[Person]:
    """Painting what moves would take a quarter of a processor from each page."""
    return person(address, microphone, script=script, reduced_motion="reduce")


async def enter(someone: Person, name: str, num_peers: int) -> None:
    await someone.page.get_by_label("Your name").fill(name)
    await someone.join(num_peers)


async def test_two_listeners_hear_and_read_an_english_speaker_each_in_their_language(
    product: Product, tmp_path: Path
) -> None:
    address = f"{product.origin}/?room=meeting"
    async with AsyncExitStack() as people:
        eva = await people.enter_async_context(visitor(address, silence(tmp_path), script=RECORDER))
        ines = await people.enter_async_context(visitor(address, script=LOUD_ROOM + RECORDER))
        for number, (name, language) in enumerate(LISTENERS.items(), 1):
            await enter((eva, ines)[number - 1], name, number)
            await choose((eva, ines)[number - 1], language)
        await eva.page.evaluate("document.querySelector('alongside-call').setAttribute('etiquette', 'quiet')")
        await eva.page.evaluate("interpreted.until((state) => state.status === 'ready')")
        ada = await people.enter_async_context(visitor(address, microphone(tmp_path, chosen("es", SAID))))
        await enter(ada, "Ada", 3)
        await consent(ada)
        spanish, french = await asyncio.gather(
            listened(eva, chosen("es", SAID), "es", 2), listened(ines, chosen("fr", SAID), "fr", 2)
        )
        await check_routing(ada, eva, ines)
        files = await all_exports(eva)
        await forgets(ada)
        ARTIFACTS.mkdir(exist_ok=True)
        await eva.page.screenshot(path=ARTIFACTS / "interpretation.png")
        for someone in (ada, eva, ines):
            assert await someone.violations() == [] and someone.problems == []
    found = [asdict(each) for each in (spanish, french)]
    logger.info("%s", json.dumps(found, ensure_ascii=False))
    (ARTIFACTS / "interpretation.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    check_exports(files, spanish, french)
    for each in (spanish, french):
        assert each.chrf_captions > 40, each
        assert each.chrf_heard > 30, each
        assert each.under == pytest.approx(0.15, abs=0.01), "the original was faded"
        assert each.original_db < -6, each


async def consent(someone: Person) -> None:
    async with settings(someone) as page:
        await page.get_by_text("Record", exact=True).click()
        await page.get_by_label("What I say may be kept").check()


async def check_routing(ada: Person, eva: Person, ines: Person) -> None:
    """Captions and sound go where their language was chosen, and nowhere else."""
    await expect(ada.page.get_by_text("Heard in Espa\u00f1ol, Fran\u00e7ais")).to_be_visible()
    for someone, own, others in ((eva, "es", "fr"), (ines, "fr", "es"), (ada, "", "es"), (ada, "", "fr")):
        rows = "li.line .text[lang={0}]"
        assert await someone.page.locator(rows.format(others)).count() == 0
        assert not own or await someone.page.locator(rows.format(own)).count()
    sounds = "probe.connections.map((each) => each.getReceivers().filter(({ track }) => track.kind === 'audio').length)"
    assert sorted(await ada.page.evaluate(sounds)) == [1, 1, 1], "nothing comes to who chose nothing"
    assert sorted(await eva.page.evaluate(sounds)) == [1, 1, 2]
    for someone in (ada, eva, ines):
        echoes = someone.page.locator("li.line.participant", has=someone.page.locator(".who b", has_text="Ines"))
        assert await echoes.count() == 0, "what a microphone picks up of an interpretation is nobody's speech"


async def all_exports(someone: Person) -> dict[str, str]:
    async with settings(someone) as page:
        await page.get_by_text("Record", exact=True).click()
        return {format: await export(someone, format) for format in ("vtt", "srt", "txt", "json")}


async def forgets(someone: Person) -> None:
    """The record is deleted for all on request."""
    async with settings(someone) as page:
        await page.get_by_role("button", name="Delete the record").click()
        await expect(page.get_by_text("0 entries")).to_be_visible()
        await expect(page.get_by_label("What I say may be kept")).not_to_be_checked()


def check_exports(files: dict[str, str], *listeners: Listened) -> None:
    record: Record = from_json(files["json"])
    assert {entry.speaker for entry in record.entries} == {"Ada"}, "only who consented is kept"
    assert "not valid" in " ".join(entry.text for entry in record.entries)
    assert files["vtt"].startswith("WEBVTT\n")
    for format in ("vtt", "srt"):
        assert len(TIMES.findall(files[format])) == len(record.entries)
    for listener in listeners:
        kept = [
            entry.renderings[listener.language] for entry in record.entries if listener.language in entry.renderings
        ]
        assert any(each.span is not None for each in kept), "how late it was is kept"
        for format in ("vtt", "srt", "txt"):
            assert all(each.text in files[format] for each in kept)
        assert any(caption in each.text for caption in listener.captions for each in kept)
