"""`alongside bench NAME`: measures, prints a table or JSON, and keeps the run."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from agent import aiortc_seam
from agent.bench.media_report import PARTS, measure_media
from agent.bench.result import BenchResult, table


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
    result = asyncio.run(measure_media(parts, options.quick, command))
    folder = Path(options.output or f"runs/{options.name}/{datetime.now():%Y%m%d-%H%M%S}")
    path = result.save(folder)
    print(result.to_json() if options.json else f"{_text(result)}\n\nkept in {path}")
    return 0


def _text(result: BenchResult) -> str:
    parts = dict.fromkeys(str(row["part"]) for row in result.rows)
    tables = [table([row for row in result.rows if row["part"] == part]) for part in parts]
    metrics = table([{"metric": name, "value": value} for name, value in result.metrics.items()])
    return "\n\n".join([*tables, metrics, f"{result.command} · {result.date} · {result.machine} · {result.commit}"])
