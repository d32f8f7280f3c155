"""A tiny random Inkling saved by `transformers` is, in our model, the same model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from model.dmel import dmel_of_clip
from model.hmlp import patches_of
from model.inkling_weights import InklingWeightsError, inkling_config, load_inkling, translate
from model.interaction import InteractionModel, Positions
from tests.model import inkling_reference as reference

LENGTH = 30  # past the tiny model's window (7), relative extent (11) and logarithmic floor (9)


def _saved(folder: Path, num_stages: int = 2) -> Path:
    reference.tiny_inkling(seed=num_stages, num_stages=num_stages).save_pretrained(folder)
    return folder


def _text(seed: int, num_slots: int = 2) -> Tensor:
    return torch.randint(1, 95, (num_slots, LENGTH), generator=torch.Generator().manual_seed(seed))


def _whole(tokens: Tensor, heard: Tensor | None = None, patches: Tensor | None = None) -> Positions:
    return Positions(tokens, torch.full((len(tokens),), tokens.shape[1]), heard, patches=patches)


def _assert_same_logits(folder: Path, whole: Positions, **inputs: Tensor) -> None:
    theirs = reference.load(folder)
    ours = load_inkling(folder)
    with torch.inference_mode():
        expected = theirs(input_ids=whole.tokens, **inputs).logits
        logits = ours.logits(ours(whole))
    assert logits.shape == expected.shape == (*whole.tokens.shape, reference.TINY_TEXT["unpadded_vocab_size"])
    assert expected.std() > 0.1  # the random model does say something
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=2e-5)


def test_text_gives_the_same_logits(tmp_path: Path) -> None:
    _assert_same_logits(_saved(tmp_path), _whole(_text(seed=1)))


def test_sound_gives_the_same_logits(tmp_path: Path) -> None:
    pcm = torch.randn(12 * 800, generator=torch.Generator().manual_seed(2)) * 0.1
    heard = dmel_of_clip(pcm, rate_hz=16_000)[None]  # (1, 12, 80)
    tokens = _text(seed=2, num_slots=1)
    tokens[0, 5:17] = reference.AUDIO_TOKEN
    _assert_same_logits(_saved(tmp_path), _whole(tokens, heard), audio_input_ids=heard.int())


@pytest.mark.parametrize("num_stages", [2, 3, 4, 5])
def test_pictures_give_the_same_logits(tmp_path: Path, num_stages: int) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (60, 50, 3), dtype=np.uint8)
    patches = patches_of(torch.from_numpy(rgb)[None])[None]  # (1, 4, 2, 40, 40, 3)
    tokens = _text(seed=3, num_slots=1)
    tokens[0, 3:7] = reference.IMAGE_TOKEN
    whole = _whole(tokens, patches=patches)
    _assert_same_logits(_saved(tmp_path, num_stages), whole, pixel_values=reference.patches(rgb))


def test_stepping_the_loaded_model_gives_the_same_logits(tmp_path: Path) -> None:
    model, tokens = load_inkling(_saved(tmp_path)), _text(seed=4)
    state = model.init_state(num_slots=2, max_chunk=LENGTH)
    with torch.inference_mode():
        expected = reference.load(tmp_path)(input_ids=tokens).logits
        parts = [model.logits(model.step_(_whole(part), state)) for part in tokens.split((7, 1, 4, 1, 17), dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), expected, rtol=1e-4, atol=2e-5)


def test_every_tensor_of_the_public_inkling_small_has_its_place() -> None:
    published = json.loads((Path(__file__).parent / "inkling_small_config.json").read_text())
    with torch.device("meta"):
        model = InteractionModel(inkling_config(published, "inkling-small"))
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found: dict[str, tuple[int, ...]] = {}
    for theirs, tensor in reference.published_tensors(published).items():
        found |= {name: tuple(ours.shape) for name, ours in translate(theirs, tensor).items()}
    assert found == expected
    num_weights = sum(weight.numel() for weight in model.parameters())
    # the public files hold 266.0B weights, 2.2B of them in the heads that guess several tokens ahead
    assert round(num_weights / 1e9, 1) == 263.7


def test_wrong_checkpoints_are_named(tmp_path: Path) -> None:
    folder = _saved(tmp_path)
    file = folder / "model.safetensors"
    tensors, config = load_file(file), json.loads((folder / "config.json").read_text())

    save_file({**tensors, "model.llm.surprise": torch.zeros(1)}, file)
    with pytest.raises(InklingWeightsError, match=r"model.llm.surprise: no such tensor"):
        load_inkling(folder)
    save_file({name: tensor for name, tensor in tensors.items() if name != "model.llm.norm.weight"}, file)
    with pytest.raises(InklingWeightsError, match=r"1 tensors are missing, first backbone.norm.gain"):
        load_inkling(folder)
    save_file({**tensors, "model.llm.norm.weight": torch.zeros(47)}, file)
    with pytest.raises(InklingWeightsError, match=r"model.llm.norm.weight \(47,\) does not fit backbone.norm.gain"):
        load_inkling(folder)
    file.write_bytes(b"\xff" * 64)
    with pytest.raises(InklingWeightsError, match=r"model.safetensors: "):
        load_inkling(folder)
    del config["text_config"]["d_rel"]
    with pytest.raises(InklingWeightsError, match="'d_rel' is missing"):
        inkling_config(config, "tiny")
