"""Whisper's encoder and decoder in plain torch. Knows nothing of sound, tokens or threads.

Shapes: T mel frames, A audio positions (20 ms each), L text positions, C width, H heads, D head size,
V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

from model.whisper_weights import BrokenWeights, WhisperSizes

_EPSILON = 1e-5
Weights = dict[str, Tensor]


@dataclass(slots=True)
class DecoderState:
    """What the decoder remembers of one window: keys and values, preallocated, and how many are filled."""

    self_keys: Tensor  # (layers, H, L, D)
    self_values: Tensor  # (layers, H, L, D)
    cross_keys: Tensor  # (layers, H, A, D)
    cross_values: Tensor  # (layers, H, A, D)
    num_filled: int = 0
    alignment: list[Tensor] = field(default_factory=list[Tensor])  # each (heads, l, A): where a step looked


class WhisperNet:
    """Weights and the two halves of the network; every call is pure but for the state passed in."""

    def __init__(
        self, tensors: Weights, sizes: WhisperSizes, alignment_heads: tuple[tuple[int, int], ...] = ()
    ) -> None:
        self.sizes = sizes
        # bfloat16 where the processor multiplies it; elsewhere torch would emulate it, slower than float32
        self._has_bf16 = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
        self.dtype = torch.bfloat16 if self._has_bf16 else torch.float32
        self._weights = {k: v.to(self.dtype) for k, v in tensors.items() if v.is_floating_point()}
        self._check_shapes()
        self._packed = self._pack() if self._has_bf16 else {}
        self._alignment_heads = alignment_heads

    @torch.inference_mode()
    def encode(self, mel: Tensor) -> Tensor:
        """(M, T) log-mel to (A, C), A = T // 2, at most `num_audio_positions`."""
        w = self._weights
        x = mel.to(self.dtype)[None]
        x = functional.gelu(functional.conv1d(x, w["encoder/conv1/weight"], w["encoder/conv1/bias"], padding=1))
        x = functional.conv1d(x, w["encoder/conv2/weight"], w["encoder/conv2/bias"], stride=2, padding=1)
        x = functional.gelu(x)[0].T
        x = x + w["encoder/position_encodings/encodings"][: x.shape[0]]
        for layer in range(self.sizes.num_encoder_layers):
            name = f"encoder/layer_{layer}"
            x = x + self._attend_all(x, f"{name}/self_attention")
            x = x + self._feed_forward(x, name)
        return self._norm(x, "encoder")

    @torch.inference_mode()
    def init_state(self, encoded: Tensor) -> DecoderState:
        """A fresh state for the (A, C) window that `encode` returned."""
        layers, heads = self.sizes.num_decoder_layers, self.sizes.num_heads
        head_size = self.sizes.width // heads
        past = (layers, heads, self.sizes.num_text_positions, head_size)
        cross = [self._project(encoded, f"decoder/layer_{i}/attention/linear_1", 2) for i in range(layers)]
        return DecoderState(
            self_keys=torch.zeros(past, dtype=self.dtype),
            self_values=torch.zeros(past, dtype=self.dtype),
            cross_keys=torch.stack([keys for keys, _ in cross]),
            cross_values=torch.stack([values for _, values in cross]),
        )

    @torch.inference_mode()
    def decode_(self, tokens: list[int], state: DecoderState) -> Tensor:
        """Append tokens to `state`, return the logits after each: (l, V) float32."""
        w = self._weights
        start, stop = state.num_filled, state.num_filled + len(tokens)
        assert stop <= self.sizes.num_text_positions, stop
        x = w["decoder/embeddings/weight"][torch.tensor(tokens)]
        x = x + w["decoder/position_encodings/encodings"][start:stop]
        looked: list[Tensor] = []
        for layer in range(self.sizes.num_decoder_layers):
            name = f"decoder/layer_{layer}"
            x = x + self._attend_past_(x, state, layer)
            x = x + self._attend_sound(x, state, layer, looked)
            x = x + self._feed_forward(x, name)
        state.num_filled = stop
        if looked:
            state.alignment.append(torch.stack(looked))
        return self._linear(self._norm(x, "decoder"), "decoder/embeddings").float()

    def _attend_all(self, x: Tensor, name: str) -> Tensor:
        q, k, v = self._project(self._norm(x, name), f"{name}/linear_0", 3)
        attended = functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
        return self._join(attended, f"{name}/linear_1")

    def _attend_past_(self, x: Tensor, state: DecoderState, layer: int) -> Tensor:
        name = f"decoder/layer_{layer}/self_attention"
        start, stop = state.num_filled, state.num_filled + x.shape[0]
        q, k, v = self._project(self._norm(x, name), f"{name}/linear_0", 3)
        state.self_keys[layer, :, start:stop] = k
        state.self_values[layer, :, start:stop] = v
        keys, values = state.self_keys[layer, :, :stop], state.self_values[layer, :, :stop]
        mask = torch.ones(x.shape[0], stop, dtype=torch.bool).tril(start) if x.shape[0] > 1 else None
        attended = functional.scaled_dot_product_attention(q, keys, values, attn_mask=mask)
        return self._join(attended, f"{name}/linear_1")

    def _attend_sound(self, x: Tensor, state: DecoderState, layer: int, looked: list[Tensor]) -> Tensor:
        name = f"decoder/layer_{layer}/attention"
        (q,) = self._project(self._norm(x, name), f"{name}/linear_0", 1)
        scores = (q @ state.cross_keys[layer].mT).float() * q.shape[-1] ** -0.5  # (H, l, A)
        weights = scores.softmax(-1)
        looked += [weights[head] for at, head in self._alignment_heads if at == layer]
        return self._join(weights.to(self.dtype) @ state.cross_values[layer], f"{name}/linear_2")

    def _project(self, x: Tensor, name: str, num_parts: int) -> tuple[Tensor, ...]:
        flat = self._linear(x, name)
        parts = flat.view(x.shape[0], num_parts, self.sizes.num_heads, -1)  # (l, parts, H, D)
        return parts.permute(1, 2, 0, 3).unbind(0)

    def _join(self, heads: Tensor, name: str) -> Tensor:
        joined = heads.transpose(0, 1).reshape(heads.shape[1], -1)
        return self._linear(joined, name)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        bias = self._weights.get(f"{name}/bias")
        if (packed := self._packed.get(name)) is not None:
            return torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], "")
        return functional.linear(x, self._weights[f"{name}/weight"], bias)

    def _feed_forward(self, x: Tensor, layer: str) -> Tensor:
        hidden = self._linear(self._norm(x, f"{layer}/ffn"), f"{layer}/ffn/linear_0")
        return self._linear(functional.gelu(hidden), f"{layer}/ffn/linear_1")

    def _norm(self, x: Tensor, name: str) -> Tensor:
        gamma, beta = (self._weights[f"{name}/layer_norm/{part}"] for part in ("gamma", "beta"))
        return functional.layer_norm(x, x.shape[-1:], gamma, beta, _EPSILON)

    def _pack(self) -> Weights:
        """Weights in the processor's own layout: one token takes half the time."""
        names = [name for name in self._weights if "/linear_" in name and name.endswith("/weight")]
        packed: Weights = {}
        for name in [*names, "decoder/embeddings/weight"]:
            num_rows = 1 if name.startswith("decoder") else self.sizes.num_audio_positions // 3
            packed[name.removesuffix("/weight")] = torch.ops.mkldnn._reorder_linear_weight(
                self._weights[name], num_rows
            )
        return packed

    def _check_shapes(self) -> None:
        for name, shape in expected_shapes(self.sizes).items():
            found = self._weights.get(name)
            if found is None or tuple(found.shape) != shape:
                what = "is missing" if found is None else f"is {tuple(found.shape)}"
                raise BrokenWeights(f"whisper weight {name} {what}, expected {shape}; run `alongside fetch`")


