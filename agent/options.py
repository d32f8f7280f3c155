"""The command line of `alongside`: which part runs with what. Knows no part's insides."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from agent.bench.options import add_bench
from agent.config import DEFAULT_GREETING

ENGINES = ("cascade", "echo", "native", "sglang")
PARTS = {
    "up": "everything on this machine; prints the link",
    "agent": "the participant alone",
    "signal": "the signaling server alone",
    "serve": "an engine server alone",
    "bench": "a benchmark",
    "doctor": "what this machine can run, and what is missing",
    "fetch": "download weights",
}


def parse(argv: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """Flags over environment for `up`, `agent` and `bench`; other parts parse their own words."""
    parser = argparse.ArgumentParser(prog="alongside", description="An AI participant for browser calls.")
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    for name in ("signal", "serve", "doctor", "fetch"):
        part = parts.add_parser(name, help=PARTS[name], add_help=False)
        part.add_argument("rest", nargs=argparse.REMAINDER)
    _add_up(parts.add_parser("up", help=PARTS["up"]), environment)
    _add_agent(parts.add_parser("agent", help=PARTS["agent"]), environment)
    add_bench(parts.add_parser("bench", help=PARTS["bench"]), ENGINES)
    return parser.parse_args(argv)


def _add_up(part: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    part.add_argument("--host", default=environment.get("ALONGSIDE_HOST", ""), help="address to listen on")
    part.add_argument("--port", type=int, default=int(environment.get("ALONGSIDE_PORT", "8090")))
    part.add_argument("--tls", action="store_true", help="serve https for other devices, with a certificate made here")
    part.add_argument("--room", default="", help="room in the printed link (default: a new one)")
    _add_common(part, environment)


def _add_agent(part: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    part.add_argument("--signaling", default=environment.get("ALONGSIDE_SIGNALING", ""), help="ws(s)://HOST/ws")
    part.add_argument(
        "--engine-url",
        default=environment.get("ALONGSIDE_ENGINE_URL", ""),
        help="ws(s)://HOST:PORT, comma between several",
    )
    part.add_argument(
        "--status",
        default=environment.get("ALONGSIDE_STATUS", ""),
        metavar="HOST:PORT",
        help="where to serve /healthz, /readyz and /metrics (default: nowhere)",
    )
    part.add_argument(
        "--drain",
        type=float,
        default=float(environment.get("ALONGSIDE_DRAIN", "3600")),
        metavar="SECONDS",
        help="after SIGTERM no room is taken, and those held may go on for so long (default: %(default)g)",
    )
    _add_common(part, environment)


def _add_common(part: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    _add_background(part, environment)
    _add_interpretation(part, environment)
    part.add_argument("--engine", choices=ENGINES, default=environment.get("ALONGSIDE_ENGINE", "cascade"))
    part.add_argument("--name", default=environment.get("ALONGSIDE_NAME", "Alongside"), help="the agent's name")
    part.add_argument(
        "--greeting",
        default=environment.get("ALONGSIDE_GREETING", DEFAULT_GREETING),
        help='what it says when somebody comes; "" says nothing',
    )
    part.add_argument(
        "--engine-option", action="append", default=[], metavar="FLAG", help="passed to `alongside serve`"
    )
    part.add_argument(
        "--stop-words",
        default=environment.get("ALONGSIDE_STOP_WORDS", "all"),
        metavar="WORDS",
        help="spoken words that silence it at once, past every model: `all`, `none`, or some of "
        "stop,quiet,hush,shut up,silence,enough,wait,hold on (default: %(default)s)",
    )
    part.add_argument("--max-rooms", type=int, default=int(environment.get("ALONGSIDE_MAX_ROOMS", "4")))
    part.add_argument("--verbose", action="store_true")


def _add_interpretation(part: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    part.add_argument(
        "--translator",
        default=environment.get("ALONGSIDE_TRANSLATOR", "local"),
        metavar="WHAT",
        help="who translates for those who listen in another language: `local` for the embedded model, a GGUF file, "
        "an OpenAI-compatible address up to /v1 (key: ALONGSIDE_TRANSLATOR_KEY), or `none` (default: %(default)s)",
    )
    part.add_argument(
        "--translator-model",
        default=environment.get("ALONGSIDE_TRANSLATOR_MODEL", ""),
        metavar="NAME",
        help="the model to ask for at that address",
    )
    part.add_argument(
        "--records",
        default=environment.get("ALONGSIDE_RECORDS", ""),
        metavar="FILE",
        help="where transcripts of those who consent are kept, or `none` (default: the user's data folder)",
    )
    part.add_argument(
        "--retention-days",
        type=int,
        default=int(environment.get("ALONGSIDE_RETENTION_DAYS", "30")),
        metavar="DAYS",
        help="how long a transcript is kept (default: %(default)s)",
    )


def _add_background(part: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    part.add_argument(
        "--background",
        default=environment.get("ALONGSIDE_BACKGROUND", "local"),
        metavar="URL",
        help="who works in the background: an OpenAI-compatible address up to /v1 (its key in "
        "ALONGSIDE_BACKGROUND_KEY), `local` for the embedded model, or `none` (default: %(default)s)",
    )
    part.add_argument(
        "--background-model",
        default=environment.get("ALONGSIDE_BACKGROUND_MODEL", "default"),
        metavar="NAME",
        help="the model to ask for at that address",
    )
    part.add_argument("--background-sees", action="store_true", help="that model takes pictures")
    part.add_argument(
        "--mcp",
        default=environment.get("ALONGSIDE_MCP", ""),
        metavar="FILE",
        help="tools the agent may use, in TOML: [[server]] tables of MCP servers, [[http]] tables of single requests",
    )
