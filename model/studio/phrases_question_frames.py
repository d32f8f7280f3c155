"""More ways to put the questions the agent can answer by itself."""

from __future__ import annotations

from model.studio.grammar import lines

RULES: dict[str, tuple[str, ...]] = {
    "opposite": lines("""
        (what's|what is|tell me|give me|say|name|I need|do you know) the (opposite|contrary) of (the word|) {x}
        (which|what) word (means|is) (the exact|just the|the) opposite of {x}
        (I'm looking for|I can't think of|I need|help me find) the opposite of {x}, (what is it|do you know it)
        {x}, (what's|what is|tell me) the opposite
        not {x} but (what|the opposite, which is)
        (if|when) it isn't {x}, (what is it|then it's what)
        the (contrary|reverse|opposite) of {x}, (please|what's that|do you know)
        (could|can|would) you (tell|give) me the opposite of {x}
    """),
    "sound": lines("""
        (what|which) (sound|noise) (do|would) you hear from a {x}
        (can|could|would) you (do|imitate|make like|sound like) a {x}
        (how does the {x} (sound|go)|what does the {x} sound like)
        (pretend|act as if) you're a {x}
        what does a {x} on a farm say
        (tell|show) me (how|what) (a|the) {x} (goes|sounds)
        what (would|will) a {x} say to you
        (my daughter|my son) wants to (know|hear) what a {x} says
    """),
    "capital": lines("""
        (what's|what is|tell me|name|give me|say|do you know) (the capital|the capital city) of {x}
        (which|what) city is (the capital|the seat of government) of {x}
        {x} has which (capital|capital city)
        (the capital|the capital city) of {x} is (what|called what)
        (I'm|we're) (doing|learning|revising) capitals, what about {x}
        (and|next|now), (what's|what is) the capital of {x}
        (if I go to|when I'm in) the capital of {x}, (where am I|which city am I in)
        (what|which) (is|would be) {x}'s capital (again|called|)
        (could|can|would) you (name|tell me) the capital of {x}
    """),
    "colour": lines("""
        (what|which) (colour|color) is {x} (usually|normally|)
        (what|which) (colour|color) does {x} have
        (tell me|say|name|I need|do you know) the (colour|color) of {x}
        (what|which) (colour|color) (do I|should I|would you) (paint|draw|choose for) {x}
        {x} is (what|which) (colour|color)
        (if I draw|when I paint) {x}, (what|which) (colour|color) do I (take|need|use)
        (the|what's the) usual (colour|color) of {x}
        (could|can|would) you (name|tell me) the (colour|color) of {x}
        (my son|my daughter) is drawing {x}, what (colour|color) (is it|should it be)
    """),
    "how_many": lines("""
        (exactly|just|roughly|and|so) how many {x}
        (could|can|would) you (say|tell me|tell us) how many {x}
        (I want|I need|we'd like|I'd love) to know how many {x}
        how many {x}, (do you know|tell me|any idea|please|can you say)
        (my teacher|my son|my daughter) (asks|asked|wants to know) how many {x}
        (I can't remember|I forgot|I'm not sure) how many {x}
        (what's|what is) the number, how many {x}
    """),
    "sum": lines("""
        (what does|what would|how much would|how much will) {x} (make|come to|add up to)
        (what|how much) (do you get when you do|do I get for) {x}
        (I can't|I'm too tired to) (work out|do) {x}, (what is it|can you|help me)
        (quick|fast|easy|mental) (maths|sum), {x}
        {x}, (what's that|what do you get|how much is that|what does it make|tell me|equals what)
        (and|so|now|next), (what's|what is|how about|what about) {x}
        (add up|do the sum|do the maths), {x}
        (could|can|would) you (do|solve|add up|tell me) {x}
        (if I have|take|say) {x}, (what's the result|how many do I have|what do I get)
        (check|test) yourself, {x}
        (give|tell) me the (answer|result) of {x}
    """),
    "repeat": lines("""
        (repeat|say|echo) (exactly|just|only|word for word|after me|this|the following), {x}
        (could|can|would|will) you (repeat|say|pronounce) {x} (please|for me|for us|)
        (how do you|how would you) (say|pronounce) {x}
        (I|we) (want|need|would like) (to hear|you to say|you to repeat) {x}
        (say|speak) (the words|the phrase|the line) {x}
        (my line is|the phrase is|the words are) {x}, (repeat it|say it|say that back)
        (now|next|and) (you|you say|say|repeat), {x}
        (try|have a go at) saying {x}
        (be|play) a parrot, {x}
    """),
    "next": lines("""
        (what|which) (one|) (comes|follows|is) (right|straight|directly|next|) after {x}
        (after|following) {x} (comes|is|we have) (what|which one)
        {x}, (and then what|and what's next|what follows|what comes next)
        (name|say|tell me) the (next one|one that follows|one) after {x}
        (if this one is|when it's) {x}, (what's next|what comes next|which one follows)
        (go one further|one more) than {x}, (what is it|which is that)
    """),
    "before": lines("""
        (what|which) (one|) (comes|is|goes) (right|straight|directly|just|) before {x}
        before {x} (comes|is|was|we have) (what|which one)
        {x}, (and what came before|what's the one before|which one is before that)
        (name|say|tell me) the (one|) (just|right) before {x}
        (if this one is|when it's) {x}, (what was before|which one was before)
        (go|take) one (back|step back) from {x}, (what is it|which is that)
    """),
    "is_a": lines("""
        (does|would) a {x} (count|pass) as a {kind}
        (would|do) you (call|consider) a {x} a {kind}
        a {x}, is that a {kind}
        (true or not|yes or no|right or wrong), a {x} is a {kind}
        (my son|my daughter|he|she) says a {x} is a {kind}, (is that right|is it true|correct)
        (I|we) (think|believe) a {x} is a {kind}, (am I right|is it|correct|true)
        (can|could) a {x} be called a {kind}
    """),
    "bigger": lines("""
        (which|what) is (the bigger|the larger|the higher) (number|one|), {x} or {y}
        {x} or {y}, (which|what) is (more|bigger|larger|higher)
        (out of|between) {x} and {y}, (which|what) is (bigger|larger|the higher one|more)
        (would you rather have|do I have more with) {x} or {y} (coins|points|cookies)
        (tell me|say) the (bigger|larger|higher) (one|number), {x} or {y}
        (compare|take) {x} and {y}, (which is bigger|which is more|the larger one, please)
    """),
    "spell_first": lines("""
        (what|which) (is|would be) the (first|starting) letter (of|in) (the word|) {x}
        {x}, (what's the first letter|which letter is that|what does it start with)
        (with|by) (which|what) letter does {x} (begin|start)
        (tell|give) me the first letter of {x}
        what letter do I write first in {x}
    """),
}
