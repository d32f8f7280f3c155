"""What people and the agent do again and again in scenes: ask, answer, acknowledge, hand on, talk on."""

from __future__ import annotations

from collections.abc import Collection

from model.studio import phrases_manners as manners
from model.studio import phrases_requests as requests
from model.studio import phrases_talk as talk
from model.studio.phrases_everyday import about_requests
from model.studio.phrases_questions import Exchange
from model.studio.stage import HEARING_DELAY_S, REACTION_S, Person, Spoken, Stage, plain
from model.studio.wide_words import widened
from model.types import BackgroundDelta, Delegate

NOTE_DELAY_S = HEARING_DELAY_S + 0.05  # from the end of a request to its note
MARK_DELAY_S = NOTE_DELAY_S + 0.2  # to the first mark of a wait
FEW = 4  # words; more that are barred are a kind, of which any word might be one
BREATH_S = 0.5  # how long it has been quiet when something new is brought up
MAX_BARRED = 3  # words; more are a kind, of which any word might be one
NOISES = ("cough", "sneeze", "laugh", "door", "keyboard", "knock", "phone", "music", "chair", "breath", "hm")


def ask(stage: Stage, asked: Exchange, person: Person | None = None) -> Spoken:
    """Somebody says something to the agent, perhaps with hesitation, and gets the answer."""
    said = (person or stage.user).says(
        manners.dressed(stage.rng, manners.led_up_to(stage.rng, asked.said), hesitates=0.1)
    )
    return answer(stage, asked.answer, said.end_s)


def answer(stage: Stage, text: str, turn_end_s: float) -> Spoken:
    """The agent's reply to a turn; `now` is its end."""
    spoken = stage.agent.says(text, turn_end_s + REACTION_S)
    stage.reach(spoken.end_s)
    return spoken


def acknowledge(stage: Stage, turn_end_s: float, text: str = "") -> Spoken:
    """The agent shows that it has understood a request."""
    return answer(stage, text or stage.rng.choice(manners.ACKNOWLEDGEMENTS), turn_end_s)


def says_in_pieces(stage: Stage, person: Person, text: str, longest_pause_s: float = 2.5) -> Spoken:
    """A sentence with one to three silences inside it; its last piece."""
    spoken_words = text.split()
    num_cuts = min(stage.rng.randint(1, 3), len(spoken_words) - 1)
    cuts = sorted(stage.rng.sample(range(1, len(spoken_words)), num_cuts))
    pieces = [spoken_words[a:b] for a, b in zip([0, *cuts], [*cuts, len(spoken_words)], strict=True)]
    for piece in pieces[:-1]:
        person.says(" ".join(piece).rstrip(",.?!") + stage.rng.choice((",", ",", "...")))
        stage.wait(stage.rng.uniform(0.6, longest_pause_s))
    return person.says(" ".join(pieces[-1]))


def hand_on(stage: Stage, made: requests.Request, request_end_s: float) -> str:
    """The agent acknowledges a request it cannot fulfil by itself and hands it on; the delegation's id."""
    delegation = f"d{1 + sum(isinstance(deed.action, Delegate) for deed in stage.play.deeds)}"
    stage.agent.does(Delegate(delegation, made.task), request_end_s + NOTE_DELAY_S)
    acknowledge(stage, request_end_s, stage.rng.choice(requests.ACKNOWLEDGEMENTS))
    return delegation


def bring_back(stage: Stage, delegation: str, text: str, at: float) -> Spoken:
    """A result arrives in a silence and is said."""
    stage.tell(BackgroundDelta(delegation, text, is_done=True), at)
    spoken = stage.agent.says_event(delegation, text, at + BREATH_S)
    stage.reach(spoken.end_s)
    return spoken


def talk_on(
    stage: Stage,
    person: Person,
    seconds: float,
    without: Collection[str] = (),
    pause_s: tuple[float, float] = (0.1, 1.2),
) -> None:
    """A person tells something for about so long, without some words; nobody answers."""
    until = stage.now + seconds
    while stage.now < until:
        person.says(something(stage, without))
        stage.wait(stage.rng.uniform(*pause_s))


def something(stage: Stage, without: Collection[str] = ()) -> str:
    """A sentence for nobody in particular, without some words; where a kind is barred, of words whose kind is known."""
    kind = stage.rng.random()
    if kind < 0.1:
        return talk.word_row(stage.rng, without)
    if kind > 0.92 and not talk.says_any(text := about_requests(stage.rng), without):
        return text
    text = talk.statement(stage.rng, without)
    return widened(stage.rng, text, without) if kind < 0.5 and len(without) <= FEW else text


def ends_of(spoken: Spoken, cue: str) -> list[float]:
    """The end of each time a cue of one or several words falls."""
    wanted = [plain(word) for word in cue.split()]
    heard = [plain(word.text) for word in spoken.words]
    starts = range(len(heard) - len(wanted) + 1)
    return [spoken.words[i + len(wanted) - 1].end_s for i in starts if heard[i : i + len(wanted)] == wanted]
