"""The words that silence the agent, how people say them, and what only sounds like them. Knows nothing of sound."""

from __future__ import annotations

WORDS = ("stop", "quiet", "hush", "shut up", "silence", "enough", "wait", "hold on")

# One of these is in every phrase, and in no other short utterance that may be said to an agent that goes on.
STEMS = frozenset("stop quiet silent hush shush shut silence enough wait hold".split())

# Whole utterances: a sentence that merely contains such a word silences nobody.
PHRASES: dict[str, tuple[str, ...]] = {
    "stop": (
        *("stop", "stop", "stop", "stop", "stop it", "stop please", "please stop", "stop talking", "okay stop"),
        *("stop stop", "stop stop stop", "no stop", "stop that", "stop now", "hey stop", "stop speaking"),
        *("alongside stop", "just stop", "oh stop it", "please stop talking", "could you stop", "stop it please"),
    ),
    "quiet": (
        *("be quiet", "be quiet", "be quiet", "be quiet please", "please be quiet", "quiet", "quiet please"),
        *("be silent", "keep quiet", "quiet now", "hey be quiet", "be quiet now", "alongside be quiet"),
    ),
    "hush": ("hush", "hush", "hush hush", "shush", "hush now", "hush please", "shush please", "oh hush"),
    "shut up": ("shut up", "shut up", "shut up please", "please shut up", "oh shut up", "just shut up"),
    "silence": ("silence", "silence", "silence please", "silence now"),
    "enough": ("enough", "enough", "that's enough", "that's enough", "okay enough", "enough now", "that is enough"),
    "wait": (
        *("wait", "wait", "wait wait", "no wait", "wait a second", "wait a moment", "wait a minute"),
        *("oh wait", "wait please", "please wait", "wait stop"),
    ),
    "hold on": ("hold on", "hold on", "hold on a second", "hold on please", "hold on a moment", "no hold on"),
}

# Whole utterances that are none of them: rhymes, relatives, and what people say under one who speaks.
OTHERS = (
    *("top", "shop", "drop", "pop", "swap", "stock", "stuff", "step", "store", "star", "start", "start it", "spot"),
    *("stopped", "stopping", "bus stop", "hot", "got it", "not", "what", "what's that", "dot", "sob", "strong"),
    *("quite", "quite right", "quite nice", "why", "why not", "white", "wide", "fight", "right", "alright", "kite"),
    *("riot", "diet", "be kind", "be quick", "be there", "acquire it", "be fine", "please be brief"),
    *("rush", "brush", "hush puppy", "flush", "hash", "touch", "us", "much", "such", "hot", "hutch", "push"),
    *("shut it", "shut the door", "cheer up", "set up", "what's up", "sit up", "hurry up", "speak up", "shot", "up"),
    *("science", "sirens", "alliance", "violence", "silent", "islands", "silver", "signs", "silence of the lambs"),
    *("rough", "tough", "stuff", "that's rough", "that's not", "that's it", "that's right", "that's good", "enormous"),
    *("eight", "late", "weight", "way", "wade", "wet", "great", "straight", "okay", "fate", "hate", "away", "plate"),
    *("go on", "come on", "old one", "hold it", "hold him", "hello", "hold the line", "home", "called on", "on"),
    *("yes", "yeah", "no", "mhm", "uh huh", "right", "sure", "I see", "oh", "ah", "wow", "really", "okay", "exactly"),
    *("go ahead", "continue", "carry on", "louder", "more", "next", "again", "repeat that", "thank you", "thanks"),
    *("nice", "good", "interesting", "oh really", "of course", "fine", "hm", "true", "maybe", "and then", "so what"),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "Monday", "tomorrow", "please"),
)

# Sentences that hold a stop word and mean none. What follows the word at once tells.
SENTENCES = (
    *("stop the timer", "stop the timer for the eggs", "stop at the next corner", "stop by the shop on your way"),
    *("we should stop at the station", "the bus stop is over there", "they did not stop for anyone"),
    *("it never stops raining here", "I could not stop laughing", "the stop sign was red", "a full stop ends it"),
    *("stop me if I forget a name", "when the music stops you sit down", "he stopped talking to her"),
    *("the village is very quiet", "quiet places are hard to find", "it was a quiet evening", "keep it quiet from him"),
    *("he is quiet and friendly", "a quiet car would be better", "be quiet as a mouse they said to him"),
    *("the hush of the forest", "she told him to hush the baby", "hush money was paid"),
    *("the shop shuts up for the winter", "shut up shop and go home", "he would not shut up about it"),
    *("silence is golden", "the silence lasted for an hour", "a moment of silence for him", "silence fell over them"),
    *("enough people came", "there is enough bread for us", "we have enough time", "I had enough of that soup"),
    *("that's enough sugar for the cake", "good enough for me", "is it warm enough in there"),
    *("wait for eight seconds then say now", "we had to wait for the train", "I can't wait to see you"),
    *("wait until I tell you", "the waiting room is full", "wait for me at the door", "the wait was long"),
    *("hold on to the rope", "hold on to your hat when it blows", "he held on for a while", "we hold on Fridays"),
)
