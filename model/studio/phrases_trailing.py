"""What people say while they think, and how they turn one question into another."""

from __future__ import annotations

import random

from model.studio.grammar import Grammar, lines

_RULES: dict[str, tuple[str, ...]] = {
    "thinking": lines("""
        (let me think|hold on|wait a second|give me a second|just a moment|how do I say this|what was it again|let \
            me see|where was I|hang on|one second|what did I want to ask|I was going to ask|uh|hm|well|it's about|I \
            wanted to know|the thing is|so basically)
        (let me think|let me see|let me think about it|give me a second|give me a moment|just a second|just a moment)
        (hold on|hang on|wait|one moment|one second|bear with me|wait a second|wait a minute|wait wait|hold on a sec)
        (um|uh|hm|er|so|well|okay|right), (um|uh|hm|let me think|wait|so|okay|hold on|what was it|let me see|I think)
        (how do I say this|how do I put this|where was I|what was it again|where do I start|what did I want|now what)
        (I was going to|I wanted to|I meant to|I'd like to|I'm trying to|I just wanted to) (ask|say|know|find out)
        (the thing is|it's about|it's like|what I mean is|so basically|the question is|my question is|what I want is)
        (it's on the tip of my tongue|I had it a second ago|I lost my train of thought|it will come to me|I know \
            this one)
        (no|yes|maybe|actually|and then|because|but|although|unless|I mean|I guess|you know|sort of|kind of)
        (I don't know how to|I'm not sure how to|it's hard to) (say|put|explain) (it|this|that)
        (um|uh|so|well|okay), (there's|there was|I have|I had) (this|that|a|one|another) (thing|question|idea|problem)
        (give me|I need) (a second|a moment|a minute) (to think|to find it|to remember|)
        (where's my note|I wrote it down somewhere|it's here somewhere|let me look at my notes|let me find it)
        (oh|ah|hm|uh), (what was the word|how was it called|what's it called|what's his name|what was that)
        (do you|can you|could you|what if|how about|would it|is it|are there|when does|where did|why is)
        (if I|when I|so when|because I|and if|that is|so that|the one that|something like|more or less)
        (I think|I believe|I guess|I wonder|I suppose) (it's|I|that|we|it was|maybe|about)
        (first|second|also|another thing|on the one hand|by the way|for example|in other words)
        (don't|please don't) (answer yet|say anything yet), I'm (thinking|still thinking|not done)
        (I'm|I am) (thinking|just thinking|trying to remember|looking for the word|not done yet)
    """),
    "correction": lines("""
        (no wait|sorry, I mean|no, I meant to ask|or rather|no, actually|scratch that|wait, no),
        (no|no no|no wait|wait|wait no|hang on|hold on|oh|ah|sorry|oops), (I mean|I meant|actually|or \
            rather|rather|instead),
        (sorry|no|actually|wait), (that's wrong|not that|wrong question|that's not it|I meant something else),
        (let me|I'll) (rephrase|start over|start again|try again|put it differently|ask something else),
        (forget that|scratch that|never mind|strike that|leave that|drop that), (instead|rather|better|tell me),
        (what|no, what) I (really|actually) (want to know is|meant was|wanted to ask was|mean is),
        (on second thoughts|come to think of it|no, better|a better question|let me ask this first),
        (different question|other question|new question|I have a better one),
    """),
}
_GRAMMAR = Grammar(_RULES)


def draw(rule: str, rng: random.Random) -> str:
    """A line of `thinking` or `correction`."""
    return _GRAMMAR.draw(rule, rng)
