"""Inkling's published weights in our model: which tensor becomes which. Knows nothing of where the files come from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from model.config import BackboneConfig, ExpertSizes, HeadSizes, ModelConfig
from model.interaction import InteractionModel

# weights of the published files that the interaction model has no use for: heads that guess several tokens ahead
_UNUSED = re.compile(r"model\.mtp\.")


class InklingWeightsError(Exception):
    """A checkpoint is not the Inkling that its config promises; names the file, tensor or key."""


@dataclass(frozen=True, slots=True)
class _Rule:
    theirs: re.Pattern[str]
    ours: tuple[str, ...]
    convert: Callable[[Tensor], tuple[Tensor, ...]]


def _as_is(tensor: Tensor) -> tuple[Tensor, ...]:
    return (tensor,)


def _taps(tensor: Tensor) -> tuple[Tensor, ...]:
    """A depthwise convolution (C, 1, K) without the axis of ones."""
    return (tensor.flatten(1),)


def _untangle(tensor: Tensor) -> tuple[Tensor, ...]:
    """Expert rows that alternate gate, up, gate, up … to all gates and then all ups."""
    return (torch.cat((tensor[:, 0::2], tensor[:, 1::2]), dim=1),)


def _untangle_dense(tensor: Tensor) -> tuple[Tensor, ...]:
    return tensor[0::2].contiguous(), tensor[1::2].contiguous()


def _rule(theirs: str, *ours: str, convert: Callable[[Tensor], tuple[Tensor, ...]] = _as_is) -> _Rule:
    return _Rule(re.compile(theirs.replace(".", r"\.").replace("#", r"(\d+)")), ours, convert)


_LAYER, _OURS = "model.llm.layers.#.", r"backbone.layers.\1."
_RULES = (
    _rule("model.llm.embed.weight", "embed.weight"),
    _rule("model.llm.embed_norm.weight", "embed_norm.gain"),
    _rule("model.llm.norm.weight", "backbone.norm.gain"),
    _rule("model.llm.unembed.weight", "head.weight"),
    _rule("model.audio.encoder.weight", "ear.heard.weight"),
    _rule("model.audio.final_norm.weight", "ear.norm.gain"),
    _rule("model.visual.layers.linear_#.weight", r"eye.stages.\1.projection.weight"),
    _rule("model.visual.layers.norm_#.weight", r"eye.stages.\1.norm.gain"),
    _rule("model.visual.final_norm.weight", "eye.norm.gain"),
    _rule(_LAYER + "attn_norm.weight", _OURS + "attention_norm.gain"),
    _rule(_LAYER + "attn.wq_du.weight", _OURS + "attention.query.weight"),
    _rule(_LAYER + "attn.wk_dv.weight", _OURS + "attention.key.weight"),
    _rule(_LAYER + "attn.wv_dv.weight", _OURS + "attention.value.weight"),
    _rule(_LAYER + "attn.wr_du.weight", _OURS + "attention.relative.weight"),
    _rule(_LAYER + "attn.wo_ud.weight", _OURS + "attention.out.weight"),
    _rule(_LAYER + "attn.q_norm.weight", _OURS + "attention.query_norm.gain"),
    _rule(_LAYER + "attn.k_norm.weight", _OURS + "attention.key_norm.gain"),
    _rule(_LAYER + "attn.k_sconv.weight", _OURS + "attention.key_conv.weight", convert=_taps),
    _rule(_LAYER + "attn.v_sconv.weight", _OURS + "attention.value_conv.weight", convert=_taps),
    _rule(_LAYER + "attn.rel_logits_proj.proj", _OURS + "attention.bias.curves"),
    _rule(_LAYER + "attn_sconv.weight", _OURS + "attention_conv.weight", convert=_taps),
    _rule(_LAYER + "mlp_norm.weight", _OURS + "mlp_norm.gain"),
    _rule(_LAYER + "mlp_sconv.weight", _OURS + "mlp_conv.weight", convert=_taps),
    _rule(
        _LAYER + "mlp.w13_dn.weight",
        _OURS + "mlp.gate.weight",
        _OURS + "mlp.up.weight",
        convert=_untangle_dense,
    ),
    _rule(_LAYER + "mlp.w2_md.weight", _OURS + "mlp.down.weight"),
    _rule(_LAYER + "mlp.global_scale", _OURS + "mlp.scale"),
    _rule(_LAYER + "mlp.gate.weight", _OURS + "mlp.router.weight"),
    _rule(_LAYER + "mlp.gate.bias", _OURS + "mlp.router.balance"),
    _rule(_LAYER + "mlp.gate.global_scale", _OURS + "mlp.router.scale"),
    _rule(_LAYER + "mlp.experts.w13_weight", _OURS + "mlp.routed.gate_up", convert=_untangle),
    _rule(_LAYER + "mlp.experts.w2_weight", _OURS + "mlp.routed.down"),
    _rule(_LAYER + "mlp.shared_experts.shared_w13_weight", _OURS + "mlp.shared.gate_up", convert=_untangle),
    _rule(_LAYER + "mlp.shared_experts.shared_w2_weight", _OURS + "mlp.shared.down"),
)


def translate(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """One published tensor under our names, empty when we have no use for it; raises on a name nobody knows."""
    if _UNUSED.match(name):
        return {}
    for rule in _RULES:
        if match := rule.theirs.fullmatch(name):
            names = [match.expand(ours) for ours in rule.ours]
            return dict(zip(names, rule.convert(tensor), strict=True))
    raise InklingWeightsError(f"{name}: no such tensor in Inkling")


def load_inkling(folder: Path, device: torch.device | str = "cpu") -> InteractionModel:
    """The model that `folder` (config.json and *.safetensors) holds, tensor by tensor, in the files' own dtypes."""
    config = inkling_config(_json(folder / "config.json"), folder.name)
    with torch.device("meta"):
        model = InteractionModel(config)
    missing = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    for file in sorted(folder.glob("*.safetensors")):
        for theirs, tensor in _tensors(file):
            found = translate(theirs, tensor)
            for name, ours in found.items():
                if missing.pop(name, None) != tuple(ours.shape):
                    raise InklingWeightsError(f"{file.name}: {theirs} {tuple(tensor.shape)} does not fit {name}")
            moved = {name: ours.to(device) for name, ours in found.items()}
            model.load_state_dict(moved, strict=False, assign=True)
    if missing:
        raise InklingWeightsError(f"{folder}: {len(missing)} tensors are missing, first {min(missing)}")
    return model.eval()


