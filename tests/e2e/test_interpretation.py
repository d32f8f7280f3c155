"""An English speaker, heard and read in Spanish: real prompts, the embedded translator, Kokoro, Chromium."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from agent.bench.product import started
from model.kokoro import GRAPH_WEIGHTS, VOICE_WEIGHTS
from model.translator import WEIGHTS
from tests.e2e.browser import person
from tests.e2e.interpreting import (
    RECORDER,
    best_chrf,
    captions,
    choose,
    chosen,
    loudness_db,
    microphone,
    recognised,
    stop_recording,
)
from tests.e2e.test_question_call import silence
from tests.model.spoken import weights_or_skip

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
ARTIFACTS = Path(__file__).parent.parent / "artifacts"
SAID = ("privacy-incorrect", "vm-nonumber")


async def test_a_spanish_listener_hears_and_reads_an_english_speaker(tmp_path: Path) -> None:
    for name in (WEIGHTS, GRAPH_WEIGHTS, VOICE_WEIGHTS):
        weights_or_skip(name)
    said = chosen("es", SAID)
    async with started("agent", "up", "--engine", "echo", "--port", "0") as product:
        address = f"{product.origin}/?room=meeting"
        async with person(address, silence(tmp_path), script=RECORDER) as eva:
            await eva.join()
            await choose(eva, "es")
            await eva.page.evaluate("interpreted.until((state) => state.status === 'ready')")
            async with person(address, microphone(tmp_path, said)) as ada:
                await ada.join(num_peers=2)
                await ada.page.get_by_text("Heard in Espa\u00f1ol").wait_for()
                await eva.page.evaluate("interpreted.record(); probe.record()")
                shown = await captions(eva, "es", 1)
                await eva.page.evaluate("interpreted.until((state) => state.sounding.includes('es'))")
                await eva.page.wait_for_timeout(8_000)
                under = float(await eva.page.evaluate("interpreted.lowest"))
                spanish, english = await stop_recording(eva), await eva.stop_recording()
                heard = await recognised(spanish, "es")
                ARTIFACTS.mkdir(exist_ok=True)
                await eva.page.screenshot(path=ARTIFACTS / "interpretation.png")
                assert await eva.violations() == [] and eva.problems == []
    chrf_captions, chrf_heard = best_chrf(shown, said), best_chrf(heard, said)
    over_db = loudness_db(spanish) - loudness_db(english) - 20 * math.log10(under)
    found = {"chrf_captions": chrf_captions, "chrf_heard": chrf_heard, "over_db": over_db, "captions": shown}
    (ARTIFACTS / "interpretation.json").write_text(json.dumps({**found, "heard": heard}, ensure_ascii=False) + "\n")
    assert chrf_captions > 40, found
    assert chrf_heard > 30, found
    assert under == pytest.approx(0.15, abs=0.01), "the original was faded"
    assert over_db > 6, found
