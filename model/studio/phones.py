"""Written words as the phones people say: what the model learns to hear first. American English for everyone.

Spelling is no matter of hearing: with letters in their place half of the errors were right sounds, spelt otherwise.
"""

from __future__ import annotations

from functools import cache

from hibari.g2p import G2P

PHONES = "_ bdfhjklmnpstvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧθiuAIOWY"  # noqa: RUF001 ("_" is the blank of CTC, " " is between words)
_SPOKEN_AS = {"T": "t", "ᵊ": "ə", "ᵻ": "ɪ", "ɐ": "ə"}  # noqa: RUF001 (of hibari's alphabet, what few tell apart)
_PHONE = {phone: index for index, phone in enumerate(PHONES)}
GAP = _PHONE[" "]


@cache
def phones_of(word: str) -> tuple[int, ...]:
    """Places in PHONES; none for what has no sound."""
    return tuple(_PHONE[phone] for phone in pronounced(word) if phone in _PHONE and phone != " ")


def pronounced(word: str) -> str:
    """A word in hibari's alphabet, without stress."""
    reader = _reader()
    said = "".join(token.phonemes or "" for token in reader.phonemize_tokens(reader.tokenize(word)))
    return "".join(_SPOKEN_AS.get(phone, phone) for phone in said)


@cache
def _reader() -> G2P:
    return G2P(british=False)
