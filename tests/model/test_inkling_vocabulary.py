"""Our sequences come back from Inkling's tokens, and the public size takes them at every position."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from model.inkling_vocabulary import COUNTERPARTS, WRITTEN, InklingVocabulary
from model.inkling_weights import InklingWeightsError, inkling_config
from model.interaction import InteractionModel, Positions
from model.sequence import (
    Formed,
    FormReader,
    Marks,
    MicroTurnTokens,
    Opening,
    encode_form,
    event_reader,
    join,
    split,
    text_tokens,
    written_reader,
)
from model.types import BackgroundDelta, Delegate, Heard, Note, StandingNote, TimeLost, TypedText

# the ids that the published vocabulary has for its own marks
NAMED = {
    "<|endoftext|>": 199_999,
    "<|message_user|>": 200_000,
    "<|message_model|>": 200_001,
    "<|message_system|>": 200_002,
    "<|message_tool|>": 200_003,
    "<|content_text|>": 200_004,
    "<|content_image|>": 200_005,
    "<|content_model_end_sampling|>": 200_006,
    "<|content_thinking|>": 200_008,
    "<|end_message|>": 200_010,
    "<|content_audio_input|>": 200_020,
    "<|content_tool_error|>": 200_022,
    "<|audio_end|>": 200_043,
    "<|content_invoke_tool_json|>": 200_049,
    "<|content_invoke_tool_text|>": 200_057,
}
CONFIG = inkling_config(
    json.loads((Path(__file__).parent / "inkling_small_config.json").read_text()), name="inkling-small"
)


def _tokenizer(num_special: int = 59) -> Tokenizer:
    """As large as the published one and with its marks; its text is bytes, which is all that can be had here."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(alphabet)}
    vocabulary |= {f"word {number}": number for number in range(len(alphabet), 199_999)}
    special = {number: name for name, number in NAMED.items()}
    vocabulary |= {
        special.get(number, f"<|unused_{number}|>"): number for number in range(199_999, 199_999 + num_special)
    }
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in vocabulary if name.startswith("<|")])
    return tokenizer


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> InklingVocabulary:
    file = tmp_path_factory.mktemp("inkling") / "tokenizer.json"
    _tokenizer().save(str(file))
    return InklingVocabulary.read(file, CONFIG)


def test_every_mark_has_an_id_of_its_own(vocabulary: InklingVocabulary) -> None:
    ids = vocabulary.id_of
    assert set(ids) == set(Marks)
    assert len(set(ids.values())) == len(Marks)
    assert {mark: ids[mark] for mark in COUNTERPARTS} == {mark: NAMED[name] for mark, name in COUNTERPARTS.items()}
    assert (ids[Marks.AUDIO], ids[Marks.PATCH]) == (200_053, 200_054)


def test_what_the_model_writes_has_a_score_and_what_it_reads_a_row(vocabulary: InklingVocabulary) -> None:
    written = {*WRITTEN, Marks.QUIET, Marks.END, Marks.DELEGATE}
    assert {*written_reader().allowed_marks(), Marks.SPEAK} <= written
    assert all(vocabulary.id_of[mark] < CONFIG.num_logits for mark in written)
    assert all(number < CONFIG.num_tokens for number in vocabulary.id_of.values())


FORMS = (
    (event_reader, (Opening("en", "Hello!", "Be brief."), TypedText("Ana", "Où est-il?"), TimeLost(1.25))),
    (event_reader, (BackgroundDelta("b1", "It is four.", True, "silent"), StandingNote("n1", "At ten."))),
    (written_reader, (Delegate("d1", "look it up"), Heard("so", is_final=False), Note("Tell me at ten"))),
)


@pytest.mark.parametrize(("reader", "forms"), FORMS)
def test_events_and_actions_come_back(
    vocabulary: InklingVocabulary, reader: Callable[[], FormReader], forms: Iterable[Formed]
) -> None:
    tokens = [token for form in forms for token in encode_form(form)]
    ids = vocabulary.encode(tokens)
    assert reader().read(vocabulary.decode(ids)) == list(forms)
    assert vocabulary.encode(vocabulary.decode(ids)) == ids


def _conversation() -> list[int]:
    event, words = tuple(encode_form(TypedText("Ana", "When?"))), tuple(text_tokens("At nine."))
    return join(
        [
            MicroTurnTokens(15, event, words, is_speaking=True),
            MicroTurnTokens(0, (), (), is_speaking=True),
            MicroTurnTokens(0, (), (), is_speaking=False),
        ]
    )


def test_a_conversation_comes_back_micro_turn_by_micro_turn(vocabulary: InklingVocabulary) -> None:
    tokens = _conversation()
    assert split(vocabulary.decode(vocabulary.encode(tokens))) == split(tokens)


def test_the_public_size_takes_a_conversation_at_every_position(vocabulary: InklingVocabulary) -> None:
    ids = vocabulary.encode(_conversation())
    num_audio, num_patches = ids.count(CONFIG.audio_token), ids.count(CONFIG.patch_token)
    with torch.device("meta"), torch.inference_mode():
        model = InteractionModel(CONFIG)
        whole = Positions(
            torch.zeros(1, len(ids), dtype=torch.int64),
            torch.tensor([len(ids)]),
            torch.zeros(1, num_audio, 80, dtype=torch.uint8),
            patches=torch.zeros(1, num_patches, 2, 40, 40, 3),
        )
        state = model.init_state(num_slots=1, max_chunk=len(ids))
        logits = model.logits(model.step_(whole, state))
    assert (num_audio, num_patches) == (12, 15)
    assert max(ids) < len(model.embed.weight)
    assert logits.shape == (1, len(ids), CONFIG.num_logits)


def test_what_is_neither_text_nor_a_mark_is_refused_by_name(vocabulary: InklingVocabulary) -> None:
    with pytest.raises(InklingWeightsError, match=r"200008 \(<\|content_thinking\|>\) has no place here"):
        vocabulary.decode([200_008])


def test_text_that_looks_like_a_mark_is_text(vocabulary: InklingVocabulary) -> None:
    ids = vocabulary.encode(text_tokens("<|end_message|>"))
    assert NAMED["<|end_message|>"] not in ids
    assert vocabulary.decode(ids) == text_tokens("<|end_message|>")


def test_tokenizers_that_lack_what_we_need_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    with pytest.raises(InklingWeightsError, match=r"tokenizer\.json"):
        InklingVocabulary.read(file, CONFIG)
    with pytest.raises(InklingWeightsError, match=r"no <\|end_message\|>, which stands for END"):
        InklingVocabulary(_tokenizer(num_special=8), CONFIG)
