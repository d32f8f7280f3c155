"""Ways to ask for silence and to end it, and to ask about the agent's timers and the call's age."""

from __future__ import annotations

from model.studio.grammar import lines

RULES: dict[str, tuple[str, ...]] = {
    "quiet_until": lines("""
        (be|stay|keep|remain) (quiet|silent|still|mute) (until|till|up until) (I say|you hear|somebody says) {cue}
        (don't|do not) (speak|talk|answer|say a word|react|utter a word) (until|till|before) (I say|you hear) {cue}
        (not a word|not a sound|not a peep|no talking|no answers|no comments) (until|till|before) (I say|you hear) {cue}
        (I need|I want|give me|let's have) (silence|quiet|peace and quiet) (until|till) (I say|you hear) {cue}
        (could|can|would|will) you (be quiet|stay silent|keep quiet|say nothing) (until|till) I say {cue}
        (only|just) (speak|answer|talk|say something) (again|) (when|after|once) (I say|you hear) {cue}
        (wait|hold back|hold your answers|bite your tongue|keep it to yourself) (until|till) (I say|you hear) {cue}
        {cue} is (your sign|the signal|the word) to speak, (not a word before|until then be quiet|stay silent till then)
        (the word|your cue to talk again) is {cue}, (until then|before that) (be quiet|say nothing|stay silent)
        (I'm going to|I'll|we'll) (talk|rehearse|read|discuss something), (so|) (stay silent|say nothing) until I \
            say {cue}
        (whatever|no matter what) (I say|happens|we ask), (keep quiet|don't answer|say nothing) until (I say|you \
            hear) {cue}
        (let's|we'll) play a game, (you are|you stay|you keep) (silent|quiet) until (I say|you hear) {cue}
        (mute yourself|zip your lips|lips sealed|mouth shut) (until|till) (I say|you hear) {cue}
        (say nothing|keep silent|be quiet) (and wait|) for the word {cue}
        (until|till|before) I say {cue}, (be quiet|not a word|say nothing|don't talk|stay silent|don't answer)
        (you may|you can) (speak|talk) (again|) when I say {cue}, (not before|until then silence|quiet till then)
        (if you say anything|if you speak) before (I say|you hear) {cue}, you lose
        (I'd|I would) (like|love|appreciate) (silence|you to be quiet|you to say nothing) until I say {cue}
    """),
    "quiet": lines("""
        (please|) (be|stay|keep|go|remain) (quiet|silent|still|mute) (for now|now|for a while|from now on|for a bit)
        (not|no more) (a word|talking|answers|replies|comments) (from you|for now|please|for a while|from here on)
        (I need|I want|give me|let me have) (silence|some quiet|a bit of quiet|peace|time to think) (now|please|for \
            a while|)
        (could|can|would|will) you (be quiet|stay silent|keep quiet|say nothing|stop answering) (for a while|for \
            now|please|)
        (just|only) (listen|listen in|follow along) (for now|for a while|now|), (don't speak|no answers|say nothing)
        (don't|do not) (speak|talk|answer|react|reply|join in) (for now|for a while|unless I tell you|until I allow it)
        (mute|silence) yourself (for now|for a while|please|)
        (let|leave) (us|me) (talk|think|work|read) (in peace|in silence|alone) (for a while|for now|)
        (I'm|we're) (going to|about to) (record|meditate|read|pray|film|rehearse), (so be quiet|so no talking|stay \
            silent)
        (the baby|everybody|my wife|the dog) is (asleep|sleeping), (be quiet now|no talking please|don't speak anymore)
        (we|I) have (a visitor|a meeting|company), (keep quiet|don't say anything|stay silent) (please|now|for a while|)
        (keep|hold) your (answers|thoughts|comments) to yourself (for now|for a while)
        (say|speak) no more (until I allow it|for now|for the time being)
        (I'd|I would) (like|prefer|appreciate) (silence|quiet|it if you said nothing) (for now|now|for a while)
    """),
    "speak_again": lines("""
        (you can|you may|you're allowed to|feel free to|you're welcome to) (talk|speak|answer|reply) (again|now|once \
            more)
        (okay|all right|right|thanks|good), (you can|you may) (talk|speak|answer) (again|now)
        (that's|that was) (it|enough silence|long enough), (you can|you may|please) (talk|speak|answer) again
        (talk|speak) to (me|us) (again|now|please)
        (I'm|we're) (done|finished|back|through), (you can|you may) (speak|talk|answer) (again|now)
        (unmute|come back|wake up|silence is over|quiet time is over|no more silence), (you can talk|speak|talk to \
            me) (again|now)
        (please|) (start|go back to) (answering|talking|speaking|replying) (again|)
        (answer|reply|respond) (to me|) again (please|from now on|)
        (the meeting|the recording|nap time|the visit) is over, (you can|you may) (talk|speak|answer) (again|now)
        let me hear (you|your voice) again
        (where are you|I miss your voice), (say something|speak|talk) again
    """),
    "what_doing": lines("""
        (what|which task) are you (working on|busy with|dealing with|keeping track of|waiting for) (now|right now|)
        (what|which) (timers|reminders|alarms|jobs) (are|do you have) (running|set|on|going) (now|at the \
            moment|right now|)
        (is|are) (there anything|any timers|any reminders|my timer|my reminder|a reminder) (running|set|still on|going)
        (remind|tell) me what (I asked for|I asked you|you're doing|you're waiting for|you have to do)
        do you (still|) (know|remember|have) (what I asked for|my request|your task)
        (are you|you) (still|) (on it|keeping time|counting|watching the clock|working on it)
        (what's|what is) (next on your list|your current task|coming up|on the timer|set|still to come)
        (tell|give) me (the status|your status|an update)
        (what|which thing) (did I want|was it I wanted) (from you|you to do)
    """),
    "time_left": lines("""
        how (much|many) (time|seconds|longer) (is|are|do I have|have I got|is there|are there) (left|to go|remaining)
        (what|how much) is (left|remaining) (on the clock|of the time|on my timer|of it)
        how (long|far) (to go|until it rings|till it's done|until you tell me|is it now|before it goes off)
        (tell|give) me the (remaining time|time that's left|time remaining|rest of the time)
        (when|how soon) (will it|does it|is it going to) (ring|end|go off|finish)
        (is it|are we) (nearly|almost|soon) (time|there|over|done)
        (do I|have I) (still|) (have|got) (long|much time|enough time)
        (time|a time) check (please|)
        (where|how) are we on (time|the timer)
    """),
    "call_age": lines("""
        how (long|many minutes) (have we|have I|has this call|has our call) been (on|going|going on|running|on the line)
        how long (did|do|have) we (talk|talk now|talked|spoken|chatted) (so far|already|until now|)
        (what's|what is) the (duration|length|age) of (the|this|our) (call|chat|conversation) (so far|by now|)
        (tell|give) me the (duration|length) of (this|our) (call|chat|conversation)
        since when (have we been|are we) (talking|on the phone|connected|chatting)
        (when|how long ago) did (this|our|the) (call|chat|conversation) (start|begin)
        (how much|what) time have (we|I) (spent|used) (on this call|talking|chatting|here)
        (have we|did we) (been talking|talk) (long|for a long time|for hours), (how long|how many minutes)
        (for how long|how long now) have (we|you and I) been (talking|speaking|chatting|at it)
        (any idea|do you know|can you say) how long we've been (talking|on this call|at it)
    """),
    "drop_all": lines("""
        (cancel|drop|delete|clear|stop|scrap|forget|remove|call off|wipe) (everything|them all|all of it|all of \
            them|the lot)
        (cancel|drop|delete|clear|stop|turn off|switch off) (all|all my|all the|every one of the) \
            (timers|reminders|alarms)
        I (don't need|no longer need|won't need) (any of them|any of those|any of it|any reminders) \
            (anymore|now|after all|)
        (no more|no) (timers|reminders|alarms) (please|for today|at all|for now)
        (clean|wipe) the (slate|list) (clean|)
        (could|can|would|will) you (cancel|drop|delete|clear) (everything|all of them|them all|all timers)
        (start fresh|clean slate|let's start over), (drop|cancel|forget) (everything|them all|all of it)
        (plans have changed|change of plan|we're done), (cancel|drop|delete) (everything|them all|all reminders)
        (never mind|forget about|leave) (all of that|all of those|all the timers|the whole lot)
        (none|not one) of (those|the) (timers|reminders) is needed (anymore|now|)
    """),
}
GO_WORDS = (
    "go ahead", "here we go", "lemonade", "continue please", "back to you", "resume", "thursday", "green light",
    "sunshine", "pineapple", "potato", "over to you", "I'm ready", "the end", "lights on", "hello computer",
    "good morning", "elephant", "blue", "number one", "that's all", "next please", "break is over", "one two three",
    "coffee", "september", "free to talk", "proceed", "popcorn", "applause", "begin",
)  # fmt: skip
