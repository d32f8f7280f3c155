"""The embedded background model: a process of its own that speaks OpenAI's chat completions on loopback.

`python -m model.background` prints `listening on http://…` when it can be asked. It runs at low priority, so
that speech never waits for it, and without torch, so that it costs little more memory than its weights.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from model import weights
from model.gguf import BrokenWeights, read_metadata
from model.machine import measure_machine

WEIGHTS = "qwen2.5-coder-0.5b-instruct"
CONTEXT_TOKENS = 4_096  # instructions, conversation, tools and answer of one piece of work
NICE = 10  # threads inherit it, so it is set before any starts
CACHE_RAM_MIB = 64  # of prompts that may come again; the library's own bound is gigabytes
KEY_VARIABLE = "ALONGSIDE_BACKGROUND_KEY"


@dataclass(frozen=True, slots=True)
class BackgroundConfig:
    """One process, from flags over environment."""

    model: Path
    port: int
    threads: int
    slots: int
    ends_with_stdin: bool
    key: str | None = field(default=None, repr=False)


class BackgroundServer:
    """A loaded model behind HTTP; raises BrokenWeights when the file is no model that llama.cpp runs."""

    def __init__(self, config: BackgroundConfig) -> None:
        name = read_metadata(config.model).get("general.name", config.model.stem)
        llama: Any = import_module("xllamacpp")  # Any: a compiled module without type stubs
        params = llama.CommonParams()
        params.model.path = str(config.model)
        params.model_alias = {str(name)}
        params.hostnames = ["127.0.0.1"]
        params.port = config.port
        params.api_keys = [config.key] if config.key else []
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config.threads
        params.cpuparams.poll = params.cpuparams_batch.poll = 0  # idle threads sleep instead of spinning
        params.n_ctx = CONTEXT_TOKENS * config.slots
        params.n_parallel = config.slots
        params.n_gpu_layers = 0
        params.use_jinja = True
        params.warmup = False  # a first answer may take longer; the call that begins now may not
        params.ui = params.endpoint_slots = False
        params.cache_ram_mib = CACHE_RAM_MIB
        params.verbosity = 0
        try:
            self._server: Any = llama.Server(params)
        except Exception as error:  # the library raises RuntimeError and others without a common root
            raise BrokenWeights(f"{config.model}: llama.cpp cannot load it ({error}); run `alongside fetch`") from error

    @property
    def url(self) -> str:
        """Up to and with /v1."""
        return f"{self._server.listening_address}/v1"

    def close(self) -> None:
        """End the server; what it still writes breaks off."""
        self._server = None


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until asked to end; returns the exit status."""
    os.nice(NICE)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        config = _config(sys.argv[1:] if argv is None else argv, os.environ)
        server = BackgroundServer(config)
    except (weights.WeightsError, BrokenWeights, OSError) as error:
        sys.stderr.write(f"alongside background: {error}\n")
        return 1
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    if config.ends_with_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(stopped,), name="stdin", daemon=True).start()
    sys.stdout.write(f"listening on {server.url.removesuffix('/v1')}\n")
    sys.stdout.flush()
    stopped.wait()
    server.close()
    return 0


def _wait_for_end_of_stdin(stopped: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()


def _config(argv: Sequence[str], environ: Mapping[str, str]) -> BackgroundConfig:
    parser = argparse.ArgumentParser(prog="python -m model.background", description="The embedded background model.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--slots", type=int, default=2, help="pieces of work at once; more wait (default: 2)")
    parser.add_argument("--cache", type=Path, default=weights.cache_folder(environ), help="folder of the weights")
    parser.add_argument("--model", type=Path, help="a GGUF file (default: the best one that was fetched)")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    options = parser.parse_args(argv)
    if options.threads < 1 or options.slots < 1 or not 0 <= options.port < 1 << 16:
        parser.error("--threads and --slots are at least 1, --port is a port")
    model: Path | None = options.model
    if model is None:
        name = weights.preferred(WEIGHTS, options.cache, measure_machine())
        model = weights.path(name, options.cache) / "model.gguf"
    return BackgroundConfig(
        model=model,
        port=options.port,
        threads=options.threads,
        slots=options.slots,
        ends_with_stdin=options.end_with_stdin,
        key=environ.get(KEY_VARIABLE) or None,
    )


if __name__ == "__main__":
    raise SystemExit(main())
