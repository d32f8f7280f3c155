"""A person with a real browser: headless Chromium whose microphone plays a file, and whose loudspeaker is recorded."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from playwright.async_api import Page, async_playwright

from model.types import HEARD_RATE_HZ, Pcm

FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
)
FAKE_DEVICES = "--use-fake-device-for-media-stream"
MUTED = "--mute-audio"  # Playwright's own flag; it takes the loudspeaker away
# Keeps every peer connection where a test can reach it, and records what remote audio tracks bring.
PROBE = """
window.probe = { connections: [], chunks: [], violations: [], onstate: new EventTarget() };
document.addEventListener("securitypolicyviolation", (event) => probe.violations.push(event.violatedDirective));
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...rest) {
    super(...rest);
    probe.connections.push(this);
    this.addEventListener("connectionstatechange", () => probe.onstate.dispatchEvent(new Event("state")));
  }
};
probe.connected = (count) =>
  new Promise((resolve) => {
    const look = () => {
      if (probe.connections.filter((each) => each.connectionState === "connected").length >= count) resolve();
    };
    probe.onstate.addEventListener("state", look);
    look();
  });
probe.record = () => {
  const tracks = probe.connections.flatMap((each) => each.getReceivers().map((receiver) => receiver.track));
  const audio = tracks.filter((track) => track.kind === "audio" && track.readyState === "live");
  probe.recorder = new MediaRecorder(new MediaStream(audio.slice(-1)), { mimeType: "audio/webm;codecs=opus" });
  probe.recorder.ondataavailable = (event) => probe.chunks.push(event.data);
  probe.recorder.start(100);
};
probe.recorded = async () => {
  const stopped = new Promise((resolve) => (probe.recorder.onstop = resolve));
  probe.recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(probe.chunks).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
};
probe.heardFrom = async () => {
  let count = 0;
  for (const connection of probe.connections)
    for (const report of (await connection.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio" && report.totalAudioEnergy > 1e-6) count += 1;
  return count;
};
"""


@dataclass(slots=True)
class Person:
    """A browser page in a call."""

    page: Page
    problems: list[str] = field(default_factory=list[str])  # page errors and console errors

    async def join(self, num_peers: int = 1) -> None:
        """Press the join button and wait until the agent, and the people who are there, are connected."""
        await self.page.get_by_role("button", name="Join", exact=True).click()
        await self.page.evaluate("(count) => probe.connected(count)", num_peers)

    async def kill(self) -> None:
        """End the browser's processes without a goodbye."""
        browser = self.page.context.browser
        assert browser is not None
        session = await browser.new_browser_cdp_session()
        answer = await session.send("SystemInfo.getProcessInfo")
        for process in answer["processInfo"]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process["id"], signal.SIGKILL)

    async def start_recording(self) -> None:
        """Record the loudspeaker from now on."""
        await self.page.evaluate("probe.record()")

    async def stop_recording(self) -> Pcm:
        """(S,) at 16 kHz: everything since `start_recording`."""
        return decode(base64.b64decode(cast(str, await self.page.evaluate("probe.recorded()"))))

    async def violations(self) -> list[str]:
        """Directives of the content security policy that were violated."""
        return cast(list[str], await self.page.evaluate("probe.violations"))


@asynccontextmanager
async def person(
    address: str,
    microphone: Path | None = None,
    viewport: tuple[int, int] = (1280, 800),
    *,
    script: str = "",
    devices: dict[str, str] | None = None,
    **context: Any,
) -> AsyncGenerator[Person]:
    """Open a page; `microphone` is a WAV file that is played once. `context` goes to Playwright's new_context.

    `script` runs in the page before its own. `devices` is an environment in which Chromium finds sound devices; it
    then uses them instead of a file and a loudspeaker that is not there.
    """
    flags = [*FLAGS, *([f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else [])]
    sound: dict[str, Any] = {"env": devices, "ignore_default_args": [MUTED]}  # Any: Playwright's mixed keywords
    if devices is None:
        flags, sound = [*flags, FAKE_DEVICES], {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags, **sound)
        try:
            size = {"width": viewport[0], "height": viewport[1]}
            window = await browser.new_context(viewport=cast(Any, size), **context)
            await window.add_init_script(PROBE + script)  # the order of several is not defined
            page = await window.new_page()
            someone = Person(page)
            page.on("pageerror", lambda error: someone.problems.append(str(error)))
            page.on("console", lambda line: someone.problems.append(line.text) if line.type == "error" else None)
            await page.goto(address)
            yield someone
        finally:
            await browser.close()


def decode(sound: bytes) -> Pcm:
    """A recording in any container as (S,) at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=HEARD_RATE_HZ)
    parts: list[Pcm] = []
    with av.open(io.BytesIO(sound), "r") as container:
        for frame in container.decode(audio=0):
            parts += [each.to_ndarray()[0].astype(np.float32) for each in resampler.resample(frame)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
