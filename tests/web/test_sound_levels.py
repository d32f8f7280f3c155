"""How loud the original plays where a browser lets nobody set `volume`: a gain node, or silence without one."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.web.visits import Visit

pytestmark = pytest.mark.timeout(60)
# As on iOS: what is written to `volume` is forgotten. The gain nodes that are made can be listened to.
FIXED_VOLUME = """
Object.defineProperty(HTMLMediaElement.prototype, "volume", { get: () => 1, set: () => {} });
window.gains = [];
const createGain = AudioContext.prototype.createGain;
AudioContext.prototype.createGain = function () {
  const gain = createGain.call(this);
  gains.push(gain);
  return gain;
};
"""
PLAYED = """async (levels) => {
  const { SoundLevels } = await import("/sound-levels.js");
  const context = new AudioContext();
  await context.resume();
  const tone = new OscillatorNode(context, { frequency: 440 });
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const element = document.body.appendChild(new Audio());
  element.srcObject = out.stream;
  const sounds = new SoundLevels();
  const found = [];
  for (const level of levels) {
    sounds.set(element, level);
    await element.play();
    const gain = gains.at(-1);
    await gain.context.resume();
    const analyser = new AnalyserNode(gain.context, { fftSize: 2048 });
    gain.connect(analyser);
    const pcm = new Float32Array(2048);
    let peak = 0;
    for (let look = 0; look < 40; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      analyser.getFloatTimeDomainData(pcm);
      peak = Math.max(...pcm.map(Math.abs));
    }
    found.push({ peak, isMuted: element.muted, isPlaying: !element.paused });
  }
  sounds.forget(element);
  return { found, isMutedAfter: element.muted, numGains: gains.length };
}"""
WITHOUT_GAIN = """async (levels) => {
  delete window.AudioContext;
  const { SoundLevels } = await import("/sound-levels.js");
  const sounds = new SoundLevels();
  const element = new Audio();
  element.srcObject = new MediaStream();
  return levels.map((level) => (sounds.set(element, level), element.muted));
}"""


async def test_where_volume_stays_as_it_is_a_gain_node_fades(browser: Browser, home: str) -> None:
    context = await browser.new_context()
    await context.add_init_script(FIXED_VOLUME)
    visit = await Visit.open(context, home)
    await visit.page.mouse.click(5, 5)
    played = await visit.page.evaluate(PLAYED, [0.15, 0.6, 1.0])
    peaks = [each["peak"] for each in played["found"] if each["isMuted"]]
    assert peaks == pytest.approx([0.15, 0.6, 1.0], abs=0.04), played
    assert all(each["isPlaying"] for each in played["found"]), "a remote track sounds only while an element plays it"
    assert not played["isMutedAfter"]
    assert visit.problems == []


async def test_without_a_gain_node_the_original_is_muted_under_the_interpretation(browser: Browser, home: str) -> None:
    context = await browser.new_context()
    await context.add_init_script(FIXED_VOLUME)
    visit = await Visit.open(context, home)
    assert await visit.page.evaluate(WITHOUT_GAIN, [0.15, 0.9, 0.15, 1.0]) == [True, False, True, False]
