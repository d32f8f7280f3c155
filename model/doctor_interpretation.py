"""What interpretation can do on this machine: which pairs, aloud or in captions, and what is missing for it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from model import espeak, weights
from model.machine import Machine
from model.progress import size
from model.translator_relay import PACKAGE, STEPS, pairs_here

NEEDED_BY = "interpreter"
GOOD = "en-es, es-en, en-fr, fr-en"  # measured by `alongside bench interpret`
FAIR = "it and pt from and to en; pairs without en"  # they work, and nobody measured them
LANE_CORES = 2  # a lane with its recogniser, the 1.5B model and a voice

Verdict = Literal["good", "note"]


def interpretation(manifest: weights.Manifest, cache: Path, machine: Machine) -> tuple[Verdict, str, str]:
    """Verdict, what there is, and what mends it; never a reason not to call."""
    needed = [manifest.entry(name) for name in manifest.needed_by(NEEDED_BY)]
    missing = [entry for entry in needed if weights.state(entry, cache) != "present"]
    if missing:
        names, much = ", ".join(entry.name for entry in missing), size(sum(entry.size_bytes for entry in missing))
        return "note", f"not set up: {names} ({much})", f"alongside fetch --for {NEEDED_BY}"
    if shutil.which(espeak.PROGRAM) is None:
        text = f"{espeak.PROGRAM} is missing: English is spoken, the other languages cannot be"
        return "note", text, f"apt-get install {espeak.PROGRAM}"
    lanes = max(1, machine.num_cores // LANE_CORES)
    says = f"{lanes} {'lane' if lanes == 1 else 'lanes'} (speaker and language) at a time on {machine.num_cores} cores"
    text = f"well: {GOOD}; usable: {FAIR}; zh in captions only; {_at_once(pairs_here())}; {says}"
    return "good", text, ""


def _at_once(pairs: Collection[tuple[str, str]]) -> str:
    """What the quick translator does, and what would bring the rest of it."""
    if len(pairs) == len(STEPS):
        return "at once: en-es, and pt from and to en and es"
    here = ", ".join(sorted("-".join(pair) for pair in pairs)) or "nothing"
    return f"at once: {here}; en-es, too, after `apt-get install apertium {PACKAGE}`"
