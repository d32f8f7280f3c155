"""What people say to each other within the agent's hearing, and talk with the words of requests in it."""

from __future__ import annotations

from model.studio.grammar import lines

TO_SOMEBODY = lines("""
    {name}, (can|could|would) you (get the door|hold this|pass me the {thing}|come here|turn that down|wait outside)
    {name}, (where did you|when did you|why did you) (put|leave|hide|buy) (the|my|our) {thing}?
    {name}, (stop shouting|stop running|don't jump on the sofa|don't touch that|stop teasing her|stop it now)
    (no|yes|okay|wait|listen|look), {name}, (I'm on a call|I'll be there in a minute|not now|later|leave it)
    {name}, (remind|tell|ask) (your mother|your father|him|her|grandma) (to call me|about the keys|when she's back)
    {name}, (set|start|stop) the (washing machine|dishwasher|oven timer), (please|will you|would you)?
    {name}, (what's|how's|when's) (for dinner|your homework|the cake coming along|your bus|the time)?
    {name}, count (the plates|the chairs|to ten and come in|your change)
    (darling|love|honey|sweetheart|dear), (have you seen my {thing}|are you coming|what shall we eat|is the {thing} \
        broken)?
    (mum|dad|grandma|uncle), (can I have some {food}|where's my {thing}|I'm hungry|look at this|when are we leaving)?
    (come on|hurry up|calm down|sit down|be careful|good boy|good girl|well done), {name}
    {name} and {name}, (shoes on|dinner's ready|stop fighting|time for bed|come down here)
    {name}, (I was|we were) (on the phone|talking about you|waiting for you|looking for you)
    {name}, (take|bring) (the {thing}|your {clothing}|the rubbish|this) (upstairs|to the car|out|to {name})
    {name}, (did you (feed|find|see)|have you (fed|found|seen)) the {animal}?
    (excuse me|hello|good morning), (waiter|sir|madam|officer|driver), (the bill please|is this seat free|where's \
        the {thing})?
    (can you|could you) (hold|take) the (baby|{thing}|lead) for a second, {name}?
    {name}, (it's|there's) (the postman|somebody at the door|your sister on the phone|for you)
    (hey|oi|psst), {name}, (over here|wake up|what was that|did you hear that|say something)
    {name}, (translate|read) (that|this) for (grandpa|your brother|me), (please|would you)?
    {name}, (you|we) (should|must|have to) (leave|tidy up|call the {job}|eat something|be quiet)
    {name}, (guess|look) (who called|what I found|who's here|what the {animal} did)
    {name}, (I|we) (love|like|hate) (your {clothing}|that {thing}|this song|your new haircut)
    (shall|should) we (order {food}|go out|start|ask the {job}|wait for {name}), {name}?
    {name}, (look up|google|check) (the number|the way|the bus times|it) on your phone
""")
TO_ANOTHER = lines("""
    {name}, (did you (hear about|see|like|finish|find)|have you (heard about|seen|finished|found)) {the_thing}?
    {name}, (what|where|when|who) (was|is) (that {thing}|the {thing} from {city}|your {adjective} {thing})?
    (what|how) about {the_thing}, {name}?
    {name}, (will|would|can|could) you (help me with|carry|look after|return|show me) {the_thing}?
    (is|was) {the_thing} (yours|new|expensive|still there|any good), {name}?
    (why|how) (is|was) {the_thing} so {adjective}, {name}?
    {name}, (how much|how old|how heavy|how far) is {the_thing}?
    (shall|should|can) (we|I) (take|keep|sell|open|move) {the_thing}, {name}?
    (who|which of you) (took|broke|brought|ordered) {the_thing}, {name}?
    {name}, (are|were) you (at|in|near) (the {thing}|{city}|the {adjective} {thing}) (yesterday|on \
        {weekday}|again|today)?
    (tell me|be honest), {name}, (do you like|did you take|did you break) {the_thing}?
    {name}, (where|when) (are|will) (we|you) (meeting|meet|go|going) (on {weekday}|tomorrow|next week|)?
""")
TO_ANOTHER_ANSWER = lines("""
    (yes|no|yeah|nope|sure|well|hm), (I think so|not yet|it's {where}|{name} has it|ask {name}|you know me|why \
        not|maybe)
    (I|we) (left|put|saw|found|sold) it {where} (yesterday|on {weekday}|I think|)
    (give me a minute|I'm coming|just a second|on my way|in a moment|almost done|hold on)
    (how should I know|no clue|ask somebody else|who wants to know|good question|don't ask me)
    (of course|gladly|with pleasure|if I must|not again|must I|all right then|fair enough)
    (that's|it's) (mine|{name}'s|not mine|{where}|broken|in the wash|too late|none of your business)
    ({name}|the {job}|your brother) (has|took|wanted|broke|brought) it
    (because|since) {name} (said so|wanted it|asked me|paid for it)
    (it|that) cost {number} (dollars|euros|pounds)
    {the_thing}? (no|yes|never|of course|maybe later)
""")
ABOUT_REQUESTS = lines("""
    (my|her|his) (phone|watch|oven|alarm) (rings|beeps|goes off) (every morning|for no reason|in the middle of the \
        night)
    (the teacher|the coach|my mother) (always|never) (says|said) (stop|go|quiet please|your turn|well done) \
        (twice|too loud|)
    I (asked|told|begged) {name} to (stop|wait|count|remind me|wake me|be quiet), (but|and) {excuse_he}
    (he|she|{name}) (waited|stayed|held on) for {number} (minutes|seconds) (and left|and then spoke|without a word)
    (somebody|nobody|everybody) (reminded|told|warned|asked) me (about the meeting|to bring {a_thing}|that {happening})
    (we|they) (counted|added|timed) (the laps|the sheep|everything|the votes) (again|twice|and got {number})
    every {number} minutes (the bus comes|the light blinks|somebody coughs|he looks at his watch)
    (whenever|each time) (the phone rings|the bell goes|she says my name), (the {animal} runs off|everybody looks \
        up|I jump)
    (after|before) {number} (minutes|seconds) (the screen goes dark|he gave up|the egg is done|they started)
    (if|when) somebody says {word_of_talk}, (everyone laughs|the {animal} gets up|we all sit down|she blushes)
    (my|our) (doctor|trainer) (told|reminds) (me|us) to (stretch|drink|breathe|rest) (more often|every hour|all the \
        time)
    (the|that) (timer|countdown|alarm|reminder) (was|is) (wrong|late|too quiet|still running somewhere|in the kitchen)
    (he|she|{name}) (translates|corrects|repeats|counts) (everything|every word|all of it) (for a living|for fun|out \
        loud)
    (I|we) (set|had|forgot|missed) (an alarm|a reminder|the timer) (for the {thing}|this morning|and overslept)
    (they|the kids) (shout|yell|whisper) (go|stop|ready|now) (all day long|at each other|at the {animal}|in that game)
    (the play|the film|her book) is called (wait for me|remind me tomorrow|stop the clock|count to ten|say it again)
    (I|we) (can't|couldn't) (remember|say|tell) (when it was|how long it took|how many there were|who was counting)
    (once|as soon as) the (minute|hour|break) was (up|over), (they all left|he rang the bell|we sat down)
    (it's|it was) (only|just) a (reminder|question|matter of time|game we play|test), (don't worry|nothing more|she \
        said)
""")
