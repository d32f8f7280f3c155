"""`alongside bench NAME`: measures, prints a table or JSON, and keeps the run."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from agent import aiortc_seam
from agent.bench.media_report import PARTS, measure_media
from agent.bench.result import Row


def run(options: Namespace) -> int:
    """Run what the options name; returns the exit status."""
    if options.name != "media":
        print(f"alongside bench: {options.name}: no such benchmark; there is: media", file=sys.stderr)
        return 2
    parts = options.only.split(",") if options.only else list(PARTS)
    if unknown := set(parts) - set(PARTS):
        print(f"alongside bench: --only: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    logging.getLogger("aioice").setLevel(logging.WARNING)
    aiortc_seam.configure_ice()
    command = " ".join(["alongside", "bench", *sys.argv[2:]])
    folder = Path(options.output or f"runs/{options.name}/{datetime.now():%Y%m%d-%H%M%S}")
    earlier = folder / "media.echo.call.json"
    kept: list[Row] = []
    if options.only and earlier.exists():
        before = json.loads(earlier.read_text())
        kept = before["rows"]
        command += f" (other parts: {before['command']}, {before['date']}, commit {before['commit']})"
    result = asyncio.run(measure_media(parts, options.quick, command, kept))
    path = result.save(folder)
    print(result.to_json() if options.json else f"{result.to_text()}\nkept in {path}")
    return 0
