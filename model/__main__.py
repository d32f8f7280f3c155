"""The engine process and its weights: `alongside serve` and `alongside fetch`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model import weights
from model.fetch import Fetcher, listing, offers
from model.hub import ENDPOINT, HubClient
from model.limits import Limits
from model.progress import size
from model.serve import Bind, EngineServer
from model.services import SHIPPED_MODEL, NoEngine, ServeConfig, services
from model.types import SeamError

ENGINES = ("cascade", "echo", "native", "sglang")
NEEDY = (*ENGINES, "interpreter")  # what weights can be fetched for
SPEECH = ("decoder", "voice")  # what can speak the native engine's words
ORGANS = ("recogniser", "voice", "voices")
RANDOM = "random"  # in place of a checkpoint
MIN_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """What to bring into which cache folder, from flags over environment."""

    names: tuple[str, ...]
    is_listing: bool
    cache: Path
    hub_endpoint: str


def main(argv: Sequence[str]) -> int:
    """Run `serve …` or `fetch …`; the exit code is 0 when all went well."""
    parser = _parser(os.environ)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    match options.command:
        case "serve":
            return _serve(_serve_config(parser, options, os.environ))
        case "fetch":
            return _fetch(_fetch_config(options, os.environ))
        case _:
            raise AssertionError(options.command)


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="alongside")
    commands = parser.add_subparsers(dest="command", required=True)
    cache = weights.cache_folder(environ)

    serve = commands.add_parser("serve", help="serve an engine, and the recogniser and voice that come with it")
    serve.add_argument("--engine", choices=ENGINES, default="cascade")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: %(default)s)")
    serve.add_argument("--unix", type=Path, metavar="PATH", help="listen on a socket in the file system instead")
    serve.add_argument("--max-sessions", type=int, default=4)
    serve.add_argument("--threads", type=int, help="of each part of the engine (default: by the cores there are)")
    serve.add_argument("--cache", type=Path, default=cache, help="folder of the weights (default: %(default)s)")
    serve.add_argument(
        "--checkpoint",
        default=str(SHIPPED_MODEL),
        metavar="FILE",
        help=f"weights of the native engine (default: those that ship); {RANDOM} draws some, untrained",
    )
    serve.add_argument(
        "--speech",
        choices=SPEECH,
        help="what speaks the native engine's words (default: the checkpoint's decoder if it has one, else a voice)",
    )
    serve.add_argument(
        "--sglang", metavar="URL", help="the SGLang server of the sglang engine (default: one is started, make sglang)"
    )
    serve.add_argument(
        "--device", default="cpu", help="where the native engine computes: cpu, cuda, cuda:1 … (default: %(default)s)"
    )
    serve.add_argument(
        "--deterministic", action="store_true", help="no bit of an answer hangs on who else is there; slower (native)"
    )
    serve.add_argument(
        "--in-step", action="store_true", help="time stands still while the voice works: for benchmarks in fast time"
    )
    serve.add_argument(
        "--organ", action="append", choices=ORGANS, default=[], help="served beside the echo engine, may be repeated"
    )
    serve.add_argument(
        "--translator",
        metavar="WHAT",
        help="served beside any engine: embedded (a small model), a name of weights, a GGUF file, or https://host/v1",
    )
    serve.add_argument("--translator-model", default="", metavar="NAME", help="what an endpoint calls its model")
    serve.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes, with its owner")

    fetch = commands.add_parser("fetch", help="download weights; resumed, verified, each only once")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="what to fetch (default: what --for needs)")
    fetch.add_argument("--for", dest="engine", choices=NEEDY, default="cascade", help="(default: cascade)")
    fetch.add_argument("--list", action="store_true", help="what there is, and what of it is here")
    fetch.add_argument("--cache", type=Path, default=cache, help="folder of the weights (default: %(default)s)")
    return parser


def _serve_config(
    parser: argparse.ArgumentParser, options: argparse.Namespace, environ: Mapping[str, str]
) -> ServeConfig:
    if not 0 <= options.port < 1 << 16:
        parser.error(f"--port: {options.port} is no port")
    if options.max_sessions < 1:
        parser.error(f"--max-sessions: {options.max_sessions}, at least 1")
    if options.threads is not None and options.threads < 1:
        parser.error(f"--threads: {options.threads}, at least 1")
    return ServeConfig(
        engine=options.engine,
        host=options.host,
        port=options.port,
        unix_path=options.unix,
        max_sessions=options.max_sessions,
        threads=options.threads,
        cache=options.cache,
        checkpoint=None if options.checkpoint == RANDOM else Path(options.checkpoint),
        speech=options.speech,
        is_in_step=options.in_step,
        device=options.device,
        is_deterministic=options.deterministic,
        sglang_url=options.sglang,
        sglang_key=environ.get("ALONGSIDE_SGLANG_KEY") or None,
        organs=tuple(options.organ),
        translator=options.translator,
        translator_model=options.translator_model,
        translator_key=environ.get("ALONGSIDE_TRANSLATOR_KEY") or None,
        ends_with_stdin=options.end_with_stdin,
        token=environ.get("ALONGSIDE_ENGINE_TOKEN") or None,
    )


def _fetch_config(options: argparse.Namespace, environ: Mapping[str, str]) -> FetchConfig:
    return FetchConfig(
        names=tuple(options.names) or weights.shipped_manifest().needed_by(options.engine),
        is_listing=options.list,
        cache=options.cache,
        hub_endpoint=environ.get("HF_ENDPOINT") or ENDPOINT,  # as other clients of the hub read it
    )


def _fetch(config: FetchConfig) -> int:
    manifest = weights.shipped_manifest()
    if config.is_listing:
        print("\n".join(listing(manifest, config.cache)))
        return 0
    hub = HubClient(config.hub_endpoint)
    try:
        has_fetched = Fetcher(manifest, config.cache, hub).fetch(config.names)
    except (weights.WeightsError, OSError) as error:
        print(f"alongside fetch: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nalongside fetch: stopped; run it again and it goes on from here", file=sys.stderr)
        return 130
    if has_fetched:
        for entry in offers(manifest, config.names, config.cache, hub):
            weighs = size(entry.size_bytes)
            print(f"This machine can run {entry.note} ({weighs}), which does better: alongside fetch {entry.name}")
    return 0


def _serve(config: ServeConfig) -> int:
    _limit_threads(config.threads or _half(os.cpu_count() or 1))
    try:
        asyncio.run(_serve_until_stopped(config))
    except (weights.WeightsError, SeamError, OSError, NoEngine) as error:
        print(f"alongside serve: {error}", file=sys.stderr)
        return 1
    return 0


def _half(num_cores: int) -> int:
    return max(1, num_cores // 2)


def _limit_threads(threads: int) -> None:
    """Before torch is imported: two OpenMP programs that spin on the same cores slow each other many times."""
    os.environ.setdefault("OMP_NUM_THREADS", f"{threads}")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


async def _serve_until_stopped(config: ServeConfig) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, stopped.set)
    bind = Bind(config.host, config.port, config.unix_path, config.token)
    if config.ends_with_stdin:
        loop.add_reader(sys.stdin.fileno(), _end_with_stdin, stopped)
    async with services(config) as served:
        # Twice, for those whose connection broke; and for who asks whether there is room.
        limits = Limits(max_sessions=config.max_sessions, max_connections=MIN_CONNECTIONS + 2 * config.max_sessions)
        server = EngineServer(served.engine, served.recogniser, served.voice, served.translator, bind, limits)
        async with server:
            print(f"listening on {server.url}", flush=True)
            await stopped.wait()
            await server.drain()


def _end_with_stdin(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopped.set()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
