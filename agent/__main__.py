"""The command `alongside`: composes signaling, agent and engine, and hands other parts their words."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import secrets
import signal
import ssl
import sys
from argparse import Namespace
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from agent.background_setup import KEY_VARIABLE, LOCAL, NONE, BackgroundConfig, background
from agent.config import AgentConfig
from agent.engine_pool import EnginePool
from agent.engine_process import EngineProcessError, engine_process
from agent.errors import TransportError
from agent.interpretation.organs import InterpretingConfig, interpreting
from agent.metrics import AgentMetrics
from agent.options import parse
from agent.status_server import status_server
from agent.worker import Worker
from model.stop_words.spotter import StopWordError, StopWords
from model.types import Spotter
from signaling.__main__ import read_config
from signaling.certificate import lan_addresses
from signaling.claims import Claims
from signaling.errors import ConfigError
from signaling.server import Server, serve
from signaling.tokens import Tokens

# A part is imported when it runs: `alongside doctor` must answer also where torch cannot be imported.
_MAINS = {
    "signal": "signaling.__main__",
    "serve": "model.__main__",
    "fetch": "model.__main__",
    "doctor": "model.doctor",
}
_WORKER_TOKEN_LIFETIME_S = 365 * 24 * 3600  # of a secret that lives as long as this process


def main(argv: Sequence[str] | None = None) -> int:
    """Run one part; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in _MAINS:
        part = importlib.import_module(_MAINS[words[0]])
        return int(part.main(words if part.__name__ == "model.__main__" else words[1:]) or 0)
    options = parse(words, os.environ)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if options.part == "bench":
        return int(importlib.import_module("agent.bench.__main__").run(options))
    status = 0
    try:
        asyncio.run(_until_signal(_up(options) if options.part == "up" else _agent(options)))
    except* (TransportError, EngineProcessError, ConfigError, StopWordError, OSError, ValueError) as group:
        for error in _leaves(group):
            print(f"alongside: {error}", file=sys.stderr)
        status = 1
    return status


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error]


async def _until_signal(work: Coroutine[None, None, None]) -> None:
    """Run until the work ends or the process is asked to end."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def _up(options: Namespace) -> None:
    """Engine, signaling and agent in one process tree; prints the link when a call can begin."""
    secret = os.environ.get("ALONGSIDE_SECRET") or secrets.token_hex(32)
    metrics, spotter = AgentMetrics(), _spotter(options)
    async with (
        _engine(options, metrics) as engine,
        _signaling(options, secret, metrics) as server,
        background(_background(options, os.environ), os.environ) as setup,
        interpreting(_interpreting(options, os.environ)) as organs,
    ):
        scheme, host = ("wss" if options.tls else "ws"), _reachable(options.host)
        config = AgentConfig(
            signaling_url=f"{scheme}://{host}:{server.port}/ws",
            worker_token=_mint(secret),
            name=options.name,
            greeting=options.greeting,
            engine_name=options.engine,
            max_rooms=options.max_rooms,
            tls=await _own_certificate(host, server.port) if options.tls else None,
        )
        worker = Worker(config, engine, metrics, setup=setup, spotter=spotter, organs=organs)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(), name="worker")
            await worker.registered.wait()
            for origin in _links(options, server.port):
                print(
                    f"Alongside is ready: {origin}/?room={options.room or f'room-{secrets.token_hex(3)}'}", flush=True
                )


def _links(options: Namespace, port: int) -> list[str]:
    """Where the page can be opened; with TLS also from other devices."""
    if not options.tls:
        return [f"http://{_reachable(options.host)}:{port}"]
    return [f"https://{host}:{port}" for host in ("localhost", *lan_addresses())]


async def _own_certificate(host: str, port: int) -> ssl.SSLContext:
    """Trust the certificate that this very process serves, and no other."""
    certificate = await asyncio.to_thread(ssl.get_server_certificate, (host, port))
    return ssl.create_default_context(cadata=certificate)


async def _agent(options: Namespace) -> None:
    """The participant alone; secrets come from the environment, as others can read a command line."""
    config = AgentConfig(
        signaling_url=options.signaling,
        worker_token=_worker_token(os.environ),
        name=options.name,
        greeting=options.greeting,
        engine_name=options.engine,
        max_rooms=options.max_rooms,
    )
    async with (
        background(_background(options, os.environ), os.environ) as setup,
        interpreting(_interpreting(options, os.environ)) as organs,
    ):
        spotter, metrics = _spotter(options), AgentMetrics()
        if options.engine_url:
            engine = EnginePool(options.engine_url, os.environ.get("ALONGSIDE_ENGINE_TOKEN"), metrics.count_move)
            await _work(Worker(config, engine, metrics, setup=setup, spotter=spotter, organs=organs), options)
            return
        async with _engine(options, metrics) as engine:
            await _work(Worker(config, engine, metrics, setup=setup, spotter=spotter, organs=organs), options)


async def _work(worker: Worker, options: Namespace) -> None:
    """Until the worker has drained; the first SIGTERM asks for it, a second ends it at once."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def drain() -> None:
        worker.drain()
        loop.add_signal_handler(signal.SIGTERM, task.cancel)

    loop.add_signal_handler(signal.SIGTERM, drain)
    worker.drain_s = options.drain
    async with contextlib.AsyncExitStack() as stack:
        if options.status:
            host, port = _address(options.status)
            await stack.enter_async_context(status_server(host, port, worker.registered.is_set, worker.metrics.render))
        await worker.run()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError(f"--status: {text!r} is no HOST:PORT such as 0.0.0.0:9100")
    return host.strip("[]"), int(port)


