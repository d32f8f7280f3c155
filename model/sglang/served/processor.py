"""SGLang's multimodal processor for our sequence: packed sound and pictures to features at their positions."""

# pyright: reportMissingImports=false, reportUntypedBaseClass=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from sglang.srt.managers.schedule_batch import Modality, MultimodalDataItem, MultimodalProcessorOutput
from sglang.srt.multimodal.processors.base_processor import BaseMultimodalProcessor
from torch import Tensor

from model.hmlp import patches_of
from model.sequence import Marks
from model.sglang.served.interaction import AlongsideForInteraction
from model.sglang.wire import unpack_picture, unpack_sound
from model.types import InputError


class AlongsideProcessor(BaseMultimodalProcessor):
    """One item of sound a turn, and one for each picture, in the order of their tokens."""

    models: ClassVar = [AlongsideForInteraction]
    prefer_tokenized_input = True

    async def process_mm_data_async(
        self, image_data: list[str] | None, audio_data: list[str] | None, input_text: Any, *_: Any, **__: Any
    ) -> Any:  # MultimodalProcessorOutput
        """Raises ValueError when sound, pictures and tokens do not fit each other: SGLang answers 400 with its text."""
        try:
            return _processed([int(token) for token in input_text], audio_data or [], image_data or [])
        except InputError as error:
            raise ValueError(str(error)) from error


def _processed(tokens: list[int], sounds: list[str], pictures: list[str]) -> Any:  # MultimodalProcessorOutput
    items = [
        *_items(Modality.AUDIO, [unpack_sound(packed) for packed in sounds], _places(tokens, Marks.AUDIO)),
        *_items(
            Modality.IMAGE, [patches_of(unpack_picture(packed)) for packed in pictures], _places(tokens, Marks.PATCH)
        ),
    ]
    return MultimodalProcessorOutput(mm_items=items, input_ids=tokens)


def _items(modality: Any, features: list[Tensor], places: list[int]) -> list[Any]:  # MultimodalDataItem
    if sum(len(feature) for feature in features) != len(places):
        given = [len(feature) for feature in features]
        raise InputError(f"{modality.name.lower()}: {given} features for {len(places)} tokens that take one each")
    items: list[Any] = []
    for feature in features:
        mine, places = places[: len(feature)], places[len(feature) :]
        items.append(MultimodalDataItem(modality=modality, feature=feature, offsets=_runs(mine)))
    return items


def _places(tokens: list[int], mark: Marks) -> list[int]:
    return [place for place, token in enumerate(tokens) if token == mark]


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Places that follow one another, as first and last of each run."""
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0])]
    return [(run[0], run[-1]) for run in runs]
