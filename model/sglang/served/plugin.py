"""What SGLang runs in each of its processes before it looks at a model: our names in its registries."""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from typing import Any

from sglang.srt.arg_groups.choices import add_attention_backend_choices
from sglang.srt.configs.linear_attn_model_registry import LinearAttnModelSpec, register_linear_attn_model
from sglang.srt.layers.attention.attention_registry import register_attention_backend
from sglang.srt.multimodal.customized_mm_processor_utils import register_customized_processor
from sglang.srt.plugins.hook_registry import HookRegistry, HookType
from transformers import AutoConfig

from model.sglang.folder import ARCHITECTURE, MODEL_TYPE
from model.sglang.served.attention import BACKEND, PoolAttnBackend
from model.sglang.served.config import AlongsideConfig
from model.sglang.served.interaction import SPEECH_STATES


def register() -> None:
    """The entry point `sglang.srt.plugins`."""
    AutoConfig.register(MODEL_TYPE, AlongsideConfig, exist_ok=True)
    register_customized_processor(NoProcessor)(AlongsideConfig)
    register_attention_backend(BACKEND)(PoolAttnBackend)
    add_attention_backend_choices([BACKEND])
    register_linear_attn_model(
        LinearAttnModelSpec(
            config_class=AlongsideConfig,
            backend_class_name="model.sglang.served.attention.PoolAttnBackend",
            arch_names=[ARCHITECTURE],
        )
    )
    HookRegistry.register(
        "sglang.srt.model_executor.model_runner_components.attention_backend_setup.attn_backend_wrapper",
        _is_both,
        HookType.AROUND,
    )
    HookRegistry.register(
        "sglang.srt.managers.scheduler_components.output_streamer.SchedulerOutputStreamer"
        ".is_request_level_customized_info_key",
        _is_of_the_request,
        HookType.AROUND,
    )


class NoProcessor:
    """In the place of a tokenizer and its processors: tokens come as ids, sound and pictures as packed bytes."""

    chat_template: str | None = ""

    @classmethod
    def from_pretrained(cls, *_: object, **__: object) -> NoProcessor:
        return cls()

    def get_added_vocab(self) -> dict[str, int]:
        """Nothing that could stop a request by its text."""
        return {}

    @property
    def tokenizer(self) -> NoProcessor:
        return self


def _is_both(asked: Any, runner: Any, full: Any) -> Any:  # Any: SGLang's
    """A model with states gets a second backend for them beside the first; ours is both."""
    return full if isinstance(full, PoolAttnBackend) else asked(runner, full)


def _is_of_the_request(asked: Any, streamer: object, key: str) -> bool:  # Any: the method in our place
    """Hidden states belong to a request, not to a token that it wrote: the turn that speaks writes none."""
    return key == SPEECH_STATES or asked(streamer, key)
