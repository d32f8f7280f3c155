"""Join time in a real browser: from the click to the first packet of the greeting that is not silence.

Needs Chromium and Playwright, which the tests install. Microphone permission is given, the engine is warm.
"""

from __future__ import annotations

import statistics
from typing import cast

from agent.bench.product import started
from agent.bench.result import Row

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
ENERGY = 1e-6  # of inbound audio in all: a single packet of speech has over 1e-5
# Watches what arrives from the click on; statistics are the browser's own, refreshed for each call.
PROBE = """
window.probe = { connections: [] };
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...rest) { super(...rest); probe.connections.push(this); }
};
probe.join = (energy) => new Promise((resolve) => {
  const button = [...document.querySelectorAll("alongside-call")]
    .flatMap((each) => [...each.shadowRoot.querySelectorAll("button")])
    .find((each) => each.textContent.trim() === "Join");
  const clicked = performance.now();
  const look = async () => {
    for (const connection of probe.connections)
      for (const report of (await connection.getStats()).values())
        if (report.type === "inbound-rtp" && report.kind === "audio" && report.totalAudioEnergy > energy)
          return resolve((performance.now() - clicked) / 1000);
    setTimeout(look, 10);
  };
  button.click();
  look();
});
"""


async def measure_join(engine: str, num_joins: int) -> Row:
    """Median and worst join time of `num_joins` fresh pages, each in a room of its own."""
    from playwright.async_api import async_playwright  # a development dependency

    times: list[float] = []
    # a room is held for a while after its person left, so each join needs a place of its own
    words = ("agent", "up", "--engine", engine, "--port", "0", "--max-rooms", str(num_joins + 1))
    async with started(*words) as product, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for number in range(num_joins + 1):  # the first one warms the browser and is not counted
            page = await browser.new_page()
            await page.add_init_script(PROBE)
            await page.goto(f"{product.origin}/?room=join{number}")
            await page.get_by_role("button", name="Join", exact=True).wait_for()
            times.append(cast(float, await page.evaluate("(energy) => probe.join(energy)", ENERGY)))
            await page.close()
        await browser.close()
    counted = times[1:]
    return {
        "part": "join",
        "system": f"ours, {engine}",
        "joins": len(counted),
        "median_s": round(statistics.median(counted), 3),
        "max_s": round(max(counted), 3),
    }
