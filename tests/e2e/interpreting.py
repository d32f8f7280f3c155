"""People of an interpreted call in Chromium: who plays prompts, who chooses a language, what they receive."""

from __future__ import annotations

import asyncio
import base64
import math
import re
import subprocess
import unicodedata
import wave
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from playwright.async_api import Page
from scipy.signal import resample_poly

from agent.bench.interpret_prompts import Prompt, prompts, sound
from agent.bench.interpret_scores import chrf
from model import weights
from model.types import HEARD_RATE_HZ, Pcm
from model.whisper import Whisper
from tests.e2e.browser import Person, decode
from tests.e2e.test_echo_call import RATE_HZ

PAUSE_S = 4.0  # two lanes interpret the sentence before meanwhile
REPEATS = 8  # a starved machine may join late: what was missed comes again
RECORD_MS = 8_000
_QUIET = 0.003
_GAP_S = 0.7
# The agent's second sound is the language one listens in.
RECORDER = """
window.interpreted = { chunks: [] };
interpreted.record = () => {
  const sounds = probe.connections.map((each) =>
    each.getReceivers().map((receiver) => receiver.track).filter((track) => track.kind === "audio"));
  const track = sounds.find((tracks) => tracks.length === 2)[1];
  interpreted.recorder = new MediaRecorder(new MediaStream([track]), { mimeType: "audio/webm;codecs=opus" });
  interpreted.recorder.ondataavailable = (event) => interpreted.chunks.push(event.data);
  interpreted.recorder.start(100);
};
interpreted.recorded = async () => {
  const stopped = new Promise((resolve) => (interpreted.recorder.onstop = resolve));
  interpreted.recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(interpreted.chunks).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
};
interpreted.states = [];
interpreted.booths = [];
// Who is heard in my language now: each interpreter has a tone of their own, the agent speaks.
interpreted.watch = (tones) => {
  const sounds = probe.connections.map((each) =>
    each.getReceivers().map((receiver) => receiver.track).filter((track) => track.kind === "audio"));
  const context = new AudioContext({ sampleRate: 16000 });
  const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 });
  const track = sounds.find((tracks) => tracks.length === 2)[1];
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const pcm = new Float32Array(1024), spectrum = new Float32Array(512);
  interpreted.heard = [];
  setInterval(() => {
    analyser.getFloatTimeDomainData(pcm);
    analyser.getFloatFrequencyData(spectrum);
    const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
    const hz = spectrum.indexOf(Math.max(...spectrum)) * 16000 / 1024;
    const tone = Object.keys(tones).find((name) => Math.abs(tones[name] - hz) < 20);
    interpreted.heard.push([Date.now(), power < 1e-5 ? "silence" : (tone ?? "agent")]);
  }, 20);
};
interpreted.hears = (who, least = 10) => interpreted.wait(() => {
  const last = interpreted.heard.slice(-least);
  return last.length === least && last.every(([, what]) => what === who) ? last[0][0] : null;
});
interpreted.lowest = 1;
setInterval(() => {
  const sounds = document.querySelector("alongside-call")?.shadowRoot.querySelectorAll("audio") ?? [];
  for (const sound of sounds) interpreted.lowest = Math.min(interpreted.lowest, sound.volume);
}, 100);
document.addEventListener("DOMContentLoaded", () => {
  const call = document.querySelector("alongside-call");
  call.addEventListener("interpretation", ({ detail }) => interpreted.states.push(detail));
  call.addEventListener("booths", ({ detail }) => interpreted.booths.push([Date.now(), detail.booths]));
});
interpreted.wait = (find) => new Promise((resolve) => {
  const look = () => {
    const found = find();
    if (found) resolve(found);
    else setTimeout(look, 50);
  };
  look();
});
interpreted.until = (fits) => interpreted.wait(() => interpreted.states.some(fits));
interpreted.covered = () => interpreted.wait(() => interpreted.booths.find(([, [booth]]) => booth?.covered)?.[0]);
interpreted.playsAt = (level) => interpreted.wait(() =>
  [...document.querySelector("alongside-call").shadowRoot.querySelectorAll("audio")]
    .some((sound) => sound.srcObject?.getTracks().length && Math.abs(sound.volume - level) < 0.01));
// Whose own sound is held at nothing, because they are heard in a language's sound alone.
interpreted.besides = (count) => interpreted.wait(() => {
  const sounds = [...document.querySelector("alongside-call").shadowRoot.querySelectorAll("audio")];
  return sounds.filter((sound) => sound.srcObject?.getTracks().length && sound.volume === 0).length === count;
});
"""


@dataclass(frozen=True, slots=True)
class Listened:
    """What somebody who listens in a language received."""

    language: str
    captions: list[str]
    heard: list[str]  # by whisper-base, in the sound of their language
    chrf_captions: float
    chrf_heard: float
    original_db: float  # the speaker as played, against the interpretation as played
    under: float  # how loud the original was played, of 1


