"""A checkpoint as the folder that SGLang loads a model from. Knows nothing of SGLang itself.

python -m model.sglang.folder CHECKPOINT FOLDER
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from model.checkpoint import load_checkpoint
from model.config import ModelConfig

MODEL_TYPE = "alongside"
ARCHITECTURE = "AlongsideForInteraction"
WEIGHTS = "model.safetensors"
MAX_POSITIONS = 1 << 20  # the model knows no end; what a session may grow to is --context-length


def write_folder(checkpoint: Path, folder: Path, dtype: str = "float32") -> ModelConfig:
    """Make `folder` loadable: a description, and a link to the checkpoint. Raises CheckpointError, OSError.

    Returns the sizes of the model. A folder that is there is written over.
    """
    config = load_checkpoint(checkpoint).config
    folder.mkdir(parents=True, exist_ok=True)
    described = {
        "model_type": MODEL_TYPE,
        "architectures": [ARCHITECTURE],
        "torch_dtype": dtype,
        "max_position_embeddings": MAX_POSITIONS,
        "model": asdict(config),
    }
    (folder / "config.json").write_text(json.dumps(described, indent=1))
    weights = folder / WEIGHTS
    weights.unlink(missing_ok=True)
    weights.symlink_to(checkpoint.resolve())
    return config


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="what alongside serve --checkpoint takes")
    parser.add_argument("folder", type=Path, help="made, or written over: the server's --model-path")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options = parser.parse_args()
    write_folder(options.checkpoint, options.folder, options.dtype)
