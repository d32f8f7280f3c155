"""What an agent made of one item: its sound on the item's clock, its words, its actions, and how long it took.

Owns the files of one take. Knows nothing of scores.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from agent.bench.item import Item
from agent.bench.utterances import Said, TimedText
from agent.bench.wav import read_wav, write_wav
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Action, Pcm

TAKE_FILE = "take.json"
OUTPUT_FILE = "output.wav"
INPUT_FILE = "input.wav"


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of the engine and the end of the micro-turn that it answered."""

    at_s: float
    kind: str
    fields: Mapping[str, Any]  # JSON values of the action

    @classmethod
    def of(cls, action: Action, at_s: float) -> Deed:
        return cls(round(at_s, 3), type(action).__name__, asdict(action))


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One conversation over one item."""

    output: Pcm  # (S,) 24 kHz, as long as the item
    texts: tuple[TimedText, ...] = ()  # the engine's own words, when they sounded
    deeds: tuple[Deed, ...] = ()
    step_ms: tuple[float, ...] = ()
    said: tuple[Said, ...] = field(default=())  # utterances with the words that are scored
    delay_s: float = 0.0  # by which a call's way delayed the item's sound and the agent's answer together


def save_take(folder: Path, item: Item, take: Take, item_sound: Path | None) -> None:
    """Write a take; its JSON comes last, so that a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    write_wav(folder / OUTPUT_FILE, take.output, SPOKEN_RATE_HZ)
    if item_sound is not None and not (folder / INPUT_FILE).exists():
        _link(item_sound, folder / INPUT_FILE)
    (folder / "item.json").write_text(item.to_json() + "\n", encoding="utf-8")
    fields = {
        "texts": [asdict(each) for each in take.texts],
        "deeds": [asdict(each) for each in take.deeds],
        "step_ms": [round(each, 2) for each in take.step_ms],
        "said": [asdict(each) for each in take.said],
        "delay_s": take.delay_s,
    }
    unfinished = folder / f"{TAKE_FILE}.part"
    unfinished.write_text(json.dumps(fields, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(folder / TAKE_FILE)


def read_take(folder: Path) -> Take | None:
    """The take of an earlier run; None when there is none or only part of one."""
    path = folder / TAKE_FILE
    if not path.exists():
        return None
    fields = cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
    return Take(
        output=read_wav(folder / OUTPUT_FILE, SPOKEN_RATE_HZ),
        texts=tuple(TimedText(**each) for each in fields["texts"]),
        deeds=tuple(Deed(**each) for each in fields["deeds"]),
        step_ms=tuple(fields["step_ms"]),
        said=tuple(Said(**each) for each in fields["said"]),
        delay_s=float(fields["delay_s"]),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Of a sample; nan of an empty one."""
    return float(np.percentile(values, 100 * share)) if values else float("nan")


def silence_of(item: Item) -> Pcm:
    """The item's length of silence at 16 kHz: labels alone, without rendered sound."""
    return np.zeros(round(item.duration_s * HEARD_RATE_HZ), np.float32)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
