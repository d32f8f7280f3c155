"""The vocoder that ships: one for all sizes of speech decoder, trained by us, in a file of its own."""

from __future__ import annotations

from pathlib import Path

from model.checkpoint import CheckpointError, load_part, save_part
from model.vocoder import Vocoder

SHIPPED_VOCODER = Path(__file__).parent / "checkpoints" / "vocoder.safetensors"
_PART = "vocoder"


def read_vocoder(file: Path = SHIPPED_VOCODER) -> Vocoder:
    """A vocoder of the sizes that the file names; raises CheckpointError."""
    checkpoint = load_part(file, _PART)
    try:
        vocoder = Vocoder(**checkpoint.sizes)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{file}: these are no sizes of a vocoder: {dict(checkpoint.sizes)}") from error
    checkpoint.weights.fill_(vocoder)
    return vocoder.eval()


def save_vocoder(file: Path, vocoder: Vocoder) -> None:
    """Write `file` whole or not at all."""
    save_part(file, _PART, vocoder.sizes, vocoder)
