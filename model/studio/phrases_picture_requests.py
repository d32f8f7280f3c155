"""Ways to ask for what is seen to be counted, told or marked, and to ask what there is to see."""

from __future__ import annotations

from model.studio.grammar import lines

RULES: dict[str, tuple[str, ...]] = {
    "count": lines("""
        (could|can|would|will) you (count|keep count of|tally|number) (my|the|these|all my) {moves} (out \
            loud|aloud|for me|)
        (watch|look at|keep an eye on) me (doing|do) {moves} and (count|count them|say each number|keep count)
        (I'm|I am) (about to|going to|ready to) do {moves}, (count along|you count|count me in|please count|keep score)
        (I'll|we'll) (start|do|begin) {moves} (now|in a moment|in a second), (count them|count each one|you do the \
            numbers)
        (time for|next up|now come|here come|let's go,) {moves}, (count|count them aloud|count for me|you count)
        (say|call|shout) the number (after|at the end of|with) (each|every one) of my {moves}
        (give|tell) me (the count|the number|a number) (after|for) every one of my {moves}
        (I|we) (need|want|have) to do {moves}, (help me count|count with me|who counts? You do|keep the tally)
        (I always|I keep) (lose|losing) count of my {moves}, (so|) (you count|count them|count aloud for me)
        (how many|let's see how many) {moves} (can I|I can|will I) (do|manage|get through), (count|count aloud)
        (my trainer|my physio|my coach) (wants|ordered|asked for) {moves}, (count them|count each|say each number)
        {moves}, (count them|please count|count along|one by one, you count|out loud please)
        (be|play) my (coach|trainer|counter|referee|gym buddy) and count (my|the) {moves}
        (whenever|each time|as soon as) I've (finished|done|completed) one of the {moves}, (say|call) its number
        for (each|every one) of (my|the) {moves} (say|call out) the (next|) number
        (keep|run) (a tally|the score|track) of (my|the) {moves} (out loud|aloud)
        (no talking,|nothing else,|only this,) just count my {moves}
        (camera's on|can you see me), (good|right), (now|so) count my {moves}
        (another|one more|the next) (set|round) of {moves}, (count again|count them|please count)
        one, two, three, like that, (for|with) (each of|) my {moves}
        (I'd|I would) (like|love) (you|someone) to count my {moves}
    """),
    "once": lines("""
        (tell|warn|alert|inform|notify) (me|us) (when|as soon as|once|the moment|the second) {sight}
        (let|make) (me|sure I) know (when|as soon as|once|the moment) {sight}
        (keep|have) an eye (on the picture|on the camera|out) and (tell me|say so|speak up) when {sight}
        (watch|look) (closely|carefully|out), and (when|once|as soon as) {sight}, (tell me|say so|speak up|let me know)
        (say|speak|shout|call) (something|so|up|out) (when|once|as soon as|the moment) {sight}
        (could|can|would|will) you (tell|warn|alert) me (when|once|as soon as) {sight}
        (I|we) (need|want|would like) to (know|be told|hear) (when|as soon as|the moment) {sight}
        (I|we) (can't see|won't notice|might miss it), (so|) (tell|warn) me when {sight}
        (when|once|as soon as|the moment|the second) {sight}, (say so|speak up|let me know|give me a shout|tell me)
        (give|send) (me|us) a (shout|heads up|signal|word|warning) (when|once|as soon as) {sight}
        (pay attention|be on guard|stay alert|don't look away), tell me (when|once) {sight}
        (your|the) (job|task) is to (tell|warn) me (when|once) {sight}
        (it may be|at some point|sooner or later) {sight}, (tell me then|say so|let me know when)
        (don't|never) (say anything|speak|disturb me) (until|before) {sight}, (then tell me|then say so)
        (announce|report|mention) it (when|once|as soon as) {sight}
    """),
    "once_reply": lines("""
        (when|once|as soon as|the moment|the second) {sight}, (say|call|shout|call out) {reply}
        (say|call|shout|tell me|call out) {reply} (when|once|as soon as|the moment) {sight}
        (wait|watch|look) (until|till) {sight}, (then|and then) (say|shout) {reply}
        (the first time|the next time|if) {sight}, (say|shout|call out) {reply}
        (could|can|would) you say {reply} (when|once|as soon as) {sight}
        (just once|only once), (when|once) {sight}, say {reply}
        (I want|I'd like) to hear {reply} (when|once|as soon as) {sight}
        {reply} is what you say (when|once) {sight}
    """),
    "often": lines("""
        (every|each) (single|) time {sight}, (say|call|shout|go|call out|I want to hear) {reply}
        (whenever|every time|each time) {sight}, (you say|say|just say|please say|shout|respond with) {reply}
        (say|call|shout|call out) {reply} (whenever|every time|each time|as often as) {sight}
        (could|can|would) you (say|shout) {reply} (whenever|every time|each time) {sight}
        (a game|here's a game|new game|let's play), (whenever|each time) {sight} (you say|you shout|say) {reply}
        (keep watching|keep looking), (and|) (whenever|every time) {sight}, (say|shout) {reply}
        (I want|I'd like) (to hear|) {reply} (whenever|every time|each time) {sight}
        (from now on|for the whole call), (say|call) {reply} (whenever|every time) {sight}
        {reply} is (what you say|your word) (whenever|every time) {sight}
        (not just once|again and again), (whenever|every time) {sight}, say {reply}
        (as often as|however often) {sight}, (say|shout|call) {reply}
    """),
    "start_stop": lines("""
        (say|call|shout) {first} (when|as soon as|the moment) (I start|I begin|you see me) {doing} and {last} when I \
            (stop|finish|am done)
        (when|as soon as) I (start|begin) {doing} (say|call) {first}, (when|as soon as) I (stop|finish) (say|call) \
            {last}
        {first} (when|as soon as) (I start|somebody starts|there is) {doing}, {last} (when|as soon as) it \
            (stops|ends|is over)
        (watch|look) for {doing}, (say|call) {first} at the (start|beginning) and {last} at the end
        (mark|call|announce) the (start|beginning) of (the|any) {doing} with {first} and the end with {last}
        (could|can|would) you say {first} when (I start|I begin|I'm) {doing} and {last} (when I stop|afterwards)
        (I|we) (want|need|would like) to hear {first} (when|once) the {doing} (starts|begins) and {last} when it \
            (ends|stops)
        (whenever|if|each time) (someone|somebody|anybody) (starts|begins) {doing} say {first}, and {last} when \
            (they stop|it's over)
        (be|play) the (referee|judge|timekeeper), {first} (at|for) the (start|beginning) of the {doing}, {last} \
            (at|for) the end
        (only|just) two words, {first} when the {doing} (starts|begins), {last} when it (ends|is over)
        (I'm|we're) (filming|timing|measuring) {doing}, (say|call) {first} when it (starts|begins) and {last} when \
            it ends
        tell me {first} (once|as soon as) I'm {doing} and {last} (once|as soon as) I'm not (anymore|any longer)
    """),
    "what_doing": lines("""
        (can|do) you (see|tell|know|recognise) what I'm doing (now|here|right now|at the moment|)
        what (do|does) (it|this|I) look like I'm doing
        (tell|show) me what I'm doing (now|right now|here|)
        (what|which activity) (is this|am I busy with|would you call this)
        (guess|say|describe) what I'm (doing|up to) (now|here|)
        (look|watch|look here), what am I (doing|up to)
        what (am I|is it I'm) (up to|doing) (now|here|at the moment)
        (any idea|do you have an idea) what I'm doing
    """),
    "what_shown": lines("""
        what (am I|do you see me) (holding|holding up|showing you|showing) (now|here|right now|)
        (what|which thing) is (that|this|it) (in my hand|in the picture|I'm holding|here)
        (can|do) you (see|tell|recognise) what (this|that) is
        (tell|show) me what you (see|can see) (now|here|)
        (look|look here|look at this), what is it
        (what's|what is) (in front of|close to) the camera
        (name|describe) (what I show you|what's in my hand|this thing|what you see)
        (guess|say) what I'm holding
        what have I got (here|in my hand|for you)
    """),
    "what_colour": lines("""
        (which|what) (colour|color) (do you see|am I holding up|is my card|is the card|do I have here)
        (can|do) you (tell|see|know) (which|what) (colour|color) (it|this|that) is
        (tell|give) me the (colour|color) (of the card|of this|you see|)
        (name|say) the (colour|color) (of my card|of this card|you see)
        the (colour|color) of (my|this) card is what
        (look|now), (which|what) (colour|color)
    """),
    "how_many": lines("""
        how many (have I|did I) (done|do|managed|manage|finished|finish) (so far|until now|in all|)
        (what|which) number (are we|am I|were we) (at|on)
        (what's|what is) (the count|the total|the tally|my score) (so far|now|)
        (tell|give) me (the total|the count|how many that was|the number so far)
        (how far|where) (am I|have I got|are we) with the count
        how many (were|are) (there|those|they) (in all|so far|)
    """),
    "about_it": lines("""
        (I'm|we're) (just|only) (warming up|stretching|moving about|showing you my gym|loosening up|having fun)
        (no need to|you needn't|you don't have to) (count|say anything|watch|do anything)
        (this|that) is (my|our) (living room|garage|home gym|kitchen|daily routine|favourite exercise)
        (my|the) (doctor|coach|wife) (told|wants|advised) me to (move more|exercise|do this every day)
        (I've|I have) been (sitting|at my desk|on the sofa) (all day|for hours|since the morning)
        (it's|it is) (hard|good|fun|boring) to (train|exercise|move) (alone|at home|in here|after lunch)
        (I used to|I could once) do (fifty|thirty|a hundred) of these (in a row|without a break)
        (the music|this shirt|the floor|this mat) (helps|is too warm|is cold|is new)
    """),
}