async def listened(someone: Person, said: Sequence[Prompt], language: str, count: int) -> Listened:
    """Record a listener's page while it interprets, and recognise what came."""
    await someone.page.evaluate("interpreted.record(); probe.record()")
    shown = await captions(someone, language, count)
    await someone.page.evaluate(f"interpreted.until((state) => state.sounding.includes('{language}'))")
    await someone.page.wait_for_timeout(RECORD_MS)
    under = float(await someone.page.evaluate("interpreted.lowest"))
    theirs, original = await stop_recording(someone), await someone.stop_recording()
    heard = await recognised(theirs, language)
    original_db = loudness_db(original) + 20 * math.log10(under) - loudness_db(theirs)
    chrfs = best_chrf(shown, said), best_chrf(heard, said)
    return Listened(language, shown, heard, *chrfs, original_db, under)


def chosen(target: str, names: Sequence[str]) -> list[Prompt]:
    """Prompts of the test half by name, with their text in the target language."""
    found = {prompt.name: prompt for prompt in prompts("en", target)}
    return [found[name] for name in names]


def microphone(folder: Path, said: Sequence[Prompt]) -> Path:
    """The prompts with natural pauses, again and again."""
    pause = np.zeros(int(PAUSE_S * HEARD_RATE_HZ), np.float32)
    once = np.concatenate([part for prompt in said for part in (pause, sound("en", prompt.name))])
    pcm = resample_poly(np.tile(once, REPEATS), RATE_HZ // HEARD_RATE_HZ, 1)
    path = folder / "prompts.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes((np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@asynccontextmanager
async def settings(someone: Person) -> AsyncGenerator[Page]:
    """The dialog with what belongs to interpretation, open meanwhile."""
    await someone.page.locator("[part=language-button]").click()
    yield someone.page
    await someone.page.get_by_role("button", name="Close", exact=True).click()


def tone(folder: Path, hz: int) -> Path:
    """The microphone of somebody who is known by the sound they make."""
    path = folder / f"{hz}.wav"
    words = ["sox", "-n", "-r", str(RATE_HZ), "-c", "1", "-b", "16", str(path), "synth", "150", "sine", str(hz)]
    subprocess.run([*words, "vol", "0.3"], check=True)
    return path


async def choose(someone: Person, language: str) -> None:
    """As a person does: open the dialog, choose, close."""
    async with settings(someone) as page:
        await page.get_by_label("I want to hear the others in").select_option(language)


async def export(someone: Person, format: str) -> str:
    """The record as the page saves it; in the open dialog with the record unfolded."""
    async with someone.page.expect_download() as saving:
        await someone.page.get_by_role("button", name=f"Save as {format.upper()}").click()
    saved = await saving.value
    return await asyncio.to_thread((await saved.path()).read_text, "utf-8")


async def captions(someone: Person, language: str, count: int) -> list[str]:
    """The first captions of others in a language."""
    rows = someone.page.locator(f"li.line.participant:not(.mine) .text[lang={language}]")
    await rows.nth(count - 1).wait_for(state="attached", timeout=0)
    return await rows.all_inner_texts()


async def stop_recording(someone: Person) -> Pcm:
    """(S,) at 16 kHz: what came of their language since `interpreted.record()`."""
    return decode(base64.b64decode(cast(str, await someone.page.evaluate("interpreted.recorded()"))))


async def recognised(pcm: Pcm, language: str) -> list[str]:
    """The sentences that whisper-base hears in what was not silent."""
    whisper = await asyncio.to_thread(Whisper.read, weights.path("whisper-base"))
    pause = np.zeros(HEARD_RATE_HZ // 2, np.float32)
    sound = np.concatenate([pause, *(piece for part in stretches(pcm) for piece in (part, pause))])
    heard = await asyncio.to_thread(whisper.transcribe, sound[: 28 * HEARD_RATE_HZ], language)
    return re.findall(r"[^.!?]+[.!?]*", heard.text)


def loudness_db(pcm: Pcm) -> float:
    """RMS of what is not silence, in dB of full scale."""
    loud = np.concatenate([np.zeros(1, np.float32), *stretches(pcm)])
    return 10 * float(np.log10(np.mean(loud**2) + 1e-12))


def stretches(pcm: Pcm) -> list[Pcm]:
    """Sound cut where it is silent."""
    block = HEARD_RATE_HZ // 50
    blocks = pcm[: len(pcm) // block * block].reshape(-1, block)
    loud = np.flatnonzero(np.sqrt(np.mean(blocks**2, axis=1)) > _QUIET)
    if loud.size == 0:
        return []
    cuts = np.flatnonzero(np.diff(loud) > _GAP_S * 50) + 1
    return [pcm[part[0] * block : (part[-1] + 1) * block] for part in np.split(loud, cuts)]


def best_chrf(texts: Sequence[str], said: Sequence[Prompt]) -> float:
    """chrF of a corpus whose texts are each held against the prompt they are likest to; parts of one go together.

    Without accents, as the Spanish references are typed; the beginning of a sentence that goes on is left out.
    """
    references = [_without_accents(prompt.reference) for prompt in said]

    def likest(text: str) -> tuple[float, str]:
        return max((chrf([(text, reference)]), reference) for reference in references)

    whole: list[str] = []
    for text in map(_without_accents, texts):
        if not re.search(r"\w", text):
            continue
        if whole and likest(f"{whole[-1]} {text}") > likest(whole[-1]):
            whole[-1] = f"{whole[-1]} {text}"
        else:
            whole.append(text)
    if len(whole) > 1 and not whole[-1].endswith((".", "!", "?")):
        whole.pop()
    return chrf([(text, likest(text)[1]) for text in whole])


def _without_accents(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
