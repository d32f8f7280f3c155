"""model/stop_words: step by step the spotter hears what the net was trained to hear"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from torch import nn

from model.stop_words.features import FEATURES, SILENT, columns_of
from model.stop_words.net import StopWordNet, folded
from model.stop_words.spotter import SMOOTHED_STEPS, StopWordError, StopWords
from model.stop_words.words import OTHERS, PHRASES, SENTENCES, STEMS, WORDS
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, InputError, Pcm


def random_net(seed: int) -> StopWordNet:
    """With norms that do something."""
    torch.manual_seed(seed)
    net = StopWordNet(width=16)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.uniform_(module.weight, 0.5, 2.0)
            nn.init.normal_(module.bias)
            assert module.running_mean is not None and module.running_var is not None
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return net.eval()


def as_numpy(net: StopWordNet) -> Mapping[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in folded(net).items()}


def noise(num_steps: int, seed: int) -> Pcm:
    rng = np.random.default_rng(seed)
    loudness = np.repeat(rng.uniform(0, 0.3, num_steps), HEARD_TICK_SAMPLES)
    return (loudness * rng.standard_normal(num_steps * HEARD_TICK_SAMPLES)).astype(np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_the_spotter_step_by_step_equals_the_net_on_the_whole(seed: int) -> None:
    net, sound = random_net(seed), noise(150, seed)
    with torch.inference_mode():
        whole = net(torch.from_numpy(columns_of(sound))[None])[0].softmax(-1)[:, 1:].sum(-1).numpy()
    spotter = StopWords(as_numpy(net)).spotter()
    heard: list[float] = []
    for step in sound.reshape(-1, HEARD_TICK_SAMPLES):
        spotter.hear(step)
        heard.append(spotter.probability)
    smoothed = np.convolve(np.pad(whole, (SMOOTHED_STEPS - 1, 0)), np.full(SMOOTHED_STEPS, 1 / SMOOTHED_STEPS), "valid")
    np.testing.assert_allclose(heard, smoothed, atol=2e-5)


def test_after_a_reset_nothing_of_before_is_heard() -> None:
    spotter, fresh = (StopWords(as_numpy(random_net(0))).spotter() for _ in range(2))
    for step in noise(40, 1).reshape(-1, HEARD_TICK_SAMPLES):
        spotter.hear(step)
    spotter.reset()
    for step in noise(40, 2).reshape(-1, HEARD_TICK_SAMPLES):
        assert spotter.hear(step) == fresh.hear(step)
        assert spotter.probability == fresh.probability


def test_silence_is_one_column() -> None:
    assert np.ptp(columns_of(np.zeros(HEARD_RATE_HZ, np.float32))) == 0
    assert columns_of(np.zeros(HEARD_RATE_HZ, np.float32))[0, 0] == pytest.approx(SILENT)


def test_only_the_words_asked_for_count() -> None:
    net = random_net(0)
    words = StopWords(as_numpy(net))
    every, one, none = words.spotter(), words.spotter(["hush"]), words.spotter([])
    for step in noise(40, 1).reshape(-1, HEARD_TICK_SAMPLES):
        every.hear(step)
        one.hear(step)
        assert none.hear(step) is None and none.probability == 0
    assert 0 < one.probability < every.probability


def test_what_cannot_be_used_is_refused_in_words() -> None:
    tensors = dict(as_numpy(random_net(0)))
    with pytest.raises(StopWordError, match="banana; there are stop, quiet"):
        StopWords(tensors).spotter(["stop", "banana"])
    with pytest.raises(StopWordError, match=r"head\.weight is \(16, 3\)"):
        StopWords({**tensors, "head.weight": np.zeros((16, 3), np.float32)})
    with pytest.raises(StopWordError, match=r"no tensor 'blocks\.2\.across'"):
        StopWords({name: tensor for name, tensor in tensors.items() if name != "blocks.2.across"})
    with pytest.raises(InputError, match="pcm"):
        StopWords(tensors).spotter().hear(np.zeros(100, np.float32))


def test_a_broken_file_says_what_mends_it(tmp_path: Path) -> None:
    file = tmp_path / "stop_words.safetensors"
    with pytest.raises(StopWordError, match="train"):
        StopWords.read(file)
    file.write_bytes(b"no tensors")
    with pytest.raises(StopWordError, match="train"):
        StopWords.read(file)
    net = random_net(0)
    save_file(dict(as_numpy(net)), file)
    assert StopWords.read(file).spotter().hear(np.zeros(HEARD_TICK_SAMPLES, np.float32)) in (None, *WORDS)


def test_every_word_is_taught_and_no_phrase_is_also_its_opposite() -> None:
    phrases = {phrase for each in PHRASES.values() for phrase in each}
    assert tuple(PHRASES) == WORDS and all(PHRASES.values())
    assert not phrases & (set(OTHERS) | set(SENTENCES))
    assert all(STEMS & set(phrase.split()) for phrase in phrases)


def test_a_column_has_no_sight_of_what_comes_later() -> None:
    sound = noise(20, 3)
    assert columns_of(sound).shape == (20, FEATURES)
    np.testing.assert_array_equal(columns_of(sound)[:10], columns_of(sound[: 10 * HEARD_TICK_SAMPLES]))
