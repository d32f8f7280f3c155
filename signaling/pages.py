"""The files of the pages, and the headers that keep them safe. Knows nothing of rooms."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from signaling.origins import Origins

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
FRAME = "frame.html"  # holds HTML that somebody else wrote; most of its policy stands in it
FRAME_HEADERS = {
    "Content-Security-Policy": "sandbox allow-scripts",  # also opened alone it has an origin of its own
    "Connection-Allowlist": "()",  # not even a name is looked up, where the browser knows this header
    "Referrer-Policy": "no-referrer",
}
PERMISSIONS = ("microphone", "camera", "display-capture", "speaker-selection", "autoplay", "screen-wake-lock")


class Pages:
    """Serves the files under one folder that have a known type."""

    def __init__(self, folder: Path, origins: Origins) -> None:
        self._folder = folder.resolve()
        self._page_headers = {
            "Content-Security-Policy": (
                "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
                f"frame-ancestors {origins.frame_ancestors()}"
            ),
            "Permissions-Policy": ", ".join(f"{feature}=(self)" for feature in PERMISSIONS),
            "Referrer-Policy": "no-referrer",
        }

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file, or 404."""
        file = await asyncio.to_thread(self._find, request.match_info["path"] or "index.html")
        if file is None:
            raise web.HTTPNotFound(text="there is no such page here\n")
        headers = {
            "Content-Type": CONTENT_TYPES[file.suffix],
            "Cache-Control": "no-cache",  # asks each time by ETag, so a new version is seen at once
            "X-Content-Type-Options": "nosniff",
        }
        if file == self._folder / FRAME:
            headers |= FRAME_HEADERS
        elif file.suffix == ".html":
            headers |= self._page_headers
        else:  # modules and what they load may be embedded by pages of other origins
            headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return web.FileResponse(file, headers=headers)

    def _find(self, path: str) -> Path | None:
        """The file `path` names, unless it lies outside the folder, is hidden, or has no known type."""
        parts = path.split("/")
        if "\0" in path or "\\" in path or any(part.startswith(".") or not part for part in parts):
            return None
        file = self._folder.joinpath(*parts).resolve()
        if file.suffix not in CONTENT_TYPES or not file.is_relative_to(self._folder):
            return None
        return file if file.is_file() else None
