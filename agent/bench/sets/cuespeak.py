"""cuespeak's items: somebody sets a cue and talks on; the agent must speak at the cue. One function a category.

A monologue alternates sentences with a cue and sentences without, so that answers do not run into each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.bench.item import Meaning, Once
from agent.bench.sets.phrases import Phrase, number_meaning
from agent.bench.sets.script import Script

TABLE = "cuespeak"
EARLY_S, LATE_S = 0.1, 1.2  # the window around a cue's end
TALK_BEGINS_AFTER_S = 2.8  # the acknowledgement has its time
BETWEEN_SENTENCES_S = (0.15, 0.5)
NUM_CUES = (2, 3)
APART_S = 2.4  # between two cues' ends


def keyword(script: Script) -> None:
    """A word falls."""
    cue, reply = _word(script, "cue_word"), _word(script, "reply")
    script.asks(_filled(script, "keyword", cue=cue.text, reply=reply.text))
    sentences = _with(script, "cue_sentence", [cue.text] * _num_cues(script), "cue")
    _talk(script, [(text, cue.text, reply.meaning) for text in sentences])


def category_word(script: Script) -> None:
    """A member of a category falls; the answer is always the same."""
    kind, reply = script.rng.choice(script.phrases.names("members")), _word(script, "reply")
    members = script.phrases.some(script.rng, "members", kind, _num_cues(script))
    script.asks(_filled(script, "category", kind=kind, reply=reply.text))
    sentences = _with(script, "cue_sentence", [each.text for each in members], "cue")
    _talk(script, [(text, each.text, reply.meaning) for text, each in zip(sentences, members, strict=True)])


def counting(script: Script) -> None:
    """Every time a word falls, the next number."""
    cue = _word(script, "cue_word")
    script.asks(_filled(script, "counting", cue=cue.text))
    sentences = _with(script, "cue_sentence", [cue.text] * 3, "cue")
    _talk(script, [(text, cue.text, number_meaning(at)) for at, text in enumerate(sentences, 1)])


def correction(script: Script) -> None:
    """Something false is said; the truth must follow."""
    script.asks(_filled(script, "correction"))
    _talk(script, [_whole(each) for each in script.phrases.some(script.rng, TABLE, "false_fact", _num_cues(script))])


def wrong_language_word(script: Script) -> None:
    """A foreign word slips in; the English one must follow."""
    script.asks(_filled(script, "wrong_language"))
    words = script.phrases.some(script.rng, TABLE, "foreign_word", _num_cues(script))
    sentences = _with(script, "foreign_sentence", [each.text for each in words], "word")
    _talk(script, [(text, each.text, each.meaning) for text, each in zip(sentences, words, strict=True)])


def question(script: Script) -> None:
    """A question inside a monologue; it is answered while the person talks on."""
    script.asks(_filled(script, "question"))
    _talk(script, [_whole(each) for each in script.phrases.some(script.rng, TABLE, "asked", _num_cues(script))])


CATEGORIES: Mapping[str, tuple[Callable[[Script], None], ...]] = {
    "keyword": (keyword,),
    "category_word": (category_word,),
    "counting": (counting,),
    "correction": (correction,),
    "wrong_language_word": (wrong_language_word,),
    "question": (question,),
}

_Cue = tuple[str, str, Meaning]  # the sentence, its words that are the cue ("" is all of it), what must follow


def _talk(script: Script, cues: Sequence[_Cue]) -> None:
    """A monologue with the cues in it; the answers are expected over the talk that goes on."""
    plain = [each.text for each in script.phrases.some(script.rng, TABLE, "plain_sentence", len(cues) + 1)]
    after = TALK_BEGINS_AFTER_S
    last_cue_s = 0.0
    if script.rng.random() < 0.5:
        script.says(plain.pop(), after, is_addressed=False)
        after = script.rng.uniform(*BETWEEN_SENTENCES_S)
    for number, (text, cue, meaning) in enumerate(cues):
        turn, clip = script.says(text, after, is_addressed=False, with_words=bool(cue))
        cue_end_s = turn.start_s + clip.end_of(cue) if cue else turn.end_s
        assert number == 0 or cue_end_s - last_cue_s > APART_S, (text, cue_end_s, last_cue_s)
        script.expected.append(Once(meaning, round(cue_end_s - EARLY_S, 3), round(cue_end_s + LATE_S, 3)))
        last_cue_s = cue_end_s
        script.says(plain.pop(), script.rng.uniform(*BETWEEN_SENTENCES_S), is_addressed=False)
        after = max(script.rng.uniform(*BETWEEN_SENTENCES_S), last_cue_s + APART_S - script.now)
    script.reach(script.now + LATE_S)


def _with(script: Script, frame_list: str, words: Sequence[str], slot: str) -> list[str]:
    """Different sentences, each with one of the words in it."""
    frames = script.rng.sample(script.phrases.lines(TABLE, frame_list), len(words))
    return [frame.replace(f"{{{slot}}}", word) for frame, word in zip(frames, words, strict=True)]


def _whole(phrase: Phrase) -> _Cue:
    return phrase.text, "", phrase.meaning


def _word(script: Script, name: str) -> Phrase:
    return script.phrases.pick(script.rng, TABLE, name)


def _filled(script: Script, frame: str, **slots: str) -> str:
    return script.phrases.filled(script.rng, TABLE, frame, **slots)


def _num_cues(script: Script) -> int:
    return script.rng.choice(NUM_CUES)
