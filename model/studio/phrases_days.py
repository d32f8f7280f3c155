"""More of what people tell of their days: plain sentences that ask for nothing and tell no false facts."""

from __future__ import annotations

from model.studio.grammar import lines

TELLING = lines("""
    {time_past} {we} (missed|nearly missed|caught) the (last|first|early) (bus|train) (because|since) {reason}
    (you won't believe it|guess what|listen to this|it's a funny thing|long story), (but|so) {time_past} {happening}
    {name} (finally|secretly|suddenly|apparently) (bought|sold|lost|found|painted) {a_thing} (in {city}|from my \
        {relative}|)
    (the weather|the traffic|the noise|the queue|the food) {time_past} was {quite} {mood}, (so|and) {we} {went_out} \
        {place}
    (it|that) (must have been|was|could have been) (about|around|almost) {number} {unit} ago (when|that) {happening}
    (I|we) (keep|kept|can't stop) {doing} (even though|although|because) {happening}
    (between|during|after) (breakfast|the meeting|the film|lunch) and {doing} (I|we) (hardly|barely) (slept|sat \
        down|spoke)
    my {relative} (sent|gave|brought|lent|promised) (me|us) {a_thing} (for {event}|before {event}|the other day|)
    (some|most|all) of (the guests|my friends|the children|the neighbours) (left early|were late|loved it|fell asleep)
    (I|we) (woke up|came back|got up|went to bed) (at|before|after) (five|six|nine|ten) (because|and) {happening}
    (there's|there was) (no|hardly any|plenty of|a bit of) (time|room|money|light) left (to {chore}|for \
        {event}|after that)
    (the good news is|the bad news is|the trouble is|the point is|what I mean is) (that|) {happening}
    (I'm|we're) (off|going|planning) to {chore} (as soon as|once|after) {happening}
    (nothing|something|not much) (happened|changed|got better) (since|after|until) {name} (left|called|came|moved to \
        {city})
    (the|our|their) (kitchen|garden|street|office|hall) (looks|smells|feels) {quite} {mood} (now|since {event}|these \
        days)
    (at|in) the (station|market|library|office|park) (I|we) (met|saw|heard|ran into) (my {relative}|{name}|an old \
        friend)
    (he|she|{name}) (took|needed) {number} {unit} to (answer|decide|finish|find it), (no wonder|as usual|I think)
    (I|we) (meant|tried|hoped|forgot|managed|refused) to {chore} (before|after) {event}
    (every|each) {weekday} (we|they|I) {habit2} (and|then) (talk about {event}|go home|laugh a lot)
    (that|the) (evening|morning|weekend) (we|I) (laughed|cried|ate|walked|argued) (a lot|so much|for hours|more than \
        usual)
    (I|we) (used to|would|still) {habit2} (when I was a child|before {event}|in {city}|with my {relative})
    (she|he|{name}) (smiled|nodded|shrugged|sighed|laughed) and (said|thought) {wisdom}
    (if|when) it (rains|snows|gets late|gets cold) {we} {habit2}, (that's the rule|as always|even on {weekday})
    (I|we) (paid|spent|saved|borrowed) {number} (dollars|euros|pounds) (for|on) {a_thing} (and|but) (never used \
        it|it broke)
    (the|a) {job} (came|called|knocked|wrote) (twice|again|{time_past}) about (the roof|the boiler|the bill|{a_thing})
    (halfway|on the way) (there|home|through {event}), {happening}
    (one|some) of my {relative}s (lives|works|studied) {somewhere} (and|but) {wisdom}
    (little by little|step by step|all at once|out of nowhere|in the end) (it got better|they understood|{happening})
    (I|we) (don't|didn't) (care|mind|know|understand) (why|whether|that|how) {happening}
    (I|we) (was|were) (just|already|still) {doing} when (the bell rang|{name} came in|the phone rang|somebody shouted)
    (they|the neighbours|the kids) (painted|fixed|broke|moved|lost) (the fence|the sofa|the window|{a_thing}) \
        (again|last week|)
    (as|like) (I said|you know|always|my {relative} says), {wisdom}
    (I|we) (bet|swear|promise|admit), (it was|that was) {quite} {mood} (for {name}|at first|in the end|)
    (not|hardly) (a day|a week|an hour) (goes|went) by without {doing}
    (by now|so far|up to now|since then) (we|they|I) (have|must have) {done_it} (twice|a hundred times|many times)
    (it|everything) (started|began|ended) with {a_thing} and (a lot of|some|no) (rain|laughter|trouble|music|luck)
    (we|they) (split|shared|ordered|burned|forgot) the {food} (and|then) (went home|talked until midnight|had tea)
    (after|in) (all those years|a while|a couple of days) (I|we) (got used to|gave up|miss|enjoy) {doing}
    (my|our) (new|old|last) (job|flat|boss|car|dog) is {quite} {mood}, (but|and) {wisdom}
    (somewhere|somehow|sooner or later) {happening}, (it always does|and that was that|I suppose)
    (I|we) (told {name} about {event}|asked {name} about {event}|helped {name} to {chore}|warned {name} not to {chore})
    (what a|such a) (day|mess|surprise|pity|relief|journey), (and|but|because) {happening}
    (first|before that|meanwhile|afterwards|at the same time) (my {relative}|{name}) {went_out} {place}
    (on|next) {weekday} (we're|they're|I'm) (seeing|meeting|visiting|helping) (my {relative}|{name}|the new neighbours)
    (the {animal}|our {animal}|that {animal}) (slept|waited|sat|barked|hid) {somewhere} (all day|for hours|until we \
        left)
    {name} (can't|never could|used to) (stand|resist|remember|finish) (the cold|a good film|long books|{food})
    (I|we) (learned|read|heard|dreamed) (a lot|something|nothing new) about {event} (there|that day|on the radio)
    (they've|we've) (moved|changed|closed|painted|rebuilt) (the library|our office|the old school|the bus stop) \
        (again|at last)
    (my|his|her) (keys|glasses|shoes|gloves|papers) (were|turned up|disappeared) {somewhere} (as always|again|in the \
        end)
    (it|this) (feels|seems|looks) (like|as if) {happening}, (but|and) (nobody minds|who cares|I'm not sure)
""")
SLOTS: dict[str, tuple[str, ...]] = {
    "done_it": ("painted it", "cleaned it", "told that story", "seen that film", "asked them", "cooked that"),
    "word_of_talk": ("cheese", "Monday", "holiday", "dessert", "money", "homework"),
    "job": ("plumber", "landlord", "painter", "builder", "electrician", "postman"),
}
