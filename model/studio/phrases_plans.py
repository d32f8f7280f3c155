"""Ways to ask for turns, an end, counting aloud, an age of the call; and to change, end or call off a request."""

from __future__ import annotations

from model.studio.grammar import lines

_IN_TURNS = lines("""
    (first|start with) {word}, (then|next) {other}, (then|next) {word}, (and so on|and so forth), one every {wait}
    (switch|go|flip|move) back and forth between {word} and {other} every {wait}
    (rotate|cycle|alternate) {word} and {other}, every {wait} (one|one of them|the next)
    every {wait} (call|shout|say) {word}, and the next time {other}, (always in turn|and round again)
    {word} (first|to start with), {other} {wait} later, then {word} again, (keep going|and on it goes)
    (it goes|the order is|the pattern is) {word}, {other}, {word}, {other}, with {wait} (between|in between)
    (I need|I want|I'd like) {word} and {other} (by turns|alternately|one after the other), every {wait}
    (for my intervals|for my breathing|for the drill), say {word}, after {wait} {other}, and (round and round|repeat)
    (could|can|would) you (alternate|switch) between {word} and {other} every {wait}
    say {word}, wait {wait}, say {other}, wait {wait}, (and repeat|and start over|over and over)
    (one time|once) {word}, (one time|once) {other}, always {wait} apart
    every {wait} you (swap|change), {word} (one time|first), {other} the next
    {before_reason} say {word} and {other} (in turn|alternately) every {wait}
    (be|play) my (coach|trainer), {word}, then {other}, (changing|switching) every {wait}
    (take|use) two words, {word} and {other}, and say one of them every {wait}, in turn
    odd ones {word}, even ones {other}, one (call|word) every {wait}
    (keep|start) (swapping|alternating) {word} with {other} every {wait}
""")
_UNTIL_TOLD = lines("""
    until I (shout|call|say) (stop|enough|that's it|that'll do)
    (till|until) I (come back|interrupt you|let you know|tell you otherwise|say so)
    (and keep|and keep at it) until I stop you
    (without|and there's no) end
    (indefinitely|for now|for the time being|on and on|non stop)
    (as long as|while) (I'm working|I'm at it|we're in here|this goes on)
    and (don't|never) stop (on your own|by yourself|until I tell you)
    and I'll (say|tell you) when to stop
    and I'll stop you (later|when I'm done|at some point)
""")
_UNTIL_WORD = lines("""
    (right|all the way|) up (until|to when) I say {cue}
    (but|and) (stop|finish|quit|cease|be done) (as soon as|the moment|once) (I say|you hear) {cue}
    and {cue} is (the word that stops you|the signal to stop|your sign to stop|when you stop)
    (until|till) (somebody|someone|one of us|anybody) says {cue}
    (until|till) {cue} (is said|is mentioned|falls|comes up)
    (stop|end) (at|on|with) the word {cue}
    and the (stop word|safe word|code word|password) is {cue}
    (unless|only until) I say {cue}
    and the word {cue} (ends it|stops it|switches it off|brings it to an end)
    and (when|once|if) I say {cue}, (that's it|you can stop|you're done|it's over)
    and (keep it up|keep going|don't stop) until (I say|you hear) {cue}
    and I'll say {cue} (when it's enough|to end it|to make you stop|when I'm finished)
    (stopping|ending) (when|as soon as) (I say|you hear) {cue}
    for as long as nobody says {cue}
    (before|until) you hear me say {cue}
    and {cue} means stop
""")
_TIMES = lines("""
    {count} times (over|altogether|all told|and no more|and that's it|at most|please|only)
    and (do|say|repeat) (it|that|this) {count} times
    (a total of|exactly|just|only|make it|that makes) {count} times
    for (a total of|) {count} (rounds|goes|turns)
    and (stop|finish|quit|end) after {count} (times|rounds|goes)
    {count} (rounds|repeats|repetitions|goes) (in all|in total|will do|is plenty|please)
    (and|but) (then stop|quit|end it) after {count} times
    (not once but|I need it) {count} times
    and (I want|I need|give me) {count} of (those|them)
    until you've (said|done) it {count} times
    and (set it to|let's do) {count} (rounds|repeats)
""")
_COUNT_DOWN = lines("""
    (could|can|would|will) you count (down|backwards) from {number}
    give (us|me|the kids) a (countdown|count down) from {number}
    (start|begin) at {number} and (count|go|work) (down|backwards) (to one|)
    (from|starting at|starting from|beginning with) {number}, (count|go) (down|backwards)
    (let's have|we need|I'd like|how about|it's time for) a countdown (from|starting at) {number}
    (I'll|we'll) (jump|start|run|go|hide) when you've counted down from {number}
    count (it|us|me|them) (in|down) from {number}
    {number} down to one, (out loud|please|nice and clear|count it)
    (rocket|launch|race|new year's) countdown, (start|begin) (at|from) {number}
    (count|say) the numbers (down|backwards) from {number}
    {before_reason} count down from {number}
    we're (launching|starting|about to start|off) in {number}, count (us|it) down
    (can I get|I'd love|get me) a countdown from {number}
    go backwards from {number} (to one|)
    (do|run) a {number} second countdown (out loud|aloud|for us)
    (tick|count) down the seconds from {number}
    the kids (want|love) a countdown, (start|begin) (from|at) {number}
    (hide and seek|for hide and seek|for the race|for the photo), count down from {number}
    (read|call) out the numbers from {number} down
""")
_COUNT_UP = lines("""
    (could|can|would|will) you count (up|) to {number}
    (start|begin) (at|with|from) one and (count|go) (up|) to {number}
    (count|go) from one (up|) to {number} (out loud|for me|aloud|please|)
    (I want|I'd like|let us hear|give me) (the numbers|a count) from one to {number}
    (count|say) (out loud|aloud) to {number}
    (hide and seek|we're playing hide and seek|close your eyes), count to {number}
    count (upwards|up) until you (get to|reach|are at) {number}
    (let's|let us) hear you count to {number}
    one to {number}, (please|out loud|count it|off you go)
    (do|make) a count (up|) to {number}
    {before_reason} count (up|) to {number}
    (teach|show) my (son|daughter|little one) how to count to {number}
    (keep|go on) counting (until|till) you reach {number}
    (tick|count) off the seconds up to {number}
    (help me|I need to) hold my breath, count to {number}
    (start from|from) one, and stop at {number}
    I bet you can count to {number}
""")
_COUNT_PACE = lines("""
    (leave|with|leaving) {wait} (after each|between each one|between numbers|from one to the next)
    (one|a|each) number (per|each|every) {wait}
    (take|make it) {wait} (for each|per number|a number)
    at (a speed|a rate|the pace) of one (every|per) {wait}
    (nice and slow|take your time|not too fast), (one|a number) every {wait}
    (pause|wait) {wait} (after every number|between them|before the next)
    {wait} apart
""")
_THEN_SAY = lines("""
    and (then|at the end|after the last one|finally|to finish) (shout|call|say|yell|add) {word}
    (then|after that|once you're there|when you're done) (say|shout|call out) {word}
    (ending|finishing) (with|on) {word}
    and (the last thing you say|the last word) is {word}
    (followed by|with) (a loud|the word|a) {word} (at the end|to finish|)
    and when (you reach the end|you're through|it's over) say {word}
    and (round it off|end it|close) with {word}
""")
_AT_AGE = lines("""
    (when|once|as soon as) (we've|we have) been (chatting|speaking|on the line|talking|at it) for {wait}, say {word}
    (when|once) (the|this) (call|chat|conversation|session) has (run|gone on|lasted) for {wait}, (say|shout) {word}
    {wait} into (the|this|our) (call|chat|conversation|session), (say|call out|I want to hear) {word}
    say {word} (once|when|as soon as) (this|the) (call|chat|session) (hits|reaches|gets to) {wait}
    (measured|counted|counting) from the start of (this|the) call, at {wait} say {word}
    {wait} after (we started|we began|the beginning of this call|the call began), say {word}
    {before_reason} say {word} {wait} into this (call|conversation)
    at (exactly|) {wait} of call time, say {word}
    (the moment|the second) our (call|talk) is {wait} old, (say|shout) {word}
    (our|the) call (started|began) a while ago, say {word} when it's been {wait} in (all|total)
    (could|can|would) you say {word} when (we've|we have) been on (this call|the phone) for {wait}
""")
_TELL_AT_AGE = lines("""
    (tell|warn|stop|alert) (me|us) when (we've|we have) been (chatting|speaking|on the line|at it) for {wait}
    (let|make sure) (me|us|I|we) know when (the|this) (chat|call|session|meeting) (hits|reaches|gets to) {wait}
    (say|shout|speak up) when (the|this) (call|chat|conversation) has (run|gone on|lasted) for {wait}
    I (only|) have {wait} for this call, (tell me|warn me) when (they are over|we're there)
    (this|the) call (mustn't|shouldn't|can't) (take|last|go on) longer than {wait}, (stop me|say so|tell me) then
    {wait} is (all|the most) I can (spare|stay) for this call, (tell me|let me know) when we're there
    (I'd|I would) like to (know|be told) when we are {wait} into (the|this) call
    counting from (the start|the beginning) of the call, (tell me|give me a shout) at {wait}
    (my free minutes end|my lunch break ends|the meeting starts) when this call is {wait} old, (tell me|say so)
    {before_reason} (tell|warn) me when this call has lasted {wait}
    (could|can|would) you (tell|warn|alert) me when we've been talking for {wait}
    (please|) keep an eye on how long we talk and (speak up|tell me) at {wait}
    (mark|announce) the point when we've talked for {wait}
    when (the|this) call turns {wait} old, (tell me|say so|let me know)
""")
_CHANGE = lines("""
    (oh|hang on|hold on|wait|wait a minute|ah|um), (make it|make that|I meant|it should be|let's make it) {wait}
    (no|nope|sorry|my mistake|oops), (I meant|not that|it's|it should be|I wanted) {wait} (instead|)
    (can|could|would) you (change|move|set|switch|turn) (it|that|the timer|the reminder) to {wait} (instead|)
    (on second thoughts|thinking about it|come to think of it|now that I think of it), (make it|let's do|better) {wait}
    (I've|I) changed my mind, (make it|let's say|I'd like|do it in) {wait} (instead|)
    (let's|let us) (change|move|push|switch) (it|that) to {wait}
    (actually|in fact|to be honest), {wait} (would be better|is enough|will do|is what I need|please)
    (set|reset|restart) (it|that|the timer) (to|for|at|with) {wait} (instead|)
    (instead|rather), (do|take|use) {wait}
    (forget the old time|scrap the old time|ignore that), (now it's|it's) {wait} (from now|)
    (I said the wrong|wrong) (number|time), (I meant|it's) {wait}
    (that's|it's) (too soon|too late|too long|too short|not right), (make it|do it in|better) {wait}
    (turns out|it turns out) I (need|have|want) {wait} (instead|)
    (replace|swap) (it|that) with {wait}
    {wait}, (not what I said before|I meant to say|not the other one|that's better|instead)
    (my wife|my boss|my brother|{name}) says (make it|it should be|it has to be) {wait}
    (update|adjust|correct) (it|that|the reminder|the timer) to {wait}
    (start over with|start again with|begin again with) {wait}
    could (we|you) do {wait} (instead|after all)
    (new plan|change of plan|slight change), {wait} (instead|from now|please)
    I'd (prefer|rather) (it in|) {wait} (instead|)
    (what if we|why don't we) (make|made) it {wait}
""")
_ADD = lines("""
    (put|add|stick|throw) (another|an extra) {wait} (on|on top|to it|on the clock)
    (can|could|may) I have (another|an extra) {wait}
    (I need|give me|I'd like|let's have) (an extra|another) {wait} (on that|)
    (it|that) needs (another|an extra) {wait}
    (push it back|put it off|delay it|extend it|prolong it) (by|for) {wait}
    {wait} (longer|extra|on top), please
    (not done yet|not quite ready|not ready), (add|give it) {wait} (more|)
    (a bit longer|a little more), {wait} (more|on top)
    (leave|keep) it (running|going) for {wait} (longer|more)
    on top of that (add|another) {wait}
""")
_CANCEL = lines("""
    (oh|ah|well|hm|you know what|okay|right), (never mind|forget it|leave it|don't bother|skip it|drop it)
    (you|we) (don't need to|needn't|don't have to) (do that|remind me|say it|bother) (anymore|any longer|after all|now)
    I('ve| have) (already done|just done|taken care of|dealt with|sorted) (it|that), (so|) (no need|forget it|cancel it)
    (I'm|it's) (already|all) (done|sorted|finished), (you can|) (cancel|drop|forget) (it|the reminder|that)
    (could|can|would) you (cancel|drop|delete|remove|call off) (that|it|the timer|the reminder|the alarm)
    (please|) (disregard|ignore|forget) (that|my request|what I asked|the timer|the last thing)
    (cancel|scrap|kill|lose|delete|remove) (it|that|that one|the alarm|my reminder|the whole thing)
    (on second thoughts|thinking about it), (don't|no|leave it|no need|let's not)
    I (won't|don't|no longer) (be needing|need) (that|it|the reminder|the timer) (anymore|any longer|after all)
    (no|nah|no no), (don't do that|leave it|not needed|it's fine without)
    (turn|switch) (off the timer|the timer off|off the alarm|the alarm off)
    (it's|that's) (not|no longer) (needed|necessary), (thanks|thank you|forget it)
    (there's|there is) no (point|need|rush) (now|anymore), (cancel|drop|forget) it
    (plans have changed|change of plan|plans changed), (cancel|drop|forget) (it|that|the reminder)
    (strike|take) that off (the list|)
    (that was|it was) (a mistake|a joke|only a test), (cancel it|forget it|don't do it)
    (we can|you can|let's) (skip|drop|forget|scrap|leave) (it|that|this one)
    (somebody|{name}|my brother) (has done it|did it) already, (cancel the reminder|no need anymore|forget it)
    (undo|take back) (that|what I said|my last request)
    don't (remind me|say it|ring|bother|tell me) (after all|anymore)
""")
_STOP = lines("""
    (okay|all right|alright|right|so), (stop|stop that|you can stop|that's it|that'll do|enough)
    (thank you|thanks|great|perfect|lovely|good), (that's enough|that'll do|you can stop|stop now|that's it)
    (could|can|would) you (stop|stop that|stop now|please stop|quit that)
    (you|it) can (stop|end|quit) (now|there|here|that)
    (stop|end|finish|quit) (there|here|right there|it there|the reminders|the calls|the game)
    (no more|no further|enough) (of that|of this|of those|reminders|for today|now|for now)
    (I'm|we're|I am) (done|finished|all done|through|good), (stop|you can stop|thanks|thank you)
    (that's|that is) (it|all|it for now|plenty|quite enough|good enough|sufficient)
    (let's|we can) (stop|end it|leave it|call it a day|finish) (there|here|now)
    (give it a rest|knock it off|cut it out|pack it in|leave off)
    (stop|drop|end) (the whole thing|what you're doing|everything)
    (I think|I guess) (that's enough|that'll do|we can stop|we're done)
    (my workout is over|the game is over|time to stop|we're finished here)
    (please|) don't (say it|remind me|do that|go on) (anymore|any longer|again)
    (I don't|we don't) (need|want) (that|it|you to do that) (anymore|any longer)
""")
_TAKEN_BACK = lines("""
    {wrong}, (no|no wait|sorry|sorry, no|I mean|I meant|or rather|make that|or better|well, actually), {wait}
    {wrong}, (no, not that|hm, no|oh no|correction|scratch that|let me see, no), {wait}
""")
RULES: dict[str, tuple[str, ...]] = {
    "in_turns": _IN_TURNS, "until_told": _UNTIL_TOLD, "until_word": _UNTIL_WORD, "times": _TIMES,
    "count_down": _COUNT_DOWN, "count_up": _COUNT_UP, "count_pace": _COUNT_PACE, "then_say": _THEN_SAY,
    "at_age": _AT_AGE, "tell_at_age": _TELL_AT_AGE, "change": _CHANGE, "add": _ADD, "cancel": _CANCEL, "stop": _STOP,
    "taken_back": _TAKEN_BACK,
}  # fmt: skip
