"""Where weights lie and whether they can be trusted. Knows nothing of networks."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, cast

from model.machine import Machine
from model.manifest import (
    CorruptWeights,
    FetchError,
    Manifest,
    ManifestError,
    MissingWeights,
    UnknownWeights,
    WeightFile,
    Weights,
    WeightsError,
    shipped_manifest,
)

__all__ = [
    "CorruptWeights",
    "FetchError",
    "Manifest",
    "ManifestError",
    "MissingWeights",
    "State",
    "UnknownWeights",
    "WeightFile",
    "Weights",
    "WeightsError",
    "cache_folder",
    "missing_files",
    "path",
    "preferred",
    "publish",
    "shipped_manifest",
    "state",
    "weights_folder",
]

State = Literal["present", "missing", "corrupt"]
STAMP_NAME = ".verified.json"


def path(name: str, folder: Path | None = None) -> Path:
    """The folder that holds the verified files of `name`, for example `path("whisper-base") / "model.bin"`.

    Raises MissingWeights or CorruptWeights; both name the command that mends it. A file is hashed again
    only when its size or time of change differs from those at its last verification.
    """
    entry = shipped_manifest().entry(name)
    base = cache_folder() if folder is None else folder
    found = state(entry, base)
    if found == "present":
        return weights_folder(entry, base)
    mend = f"run: alongside fetch {entry.name}"
    if found == "corrupt":
        raise CorruptWeights(f"{entry.name}: a file in {weights_folder(entry, base)} has a wrong hash; {mend}")
    size_mb = entry.size_bytes / 1e6
    raise MissingWeights(f"{entry.name} ({entry.job}, {size_mb:.0f} MB) is not in {base}; {mend}")


def preferred(name: str, folder: Path, machine: Machine) -> str:
    """`name`, or what does the same job better where it was fetched and the machine is strong enough."""
    for better in shipped_manifest().better(name, machine.ram_gb, machine.num_cores):
        if state(better, folder) == "present":
            return better.name
    return name


def state(entry: Weights, folder: Path) -> State:
    """Look at every file of `entry`; a file with a wrong hash is renamed to `.bad` and never used."""
    stamps = _Stamps.read(weights_folder(entry, folder))
    is_missing = False
    for file in entry.files:
        found = stamps.check(file)
        if found == "corrupt":
            return "corrupt"
        is_missing |= found == "missing"
    stamps.write()
    return "missing" if is_missing else "present"


def missing_files(entry: Weights, folder: Path) -> tuple[WeightFile, ...]:
    """The files of `entry` that are not there with the right hash."""
    stamps = _Stamps.read(weights_folder(entry, folder))
    missing = tuple(file for file in entry.files if stamps.check(file) != "present")
    stamps.write()
    return missing


def publish(file: WeightFile, fresh: Path, folder: Path) -> None:
    """Move `fresh` to its place among the weights in `folder` when its content is right, in one step.

    Raises CorruptWeights otherwise; `fresh` is then beside that place as `.bad`.
    """
    target = folder / file.path
    if fresh.stat().st_size != file.size_bytes or not has_hash(fresh, file.sha256):
        bad = target.with_name(target.name + ".bad")
        fresh.replace(bad)
        raise CorruptWeights(f"{file.path}: wrong content, SHA-256 is not {file.sha256}; it was kept as {bad}")
    fresh.replace(target)
    stamps = _Stamps.read(folder)
    stamps.trust(file)
    stamps.write()


def weights_folder(entry: Weights, folder: Path) -> Path:
    """Where the files of `entry` lie below the cache folder."""
    return folder / "weights" / entry.name


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """$ALONGSIDE_CACHE, else $XDG_CACHE_HOME/alongside, else ~/.cache/alongside."""
    if own := environ.get("ALONGSIDE_CACHE"):
        return Path(own).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "alongside"


def has_hash(file: Path, sha256: str) -> bool:
    """Whether the content of `file` has that SHA-256 (hex)."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256


class _Stamps:
    """What each file of a folder looked like when it was last verified."""

    def __init__(self, folder: Path, stamps: dict[str, list[object]]) -> None:
        self._folder = folder
        self._stamps = stamps
        self._has_changed = False

    @classmethod
    def read(cls, folder: Path) -> _Stamps:
        try:
            stamps: object = json.loads((folder / STAMP_NAME).read_text("utf-8"))
        except (OSError, ValueError):
            stamps = {}
        return cls(folder, cast(dict[str, list[object]], stamps) if isinstance(stamps, dict) else {})

    def check(self, file: WeightFile) -> State:
        target = self._folder / file.path
        try:
            found = target.stat()
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        if self._stamps.get(file.path) == [found.st_size, found.st_mtime_ns, file.sha256]:
            return "present"
        if found.st_size != file.size_bytes or not has_hash(target, file.sha256):
            with suppress(OSError):  # a read-only cache folder: the answer is the same
                target.replace(target.with_name(target.name + ".bad"))
            return "corrupt"
        self.trust(file)
        return "present"

    def trust(self, file: WeightFile) -> None:
        """Remember what a file looks like whose content was just found right."""
        found = (self._folder / file.path).stat()
        self._stamps[file.path] = [found.st_size, found.st_mtime_ns, file.sha256]
        self._has_changed = True

    def write(self) -> None:
        if not self._has_changed:
            return
        fresh = self._folder / f"{STAMP_NAME}.{os.getpid()}"
        try:
            fresh.write_text(json.dumps(self._stamps), "utf-8")
            fresh.replace(self._folder / STAMP_NAME)
        except OSError:  # a read-only cache folder: the files are hashed again next time
            fresh.unlink(missing_ok=True)
