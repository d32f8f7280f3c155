"""A process that only recognises speech, for calls whose engine gives no transcript: `python -m model.hearing`.

It prints `listening on ws://…`; `RecogniserClient` of model/client.py speaks to it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model import weights
from model.gguf import BrokenWeights
from model.machine import measure_machine
from model.serve import Bind, EngineServer

WEIGHTS = "whisper-base"
NICE = 5  # under the engine, over the background model: somebody waits for these words


@dataclass(frozen=True, slots=True)
class HearingConfig:
    """One process, from flags over environment."""

    port: int
    threads: int
    cache: Path
    ends_with_stdin: bool
    token: str | None = field(default=None, repr=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until asked to end; returns the exit status."""
    config = _config(sys.argv[1:] if argv is None else argv, os.environ)
    os.nice(NICE)
    os.environ.setdefault("OMP_NUM_THREADS", f"{config.threads}")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    try:
        asyncio.run(_serve(config))
    except (weights.WeightsError, BrokenWeights, OSError) as error:
        sys.stderr.write(f"alongside hearing: {error}\n")
        return 1
    return 0


async def _serve(config: HearingConfig) -> None:
    # Imported here: this is where torch comes in, after the number of its threads is fixed.
    from model.recogniser import WhisperRecogniser

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if config.ends_with_stdin:
        loop.add_reader(sys.stdin.fileno(), _end_with_stdin, stopped)
    name = weights.preferred(WEIGHTS, config.cache, measure_machine())
    folder = weights.path(name, config.cache)
    recogniser = await asyncio.to_thread(WhisperRecogniser, folder, config.threads)
    try:
        async with EngineServer(recogniser=recogniser, bind=Bind(port=config.port, token=config.token)) as server:
            sys.stdout.write(f"listening on {server.url}\n")
            sys.stdout.flush()
            await stopped.wait()
    finally:
        await asyncio.to_thread(recogniser.close)


def _end_with_stdin(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopped.set()


def _config(argv: Sequence[str], environ: Mapping[str, str]) -> HearingConfig:
    parser = argparse.ArgumentParser(prog="python -m model.hearing", description="A recogniser in its own process.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=weights.cache_folder(environ), help="folder of the weights")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    options = parser.parse_args(argv)
    if options.threads < 1 or not 0 <= options.port < 1 << 16:
        parser.error("--threads is at least 1, --port is a port")
    token = environ.get("ALONGSIDE_ENGINE_TOKEN") or None
    return HearingConfig(options.port, options.threads, options.cache, options.end_with_stdin, token)


if __name__ == "__main__":
    raise SystemExit(main())