def expected_shapes(sizes: WhisperSizes) -> dict[str, tuple[int, ...]]:
    """Shape of every weight the network reads, by its name in the file."""
    width = sizes.width
    shapes: dict[str, tuple[int, ...]] = {
        "encoder/conv1/weight": (width, sizes.num_mels, 3),
        "encoder/conv1/bias": (width,),
        "encoder/conv2/weight": (width, width, 3),
        "encoder/conv2/bias": (width,),
        "encoder/position_encodings/encodings": (sizes.num_audio_positions, width),
        "decoder/position_encodings/encodings": (sizes.num_text_positions, width),
        "decoder/embeddings/weight": (sizes.vocabulary, width),
    }
    self_attention = {
        "self_attention/linear_0": (3 * width, width),
        "self_attention/linear_1": (width, width),
    }
    feed_forward = {"ffn/linear_0": (4 * width, width), "ffn/linear_1": (width, 4 * width)}
    attention = {f"attention/linear_{i}": (rows * width, width) for i, rows in enumerate((1, 2, 1))}
    for side, layers, linears in (
        ("encoder", sizes.num_encoder_layers, self_attention | feed_forward),
        ("decoder", sizes.num_decoder_layers, self_attention | feed_forward | attention),
    ):
        names = [f"{side}/layer_{layer}/{linear}" for layer in range(layers) for linear in linears]
        for name in names:
            rows, cols = linears[name.split("/", 2)[2]]
            shapes[f"{name}/weight"], shapes[f"{name}/bias"] = (rows, cols), (rows,)
        norms = {name.rsplit("/", 1)[0] for name in names} | {side}
        shapes |= {f"{norm}/layer_norm/{part}": (width,) for norm in norms for part in ("gamma", "beta")}
    return shapes
