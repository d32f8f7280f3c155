"""Chromium visiting the page as a person does, and noting whatever the page does wrong meanwhile."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run")
GRANT = "--use-fake-ui-for-media-stream"  # permissions are given without asking
FAKE_DEVICES = "--use-fake-device-for-media-stream"
NOTE_VIOLATIONS = """
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
  console.error("policy violated:", violatedDirective, blockedURI));
"""
HEARD_JS = """
async (least) => {
  const audios = () => [...document.querySelector("alongside-call").shadowRoot.querySelectorAll("audio")]
    .filter((audio) => audio.srcObject?.getAudioTracks().length && !audio.paused);
  while (audios().length < least) await new Promise(requestAnimationFrame);
  const context = new AudioContext();
  const loudest = async (audio) => {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(audio.srcObject).connect(analyser);
    const pcm = new Float32Array(analyser.fftSize);
    let peak = 0;
    while (peak < 0.01) {
      analyser.getFloatTimeDomainData(pcm);
      peak = Math.max(...pcm.map(Math.abs));
      await new Promise(requestAnimationFrame);
    }
    return peak;
  };
  return Promise.all(audios().map(loudest));
}
"""  # ends when that many remote tracks were really heard; the test's own time limit ends it otherwise


@asynccontextmanager
async def chromium(*flags: str) -> AsyncGenerator[Browser]:
    """A headless Chromium with fake devices and these further flags."""
    async with async_playwright() as playwright:
        arguments = [*QUIET, FAKE_DEVICES, *flags]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


class Visit:
    """One tab. `problems` holds console errors, broken policies and uncaught exceptions."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    @classmethod
    async def open(
        cls, browser: Browser | BrowserContext, url: str, **context: Any
    ) -> Self:  # Any: playwright's own options
        """A tab on `url`; in a browser of its own unless a context is passed."""
        where = browser if isinstance(browser, BrowserContext) else await browser.new_context(**context)
        await where.add_init_script(NOTE_VIOLATIONS)
        visit = cls(await where.new_page())
        await visit.page.goto(url)
        return visit

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    async def join(self, name: str) -> None:
        """Fills in the name, presses Join and waits until the call is there."""
        await self.page.get_by_label("Your name").fill(name)
        await self.page.get_by_role("button", name="Join", exact=True).click()
        await self.in_call()

    async def in_call(self) -> None:
        await self.page.get_by_role("button", name="Leave").wait_for()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def can_press(self, name: str) -> None:
        """Waits until a button is there and not disabled."""
        await expect(self.page.get_by_role("button", name=name, exact=True)).to_be_enabled()

    async def sees(self, text: str) -> None:
        """Waits until `text` is on the page for everyone to see."""
        await self.page.get_by_text(text).locator("visible=true").first.wait_for()

    async def hears(self, least: int = 1) -> list[float]:
        """The peaks of at least that many remote tracks, once each was really heard."""
        return await self.page.evaluate(HEARD_JS, least)

    async def breaches(self) -> list[str]:
        """What axe-core finds wrong with the page as it is now."""
        await self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = await self.page.evaluate("axe.run().then((result) => result.violations)")
        return [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in found]

    async def focused(self) -> str:
        """The accessible words of what has the focus, inside the shadow tree too."""
        return await self.page.evaluate(
            """() => {
              let node = document.activeElement;
              while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
              const label = node?.getAttribute("aria-label") || node?.labels?.[0]?.innerText;
              return label || node?.innerText || node?.tagName;
            }"""
        )
