"""Ways to ask for something after a while, again and again, or for two things at once."""

from __future__ import annotations

from model.studio.grammar import lines

_TIME = lines("""
    in (just|exactly|roughly|about|more or less) {wait}
    {wait} from (now on|right now|when I stop talking)
    (after|once) {wait} (have gone|have elapsed|have run out)
    (give or take|let us say) {wait} from now
    when {wait} (are up|have run out|are done)
    as soon as {wait} have (elapsed|gone by|ticked away)
    the second {wait} are up
    (in a matter of|within) {wait}, not earlier
    (starting now|counting from now|from now on the clock), (after|in) {wait}
    at the {wait} mark
    (a bit later|later), in {wait}
    not now but in {wait}
    when you have counted {wait}
    (on the dot|sharp) (after|in) {wait}
    {wait} (later|hence|down the line|on)
    {wait} after this
""")
_ASK_TASK = lines("""
    (give|send) me a (nudge|shout|buzz|prod|poke|heads up) to {task}
    (say|tell me|mention) that it's time to {task}
    (call|yell|sing) out that I (should|need to|ought to|have got to) {task}
    (get|have) me {task}
    help me (remember|not forget) to {task}
    bring (it|the thing) up that I (wanted|meant|promised) to {task}
    (don't|do not) let it slip my mind to {task}
    (hold|keep) me to it that I {task}
    drop me a (line|word|hint) to {task}
    (tap me on the shoulder|give me a kick) so I {task}
    let me know it's time to {task}
    be so kind as to remind me to {task}
    (pipe|speak) up and have me {task}
    I (have got to|must|need to|ought to|really should|want to|am supposed to) {task}, so remind me
    I (would appreciate|would love|am hoping for|could use) a (reminder|nudge|word|shout) to {task}
    I could do with a reminder to {task}
    what I need is a reminder to {task}
    (a reminder|a little nudge|a quick word) to {task}
    put me down for a reminder to {task}
    I'm bound to forget to {task}, so tell me
    (shout|holler|whisper|announce) that I (should|have to) {task}
    (chase|hurry) me to {task}
    (make a note to|be sure to) tell me to {task}
    you could tell me to {task}
    your job is to get me to {task}
""")
_ASK_WORD = lines("""
    (could you|would you|can you|will you) say {word}
    (give|throw|toss) me (a|the word) {word}
    come out with {word}
    (yell|holler|sing|whisper|mumble|exclaim|declare) {word}
    (say|speak|repeat) {word} (out loud|aloud|to me|nice and loud|clearly|for everyone)
    let (us|everyone|the room|me) hear (you say|) {word}
    I would (love|like|want) you to say {word}
    I (need|want|expect) (to hear|) the word {word} (from you|)
    your line is {word}, say it
    you go {word}
    (break the silence with|pop up with|go ahead and say) {word}
    (the word I want is|what I want to hear is) {word}, say it
    tell (us|everyone|the kids) {word}
    just one word, {word}, say it
""")
_BEFORE = lines("""
    (before I forget|oh, before it slips my mind|while I think of it|while I remember|now that I think of it),
    (I've got|I have) (a lot on today|my hands full|flour on my hands|a terrible memory|no clock in here), so
    (the kids are driving me mad|I'm up to my neck in work|it's a busy morning|I'm all over the place today), so
    (I'm on a call in a bit|I've guests coming|I'm half asleep|I'm miles away today|I'm reading), so
    (listen|look|right|okay|now then|hey), (a small favour|here's a job for you|one thing|quick one),
    (do me a favour|be a dear|be an angel|be a love|help me out|lend me a hand),
    (my phone's dead|my watch has stopped|the clock's broken|there's no clock down here|I can't see the time), so
    (I was wondering|I've been thinking|I had an idea),
    (I don't trust myself|I get carried away|I lose track of time|you know what I'm like), so
    (let me give you a task|can I ask something of you|I have a request for you),
    (something's on the stove|there's a cake in the oven|dinner's on|the kettle's on), so
    (I'm about to hop in the shower|I'm popping outside|I'll be in the next room|I've got headphones on), so
    (this may sound odd, but|it sounds silly, but|don't laugh, but|I know it's a lot to ask, but)
    (if it's no bother|if it isn't too much trouble|if you'd be so kind|when you get the chance),
    (it's for a recipe|it's for a game|it's for work|it's for the kids|it's for a bet|it's for rehearsal), so
    (new task|next up|another one|another thing|one last thing|first things first),
    (my wife says|my coach wants|the instructions say|the recipe says|the doctor says) I should, so
    (I'm in the middle of something|I'm knee deep in paperwork|I'm painting the ceiling|I'm driving), so
    (let's try this|let's do an experiment|let's see if you can do it|here's a test for you),
    (as usual|like last time|same as yesterday|the usual, please),
""")
_AFTER = lines("""
    (or|otherwise) (I'll|we'll) (miss the bus|burn the lot|be late again|forget|never hear the end of it)
    (so|so that) (nothing burns|I don't lose track|nobody has to wait|I get it done|we stay on time)
    (it's|it is) (rather important|for the kids|for a recipe|for my back|not a joke|what the doctor ordered)
    (I'd|I would) (really|) (appreciate it|be grateful|be lost without you)
    if (you don't mind|you would|that's all right|you remember|it's not too much)
    (that's|that is) (all|the plan|the whole idea|how we do it here)
    (since|because|as|seeing that) (I get distracted|I'm busy|I'm no good at this|nobody else will|I'm cooking)
    and (make it loud|be nice about it|don't be shy|don't forget|no sooner)
    like (a good assistant|you did before|we agreed|always)
    (would you believe it|funny as it sounds|between us|as it happens)
    okay
""")
_REMIND = lines("""
    {after_lead} (in|after) {wait} I (need to|have to|must|should|ought to) {task}, (so|) (remind me|tell me|say so)
    I'll (need|have|want) to {task} (in|after) {wait} and I (will|always) forget, so (speak up|tell me)
    (could|can|would) (I|you) (get|give me|have) a reminder to {task} (in|after) {wait}
    (is there any way|would it be possible) you could (remind|tell) me to {task} in {wait}
    it'd be (great|lovely|handy|useful|brilliant) if you (told|reminded) me to {task} in {wait}
    let {wait} (pass|tick by), then (remind|tell|nudge) me to {task}
    (wait|hang on|give it|leave it) {wait} (and|, then|before you) (remind|tell|prompt) me to {task}
    {task} is what I have to do in {wait}, (so remind me|please remind me)
    what I have to do in {wait} is {task}, (remind me of that|don't let me forget|tell me when it's time)
    there's one thing, I have to {task} in {wait}, so (give me a shout|tell me then)
    (the plan|the idea|my plan) is to {task} in {wait}, (tell me when it's time|you tell me when)
    (nobody|don't let anyone|don't let me) forget to {task}, it's due in {wait}, (so say it then|tell me then)
    (set|put|make|create|schedule) (a|me a|one) reminder (for|in) {wait}, (it should say|saying) {task}
    (set|put|make|schedule) (a|me a) reminder, {wait}, to {task}
    (reminder|new reminder|alarm) in {wait}, {task}
    (reminder|note to self), {task}, in {wait}
    (I'm going to|I'll) (forget|lose track), so in {wait} (tell|remind) me (to|that I have to) {task}
    (you'll have to|I'll need you to|I want you to|I'd ask you to) remind me in {wait} that I must {task}
    remind me, (it's|that's) in {wait}, to {task}
    (if I haven't moved|if I'm still sitting here|whatever I'm doing) in {wait}, (tell|remind) me to {task}
    (let's|we'll) (give it|say) {wait}, (and then|then) I (should|have to) {task}, (tell|remind) me
    (my alarm|my phone|my watch) is (broken|upstairs|out of battery), so you remind me to {task} in {wait}
    (somebody|someone) (has|needs) to (remind|tell) me to {task} in {wait}, (let it be you|that's you|can you do it)
    I (promised|swore|told {name}) I'd {task} in {wait}, (don't let me down|so keep me honest and tell me)
    {wait}, that's how long I've got (until|before) I have to {task}, (tell me when|say when it's time)
    I've got {wait} (before|until) I (need to|have to|must) {task}, (let me know|call me|give me a shout)
    (keep an eye on the clock|watch the clock), I (have|want|need) to {task} in {wait}
    (once|as soon as|the minute) {wait} have (passed|gone|elapsed), I'd like (to be told|a reminder) to {task}
    what (about|I need is) a reminder in {wait} to {task}
    time for a reminder, in {wait}, {task}
    (say|tell me) it's time to {task} when {wait} are (up|over|gone)
    tell me {wait} from now that I (wanted|meant|planned) to {task}
    (mention|bring up) in {wait} that I (have|need|wanted) to {task}
    I (can't|mustn't) forget to {task}, so ask me in {wait} whether I did
    to {task} is on my list, (tell me in|bring it up in) {wait}
    {before_reason} I (have|need|want) to {task} in {wait}, so (nudge|remind|tell|prompt) me (then|when the time comes)
""")
_SAY_ONCE = lines("""
    (could|can|would|will) you (wait|hold on|count) {wait} and (then|) say {word}
    let {wait} (pass|tick away), (then|and then|after that) (say|call out|tell me) {word}
    (give it|leave it|hang on|hold off for|stay silent for) {wait}, (then|and then) (say|shout|call) {word}
    (nothing|not a sound|complete silence) for {wait}, (and then|then) {word}, okay
    {word}, (that's what I want to hear|that's what you say|say that) in {wait}
    I('d| would) (like|love|want) to hear {word} (in|after) {wait}
    I (want|need) you to say {word} (in|after|when you've waited) {wait}
    it would (help|be funny|be great|please me) if you said {word} in {wait}
    (when|after|once) {wait} have (gone|elapsed|ticked by), (the word is|let's hear|give me) {word}
    (the word is|the magic word is|your word is) {word}, say it in {wait}
    (in|after) {wait}, (loud and clear|nice and loud|quietly|with a smile), (say|tell us) {word}
    (I'll|we'll) (be quiet|wait|close my eyes) for {wait}, (then|after that) you say {word}
    (tell|remind) (the kids|us|everyone|the team) in {wait}, just say {word}
    (say|call|yell) {word}, but (not yet|not before|hold it back until) {wait} (from now|have passed)
    (if I gave you|suppose I give you|say I give you) {wait}, could you then say {word}
    {wait} (from now|on the clock), (your cue is|you say|let me hear) {word}
    how about you say {word} in {wait}
    (what I'd like is for you to|I'd be happy if you) say {word} after {wait}
    (at the end of|right after) {wait} I (expect|want) a {word}
    set a timer for {wait}, (and when it ends|and at the end), say {word}
    (a game|a test|an experiment|a challenge), say {word} (exactly|precisely|on the dot) {wait} after I stop
    {before_reason} (wait|give it) {wait} and (say|shout|call out) {word}
    (count|take|time) {wait} in your head and then say {word}
    (I bet|I wonder if|let's see if) you can say {word} in exactly {wait}
    (surprise|wake|startle) me in {wait} with {word}
    (announce|declare|proclaim) {word} when {wait} are (over|up|gone)
    do nothing for {wait}, then (out with|say) {word}
    (I'm counting on you|rely on you) to say {word} in {wait}
    make {word} the next thing you say, (in|after) {wait}
    (later|in a while), in {wait} to be exact, say {word}
    say {word} to me (in|after) {wait}, (will you|would you)
""")
_ALARM = lines("""
    (give|send) me a (signal|shout|heads up|warning|nudge|beep)
    (tell me|say) (that it's time|the time has come|it's up|it's over|that time's up)
    (buzz|ding|ping) me
    (set|put|get) (an alarm|a timer|the timer|the alarm) (going|)
    let (me|us) know (that it's time|it's over|)
    make some noise
    (I need|I want|I would like) (a signal|to be told|to know|an alert|a shout)
    stop me
    come and get me
""")
_TIMER = lines("""
    (I need|I could use|I'd like|I want|give me|let's have) a timer (for|of|, ) {wait}
    (could|can|would) you (set|start|run|do|put on) (a|the|me a) timer (for|of) {wait}
    (may|can|could) I have (a timer for|an alarm in) {wait}
    (timer|kitchen timer|egg timer|alarm) (for|of|,) {wait}
    (another|one more|a fresh|a new) timer, {wait}
    (start|begin) (timing|the clock|counting) now and (stop me|tell me|shout) (at|after) {wait}
    (clock|time) {wait} (from now|for me|please)
    (my|the) (pasta|tea|bread|face mask|laundry|pizza|stew) (needs|takes|gets) {wait}, (tell me|shout) when
    I've (just put|put) the (kettle|rice|cake|chicken|wash|pie) on, (tell me when|shout when) {wait} are (up|over)
    I'm (going to|about to) (nap|plank|meditate|hold my breath|soak) for {wait}, (say|tell me) when it's over
    I (have|get|only have) {wait}, (keep|take) the time (for me|)
    (how|what) about {wait} on the (clock|timer)
    (put|stick) {wait} on the (timer|clock) (for me|)
    (wait|hold) {wait} and then (beep|ring|tell me|let me know)
    (let|have) the clock run for {wait} and (tell me|say) when it's (done|finished)
    (alert|warn|buzz|ping) me (after|in) {wait}
    (say|tell me|shout) when it's been {wait}
    (I'd like to know|I want to know|tell me) when {wait} have (passed|gone by|elapsed|slipped by)
    (keep|take|mind) the time, it's {wait}
    (this|it) takes {wait}, (mind the clock for me|you do the timing|let me know when it's done)
    it's supposed to (bake|rest|cook|soak|brew|cool|dry) for {wait}, so (set a timer|time it|let me know)
    {wait} (and not a second longer|tops|exactly), (set a timer|tell me when)
    (we've|they've|she has|he has) got {wait} (to answer|for this round|each|on the clock), (you keep time|time it)
    let me (rest|sit|sleep|think|lie down) for {wait}, then (wake me|tell me|call me)
    (would you mind|do you mind) timing {wait} for me
    {before_reason} (time|set a timer for|put a timer on for) {wait}
    a timer (would be nice|please|would help), {wait}
""")
_PACE = lines("""
    (once|one time) (every|per|each) {wait}
    (on a loop|in a loop|on repeat), every {wait}
    every {wait} (or so|on the dot|without fail|from now on|starting now)
    each time another {wait} (have passed|are gone|go by)
    (leaving|with) {wait} (between each|in between|between them)
    (in|at) (steps|intervals|gaps) of {wait}
    {wait} apart
    (as regular as clockwork|steadily|like a clock|like a metronome), every {wait}
    (all the while|the whole time), every {wait}
""")
_REMIND_OFTEN = lines("""
    I (need|ought|want|have|am supposed) to {task} every {wait}, so (keep telling|keep reminding|nudge|remind) me
    (keep|start|go on) (telling|reminding|nudging|prompting) me to {task}, (every|once every) {wait}
    (get|have) me to {task} every {wait}
    {before_reason} I (must|should|have to) {task} every {wait}, (tell me each time|say it every time|call it out)
    every {wait} I('d| would) like (a reminder|a nudge|to be told) to {task}
    (it helps|I feel better) if I {task} every {wait}, so (remind me|tell me to|keep at me)
    (set up|make|give me|I'd like) (a|an|) (recurring|regular|repeating|steady) reminder to {task}, every {wait}
    (my trainer|my doctor|the recipe|my physio) says to {task} every {wait}, (remind me each time|call it out)
    (be my|play the|you're my) (coach|trainer|drill sergeant), every {wait} (tell me|order me) to {task}
    whenever {wait} have (gone by|passed), (tell|remind|nudge) me to {task}
    (pester|bug|nag|chase) me every {wait} to {task}
    {task}, that's what I should do every {wait}, (so tell me|remind me)
    (let's|we're going to) do intervals, (tell me|call out) to {task} every {wait}
    (each|after each) {wait}, (call|sing) out that I (should|have to|must) {task}
    (would you|could you) tell me to {task} every {wait}
    I'd (appreciate|like|love) a (nudge|reminder) to {task} (once|) every {wait}
    I (always forget|keep forgetting) to {task}, so every {wait} (tell|remind|nudge) me
    (not just once but|over and over,) every {wait}, remind me to {task}
    (from now on|starting now|beginning now), (remind|tell|prompt) me every {wait} to {task}
    make it a (habit|rule), every {wait} tell me to {task}
    (split my time up|pace me), every {wait} I (should|have to) {task}, (announce it|call it|say so)
    at (regular|steady) intervals of {wait} (tell|ask|remind|urge) me to {task}
""")
_SAY_OFTEN = lines("""
    (could you|can you|would you) (say|call out|repeat) {word} every {wait}
    (keep|start|go on) (saying|calling|repeating|shouting|whispering) {word} (once|) every {wait}
    {word}, {word}, {word}, (like that|just like that), every {wait}
    (I want|I'd like|I need|let me have|give me) a {word} (from you|) (once|) every {wait}
    every {wait} (I want|I'd like|I need) (to hear|) {word}
    (let|make) {word} (ring out|sound|be heard) every {wait}
    (be|play) (a clock|my metronome|the timer|a parrot) and say {word} every {wait}
    (drum|hammer) it into me, {word}, every {wait}
    (whenever|each time|every time) {wait} have (passed|gone by|elapsed), (say|go|call) {word}
    (pace|time) me by saying {word} every {wait}
    {before_reason} say {word} (once|) every {wait}
    (set up|make) a loop, say {word} every {wait}
    (at|with) (steady|regular) intervals of {wait}, (say|call out|announce) {word}
    it (would help|would be great) if you said {word} every {wait}
    (your word is|the word is) {word}, (say it|repeat it) every {wait}
    (remind|tell) us every {wait}, just say {word}
    (don't say anything but|say only|say just) {word}, (once|) every {wait}
    (for my workout|for my breathing|for the game|for the rehearsal), say {word} every {wait}
    after every {wait} (say|sing|call out) {word}
    (mark|count off) every {wait} (for me|) by saying {word}
    {wait} (of silence|of quiet), {word}, {wait} (of silence|of quiet), {word}, and so on
    I'd be (glad|happy|grateful) to hear {word} every {wait}
""")
_TWO_REMINDERS = lines("""
    two (things|reminders), (in|after) {wait} (I have to|to) {task}, and (in|after) {later} (I have to|to) {another}
    remind me to {task} in {wait} and (then|) to {another} in {later}
    (in|after) {wait} (tell|remind) me to {task}, (and|then) (in|after) {later} to {another}
    (I need to|I have to|I must) {task} in {wait} and {another} in {later}, so (remind|tell) me of both
    I need two reminders, (one|the first) in {wait} to {task}, (the other|another) in {later} to {another}
    (set|make|put) two reminders, {wait} to {task} and {later} to {another}
    {task} in {wait}, {another} in {later}, (remind me of both|tell me each time|don't let me forget)
    (there are two things on my list|two jobs), {task} in {wait}, and {another} in {later}, (tell me|call me) each time
    (when|once) {wait} have passed tell me to {task}, (when|once) {later} have passed tell me to {another}
    (could|can|would) you remind me to {task} in {wait}, and (also|) to {another} in {later}
    {before_reason} remind me to {task} in {wait} and to {another} in {later}
    (nudge|prompt|tell) me to {task} {wait} from now, and to {another} {later} from now
    first, {task} in {wait}, second, {another} in {later}, (please remind me|keep track for me)
    I'll forget to {task} and to {another}, so tell me in {wait} and in {later}
""")
_TWO_WORDS = lines("""
    say {word} in {wait} and {other} in {later}
    (in|after) {wait} say {word}, (and|then) (in|after) {later} (say|) {other}
    (two|a couple of) (words|things), {word} in {wait} and {other} in {later}
    (I want|I'd like|I need) to hear {word} in {wait} and {other} in {later}
    (could|can|would) you say {word} in {wait}, and (also|) {other} in {later}
    (when|once) {wait} have passed say {word}, (when|once) {later} have passed say {other}
    {word} (comes|is due) in {wait}, {other} (comes|is due) in {later}, (you say them|call them out)
    {wait} from now say {word}, {later} from now say {other}
    (call|shout) {word} (in|after) {wait} and {other} (in|after) {later}
    {before_reason} say {word} in {wait} and {other} in {later}
    (the first word is|first up is) {word} in {wait}, (the second|then) {other} in {later}
    give me {word} after {wait} and {other} after {later}, (both|each) counted from now
""")
_TWO_TIMERS = lines("""
    (set|start|run|I need|give me|can you set|could you start) two timers, (one for|) {wait} and (one for|) {later}
    (set|start) (one|a) timer for {wait} and (another|a second one|one more|one) for {later}
    two timers (please|at once|side by side), {wait} and {later}
    (I've got|there are) two pans on, one needs {wait}, the other {later}, (time both|set timers)
    (tell me|let me know|shout) when {wait} are up and again when {later} are up
    (alarm|timer) in {wait} and (again|another one) in {later}
    (beep|ring|call) me in {wait} and (once more|again) in {later}
    the (eggs|potatoes|rice) take {wait} and the (beans|sauce|fish) {later}, (set|start) a timer for each
    {before_reason} set two timers, {wait} and {later}
    (time|clock) {wait} and {later} (for me|at the same time)
""")
RULES: dict[str, tuple[str, ...]] = {
    "time": _TIME, "ask_task": _ASK_TASK, "ask_word": _ASK_WORD, "before_reason": _BEFORE, "after_reason": _AFTER,
    "remind": _REMIND, "say_once": _SAY_ONCE, "alarm": _ALARM, "timer": _TIMER, "pace": _PACE,
    "remind_often": _REMIND_OFTEN, "say_often": _SAY_OFTEN, "two_reminders": _TWO_REMINDERS, "two_words": _TWO_WORDS,
    "two_timers": _TWO_TIMERS, "after_lead": ("", "", "{before_reason}", "okay,", "so,", "right,"),
}  # fmt: skip
