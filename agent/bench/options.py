"""The words of `alongside bench`. Knows nothing of what they start."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.bench.item import SPLITS
from agent.bench.item_folder import DEFAULT_FOLDER

ITEM_BENCHES = ("timespeak", "cuespeak", "duplex", "delegation", "reps", "proactive", "actions", "voice")
NAMES = ("media", "interpret", "serving", *ITEM_BENCHES, "make", "report")
REFERENCES = ("oracle", "late", "silence", "chatter", "random")


def add_bench(part: argparse.ArgumentParser, engines: tuple[str, ...]) -> None:
    """Options of all benches; each reads those it knows."""
    part.add_argument("name", choices=NAMES, help=f"a benchmark ({', '.join(NAMES[:-2])}), or make, or report")
    part.add_argument("what", nargs="*", help="make: which sets; interpret: pairs such as en-es; report: folders")
    _add_agent(part, engines)
    _add_items(part)
    _add_scoring(part)
    part.add_argument("--json", action="store_true", help="print the result as JSON")
    part.add_argument(
        "--output", default="", help="folder for the run (default runs/NAME/TIME); one that is there goes on"
    )
    part.add_argument(
        "--simulated-cores",
        type=int,
        default=0,
        metavar="N",
        help="interpret: on N processors that do nothing else, whatever this machine does beside it",
    )
    part.add_argument("--verbose", action="store_true")
    part.add_argument(
        "--only",
        default="",
        help="parts to measure alone, comma between; others in --output stay; media: loss, mouth_to_ear, load, join, "
        "memory (an hour); serving: held, cost, hour",
    )


def _add_agent(part: argparse.ArgumentParser, engines: tuple[str, ...]) -> None:
    """Who is measured, and how it is reached."""
    part.add_argument("--engine", choices=(*engines, *REFERENCES), default="echo")
    part.add_argument("--engine-url", default="", help="an engine that is served already: ws(s)://HOST:PORT")
    part.add_argument(
        "--target",
        default="",
        metavar="KIND:ADDRESS",
        help="an agent that is not ours: whip:URL, room:URL[#ROOM], openai-realtime:URL, command:PROGRAM; "
        "its key in ALONGSIDE_TARGET_KEY",
    )
    part.add_argument("--through", choices=("engine", "call"), help="(default: call for media, else engine)")
    part.add_argument("--real-time", action="store_true", help="one second a second, also past WebRTC")
    part.add_argument("--checkpoint", type=Path, help="weights of the native engine")
    part.add_argument("--speech", help="of the native engine, as for `alongside serve`; voice: several, comma between")
    part.add_argument(
        "--minutes", default="", help="serving: minutes of talk at which it looks, comma between (default: up to ten)"
    )
    part.add_argument(
        "--beside", action="append", default=[], choices=engines, help="serving: it is measured in the same run, too"
    )
    part.add_argument(
        "--counts", default="", help="serving: conversations at once that are tried, comma between (default: up to 64)"
    )
    part.add_argument(
        "--servers",
        type=int,
        default=1,
        metavar="N",
        help="serving, held alone: so many processes of the engine behind the agent's pool, as one for each core",
    )
    part.add_argument(
        "--engine-option", action="append", default=[], metavar="FLAG", help="passed to `alongside serve`"
    )


def _add_items(part: argparse.ArgumentParser) -> None:
    """What is asked."""
    part.add_argument("--split", choices=SPLITS, default="dev")
    part.add_argument("--sets", type=Path, default=DEFAULT_FOLDER, help="folder of the items (default: %(default)s)")
    part.add_argument(
        "--published", default="", metavar="NAME=FOLDER", help="a set that others published, in its layout"
    )
    part.add_argument("--category", action="append", default=[], help="only this one; may be repeated")
    part.add_argument("--limit", type=int, help="at most so many items, spread over the categories")
    part.add_argument("--quick", action="store_true", help="a small sample, within a minute")
    part.add_argument("--voice", action="append", default=[], help="make: one of the voices, such as flite:slt")
    part.add_argument("--seed", type=int, default=0, help="of samples and intervals")
    part.add_argument("--jobs", type=int, default=1, help="conversations at once")


def _add_scoring(part: argparse.ArgumentParser) -> None:
    """Who listens and who judges."""
    part.add_argument(
        "--words", choices=("recogniser", "text"), default="recogniser", help="words from sound, or the engine's own"
    )
    part.add_argument(
        "--recogniser-url",
        default="",
        help="another recogniser than whisper-base: `alongside serve --organ recogniser`",
    )
    part.add_argument(
        "--judge",
        default="",
        metavar="URL[,MODEL]",
        help="an OpenAI-compatible endpoint, up to /v1, that judges meanings; its key in ALONGSIDE_JUDGE_KEY",
    )
