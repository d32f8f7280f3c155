"""Reads what published sets are made of: sound of any kind to 16 kHz, JSON and CSV with errors that say where."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from agent.errors import AgentError
from model.types import HEARD_RATE_HZ, Pcm

Fields = Mapping[str, Any]  # JSON values of somebody else's format


class PublishedError(AgentError):
    """A folder does not hold the set it was said to hold; says which file, and what is missing in it."""


def sound_of(path: Path) -> Pcm:
    """(S,) at 16 kHz, all channels mixed, of a sound or video file; nothing when it has no sound."""
    parts: list[Pcm] = []
    resampler = AudioResampler(format="fltp", layout="mono", rate=HEARD_RATE_HZ)
    try:
        with av.open(str(path)) as container:
            if container.streams.audio:
                for frame in container.decode(audio=0):
                    parts += [each.to_ndarray()[0] for each in resampler.resample(frame)]
                parts += [each.to_ndarray()[0] for each in resampler.resample(None)]
    except (OSError, FFmpegError) as error:
        raise PublishedError(f"{path}: cannot be read as sound: {error}") from error
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def json_of(path: Path) -> Any:
    """What a JSON file holds."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishedError(f"{path}: {error}") from error


def records_of(path: Path) -> Sequence[Fields]:
    """The objects of a JSON list, of a JSON object's values, or of a file with one a line."""
    if path.suffix == ".jsonl":
        try:
            found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise PublishedError(f"{path}: {error}") from error
    else:
        held = json_of(path)
        found = list(cast(Fields, held).values()) if isinstance(held, dict) else held
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise PublishedError(f"{path}: a list of objects is needed")
    return cast(Sequence[Fields], found)


def table_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a head line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [{key: value or "" for key, value in row.items() if key is not None} for row in csv.DictReader(file)]
    except (OSError, csv.Error) as error:
        raise PublishedError(f"{path}: {error}") from error


def span_of(fields: Fields, name: str, where: Path) -> tuple[float, float]:
    """Two times in seconds."""
    value = fields.get(name)
    if not isinstance(value, list | tuple) or len(cast(Sequence[object], value)) != 2:
        raise PublishedError(f"{where}: {name}: [start, end] in seconds is needed, found {value!r}")
    start, end = cast(Sequence[Any], value)
    return float(start), float(end)