def inkling_config(published: Mapping[str, Any], name: str) -> ModelConfig:  # Any: JSON from outside, read key by key
    """Our sizes from a published config.json; raises when a key is missing or asks for what we do not build."""
    try:
        text, vision, audio = published["text_config"], published["vision_config"], published["audio_config"]
        return ModelConfig(
            name=name,
            backbone=_backbone(text),
            num_tokens=text["vocab_size"],
            num_logits=text.get("unpadded_vocab_size") or text["vocab_size"],
            logit_divisor=text["logits_mup_width_multiplier"],
            num_vision_stages=_either(vision, "n_layers", "num_hidden_layers"),
            audio_token=published.get("audio_token_id", 200_053),
            patch_token=published.get("image_token_id", 200_054),
            hears_itself=_check_ear(audio),
        )
    except KeyError as error:
        raise InklingWeightsError(f"config.json: {error.args[0]!r} is missing") from error


def _backbone(text: Mapping[str, Any]) -> BackboneConfig:
    num_layers = text["num_hidden_layers"]
    local = text.get("local_layer_ids")
    local = [i for i in range(num_layers) if (i + 1) % 6] if local is None else local
    experts = ExpertSizes(
        num_experts=text["n_routed_experts"],
        num_active=text["num_experts_per_tok"],
        num_shared=text["n_shared_experts"],
        width=text["intermediate_size"] if "dense_intermediate_size" in text else text["moe_intermediate_size"],
        route_scale=text["route_scale"],
    )
    return BackboneConfig(
        width=text["hidden_size"],
        num_layers=num_layers,
        local_heads=HeadSizes(text["swa_num_attention_heads"], text["swa_num_key_value_heads"], text["swa_head_dim"]),
        global_heads=HeadSizes(text["num_attention_heads"], text["num_key_value_heads"], text["head_dim"]),
        global_layers=tuple(i for i in range(num_layers) if i not in local),
        num_dense_layers=_num_dense(text),
        dense_width=_either(text, "dense_intermediate_size", "intermediate_size"),
        experts=experts,
        window=text["sliding_window_size"],
        memory=_either(text, "model_max_length", "max_position_embeddings"),
        relative_size=text["d_rel"],
        relative_extent=text["rel_extent"],
        log_floor=text.get("log_scaling_n_floor"),
        log_alpha=text.get("log_scaling_alpha", 0.1),
        taps=_either(text, "sconv_kernel_size", "conv_kernel_size"),
        epsilon=text["rms_norm_eps"],
    )


def _num_dense(text: Mapping[str, Any]) -> int:
    kinds = text.get("mlp_layer_types")
    if kinds is None:
        return text.get("dense_mlp_idx", 0)
    num_dense = kinds.count("dense")
    if "dense" in kinds[num_dense:]:
        raise InklingWeightsError(f"config.json: mlp_layer_types has a dense layer after layer {num_dense}")
    return num_dense


def _check_ear(audio: Mapping[str, Any]) -> bool:
    if (bins := audio.get("n_mel_bins", 80), levels := audio.get("mel_vocab_size")) != (80, 16):
        raise InklingWeightsError(f"config.json: audio_config has {bins} bins of {levels} levels, not 80 of 16")
    return False  # published weights have no table for their own sound


def _either(config: Mapping[str, Any], first: str, second: str) -> Any:
    value = config.get(first)
    return config[second] if value is None else value


def _json(file: Path) -> Mapping[str, Any]:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise InklingWeightsError(f"{file}: {error}") from error


def _tensors(file: Path) -> Iterator[tuple[str, Tensor]]:
    try:
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():
                yield name, tensors.get_tensor(name)
    except SafetensorError as error:
        raise InklingWeightsError(f"{file.name}: {error}") from error
