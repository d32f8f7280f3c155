"""Sentences of stories and plans in which a given word falls; `with_cue` suits any kind of word, the rest most."""

from __future__ import annotations

from model.studio.grammar import lines

_ANY = lines("""
    (so|and|well|anyway), (there it was again|that was it|it all began with it), {cue}
    (I|we|she|he|they) (said|wrote|heard|read|repeated|whispered|shouted|remembered) {cue} (again|at last|today|)
    (the answer|the password|the title|the first word|the last word|the point|my favourite) (was|is) {cue}
    (nobody|everybody|somebody) (said|expected|mentioned|thought of|was talking about) {cue} (before|then|all day|)
    {cue} (was|is) (all|the first thing|the last thing|the only thing) (I|we|they) (thought of|talked about|remember)
    (it|this|that) (reminded me of|had to do with|started with|was about) {cue}, (I think|of course|as always)
    (and then|later on|after a while|in the end|at some point) (we|they|she|he) (came back to|talked about|got to) {cue}
    (I never|I always|I rarely|we often) (think|talk|write|dream) about {cue} (anymore|these days|in public|)
    {cue} (again|as well|of all things|in the end|once more), (can you imagine|just like that|I thought)
    (not|neither) {cue} (nor anything else|and nothing like it)
    (the story|her letter|his note|the song|the sign) (ends|begins|starts) with {cue}
    (apart from|besides|without|thanks to|because of|speaking of) {cue}, (it went well|nothing changed|we managed)
    (you|people|they) (hear|see|use|find) {cue} (everywhere|all the time|less and less) (these days|now)
    (what|all) (I|he|she) meant was {cue}
    {cue}, (yes|right|exactly|of all words|if I remember), {cue_less}
    (between you and me|to be fair|to cut it short|believe it or not), {cue} (is fine|was enough|did the trick)
    (I'd|we'd|she'd) (rather|sooner) (have|take|choose) {cue}
    (just|only|simply) {cue}, (nothing more|that was it|that's what it said)
""")
_TOLD = lines("""
    (my aunt|the neighbour|an old friend|{name}) (gave me|told me about|showed us|asked for|sold us) (the|a) {cue}
    (we|they|the kids) (found|lost|forgot|left) (the|a|our) {cue} (on the train|at the beach|behind the shed)
    (the|that|this) {cue} (cost|costs) (more|less) than (I'd|we'd) (expected|hoped|saved|planned)
    (I|we) (spent|wasted) (the morning|an hour|half the day) (looking for|fixing|cleaning|drawing) the {cue}
    (last|this) (summer|winter|week|weekend) (we|I) (saw|met|bought|tried|photographed) (a|the|another) {cue}
    (if|when) the {cue} (comes back|turns up|breaks|is ready), (we can|I'll|they might) (leave|start|have a laugh)
    (the guide book|the leaflet|my teacher|the radio) (mentioned|recommended|warned us about) the {cue}
    (it|the whole thing) (smelled|looked|sounded|felt) (a bit|a lot|exactly|somewhat) like (a|the) {cue}
    (there was|we passed|I spotted) (a|one|some kind of) {cue} (by the road|in the window|next to the till|on the roof)
    (nobody|hardly anyone) (touched|noticed|wanted|recognised|believed in) the {cue} (until it was too late|at first|)
    (my|his|her|their) (first|new|old|favourite|only) {cue} (was|came|arrived|disappeared) (years ago|in spring|by post)
    (at|during|after|before) (breakfast|the meeting|the film|lunch) (he|she|{name}) (brought up|described) the {cue}
    (I|we) (promised|wanted|forgot|tried) to (bring|take|return|mend) the {cue}, (but|and then) it (rained|got late)
    (a|one|every) {cue} (like that|of that size|in good shape) is (hard to find|worth a fortune|rare|no use to anyone)
    (the children|the tourists|my parents|the band) (loved|ignored|drew|surrounded|named) (the|a) {cue}
    (so|and) (there we were|there I stood|I sat there), (with|without) (a|the) {cue} (in the rain|and no money|)
    (up|down) the (hill|road|stairs|valley) (there is|you'll find|stands|was) (a|the) {cue}
    (you|we) (can|could|should) (paint|hide|sell|wrap|keep) the {cue} (in the cellar|for later|for a good price|)
    (the police|the museum|the mayor|a stranger) (took|kept|returned|wanted|paid for) the {cue}
    (my grandmother|{name}|the captain) (used to|would always) (carry|dream of|complain about|sing about) (a|the) {cue}
    (I|she|he) (woke up|came home|called us|laughed) because of the {cue}
    (that|the) {cue} has (been there|been in the family|bothered me|been on my mind) for (years|ages|weeks|a while)
    (we|they) (named|called) the (boat|dog|shop|band|cafe) {cue} (in the end|after all|for fun|)
    (no|any|the next|another) {cue} (and|or) (I'm off|we go home|it all starts again|the deal is off)
    (he|she|{name}) (pointed at|walked past|bumped into|wrote about|was afraid of) the {cue} (twice|and smiled|again|)
    (halfway|all the way|right) (through|across|into) (town|the talk|the film) (I|we) (thought of|heard|met) the {cue}
""")
RULES: dict[str, tuple[str, ...]] = {
    "with_cue": _ANY,
    "with_cue_told": _TOLD,
    "cue_less": ("that's it", "why not", "I'm sure", "nothing else", "as I said"),
}