def _spotter(options: Namespace) -> Callable[[], Spotter] | None:
    """What makes a spotter of the stop words that were asked for."""
    if options.stop_words == "none":
        return None
    stop_words = StopWords.read()
    if options.stop_words == "all":
        return stop_words.spotter
    words = [word.strip() for word in options.stop_words.split(",")]
    stop_words.spotter(words)  # a wrong word is told now, not in the first call
    return lambda: stop_words.spotter(words)


def _interpreting(options: Namespace, environment: Mapping[str, str]) -> InterpretingConfig:
    data = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    records = Path(options.records) if options.records else data / "alongside" / "records.sqlite"
    return InterpretingConfig(
        options.translator,
        options.translator_model,
        environment.get("ALONGSIDE_TRANSLATOR_KEY") or None,
        None if options.records == "none" else records,
        options.retention_days,
    )


def _background(options: Namespace, environment: Mapping[str, str]) -> BackgroundConfig:
    """An echo has nothing to delegate, so nothing is loaded for it."""
    is_echo = options.engine == "echo" and options.background == LOCAL
    return BackgroundConfig(
        where=NONE if is_echo else options.background,
        model=options.background_model,
        sees=options.background_sees,
        key=environment.get(KEY_VARIABLE),
        mcp=options.mcp,
        name=options.name,
        has_transcript=options.engine not in ("native", "sglang"),
        is_beside_engine=not getattr(options, "engine_url", ""),
    )


@asynccontextmanager
async def _engine(options: Namespace, metrics: AgentMetrics) -> AsyncGenerator[EnginePool]:
    """The engine in a child process, on a free port of loopback, behind a token of its own."""
    arguments = ["--engine", options.engine, "--max-sessions", str(options.max_rooms), *options.engine_option]
    token = secrets.token_hex(16)
    async with engine_process(arguments, {"ALONGSIDE_ENGINE_TOKEN": token}) as process:
        yield EnginePool(process.url, token, metrics.count_move)


@asynccontextmanager
async def _signaling(options: Namespace, secret: str, metrics: AgentMetrics) -> AsyncGenerator[Server]:
    words = ["--port", str(options.port), *(["--host", options.host] if options.host else [])]
    words += ["--tls"] if options.tls else []
    config = read_config(words, {**os.environ, "ALONGSIDE_SECRET": secret})
    async with serve(config, metrics.render) as server:
        yield server


def _reachable(host: str) -> str:
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)


def _worker_token(environment: Mapping[str, str]) -> str:
    """The token given, or one made with the secret that signaling has too."""
    if token := environment.get("ALONGSIDE_WORKER_TOKEN"):
        return token
    if secret := environment.get("ALONGSIDE_SECRET"):
        return _mint(secret)
    raise ValueError("ALONGSIDE_WORKER_TOKEN or ALONGSIDE_SECRET: set one; the secret is that of `alongside signal`")


def _mint(secret: str) -> str:
    return Tokens(secret).mint(Claims("*", "worker", "agent", "worker"), _WORKER_TOKEN_LIFETIME_S)


if __name__ == "__main__":
    raise SystemExit(main())
